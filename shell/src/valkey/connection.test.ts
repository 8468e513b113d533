import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type Connection, open, type State } from "./connection.ts";
import { startValkey } from "./testing.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** A server that answers as the test says: `onData` gets every chunk. */
async function listen(onData: (socket: Socket, chunk: Buffer) => void, onConnection: (socket: Socket) => void = () => {}): Promise<number> {
  const server: Server = createServer((socket) => {
    cleanUps.push(() => socket.destroy());
    socket.on("error", () => {});
    socket.on("data", (chunk) => onData(socket, chunk));
    onConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUps.push(() => server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function connected(port: number, credentials?: { user: string; password: string }, states: State[] = []): Promise<Connection> {
  const connection = open({ host: "127.0.0.1", port, credentials, connectTimeoutMs: 1000, onState: (state) => states.push(state) });
  cleanUps.push(() => connection.close());
  await connection.ready();
  return connection;
}

async function valkey(...args: readonly string[]): Promise<{ readonly port: number; readonly pid: number }> {
  const started = await startValkey(args);
  cleanUps.push(started.stop);
  return started;
}

test("a real server: AUTH first, then pipelined commands with their replies in order", async () => {
  const { port } = await valkey(..."--user gungnir on >secret ~* +@all --user default off".split(" "));
  const connection = await connected(port, { user: "gungnir", password: "secret" });
  const outcomes = await connection.send([["SET", "k", "v"], ["GET", "k"], ["LPUSH", "k", "x"], ["ROLE"]], 1000);
  expect(outcomes.map((outcome) => outcome._tag)).toEqual(["Replied", "Replied", "Failed", "Replied"]);
  expect(outcomes[2]).toMatchObject({ error: expect.stringMatching(/^WRONGTYPE/) });
  const stranger = await connected(port, { user: "gungnir", password: "wrong" });
  expect((await stranger.send([["PING"]], 1000))[0]).toMatchObject({ _tag: "Failed", error: expect.stringMatching(/^NOAUTH/) });
  expect(stranger.denied()).toMatch(/^WRONGPASS/);
  expect((await stranger.send([["PING"]], 1000))[0]).toMatchObject({ _tag: "Refused", why: expect.stringMatching(/^AUTH: WRONGPASS/) });
});

test("a hung process: a command is written and unknown, obeyed on waking, and its late reply answers nobody else", async () => {
  const { port, pid } = await valkey();
  const connection = await connected(port);
  process.kill(pid, "SIGSTOP");
  expect(await connection.send([["SET", "k", "obeyed"]], 60)).toEqual([expect.objectContaining({ _tag: "Unknown", written: true })]);
  expect(connection.owed()).toBe(1);
  process.kill(pid, "SIGCONT");
  const [got] = await connection.send([["GET", "k"]], 1000);
  expect(got).toMatchObject({ _tag: "Replied", value: { _tag: "Bulk", bytes: new Uint8Array(Buffer.from("obeyed")) } });
});

test("a push between request and reply consumes no reply, and a reply to nothing ends the connection", async () => {
  const states: State[] = [];
  const port = await listen((socket) => socket.write(">2\r\n+message\r\n+hello\r\n+PONG\r\n>1\r\n+more\r\n"));
  const connection = await connected(port, undefined, states);
  expect((await connection.send([["PING"]], 500))[0]).toMatchObject({ _tag: "Replied", value: { _tag: "Simple" } });
  const rude = await connected(
    await listen(
      () => {},
      (socket) => socket.write("+OK\r\n"),
    ),
    undefined,
    states,
  );
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(rude.state()).toMatchObject({ _tag: "Closed", why: "Garbled" });
});

test("what is not RESP ends the connection and leaves the command unknown", async () => {
  const connection = await connected(await listen((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n")));
  expect((await connection.send([["PING"]], 500))[0]).toMatchObject({ _tag: "Unknown", why: expect.stringContaining("Not RESP") });
  expect((await connection.send([["PING"]], 500))[0]).toMatchObject({ _tag: "Refused" });
});

test("nobody there is Refused; a server that hangs up is Reset; each change of state is told once", async () => {
  const states: State[] = [];
  const absent = open({
    host: "127.0.0.1",
    port: 1,
    credentials: undefined,
    connectTimeoutMs: 500,
    onState: (state) => states.push(state),
  });
  expect(await absent.ready()).toMatchObject({ _tag: "Closed", why: "Refused" });
  expect((await absent.send([["PING"]], 100))[0]).toMatchObject({ _tag: "Refused", why: expect.stringContaining("ECONNREFUSED") });
  const port = await listen((socket) => socket.destroy());
  const connection = await connected(port, undefined, states);
  expect((await connection.send([["PING"], ["PING"]], 500)).map((outcome) => outcome._tag)).toEqual(["Unknown", "Unknown"]);
  expect(states.map((state) => (state._tag === "Closed" ? state.why : state._tag))).toEqual(["Refused", "Open", "Reset"]);
});

test("replies cut at every byte are the same replies", async () => {
  const bytes = Buffer.from("*2\r\n$6\r\nmaster\r\n:7\r\n+PONG\r\n");
  const port = await listen((socket) => {
    let at = 0;
    const timer = setInterval(() => (at < bytes.length ? socket.write(bytes.subarray(at, ++at)) : clearInterval(timer)), 1);
  });
  const connection = await connected(port);
  const outcomes = await connection.send([["ROLE"], ["PING"]], 2000);
  expect(outcomes).toMatchObject([
    { value: { _tag: "Array", items: [{ _tag: "Bulk" }, { _tag: "Integer", value: 7n }] } },
    { value: { _tag: "Simple" } },
  ]);
});
