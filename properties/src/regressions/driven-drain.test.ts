// A node that is about to be emptied: whoever is the primary there hands over before the eviction, and only to somebody who stays.
import { replicationId } from "@gungnir/core";
import { expect, test } from "vitest";
import { addressOf } from "../laws/cluster.ts";
import { Driven, cluster, following, full, leading, online, serving, userOf } from "./driven.ts";

/** Which of web-0 … web-2 are on a node that is cordoned. */
const leaving = (...ordinals: readonly number[]) => ({
  pods: cluster().pods.map((pod) => (ordinals.includes(pod.ordinal) ? { ...pod, nodeLeaving: true as const } : pod)),
});
const settled = (...ordinals: readonly number[]): Driven => {
  const driven = new Driven(cluster(leaving(...ordinals)));
  driven.says(0, serving(100n));
  for (const ordinal of [1, 2]) driven.says(ordinal, following(ordinal, 100n));
  return driven;
};

// Seen to fail: with no demand for it, nothing is claimed.
test("LV-8 the node of the primary is cordoned: it hands over to a replica whose node stays", () => {
  const driven = settled();
  driven.until(1_000, 50);
  expect(driven.told("Claim")).toEqual([]);
  driven.read(leaving(0, 1));
  driven.until(1_100, 50);
  expect(driven.told("Claim")).toEqual(["Claim web-2 NodeLeaving"]);
});

// Seen to fail: without a look at the nodes of the others one of them is asked to take over.
test("LV-8 all nodes are cordoned: nobody is better off elsewhere, the role stays, and that is no trouble", () => {
  const driven = settled(0, 1, 2);
  driven.until(3_000, 50);
  expect(driven.told("Claim")).toEqual([]);
  expect(driven.decision).not.toMatchObject({ because: "NoCandidate" });
});

test("the only replica whose node stays does not stream: that is said, and nobody else is asked", () => {
  const driven = settled(0, 1);
  driven.says(2, following(2, 100n, false));
  driven.until(500, 50);
  expect(driven.told("Claim")).toEqual([]);
  expect(driven.decision).toMatchObject({ _tag: "Wait", because: "NoCandidate" });
});

// Seen to fail: by ordinal alone web-1 would be taken, and would have to hand over once more.
test("whoever is to hand over for another reason prefers a replica whose node stays, and takes what there is", () => {
  for (const [ordinals, to] of [
    [[1], "web-2"],
    [[1, 2], "web-1"],
  ] as const) {
    const driven = settled();
    driven.until(200, 50);
    driven.read({ pods: leaving(...ordinals).pods.map((pod) => ({ ...pod, deleting: pod.ordinal === 0 })) });
    driven.until(300, 50);
    expect(driven.told("Claim")).toEqual([`Claim ${to} PodLeaving`]);
  }
});

// Seen to fail: on a real cluster, where a pod that is deleted by force is marked for an instant before it is gone, each such deletion cost a
// switchover's epoch before the failover's.
test("a primary's pod that is deleted by force is not asked to hand over: there is no time for it, and it is missed when it is gone", () => {
  const driven = settled();
  driven.until(200, 50);
  driven.read({ pods: cluster().pods.map((pod) => (pod.ordinal === 0 ? { ...pod, deleting: true, forced: true as const } : pod)) });
  driven.until(300, 50);
  expect(driven.told("Claim")).toEqual([]);
  driven.read({ pods: cluster().pods.filter((pod) => pod.ordinal !== 0) });
  expect(driven.told("Claim")).toEqual(["Claim nobody PrimaryMissing"]);
});

const NEXT = { replid: replicationId("next"), replidBefore: replicationId("now") } as const;
const UPSTREAM = { host: addressOf(1), port: 6379, up: true, syncing: false };

// Seen to fail: while only a Reading counted, nobody could take over from it before its pod's time was up (first write after 21.7 s, measured).
test("a primary that cannot write to its disk keeps its role, and hands over when its pod is to go", () => {
  const driven = settled();
  driven.says(0, full(serving(100n)));
  driven.until(2_000, 50);
  expect(driven.told("Claim")).toEqual([]);
  expect(driven.decision).toMatchObject({
    because: "PrimaryNotServing",
    detail: "web-0: Misconfigured MISCONF Errors writing to the AOF file",
  });
  driven.read({ pods: cluster().pods.map((pod) => ({ ...pod, deleting: pod.ordinal === 0 })) });
  driven.fate = (action) => {
    if (action._tag === "HandOver")
      driven.says(1, leading(following(1, 100n, true, { ...NEXT, users: [userOf(0)], downstream: online(0) })));
    return undefined;
  };
  driven.until(2_200, 20);
  driven.says(0, full(serving(100n, { ...NEXT, role: "replica", upstream: UPSTREAM, downstream: online(2) })));
  driven.until(2_400, 20);
  expect(driven.told("Claim", "Admit", "Pause", "HandOver", "Publish").slice(0, 5)).toEqual([
    "Claim web-1 PodLeaving",
    "Admit web-1 MemberAdmitted",
    "Pause web-0 WritesPaused",
    "HandOver web-0 HandedOver",
    "Publish web-1 PrimaryPublished",
  ]);
});

// Seen to fail: without a look at its disk, a role would go from one that cannot write to another one.
test("nobody is handed the role who cannot write to his disk", () => {
  const driven = settled();
  for (const ordinal of [1, 2]) driven.says(ordinal, full(following(ordinal, 100n)));
  driven.until(200, 50);
  driven.read(leaving(0));
  driven.until(1_000, 50);
  expect(driven.told("Claim")).toEqual([]);
});

// Seen to fail: it answered, so that it was neither lost nor of use, for ever.
test("a primary that cannot write to its disk and says that it is a replica has been demoted", () => {
  const driven = settled();
  driven.until(200, 50);
  driven.says(0, full(serving(100n, { role: "replica", upstream: { host: addressOf(9), port: 6379, up: false, syncing: false } })));
  driven.until(2_000, 50);
  expect(driven.told("Claim")).toEqual(["Claim nobody PrimaryDemoted"]);
});
