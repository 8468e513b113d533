// When a primary that is well is to hand over, and to whom. A user who asks, scales down, or drains a node would otherwise lose the primary the hard way;
// and one who did not ask would see it move.
import {
  type Cluster,
  type FailoverRecord,
  type Reading,
  SWITCHOVER,
  after,
  epoch,
  failover,
  podName,
  replicationId,
  uid,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { BUSY, serving } from "../regressions/driven.ts";
import { addressOf, identityOf, record } from "./cluster.ts";
import { type Moment, NOW, led, mind, moment, pods, silentFor, streaming, told } from "./situation.ts";

type Mind = ReturnType<typeof mind> | undefined;
type Pod = Cluster["pods"][number];

/** Who is asked to take over and why, or what is said instead. */
const asked = (given: Moment): string => {
  const stance = failover(moment(given));
  const intent = stance?._tag === "Act" && stance.action._tag === "Claim" ? stance.action.record.intent : undefined;
  return intent?.kind === "Switchover" ? `${intent.candidate.pod} ${intent.evidence}` : told(stance);
};
const request = (text: string) => ({ annotations: { [SWITCHOVER]: text } });
const each = (changes: readonly Partial<Pod>[]): Pick<Cluster, "pods"> => pods((pod) => changes[pod.ordinal] ?? {});
const LEAVES = { nodeLeaving: true } as const;
const BESIDES: Pod = {
  name: podName("web-3"),
  uid: uid("besides"),
  ordinal: 3,
  ready: true,
  deleting: false,
  container: { _tag: "Running", id: "c" },
};
const NOBODY = "Wait NoCandidate: web-0 is to hand over to a replica, which has to stream from it";

test.each<[string, Partial<Cluster>, string]>([
  ["nobody asks", {}, "content"],
  ["a user asks", request("3"), "web-1 Requested"],
  ["a user asks for one of them", request("3 web-2"), "web-2 Requested"],
  ["a user asks for the one that it is", request("3 web-0"), "content"],
  ["a user asks for one that is none", request("3 web-9"), NOBODY.replace("a replica", "web-9")],
  ["he asked in another epoch", request("2"), "content"],
  ["he asks in a later one", request("33"), "content"],
  ["he writes a number as no epoch is written", request("03"), "content"],
  ["he writes something before it", request("v3"), "content"],
  ["he writes something behind it", request("3 web-1 please"), "content"],
  ["he writes nothing", request(""), "content"],
  ["its pod is being deleted", each([{ deleting: true }]), "web-1 PodLeaving"],
  ["its pod is being deleted by force", each([{ deleting: true, forced: true }]), "content"],
  ["its node is to be emptied", each([LEAVES]), "web-1 NodeLeaving"],
  ["another node is to be emptied", each([{}, LEAVES]), "content"],
  ["all nodes are to be emptied", each([LEAVES, LEAVES, LEAVES]), "content"],
  ["all nodes are, but one whose pod is being deleted", each([LEAVES, LEAVES, { deleting: true }]), "content"],
  ["all nodes are, but one of a pod that does not count", { pods: [...each([LEAVES, LEAVES, LEAVES]).pods, BESIDES] }, "content"],
  [
    "all nodes are, and a user asks for one that is none",
    { ...request("3 web-9"), ...each([LEAVES, LEAVES, LEAVES]) },
    NOBODY.replace("a replica", "web-9"),
  ],
  ["all nodes are, and its pod is being deleted", each([{ deleting: true }, LEAVES, LEAVES]), "web-1 PodLeaving"],
  ["all nodes are, but one", each([LEAVES, LEAVES]), "web-2 NodeLeaving"],
  ["a pod that is being deleted comes before a request", { ...request("3 web-2"), ...each([{ deleting: true }]) }, "web-1 PodLeaving"],
  ["a request comes before a node", { ...request("3 web-2"), ...each([LEAVES]) }, "web-2 Requested"],
])("a primary that is well: %s", (_, cluster, expected) => {
  expect(asked({ cluster })).toBe(expected);
});

test("an epoch of several digits is asked for by all of them", () => {
  const twelve: FailoverRecord = { ...record, epoch: epoch(12) };
  expect(asked({ record: twelve, cluster: request("12 web-2") })).toBe("web-2 Requested");
  expect(asked({ record: twelve, cluster: request("1 web-2") })).toBe("content");
});

/** web-2 is the primary, and the others follow it. */
const last: FailoverRecord = {
  ...record,
  ...(record.primary === undefined ? {} : { primary: { ...record.primary, ...identityOf(2) } }),
  members: [0, 1].map((ordinal) => ({ ...identityOf(ordinal), state: "Streaming" as const })),
};
const UPSTREAM = { host: addressOf(2), port: 6379, up: true, syncing: false };
const followers = [0, 1].map((ordinal) => mind(ordinal, streaming(ordinal, { role: "replica", upstream: UPSTREAM })));

const scaled = (replicas: number): Moment => ({ record: last, health: [...followers, mind(2, led(2))], spec: { replicas } });
test("a scale-down that would remove the primary moves it first, to somebody who stays", () => {
  expect(asked(scaled(3))).toBe("content");
  expect(asked(scaled(2))).toBe("web-0 ScaleDown");
  expect(asked({ ...scaled(2), cluster: each([LEAVES]) })).toBe("web-1 ScaleDown");
});

test("a request of one whose pod would not stay is not granted", () => {
  expect(asked({ cluster: request("3 web-2"), spec: { replicas: 2 } })).toBe(NOBODY.replace("a replica", "web-2"));
  expect(asked({ cluster: request("3 web-2") })).toBe("web-2 Requested");
});

test("what is claimed names both and why, and changes nothing else", () => {
  const stance = failover(moment({ cluster: request("3 web-2") }));
  expect(stance?._tag === "Act" ? stance.because : undefined).toBe("Requested");
  expect(stance?._tag === "Act" ? stance.action : undefined).toStrictEqual({
    _tag: "Claim",
    epoch: 4,
    at: "10",
    record: { ...record, epoch: 4, intent: { kind: "Switchover", old: identityOf(0), candidate: identityOf(2), evidence: "Requested" } },
  });
});

// --- Who could --------------------------------------------------------------------------------------------------------

const own = mind(0, serving(100n));
const two = mind(2, streaming(2));
const upstream = (changes: object) => ({ upstream: { host: addressOf(0), port: 6379, up: true, syncing: false, ...changes } });
const { upstream: _upstream, ...detached } = streaming(1);
const { marker } = record;
const older = marker === undefined ? {} : { marker: { ...marker, seq: 0 } };
const joining: FailoverRecord = {
  ...record,
  members: record.members.map((one) => (one.pod === "web-1" ? { ...one, state: "Joining" } : one)),
};
const said = (changes: Partial<Reading>): Mind => mind(1, streaming(1, changes));

test.each<[string, Mind, Moment?]>([
  ["it is only joining", said({}), { record: joining }],
  ["its pod is gone", said({}), { cluster: { pods: pods(() => ({})).pods.filter((pod) => pod.ordinal !== 1) } }],
  ["its container has ended", said({}), { cluster: each([{}, { container: { _tag: "Terminated", id: "container-1" } }]) }],
  ["its pod is being deleted", said({}), { cluster: each([{}, { deleting: true }]) }],
  ["it was never seen", undefined],
  ["it answers with nothing of use", mind(1, BUSY)],
  ["it missed a question", mind(1, streaming(1), silentFor(500))],
  ["it follows nobody", mind(1, detached)],
  ["its link is down", said(upstream({ up: false }))],
  ["it syncs", said(upstream({ syncing: true }))],
  ["it follows another one", said(upstream({ host: addressOf(2) }))],
  ["it is in another history", said({ replid: replicationId("another") })],
  ["it lacks the mark", said(older)],
  ["it must not be the primary", said({ priority: 0 })],
  ["its node is to be emptied as well", said({}), { cluster: each([{}, LEAVES]) }],
  ["it comes later", said({ priority: 101 })],
])("another one is asked than web-1, because: %s", (_, one, changes = {}) => {
  const cluster = { ...request("3"), ...changes.cluster };
  expect(asked({ health: [own, one, two], ...changes, cluster })).toBe("web-2 Requested");
});

test("where only one who does not stream would be better off elsewhere, that is said; where the primary serves nobody, that is", () => {
  const unlinked = mind(2, streaming(2, upstream({ up: false })));
  expect(asked({ health: [own, said({}), unlinked], cluster: each([LEAVES, LEAVES]) })).toBe(NOBODY);
  expect(asked({ health: [mind(0, BUSY), said({}), two], cluster: request("3") })).toBe(
    "Wait PrimaryNotServing: web-0: Busy BUSY Valkey is busy running a script",
  );
});

test("a pod without an address is asked nothing", () => {
  const cluster = {
    pods: pods(() => ({})).pods.map(({ address, ...pod }) => (pod.ordinal === 1 || address === undefined ? pod : { ...pod, address })),
  };
  expect(asked({ cluster: { ...request("3"), ...cluster } })).toBe("web-2 Requested");
});

test("first who stays, then by priority, then by ordinal, whatever the order of the members", () => {
  const [one, other] = record.members;
  if (one === undefined || other === undefined) throw new Error("the record of the laws has two members");
  const turned = { ...record, members: [other, one] };
  expect(asked({ record: turned, cluster: request("3") })).toBe("web-1 Requested");
  expect(asked({ health: [own, said({ priority: 1 }), two], cluster: { ...request("3"), ...each([{}, LEAVES]) } })).toBe("web-2 Requested");
  expect(asked({ record: turned, health: [own, said({ priority: 101 }), two], cluster: request("3") })).toBe("web-2 Requested");
});

test("nobody is asked while the primary itself lacks the mark, or there is none", () => {
  const { marker: _, ...unmarked } = record;
  expect(asked({ record: unmarked, cluster: request("3") })).toBe(NOBODY);
  expect(asked({ health: [mind(0, serving(100n, older)), said({}), two], cluster: request("3") })).toBe(NOBODY);
  expect(asked({ health: [mind(0, serving(100n, { marker: "Absent" })), said({ marker: "Absent" }), two], cluster: request("3") })).toBe(
    NOBODY,
  );
});

// --- Who did not take over --------------------------------------------------------------------------------------------

const refusal = (ordinal: number, ms: number) => ({
  key: `HandOver/web-${ordinal}/run-${ordinal}`,
  why: "it did not take over in time",
  notBefore: after(NOW, ms),
  times: 1,
});
const waits = (ordinal: number, ms: number) =>
  `Wait RefusedLately +${ms}: HandOver/web-${ordinal}/run-${ordinal}: it did not take over in time`;
test("who did not take over in time is left alone until its time; where all are, the first of these times is waited for", () => {
  const after0 = (...refused: Moment["refused"] & object) => asked({ cluster: request("3"), refused });
  expect(after0(refusal(1, 1))).toBe("web-2 Requested");
  expect(after0(refusal(1, 0))).toBe("web-1 Requested");
  expect(after0(refusal(1, 500), refusal(2, 300))).toBe(waits(2, 300));
  expect(after0(refusal(1, 300), refusal(2, 500))).toBe(waits(1, 300));
  // What else was refused has nothing to do with it.
  const other = { ...refusal(2, 100), key: "Report" };
  expect(after0(other, refusal(1, 300), refusal(2, 500))).toBe(waits(1, 300));
  // Also where a node is to be emptied, and somebody else's is not.
  expect(asked({ cluster: each([LEAVES]), refused: [refusal(1, 300), refusal(2, 500)] })).toBe(waits(1, 300));
});
