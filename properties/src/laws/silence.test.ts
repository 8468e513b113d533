// SD-7, SD-9, SD-11, LV-3: silence is counted on our own clock and in our own term, and for as long as the spec says.
import { type Event, type Memory, instant, nextProbe, remember, step } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect } from "vitest";
import { clusterWith, leader, readingOf, replied, replyOf, silent, targetOf } from "./cluster.ts";
import { converged } from "./objects.ts";

const START = 1_000_000;
type Timing = { readonly downAfter: number; readonly pingInterval: number };
const anyTiming: fc.Arbitrary<Timing> = fc
  .record({ downAfter: fc.integer({ min: 1_000, max: 60_000 }), share: fc.double({ min: 0.05, max: 0.4, noNaN: true }) })
  .map(({ downAfter, share }) => ({ downAfter, pingInterval: Math.floor(downAfter * share) }));

const good = (ordinal: number, now: number) => replied(ordinal, now, replyOf(readingOf(ordinal, 5n)));
const fold = (memory: Memory, events: readonly Event[]) => events.reduce(remember, memory);
const isClaimed = (memory: Memory, now: number): boolean => {
  const { decision } = step(memory, { now: instant(now), _tag: "Woke" });
  return decision._tag === "Act" && decision.action._tag === "Claim";
};
/** web-0 says nothing from `from` on, and the others answer. */
const silence = (timing: Timing, from: number, until: number): readonly Event[] => {
  const events: Event[] = [];
  for (let at = from; at <= until; at += timing.pingInterval) events.push(silent(0, at), good(1, at), good(2, at));
  return events;
};
const settledCluster = (timing: Timing) => converged(clusterWith(timing));
const settled = (timing: Timing): Memory =>
  fold(leader(settledCluster(timing), START - timing.pingInterval), [good(0, START), good(1, START), good(2, START)]);

test.prop([anyTiming])("LV-3 who does not answer is claimed once downAfter is over, and not before", (timing) => {
  const due = START + timing.downAfter;
  const memory = fold(settled(timing), silence(timing, START + timing.pingInterval, due - 1));
  expect(isClaimed(memory, due - 1)).toBe(false);
  expect(isClaimed(fold(memory, [good(1, due)]), due)).toBe(true);
  // And it is asked within one interval, so that silence is noticed.
  expect(nextProbe(memory, targetOf(0))).toBeLessThanOrEqual(due + timing.pingInterval);
});

test.prop([anyTiming, fc.integer({ min: 2, max: 9 })])("SD-7 a new term begins a window of its own", (timing, term) => {
  const due = START + timing.downAfter;
  const silentFor = fold(settled(timing), silence(timing, START + timing.pingInterval, due - 1));
  const elected = instant(due);
  const anew = fold(silentFor, [
    { now: elected, _tag: "Lease", leadership: { _tag: "Leading", term, founded: "", since: elected, until: instant(1e12) } },
    { now: elected, _tag: "Read", cluster: settledCluster(timing), consistent: { began: elected } },
  ]);
  const witnessed = (now: number) => fold(anew, silence(timing, due + timing.pingInterval, now));
  expect(isClaimed(fold(anew, [good(1, due)]), due)).toBe(false);
  expect(isClaimed(witnessed(due + timing.downAfter - 1), due + timing.downAfter - 1)).toBe(false);
  expect(isClaimed(fold(witnessed(due + timing.downAfter), [good(1, due + timing.downAfter)]), due + timing.downAfter)).toBe(true);
});

test.prop([anyTiming, fc.integer({ min: 2, max: 50 })])(
  "SD-9 a pause of our own suspends judgement for a whole window",
  (timing, times) => {
    const asleep = START + timing.downAfter * times;
    const slept = remember(settled(timing), silent(0, asleep));
    expect(isClaimed(fold(slept, [good(1, asleep)]), asleep)).toBe(false);
    const awake = (now: number) => fold(slept, silence(timing, asleep + timing.pingInterval, now));
    const due = asleep + timing.downAfter;
    expect(isClaimed(awake(due - 1), due - 1)).toBe(false);
    expect(isClaimed(fold(awake(due), [good(1, due)]), due)).toBe(true);
  },
);

test.prop([anyTiming, fc.integer({ min: 2, max: 20 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 40 })])(
  "SD-11 all durations times c: the same is claimed, c times as late",
  (timing, c, answers) => {
    const claims = (factor: number): readonly boolean[] => {
      const scaled = { downAfter: timing.downAfter * factor, pingInterval: timing.pingInterval * factor };
      let memory = settled(scaled);
      return answers.map((answered, index) => {
        const now = START + (index + 1) * scaled.pingInterval;
        memory = fold(memory, [answered ? good(0, now) : silent(0, now), good(1, now), good(2, now)]);
        return isClaimed(memory, now);
      });
    };
    expect(claims(c)).toEqual(claims(1));
  },
);
