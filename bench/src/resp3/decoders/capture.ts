// Writes texts/*.resp: what a real server answers to ROLE and INFO, byte for byte, so that the rows called ROLE and INFO are about replies
// as they are and not as somebody remembers them. Two lines of INFO name the machine and are given the values of a usual one. A primary
// with two replicas; run by hand when a new version of the server matters:
//
//   node --conditions=gungnir-source bench/src/resp3/capture.ts
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findValkey, type Valkey } from "@gungnir/shell/sandbox/valkey-binary";

type Process = { readonly port: number; readonly stop: () => Promise<void> };

const capture = async (valkey: Valkey): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-capture-"));
  const started: Process[] = [];
  try {
    const primary = await start(valkey, folder, []);
    started.push(primary);
    for (let replica = 0; replica < 2; replica++)
      started.push(await start(valkey, folder, ["--replicaof", "127.0.0.1", String(primary.port)]));
    const replica = started[1] ?? primary;
    await ask(primary.port, ["SET", "key", "value"]);
    await until(async () => (await ask(primary.port, ["INFO", "replication"])).toString().match(/state=online/g)?.length === 2);
    await until(async () => (await ask(replica.port, ["ROLE"])).toString().includes("connected"));
    for (const [name, { port }] of [
      ["primary", primary],
      ["replica", replica],
    ] as const) {
      await keep(`info-${name}`, anonymous(await ask(port, ["INFO"])));
      await keep(`role-${name}`, await ask(port, ["ROLE"]));
    }
  } finally {
    for (const each of started) await each.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

const keep = (name: string, reply: Buffer): Promise<void> => writeFile(join(import.meta.dirname, "texts", `${name}.resp`), reply);

const anonymous = (info: Buffer): Buffer => {
  const text = info
    .toString("latin1")
    .replace(/^\$\d+\r\n/, "")
    .slice(0, -2);
  const usual = text
    .replace(/^executable:.*$/m, "executable:/usr/bin/valkey-server")
    .replace(/^os:.*$/m, "os:Linux 6.12.41+deb13-amd64 x86_64");
  return Buffer.from(`$${usual.length}\r\n${usual}\r\n`, "latin1");
};

const start = async (valkey: Valkey, folder: string, options: readonly string[]): Promise<Process> => {
  const port = await freePort();
  const fixed = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const child = spawn(valkey.server, [...fixed, ...options], { env: { ...process.env, ...valkey.env }, stdio: "ignore" });
  const gone = once(child, "exit");
  await until(async () => (await ask(port, ["PING"]).catch(() => Buffer.alloc(0))).toString() === "+PONG\r\n");
  return {
    port,
    stop: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
  return address.port;
};

/** The whole of one reply: it is whole when the server has closed the connection after QUIT, whose own `+OK` is taken off. */
const ask = (port: number, command: readonly string[]): Promise<Buffer> =>
  new Promise((answer, fail) => {
    const received: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.write([...command, "\nQUIT\n"].join(" ")));
    socket.on("data", (chunk: Buffer) => received.push(chunk));
    socket.on("error", fail);
    socket.on("close", () => answer(Buffer.concat(received).subarray(0, -"+OK\r\n".length)));
  });

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const begun = performance.now();
  while (!(await isSo())) {
    if (performance.now() - begun > 20_000) throw new Error("the server was not ready after 20 s");
    await sleep(50);
  }
};

await capture(await findValkey());
