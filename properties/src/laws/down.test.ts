// SD-1 to SD-6: when a process counts as down, as laws over every timing and every order of answers.
// Behind each law stands the change of core that it was seen to catch.
import {
  type Event,
  type Memory,
  type Reply,
  type Verdict,
  instant,
  judge,
  nextProbe,
  parseSpec,
  remember,
  runId,
  uid,
} from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect } from "vitest";
import { clusterWith, healthIn, identityOf, leader, readingOf, record, replied, replyOf, seen, silent, targetOf } from "./cluster.ts";

const anyTiming = fc
  .record({ downAfter: fc.integer({ min: 100, max: 60_000 }), share: fc.double({ min: 0.05, max: 0.45, noNaN: true }) })
  .map(({ downAfter, share }) => ({ downAfter, pingInterval: Math.max(1, Math.floor(downAfter * share)) }));

const START = 1_000_000;
const good = (ordinal: number, offset = 5n) => replyOf(readingOf(ordinal, offset));
const primaryVerdict = (memory: Memory, now: number): Verdict => judge(seen(memory, now), identityOf(0));
const fold = (memory: Memory, events: readonly Event[]) => events.reduce(remember, memory);

/** We led from a while before START; everybody answered at START; web-0 has failed every probe since, web-1 has not. */
const primaryFellSilent = (timing: { downAfter: number; pingInterval: number }, now: number): Memory => {
  const steps: Event[] = [replied(0, START, good(0)), replied(1, START, good(1)), replied(2, START, good(2))];
  for (let at = START + timing.pingInterval; at < now; at += timing.pingInterval) steps.push(silent(0, at), replied(1, at, good(1)));
  return fold(leader(clusterWith(timing), START - timing.pingInterval), steps);
};

// Seen to fail: `now <= due` in judgeSilence.
test.prop([anyTiming])("SD-1 silent from exactly D after the last answer, not a millisecond sooner", (timing) => {
  const before = primaryFellSilent(timing, START + timing.downAfter - 1);
  expect(primaryVerdict(before, START + timing.downAfter - 1)._tag).toBe("Suspect");
  const due = primaryFellSilent(timing, START + timing.downAfter);
  expect(primaryVerdict(due, START + timing.downAfter)).toEqual({ _tag: "Lost", evidence: "Silent" });
});

// Seen to fail: the container's state not looked at; the run id compared only with the record of another pod.
test.prop([anyTiming, fc.constantFrom("terminated", "another run id")])("SD-1 a death certificate counts at once", (timing, how) => {
  const cluster = clusterWith(timing);
  const pods = cluster.pods.map((pod) =>
    pod.ordinal === 0 ? { ...pod, container: { _tag: "Terminated", id: "container-0" } as const } : pod,
  );
  const memory = leader(how === "terminated" ? clusterWith(timing, { pods }) : cluster, START);
  const answers = [replied(0, START, good(0)), replied(0, START + 1, replyOf(readingOf(0, 0n, { runId: runId("another") })))];
  expect(primaryVerdict(fold(memory, how === "terminated" ? [] : answers), START + 1)).toEqual({ _tag: "Lost", evidence: "Dead" });
});

// Seen to fail: a replica taken for a primary; 2 p shortened to p.
test.prop([anyTiming])("SD-1 the recorded primary that answers as a replica is lost after two intervals, not before", (timing) => {
  const demoted = replyOf(readingOf(0, 5n, { role: "replica" }));
  const rounds = [0, 1, 2].map((round) => START + round * timing.pingInterval);
  const memory = fold(
    leader(clusterWith(timing), START),
    rounds.map((at) => replied(0, at, demoted)),
  );
  const due = START + 2 * timing.pingInterval;
  expect(primaryVerdict(memory, due - 1)).toMatchObject({ _tag: "Suspect", because: "Suspicion" });
  expect(primaryVerdict(memory, due)).toEqual({ _tag: "Lost", evidence: "Demoted" });
});

// Seen to fail: `pingInterval: 0` accepted; downAfter compared with `<=`.
test.prop([fc.integer({ min: -10, max: 20_000 }), fc.integer({ min: -10, max: 20_000 })])(
  "SD-2 an interval of zero, and one longer than D, are refused by name",
  (pingIntervalMs, downAfterMs) => {
    const { invalid, spec } = parseSpec({ sentinel: { pingIntervalMs, downAfterMs } });
    expect(spec.pingInterval).toBeGreaterThan(0);
    expect(spec.downAfter).toBeGreaterThanOrEqual(spec.pingInterval);
    if (pingIntervalMs <= 0 || downAfterMs <= 0 || downAfterMs < pingIntervalMs) {
      expect(invalid.map((one) => one.field).join(" ")).toMatch(/spec\.sentinel\.(pingIntervalMs|downAfterMs)/);
    }
  },
);

// Seen to fail: `unheard` resetting lastHeard; `heard` not clearing `late`.
test.prop([anyTiming, fc.array(fc.boolean(), { maxLength: 30 })])(
  "SD-3 one answer clears down, and failures never do",
  (timing, answers) => {
    let memory = primaryFellSilent(timing, START + timing.downAfter);
    let wasDown = true;
    let now = START + timing.downAfter;
    for (const answered of answers) {
      now += 1;
      memory = remember(memory, answered ? replied(0, now, good(0)) : silent(0, now));
      // The witness goes on answering; only the primary's own answers may clear it.
      memory = remember(memory, replied(1, now, good(1)));
      const isDown = primaryVerdict(memory, now)._tag === "Lost";
      if (answered) expect(isDown).toBe(false);
      else if (wasDown) expect(isDown).toBe(true);
      wasDown = isDown;
    }
  },
);

