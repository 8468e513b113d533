// Who is elected, or what is said instead: of a record and of what its processes say. Where this went wrong a user would see another process promoted
// than the one with his data, or an operator that waits and does not say for what.
import { type FailoverRecord, type Reading, after, epoch, uid } from "@gungnir/core";
import { expect, test } from "vitest";
import { BUSY, serving } from "../regressions/driven.ts";
import { identityOf, record } from "./cluster.ts";
import { FENCING, type Moment, NOW, SERVICE, SWITCHING, frozen, judged, mind, pods, silentFor, streaming, written } from "./situation.ts";

type Mind = ReturnType<typeof mind> | undefined;
const fencing = (health: readonly Mind[], changes: Moment = {}): string => judged({ record: FENCING, health, ...changes });
const MISSING = "Wait FreezeQuorumMissing +30000: needs 2 of 2 members";
const [OLD, ONE, TWO] = [0, 1, 2].map((ordinal) => mind(ordinal, frozen(ordinal)));
const { primary: _primary, ...unpublished } = record;

test("what a record without a failover makes of its primary", () => {
  expect(judged()).toBe("content");
  expect(judged({ health: [mind(0, BUSY), mind(1, streaming(1))] })).toBe(
    "Wait PrimaryNotServing: web-0: Busy BUSY Valkey is busy running a script",
  );
  expect(judged({ health: [mind(0, serving(100n), silentFor(400)), mind(1, streaming(1))] })).toBe("Wait Suspicion +600");
  expect(judged({ health: [mind(0, serving(100n), silentFor(1_000)), mind(1, streaming(1))] })).toBe("Claim PrimarySilent");
  expect(judged({ record: unpublished })).toBe("Hold DataMissing: the record names neither a primary nor an intent");
});

test("what a Service says of an earlier epoch is put right before anything else", () => {
  const cluster = { objects: [SERVICE] };
  expect(judged({ cluster })).toBe("RouteWrites WritesRouted");
  expect(fencing([undefined, mind(1, streaming(1))], { cluster })).toBe("RouteWrites WritesUnrouted");
});

test("a record that makes no sense is left as it is: nobody hands over who is not there", () => {
  expect(
    judged({ record: { ...unpublished, epoch: epoch(4), ...(SWITCHING.intent === undefined ? {} : { intent: SWITCHING.intent }) } }),
  ).toBe("content");
});

/** Whose process outlives its pod. */
const ENDED = { cluster: pods((pod) => (pod.ordinal === 0 ? { container: { _tag: "Terminated", id: "container-0" } as const } : {})) };
const gone = (ordinal: number): Moment => ({ cluster: { pods: pods(() => ({})).pods.filter((pod) => pod.ordinal !== ordinal) } });

/** Nobody was promoted before, or somebody was. */
const after4 = (waitReplicas = 1): FailoverRecord => ({
  ...FENCING,
  waitReplicas,
  intent: { kind: "Failover", old: identityOf(0), evidence: "CandidateUnusable" },
});

test.each<[string, readonly Mind[], string, Moment?]>([
  ["the quorum is frozen", [undefined, ONE, TWO], "Elect CandidateElected"],
  ["one is missing", [undefined, ONE], MISSING],
  ["one is missing, but the old primary stands frozen", [OLD, ONE], "Elect OldPrimaryKept"],
  ["only the old primary stands frozen", [OLD], "Elect OldPrimaryKept"],
  ["only the old primary stands frozen, and somebody was promoted meanwhile", [OLD], MISSING, { record: after4() }],
  ["… and as many members as hold what that one acknowledged", [OLD, ONE], "Elect OldPrimaryKept", { record: after4() }],
  ["… of which none is needed where all have to acknowledge", [OLD], "Elect OldPrimaryKept", { record: after4(2) }],
  ["the old primary stands frozen, and its pod is gone", [OLD, ONE], MISSING, gone(0)],
  ["… or does not run", [OLD, ONE], MISSING, ENDED],
  ["a member stands frozen, and its pod is gone", [undefined, ONE, TWO], MISSING, gone(2)],
  [
    "… or another pod is in its place",
    [undefined, ONE, TWO],
    MISSING,
    { cluster: pods((pod) => (pod.ordinal === 2 ? { uid: uid("another") } : {})) },
  ],
])("FO-5 elected is who is among enough that are frozen: %s", (_, health, expected, changes = {}) => {
  expect(fencing(health, changes)).toBe(expected);
});

