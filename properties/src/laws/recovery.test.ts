// What is done when the primary is lost and too few members can be asked (FAILOVER section 5): whose data is taken, what the user is told that is
// missing, and what the annotation that accepts a loss does. A row each: without it data that somebody still holds is given up unasked.
import {
  ALLOW_DATA_LOSS,
  type Cluster,
  type FailoverRecord,
  type Reading,
  epoch,
  milliseconds,
  podName,
  replicationId,
  replicationOffset,
  runId,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { Driven, PERSISTENT, type Word, cluster, emptied, following, leading, restarted } from "../regressions/driven.ts";
import { identityOf, record, targetOf } from "./cluster.ts";
import { converged } from "./objects.ts";

const WAIT = 2_000;
type Changes = { readonly cluster?: Partial<Cluster>; readonly spec?: Partial<Cluster["spec"]>; readonly record?: Partial<FailoverRecord> };

/** The primary is lost, and that is claimed. */
const lost: FailoverRecord = { ...record, epoch: epoch(4), intent: { kind: "Failover", old: identityOf(0), evidence: "Dead" } };

const drivenBy = (words: readonly (Word | undefined)[], changes: Changes = {}): Driven => {
  const made = converged(cluster({ record: { ...lost, ...changes.record } }, { recoveryWait: milliseconds(WAIT), ...changes.spec }));
  const driven = new Driven({ ...made, ...changes.cluster });
  for (const [ordinal, word] of words.entries()) if (word !== undefined) driven.says(ordinal, word);
  return driven;
};
/** To whom the role is granted, why and when; else what is said. */
const outcomeOf = (words: readonly (Word | undefined)[], changes: Changes = {}) => {
  const driven = drivenBy(words, changes);
  driven.until(WAIT + 600, 100);
  const claims = driven.taken.flatMap(({ at, action, because }) =>
    action._tag === "Claim" && action.record.intent?.kind === "Grant"
      ? [{ at, to: action.record.intent.candidate.pod, old: action.record.intent.old?.pod, epoch: action.epoch, because }]
      : [],
  );
  return claims[0] ?? driven.decision;
};
const said = (because: string, detail: string) => ({ _tag: "Wait", because, detail });
const annotated = (value: string): Partial<Cluster> => ({ annotations: { [ALLOW_DATA_LOSS]: value } });
const volume = (ordinal: number, at: number, seq: number, changes: Partial<Reading> = {}): Reading =>
  restarted(ordinal, { marker: { epoch: epoch(at), seq, pod: podName("web-0") }, ...changes });
const bytes = (count: bigint) => ({ offset: replicationOffset(count) });

// --- What is missing ----------------------------------------------------------------------------------------------------

const volumes: Changes = { spec: PERSISTENT };

test("it is said how many members are needed while they may come, and then what would help", () => {
  const driven = drivenBy(["silent", volume(1, 2, 0), "silent"], volumes);
  driven.until(1_500, 100);
  expect(driven.decision).toEqual({ ...said("FreezeQuorumMissing", "needs 2 of 2 members"), until: WAIT });
  driven.until(WAIT + 1, 100);
  expect(driven.decision).toMatchObject(
    said(
      "DataMissing",
      `2 of 2 members have to answer with the run id of the record, or the volume of web-0 has to come back; the annotation ${ALLOW_DATA_LOSS}: "4" accepts the loss`,
    ),
  );
  expect(driven.told("Claim")).toEqual([]);
});

test("a record without members is not waited for: nobody of it could come", () => {
  const driven = drivenBy(["silent", volume(1, 2, 0), "silent"], { ...volumes, record: { members: [] } });
  driven.until(600, 100);
  expect(driven.decision).toMatchObject({ because: "DataMissing" });
});

test("of a primary that was never recorded no volume is one", () => {
  const { primary: _, ...nobody } = lost;
  const driven = new Driven(
    converged(cluster({ record: { ...nobody, members: [] } }, { ...PERSISTENT, recoveryWait: milliseconds(WAIT) })),
  );
  driven.says(0, volume(0, 3, 1));
  driven.until(600, 100);
  expect(driven.decision).toMatchObject({ because: "DataMissing" });
  expect(driven.decision).toMatchObject({ detail: expect.stringMatching("the volume of the primary has to come back") });
});

// --- Volumes ------------------------------------------------------------------------------------------------------------

const own = volume(0, 3, 1, bytes(100n));

test("the primary's own volume is taken when the members had their time", () => {
  expect(outcomeOf([own, "silent", "silent"], volumes)).toEqual({
    at: WAIT,
    to: "web-0",
    old: "web-0",
    epoch: 5,
    because: "VolumeReturned",
  });
  expect(outcomeOf([own, volume(1, 3, 1, bytes(900n)), volume(2, 3, 0, bytes(900n))], volumes)).toMatchObject({ to: "web-0" });
});

test("nobody else's volume is taken for it, though it carry the record's mark", () => {
  expect(outcomeOf(["silent", volume(1, 3, 1), volume(2, 3, 1)], volumes)).toMatchObject({ because: "DataMissing" });
});

test("not while its pod is ending, and not a volume without a mark of ours", () => {
  const ending = cluster().pods.map((pod) => (pod.ordinal === 0 ? { ...pod, deleting: true } : pod));
  const missing = { because: "DataMissing" };
  expect(outcomeOf([own, "silent", "silent"], { ...volumes, cluster: { pods: ending } })).toMatchObject(missing);
  for (const marker of ["Absent", "Foreign"] as const)
    expect(outcomeOf([restarted(0, { marker }), "silent", "silent"], volumes)).toMatchObject(missing);
});

const unlinked = (count: bigint, changes: Partial<Reading> = {}) => following(1, count, false, changes);

test("a member that lives and has more of the same history is taken in its stead; one with as much, or of another, is not", () => {
  const same = { replid: replicationId("now"), ...bytes(100n) };
  const at = (other: Reading, words: Partial<Reading> = {}) =>
    outcomeOf([volume(0, 3, 1, { ...same, ...words }), other, "silent"], volumes);
  expect(at(unlinked(101n))).toMatchObject({ to: "web-1" });
  expect(at(unlinked(100n))).toMatchObject({ to: "web-0" });
  expect(at(unlinked(101n), { replid: replicationId("fresh") })).toMatchObject({ to: "web-0" });
  expect(at(unlinked(101n, { marker: "Absent" }))).toMatchObject({ to: "web-0" });
});

test("an older mark than the record's counts when everybody is here, or nobody else counted", () => {
  const older = volume(0, 3, 0);
  expect(outcomeOf([older, volume(1, 2, 0), volume(2, 2, 0)], volumes)).toMatchObject({ to: "web-0" });
  expect(outcomeOf([older, volume(1, 2, 0), "silent"], volumes)).toMatchObject({ because: "DataMissing" });
  expect(outcomeOf([older, volume(1, 2, 0), "silent"], { ...volumes, record: { members: [] } })).toMatchObject({ to: "web-0" });
  expect(outcomeOf([volume(0, 2, 9), volume(1, 2, 0), volume(2, 2, 0)], volumes)).toMatchObject({ because: "DataMissing" });
});

test("of a record without a mark no volume is one", () => {
  const { markerBefore: _, marker: __, ...unmarked } = lost;
  const driven = new Driven(converged(cluster({ record: unmarked }, { ...PERSISTENT, recoveryWait: milliseconds(WAIT) })));
  driven.says(0, own);
  driven.until(WAIT + 200, 100);
  expect(driven.decision).toMatchObject({ because: "DataMissing" });
});

test("a record that names no mark but its own takes that one alone", () => {
  const { markerBefore: _, ...rest } = lost;
  const alone = (word: Reading) => {
    const driven = new Driven(converged(cluster({ record: rest }, { ...PERSISTENT, recoveryWait: milliseconds(WAIT) })));
    driven.says(0, word);
    for (const ordinal of [1, 2]) driven.says(ordinal, volume(ordinal, 2, 0));
    driven.until(WAIT + 200, 100);
    return driven.told("Claim").length;
  };
  expect([alone(volume(0, 3, 1)), alone(volume(0, 3, 0))]).toEqual([1, 0]);
});

const newer = (ordinal: number, count: bigint, replid: string) =>
  volume(ordinal, 4, 0, { ...bytes(count), replid: replicationId(replid), marker: { epoch: epoch(4), seq: 0, pod: podName("web-1") } });

test("a mark newer than the record's is of a candidate that was promoted and never published", () => {
  expect(outcomeOf([own, newer(1, 10n, "a"), newer(2, 20n, "a")], volumes)).toMatchObject({ to: "web-2" });
  expect(outcomeOf([own, newer(1, 10n, "a"), newer(2, 20n, "b")], volumes)).toMatchObject({ to: "web-1" });
  expect(outcomeOf(["silent", newer(1, 10n, "a"), newer(2, 20n, "a")], volumes)).toMatchObject({ to: "web-1" });
  expect(outcomeOf([newer(0, 30n, "b"), "silent", newer(2, 20n, "a")], volumes)).toMatchObject({ because: "DataMissing" });
});

// --- Without volumes ----------------------------------------------------------------------------------------------------

test("every process of the record is dead: the data is gone, and one that runs starts anew, at once", () => {
  expect(outcomeOf([emptied(0), emptied(1), emptied(2)])).toMatchObject({ to: "web-0", because: "DataLost" });
  const all = drivenBy([emptied(0), emptied(1), emptied(2)]);
  all.until(600, 100);
  expect(all.told("Claim")).toEqual(["Claim web-0 DataLost"]);
});

const withThird = (container: Cluster["pods"][number]["container"]): Changes => ({
  cluster: { pods: cluster().pods.map((pod) => (pod.ordinal === 2 ? { ...pod, container } : pod)) },
});

test("nor is a primary missed that was never recorded", () => {
  const { primary: _, ...nobody } = lost;
  const driven = new Driven(converged(cluster({ record: nobody }, { recoveryWait: milliseconds(WAIT) })));
  for (const ordinal of [0, 1, 2]) driven.says(ordinal, emptied(ordinal));
  driven.until(600, 100);
  expect(driven.told("Claim")).toEqual(["Claim web-0 DataLost"]);
});

test("it is not gone while one of them may live", () => {
  const words = [emptied(0), emptied(1), "silent"] as const;
  expect(outcomeOf(words)).toMatchObject({ because: "DataMissing" });
  expect(outcomeOf(words, withThird({ _tag: "Terminated", id: "container-2" }))).toMatchObject({ to: "web-0", because: "DataLost" });
  const gone: Changes = { record: { members: lost.members.filter((one) => one.pod === "web-1"), retired: [] } };
  expect(outcomeOf(words, gone)).toMatchObject(said("DataMissing", "web-2 has not said yet whether it holds data"));
});

test("another pod of its name answers: it is gone; while that one says nothing it may live on", () => {
  const pods = cluster().pods.map((pod) => (pod.ordinal === 2 ? { ...pod, uid: targetOf(2, 1).uid } : pod));
  const outcome = (word: Word) => {
    const driven = drivenBy([emptied(0), emptied(1)], { cluster: { pods } });
    driven.says(2, word, targetOf(2, 1));
    driven.until(WAIT + 600, 100);
    return driven;
  };
  expect(outcome(emptied(2)).told("Claim")).toEqual(["Claim web-0 DataLost"]);
  expect(outcome("silent").decision).toMatchObject({ because: "DataMissing", detail: expect.stringMatching("run id of the record") });
});

test("nor while the primary may live, or a member does that holds nothing", () => {
  expect(outcomeOf(["silent", emptied(1), emptied(2)])).toMatchObject({ because: "DataMissing" });
  const alive = emptied(2, { runId: identityOf(2).runId });
  expect(outcomeOf([emptied(0), emptied(1), alive])).toMatchObject({ because: "DataMissing" });
  const primary = emptied(0, { runId: identityOf(0).runId });
  expect(outcomeOf([primary, emptied(1), emptied(2)])).toMatchObject({ because: "DataMissing" });
  const { pods } = cluster();
  expect(outcomeOf([emptied(0), emptied(1)], { cluster: { pods: pods.slice(0, 2) } })).toMatchObject({ because: "DataMissing" });
});

test("whoever did not count and holds data is not passed over: a human accepts that, or does not", () => {
  const one: Changes = { record: { members: lost.members.slice(0, 1) } };
  const words = [emptied(0), emptied(1), following(2, 5n, false)];
  const full = `every process of the record is dead; web-2, which did not count, holds data: the annotation ${ALLOW_DATA_LOSS}: "4" grants it`;
  expect(outcomeOf(words, one)).toMatchObject(said("DataMissing", full));
  const ending = cluster().pods.map((pod) => (pod.ordinal === 2 ? { ...pod, deleting: true } : pod));
  expect(outcomeOf(words, { ...one, cluster: { pods: ending } })).toMatchObject(said("DataMissing", "web-2 is still ending"));
});

test("nobody runs: it is waited for", () => {
  const ended = cluster().pods.map((pod) => ({ ...pod, container: { _tag: "Terminated", id: "ended" } as const }));
  const driven = drivenBy([], { cluster: { pods: ended } });
  driven.until(600, 100);
  driven.read({});
  expect(driven.decision).toMatchObject(said("DataMissing", "every process of the record is dead and none runs yet"));
});

test("a stranger that says primary is no empty process to begin with", () => {
  expect(outcomeOf([leading(emptied(0)), emptied(1), emptied(2)])).toMatchObject({ to: "web-1", because: "DataLost" });
});

// --- The user accepts the loss ------------------------------------------------------------------------------------------

const allowed: Changes = { ...volumes, cluster: annotated("4") };

test("by the annotation of this epoch, and of no other", () => {
  const words = ["silent", volume(1, 2, 0), "silent"] as const;
  expect(outcomeOf(words, allowed)).toMatchObject({ to: "web-1", old: "web-0", epoch: 5, because: "LossAllowed" });
  expect(outcomeOf(words, { ...volumes, cluster: annotated("3") })).toMatchObject({ because: "DataMissing" });
  expect(outcomeOf(["silent", "silent", "silent"], allowed)).toMatchObject({ because: "DataMissing" });
});

const chosen = (...words: readonly Reading[]) => outcomeOf(["silent", ...words], allowed);

test("even then it is the best that answers: the higher mark, whoever is not empty, more bytes; never another cluster's", () => {
  const old = (ordinal: number, seq: number, count: bigint, empty = false) => volume(ordinal, 2, seq, { ...bytes(count), empty });
  expect(chosen(old(1, 1, 10n), old(2, 2, 5n, true))).toMatchObject({ to: "web-2" });
  expect(chosen(old(1, 2, 5n, true), old(2, 1, 10n))).toMatchObject({ to: "web-1" });
  expect(chosen(old(1, 1, 10n, true), old(2, 1, 5n))).toMatchObject({ to: "web-2" });
  expect(chosen(old(1, 1, 5n), old(2, 1, 10n, true))).toMatchObject({ to: "web-1" });
  expect(chosen(old(1, 1, 10n), old(2, 1, 20n))).toMatchObject({ to: "web-2" });
  expect(chosen(old(1, 1, 20n), old(2, 1, 10n))).toMatchObject({ to: "web-1" });
  expect(chosen(old(1, 1, 10n), old(2, 1, 10n))).toMatchObject({ to: "web-1" });
  expect(chosen(restarted(1, { marker: "Foreign", ...bytes(90n) }), old(2, 1, 1n))).toMatchObject({ to: "web-2" });
  expect(chosen(restarted(1, { marker: "Foreign", runId: runId("other") }), restarted(2, { marker: "Foreign" }))).toMatchObject({
    because: "DataMissing",
  });
});

test("nor is it spent on a primary that has just ended, nor beside one that has just begun anew", () => {
  const words = [volume(0, 3, 0, bytes(30n)), volume(1, 2, 1, bytes(10n)), "silent"] as const;
  const ended: Partial<Cluster> = {
    pods: cluster().pods.map((pod) => (pod.ordinal === 0 ? { ...pod, container: { _tag: "Terminated", id: "container-0" } } : pod)),
  };
  const driven = drivenBy(words, volumes);
  driven.until(600, 100);
  driven.read({ ...ended, ...annotated("4") });
  expect(driven.told("Claim")).toEqual([]);
  expect(driven.decision).toMatchObject(said("DataMissing", "web-0 answers, and its container is not said to run"));
  const anew = drivenBy(words, volumes);
  anew.until(600, 100);
  anew.read(annotated("4"));
  expect(anew.told("Claim")).toEqual(["Claim web-0 LossAllowed"]);
  driven.says(0, "silent");
  driven.until(1_500, 100);
  expect(driven.told("Claim")).toEqual(["Claim web-1 LossAllowed"]);
});