// Seen to fail: a pod that is gone judged Fine while its last answer is young.
test.prop([anyTiming, fc.boolean()])("SD-4 a missing pod is claimed at once", (timing, isReplaced) => {
  const cluster = clusterWith(timing);
  const others = cluster.pods.filter((pod) => pod.ordinal !== 0);
  const [first] = cluster.pods;
  const pods = isReplaced && first !== undefined ? [{ ...first, uid: uid("another") }, ...others] : others;
  expect(primaryVerdict(leader(clusterWith(timing, { pods }), START), START)).toEqual({ _tag: "Lost", evidence: "Missing" });
});

// Seen to fail: BUSY and LOADING folded like a time-out.
const anyAliveReply: fc.Arbitrary<Reply> = fc.constantFrom<Reply[]>(
  { _tag: "Loading", text: "" },
  { _tag: "MasterDown", text: "" },
  { _tag: "Busy", text: "" },
  { _tag: "NoAuth", text: "" },
  { _tag: "Misconfigured", text: "" },
  { _tag: "MaxClients", text: "" },
  { _tag: "Unexpected", text: "" },
);
test.prop([anyTiming, anyAliveReply])("SD-5 what is no reading is still a sign of life, and no reading", (timing, reply) => {
  const now = START + timing.downAfter;
  const memory = fold(primaryFellSilent(timing, now), [replied(0, now, reply)]);
  expect(primaryVerdict(memory, now)._tag).toBe("Fine");
  expect(healthIn(memory, 0)?.last?.reply._tag).toBe(reply._tag);
});

// Seen to fail: a failed read of the API clearing every health entry; a pause of ours counted as theirs.
test.prop([anyTiming])("SD-5 what we could not know neither advances nor resets a clock", (timing) => {
  const now = START + Math.floor(timing.downAfter / 2);
  const memory = primaryFellSilent(timing, now);
  const after = fold(memory, [
    { now: instant(now), _tag: "Woke" },
    { now: instant(now), _tag: "Read", cluster: clusterWith(timing) },
  ]);
  expect(healthIn(after, 0)).toEqual(healthIn(memory, 0));
  // A gap in our own events starts the window afresh: nobody is down because *we* slept.
  const slept = remember(memory, { now: instant(now + 10 * timing.downAfter), _tag: "Woke" });
  expect(primaryVerdict(slept, now + 10 * timing.downAfter)._tag).toBe("Suspect");
});

// Seen to fail: health looked up by pod name alone.
test.prop([anyTiming, fc.integer({ min: 0, max: 2 }), fc.boolean()])(
  "SD-6 an event for one process never changes another, and a new UID starts fresh",
  (timing, ordinal, isAnswer) => {
    const memory = primaryFellSilent(timing, START + timing.pingInterval);
    const event = isAnswer ? replied(ordinal, START + 50, good(ordinal, 9n)) : silent(ordinal, START + 50);
    const next = remember(memory, event);
    for (const other of [0, 1, 2].filter((one) => one !== ordinal)) expect(healthIn(next, other)).toEqual(healthIn(memory, other));
    const stranger = remember(
      memory,
      isAnswer
        ? { ...replied(ordinal, START + 50, good(ordinal, 9n)), target: targetOf(ordinal, 1) }
        : { ...silent(ordinal, START + 50), target: targetOf(ordinal, 1) },
    );
    expect(stranger.health).toEqual(memory.health);
    const cluster = clusterWith(timing);
    const pods = cluster.pods.map((pod) => (pod.ordinal === ordinal ? { ...pod, uid: targetOf(ordinal, 1).uid } : pod));
    const renewed = remember(next, { now: instant(START + 60), _tag: "Read", cluster: clusterWith(timing, { pods }) });
    expect(healthIn(renewed, ordinal)).toEqual({ target: targetOf(ordinal, 1), since: START + 60, late: false });
  },
);

// Seen to fail: a witness not asked for; a replica's rising offset ignored.
test.prop([anyTiming])("SD-8 silence needs a witness, and a replica that still hears from the primary holds", (timing) => {
  const now = START + timing.downAfter;
  const lonely = fold(leader(clusterWith(timing), START), [replied(0, START, good(0)), silent(0, START + timing.pingInterval)]);
  const awake = fold(lonely, steady(START + timing.pingInterval, now, timing.pingInterval));
  expect(primaryVerdict(awake, now)).toMatchObject({ _tag: "Suspect", because: "NoWitness" });
  const from = START + timing.pingInterval + 1;
  // Its own word is no witness, and neither is one that is older than D.
  const stale = fold(awake, [replied(1, now, good(1)), ...steady(now, now + timing.downAfter, timing.pingInterval)]);
  expect(primaryVerdict(stale, now + timing.downAfter)).toMatchObject({ because: "NoWitness" });
  const rising = fold(primaryFellSilent(timing, now), [
    replied(2, now, good(2, 6n), Math.max(from, now - 1)),
    replied(2, now + 1, good(2, 7n), now + 1),
  ]);
  expect(primaryVerdict(rising, now + 1)).toMatchObject({ _tag: "Suspect", because: "PrimaryAliveElsewhere" });
});

const steady = (from: number, until: number, every: number): readonly Event[] => {
  const events: Event[] = [];
  for (let at = from; at <= until; at += every) events.push({ now: instant(at), _tag: "Woke" });
  return events;
};

// Seen to fail: the interval after a late reply left at p.
test.prop([anyTiming])("SD-1 a late reply is followed by questions at most 100 ms apart", (timing) => {
  const memory = primaryFellSilent(timing, START + timing.pingInterval + 1);
  const gap = nextProbe(memory, targetOf(0)) - (healthIn(memory, 0)?.asked ?? 0);
  expect(gap).toBe(Math.min(100, timing.pingInterval));
  expect(record.intent).toBeUndefined();
});
