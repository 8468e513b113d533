// S3m: who counts, who may, and until when, one fact at a time. Whoever stops counting too soon takes an acknowledged write with him; whoever counts
// for too long keeps the others waiting.
import {
  type FailoverRecord,
  type Health,
  type Identity,
  type Member,
  type Observation,
  type Reading,
  epoch,
  instant,
  joiners,
  leavers,
  minReplicasFor,
  onlineReplicas,
  podName,
  replicationId,
  replicationOffset,
  replicationUser,
  runId,
  sortedByPod,
  streamers,
  uid,
  without,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { online } from "../regressions/driven.ts";
import { addressOf, identityOf, readingOf, record, replyOf, targetOf } from "./cluster.ts";
import { made, NOW, EPOCH, healthOf, saying, seeing, podsWith, ended, stateOf, SILENT, BUSY, LOADING, link } from "./member.ts";

// --- Who leaves, and when -----------------------------------------------------------------------------------------------

/** When web-1 is due to leave, a replica of web-0, which says this. */
const dueAt = (observation: Observation, known: FailoverRecord = record, primary: Partial<Reading> = { downstream: online(1, 2) }) => {
  const acting = { host: addressOf(0), reading: readingOf(0, 100n, primary) };
  const due = leavers(observation, known, acting);
  expect(due.filter(({ member }) => member.pod !== "web-1")).toEqual([]);
  return due.map((one) => one.dueAt)[0];
};

test("nobody leaves who is linked, though an answer be missing", () => {
  expect(dueAt(seeing(healthOf(1, saying())))).toBeUndefined();
  expect(dueAt(seeing(healthOf(1, saying(), { late: true })))).toBeUndefined();
});

test("whoever is known to be gone leaves at once", () => {
  const linked = healthOf(1, saying());
  const gone: readonly Observation[] = [
    seeing(linked, { cluster: { ...made, pods: made.pods.filter((pod) => pod.ordinal !== 1) } }),
    seeing(undefined, podsWith(1, { uid: uid("renewed") })),
    seeing({ ...linked, runId: runId("restarted") }),
    seeing(linked, podsWith(1, ended)),
    seeing(linked, podsWith(1, { ordinal: 3 })),
  ];
  expect(gone.map((one) => dueAt(one))).toEqual(gone.map(() => EPOCH));
  expect(dueAt(seeing(linked, podsWith(1, { ordinal: 2 })))).toBeUndefined();
});

test("whoever is silent leaves after twice D, counted from when it was heard in this epoch and this window of ours", () => {
  const late = healthOf(1, saying(), SILENT);
  expect(dueAt(seeing(late))).toBe(10_000);
  expect(dueAt(seeing({ ...late, lastHeard: instant(3_000), since: instant(1_000) }))).toBe(7_000);
  expect(dueAt(seeing({ ...late, lastHeard: instant(3_000) }))).toBe(8_000);
  expect(dueAt(seeing(undefined))).toBe(7_000);
  expect(dueAt(seeing({ target: targetOf(1), since: instant(6_000), late: false }))).toBe(8_000);
});

test("whoever answers nothing of use leaves after twice D, unless its primary says that it is linked", () => {
  const busy = healthOf(1, BUSY, { lastReading: instant(9_000) });
  const { lastReading: _, ...never } = busy;
  expect(dueAt(seeing(busy))).toBeUndefined();
  const unlinked = [{ downstream: online(2) }, { downstream: online(1).map((one) => ({ ...one, online: false })) }];
  for (const primary of unlinked) {
    expect(dueAt(seeing(busy), record, primary)).toBe(11_000);
    expect(dueAt(seeing(never), record, primary)).toBe(8_000);
    expect(dueAt(seeing({ ...busy, lastReading: instant(3_000) }), record, primary)).toBe(7_000);
  }
});

test("whoever loads has recovery.waitMs, and as long as its primary knows of it", () => {
  const loading = healthOf(1, LOADING, { lastReading: instant(9_000) });
  expect(dueAt(seeing(loading), record, { downstream: online(1).map((one) => ({ ...one, online: false })) })).toBeUndefined();
  expect(dueAt(seeing(loading), record, { downstream: online(2) })).toBe(69_000);
});

test("whoever says that it is no replica of the primary leaves after twice D", () => {
  const words = [
    { ...link, up: false },
    { ...link, host: addressOf(2) },
  ];
  for (const upstream of words) {
    const unlinked = healthOf(1, saying({ upstream }), { unlinkedSince: instant(9_000) });
    expect(dueAt(seeing(unlinked))).toBe(11_000);
    expect(dueAt(seeing({ ...unlinked, unlinkedSince: instant(3_000) }))).toBe(7_000);
    const { unlinkedSince: _, ...just } = unlinked;
    expect(dueAt(seeing(just))).toBe(NOW + 2_000);
  }
  const { upstream: _, ...primary } = readingOf(1, 100n);
  expect(dueAt(seeing(healthOf(1, replyOf({ ...primary, role: "primary" }), { unlinkedSince: instant(9_000) })))).toBe(11_000);
});

const dueWith = (bytes: bigint, state: Member["state"], syncing = false) =>
  dueAt(
    seeing(
      healthOf(1, saying({ offset: replicationOffset(bytes), upstream: { ...link, up: false, syncing } }), {
        unlinkedSince: instant(9_000),
      }),
    ),
    stateOf(state),
  );

test("not whoever is in the middle of a sync, or was never linked and does no harm", () => {
  expect([dueWith(100n, "Streaming", true), dueWith(0n, "Joining")]).toEqual([undefined, undefined]);
  expect([dueWith(0n, "Streaming"), dueWith(100n, "Joining")]).toEqual([11_000, 11_000]);
});

// --- Who joins ----------------------------------------------------------------------------------------------------------

const others: FailoverRecord = { ...record, members: record.members.filter((one) => one.pod !== "web-1") };
const joining = (observation: Observation, known = others) => joiners(observation, known);

test("whoever runs and answers as a replica, and is nobody's, may join", () => {
  expect(joining(seeing(healthOf(1, saying())))).toEqual([identityOf(1)]);
  expect(joining(seeing(healthOf(1, saying({ marker: "Absent" }))))).toEqual([identityOf(1)]);
  const { primary: _, ...nobody } = others;
  expect(joining(seeing(healthOf(1, saying())), nobody)).toEqual([identityOf(1)]);
});

test("nobody who ends, is to go, says nothing of use, leads, counts already, or holds another cluster's data", () => {
  const well = healthOf(1, saying());
  const { runId: _, ...unknown } = well;
  const { last: __, ...silent } = well;
  const none: readonly Observation[] = [
    seeing(well, podsWith(1, ended)),
    seeing(well, podsWith(1, { deleting: true })),
    seeing(well, podsWith(1, { ordinal: 3 })),
    seeing(undefined),
    seeing({ ...well, late: true }),
    seeing(unknown),
    seeing(silent),
    seeing(healthOf(1, BUSY)),
    seeing(healthOf(1, saying({ role: "primary" }))),
    seeing(healthOf(1, saying({ marker: "Foreign" }))),
  ];
  expect(none.map((one) => joining(one))).toEqual(none.map(() => []));
  expect(joining(seeing(well), record)).toEqual([]);
  expect(joining(seeing(well, podsWith(1, { ordinal: 2 })))).toEqual([identityOf(1)]);
  const led: FailoverRecord = { ...others, primary: { ...identityOf(1), epoch: epoch(3), replid: replicationId("now") } };
  expect(joining(seeing(well), led)).toEqual([]);
});

const joinsAfter = (key: string, notBefore: number) =>
  joining(seeing(healthOf(1, saying()), { refused: [{ key, why: "left", notBefore: instant(notBefore), times: 1 }] }));

test("whoever was dropped comes back when its pause is over; that of another does not count", () => {
  expect(joinsAfter("Join/web-1/run-1", NOW + 1)).toEqual([]);
  expect(joinsAfter("Join/web-1/run-1", NOW)).toEqual([identityOf(1)]);
  expect(joinsAfter("Join/web-1/another", NOW + 1)).toEqual([identityOf(1)]);
});

// --- Who streams --------------------------------------------------------------------------------------------------------

const streamed = { link: { host: addressOf(0), offset: replicationOffset(1n), streamed: true } };
const streaming = (health: Health, known = stateOf("Joining")) => streamers(seeing(health), known, addressOf(0)).map((one) => one.pod);

test("a Joining member streams once its offset rose on its link to the primary, in the primary's history", () => {
  const well = healthOf(1, saying(), streamed);
  expect(streaming(well)).toEqual(["web-1"]);
  const none: readonly Health[] = [
    healthOf(1, saying()),
    { ...well, link: { ...streamed.link, streamed: false } },
    { ...well, link: { ...streamed.link, host: addressOf(2) } },
    healthOf(1, saying({ replid: replicationId("another"), replidBefore: replicationId("now") }), streamed),
    healthOf(1, saying({ marker: "Absent" }), streamed),
    healthOf(1, BUSY, streamed),
  ];
  expect(none.map((one) => streaming(one))).toEqual(none.map(() => []));
  expect(streaming(well, record)).toEqual([]);
  const { primary: _, ...nobody } = stateOf("Joining");
  expect(streaming(healthOf(1, BUSY, streamed), nobody)).toEqual([]);
  expect(streaming(well, nobody)).toEqual([]);
  expect(streamers(seeing(undefined), stateOf("Joining"), addressOf(0))).toEqual([]);
});

// --- How many -----------------------------------------------------------------------------------------------------------

const withStates = (...states: readonly Member["state"][]): readonly Member[] =>
  states.map((state, ordinal) => ({ ...identityOf(ordinal), state }));

const userIn = (name: string) => replicationUser({ pod: podName("web-0"), uid: uid(name) });

test("the user of a replica is of one life of its pod, and short enough to be read", () => {
  expect(userIn("0a1b2c3d-9e8f-4a5b")).toBe("repl-web-0-0a1b2c3d");
  expect(userIn("0a1b2c3e-9e8f-4a5b")).not.toBe(userIn("0a1b2c3d-9e8f-4a5b"));
});

test("as many acknowledge as W says, and no more than stream", () => {
  expect(minReplicasFor(2, withStates("Streaming", "Joining", "Streaming", "Streaming"))).toBe(2);
  expect(minReplicasFor(2, withStates("Streaming", "Joining"))).toBe(1);
  expect(onlineReplicas(readingOf(0, 1n, { downstream: [...online(1), ...online(2).map((one) => ({ ...one, online: false }))] }))).toBe(1);
});

const leftBy = (changes: Partial<Identity>) => without(record.members, [{ ...identityOf(1), ...changes }]).map((one) => one.pod);

test("whoever goes is the process, not the name; the others stay in order of their names", () => {
  expect(leftBy({})).toEqual(["web-2"]);
  expect(without(record.members, [identityOf(1), identityOf(2)])).toEqual([]);
  for (const changes of [{ runId: runId("another") }, { uid: uid("another") }, { pod: podName("web-9") }])
    expect(leftBy(changes)).toEqual(["web-1", "web-2"]);
  expect(sortedByPod(record.members.toReversed()).map((one) => one.pod)).toEqual(["web-1", "web-2"]);
});
