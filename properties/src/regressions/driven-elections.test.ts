// Who is given the role, and when: what a review found by driving core by hand. The numbers are named in the comments of the fixes.
import { type FailoverRecord, epoch, probeTargets, replicationId, runId } from "@gungnir/core";
import { expect, test } from "vitest";
import { addressOf, identityOf, readingOf, record, replied, targetOf } from "../laws/cluster.ts";
import { BUSY, DETACHED, Driven, cluster, emptied, following, full, leading, online, restarted, serving, userOf } from "./driven.ts";

/** Epoch 4: web-1 is elected in place of web-0. */
const elected: FailoverRecord = {
  ...record,
  epoch: epoch(4),
  intent: { kind: "Failover", old: identityOf(0), candidate: identityOf(1), evidence: "Silent" },
};
const NEW = { replid: replicationId("new"), replidBefore: replicationId("now") } as const;

test("0014 an old primary that answers BUSY after it was fenced holds no election up", () => {
  const driven = new Driven(cluster());
  driven.fate = (action) => (action._tag === "Fence" ? { _tag: "Sent" } : undefined);
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 100n));
  driven.until(10, 10);
  driven.says(0, "silent");
  driven.until(5_000, 100, () => driven.told("Claim").length > 0 && driven.says(0, BUSY));
  expect(driven.told("Fence")).toEqual(["Fence web-0 OldPrimaryFenced"]);
  expect(driven.told("Elect")).toEqual(["Elect web-1 CandidateElected"]);
});

test("0014 a member that refuses its Freeze holds up no quorum that is complete without it", () => {
  const driven = new Driven(cluster({ record: { ...record, waitReplicas: 2 } }, { waitReplicas: 2 }));
  driven.fate = (action) =>
    action._tag === "Freeze" && action.pod.pod === "web-2" ? { _tag: "Refused", why: "NOPERM", transient: false } : undefined;
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 100n));
  driven.until(10, 10);
  driven.says(0, "silent");
  driven.until(5_000, 100);
  expect(driven.told("Elect")).toEqual(["Elect web-1 CandidateElected"]);
});

test("0017 after something was promoted the frozen old primary alone is not enough", () => {
  const driven = new Driven(cluster({ record: elected }));
  driven.fate = (action) => (action._tag === "Mark" || (action._tag === "Freeze" && action.pod.pod === "web-2") ? "held" : undefined);
  // What web-2 has beyond 100 was acknowledged by it in epoch 4.
  driven.says(0, readingOf(0, 100n, { role: "replica", upstream: DETACHED, users: [] }));
  driven.says(2, readingOf(2, 300n, { ...NEW, users: [], upstream: { host: "127.7.0.2", port: 6379, up: true, syncing: false } }));
  driven.says(1, leading(readingOf(1, 300n, { ...NEW, users: [userOf(2)], downstream: online(2) })));
  driven.until(20, 10);
  driven.says(1, emptied(1));
  driven.says(2, "silent");
  driven.until(3_000, 100);
  expect(driven.told("Claim")).toEqual(["Claim nobody CandidateUnusable"]);
  expect(driven.told("Elect", "Promote")).toEqual([]);
  driven.says(2, readingOf(2, 300n, { ...NEW, users: [], upstream: DETACHED }));
  driven.until(4_000, 100);
  expect(driven.told("Elect")).toEqual(["Elect web-2 CandidateElected"]);
});

/** web-2 is Joining, and its Follow is under way when web-0 goes out of our reach. */
const withFollowUnderWay = () => {
  const joining: FailoverRecord = {
    ...record,
    members: [
      { ...identityOf(1), state: "Streaming" },
      { ...identityOf(2), state: "Joining" },
    ],
  };
  const driven = new Driven(cluster({ record: joining }));
  driven.fate = (action) => (action._tag === "Follow" ? "held" : undefined);
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, emptied(2, { runId: runId("run-2") }));
  driven.until(100, 50);
  expect(driven.held.map((action) => action._tag)).toEqual(["Follow"]);
  driven.says(0, "silent");
  driven.until(3_000, 50);
  return driven;
};

