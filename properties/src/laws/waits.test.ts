// What is waited for, and why that is said, one situation at a time; and whose word counts when the primary is silent. Each was asked by a mutant
// that every other law let pass.
import { type Cluster, type Reading, instant, step } from "@gungnir/core";
import { expect, test } from "vitest";
import { BUSY, D, Driven, cluster, following, serving } from "../regressions/driven.ts";
import { leader, record } from "./cluster.ts";
import { converged } from "./objects.ts";

const words = (ordinal: number, offset = 100n, changes: Partial<Reading> = {}) => following(ordinal, offset, true, changes);
/** What is said at last of a cluster that was just read. */
const woken = (changes: Partial<Cluster>) => {
  const event = { now: instant(1), _tag: "Woke" } as const;
  let stepped = step(leader(converged(cluster(changes)), 0), event);
  while (stepped.decision._tag === "Act") stepped = step(stepped.memory, event);
  return stepped.decision;
};
const { primary: _, ...nobody } = record;

test.each([
  [{ deleting: true }, { because: "ClusterDeleting", until: undefined }],
  [{ recordUnreadable: true }, { because: "RecordTooNew", until: undefined }],
  [{ record: nobody }, { because: "DataMissing", until: undefined, detail: "the record names neither a primary nor an intent" }],
] as const)("of a cluster with %j it is said why nothing is done", (changes, wait) => {
  expect(woken(changes)).toEqual({ _tag: "Wait", ...wait });
});

test("nothing is done on a Lease that ends before a command would", () => {
  const memory = leader(converged(cluster()), 0);
  for (const [left, isLed] of [
    [249, false],
    [250, true],
  ] as const) {
    const leadership = { _tag: "Leading", term: 1, founded: "", since: instant(0), until: instant(1_000 + left) } as const;
    const { decision } = step({ ...memory, leadership }, { now: instant(1_000), _tag: "Woke" });
    expect([left, decision._tag === "Wait" && decision.because === "NotLeading"]).toEqual([left, !isLed]);
  }
  const { decision } = step(memory, { now: instant(1_000), _tag: "Lease", leadership: { _tag: "Standby" } });
  expect(decision).toEqual({ _tag: "Wait", until: undefined, because: "NotLeading" });
});

/** Everything is as it should be, and stays so. */
const settled = (held?: string, changes: Partial<Reading> = {}): Driven => {
  const driven = new Driven(converged(cluster()));
  driven.fate = (action) => (action._tag === held ? "held" : undefined);
  driven.says(0, serving(100n, changes));
  for (const ordinal of [1, 2]) driven.says(ordinal, words(ordinal));
  driven.until(1_000, 100);
  return driven;
};

test("what is under way is waited for by its kind, and then there is nothing more to do", () => {
  const { marker } = record;
  const marking = settled("Mark", marker === undefined ? {} : { marker: { ...marker, seq: 0 } });
  expect(marking.held.map(({ _tag }) => _tag)).toEqual(["Mark"]);
  expect(marking.decision).toMatchObject({ _tag: "Wait", because: "CommandInFlight", until: undefined });
  const reporting = settled("Report");
  expect(reporting.held.map(({ _tag }) => _tag)).toEqual(["Report"]);
  expect(reporting.decision).toMatchObject({ _tag: "Wait", because: "WriteInFlight", until: undefined });
});

test("a primary that lives and serves nobody is an alarm that says what it answers, and no failover", () => {
  const driven = settled();
  driven.says(0, BUSY);
  driven.until(10 * D, 100);
  expect(driven.told("Claim")).toEqual([]);
  expect(driven.decision).toMatchObject({ because: "PrimaryNotServing", detail: "web-0: Busy BUSY Valkey is busy running a script" });
  driven.says(0, { _tag: "MaxClients", text: "" });
  driven.until(11 * D, 100);
  expect(driven.decision).toMatchObject({ because: "PrimaryNotServing", detail: "web-0: MaxClients" });
});

// --- A primary that is silent -----------------------------------------------------------------------------------------

/** When the primary, silent from 2000 on, is claimed, if the offsets of its replicas rise until these instants. */
const claimedAt = (first: number, second: number): number | undefined => {
  const driven = new Driven(cluster());
  driven.says(0, serving(100n));
  driven.until(2_000, 100, (now) => {
    for (const ordinal of [1, 2]) driven.says(ordinal, words(ordinal, 100n + BigInt(now)));
  });
  driven.says(0, "silent");
  driven.until(14_000, 100, (now) => {
    driven.says(1, words(1, 100n + BigInt(Math.min(now, first))));
    driven.says(2, words(2, 100n + BigInt(Math.min(now, second))));
  });
  return driven.taken.find(({ action }) => action._tag === "Claim")?.at;
};

test("a replica that still hears from it puts the claim off for D and two seconds, the last one of several; bytes that were on their way do not", () => {
  const inTime = claimedAt(2_000, 2_000);
  expect(inTime).toBe(1_900 + D);
  expect(claimedAt(2_100, 2_000)).toBe(inTime); // sent before it fell silent
  const later = claimedAt(5_000, 2_000);
  expect(later).toBe(4_900 + D + 2_000);
  expect(claimedAt(2_000, 5_000)).toBe(later);
  expect(claimedAt(4_000, 5_000)).toBe(later);
  expect(claimedAt(5_000, 4_000)).toBe(later);
});

test("a pod that never said anything is no witness, and takes nobody's word away", () => {
  const driven = new Driven(cluster());
  driven.says(0, serving(100n));
  driven.says(1, words(1));
  driven.says(2, "silent");
  driven.until(2_000, 100);
  driven.says(0, "silent");
  driven.until(6_000, 100);
  expect(driven.told("Claim")[0]).toBe("Claim nobody PrimarySilent");
});

test("a primary that was never asked is silent from when the epoch was known", () => {
  const driven = new Driven(cluster());
  for (const ordinal of [1, 2]) driven.says(ordinal, words(ordinal));
  driven.until(3_000, 100);
  expect(driven.taken.find(({ action }) => action._tag === "Claim")).toMatchObject({ at: D, because: "PrimarySilent" });
});

test("when nobody answers it is us who are cut off", () => {
  const driven = settled();
  for (const ordinal of [0, 1, 2]) driven.says(ordinal, "silent");
  driven.until(10 * D, 100);
  expect(driven.told("Claim")).toEqual([]);
  expect(driven.decision).toMatchObject({ _tag: "Wait", because: "NoWitness" });
});
