// Clients as applications are: each keeps its connection as long as it lasts, writes one key after the other through the
// write Service, and connects again when it is cut off or told that it talks to a replica. Some write plainly; some ask with
// `WAIT 1` whether a replica has it. All that was promised to them goes into the ledger.
import { setTimeout as sleep } from "node:timers/promises";
import { commands, integerOf } from "@gungnir/core/resp3";
import { open, type Connection, type Outcome as Answer, type Target } from "./connection.ts";
import { keyOf, newBook, type Book, type Kind, type Ledger, type Outcome } from "./ledger.ts";

export type Workload = { readonly ledger: Ledger; readonly stop: () => Promise<void> };

export type Options = {
  readonly plainClients: number;
  readonly waitClients: number;
  /** What a client does between two writes: the demonstration is no benchmark. */
  readonly pauseMs: number;
};

/** Longer than a healthy answer ever takes, shorter than anyone wants to stare at a hung connection. */
const requestTimeoutMs = 1_000;
const waitTimeoutMs = 500;
const connectTimeoutMs = 250;
const reconnectPauseMs = 5;

/** Starts clients that write until they are stopped. */
export const startWorkload = (target: Target, { plainClients, waitClients, pauseMs }: Options): Workload => {
  const book = newBook();
  const stopped = new AbortController();
  const next: Record<Kind, number> = { plain: 0, wait: 0 };
  const client = (kind: Kind): Promise<void> =>
    drive({ kind, target, pauseMs, signal: stopped.signal, book, nextSequence: () => next[kind]++ });
  const clients = [
    ...Array.from({ length: plainClients }, () => client("plain")),
    ...Array.from({ length: waitClients }, () => client("wait")),
  ];
  return {
    ledger: book,
    stop: async () => {
      stopped.abort();
      await Promise.all(clients);
    },
  };
};

type Client = {
  readonly kind: Kind;
  readonly target: Target;
  readonly pauseMs: number;
  readonly signal: AbortSignal;
  readonly book: Book;
  readonly nextSequence: () => number;
};

const drive = async ({ kind, target, pauseMs, signal, book, nextSequence }: Client): Promise<void> => {
  let connection: Connection | undefined;
  while (!signal.aborted) {
    if (connection === undefined || !connection.isOpen()) {
      const opened = await open(target, connectTimeoutMs);
      connection = opened._tag === "Open" ? opened.connection : undefined;
    }
    if (connection === undefined) {
      await sleep(reconnectPauseMs);
      continue;
    }
    const sequence = nextSequence();
    const sentAt = performance.now();
    const { outcome, isElsewhere } = await write(connection, kind, sequence);
    book.record({ kind, sequence, outcome, at: performance.now() }, sentAt);
    if (isElsewhere) connection.close();
    if (outcome !== "acknowledged") await sleep(reconnectPauseMs);
    else if (pauseMs > 0) await sleep(pauseMs);
  }
  connection?.close();
};

/** One write of a key that no other write has; `isElsewhere` when the server says that it is not the primary. */
const write = async (
  connection: Connection,
  kind: Kind,
  sequence: number,
): Promise<{ readonly outcome: Outcome; readonly isElsewhere: boolean }> => {
  const set = commands.set(keyOf(kind, sequence), sequence);
  if (kind === "plain") {
    const answer = await connection.send(set, requestTimeoutMs);
    return { outcome: settled(answer), isElsewhere: isReadOnly(answer) };
  }
  const [answer, waited] = await connection.sendAll([set, commands.wait(1, waitTimeoutMs)], requestTimeoutMs);
  const outcome = settled(answer);
  const isFulfilled = waited?._tag === "Answered" && (integerOf(waited.value) ?? 0n) >= 1n;
  return { outcome: outcome === "acknowledged" && !isFulfilled ? "ambiguous" : outcome, isElsewhere: isReadOnly(answer) };
};

const settled = (answer: Answer | undefined): Outcome => {
  switch (answer?._tag) {
    case "Answered":
      return "acknowledged";
    case "Unknown":
      return "ambiguous";
    case "Refused":
    case "NotSent":
    case undefined:
      return "refused";
  }
};

const isReadOnly = (answer: Answer | undefined): boolean => answer?._tag === "Refused" && answer.message.startsWith("READONLY");
