// Core says what is written to a process and what the answers mean; here real processes answer.
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Command,
  commandsOf,
  replicationUser,
  epoch,
  type Identity,
  outcomeOfAnswers,
  podName,
  probeCommands,
  type Reading,
  readProbe,
  type Reply,
  runId,
  uid,
} from "@gungnir/core";
import { afterEach, expect, test } from "vitest";
import { type Connection, open } from "./connection.ts";
import { startValkey } from "./testing.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const cluster = { namespace: "default", name: "web" };
const context = { ...cluster, replicationPassword: "secret of replicas" };
const at = epoch(3);
const nobody = "0".repeat(40);

type Process = { readonly port: number; readonly pid: number; readonly connection: Connection };

async function start(...args: readonly string[]): Promise<Process> {
  const started = await startValkey(args);
  cleanUps.push(started.stop);
  return { ...started, connection: await connected(started.port) };
}
async function connected(port: number): Promise<Connection> {
  const connection = open({ host: "127.0.0.1", port, credentials: undefined, connectTimeoutMs: 1000 });
  cleanUps.push(() => connection.close());
  await connection.ready();
  return connection;
}

const quarantined = ["--replicaof", "127.0.0.1 1", "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"];

async function ask({ connection }: Process): Promise<Reply | undefined> {
  return readProbe(await connection.send(probeCommands, 1000), cluster);
}
async function reading(process: Process): Promise<Reading> {
  const reply = await ask(process);
  if (reply?._tag !== "Reading") throw new Error(`no reading: ${JSON.stringify(reply)}`);
  return reply.reading;
}
async function until(process: Process, holds: (reading: Reading) => boolean): Promise<Reading> {
  for (let tries = 0; tries < 200; tries++) {
    const now = await reading(process);
    if (holds(now)) return now;
    await sleep(20);
  }
  throw new Error("never so");
}
const identity = (name: string, run: string = nobody): Identity => ({ pod: podName(name), uid: uid(`uid-${name}`), runId: runId(run) });

async function perform(process: Process, command: Command) {
  return outcomeOfAnswers(command, await process.connection.send(commandsOf(command, context), 1000));
}
const promote = (name: string, minReplicas: number): Command => ({ _tag: "Promote", pod: identity(name), epoch: at, minReplicas });
const mark = (name: string, seq: number): Command => ({
  _tag: "Mark",
  pod: identity(name),
  epoch: at,
  marker: { epoch: at, seq, pod: podName(name) },
});

test("a quarantined process: a replica of nobody, empty, without marker and users", async () => {
  const fresh = await start(...quarantined, "--replica-priority", "0");
  expect(await reading(fresh)).toEqual({
    runId: expect.stringMatching(/^[0-9a-f]{40}$/),
    role: "replica",
    upstream: { host: "127.0.0.1", port: 1, up: false, syncing: false },
    offset: 0n,
    replid: expect.stringMatching(/^[0-9a-f]{40}$/),
    priority: 0,
    downstream: [],
    minReplicas: 0,
    users: [],
    marker: "Absent",
    empty: true,
  });
});

