// A client's connection to Valkey, as plain as an application's: one socket, requests answered in order, each with a
// deadline. What it is strict about is the one thing a checker of acknowledged writes lives on: whether a request surely did
// not happen, surely was answered, or may have happened. After a missed deadline the connection is closed, because the next
// reply would belong to the wrong request.
import { createConnection, type Socket } from "node:net";
import { bare, decode, encodeCommands, initial, text, type Bare, type Command } from "@gungnir/core/resp3";

/** Where to connect, and as whom. */
export type Target = { readonly host: string; readonly port: number; readonly login?: Login };
export type Login = { readonly user: string; readonly password: string };

export type Outcome =
  | { readonly _tag: "Answered"; readonly value: Bare }
  /** An error reply: the server did not do it. */
  | { readonly _tag: "Refused"; readonly message: string }
  /** The connection was gone before anything was written. */
  | { readonly _tag: "NotSent"; readonly reason: string }
  /** Written, but no answer came: it may have happened. */
  | { readonly _tag: "Unknown"; readonly reason: string };

export type Connection = {
  /** One request; never throws. */
  readonly send: (command: Command, timeoutMs: number) => Promise<Outcome>;
  /** Several requests in one write, answered together. */
  readonly sendAll: (commands: readonly Command[], timeoutMs: number) => Promise<readonly Outcome[]>;
  readonly isOpen: () => boolean;
  readonly close: () => void;
};

export type Opened = { readonly _tag: "Open"; readonly connection: Connection } | { readonly _tag: "Closed"; readonly reason: string };

/** Connects and logs in; answers within the deadline, whatever the other end does. */
export const open = async (target: Target, timeoutMs: number): Promise<Opened> => {
  const began = performance.now();
  const socket = createConnection({ host: target.host, port: target.port, noDelay: true });
  const problem = await connected(socket, timeoutMs);
  if (problem !== undefined) {
    socket.destroy();
    return { _tag: "Closed", reason: problem };
  }
  const connection = over(socket);
  if (target.login !== undefined) {
    const { user, password } = target.login;
    const left = Math.max(1, timeoutMs - (performance.now() - began));
    const outcome = await connection.send(["AUTH", user, password], left);
    if (outcome._tag !== "Answered") {
      connection.close();
      return { _tag: "Closed", reason: outcome._tag === "Refused" ? outcome.message : outcome.reason };
    }
  }
  return { _tag: "Open", connection };
};

/** One request on a connection of its own. */
export const ask = async (target: Target, command: Command, timeoutMs: number): Promise<Outcome> => {
  const opened = await open(target, timeoutMs);
  if (opened._tag === "Closed") return { _tag: "NotSent", reason: opened.reason };
  try {
    return await opened.connection.send(command, timeoutMs);
  } finally {
    opened.connection.close();
  }
};

/** A reply as text for people and for comparison; bytes that are no text become their length. */
export const shownValue = (value: Bare): string => {
  switch (value._tag) {
    case "Simple":
    case "Bulk":
    case "Verbatim":
    case "Error":
    case "BulkError": {
      const read = text(value.bytes);
      return read._tag === "Ok" ? read.value : `<${value.bytes.length} bytes>`;
    }
    case "Integer":
    case "BigNumber":
    case "Double":
    case "Boolean":
      return String(value.value);
    case "Null":
      return "(nil)";
    case "Array":
    case "Set":
      return `[${value.items.map((item) => shownValue(bare(item))).join(", ")}]`;
    case "Map":
      return `{${value.entries.map(([key, item]) => `${shownValue(bare(key))}: ${shownValue(bare(item))}`).join(", ")}}`;
  }
};

const connected = (socket: Socket, timeoutMs: number): Promise<string | undefined> =>
  new Promise((done) => {
    const timer = setTimeout(() => done("timeout"), timeoutMs);
    const end = (problem: string | undefined): void => {
      clearTimeout(timer);
      done(problem);
    };
    socket.once("connect", () => end(undefined));
    socket.once("error", (error) => end("code" in error && typeof error.code === "string" ? error.code : error.message));
    socket.once("close", () => end("closed"));
  });

const over = (socket: Socket): Connection => {
  let state = initial();
  let closedBecause: string | undefined;
  const waiting: ((outcome: Outcome) => void)[] = [];
  const close = (reason: string): void => {
    closedBecause ??= reason;
    socket.destroy();
    for (const answer of waiting.splice(0)) answer({ _tag: "Unknown", reason });
  };
  socket.on("data", (chunk) => {
    const decoded = decode(state, chunk);
    state = decoded.state;
    for (const message of decoded.values) if (message._tag !== "Push") waiting.shift()?.(outcomeOf(bare(message)));
    if (decoded.error !== undefined) close("malformed reply");
  });
  socket.on("error", (error) => close("code" in error && typeof error.code === "string" ? error.code : error.message));
  socket.on("close", () => close("closed"));

  const sendAll = (commands: readonly Command[], timeoutMs: number): Promise<readonly Outcome[]> => {
    const gone = closedBecause;
    if (gone !== undefined) return Promise.resolve(commands.map(() => ({ _tag: "NotSent", reason: gone })));
    const timer = setTimeout(() => close("timeout"), timeoutMs);
    const outcomes = commands.map(() => new Promise<Outcome>((answer) => waiting.push(answer)));
    socket.write(encodeCommands(commands));
    return Promise.all(outcomes).finally(() => clearTimeout(timer));
  };
  return {
    sendAll,
    send: async (command, timeoutMs) => (await sendAll([command], timeoutMs))[0] ?? { _tag: "NotSent", reason: "nothing to send" },
    isOpen: () => closedBecause === undefined,
    close: () => close("closed by us"),
  };
};

const outcomeOf = (value: Bare): Outcome =>
  value._tag === "Error" || value._tag === "BulkError" ? { _tag: "Refused", message: shownValue(value) } : { _tag: "Answered", value };
