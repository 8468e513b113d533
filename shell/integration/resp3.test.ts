// RESP-13, the half with a server: whatever a real valkey-server says in either protocol is read as what it is, and whatever we send
// comes back as it was. Two servers on free loopback ports, asked over plain sockets.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  bytesOf,
  type Command,
  decode,
  encodeCommands,
  errorReply,
  initial,
  type Message,
  readHello,
  readInfoReplication,
  readRole,
  readWait,
  type Value,
} from "@gungnir/core/resp3";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findValkey } from "../src/sandbox/valkey-binary.ts";

type Server = { readonly port: number; readonly process: ChildProcess; readonly socket: Socket };

const integer = (value: bigint): Value => ({ _tag: "Integer", value });

const servers: Server[] = [];
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gungnir-resp3-"));
  servers.push(await start(), await start());
});

afterAll(async () => {
  for (const { process, socket } of servers) {
    socket.destroy();
    const exited = once(process, "exit");
    process.kill("SIGKILL");
    await exited;
  }
  await rm(folder, { recursive: true });
});

test("HELLO, and every type the server can be made to say, in both protocols", async () => {
  for (const protocol of [2, 3]) {
    const [hello] = await ask(0, [["HELLO", protocol]]);
    expect(readHello(replyOf(hello))).toMatchObject({ _tag: "Ok", value: { protocol, role: "primary" } });
    for (const [kind, tags] of Object.entries(said)) {
      const messages = await ask(0, [["DEBUG", "PROTOCOL", kind]], kind === "push" && protocol === 3 ? 2 : 1);
      expect({ kind, protocol, tags: messages.map(({ _tag }) => _tag).toSorted() }).toEqual({
        kind,
        protocol,
        tags: tags[protocol === 2 ? 0 : 1],
      });
    }
  }
});

test("any octets we send come back as they were, and their errors name them", async () => {
  const octets = fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes));
  await fc.assert(
    fc.asyncProperty(fc.array(octets, { minLength: 1, maxLength: 5 }), async (values) => {
      const messages = await ask(
        0,
        values.map((value): Command => ["ECHO", value]),
      );
      expect(messages).toEqual(values.map((bytes) => ({ _tag: "Bulk", bytes })));
    }),
  );
  const [refused] = await ask(0, [[Uint8Array.of(0xff, 0x0d, 0x0a, 0x00)]]);
  expect(errorReply(replyOf(refused))).toMatchObject({ kind: "ERR" });
});

test("nested and exact values of a script", async () => {
  const script =
    "redis.setresp(3); return {1, {2, {3}}, {map={a=true}}, {double=3.5}, false, {big_number='170141183460469231731687303715884105728'}}";
  const [reply] = await ask(0, [["EVAL", script, 0]]);
  expect(reply).toEqual({
    _tag: "Array",
    items: [
      integer(1n),
      { _tag: "Array", items: [integer(2n), { _tag: "Array", items: [integer(3n)] }] },
      {
        _tag: "Map",
        entries: [
          [
            { _tag: "Bulk", bytes: bytesOf("a") },
            { _tag: "Boolean", value: true },
          ],
        ],
      },
      { _tag: "Double", value: 3.5 },
      { _tag: "Boolean", value: false },
      { _tag: "BigNumber", value: 2n ** 127n },
    ],
  });
  const [largest] = await ask(0, [["INCRBY", "counter", 2n ** 63n - 1n]]);
  expect(largest).toEqual(integer(2n ** 63n - 1n));
});