test("a primary and its replica, from quarantine to a second history: every command is answered as core expects", async () => {
  const a = await start(...quarantined);
  const b = await start(...quarantined);
  // The replication user is all that lets a replica in, so the default user is turned off for those who come from outside.
  expect(await perform(a, promote("web-0", 0))).toEqual({ _tag: "Done" });
  expect(await perform(a, mark("web-0", 1))).toEqual({ _tag: "Done" });
  const first = await reading(a);
  expect(first).toMatchObject({ role: "primary", marker: { epoch: 3, seq: 1, pod: "web-0" }, empty: false, downstream: [] });

  expect(await perform(a, { _tag: "Admit", pod: identity("web-0"), epoch: at, member: identity("web-1") })).toEqual({ _tag: "Done" });
  const follow: Command = { _tag: "Follow", pod: identity("web-1"), epoch: at, primary: podName("web-0"), host: "127.0.0.1", port: a.port };
  expect(await perform(b, follow)).toEqual({ _tag: "Done" });
  expect(await perform(b, follow)).toEqual({ _tag: "Done" }); // already connected
  const replica = await until(b, ({ upstream }) => upstream?.up === true && !upstream.syncing);
  expect(replica).toMatchObject({ upstream: { host: "127.0.0.1", port: a.port }, marker: { seq: 1 }, empty: false });
  expect(await perform(a, { _tag: "Configure", pod: identity("web-0"), epoch: at, minReplicas: 1 })).toEqual({ _tag: "Done" });
  const settled = await until(a, ({ downstream, minReplicas }) => minReplicas === 1 && downstream[0]?.online === true);
  expect(settled.users).toEqual([replicationUser(identity("web-1"))]);
  // A process that never had a replica has no backlog, and begins a new history with its first one.
  expect(settled.replid).not.toBe(first.replid);
  expect(settled.replid).toBe((await reading(b)).replid);

  await a.connection.send([["SET", "k", "v"]], 1000);
  const ahead = await until(b, ({ offset }) => offset > replica.offset);
  const freeze: Command = { _tag: "Freeze", pod: identity("web-1"), epoch: at };
  expect(await perform(b, freeze)).toEqual({ _tag: "Done" });
  expect(await perform(b, freeze)).toEqual({ _tag: "Done" });
  const frozen = await reading(b);
  expect(frozen).toMatchObject({ role: "replica", upstream: { port: 1, up: false }, replid: ahead.replid });
  expect(frozen.offset).toBeGreaterThanOrEqual(ahead.offset);

  // Nobody follows and the primary wants one: the marker is refused for now, and nothing of it happened.
  await until(a, ({ downstream }) => downstream.length === 0);
  expect(await perform(a, mark("web-0", 2))).toEqual({ _tag: "Refused", why: expect.stringContaining("NOREPLICAS"), transient: true });
  expect((await reading(a)).marker).toMatchObject({ seq: 1 });

  expect(await perform(b, promote("web-1", 0))).toEqual({ _tag: "Done" });
  expect(await perform(b, mark("web-1", 2))).toEqual({ _tag: "Done" });
  expect(await reading(b)).toMatchObject({
    role: "primary",
    replidBefore: settled.replid,
    forkedAt: frozen.offset,
    marker: { seq: 2, pod: "web-1" },
  });

  // The old one is told to go: its clients are closed, our command connection is not.
  const client = await connected(a.port);
  expect(await perform(a, { _tag: "Fence", pod: identity("web-0"), epoch: at })).toEqual({ _tag: "Done" });
  expect(await reading(a)).toMatchObject({ role: "replica", upstream: { port: 1 } });
  expect((await client.send([["PING"]], 1000))[0]?._tag).not.toBe("Replied");
  expect(await perform(a, mark("web-0", 9))).toMatchObject({ _tag: "Refused", why: expect.stringContaining("READONLY"), transient: true });
});

test("cutting off: DELUSER breaks the link at once, and a second time there is nobody to delete", async () => {
  const a = await start(...quarantined);
  const b = await start(...quarantined);
  await perform(a, promote("web-0", 0));
  await a.connection.send([["ACL", "SETUSER", "default", "-psync", "-sync", "-replconf"]], 1000);
  const follow: Command = { _tag: "Follow", pod: identity("web-1"), epoch: at, primary: podName("web-0"), host: "127.0.0.1", port: a.port };
  await perform(b, follow);
  await sleep(100);
  expect((await reading(b)).upstream?.up).toBe(false); // the user does not exist yet
  await perform(a, { _tag: "Admit", pod: identity("web-0"), epoch: at, member: identity("web-1") });
  await until(b, ({ upstream }) => upstream?.up === true);
  const expel: Command = { _tag: "Expel", pod: identity("web-0"), epoch: at, users: [replicationUser(identity("web-1"))] };
  expect(await perform(a, expel)).toEqual({ _tag: "Done" });
  await until(b, ({ upstream }) => upstream?.up === false);
  expect(await perform(a, expel)).toEqual({ _tag: "Done" });
  expect(await perform(a, { ...expel, users: [] })).toEqual({ _tag: "Done" });
  expect(await reading(a)).toMatchObject({ users: [], downstream: [] });
});

