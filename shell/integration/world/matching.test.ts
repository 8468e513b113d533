// The abstraction function by examples: what of a real answer counts, and what makes a difference.
import { type Reading, replicationId, replicationOffset, runId } from "@gungnir/core";
import { expect, test } from "vitest";
import { type Believed, beginning, take, type Written } from "./believed.ts";
import { type Belief, match, type Names } from "./matching.ts";
import type { Step } from "./step.ts";
import { unfold } from "./unfolding.ts";
import { modelSees, relationsOf, type Seen, viewOf } from "./view.ts";

const after = (...steps: readonly Step[]): Belief => {
  const [state] = steps.reduce<readonly Believed[]>(
    (states, step) => unfold(states.flatMap((one) => take(one, step).states)),
    [beginning()],
  );
  if (state === undefined) throw new Error("the model is in no state");
  return { state, names: [] };
};
const LED: readonly Step[] = [
  { _tag: "Promote", at: "a", minReplicas: 0 },
  { _tag: "Admit", at: "a", member: "b" },
  { _tag: "Follow", at: "b", of: "a" },
  { _tag: "Write", at: "a" },
];

/** What servers would say that are in this state: bytes for items, digits for names. */
const said = (
  { state }: Belief,
  bytes: (offset: bigint) => bigint = (offset) => offset * 100n,
): { readonly seen: readonly Seen[]; readonly ledger: readonly Written[] } => ({
  seen: modelSees(state).map((seen) => ({ ...seen, reading: asBytes(seen.reading, bytes) })),
  ledger: state.ledger.map((entry) => ({ ...entry, replid: digits(entry.replid), at: bytes(entry.at) })),
});
const asBytes = ({ replidBefore, forkedAt, ...reading }: Reading, bytes: (offset: bigint) => bigint): Reading => ({
  ...reading,
  runId: runId("another"),
  offset: replicationOffset(bytes(reading.offset)),
  replid: replicationId(digits(reading.replid)),
  ...(replidBefore === undefined ? {} : { replidBefore: replicationId(digits(replidBefore)) }),
  ...(forkedAt === undefined ? {} : { forkedAt: replicationOffset(bytes(forkedAt)) }),
});
const digits = (name: string): string => Buffer.from(name).toString("hex").padEnd(40, "0");
const nameOf = (host: string): string => (host === "127.0.0.1" ? "nobody" : host);
const changed = (seen: readonly Seen[], name: string, change: (one: Seen) => Seen): readonly Seen[] =>
  seen.map((one) => (one.name === name ? change(one) : one));
const differences = (belief: Belief, seen: readonly Seen[], ledger: readonly Written[]): readonly string[] => {
  const matched = match(belief, { seen, ledger, nameOf });
  return matched._tag === "Match" ? [] : matched.differences;
};

const moved =
  (by: bigint) =>
  (one: Seen): Seen => ({ ...one, reading: { ...one.reading, offset: replicationOffset(one.reading.offset + by) } });
const reading =
  (change: Partial<Reading>) =>
  (one: Seen): Seen => ({ ...one, reading: { ...one.reading, ...change } });

test("bytes and digits are no difference: offsets are counted in writes, histories are names", () => {
  const belief = after(...LED);
  const { seen, ledger } = said(belief);
  expect(differences(belief, seen, ledger)).toEqual([]);
});

test("pings between two writes are no difference, a write that is missing is one", () => {
  const belief = after(...LED);
  const { seen, ledger } = said(belief);
  const pinged = changed(changed(seen, "a", moved(14n)), "b", moved(14n));
  expect(differences(belief, pinged, ledger)).toEqual([]);
  const behind = changed(seen, "b", moved(-14n));
  expect(differences(belief, behind, ledger)).toEqual(["b.written: model 1, server 0", "offsets: model a=b, server a>b"]);
});

test("a history stands for the same digits from the first step to the last", () => {
  const belief = after(...LED);
  const { seen, ledger } = said(belief);
  const matched = match(belief, { seen, ledger, nameOf });
  const names: Names = matched._tag === "Match" ? matched.belief.names : [];
  expect(names.length).toBeGreaterThan(0);
  const anew = changed(seen, "b", (one) => ({ ...one, reading: { ...one.reading, replid: replicationId("f".repeat(40)) } }));
  expect(differences({ ...belief, names }, anew, ledger).some((line) => line.startsWith("b.replid"))).toBe(true);
});

test("roles, links, users, settings, markers and data are compared as they are", () => {
  const belief = after(...LED);
  const { seen, ledger } = said(belief);
  const found = (change: (one: Seen) => Seen): readonly string[] => differences(belief, changed(seen, "b", change), ledger);
  expect(found(reading({ role: "primary" }))).toEqual([expect.stringContaining("b.role")]);
  expect(found(reading({ upstream: { host: "a", port: 1, up: false, syncing: true } }))).toEqual([
    'b.upstream: model "a up", server "a down syncing"',
  ]);
  expect(found(reading({ users: ["repl-c"] }))).toEqual([expect.stringContaining("b.users")]);
  expect(found(reading({ minReplicas: 1 }))).toEqual([expect.stringContaining("b.minReplicas")]);
  expect(found(reading({ marker: "Foreign" }))).toEqual([expect.stringContaining("b.marker")]);
  expect(found((one) => ({ ...one, items: [] }))).toEqual([expect.stringContaining("b.items")]);
  expect(differences(belief, seen.slice(1), ledger)).toContain("a does not answer");
});

test("a replica that the server does not count is a difference, one that fell silent may still be counted", () => {
  const cut = after(...LED, { _tag: "Cut", one: "a", other: "b" });
  const { seen, ledger } = said(cut);
  expect(
    differences(
      cut,
      changed(seen, "a", (one) => ({ ...one, good: ["b"] })),
      ledger,
    ),
  ).toEqual([]);
  expect(
    differences(
      cut,
      changed(seen, "a", (one) => ({ ...one, good: ["c"] })),
      ledger,
    ),
  ).toEqual([expect.stringContaining("a.good replicas")]);
  const linked = after(...LED);
  const all = said(linked);
  expect(
    differences(
      linked,
      changed(all.seen, "a", (one) => ({ ...one, good: [] })),
      all.ledger,
    ),
  ).toEqual([expect.stringContaining("a.good replicas")]);
});

test("offsets of different histories are not compared, forks are compared with the history they left", () => {
  const [a, b] = modelSees(after(...LED, { _tag: "Freeze", at: "b" }, { _tag: "Promote", at: "b", minReplicas: 0 }).state);
  if (a === undefined || b === undefined) throw new Error("two processes are up");
  expect(relationsOf([a, b]).filter((relation) => relation.includes("b"))).toEqual([expect.stringMatching(/^a[=>]b'$/)]);
  expect(viewOf(b, [], nameOf).before).toEqual({ replid: a.reading.replid, written: 0 });
});