test("the candidate is written into the record, and nothing else of it changes", () => {
  const { intent } = FENCING;
  const elected = written({ record: FENCING, health: [undefined, ONE, mind(2, frozen(2, 200n))] });
  expect(elected).toEqual({ ...FENCING, intent: { ...intent, candidate: identityOf(2) } });
});

/** Both members are Joining, and never took part in anything. */
const joining: FailoverRecord = { ...FENCING, members: record.members.map((one) => ({ ...one, state: "Joining" as const })) };
const empty = (ordinal: number): Mind => mind(ordinal, frozen(ordinal, 0n, { marker: "Absent", empty: true }));

test("a quorum of which nobody has anything elects nobody: the data may come back", () => {
  expect(fencing([undefined, empty(1), empty(2)], { record: joining })).toBe(MISSING);
});

const excluded = mind(2, frozen(2, 200n, { priority: 0 }));
test("the best data on a process that must not be promoted holds, and says whose it is; one that has the same stands in", () => {
  expect(fencing([undefined, ONE, excluded])).toBe("Hold BestCandidateExcluded: web-2 has the best data and priority 0");
  expect(fencing([undefined, mind(1, frozen(1, 200n)), excluded])).toBe("Elect CandidateElected");
  expect(written({ record: FENCING, health: [undefined, mind(1, frozen(1, 200n)), excluded] })?.intent?.candidate).toEqual(identityOf(1));
});

// --- The user prefers to go on ----------------------------------------------------------------------------------------

const AVAILABLE = { spec: { onMissingQuorum: "PreferAvailability" } } as const;
const detached = (ordinal: number, ago: number, reading: Reading = frozen(ordinal)): Mind =>
  mind(ordinal, reading, { commandedAt: after(NOW, -ago) });

test.each<[string, readonly Mind[], string, Moment?]>([
  ["one was detached 4.9 seconds ago", [undefined, detached(1, 4_900)], "Wait WriteLease +100: web-0"],
  ["one was detached five seconds ago", [undefined, detached(1, 5_000)], "Elect LossRisked"],
  ["one was found detached, and the epoch is older than that", [undefined, ONE], "Elect LossRisked"],
  ["one was found detached, and the epoch is not", [undefined, ONE], "Wait WriteLease +4000: web-0", { epochSince: after(NOW, -1_000) }],
  ["one was detached just now, and its primary is dead for certain", [undefined, detached(1, 5)], "Elect LossRisked", ENDED],
  ["nobody is detached", [undefined, mind(1, "never")], MISSING],
  ["who is detached has nothing", [undefined, empty(1)], MISSING, { record: joining }],
  ["who is detached must not be promoted", [undefined, undefined, excluded], MISSING],
])("FO-6 without a quorum, where the user prefers to go on: %s", (_, health, expected, changes = {}) => {
  expect(fencing(health, { ...AVAILABLE, ...changes })).toBe(expected);
  // Where he does not, nobody is elected.
  expect(fencing(health, changes)).not.toContain("Elect");
});

test("the last of those that were detached began the write lease", () => {
  const past = frozen(2, 200n, { priority: 0 });
  for (const [one, two] of [
    [1_000, 3_000],
    [3_000, 1_000],
  ] as const) {
    expect(fencing([undefined, detached(1, one), detached(2, two, past)], AVAILABLE)).toBe("Wait WriteLease +4000: web-0");
  }
});

const lossOf = (health: readonly Mind[], changes: Moment = {}) => {
  const intent = written({ record: FENCING, health, ...AVAILABLE, ...changes })?.intent;
  return intent?.kind === "Failover" ? { to: intent.candidate?.pod, loss: intent.lossPossible } : undefined;
};
test("what may be lost is said in the record, with its bound", () => {
  expect(lossOf([undefined, ONE])).toEqual({ to: "web-1", loss: "1 of 2 members frozen: what others hold beyond offset 100 of now" });
  expect(lossOf([undefined, ONE, excluded])).toEqual({
    to: "web-1",
    loss: "web-2 is excluded with offset 200: what others hold beyond offset 100 of now",
  });
  expect(lossOf([OLD], { record: after4() })).toEqual({
    to: "web-0",
    loss: "0 of 2 members frozen: what others hold beyond offset 100 of now",
  });
});