test("a hung process: a fence is sent, everything else unknown, and a probe hears nothing", async () => {
  const a = await start();
  process.kill(a.pid, "SIGSTOP");
  const fence: Command = { _tag: "Fence", pod: identity("web-0"), epoch: at };
  const freeze: Command = { _tag: "Freeze", pod: identity("web-0"), epoch: at };
  expect(outcomeOfAnswers(fence, await a.connection.send(commandsOf(fence, context), 50))).toEqual({ _tag: "Sent" });
  expect(outcomeOfAnswers(freeze, await a.connection.send(commandsOf(freeze, context), 50))._tag).toBe("Unknown");
  expect(readProbe(await a.connection.send(probeCommands, 50), cluster)).toBeUndefined();
  process.kill(a.pid, "SIGCONT");
  expect(await until(a, ({ role }) => role === "replica")).toMatchObject({ upstream: { port: 1 } });
});

test("alive but not of use: no credentials, a script that never ends, the wrong cluster's data set, another's library", async () => {
  const closed = await start("--requirepass", "secret");
  expect(await ask(closed)).toMatchObject({ _tag: "NoAuth", text: expect.stringContaining("NOAUTH") });

  const a = await start();
  await perform(a, mark("web-0", 1));
  expect(readProbe(await a.connection.send(probeCommands, 1000), { namespace: "default", name: "other" })).toMatchObject({
    _tag: "Reading",
    reading: { marker: "Foreign", empty: false },
  });
  await a.connection.send([["FUNCTION", "FLUSH"]], 1000);
  expect((await reading(a)).empty).toBe(true);
  const foreign = "#!lua name=other\nredis.register_function('f', function() return 1 end)";
  await a.connection.send([["FUNCTION", "LOAD", foreign]], 1000);
  expect(await reading(a)).toMatchObject({ marker: "Absent", empty: false });
  await a.connection.send(
    [
      ["FUNCTION", "FLUSH"],
      ["SET", "k", "v"],
    ],
    1000,
  );
  expect(await reading(a)).toMatchObject({ marker: "Absent", empty: false });

  const busy = await connected(a.port);
  await a.connection.send([["CONFIG", "SET", "busy-reply-threshold", "1"]], 1000);
  void busy.send([["EVAL", "while true do end", "0"]], 5000);
  await sleep(100);
  expect(await ask(a)).toMatchObject({ _tag: "Busy" });
  const freeze: Command = { _tag: "Freeze", pod: identity("web-0"), epoch: at };
  expect(await perform(a, freeze)).toMatchObject({ _tag: "Refused", why: expect.stringContaining("BUSY"), transient: true });
  await a.connection.send([["SCRIPT", "KILL"]], 1000);
});

test("a process that reads its data set says so, whatever role it claims meanwhile", async () => {
  const a = await start("--enable-debug-command", "local");
  // Loading is slowed down for every key: long enough to be seen.
  await a.connection.send([["DEBUG", "POPULATE", "20000", "key", "10"]], 5000);
  await a.connection.send([["CONFIG", "SET", "key-load-delay", "100", "loading-process-events-interval-bytes", "1024"]], 1000);
  const second = await connected(a.port);
  void a.connection.send([["DEBUG", "RELOAD"]], 10_000);
  const seen = new Set<string>();
  for (let tries = 0; tries < 100 && !seen.has("Loading"); tries++) {
    seen.add(readProbe(await second.send(probeCommands, 2000), cluster)?._tag ?? "Silent");
    await sleep(10);
  }
  expect([...seen]).toContain("Loading");
  await second.send([["CONFIG", "SET", "key-load-delay", "0"]], 2000);
});

test("a password never comes back in an outcome, though the server quotes a wrong argument", async () => {
  const a = await start();
  const admit: Command = { _tag: "Admit", pod: identity("web-0"), epoch: at, member: identity("web-1") };
  const answers = await a.connection.send([["ACL", "SETUSER", "repl-web-1", "secret of replicas"]], 1000);
  expect(JSON.stringify(answers)).toContain("secret of replicas");
  expect(outcomeOfAnswers(admit, answers)).toEqual({ _tag: "Refused", why: "Admit: ERR", transient: false });
});
