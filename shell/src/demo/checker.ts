// The reckoning: every key of the ledger is read on every pod. A write is kept when every pod has it with its value. It is
// lost when it was acknowledged and a pod lacks it or holds something else; on which pods is said, because "lost on one" is
// a cluster that has not converged, and "lost on all" is data that is gone.
import { bare, type Command, commands, itemsOf, textOf } from "@gungnir/core/resp3";
import { open, type Target } from "./connection.ts";
import { keyOf, kinds, type Entry, type Kind } from "./ledger.ts";

export type Tally = {
  readonly acknowledged: number;
  /** Acknowledged, and missing or altered on at least one pod. */
  readonly lost: number;
  readonly ambiguous: number;
  /** Ambiguous, and there after all. */
  readonly ambiguousKept: number;
  readonly refused: number;
};

export type Loss = { readonly key: string; readonly kind: Kind; readonly missingOn: readonly string[] };

export type Verdict = { readonly tallies: Record<Kind, Tally>; readonly losses: readonly Loss[] };

export type Pod = { readonly name: string; readonly target: Target };

/** Keys asked for in one request: few round trips, and no reply that stalls the server. */
const batch = 500;
const requestTimeoutMs = 10_000;

/** Reads every key on every pod; throws when a pod cannot be read, because then nothing is known. */
export const check = async (entries: readonly Entry[], pods: readonly Pod[]): Promise<Verdict> => {
  if (pods.length === 0) throw new Error("no pod to check the writes on");
  const held = await Promise.all(pods.map((pod) => heldBy(pod, entries)));
  const missingOn = (entry: Entry, index: number): readonly string[] =>
    pods.flatMap((pod, at) => (held[at]?.[index] === String(entry.sequence) ? [] : [pod.name]));
  const losses: Loss[] = [];
  const tallies: Record<Kind, Tally> = { plain: empty, wait: empty };
  for (const [index, entry] of entries.entries()) {
    const missing = missingOn(entry, index);
    const isLost = entry.outcome === "acknowledged" && missing.length > 0;
    if (isLost) losses.push({ key: keyOf(entry.kind, entry.sequence), kind: entry.kind, missingOn: missing });
    tallies[entry.kind] = counted(tallies[entry.kind], entry, missing.length === 0);
  }
  return { tallies, losses };
};

const empty: Tally = { acknowledged: 0, lost: 0, ambiguous: 0, ambiguousKept: 0, refused: 0 };

const counted = (tally: Tally, { outcome }: Entry, isKept: boolean): Tally => {
  switch (outcome) {
    case "acknowledged":
      return { ...tally, acknowledged: tally.acknowledged + 1, lost: tally.lost + (isKept ? 0 : 1) };
    case "ambiguous":
      return { ...tally, ambiguous: tally.ambiguous + 1, ambiguousKept: tally.ambiguousKept + (isKept ? 1 : 0) };
    case "refused":
      return { ...tally, refused: tally.refused + 1 };
  }
};

/** The value of each entry's key on one pod, in the order of the entries. */
const heldBy = async (pod: Pod, entries: readonly Entry[]): Promise<readonly (string | undefined)[]> => {
  const opened = await open(pod.target, requestTimeoutMs);
  if (opened._tag === "Closed") throw new Error(`${pod.name} cannot be checked: ${opened.reason}`);
  const values: (string | undefined)[] = [];
  try {
    for (let from = 0; from < entries.length; from += batch) {
      const keys = entries.slice(from, from + batch).map((entry) => keyOf(entry.kind, entry.sequence));
      const answer = await opened.connection.send(mgetOf(keys), requestTimeoutMs);
      if (answer._tag !== "Answered")
        throw new Error(`${pod.name} cannot be checked: ${answer._tag === "Refused" ? answer.message : answer.reason}`);
      const items = itemsOf(answer.value) ?? [];
      if (items.length !== keys.length) throw new Error(`${pod.name} answered ${items.length} values for ${keys.length} keys`);
      for (const item of items) values.push(textOf(bare(item)));
    }
  } finally {
    opened.connection.close();
  }
  return values;
};

/** With no keys there is nothing to ask, and the check below says so by itself. */
const mgetOf = ([first, ...rest]: readonly string[]): Command => (first === undefined ? commands.ping() : commands.mget(first, ...rest));

/** The table for people, one row a kind. */
export const tableOf = ({ tallies }: Verdict): string => {
  const head = ["writes", "acknowledged", "lost", "ambiguous", "of these kept", "refused"];
  const names: Record<Kind, string> = { plain: "plain", wait: "WAIT 1" };
  const rows = kinds.map((kind) => {
    const { acknowledged, lost, ambiguous, ambiguousKept, refused } = tallies[kind];
    return [names[kind], ...[acknowledged, lost, ambiguous, ambiguousKept, refused].map(String)];
  });
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(8) : cell.padStart(14)))
        .join("")
        .trimEnd(),
    )
    .join("\n");
};
