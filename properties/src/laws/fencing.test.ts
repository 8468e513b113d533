// The moments of a failover before anybody is elected: how long the last bytes of the old primary are let in, whose word is waited for, who is told
// what, and when nobody is. A user who loses his primary loses an acknowledged write where somebody is frozen too early or is counted who is not
// frozen; and waits for ever where somebody is waited for who will not come.
import { type Reading, type Refusal, after, runId } from "@gungnir/core";
import { expect, test } from "vitest";
import { BUSY, following, restarted, serving, userOf } from "../regressions/driven.ts";
import { identityOf } from "./cluster.ts";
import {
  FENCING,
  type Moment,
  NOW,
  SINCE,
  follow,
  frozen,
  inFlight,
  judged,
  led,
  mind,
  pods,
  silentFor,
  streaming,
  taken,
} from "./situation.ts";

const unlinked = (ordinal: number) => following(ordinal, 100n, false);
type Mind = ReturnType<typeof mind> | undefined;
/** Of the others nothing was ever heard, where nothing is said of them. */
const fencing = (one: Mind, changes: Moment = {}, two?: Mind, zero?: Mind): string =>
  judged({ record: FENCING, health: [zero, one, two], ...changes });
const MISSING = "Wait FreezeQuorumMissing +30000: needs 2 of 2 members";

// --- What is still on its way -----------------------------------------------------------------------------------------

/** The epoch was claimed so many milliseconds ago. */
const claimed = (ago: number) => ({ epochSince: after(NOW, -ago) });
/** Asked so long ago, and since when its offset is the same. */
const asked = (reading: Reading, began: number, steady?: number): Mind =>
  mind(1, reading, {
    last: { began: after(NOW, -began), reply: { _tag: "Reading", reading } },
    steadyFrom: steady === undefined ? undefined : after(NOW, -steady),
  });
const ARRIVING: readonly (readonly [string, Mind])[] = [
  ["its offset was not read twice", asked(streaming(1), 10, 10)],
  ["its offset was read twice within less than 20 ms", asked(streaming(1), 10, 29)],
  ["since when its offset is the same is not known", asked(streaming(1), 10)],
  ["its offset has been the same for long, but not for 20 ms of this epoch", asked(streaming(1), 81, 9_000)],
  ["what it said is from before the claim, be its link down", asked(unlinked(1), 101, 9_000)],
  ["it is no replica, and its offset moves", asked(led(1), 10, 10)],
  ["it answers with nothing of use", mind(1, BUSY)],
];
const ARRIVED: readonly (readonly [string, Mind, string])[] = [
  ["its offset has been the same for 20 ms", asked(streaming(1), 10, 30), "Freeze web-1 MemberFrozen"],
  ["… the first of which were the first of this epoch", asked(streaming(1), 80, 9_000), "Freeze web-1 MemberFrozen"],
  ["its link is down", asked(unlinked(1), 10, 10), "Freeze web-1 MemberFrozen"],
  ["… and it was asked in the moment of the claim", asked(unlinked(1), 100, 9_000), "Freeze web-1 MemberFrozen"],
  ["it was frozen before the claim", asked(frozen(1), 101), "Wait FreezePending"],
  ["it is frozen", mind(1, frozen(1)), "Wait FreezeQuorumMissing +59900: needs 2 of 2 members"],
  ["it was commanded and has not spoken since", mind(1, "commanded"), "Wait FreezePending"],
  ["it was never heard", mind(1, "never"), "Wait FreezeQuorumMissing +59900: needs 2 of 2 members"],
  ["it was never seen", undefined, "Wait FreezeQuorumMissing +59900: needs 2 of 2 members"],
  ["it misses its questions", mind(1, BUSY, { late: true }), "Wait FreezeQuorumMissing +59900: needs 2 of 2 members"],
];

test.each(ARRIVING)("what is on its way to a member is let in, for 200 ms at most: %s", (_, health) => {
  expect(fencing(health, claimed(100))).toBe("Wait Drain +100");
  expect(fencing(health, claimed(200))).not.toContain("Drain");
});
test.each(ARRIVED)("nothing more comes, and nothing is waited for: %s", (_, health, next) => {
  expect(fencing(health, claimed(100))).toBe(next);
});

// --- The members ------------------------------------------------------------------------------------------------------

const said = (reading: Reading, began: number, changes: Parameters<typeof mind>[2] = {}): Mind =>
  mind(1, reading, { last: { began: after(SINCE, began), reply: { _tag: "Reading", reading } }, ...changes });
const refusal = (key: string, ms: number): { readonly refused: readonly Refusal[] } => ({
  refused: [{ key, why: "NOPERM", notBefore: after(NOW, ms), times: 1 }],
});
const freezing = inFlight({ _tag: "Freeze", pod: identityOf(1), epoch: FENCING.epoch });

