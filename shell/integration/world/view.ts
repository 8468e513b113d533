// The abstraction function: what is compared of a process, and in which words. Both sides go through core's `Reading`, the
// model by the world's `answer`, a server by core's own probe. What is left out, and why:
//
//   offsets       bytes there, items here. An offset becomes the number of known writes of its history at or below it, and any two
//                 offsets of one history are compared: less, equal, greater.
//   histories     forty hex digits there, names here. They have to correspond one to one, from the first step to the last.
//   up, streaming one word there
//   good replicas a server notices after seconds who is silent: who is cut off or hung may still be counted, nobody else may
import type { Reading, Reply } from "@gungnir/core";
import { valkeyHalf } from "@gungnir/properties";
import type { Believed, Written } from "./believed.ts";
import { PORT } from "./shipped.ts";
import { type Name, NAMES } from "./step.ts";

/** One process, in the words of one side. */
export type Seen = {
  readonly name: Name;
  readonly reading: Reading;
  /** Replicas that count for min-replicas. */
  readonly good: readonly string[];
  /** How many of them the server counts at the moment, where it has to. */
  readonly counted: number | undefined;
  readonly items: readonly string[];
};

/** One process, in words that both sides share but for the names of histories. */
export type View = {
  readonly role: "primary" | "replica";
  readonly upstream: string;
  readonly replid: string;
  readonly written: number;
  readonly before: { readonly replid: string; readonly written: number } | "none";
  readonly minReplicas: number;
  readonly users: readonly string[];
  readonly marker: string;
  readonly isEmpty: boolean;
  readonly items: readonly string[];
};

export const viewOf = ({ reading, items }: Seen, ledger: readonly Written[], nameOf: (host: string) => string): View => {
  const { upstream, replidBefore, forkedAt, marker } = reading;
  return {
    role: reading.role,
    upstream:
      upstream === undefined ? "none" : `${nameOf(upstream.host)} ${upstream.up ? "up" : "down"}${upstream.syncing ? " syncing" : ""}`,
    replid: reading.replid,
    written: writtenUpTo(ledger, reading.replid, reading.offset),
    before:
      replidBefore === undefined || forkedAt === undefined
        ? "none"
        : { replid: replidBefore, written: writtenUpTo(ledger, replidBefore, forkedAt) },
    minReplicas: reading.minReplicas,
    users: reading.users,
    marker: typeof marker === "string" ? marker : `${marker.epoch}:${marker.seq}:${marker.pod}`,
    isEmpty: reading.empty,
    items: items.toSorted(),
  };
};

const writtenUpTo = (ledger: readonly Written[], replid: string, offset: bigint): number =>
  ledger.filter((entry) => entry.replid === replid && entry.at <= offset).length;

type Mark = { readonly name: string; readonly replid: string; readonly at: bigint };

/** Where offsets of one history stand to each other: `a<b`, and `a>b'` for the fork of b. */
export const relationsOf = (seen: readonly Seen[]): readonly string[] => {
  const marks = seen.flatMap(({ name, reading }): readonly Mark[] => [
    { name, replid: reading.replid, at: reading.offset },
    ...(reading.replidBefore === undefined || reading.forkedAt === undefined
      ? []
      : [{ name: `${name}'`, replid: reading.replidBefore, at: reading.forkedAt }]),
  ]);
  return marks.flatMap((one, index) =>
    marks
      .slice(index + 1)
      .filter((other) => other.replid === one.replid)
      .map((other) => `${one.name}${one.at < other.at ? "<" : one.at > other.at ? ">" : "="}${other.name}`),
  );
};

/** What the model says that each process that can speak would say. */
export const modelSees = (state: Believed): readonly Seen[] => {
  const { valkey } = state;
  return NAMES.flatMap((name) => {
    const process = valkey.processes.find((other) => other.pod === name);
    if (process === undefined || process.hung) return [];
    const followers = valkeyHalf.followers(valkey, process);
    const reply: Reply = valkeyHalf.answer(process, followers, PORT);
    if (reply._tag !== "Reading") throw new Error(`the model answers ${reply._tag} for ${name}`);
    const items = process.items.map((item) => item.id).filter((id) => !id.startsWith("marker:"));
    return [{ name, reading: reply.reading, good: followers.map((follower) => follower.address), counted: followers.length, items }];
  });
};

/** Who may be counted besides: silent for less than the grace. */
export const mayBeGood = (state: Believed, source: Name): readonly string[] => {
  const { processes } = state.valkey;
  const primary = processes.find((process) => process.pod === source);
  if (primary === undefined) return [];
  const isSilent = (process: valkeyHalf.Process): boolean =>
    process.hung || !valkeyHalf.isOpen(state.valkey, process.address, primary.address);
  return processes.filter((process) => process !== primary && isSilent(process)).map((process) => process.address);
};