test("0018 a member whose Follow is under way does not count as frozen", () => {
  const driven = withFollowUnderWay();
  expect(driven.told("Claim")).toEqual(["Claim nobody PrimarySilent"]);
  expect(driven.told("Elect", "Promote")).toEqual([]);
});

test("0018 behind a Follow whose answer was lost a Freeze is sent before anybody is elected", () => {
  const driven = withFollowUnderWay();
  driven.land({ _tag: "Unknown", why: "not answered" });
  driven.until(3_500, 50);
  const told = driven.told("Freeze", "Elect");
  expect(told).toContain("Freeze web-2 MemberFrozen");
  expect(told.at(-1)).toBe("Elect web-1 CandidateElected");
});

test("0022 an elected candidate that answers nothing of use is abandoned at the deadline", () => {
  const driven = new Driven(cluster({ record: { ...elected, waitReplicas: 2 } }, { waitReplicas: 2 }));
  driven.says(0, "silent");
  driven.says(1, BUSY);
  driven.says(2, readingOf(2, 100n, { users: [], upstream: DETACHED }));
  driven.until(59_000);
  expect(driven.told("Claim")).toEqual([]);
  driven.until(65_000);
  expect(driven.told("Claim", "Elect")).toEqual(["Claim nobody CandidateUnusable", "Elect web-2 CandidateElected"]);
});

test("0023 a leader begins with nothing that a watch's cache says", () => {
  const driven = new Driven(cluster());
  const before = driven.memory.leadership;
  driven.feed({ now: replied(0, 1, BUSY).now, _tag: "Gone" });
  expect(driven.memory.leadership).toEqual(before);
  const { now } = replied(0, 2, BUSY);
  driven.feed({ now, _tag: "Read", cluster: cluster() });
  // Published meanwhile in epoch 4, of which the cache knew nothing.
  driven.feed(
    replied(1, 5, { _tag: "Reading", reading: leading(readingOf(1, 900n, { ...NEW, marker: { ...MARK_4 }, users: [userOf(2)] })) }),
  );
  expect(driven.told()).toEqual([]);
  expect(driven.decision).toMatchObject({ _tag: "Wait", because: "SnapshotForgotten" });
});
const MARK_4 = { epoch: epoch(4), seq: 0, pod: identityOf(1).pod };

test("0023 a process whose marker is of a newer epoch than the record is not demoted", () => {
  const driven = new Driven(cluster());
  driven.says(1, leading(readingOf(1, 900n, { ...NEW, marker: MARK_4, users: [userOf(2)] })));
  driven.until(500, 100);
  expect(driven.told("Fence")).toEqual([]);
});

test("0026 a primary that loads its data in another life is dead", () => {
  const driven = new Driven(cluster());
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 100n));
  driven.until(10, 10);
  driven.says(0, { _tag: "Loading", text: "LOADING", runId: restarted(0).runId });
  driven.says(1, following(1, 100n, false));
  driven.says(2, following(2, 100n, false));
  driven.until(1_000, 50);
  expect(driven.told("Claim", "Elect")).toEqual(["Claim nobody PrimaryDead", "Elect web-1 CandidateElected"]);
});

test.each(["Terminated", "Running"] as const)(
  "0030 the primary is not demoted through its address in the status of a pod that is %s",
  (_tag) => {
    const whole = cluster();
    const address = addressOf(0);
    const pods = whole.pods.map((pod) => (pod.ordinal === 1 ? { ...pod, address, container: { _tag, id: "container-1" } } : pod));
    const driven = new Driven({ ...whole, pods });
    // An evicted pod keeps its address, and its end may not have been reported yet.
    expect(probeTargets(driven.memory).filter((target) => target.pod === "web-1").length).toBe(_tag === "Running" ? 1 : 0);
    driven.says(0, serving(100n));
    driven.says(1, serving(100n), { ...targetOf(1), address });
    driven.until(1_000, 100);
    expect(driven.told("Fence")).toEqual([]);
  },
);

