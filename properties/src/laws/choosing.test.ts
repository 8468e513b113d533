// SEL, one situation at a time: whose data is ours, whose is the most, and who of those that have the same. The laws for any group are in `promotion.test.ts`;
// what they draw meets these borders too seldom. Where one is missed a user gets the older of two data sets, or one that was never his.
import {
  type FailoverRecord,
  type Frozen,
  type Reading,
  byMerit,
  carries,
  choose,
  epoch,
  holdsHistory,
  markerOf,
  podName,
  replicationId,
  runId,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { identityOf, readingOf, record } from "./cluster.ts";
import { frozen } from "./situation.ts";

const marked = (of: number, seq: number) => ({ marker: { epoch: epoch(of), seq, pod: podName("web-0") } });
const [NOW, BEFORE, OTHER] = [replicationId("now"), replicationId("before"), replicationId("other")];
const { primary, marker: _marker, ...rest } = record;
const { markerBefore: _before, ...once } = record;
const { primary: _primary, ...unpublished } = record;
const unmarked: FailoverRecord = { ...rest, ...(primary === undefined ? {} : { primary }) };
const { replidBefore: _replidBefore, ...young } = primary ?? { ...identityOf(0), epoch: epoch(3), replid: NOW };

test.each<[string, Partial<Reading>, boolean, FailoverRecord?]>([
  ["the mark and the history of the record", {}, true],
  ["the mark before it, which the last one had not reached", marked(3, 0), true],
  ["that mark, and there was none before", marked(3, 0), false, once],
  ["the mark, and there was none before", marked(3, 1), true, once],
  ["an older mark", marked(2, 9), false],
  ["no mark", { marker: "Absent" }, false],
  ["somebody else's mark", { marker: "Foreign" }, false],
  ["the history that the record's continues", { replid: BEFORE }, true],
  ["that history, and the record's continues none", { replid: BEFORE }, false, { ...record, primary: young }],
  ["a history that continues the record's", { replid: OTHER, replidBefore: NOW }, true],
  ["a history that continues the one before it", { replid: OTHER, replidBefore: BEFORE }, true],
  ["a history that continues another", { replid: OTHER, replidBefore: OTHER }, false],
  ["a history of which nobody knows", { replid: OTHER }, false],
  ["… but the mark of a candidate that was never published", { replid: OTHER, ...marked(4, 0) }, true],
  ["a record without a primary", {}, false, unpublished],
  ["a record without a mark", {}, false, unmarked],
])("ours is a data set with %s", (_, changes, isOurs, of = record) => {
  expect(holdsHistory(of, frozen(1, 100n, changes))).toBe(isOurs);
});

test("a record that says nothing of its data has nobody to choose", () => {
  for (const which of [unpublished, unmarked]) expect(choose(which, [candidate(1, 100n)])).toEqual({ _tag: "None" });
});

const candidate = (ordinal: number, offset: bigint, changes: Partial<Reading> = {}, isOld = false): Frozen => ({
  identity: identityOf(ordinal),
  reading: frozen(ordinal, offset, changes),
  isOld,
});
const chosen = (...group: readonly Frozen[]): string => {
  const choice = choose(record, group);
  return choice._tag === "None" ? "None" : `${choice._tag} ${(choice._tag === "Best" ? choice.candidate : choice.best).identity.pod}`;
};

test("SEL-5 first the later mark, then the more bytes, then who was the primary, then priority, then names", () => {
  expect(chosen(candidate(1, 900n), candidate(2, 100n, marked(4, 0)))).toBe("Best web-2");
  expect(chosen(candidate(1, 100n), candidate(2, 101n, { priority: 200 }))).toBe("Best web-2");
  expect(chosen(candidate(1, 100n, { priority: 1 }), candidate(0, 100n, { priority: 200 }, true))).toBe("Best web-0");
  expect(chosen(candidate(1, 100n, { priority: 2 }), candidate(2, 100n, { priority: 1 }))).toBe("Best web-2");
  expect(chosen(candidate(2, 100n), candidate(1, 100n))).toBe("Best web-1");
  const run = runId("a run");
  expect(chosen({ ...candidate(1, 100n) }, { ...candidate(2, 100n), identity: { ...identityOf(2), runId: run } })).toBe("Best web-2");
  expect(chosen(...[2, 1].map((ordinal) => ({ ...candidate(ordinal, 100n), identity: { ...identityOf(ordinal), runId: run } })))).toBe(
    "Best web-1",
  );
});

test("SEL-6 priority 0 comes last among those that have the same, and is passed over for one of them only", () => {
  expect(byMerit(candidate(1, 100n, { priority: 0 }), candidate(2, 100n, { priority: 9 }))).toBeGreaterThan(0);
  expect(byMerit(candidate(1, 100n, { priority: 9 }), candidate(2, 100n, { priority: 0 }))).toBeLessThan(0);
  expect(chosen(candidate(1, 100n, { priority: 0 }), candidate(2, 99n))).toBe("Excluded web-1");
  expect(chosen(candidate(1, 100n, { priority: 0 }), candidate(2, 100n))).toBe("Best web-2");
  expect(chosen(candidate(1, 100n, { priority: 0 }), candidate(2, 100n, { replid: OTHER }))).toBe("Excluded web-1");
  expect(chosen(candidate(1, 100n, { priority: 1 }))).toBe("Best web-1");
  expect(chosen(candidate(0, 100n, { priority: 0 }, true), candidate(1, 99n))).toBe("Best web-0");
  // Of old, another that has as much does not take it away from the primary that stays.
  expect(chosen(candidate(0, 100n, { priority: 0 }, true), candidate(1, 100n))).toBe("Best web-0");
});

test("a data set carries a mark if it is the very same, of the same pod", () => {
  const mark = marked(3, 1).marker;
  expect(carries(readingOf(1, 1n), mark)).toBe(true);
  expect(carries(readingOf(1, 1n, marked(3, 0)), mark)).toBe(false);
  expect(carries(readingOf(1, 1n, marked(2, 1)), mark)).toBe(false);
  expect(carries(readingOf(1, 1n, { marker: { ...mark, pod: podName("web-1") } }), mark)).toBe(false);
  for (const marker of ["Absent", "Foreign"] as const) {
    expect(carries(readingOf(1, 1n, { marker }), mark)).toBe(false);
    expect(markerOf(readingOf(1, 1n, { marker }))).toBeUndefined();
  }
  expect(markerOf(readingOf(1, 1n))).toEqual(mark);
});
