// Who counts, and how somebody stops counting: what a review found by driving core by hand. The numbers are named in the comments
// of the fixes.
import { type FailoverRecord, type Outcome, epoch, replicationId, replicationOffset, replicationUser } from "@gungnir/core";
import { expect, test } from "vitest";
import { addressOf, identityOf, readingOf, record, targetOf } from "../laws/cluster.ts";
import {
  BUSY,
  D,
  DETACHED,
  Driven,
  PERSISTENT,
  cluster,
  emptied,
  following,
  leading,
  online,
  restarted,
  serving,
  userOf,
} from "./driven.ts";

const NEW = { replid: replicationId("new"), replidBefore: replicationId("now") } as const;

test("0011 a replica that answers and cannot attach does not join and leave without a pause", () => {
  const driven = new Driven(cluster());
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 100n));
  driven.until(1_000);
  driven.says(2, following(2, 100n, false));
  driven.until(60_000, 200);
  // Each time it is left alone for twice as long: in a minute a handful.
  const turns = driven.told("Enlist");
  expect(turns.slice(0, 3)).toEqual([
    "Enlist web-1:Streaming MemberLeft",
    "Enlist web-1:Streaming,web-2:Joining MemberJoining",
    "Enlist web-1:Streaming MemberLeft",
  ]);
  expect(turns.length).toBeLessThan(12);
});

test("0012 two members dropped before one mark was written leave everybody eligible", () => {
  const driven = new Driven(cluster());
  driven.fate = (action) => (action._tag === "Mark" ? { _tag: "Refused", why: "OOM", transient: true } : undefined);
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 100n));
  driven.until(600, 50);
  for (const life of ["b", "c"]) {
    driven.says(2, emptied(2, { runId: restarted(2).runId, replid: replicationId(life) }));
    driven.until(driven.now + 500, 50);
    driven.says(2, "silent");
    driven.until(driven.now + 3 * D, 50);
  }
  expect(driven.told("Enlist").filter((one) => one.endsWith("MemberLeft")).length).toBeGreaterThanOrEqual(2);
  expect(driven.record.marker?.seq).toBeGreaterThan(2);
  driven.says(0, emptied(0));
  driven.until(driven.now + 2_000, 50);
  expect(driven.told("Elect")).toEqual(["Elect web-1 CandidateElected"]);
});

test("0016 nothing is published while a member is being admitted", () => {
  const marker = { epoch: epoch(4), seq: 0, pod: identityOf(0).pod };
  const kept: FailoverRecord = {
    ...record,
    epoch: epoch(4),
    intent: { kind: "Failover", old: identityOf(0), candidate: identityOf(0), evidence: "Silent" },
  };
  const driven = new Driven(cluster({ record: kept }));
  driven.fate = (action) => (action._tag === "Admit" ? "held" : undefined);
  driven.says(2, following(2, 480n, false));
  driven.says(0, serving(500n, { ...NEW, marker, users: [userOf(1)], downstream: online(1) }));
  driven.says(1, following(1, 500n, true, { ...NEW, marker }));
  driven.until(200, 20);
  expect(driven.held.map((action) => action._tag)).toEqual(["Admit"]);
  expect(driven.told("Publish")).toEqual([]);
  driven.land();
  driven.until(600, 20);
  expect(driven.told("Publish")).toEqual(["Publish web-0 PrimaryPublished"]);
  expect(driven.record.members.map((one) => one.pod)).toEqual(["web-1", "web-2"]);
});

test("0019 a pod that misses every second question costs no two writes of the status a second", () => {
  const driven = new Driven(cluster({}, {}));
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.until(60_000, 200, (now) => driven.says(2, now % 400 === 0 ? following(2, 100n) : "silent"));
  expect(driven.told("Report").length).toBeLessThan(6);
});

/** web-2 is silent; the answer to its Expel is lost, and what was acknowledged until that landed, late, web-1 lacks. */
const withLateExpel = (second: "held" | Outcome) => {
  const driven = new Driven(cluster());
  driven.fate = (action) => (action._tag === "Expel" ? "held" : undefined);
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 100n));
  driven.until(20, 20);
  driven.says(2, "silent");
  driven.until(3_000);
  expect(driven.held.map((action) => action._tag)).toEqual(["Expel"]);
  driven.fate = (action) => (action._tag === "Expel" ? second : undefined);
  driven.says(0, serving(200n));
  driven.says(1, following(1, 200n));
  driven.land({ _tag: "Unknown", why: "not answered" });
  driven.until(3_300, 100);
  driven.says(0, serving(900n, { users: [userOf(1)] }));
  driven.until(3_600, 100);
  return driven;
};

test("0020 how much has to be held is not read while the member is still let in", () => {
  const driven = withLateExpel({ _tag: "Refused", why: "BUSY", transient: true });
  expect(driven.told("Enlist")).toEqual([]);
  driven.says(1, following(1, 900n));
  driven.until(5_000, 100);
  expect(driven.told("Enlist")[0]).toBe("Enlist web-1:Streaming MemberLeft");
});

