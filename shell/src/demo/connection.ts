// A client's connection to Valkey, as plain as an application's: one socket, requests answered in order, each with a
// deadline. What it is strict about is the one thing a checker of acknowledged writes lives on: whether a request surely did
// not happen, surely was answered, or may have happened. After a missed deadline the connection is closed, because the next
// reply would belong to the wrong request.
import { createConnection, type Socket } from "node:net";
import { bare, commands, text, type Bare, type Command } from "@gungnir/core/resp3";
import { writeAll } from "../valkey/gather.ts";
import { ask as asking, emptyLine, hear, type Line } from "../valkey/line.ts";

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
    const left = Math.max(1, timeoutMs - (performance.now() - began));
    const outcome = await connection.send(commands.auth(target.login), left);
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

type Answer = (outcome: Outcome) => void;

const over = (socket: Socket): Connection => {
  let line: Line<Answer> = emptyLine;
  let closedBecause: string | undefined;
  const close = (reason: string): void => {
    closedBecause ??= reason;
    socket.destroy();
    const abandoned = line.waiting;
    line = emptyLine;
    for (const answer of abandoned) answer({ _tag: "Unknown", reason });
  };
  socket.on("data", (chunk) => {
    const heard = hear(line, chunk);
    line = heard.line;
    for (const { asker, value } of heard.answers) asker(outcomeOf(bare(value)));
    if (heard.problem !== undefined) close(heard.problem);
  });
  socket.on("error", (error) => close("code" in error && typeof error.code === "string" ? error.code : error.message));
  socket.on("close", () => close("closed"));

  const sendAll = (requests: readonly Command[], timeoutMs: number): Promise<readonly Outcome[]> => {
    if (closedBecause !== undefined) return Promise.resolve(notSent(requests, closedBecause));
    const waits = requests.map(() => Promise.withResolvers<Outcome>());
    const asked = asking(
      line,
      requests,
      waits.map(({ resolve }) => resolve),
    );
    if (asked.error !== undefined) return Promise.resolve(notSent(requests, asked.error.rule));
    line = asked.line;
    const timer = setTimeout(() => close("timeout"), timeoutMs);
    writeAll(socket, asked.chunks);
    return Promise.all(waits.map(({ promise }) => promise)).finally(() => clearTimeout(timer));
  };
  return {
    sendAll,
    send: async (command, timeoutMs) => (await sendAll([command], timeoutMs))[0] ?? { _tag: "NotSent", reason: "nothing to send" },
    isOpen: () => closedBecause === undefined,
    close: () => close("closed by us"),
  };
};

const notSent = (requests: readonly Command[], reason: string): readonly Outcome[] => requests.map(() => ({ _tag: "NotSent", reason }));

const outcomeOf = (value: Bare): Outcome =>
  value._tag === "Error" || value._tag === "BulkError" ? { _tag: "Refused", message: shownValue(value) } : { _tag: "Answered", value };
