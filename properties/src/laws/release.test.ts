// How a contender goes: each thing is tried once, nothing is taken or renewed any more, and only what is its own is given back. An operator
// that went without giving back would keep its successor waiting for a whole duration; one that gave back another's would make two leaders.
import {
  type Instant,
  type LeaseDecision,
  type LeaseMemory,
  type LeaseOutcome,
  type LeaseSpec,
  initialLease,
  instant,
  leadershipOf,
  leaseIn,
  stepLease,
} from "@gungnir/core";
import { describe, expect, it } from "vitest";

const START = Date.UTC(2026, 10, 22);
const at = (ms: number): Instant => instant(START + ms);
type Told = { readonly memory: LeaseMemory; readonly decision: LeaseDecision };

const wake = (memory: LeaseMemory, ms: number): Told => stepLease(memory, { _tag: "Woke", now: at(ms) });
const stop = (memory: LeaseMemory, ms: number): Told => stepLease(memory, { _tag: "Stopped", now: at(ms) });
const answer = (memory: LeaseMemory, ms: number, outcome: LeaseOutcome): Told => {
  const sent = memory.inFlight?.sent;
  if (sent === undefined) throw new Error("nothing was asked");
  return stepLease(memory, { _tag: "Performed", now: at(ms), sent, outcome });
};
const seen = (version: number, spec: Partial<LeaseSpec>): LeaseOutcome => {
  const lease = leaseIn({ metadata: { resourceVersion: String(version) }, spec });
  if (lease === undefined) throw new Error("not a Lease");
  return { _tag: "Seen", lease };
};
const written = ({ memory }: Told): LeaseSpec => {
  const request = memory.inFlight?.request;
  if (request === undefined || request._tag === "Read") throw new Error("no write");
  return request.spec;
};
const theirs: LeaseSpec = { holderIdentity: "other", leaseDurationSeconds: 15, leaseTransitions: 4, acquireTime: "a", renewTime: "b" };

const FAILED: readonly LeaseOutcome[] = [
  { _tag: "Absent" },
  { _tag: "Conflict" },
  { _tag: "Refused", why: "403" },
  { _tag: "Unknown", why: "Timeout" },
];

/** It holds the Lease at version 1. */
const holding = (): { readonly memory: LeaseMemory; readonly spec: LeaseSpec } => {
  const created = answer(wake(initialLease("me"), 0).memory, 0, { _tag: "Absent" });
  const spec = written(created);
  return { memory: answer(created.memory, 10, seen(1, { ...spec, leaseTransitions: 3 })).memory, spec };
};
/** And has sent a renewal, at 2000. */
const renewing = (): Told => wake(holding().memory, 2000);

/** What it is from now on, whatever it is told. */
const after = (told: Told) => [
  told.decision._tag,
  leadershipOf(told.memory, at(2001))._tag,
  wake(told.memory, 60_000).decision._tag,
  stop(told.memory, 60_000).decision._tag,
];
const GONE = ["Released", "Standby", "Released", "Released"];

describe("LE-9 on the way out", () => {
  it("who has written nothing is gone at once, also with another's Lease before its eyes", () => {
    expect(after(stop(initialLease("me"), 0))).toEqual(GONE);
    expect(after(stop(answer(wake(initialLease("me"), 0).memory, 10, seen(7, theirs)).memory, 20))).toEqual(GONE);
    expect(after(stop(answer(wake(initialLease("me"), 0).memory, 10, { _tag: "Unknown", why: "Timeout" }).memory, 20))).toEqual(GONE);
    // A predecessor under our name is not us.
    expect(after(stop(answer(wake(initialLease("me"), 0).memory, 10, seen(7, { ...theirs, holderIdentity: "me" })).memory, 20))).toEqual(
      GONE,
    );
  });

  it("who holds it gives it back: to nobody, for a second, with its count", () => {
    const { memory } = holding();
    const told = stop(memory, 500);
    const time = "2026-11-22T00:00:00.500000Z";
    expect(told.decision).toEqual({
      _tag: "Ask",
      request: {
        _tag: "Release",
        at: "1",
        spec: { holderIdentity: "", leaseDurationSeconds: 1, leaseTransitions: 3, acquireTime: time, renewTime: time },
      },
      timeout: 5000,
    });
    expect(leadershipOf(told.memory, at(500))).toEqual({ _tag: "Standby" });
    expect(stop(told.memory, 501).decision).toEqual({ _tag: "Wait", until: undefined });
    expect(after(answer(told.memory, 510, seen(2, written(told))))).toEqual(GONE);
  });

  it.each(FAILED)("giving back is tried once: answered $_tag, it is gone all the same", (outcome) => {
    expect(after(answer(stop(holding().memory, 500).memory, 510, outcome))).toEqual(GONE);
  });

  it("a renewal on its way is waited for, and what it wrote is given back", () => {
    const renewal = renewing();
    const stopped = stop(renewal.memory, 2100);
    expect(stopped.decision).toEqual({ _tag: "Wait", until: undefined });
    expect(answer(stopped.memory, 2200, seen(2, written(renewal))).decision).toMatchObject({ request: { _tag: "Release", at: "2" } });
    // Refused, what was there before is still ours.
    expect(answer(stopped.memory, 2200, { _tag: "Refused", why: "403" }).decision).toMatchObject({ request: { _tag: "Release", at: "1" } });
    expect(after(answer(stopped.memory, 2200, { _tag: "Absent" }))).toEqual(GONE);
  });

  it.each<LeaseOutcome>([{ _tag: "Conflict" }, { _tag: "Unknown", why: "Timeout" }])(
    "a renewal that ends as $_tag: one look shows whether there is anything to give back",
    (outcome) => {
      const stopped = stop(renewing().memory, 2100);
      const told = answer(stopped.memory, 2200, outcome);
      expect(told.decision).toEqual({ _tag: "Wait", until: at(4000) });
      const looking = wake(told.memory, 4000);
      expect(looking.decision).toMatchObject({ request: { _tag: "Read" }, timeout: 5000 });
      expect(answer(looking.memory, 4010, seen(1, holding().spec)).decision).toMatchObject({ request: { _tag: "Release", at: "1" } });
      expect(after(answer(looking.memory, 4010, seen(8, theirs)))).toEqual(GONE);
      for (const failed of FAILED) expect(after(answer(looking.memory, 4010, failed))).toEqual(GONE);
    },
  );

  it("who has written, and never heard of it, looks as quickly as who holds it", () => {
    const created = answer(wake(initialLease("me"), 0).memory, 0, { _tag: "Absent" });
    const unheard = answer(created.memory, 3000, { _tag: "Unknown", why: "Timeout" });
    expect(unheard.decision).toMatchObject({ request: { _tag: "Read" }, timeout: 15_000 });
    const stopped = stop(answer(created.memory, 1000, { _tag: "Unknown", why: "Timeout" }).memory, 2000);
    expect(stopped.decision).toMatchObject({ request: { _tag: "Read" }, timeout: 5000 });
  });
});
