// What is made of data that comes back where nobody can be elected: which volume is taken, whom that waits for, and what a human is told. A row
// each: without it the cluster comes back with less than somebody still holds, or stays away and does not say why.
import {
  type Cluster,
  type FailoverRecord,
  type Reading,
  epoch,
  milliseconds,
  podName,
  replicationId,
  replicationOffset,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { Driven, PERSISTENT, type Word, cluster, emptied, following, leading, restarted, serving } from "../regressions/driven.ts";
import { identityOf, record } from "./cluster.ts";
import { converged } from "./objects.ts";

const WAIT = 2_000;
type Changes = { readonly cluster?: Partial<Cluster>; readonly spec?: Partial<Cluster["spec"]>; readonly absent?: readonly number[] };

const drivenBy = (words: readonly (Word | undefined)[], known: FailoverRecord | undefined, changes: Changes): Driven => {
  const { record: _, ...made } = cluster({}, { ...PERSISTENT, recoveryWait: milliseconds(WAIT), ...changes.spec });
  const there = converged(known === undefined ? made : { ...made, record: known });
  const pods = there.pods.map((pod) =>
    changes.absent?.includes(pod.ordinal) === true ? { ...pod, container: { _tag: "Waiting", reason: "Pending" } as const } : pod,
  );
  const driven = new Driven({ ...there, pods, ...changes.cluster });
  for (const [ordinal, word] of words.entries()) if (word !== undefined) driven.says(ordinal, word);
  return driven;
};

/** To whom the role is given at last, and in which epoch; else what is said. */
const outcomeOf = (words: readonly (Word | undefined)[], known?: FailoverRecord, changes: Changes = {}) => {
  const driven = drivenBy(words, known, changes);
  driven.until(WAIT + 600, 100);
  const claims = driven.taken.flatMap(({ at, action, because }) =>
    action._tag === "Claim" && action.record.intent?.kind === "Grant"
      ? [{ at, to: action.record.intent.candidate.pod, epoch: action.epoch, because }]
      : [],
  );
  return claims[0] ?? driven.decision;
};
const said = (because: string, detail: string) => ({ _tag: "Wait", because, detail });

const volume = (ordinal: number, at: number, seq: number, pod: number, changes: Partial<Reading> = {}): Reading =>
  restarted(ordinal, { marker: { epoch: epoch(at), seq, pod: podName(`web-${pod}`) }, ...changes });
const holding = (bytes: bigint, replid = "same") => ({ offset: replicationOffset(bytes), replid: replicationId(replid) });
/** Data that nobody marked. */
const stranger = (ordinal: number, marker: "Absent" | "Foreign") => restarted(ordinal, { marker, empty: false });

// --- Without a record ---------------------------------------------------------------------------------------------------

test("the latest mark wins, in an epoch later than it", () => {
  const given = { to: "web-1", epoch: 8, because: "VolumeReturned" };
  expect(outcomeOf([volume(0, 7, 0, 0), volume(1, 7, 2, 1), volume(2, 6, 3, 2)])).toMatchObject(given);
  expect(outcomeOf([volume(0, 6, 3, 0), volume(1, 7, 0, 1), emptied(2)])).toMatchObject(given);
  expect(outcomeOf([emptied(0), volume(1, 7, 0, 1), volume(2, 6, 9, 2)])).toMatchObject(given);
});

test("of equal marks in one history the one with most bytes; in several, whom the mark names", () => {
  const equal = (...bytes: readonly bigint[]) => bytes.map((one, ordinal) => volume(ordinal, 7, 1, 0, holding(one)));
  expect(outcomeOf(equal(100n, 300n, 200n))).toMatchObject({ to: "web-1" });
  expect(outcomeOf(equal(100n, 200n, 300n))).toMatchObject({ to: "web-2" });
  expect(outcomeOf(equal(300n, 300n, 100n))).toMatchObject({ to: "web-0" });
  const [first, second] = equal(100n, 300n);
  expect(outcomeOf([first, second, volume(2, 7, 1, 0, holding(900n, "another"))])).toMatchObject({ to: "web-0" });
  expect(outcomeOf([first, volume(1, 6, 9, 0, holding(900n)), emptied(2)])).toMatchObject({ at: 0, to: "web-0" });
  expect(outcomeOf([first, volume(1, 7, 1, 0, holding(300n, "another")), volume(2, 6, 1, 0, holding(900n))])).toMatchObject({
    to: "web-0",
  });
});

test("whoever may hold more is waited for, as long as recovery.waitMs says; then only whom the mark names had it all", () => {
  const words = [volume(0, 7, 1, 0, holding(100n)), volume(1, 7, 1, 0, holding(300n)), "silent"] as const;
  expect(outcomeOf(words)).toMatchObject({ at: WAIT, to: "web-0" });
  const early = drivenBy(words, undefined, {});
  early.until(1_000);
  expect(early.decision).toEqual({ ...said("BootstrapPending", "data found; 2 of 3 pods answer"), until: WAIT });
  expect(outcomeOf(["silent", words[1], words[1]])).toMatchObject(
    said("DataMissing", "the latest data set is that of web-0, which does not answer"),
  );
});

test.each(["Absent", "Foreign"] as const)("data whose mark is %s is nobody's to overwrite", (marker) => {
  const hold = said("DataFound", "web-1 holds data without a marker of this cluster; empty its volume, or name another cluster");
  expect(outcomeOf([volume(0, 7, 1, 0), stranger(1, marker), emptied(2)])).toMatchObject(hold);
});

test("an empty process of another cluster is no empty one", () => {
  const hold = said("DataFound", "web-1 holds data without a marker of this cluster; empty its volume, or name another cluster");
  expect(outcomeOf([emptied(0), emptied(1, { marker: "Foreign" }), emptied(2)])).toMatchObject(hold);
});

test("a data set that was emptied keeps its mark, and is one", () => {
  expect(outcomeOf([volume(0, 7, 1, 0, { empty: true }), emptied(1), emptied(2)])).toMatchObject({
    to: "web-0",
    because: "VolumeReturned",
  });
});

// --- With the record of a grant that came to nothing --------------------------------------------------------------------

const { primary: _, marker: __, markerBefore: ___, ...unpublished } = record;
const granted = (at: number): FailoverRecord => ({
  ...unpublished,
  epoch: epoch(at),
  members: [],
  intent: { kind: "Grant", candidate: identityOf(0), evidence: "VolumeReturned" },
});

test("the epoch is later than the record's and than any mark's", () => {
  const words = [restarted(0, { marker: "Absent", empty: true }), volume(1, 7, 1, 1), emptied(2)];
  expect(outcomeOf(words, granted(9))).toMatchObject({ to: "web-1", epoch: 10 });
  expect(outcomeOf(words, granted(4))).toMatchObject({ to: "web-1", epoch: 8 });
});

test("a primary that nobody knows of is left as it is", () => {
  const hold = said("DataFound", "web-2 is a primary already, and no record says since when");
  expect(outcomeOf([emptied(0), volume(1, 7, 1, 1), leading(volume(2, 7, 1, 1))], granted(4))).toMatchObject(hold);
});

// --- A primary that runs without a record -------------------------------------------------------------------------------

const unmarked = { marker: "Absent", empty: true } as const;

test("it is adopted when all have answered, or recovery.waitMs is over", () => {
  expect(outcomeOf([serving(100n), following(1, 100n), following(2, 100n)])).toMatchObject({
    at: 0,
    to: "web-0",
    epoch: 4,
    because: "Adopted",
  });
  const words = [serving(100n, unmarked), following(1, 0n, false, unmarked), "silent"] as const;
  expect(outcomeOf(words)).toMatchObject({ at: WAIT, to: "web-0", epoch: 1 });
  const early = drivenBy(words, undefined, {});
  early.until(1_000);
  expect(early.decision).toEqual({ ...said("BootstrapPending", "a primary runs without a record; 2 of 3 pods answer"), until: WAIT });
});

test("a human says which, where it cannot be said", () => {
  const other = leading(following(1, 100n));
  const twice = "web-0 and web-1 are primaries with equal marks and as many replicas; make one a replica of the other";
  expect(outcomeOf([serving(100n, { downstream: [] }), other, following(2, 100n, false)])).toMatchObject(said("DataFound", twice));
  const fuller = "web-0 is a primary, but web-2 holds a later data set; promote that one";
  expect(outcomeOf([serving(100n), emptied(1), volume(2, 7, 1, 0)])).toMatchObject(said("DataFound", fuller));
  expect(outcomeOf([serving(100n, unmarked), emptied(1), stranger(2, "Absent")])).toMatchObject(said("DataFound", fuller));
  const foreign = "web-2 holds the data of another cluster; empty its volume";
  expect(outcomeOf([serving(100n), emptied(1), stranger(2, "Foreign")])).toMatchObject(said("DataFound", foreign));
});

test("a replica with the same mark, or with data where it has some as well, is not fuller", () => {
  const data = { marker: "Absent", empty: false } as const;
  expect(outcomeOf([serving(100n, data), following(1, 90n, true, data), following(2, 90n, true, data)])).toMatchObject({
    because: "Adopted",
  });
  expect(outcomeOf([serving(100n), volume(1, 2, 9, 0), stranger(2, "Absent")])).toMatchObject({ because: "Adopted" });
});

const online = (count: number) => Array.from({ length: count }, () => ({ host: "h", online: true, offset: replicationOffset(1n) }));

const both = (a: number, b: number) => [
  serving(100n, { downstream: online(a) }),
  leading(following(1, 100n, true, { downstream: online(b) })),
  following(2, 100n),
];

test("whom more replicas follow, be it the first or the second that is asked", () => {
  expect(outcomeOf(both(1, 2))).toMatchObject({ to: "web-1" });
  expect(outcomeOf(both(2, 1))).toMatchObject({ to: "web-0" });
});
