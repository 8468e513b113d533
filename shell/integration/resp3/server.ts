// Real servers on free loopback ports, and plain sockets to them that keep every byte of a reply: what the tests of the codec and the
// script that captures goldens stand on. A line asks one thing at a time, so that bytes and replies belong together.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bytesOf, decode, initial, type Message } from "@gungnir/core/resp3";
import { findValkey } from "../../src/sandbox/valkey-binary.ts";

export type Argument = string | number | bigint | Uint8Array;
export type Server = { readonly port: number; readonly folder: string; readonly process: ChildProcess };

/** What came back for one request. */
export type Heard = { readonly messages: readonly Message[]; readonly bytes: Uint8Array };
export type Line = {
  /** Sends requests in one write and waits for as many messages, or for the number given. */
  readonly ask: (commands: readonly (readonly Argument[])[], count?: number) => Promise<Heard>;
  /** The same with bytes that somebody else has encoded. */
  readonly send: (bytes: Uint8Array, count: number) => Promise<Heard>;
  readonly close: () => void;
};

/** A server of its own folder under `folder`, which answers as soon as this returns. */
export const startServer = async (folder: string, options: readonly string[] = []): Promise<Server> => {
  const { server, env } = await findValkey();
  const port = await freePort();
  const own = await mkdtemp(join(folder, "server-"));
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--dir", own, "--repl-diskless-sync-delay", "0"];
  const child = spawn(server, [...settings, "--enable-debug-command", "local", "--save", "", ...options], {
    env: { ...process.env, ...env },
    argv0: "/usr/bin/valkey-server", // what INFO says of the machine is what it says on any
    stdio: "ignore",
  });
  await until(async () => {
    const socket = await connected(port);
    socket?.destroy();
    return socket !== undefined;
  });
  return { port, folder: own, process: child };
};

export const stopServer = async ({ process: child }: Server): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGCONT"); // a stopped process dies as well, but says so only once it runs
  child.kill("SIGKILL");
  await exited;
};

/** A temporary folder, and servers in it, that are gone afterwards. */
export const withServers = async (use: (start: (options?: readonly string[]) => Promise<Server>) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-resp3-"));
  const servers: Server[] = [];
  try {
    await use(async (options) => {
      const server = await startServer(folder, options);
      servers.push(server);
      return server;
    });
  } finally {
    for (const server of servers) await stopServer(server);
    await rm(folder, { recursive: true, force: true });
  }
};

export const dial = async ({ port }: Pick<Server, "port">): Promise<Line> => {
  const socket = await connected(port);
  if (socket === undefined) throw new Error(`nobody listens on 127.0.0.1:${port}`);
  let state = initial();
  const send: Line["send"] = async (request, count) => {
    if (socket.destroyed || socket.readableEnded) throw new Error("the server has closed this connection");
    const messages: Message[] = [];
    const chunks: Uint8Array[] = [];
    const named = Buffer.from(request).subarray(0, 64).toString("latin1");
    const deadline = setTimeout(() => socket.destroy(new Error(`no reply within 10 s to ${JSON.stringify(named)}`)), 10_000);
    socket.write(request);
    while (messages.length < count) {
      const chunk = await nextChunk(socket);
      if (chunk === undefined) break;
      chunks.push(chunk);
      const decoded = decode(state, chunk);
      if (decoded.error !== undefined) throw new Error(`not RESP: ${JSON.stringify(decoded.error)}`);
      ({ state } = decoded);
      messages.push(...decoded.values);
    }
    clearTimeout(deadline);
    return { messages, bytes: Buffer.concat(chunks) };
  };
  return {
    ask: (commands, count = commands.length) => send(requestOf(commands), count),
    send,
    close: () => socket.destroy(),
  };
};

/** Polls until it holds, at most 15 s. */
export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("not within 15 s");
    await sleep(25);
  }
};

/** Written out here, for what is under test should not be what the test stands on. */
const requestOf = (commands: readonly (readonly Argument[])[]): Buffer =>
  Buffer.concat(
    commands.flatMap((command) => [
      Buffer.from(`*${command.length}\r\n`),
      ...command.flatMap((argument) => {
        const bytes = argument instanceof Uint8Array ? argument : bytesOf(String(argument));
        return [Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n")];
      }),
    ]),
  );

const nextChunk = (socket: Socket): Promise<Uint8Array | undefined> =>
  new Promise((resolve, reject) => {
    const settle = (settled: () => void): void => {
      socket.off("data", onData).off("end", onEnd).off("error", onError);
      socket.pause();
      settled();
    };
    const onData = (chunk: Uint8Array): void => settle(() => resolve(new Uint8Array(chunk)));
    const onEnd = (): void => settle(() => resolve(undefined));
    const onError = (error: Error): void => settle(() => reject(error));
    socket.on("data", onData).on("end", onEnd).on("error", onError);
    socket.resume();
  });

const connected = (port: number): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(socket.pause()));
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