test.each<[string, Mind, string, Moment?]>([
  ["it streams", mind(1, streaming(1)), "Freeze web-1 MemberFrozen"],
  ["it streams, and missed a question", mind(1, streaming(1), silentFor(500)), "Freeze web-1 MemberFrozen"],
  ["it has been silent for D", mind(1, streaming(1), silentFor(1_000)), MISSING],
  ["it was told, and has not spoken since", mind(1, "commanded"), "Wait FreezePending"],
  ["… by a leader who did not know which process it is", mind(1, "commanded", { runId: undefined }), "Wait FreezePending"],
  ["… and misses its questions", mind(1, "commanded", { late: true }), MISSING],
  ["… and is another process by now", mind(1, "commanded", { runId: runId("another") }), MISSING],
  ["… and answers with nothing of use", mind(1, BUSY, { commandedAt: after(NOW, -20) }), MISSING],
  ["it was heard, and never told anything", mind(1, "commanded", { commandedAt: undefined }), MISSING],
  ["it is being told", mind(1, streaming(1)), "Wait CommandInFlight", freezing],
  ["it is being told, and misses its questions", mind(1, streaming(1), silentFor(500)), MISSING, freezing],
  ["it refused", mind(1, streaming(1)), MISSING, refusal("Freeze/web-1", 1)],
  ["it refused, but that is over", mind(1, streaming(1)), "Freeze web-1 MemberFrozen", refusal("Freeze/web-1", 0)],
  ["it is frozen, and a Follow is on its way to it", mind(1, frozen(1)), "Wait FreezePending", inFlight(follow(1))],
  ["… on its way to another one", mind(1, frozen(1)), MISSING, inFlight(follow(2))],
  ["… or may be", mind(1, frozen(1), { unsettled: true }), "Freeze web-1 MemberFrozen"],
  ["it is frozen, and lets somebody in", mind(1, frozen(1, 100n, { users: [userOf(0)] })), "Expel web-1 MemberCutOff"],
  ["it streams, and lets somebody in", mind(1, streaming(1, { users: [userOf(0)] })), "Freeze web-1 MemberFrozen"],
  ["it was frozen before the claim", said(frozen(1), -1), "Wait FreezePending"],
  ["it was frozen before the claim, and misses its questions", said(frozen(1), -1, silentFor(500)), MISSING],
  ["it was frozen in the moment of the claim", said(frozen(1), 0), MISSING],
])("a member is detached, waited for, or given up: %s", (_, health, expected, changes = {}) => {
  expect(fencing(health, changes)).toBe(expected);
});

test("who can be told now is told, whoever is waited for", () => {
  expect(fencing(mind(1, "commanded"), {}, mind(2, streaming(2)))).toBe("Freeze web-2 MemberFrozen");
  expect(fencing(mind(1, frozen(1)), {}, mind(2, streaming(2)))).toBe("Freeze web-2 MemberFrozen");
});

/** Whether a FAILOVER of its own is broken off with the demotion, of which it is undefined. */
const abortOf = (health: readonly Mind[]): string => {
  const action = taken({ record: FENCING, health });
  return action?._tag === "Freeze" || action?._tag === "Fence" ? `${action._tag} ${action.abort}` : "neither";
};

test("one in the middle of a FAILOVER of its own obeys nothing else: that is broken off, and of nobody else", () => {
  expect(abortOf([undefined, mind(1, streaming(1, { handingOver: true }))])).toBe("Freeze true");
  expect(abortOf([undefined, mind(1, streaming(1))])).toBe("Freeze undefined");
});

// --- The old primary --------------------------------------------------------------------------------------------------

const TOLD = { fenced: [identityOf(0).runId] };
const fencingInFlight = inFlight({ _tag: "Fence", pod: identityOf(0), epoch: FENCING.epoch });
const ANOTHER = pods((pod) => (pod.ordinal === 0 ? { uid: identityOf(1).uid } : {}));
const ENDED = pods((pod) => (pod.ordinal === 0 ? { container: { _tag: "Terminated", id: "container-0" } } : {}));

test.each<[string, Mind, string, Moment?]>([
  ["it serves", mind(0, serving(100n)), "Fence web-0 OldPrimaryFenced"],
  ["it serves although it was told", mind(0, serving(100n)), "Fence web-0 OldPrimaryFenced", TOLD],
  ["it has been silent for D", mind(0, serving(100n), silentFor(1_000)), "Fence web-0 OldPrimaryFenced"],
  ["it was never heard", mind(0, "never"), "Fence web-0 OldPrimaryFenced"],
  ["it was never seen", undefined, MISSING],
  ["its container has ended", mind(0, serving(100n)), MISSING, { cluster: ENDED }],
  ["its pod is gone", mind(0, serving(100n)), MISSING, { cluster: { pods: [] } }],
  ["its pod is another one", mind(0, serving(100n)), MISSING, { cluster: ANOTHER }],
  ["another process answers there", mind(0, restarted(0)), MISSING],
  ["it was told, and has not spoken since", mind(0, "commanded"), "Wait FreezePending", TOLD],
  ["it was commanded in another epoch", mind(0, "commanded"), "Fence web-0 OldPrimaryFenced"],
  ["it was told, and misses its questions", mind(0, "commanded", { late: true }), MISSING, TOLD],
  ["it was told, and answers with nothing of use", mind(0, BUSY, { commandedAt: after(NOW, -20) }), MISSING, TOLD],
  ["it was told, nobody knows when", mind(0, "commanded", { commandedAt: undefined }), MISSING, TOLD],
  ["it is being told, and speaks", mind(0, serving(100n)), "Wait CommandInFlight", fencingInFlight],
  ["it is being told, and misses its questions", mind(0, serving(100n), silentFor(500)), MISSING, fencingInFlight],
  ["it is being told, and says nothing of use", mind(0, BUSY), MISSING, fencingInFlight],
])("the old primary is told to step down, waited for, or left: %s", (_, health, expected, changes = {}) => {
  expect(fencing(undefined, changes, undefined, health)).toBe(expected);
});

test("the old primary is told to break off a FAILOVER of its own, or one that it may be in", () => {
  expect(abortOf([mind(0, serving(100n, { handingOver: true }))])).toBe("Fence true");
  expect(abortOf([mind(0, BUSY)])).toBe("Fence true");
  expect(abortOf([mind(0, serving(100n))])).toBe("Fence undefined");
});