test("ROLE and INFO of a primary, a quarantined process and a replica that streams", async () => {
  const info: Command = ["INFO", "server", "replication", "persistence"];
  const port = servers[0]?.port ?? 0;
  const [, quarantined] = await ask(1, [["REPLICAOF", "127.0.0.1", 1], ["ROLE"]]);
  expect(readRole(replyOf(quarantined))).toMatchObject({
    _tag: "Ok",
    value: { _tag: "Replica", ip: "127.0.0.1", port: 1, offset: undefined },
  });
  await ask(1, [["REPLICAOF", "127.0.0.1", port]]);
  await until(async () => {
    const [role] = await ask(1, [["ROLE"]]);
    const read = readRole(replyOf(role));
    return read._tag === "Ok" && read.value._tag === "Replica" && read.value.link === "connected";
  });
  const [, waited, role, text] = await ask(0, [["SET", "key", "value"], ["WAIT", 1, 5000], ["ROLE"], info]);
  expect(readWait(replyOf(waited))).toEqual({ _tag: "Ok", value: 1 });
  expect(readRole(replyOf(role))).toMatchObject({
    _tag: "Ok",
    value: { _tag: "Primary", replicas: [{ ip: "127.0.0.1", port: servers[1]?.port }] },
  });
  const primary = readInfoReplication(replyOf(text));
  expect(primary).toMatchObject({ _tag: "Ok", value: { role: "primary", loading: false, asyncLoading: false, connectedReplicas: 1 } });
  const [ofReplica] = await ask(1, [info]);
  const replica = readInfoReplication(replyOf(ofReplica));
  expect(replica).toMatchObject({
    _tag: "Ok",
    value: { role: "replica", link: "up", syncInProgress: false, primaryPort: port, priority: 100 },
  });
  if (primary._tag === "Err" || replica._tag === "Err") return;
  expect(replica.value.replid).toBe(primary.value.replid);
  expect(replica.value.runId).toMatch(/^[0-9a-f]{40}$/);
  expect(replica.value.runId).not.toBe(primary.value.runId);
  expect(primary.value.replicas).toMatchObject([{ ip: "127.0.0.1", port: servers[1]?.port, state: "online" }]);
  expect(replica.value.replicaOffset).toBe(replica.value.replOffset);
});

/** What DEBUG PROTOCOL sends for each word, in RESP2 and in RESP3. */
const said: Readonly<Record<string, readonly [readonly Message["_tag"][], readonly Message["_tag"][]]>> = {
  string: [["Bulk"], ["Bulk"]],
  integer: [["Integer"], ["Integer"]],
  double: [["Bulk"], ["Double"]],
  null: [["Null"], ["Null"]],
  array: [["Array"], ["Array"]],
  set: [["Array"], ["Set"]],
  map: [["Array"], ["Map"]],
  attrib: [["Bulk"], ["Attributed"]],
  push: [["Error"], ["Bulk", "Push"]], // the reply and the push, in the order this version sends them; sorted here
  verbatim: [["Bulk"], ["Verbatim"]],
  true: [["Integer"], ["Boolean"]],
  false: [["Integer"], ["Boolean"]],
  bignum: [["Bulk"], ["BigNumber"]],
};

/** Sends the commands in one write and waits for that many messages. */
const ask = async (index: number, commands: readonly Command[], count = commands.length): Promise<readonly Message[]> => {
  const socket = servers[index]?.socket;
  if (socket === undefined) throw new Error(`server ${index} was not started`);
  const messages: Message[] = [];
  let state = initial();
  const encoded = encodeCommands(commands);
  if (encoded._tag === "Err") throw new Error(encoded.problem.rule);
  socket.write(encoded.value);
  while (messages.length < count) {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      const decoded = decode(state, bytesFrom(chunk));
      expect(decoded.error).toBeUndefined();
      messages.push(...decoded.values);
      ({ state } = decoded);
      if (messages.length >= count) break;
    }
  }
  return messages;
};

const bytesFrom = (chunk: unknown): Uint8Array => {
  if (chunk instanceof Uint8Array) return chunk;
  throw new Error("a socket without an encoding gives bytes");
};

const replyOf = (message: Message | undefined): Value => {
  if (message === undefined || message._tag === "Push") throw new Error(`expected a reply, got ${message?._tag ?? "nothing"}`);
  return message;
};

const start = async (): Promise<Server> => {
  const { server, env } = await findValkey();
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder, "--enable-debug-command", "local"];
  const child = spawn(server, [...options, "--repl-diskless-sync-delay", "0", "--dbfilename", `${port}.rdb`], {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  let socket: Socket | undefined;
  await until(async () => {
    socket = await tryConnect(port);
    return socket !== undefined;
  });
  if (socket === undefined) throw new Error("not connected");
  return { port, process: child, socket };
};

const tryConnect = (port: number): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });

const freePort = async (): Promise<number> => {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  listener.close();
  await once(listener, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
};

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("not within 15 s");
    await sleep(25);
  }
};
