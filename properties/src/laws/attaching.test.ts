// How a member comes to stream from the primary, and how many acknowledgements are demanded of it meanwhile: one command at a time, each with its
// reason. Attached uncounted it would acknowledge what nobody asks it for; counted before it streams it would block every write.
import { type Action, type FailoverRecord, type Reading, epoch, instant, replicationOffset } from "@gungnir/core";
import { expect, test } from "vitest";
import { DETACHED, Driven, cluster, following, leading, serving, userOf } from "../regressions/driven.ts";
import { addressOf, identityOf, record } from "./cluster.ts";
import { converged } from "./objects.ts";

const words = (ordinal: number, changes: Partial<Reading> = {}) => following(ordinal, 100n, true, changes);

/** web-0 serves and says this, web-1 says that, and web-2 follows. */
const served = (primary: Partial<Reading>, first: Reading, changes: Parameters<typeof cluster> = []): Driven => {
  const driven = new Driven(converged(cluster(...changes)));
  driven.says(0, serving(100n, primary));
  driven.says(1, first);
  driven.says(2, words(2));
  return driven;
};
/** The first commands to or about web-1, with their reasons. */
const first = (driven: Driven, count = 1): readonly { readonly action: Action; readonly because: string }[] => {
  driven.until(600, 100);
  return driven.taken
    .filter(({ action }) => "pod" in action)
    .map(({ action, because }) => ({ action, because }))
    .slice(0, count);
};
const follow = { _tag: "Follow", pod: identityOf(1), epoch: record.epoch, primary: "web-0", host: addressOf(0), port: 6379 };
const frozen = words(1, { upstream: DETACHED });

test("let in first, then told whom to follow", () => {
  expect(first(served({ users: [userOf(2)] }, frozen), 2)).toEqual([
    { action: { _tag: "Admit", pod: identityOf(0), epoch: record.epoch, member: identityOf(1) }, because: "MemberAdmitted" },
    { action: follow, because: "MemberAdmitted" },
  ]);
});

test("whoever follows somebody else, or another port, is sent to the primary", () => {
  const upstream = { host: addressOf(0), port: 6379, up: true, syncing: false };
  for (const other of [
    { ...upstream, host: addressOf(2) },
    { ...upstream, port: 7_000 },
  ])
    expect(first(served({}, words(1, { upstream: other })))).toEqual([{ action: follow, because: "MemberRepointed" }]);
  expect(first(served({}, frozen))).toEqual([{ action: follow, because: "MemberAdmitted" }]);
  expect(first(served({}, words(1)))).toEqual([]);
  const { upstream: _, ...lost } = words(1);
  expect(first(served({}, lost))).toEqual([{ action: follow, because: "MemberRepointed" }]);
});

test("to the primary's own address, in whatever order the pods are read", () => {
  expect(first(served({}, frozen, [{ pods: cluster().pods.toReversed() }]))).toEqual([{ action: follow, because: "MemberAdmitted" }]);
});

test("nobody is sent to a primary that has no address any more", () => {
  const driven = served({}, words(1));
  driven.until(300, 100);
  driven.read({
    pods: driven.cluster.pods.map(({ address, ...pod }) => (pod.ordinal === 0 || address === undefined ? pod : { ...pod, address })),
  });
  driven.says(1, frozen);
  driven.until(600, 100);
  expect(driven.told("Follow")).toEqual([]);
});

test("whoever has a user and does not count is cut off", () => {
  expect(first(served({ users: [userOf(1), userOf(2), "repl-other"] }, words(1)))).toEqual([
    { action: { _tag: "Expel", pod: identityOf(0), epoch: record.epoch, users: ["repl-other"] }, because: "MemberCutOff" },
  ]);
});

test("in the middle of a handover of its own it obeys nothing but the end of that", () => {
  expect(first(served({}, words(1, { upstream: DETACHED, handingOver: true })))).toEqual([
    { action: { _tag: "Freeze", pod: identityOf(1), epoch: record.epoch, abort: true }, because: "MemberFrozen" },
  ]);
});

test("a member that says primary in a later epoch is not attached: it is our record that is old", () => {
  const { marker } = record;
  if (marker === undefined) throw new Error("the record of the laws has a mark");
  expect(first(served({}, leading(words(1, { marker: { ...marker, epoch: epoch(4) } }))))).toEqual([]);
});

const stateOf = (state: "Joining" | "Streaming"): Partial<FailoverRecord> => ({
  members: [
    { ...identityOf(1), state },
    { ...identityOf(2), state: "Streaming" },
  ],
});
const decisionOf = (word: Reading, state: "Joining" | "Streaming") => {
  const driven = served({}, word, [{ record: { ...record, ...stateOf(state) } }]);
  driven.until(600, 100);
  return driven.decision;
};

test("it is waited for until it streams", () => {
  const waits = { _tag: "Wait", because: "ReplicaSyncing", detail: "web-1" };
  const never = { offset: replicationOffset(0n) };
  expect(decisionOf(words(1), "Joining")).toMatchObject(waits);
  expect(decisionOf(words(1, { upstream: { host: addressOf(0), port: 6379, up: false, syncing: true } }), "Streaming")).toMatchObject(
    waits,
  );
  expect(
    decisionOf(words(1, { ...never, upstream: { host: addressOf(0), port: 6379, up: false, syncing: false } }), "Joining"),
  ).toMatchObject(waits);
  expect(decisionOf(words(1), "Streaming")).toEqual({ _tag: "Settled" });
});

test("a Joining member keeps those that it lets in until it streams: they are of the handover that is being undone", () => {
  const users = [userOf(2)];
  const kept = served({}, words(1, { users }), [{ record: { ...record, ...stateOf("Joining") } }]);
  expect(first(kept)).toEqual([]);
  const shut = served({}, words(1, { users }));
  expect(first(shut)).toEqual([{ action: { _tag: "Expel", pod: identityOf(1), epoch: record.epoch, users }, because: "MemberCutOff" }]);
});

