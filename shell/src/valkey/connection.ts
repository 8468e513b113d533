// One socket to one Valkey process. Requests are pipelined and matched to their replies in order; a request whose deadline
// passed keeps its place in the line, so that its late reply is swallowed instead of answering somebody else. Nothing is
// retried and nothing is resent: a command that was written and not answered is `Unknown`, and it is the core that
// finds out by looking.
import { connect as connectSocket } from "node:net";
import { answerOf, type Authority, type CommandAnswer } from "@gungnir/core";
import { commands, repliesTo, type Request } from "@gungnir/core/resp3";
import { writeAll } from "./gather.ts";
import { ask, emptyLine, hear, type Line } from "./line.ts";

export type State =
  | { readonly _tag: "Connecting" }
  | { readonly _tag: "Open" }
  | { readonly _tag: "Closed"; readonly why: ClosedBy; readonly message: string };
export type ClosedBy = "Refused" | "Timeout" | "Reset" | "Garbled" | "Ours";

export type Connection = {
  state(): State;
  /** Settles when the connection is open or closed. */
  ready(): Promise<State>;
  /** What the server said to our AUTH, if that was an error: no command is sent behind it. */
  denied(): string | undefined;
  /** Replies the server still owes. */
  owed(): number;
  /** How long the oldest of them has been owed, 0 where none is. */
  owedForMs(): number;
  /** Writes the requests together; their answers in order, each within the deadline. Never rejects. */
  send(requests: readonly Request[], deadlineMs: number): Promise<readonly CommandAnswer[]>;
  close(): void;
};

/** `authority`: of a leader, who goes on as a user of its own term. */
export type Credentials = { readonly user: string; readonly password: string; readonly authority?: Authority };

export type ConnectionOptions = {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials | undefined;
  readonly connectTimeoutMs: number;
  /** Told of every change, once per change. */
  readonly onState?: ((state: State) => void) | undefined;
};

/** A place in the line of those who wait for a reply; nobody waits in it once `settle` is gone. */
type Slot = { settle: ((answer: CommandAnswer) => void) | undefined; readonly since: number };

/** Begins to connect. With credentials, AUTH is the first thing written; what follows is pipelined behind it. */
export function open(options: ConnectionOptions): Connection {
  const { host, port, credentials } = options;
  const socket = connectSocket({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
  let line: Line<Slot> = emptyLine;
  let state: State = { _tag: "Connecting" };
  let denied: string | undefined;
  const settled = Promise.withResolvers<State>();

  const become = (next: State): void => {
    if (state._tag === "Closed") return;
    state = next;
    settled.resolve(next);
    options.onState?.(next);
  };
  const close = (why: ClosedBy, message: string): void => {
    if (state._tag === "Closed") return;
    clearTimeout(connecting);
    become({ _tag: "Closed", why, message });
    socket.destroy();
    const abandoned = line.waiting;
    line = emptyLine;
    // Whether the other side has read them before the connection ended, nobody knows.
    for (const slot of abandoned) slot.settle?.({ _tag: "Unknown", written: true, why: `${why}: ${message}` });
  };
  const connecting = setTimeout(
    () => close("Timeout", `${host}:${port} did not accept within ${options.connectTimeoutMs} ms`),
    options.connectTimeoutMs,
  );

  socket.on("connect", () => {
    clearTimeout(connecting);
    if (credentials !== undefined) {
      const hasSaid = (answer: CommandAnswer): void => {
        if (answer._tag === "Failed") denied = answer.error;
      };
      const asked = ask(line, [commands.auth(credentials)], [{ settle: hasSaid, since: performance.now() }]);
      line = asked.line;
      writeAll(socket, asked.chunks);
    }
    become({ _tag: "Open" });
  });
  socket.on("data", (chunk) => {
    const heard = hear(line, chunk);
    line = heard.line;
    for (const { asker, value } of heard.answers) asker.settle?.(answerOf(value));
    if (heard.problem !== undefined) close("Garbled", heard.problem);
  });
  socket.on("error", (error) => close(state._tag === "Connecting" ? reasonOf(error) : "Reset", error.message));
  socket.on("close", () => close("Reset", `${host}:${port} closed the connection`));

  return {
    state: () => state,
    ready: () => settled.promise,
    denied: () => denied,
    owed: () => line.waiting.length,
    owedForMs: () => {
      const [oldest] = line.waiting;
      return oldest === undefined ? 0 : performance.now() - oldest.since;
    },
    send: (requests, deadlineMs) => {
      const replies = requests.reduce((sum, request) => sum + repliesTo(request), 0);
      const why = state._tag !== "Open" ? notOpen(state) : denied === undefined ? undefined : `AUTH: ${denied}`;
      if (why !== undefined) return Promise.resolve(refused(replies, why));
      const waits = Array.from({ length: replies }, () => Promise.withResolvers<CommandAnswer>());
      const slots = waits.map(({ resolve }): Slot => {
        const slot: Slot = { settle: undefined, since: performance.now() };
        slot.settle = (answer) => {
          slot.settle = undefined;
          resolve(answer);
        };
        return slot;
      });
      const asked = ask(line, requests, slots);
      if (asked.error !== undefined) return Promise.resolve(refused(replies, asked.error.rule));
      line = asked.line;
      let written = false;
      writeAll(socket, asked.chunks, (error) => {
        written = error === undefined || error === null;
      });
      const timer = setTimeout(() => {
        for (const slot of slots) slot.settle?.({ _tag: "Unknown", written, why: `Timeout: no reply within ${deadlineMs} ms` });
      }, deadlineMs);
      return Promise.all(waits.map(({ promise }) => promise)).finally(() => clearTimeout(timer));
    },
    close: () => close("Ours", "closed by the operator"),
  };
}

const refused = (replies: number, why: string): readonly CommandAnswer[] =>
  Array.from({ length: replies }, () => ({ _tag: "Refused", why }));

function notOpen(state: Exclude<State, { readonly _tag: "Open" }>): string {
  return state._tag === "Connecting" ? "not connected yet" : `${state.why}: ${state.message}`;
}

function reasonOf(error: Error): ClosedBy {
  const code = "code" in error ? error.code : undefined;
  return code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH"
    ? "Timeout"
    : code === "ECONNRESET"
      ? "Reset"
      : "Refused";
}