test("0020 nobody is dropped while a member is being cut off", () => {
  const driven = withLateExpel("held");
  driven.says(1, following(1, 900n));
  driven.until(4_000, 100);
  expect(driven.told("Enlist")).toEqual([]);
  while (driven.held.length > 0) driven.land();
  driven.until(5_000, 100);
  expect(driven.told("Enlist")[0]).toBe("Enlist web-1:Streaming MemberLeft");
});

test("0021 what was held for one change of min-replicas does not stand for the next", () => {
  const members = [identityOf(1), identityOf(2)].map((one) => ({ ...one, state: "Joining" }) as const);
  const driven = new Driven(cluster({ record: { ...record, minReplicas: 0, members } }));
  const beat = (primary: bigint, one: bigint, two: bigint, minReplicas: number) => {
    driven.says(0, serving(primary, { minReplicas }));
    driven.says(1, following(1, one));
    driven.says(2, following(2, two, two > 0n));
    driven.until(driven.now + 200);
  };
  beat(100n, 100n, 0n, 0);
  beat(110n, 110n, 0n, 0);
  beat(110n, 110n, 0n, 1);
  expect(driven.record.members.map((one) => one.state)).toEqual(["Streaming", "Joining"]);
  driven.read({ spec: { ...driven.cluster.spec, waitReplicas: 2 } });
  // web-2 has only just attached, and lacks nearly everything.
  beat(100_000n, 100_000n, 115n, 1);
  beat(100_000n, 100_000n, 115n, 1);
  expect(driven.told("Enlist").filter((one) => one.endsWith("WaitReplicasChanged"))).toEqual([]);
  expect(driven.record.waitReplicas).toBe(1);
});

test("0025 a follower that answers nothing of use leaves, and the promotion is published", () => {
  const promoted: FailoverRecord = {
    ...record,
    epoch: epoch(4),
    intent: { kind: "Failover", old: identityOf(0), candidate: identityOf(1), evidence: "Silent" },
  };
  const driven = new Driven(cluster({ record: promoted }));
  driven.says(0, "silent");
  driven.says(2, BUSY);
  driven.says(1, leading(readingOf(1, 300n, { ...NEW, users: [] })));
  driven.until(10_000);
  expect(driven.told("Enlist")).toEqual(["Enlist web-1:Streaming MemberLeft"]);
  expect(driven.told("Publish")).toEqual(["Publish web-1 PrimaryPublished"]);
});

test("0032 the user of a pod's former life lets nobody in for the present one", () => {
  const driven = new Driven(cluster());
  driven.says(0, serving(100n));
  driven.says(1, following(1, 100n));
  driven.says(2, following(2, 100n));
  driven.until(400);
  const next = targetOf(2, 1);
  driven.read({ pods: driven.cluster.pods.map((pod) => (pod.ordinal === 2 ? { ...pod, uid: next.uid } : pod)) });
  driven.says(2, emptied(2), next);
  driven.until(3_000);
  const admitted = driven.taken.flatMap(({ action }) => (action._tag === "Admit" ? [replicationUser(action.member)] : []));
  const expelled = driven.taken.flatMap(({ action }) => (action._tag === "Expel" ? action.users : []));
  expect(expelled).toEqual([userOf(2)]);
  expect(admitted).toEqual([replicationUser(next)]);
  expect(replicationUser(next)).not.toBe(userOf(2));
});

test("0034 a member that loads what its primary just sent does not leave", () => {
  const members = [
    { ...identityOf(1), state: "Streaming" },
    { ...identityOf(2), state: "Joining" },
  ] as const;
  const driven = new Driven(cluster({ record: { ...record, members } }));
  const sending = { host: addressOf(2), online: false, offset: replicationOffset(0n) };
  driven.says(0, serving(100n, { downstream: [...online(1), sending] }));
  driven.says(1, following(1, 100n));
  driven.says(2, { _tag: "Loading", text: "LOADING", runId: identityOf(2).runId });
  driven.until(200_000, 400);
  expect(driven.told("Expel", "Enlist")).toEqual([]);
});

test("0015 a member that has not synced since it was enlisted is not elected for its old data", () => {
  // web-1 served alone for an hour; web-0, of the epoch before, was enlisted, and has not attached when web-1 restarts.
  const alone: FailoverRecord = {
    ...record,
    epoch: epoch(4),
    primary: { ...identityOf(1), epoch: epoch(4), ...NEW },
    members: [{ ...identityOf(0), state: "Joining" }],
    minReplicas: 0,
    marker: { epoch: epoch(4), seq: 0, pod: identityOf(1).pod },
    ...(record.marker === undefined ? {} : { markerBefore: record.marker }),
  };
  const driven = new Driven(cluster({ record: alone }, { ...PERSISTENT, replicas: 2 }));
  driven.says(1, restarted(1, { marker: { epoch: epoch(4), seq: 0, pod: identityOf(1).pod } }));
  driven.says(0, readingOf(0, 90_000n, { role: "replica", users: [], upstream: DETACHED }));
  driven.until(70_000);
  expect(driven.told("Elect")).toEqual([]);
  expect(driven.told("Claim")).toEqual(["Claim nobody PrimaryDead", "Claim web-1 VolumeReturned"]);
});