test("0031 a stray primary whose offset rises does not keep a silent primary in its role", () => {
  const driven = new Driven(cluster());
  driven.fate = (action) => (action._tag === "Fence" ? { _tag: "Refused", why: "NOPERM", transient: false } : undefined);
  driven.says(0, serving(100n));
  driven.until(10, 10);
  driven.says(0, "silent");
  driven.says(1, following(1, 100n, false));
  driven.until(10_000, 200, (now) => driven.says(2, leading(following(2, 100n + BigInt(now), true, { replid: replicationId("stray") }))));
  expect(driven.told("Claim")[0]).toBe("Claim nobody PrimarySilent");
});

test("0033 no wait is until an instant that is past", () => {
  const driven = new Driven(cluster({ record: elected }));
  driven.says(1, leading(readingOf(1, 100n, { users: [] })));
  driven.until(10, 10);
  driven.says(1, BUSY);
  driven.says(2, readingOf(2, 100n, { users: [], upstream: DETACHED }));
  const past: number[] = [];
  driven.until(70_000, 200, (now) => {
    const { decision } = driven;
    // It is the decision of the questions before, one interval ago.
    if (decision._tag === "Wait" && decision.until !== undefined && decision.until <= now - 200) past.push(now);
  });
  expect(past).toEqual([]);
  expect(driven.told("Claim")).toEqual([]);
});

// Seen to fail: it was waited for without an end, because it had been promoted.
test("0041 a candidate that was promoted and cannot write to its disk is given up at the deadline", () => {
  const driven = new Driven(cluster({ record: elected }));
  const promoted = leading(readingOf(1, 100n, { ...NEW, users: [userOf(2)], downstream: online(2) }));
  driven.says(0, "silent");
  driven.says(1, promoted);
  driven.says(2, following(2, 100n));
  driven.until(20, 10);
  driven.says(1, full(promoted));
  driven.until(70_000, 200);
  expect(driven.told("Claim")[0]).toBe("Claim nobody CandidateUnusable");
});

/** Without the pods of these ordinals; their processes live on. */
const podless = (driven: Driven, ...ordinals: readonly number[]) => ({
  pods: driven.cluster.pods.filter((pod) => !ordinals.includes(pod.ordinal)),
});

// Seen to fail: elected and given up 30 times at one instant (and in simulated runs 20261143 and 20261145 for minutes).
test("0038 a candidate whose pod is deleted by force is given up once, and not elected again while its process lives on", () => {
  const driven = new Driven(cluster());
  driven.fate = (action) => (action._tag === "Promote" && action.pod.pod === "web-2" ? "held" : undefined);
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 200n));
  driven.until(10, 10);
  driven.says(0, "silent");
  driven.until(3_000, 100, () => driven.told("Promote").length > 0 && driven.cluster.pods.length === 3 && driven.read(podless(driven, 2)));
  expect(driven.told("Claim")).toEqual(["Claim nobody PrimarySilent", "Claim nobody CandidateUnusable"]);
  // What web-2 alone has may be what it acknowledged: one of two members is no quorum.
  expect(driven.told("Elect")).toEqual(["Elect web-2 CandidateElected"]);
  expect(driven.decision).toMatchObject({ _tag: "Wait", because: "FreezeQuorumMissing" });
});

// Seen to fail: elected and given up 30 times at one instant.
test("0038 an old primary that stands frozen and has lost its pod is not kept", () => {
  const driven = new Driven(cluster());
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 100n));
  driven.until(10, 10);
  driven.says(0, readingOf(0, 100n, { role: "replica", upstream: DETACHED, users: [] }));
  driven.until(3_000, 100, () => driven.told("Claim").length > 0 && driven.cluster.pods.length === 3 && driven.read(podless(driven, 0)));
  expect(driven.told("Elect")).toEqual(["Elect web-1 CandidateElected"]);
  expect(driven.told("Promote")).toEqual(["Promote web-1 CandidatePromoted"]);
});
