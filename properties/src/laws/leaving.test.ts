// How a member stops counting: cut off, then waited for until the others hold what it may have acknowledged, then swapped out. Done in another order a user
// loses a write that `WAIT` had promised him; not done at all, his primary refuses writes for want of a replica that is gone.
import {
  type Decision,
  type FailoverRecord,
  type Reading,
  after,
  decide,
  epoch,
  podName,
  replicationId,
  replicationOffset,
  uid,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { online, serving, userOf } from "../regressions/driven.ts";
import { addressOf, record } from "./cluster.ts";
import { type Moment, NOW, PROMOTING, calm, judged, led, mind, pods, silentFor, streaming, told, written } from "./situation.ts";

const decided = (given: Moment): Decision => decide(calm(given));
const said = (given: Moment): string => {
  const decision = decided(given);
  return decision._tag === "Settled" ? "Settled" : told(decision);
};

/** web-2 left: its pod is another one by now. */
const LEFT = { cluster: pods((pod) => (pod.ordinal === 2 ? { uid: uid("another") } : {})) };
const cutOff = { users: [userOf(1)], downstream: online(1) };
const leaving = (zero: Partial<Reading> = {}, one: Partial<Reading> = {}, given: Moment = {}): Moment => ({
  ...LEFT,
  health: [mind(0, serving(100n, zero)), mind(1, streaming(1, one))],
  ...given,
});
const barrier = (offset?: bigint, key = `Expel ${userOf(2)}`): Moment => ({
  barrier: { epoch: epoch(3), key, at: after(NOW, -100), ...(offset === undefined ? {} : { offset: replicationOffset(offset) }) },
});
const bytes = (count: bigint) => ({ offset: replicationOffset(count) });
const UNREACHED = `Wait BarrierNotReached: ${userOf(2)}`;

test.each<[string, Moment, string]>([
  ["nobody leaves", {}, "Settled"],
  ["it is let in", leaving(), "Expel web-0 MemberCutOff"],
  ["it is not let in any more, but nobody knows since when", leaving(cutOff), "Expel web-0 MemberCutOff"],
  ["somebody else was cut off", leaving(cutOff, {}, barrier(100n, `Expel ${userOf(1)}`)), "Expel web-0 MemberCutOff"],
  ["it was let in again", leaving({}, {}, barrier(100n)), "Expel web-0 MemberCutOff"],
  ["how much the others need is not known", leaving(cutOff, {}, barrier()), UNREACHED],
  ["the other one lacks a byte", leaving(cutOff, bytes(99n), barrier(100n)), UNREACHED],
  ["the other one is in another history", leaving(cutOff, { replid: replicationId("another") }, barrier(100n)), UNREACHED],
  ["the other one has everything", leaving(cutOff, {}, barrier(100n)), "Enlist MemberLeft"],
  [
    "more would be needed than there are",
    leaving(cutOff, {}, { ...barrier(100n), record: { ...record, waitReplicas: 2 } }),
    "Enlist MemberLeft",
  ],
])("a member is swapped out when what it acknowledged is on others: %s", (_, given, expected) => {
  expect(said(given)).toBe(expected);
});

const unheard = (one: number, two: number): Moment => ({
  health: [mind(0, serving(100n)), mind(1, "never", silentFor(one)), mind(2, "never", silentFor(two))],
});
const cutOffIn = (given: Moment) => {
  const decision = decided(given);
  return decision._tag === "Act" && decision.action._tag === "Expel" ? decision.action.users : decision;
};
test("cut off are those whose time is over, together; the first of those whose time comes is waited for", () => {
  const both = { ...unheard(2_000, 3_000), ...barrier(100n, `Expel ${userOf(1)} ${userOf(2)}`) };
  const none = {
    ...both,
    record: { ...record, waitReplicas: 1 },
    health: [mind(0, serving(100n, { users: [] })), ...(both.health ?? []).slice(1)],
  };
  expect(said(none)).toBe("Enlist MemberLeft");
  const { offset: _, ...unread } = none.barrier ?? { epoch: epoch(3), key: "", at: NOW };
  expect(said({ ...none, barrier: unread })).toBe(`Wait BarrierNotReached: ${userOf(1)} ${userOf(2)}`);
  expect(said(unheard(1_500, 1_900))).toBe("Wait LeavePending +100");
  expect(said(unheard(1_900, 1_500))).toBe("Wait LeavePending +100");
  expect(cutOffIn(unheard(1_500, 2_000))).toEqual([userOf(2)]);
  expect(cutOffIn(unheard(2_000, 3_000))).toEqual([userOf(1), userOf(2)]);
});

const swapped = (given: Moment): FailoverRecord | undefined => {
  const decision = decided(given);
  return decision._tag === "Act" && "record" in decision.action ? decision.action.record : undefined;
};
const done = (zero: Partial<Reading> = {}, changes: Partial<FailoverRecord> = {}): Moment =>
  leaving({ ...cutOff, ...zero }, {}, { ...barrier(100n), record: { ...record, ...changes } });
const NEXT: FailoverRecord = {
  ...record,
  members: record.members.slice(0, 1),
  marker: { epoch: epoch(3), seq: 2, pod: podName("web-0") },
  ...(record.marker === undefined ? {} : { markerBefore: record.marker }),
};

test("who is left counts, demands no more than it can hold, and needs a newer mark", () => {
  expect(swapped(done())).toStrictEqual(NEXT);
  expect(swapped(done({ minReplicas: 2 }, { minReplicas: 2 }))).toStrictEqual(NEXT);
  expect(swapped(done({ minReplicas: 0 }, { minReplicas: 0 }))).toStrictEqual({ ...NEXT, minReplicas: 0 });
  const { marker: _, ...unmarked } = record;
  const { record: __, ...rest } = done();
  expect(swapped({ ...rest, record: unmarked })).toStrictEqual({ ...unmarked, members: NEXT.members });
});

test("0012 a mark that was never written is on nobody: the one before it goes on counting", () => {
  const older = { marker: record.markerBefore ?? "Absent" } as const;
  expect(swapped(done(older))).toStrictEqual({ ...NEXT, markerBefore: record.markerBefore });
  const { markerBefore: _, ...once } = record;
  const { record: __, ...rest } = done({ marker: "Absent" });
  expect(swapped({ ...rest, record: once })).toStrictEqual(NEXT);
});

// --- While a candidate is not published yet ---------------------------------------------------------------------------

const promoted = (changes: Partial<Reading> = {}) => mind(1, led(1, { users: [userOf(2)], downstream: [], ...changes }));
const promoting = (given: Moment): Moment => ({ record: PROMOTING, ...LEFT, ...given });

test("a candidate stays a member although it follows nobody: what only it holds must not stop counting", () => {
  expect(judged(promoting({ health: [undefined, promoted()] }))).toBe("Expel web-1 MemberCutOff");
  const left = promoting({ health: [undefined, promoted({ users: [] })], ...barrier(100n) });
  expect(judged(left)).toBe("Enlist MemberLeft");
  // It is marked when it is published.
  expect(written(left)).toStrictEqual({ ...PROMOTING, members: record.members.slice(0, 1), minReplicas: 0 });
});

test("0003 whoever is being cut off is not let in again meanwhile", () => {
  const back = { ...LEFT, cluster: pods((pod) => (pod.ordinal === 2 ? { ordinal: 3 } : {})) };
  const upstream = { host: addressOf(1), port: 6379, up: true, syncing: false };
  const given = promoting({ ...back, health: [undefined, promoted({ users: [] }), mind(2, streaming(2, { upstream }))], ...barrier(200n) });
  expect(judged(given)).toBe("Enlist MemberLeft");
  const { barrier: _, ...before } = given;
  expect(judged({ ...before, epochSince: NOW })).toBe("Expel web-1 MemberCutOff");
});
