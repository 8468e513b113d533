// From the elected candidate to the published primary, one moment a row: what comes next, who is not waited for, and what is written at the end. A user
// would see a cluster that stays without a primary, or one whose record names followers that hold nothing.
import {
  type FailoverRecord,
  type Observed,
  type Reading,
  after,
  epoch,
  podName,
  replicationId,
  resourceVersion,
  runId,
  uid,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { BUSY, online, restarted, userOf } from "../regressions/driven.ts";
import { addressOf, identityOf, record } from "./cluster.ts";
import {
  type Moment,
  NOW,
  PROMOTING,
  SERVICE,
  frozen,
  inFlight,
  intended,
  judged,
  led,
  mind,
  pods,
  silentFor,
  streaming,
  taken,
  written,
} from "./situation.ts";

type Mind = ReturnType<typeof mind> | undefined;
const promoting = (one: Mind, changes: Moment = {}, two?: Mind): string =>
  judged({ record: PROMOTING, health: [undefined, one, two], ...changes });
/** The epoch was claimed so long before now; it may take 60 seconds. */
const claimed = (ago: number) => ({ epochSince: after(NOW, -ago) });
const LATE = claimed(60_000);

// --- A candidate that is lost, or not heard ---------------------------------------------------------------------------

const of1 = (change: Parameters<typeof pods>[0]) => ({ cluster: pods((pod) => (pod.ordinal === 1 ? change(pod) : {})) });
const unaddressed = {
  cluster: {
    pods: pods(() => ({})).pods.map(({ address, ...pod }) => (pod.ordinal === 1 || address === undefined ? pod : { ...pod, address })),
  },
};
const ABANDONED = "Claim CandidateUnusable";

test.each<[string, Mind, string, Moment?]>([
  ["its pod is gone", mind(1, frozen(1)), ABANDONED, { cluster: { pods: pods(() => ({})).pods.filter((pod) => pod.ordinal !== 1) } }],
  ["its pod is another one", mind(1, frozen(1)), ABANDONED, of1(() => ({ uid: uid("another") }))],
  ["its pod has another name", mind(1, frozen(1)), ABANDONED, of1(() => ({ name: podName("web-9") }))],
  ["its container has ended", mind(1, frozen(1)), ABANDONED, of1(() => ({ container: { _tag: "Terminated", id: "container-1" } }))],
  ["another process answers there", mind(1, restarted(1)), ABANDONED],
  ["it was never seen", undefined, "Wait CandidateSilent +30000"],
  ["it was never seen, and the time is nearly over", undefined, "Wait CandidateSilent +1", claimed(59_999)],
  ["it was never seen, and the time is over", undefined, ABANDONED, LATE],
  ["it has no address yet", mind(1, frozen(1)), "Wait CandidateSilent +30000", unaddressed],
  ["it was silent for nearly D when the time was over", mind(1, BUSY, silentFor(999)), "Wait CandidateSilent +1", LATE],
  ["it was silent for D when the time was over", mind(1, BUSY, silentFor(1_000)), ABANDONED, LATE],
  ["it is silent for long, and the time is not over", mind(1, BUSY, silentFor(9_000)), "Wait CandidateSilent +30000"],
  ["it answers with nothing of use", mind(1, BUSY), "Wait CandidateSilent +30000"],
  ["it answers with nothing of use, and the time is over", mind(1, BUSY), ABANDONED, LATE],
  ["… and was a replica at last", mind(1, BUSY, { lastReading: NOW, replicaSince: NOW }), ABANDONED, LATE],
  ["… and was seen as the primary", mind(1, BUSY, { lastReading: NOW }), "Wait CandidateSilent 0", LATE],
  ["it was commanded, and has not spoken since", mind(1, "commanded"), "Wait CandidateSilent +30000"],
  [
    "it was commanded as a replica, and the time is over",
    mind(1, "commanded", { replicaSince: NOW }),
    "Wait CandidateSilent 0",
    { epochSince: after(NOW, -60_000) },
  ],
  [
    "it was commanded long ago, and missed no question",
    mind(1, "commanded", { lastHeard: after(NOW, -2_000) }),
    "Wait CandidateSilent 0",
    LATE,
  ],
  ["it was commanded, has not spoken since, and the time is over", mind(1, "commanded"), "Wait CandidateSilent -10000", claimed(70_000)],
])("a candidate is waited for or given up: %s", (_, health, expected, changes = {}) => {
  expect(promoting(health, changes).replace("+0", "0")).toBe(expected);
});

// --- Its promotion ----------------------------------------------------------------------------------------------------

const secret = (changes: Partial<Observed> = {}, of = "cluster"): Observed => ({
  kind: "Secret",
  name: "web-secret",
  uid: uid("secret"),
  version: resourceVersion("4"),
  owned: true,
  deleting: false,
  manifest: { metadata: { annotations: { "valkey.verilean.io/bootstrapped": of } } },
  ...changes,
});
const BOOTSTRAP: FailoverRecord = { ...intended({ kind: "Grant", candidate: identityOf(1), evidence: "Bootstrap" }), members: [] };
const granted = (...objects: readonly Observed[]): Moment => ({ record: BOOTSTRAP, cluster: { objects } });
const UNMARKED = "Wait ObjectUnconfirmed: the Secret is not marked";
const GRANTED: Moment = { record: intended({ kind: "Grant", old: identityOf(0), candidate: identityOf(1), evidence: "VolumeReturned" }) };
const refusal = { refused: [{ key: "Promote/web-1", why: "NOPERM", notBefore: after(NOW, 500), times: 1 }] };
const busy = inFlight({ _tag: "Promote", pod: identityOf(1), epoch: epoch(4), minReplicas: 0 });

test.each<[string, Mind, string, Moment?, Mind?]>([
  ["it stands frozen", mind(1, frozen(1)), "Promote web-1 CandidatePromoted"],
  ["it lets somebody in", mind(1, frozen(1, 100n, { users: [userOf(2)] })), "Expel web-1 MemberCutOff"],
  ["it follows somebody", mind(1, streaming(1)), "Freeze web-1 MemberFrozen"],
  ["another member follows somebody", mind(1, frozen(1)), "Freeze web-2 MemberFrozen", {}, mind(2, streaming(2))],
  ["another member was told to stop and has not spoken", mind(1, frozen(1)), "Wait FreezePending", {}, mind(2, "commanded")],
  ["a grant asks nobody else", mind(1, frozen(1)), "Promote web-1 CandidatePromoted", GRANTED, mind(2, streaming(2))],
  ["a grant to somebody who lets others in", mind(1, frozen(1, 100n, { users: [userOf(2)] })), "Expel web-1 MemberCutOff", GRANTED],
  ["the Service still leads to the old one", mind(1, frozen(1)), "RouteWrites WritesUnrouted", { cluster: { objects: [SERVICE] } }],
  ["it refused", mind(1, frozen(1)), "Wait RefusedLately +500: Promote/web-1: NOPERM", refusal],
  ["it refuses until the time is over", mind(1, frozen(1)), ABANDONED, { ...refusal, ...LATE }],
  [
    "it refuses, and the time is nearly over",
    mind(1, frozen(1)),
    "Wait RefusedLately +500: Promote/web-1: NOPERM",
    { ...refusal, ...claimed(59_999) },
  ],
  ["it is being told", mind(1, frozen(1)), "Wait CommandInFlight", { ...busy, ...LATE }],
  ["a bootstrap, and no Secret says so", mind(1, frozen(1)), UNMARKED, granted()],
  ["a bootstrap, and the Secret says so of another cluster", mind(1, frozen(1)), UNMARKED, granted(secret({}, "another"))],
  ["a bootstrap, and another Secret says so", mind(1, frozen(1)), UNMARKED, granted(secret({ name: "web" }))],
  ["a bootstrap, and what says so is no Secret", mind(1, frozen(1)), UNMARKED, granted(secret({ kind: "ConfigMap" }))],
  [
    "a bootstrap, and the Secret says so",
    mind(1, frozen(1)),
    "Promote web-1 CandidatePromoted",
    granted(secret({ name: "web" }), secret()),
  ],
])("a candidate that answers as a replica: %s", (_, health, expected, changes = {}, two) => {
  expect(promoting(health, changes, two)).toBe(expected);
});

const minReplicasOf = (two: Mind, changes: Moment = {}) => {
  const action = taken({ record: PROMOTING, health: [undefined, mind(1, frozen(1)), two], ...changes });
  return action?._tag === "Promote" ? action.minReplicas : undefined;
};
test("who will follow at once is asked for from the first write on, and nobody else", () => {
  const members = record.members.map((one) => ({ ...one, state: "Joining" as const }));
  expect(minReplicasOf(mind(2, frozen(2)))).toBe(1);
  expect(minReplicasOf(undefined)).toBe(0);
  expect(minReplicasOf(mind(2, frozen(2)), { record: { ...PROMOTING, members } })).toBe(0);
  expect(minReplicasOf(mind(2, frozen(2)), { record: { ...PROMOTING, waitReplicas: 0 } })).toBe(0);
  expect(minReplicasOf(mind(2, frozen(2)), GRANTED)).toBe(0);
});

const grantedTo = (changes: Partial<Reading>): Moment => ({ ...GRANTED, health: [undefined, mind(1, streaming(1, changes))] });
test("one in the middle of a FAILOVER of its own is made to break that off before it is promoted", () => {
  expect(taken(grantedTo({ handingOver: true }))).toStrictEqual({ _tag: "Freeze", pod: identityOf(1), epoch: 4, abort: true });
  expect(taken(grantedTo({}))).toStrictEqual({ _tag: "Freeze", pod: identityOf(1), epoch: 4 });
});

// --- What follows it --------------------------------------------------------------------------------------------------

const MARK = { epoch: epoch(4), seq: 0, pod: podName("web-1") };
const NEW = { replid: replicationId("new"), replidBefore: replicationId("now") } as const;
const UPSTREAM = { host: addressOf(1), port: 6379, up: true, syncing: false };
const promoted = (changes: Partial<Reading> = {}): Mind =>
  mind(1, led(1, { ...NEW, users: [userOf(2)], downstream: online(2), ...changes }));
const follower = (changes: Partial<Reading> = {}): Mind => mind(2, streaming(2, { ...NEW, upstream: UPSTREAM, ...changes }));
const MARKED = follower({ marker: MARK });

test.each<[string, Mind, Mind, string, Moment?]>([
  ["another member is not let in yet", promoted({ users: [] }), follower(), "Admit web-1 MemberAdmitted"],
  ["it is let in, and detached", promoted(), mind(2, frozen(2)), "Follow web-2 MemberRepointed"],
  [
    "it syncs",
    promoted({ downstream: [] }),
    follower({ upstream: { ...UPSTREAM, up: false, syncing: true } }),
    "Wait FollowersMissing: 0 of 1",
  ],
  ["it is not attached", promoted({ downstream: [] }), follower(), "Wait FollowersMissing: 0 of 1"],
  ["it is attached", promoted(), follower(), "Mark web-1 DatasetMarked"],
  ["the mark is written, and has not arrived", promoted({ marker: MARK }), follower(), "Wait FollowersMissing: 0 of 1 hold the mark"],
  ["the mark is written, and nobody tells", promoted({ marker: MARK }), mind(2, BUSY), "Wait FollowersMissing: 0 of 1 hold the mark"],
  ["the mark has arrived", promoted({ marker: MARK }), MARKED, "Publish PrimaryPublished"],
  [
    "nobody is left to follow",
    promoted(),
    MARKED,
    "Configure web-1 MinReplicasLowered",
    { record: { ...PROMOTING, members: record.members.slice(0, 1) } },
  ],
  ["after a grant nobody follows", promoted(), MARKED, "Configure web-1 MinReplicasLowered", GRANTED],
  ["after a grant nobody is let in", promoted({ users: [], minReplicas: 0 }), follower(), "Mark web-1 DatasetMarked", GRANTED],
  ["after a grant it is published", promoted({ marker: MARK, minReplicas: 0 }), undefined, "Publish PrimaryPublished", GRANTED],
  [
    "it left while it is waited for",
    promoted({ downstream: [] }),
    undefined,
    "Expel web-1 MemberCutOff",
    { cluster: { pods: pods(() => ({})).pods.slice(0, 2) } },
  ],
])("a candidate that answers as a primary: %s", (_, one, two, expected, changes = {}) => {
  expect(promoting(one, changes, two)).toBe(expected);
});

// --- What is published ------------------------------------------------------------------------------------------------

const published = (one: Mind, two: Mind, changes: Moment = {}): FailoverRecord | undefined =>
  written({ record: PROMOTING, health: [undefined, one, two], ...changes });
const NEXT: FailoverRecord = {
  version: 1,
  epoch: epoch(4),
  primary: { ...identityOf(1), epoch: epoch(4), ...NEW, address: addressOf(1) },
  members: [{ ...identityOf(2), state: "Streaming" }],
  waitReplicas: 1,
  minReplicas: 1,
  marker: MARK,
  ...(record.marker === undefined ? {} : { markerBefore: record.marker }),
  retired: [],
};

test("published is who it is, in which history, who follows, and what they may still carry", () => {
  expect(published(promoted({ marker: MARK }), MARKED)).toStrictEqual(NEXT);
  const { replidBefore: _, ...first } = { ...identityOf(1), epoch: epoch(4), ...NEW, address: addressOf(1) };
  const { replidBefore: __, ...alone } = led(1, { marker: MARK, users: [userOf(2)], downstream: online(2), ...NEW });
  expect(published(mind(1, alone), MARKED)).toStrictEqual({ ...NEXT, primary: first });
});

test("whoever was not let in joins again, and who came in reach later counts once min-replicas was raised for him", () => {
  const none = { marker: MARK, minReplicas: 0, downstream: [] };
  expect(published(promoted({ ...none, users: [] }), mind(2, BUSY))).toStrictEqual({ ...NEXT, members: [], minReplicas: 0 });
  expect(published(promoted(none), mind(2, BUSY))).toStrictEqual({
    ...NEXT,
    members: [{ ...identityOf(2), state: "Joining" }],
    minReplicas: 0,
    markerBefore: record.markerBefore,
  });
  expect(published(promoted(none), MARKED)).toStrictEqual({ ...NEXT, members: [{ ...identityOf(2), state: "Joining" }], minReplicas: 0 });
});

test("as long as a follower has not reached the mark of the record before, the one before that still counts", () => {
  const before = record.markerBefore;
  const late = (marker: Reading["marker"]) => published(promoted({ marker: MARK, minReplicas: 0 }), follower({ marker }))?.markerBefore;
  expect(late(before ?? "Absent")).toStrictEqual(before);
  expect(late("Absent")).toStrictEqual(before);
  expect(late(record.marker ?? "Absent")).toStrictEqual(record.marker);
  expect(late(MARK)).toStrictEqual(record.marker);
  const { markerBefore: _, ...once } = PROMOTING;
  expect(
    published(promoted({ marker: MARK, minReplicas: 0 }), follower({ marker: "Absent" }), { record: once })?.markerBefore,
  ).toStrictEqual(record.marker);
  const { marker: __, ...never } = once;
  const { markerBefore: ___, ...first } = NEXT;
  expect(published(promoted({ marker: MARK }), MARKED, { record: never })).toStrictEqual(first);
});

test("S7 a primary is none of those who lost the role", () => {
  const other = { ...identityOf(1), runId: runId("another") };
  expect(
    published(promoted({ marker: MARK }), MARKED, { record: { ...PROMOTING, retired: [identityOf(1), other] } })?.retired,
  ).toStrictEqual([other]);
});
