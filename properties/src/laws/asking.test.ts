// Whom core asks, when next, and for how long. A process that is forgotten keeps a role that nobody takes from it; one that is asked too seldom delays
// a failover, and too often costs every cluster.
import {
  type Cluster,
  type FailoverRecord,
  type Health,
  type Memory,
  epoch,
  initialMemory,
  instant,
  nextProbe,
  probeTargets,
  probeTimeout,
  remember,
  runId,
  uid,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { addressOf, clusterWith, identityOf, leader, record, targetOf } from "./cluster.ts";

const TIMING = { downAfter: 1_000, pingInterval: 200 };
const made = clusterWith(TIMING);
const START = leader(made, 0);

/** Whom one asks who knew this and reads that. */
const asked = (changes: Partial<Cluster>, known: Memory = START) =>
  probeTargets(
    remember(known, { now: instant(50), _tag: "Read", cluster: { ...made, ...changes }, consistent: { began: instant(50) } }),
  ).map(({ pod, uid: life, address }) => `${pod} ${life} ${address}`);
const all = [0, 1, 2].map((ordinal) => `web-${ordinal} uid-${ordinal}-0 ${addressOf(ordinal)}`);

const homeless = (pod: Cluster["pods"][number]): Cluster["pods"][number] => {
  const { address: _, ...rest } = pod;
  return rest;
};

test("every pod that runs and has an address, in order", () => {
  expect(asked({})).toEqual(all);
  expect(asked({ pods: made.pods.toReversed() })).toEqual(all);
  const without = (changed: (pod: Cluster["pods"][number]) => Cluster["pods"][number]) => ({
    pods: made.pods.map((pod) => (pod.ordinal === 1 ? changed(pod) : pod)),
  });
  expect(asked(without(homeless))).toEqual([all[0], all[2]]);
  expect(asked(without((pod) => ({ ...pod, container: { _tag: "Terminated", id: "ended" } })))).toEqual([all[0], all[2]]);
});

const former = { pod: identityOf(2).pod, uid: uid("former"), runId: runId("former"), address: "127.7.1.1" };
const remembering = (retired: FailoverRecord["retired"]): Partial<Cluster> => ({ record: { ...record, retired } });

test("a retired process once, where nobody else is", () => {
  const known = `web-2 former ${former.address}`;
  expect(asked(remembering([former, { ...former, runId: runId("of another life") }]))).toEqual([all[0], all[1], known, all[2]]);
  expect(asked(remembering([{ ...former, address: addressOf(1) }]))).toEqual(all);
  expect(asked(remembering([{ ...former, uid: targetOf(2).uid }]))).toEqual(all);
  const { address: _, ...nowhere } = former;
  expect(asked(remembering([nowhere]))).toEqual(all);
});

test("the recorded primary and the candidate whose pods are gone: they may live on; nobody else", () => {
  const gone = (...ordinals: readonly number[]) => ({ pods: made.pods.filter((pod) => !ordinals.includes(pod.ordinal)) });
  expect(asked(gone(0))).toEqual(all);
  expect(asked(gone(1))).toEqual([all[0], all[2]]);
  const intent = { kind: "Failover", old: identityOf(0), candidate: identityOf(1), evidence: "Dead" } as const;
  expect(asked({ ...gone(0, 1), record: { ...record, intent } })).toEqual(all);
  expect(asked(gone(0), { ...START, health: [] })).toEqual([all[1], all[2]]);
  const { record: _, ...unrecorded } = { ...made, ...gone(0) };
  const read = remember(START, { now: instant(50), _tag: "Read", cluster: unrecorded, consistent: { began: instant(50) } });
  expect(probeTargets(read).map(({ pod }) => pod)).toEqual(["web-1", "web-2"]);
});

test("whoever is asked already is known as before; a new life of a pod is not", () => {
  const heard: Memory = { ...START, health: START.health.map((one) => ({ ...one, asked: instant(40) })) };
  const pods = made.pods.map((pod) => (pod.ordinal === 1 ? { ...pod, uid: uid("renewed") } : pod));
  const read = remember(heard, { now: instant(50), _tag: "Read", cluster: { ...made, pods }, consistent: { began: instant(50) } });
  expect(read.health.map(({ target, asked: at }) => [target.uid, at])).toEqual([
    ["uid-0-0", 40],
    ["renewed", undefined],
    ["uid-2-0", 40],
  ]);
});

// --- When ---------------------------------------------------------------------------------------------------------------

const target = targetOf(1);
const next = (health: Partial<Health>, changes: Partial<Memory> = {}) =>
  nextProbe(
    {
      ...START,
      health: [
        { target: targetOf(0), since: instant(0), asked: instant(7), late: false },
        { target, since: instant(0), late: false, ...health },
      ],
      ...changes,
    },
    target,
  );
const at = (asked_: number) => ({ asked: instant(asked_) });

test("at once, who was never asked, or is not known", () => {
  expect(next({})).toBe(0);
  const asking = { ...START, health: [{ target, since: instant(0), late: false, ...at(1_000) }] };
  expect(nextProbe(asking, target)).toBe(1_200);
  expect(nextProbe(asking, { ...target, uid: uid("another") })).toBe(0);
  const { record: _, ...unrecorded } = made;
  expect(nextProbe({ ...asking, cluster: unrecorded }, target)).toBe(1_200);
  expect(next(at(1_000), { health: [{ target: { ...target, address: "127.9.9.9" }, since: instant(0), late: false, ...at(9) }] })).toBe(0);
});

test("an interval after the question before, or a tenth of a second when an answer is missing", () => {
  expect(next(at(1_000))).toBe(1_200);
  expect(next({ ...at(1_000), late: true })).toBe(1_100);
  expect(next({ ...at(1_000), late: true }, { cluster: clusterWith({ downAfter: 1_000, pingInterval: 50 }) })).toBe(1_050);
});

const silentFor = (lastHeard: number | undefined, asked_: number, changes: Partial<Memory> = {}) =>
  next({ ...at(asked_), late: true, ...(lastHeard === undefined ? {} : { lastHeard: instant(lastHeard) }) }, changes) - asked_;

test("who has been silent for ten times D is asked once a second, or as seldom as everybody", () => {
  expect(silentFor(undefined, 10_000)).toBe(100);
  expect(silentFor(undefined, 10_001)).toBe(1_000);
  expect(silentFor(2_000, 12_000)).toBe(100);
  expect(silentFor(2_000, 12_001)).toBe(1_000);
  expect(silentFor(undefined, 90_000, { cluster: clusterWith({ downAfter: 1_000, pingInterval: 3_000 }) })).toBe(3_000);
});

test("who was commanded is asked from then on, as long as nothing was heard and he was not asked since", () => {
  expect(next({ ...at(1_000), commandedAt: instant(1_050) })).toBe(1_050);
  expect(next({ ...at(1_050), commandedAt: instant(1_050) })).toBe(1_250);
  expect(next({ ...at(1_000), commandedAt: instant(1_050), last: { began: instant(1_060), reply: { _tag: "Busy", text: "" } } })).toBe(
    1_200,
  );
});

test("while the role is being given away, every twentieth of a second, for five of them", () => {
  const cluster = { ...made, record: { ...record, intent: { kind: "Failover", old: identityOf(0), evidence: "Dead" } } } as const;
  const claimed = { cluster, epoch: { epoch: epoch(3), since: instant(1_000) } };
  expect(next(at(5_999), claimed)).toBe(6_019);
  expect(next(at(6_000), claimed)).toBe(6_200);
  expect(next({ ...at(5_999), late: true }, claimed)).toBe(6_019);
  expect(next(at(5_999), { ...claimed, cluster: made })).toBe(6_199);
  const { epoch: _, ...unseen } = { ...START, cluster, health: [{ target, since: instant(0), late: false, ...at(100) }] };
  expect(nextProbe(unseen, target)).toBe(300);
  const fast = {
    ...cluster,
    spec: { ...cluster.spec, pingInterval: clusterWith({ downAfter: 1_000, pingInterval: 10 }).spec.pingInterval },
  };
  expect(next(at(5_000), { ...claimed, cluster: fast })).toBe(5_010);
});

const unread = (asked_: number, late: boolean) =>
  nextProbe({ ...initialMemory, health: [{ target, since: instant(0), late, ...at(asked_) }] }, target) - asked_;

test("before anything was read: twice a second; silent for fifty seconds is silent for long", () => {
  expect([unread(1_000, false), unread(50_000, true), unread(50_001, true)]).toEqual([500, 100, 1_000]);
});

const timeout = (downAfter: number) => probeTimeout(leader(clusterWith({ downAfter, pingInterval: 200 }), 0));

test("for a quarter of D, at most a second", () => {
  expect([timeout(1_000), timeout(4_000), timeout(9_000), probeTimeout(initialMemory)]).toEqual([250, 1_000, 1_000, 1_000]);
});