// --- How many acknowledge -----------------------------------------------------------------------------------------------

const configure = (minReplicas: number) => ({ _tag: "Configure", pod: identityOf(0), epoch: record.epoch, minReplicas });

test("a member that streams is counted after the primary demands one more", () => {
  const alone: FailoverRecord = { ...record, waitReplicas: 2, minReplicas: 1, ...stateOf("Joining") };
  const driven = served({}, words(1), [{ record: alone }, { waitReplicas: 2 }]);
  driven.until(600, 100, (now) => driven.says(1, following(1, 100n + BigInt(now))));
  expect(driven.told("Configure", "Enlist")).toEqual([
    "Configure web-0 MinReplicasRaised",
    "Enlist web-1:Streaming,web-2:Streaming MemberStreaming",
  ]);
  expect(driven.taken.find(({ action }) => action._tag === "Configure")?.action).toEqual(configure(2));
  expect(driven.record).toMatchObject({ minReplicas: 2, waitReplicas: 2 });
});

test("and at once where as many are demanded already", () => {
  const driven = served({}, words(1), [{ record: { ...record, ...stateOf("Joining") } }]);
  driven.until(600, 100, (now) => driven.says(1, following(1, 100n + BigInt(now))));
  expect(driven.told("Configure", "Enlist")).toEqual(["Enlist web-1:Streaming,web-2:Streaming MemberStreaming"]);
  expect(driven.record.minReplicas).toBe(1);
});

/** durability.waitReplicas was one, and is two now; the replicas hold this much of 100 bytes. */
const raised = (...held: readonly bigint[]): Driven => {
  const driven = new Driven(converged(cluster({}, { waitReplicas: 2 })));
  driven.says(0, serving(100n));
  for (const [at, bytes] of held.entries()) driven.says(at + 1, following(at + 1, bytes));
  driven.until(1_000, 100);
  return driven;
};

test("a larger W is promised when that many hold what was written before", () => {
  const driven = raised(100n, 100n);
  expect(driven.told("Configure", "Enlist")).toEqual([
    "Configure web-0 MinReplicasRaised",
    "Enlist web-1:Streaming,web-2:Streaming WaitReplicasChanged",
  ]);
  expect(driven.record).toMatchObject({ waitReplicas: 2, minReplicas: 2 });
  const behind = raised(100n, 99n);
  expect(behind.told("Configure", "Enlist")).toEqual(["Configure web-0 MinReplicasRaised"]);
  expect(behind.decision).toMatchObject({ because: "BarrierNotReached", detail: "durability.waitReplicas: 2" });
  behind.says(2, following(2, 100n));
  behind.until(1_400, 100);
  expect(behind.record).toMatchObject({ waitReplicas: 2, minReplicas: 2 });
});

test("what was cut off for another reason says nothing of that", () => {
  const driven = new Driven(converged(cluster({}, { waitReplicas: 2 })));
  const barrier = { epoch: record.epoch, key: "Expel repl-other", at: instant(0), offset: replicationOffset(1n) };
  driven.memory = { ...driven.memory, barrier };
  driven.says(0, serving(100n));
  for (const ordinal of [1, 2]) driven.says(ordinal, words(ordinal));
  driven.until(600, 100);
  expect(driven.told("Configure", "Enlist")[0]).toBe("Configure web-0 MinReplicasRaised");
});

test("a smaller W holds at once, and then the primary demands less", () => {
  const driven = served({ minReplicas: 2 }, words(1), [{ record: { ...record, waitReplicas: 2, minReplicas: 2 } }]);
  driven.until(600, 100);
  expect(driven.told("Configure", "Enlist")).toEqual([
    "Enlist web-1:Streaming,web-2:Streaming WaitReplicasChanged",
    "Configure web-0 MinReplicasLowered",
  ]);
  expect(driven.record).toMatchObject({ waitReplicas: 1, minReplicas: 1 });
});

test("the primary was just commanded: what it serves is not known until it speaks", () => {
  const driven = served({ minReplicas: 0 }, words(1));
  driven.until(1, 100);
  expect(driven.told("Configure")).toEqual(["Configure web-0 MinReplicasRaised"]);
  const { decision } = driven;
  expect(decision).toMatchObject({ _tag: "Wait", because: "PrimaryUnknown", until: undefined });
});

// --- Whoever handed over ------------------------------------------------------------------------------------------------

/** web-1 handed over, is a member again, and says this. */
const turned = (changes: Partial<Reading>, refused?: Action["_tag"]): readonly string[] => {
  const driven = served({}, words(1, changes), [{ record: { ...record, retired: [{ ...identityOf(1), address: addressOf(1) }] } }]);
  driven.fate = ({ _tag }) => (_tag === refused ? { _tag: "Refused", why: "NOPERM", transient: false } : undefined);
  driven.until(600, 100);
  return driven.told("Follow", "Disconnect", "Enlist").filter((line) => refused === undefined || !line.startsWith(refused));
};

test("whoever handed over and follows by now has its clients closed, once, and is forgotten", () => {
  expect(turned({})).toEqual(["Disconnect web-1 ClientsClosed", "Enlist web-1:Streaming,web-2:Streaming RetiredCertified"]);
  expect(turned({ handingOver: true }, "Freeze")).toEqual([]);
  expect(turned({ upstream: DETACHED }, "Follow")).toEqual([]);
  expect(turned({ upstream: DETACHED }).slice(0, 2)).toEqual(["Follow web-1 MemberAdmitted", "Disconnect web-1 ClientsClosed"]);
});
