import { expect, test } from "vitest";
import { initialLease, leadershipOf, type LeaseEvent, type LeaseMemory, permits, rememberLease, stepLease } from "./leadership.ts";
import { type Lease, leaseIn, type LeaseOutcome, type LeaseSpec, microTimeOf } from "./lease.ts";
import { instant } from "./units.ts";

const start = Date.UTC(2026, 10, 22);
const at = (ms: number) => instant(start + ms);

/** A contender, told one thing after another. */
const contender = (identity: string) => {
  let memory: LeaseMemory = initialLease(identity);
  const tell = (ms: number, event: { readonly _tag: "Woke" } | { readonly _tag: "Stopped" } | LeaseOutcome) => {
    const now = at(ms);
    const heard: LeaseEvent =
      event._tag === "Woke" || event._tag === "Stopped"
        ? { _tag: event._tag, now }
        : { _tag: "Performed", now, sent: memory.inFlight?.sent ?? now, outcome: event };
    const stepped = stepLease(memory, heard);
    ({ memory } = stepped);
    return stepped.decision;
  };
  const leadership = (ms: number) => leadershipOf(memory, at(ms));
  return { tell, leadership, leads: (ms: number) => leadership(ms)._tag === "Leading", memory: () => memory };
};

const lease = (version: number, spec: Partial<LeaseSpec>, creationTimestamp?: string): Lease => {
  const read = leaseIn({ metadata: { resourceVersion: String(version), creationTimestamp }, spec });
  if (read === undefined) throw new Error("not a Lease");
  return read;
};
const seen = (version: number, spec: Partial<LeaseSpec>, created?: string): LeaseOutcome => ({
  _tag: "Seen",
  lease: lease(version, spec, created),
});
const specOf = (decision: ReturnType<ReturnType<typeof contender>["tell"]>): LeaseSpec => {
  if (decision._tag !== "Ask" || decision.request._tag === "Read") throw new Error(`no write but ${decision._tag}`);
  return decision.request.spec;
};
const theirs: LeaseSpec = { holderIdentity: "other", leaseDurationSeconds: 15, leaseTransitions: 4, acquireTime: "a", renewTime: "b" };

test("nobody's Lease is created at once, and leads for ten seconds from when the request was sent", () => {
  const one = contender("one");
  expect(one.tell(0, { _tag: "Woke" })).toMatchObject({ _tag: "Ask", request: { _tag: "Read" }, timeout: 15_000 });
  const created = one.tell(5, { _tag: "Absent" });
  expect(created).toMatchObject({ _tag: "Ask", request: { _tag: "Create" }, timeout: 5000 });
  expect(specOf(created)).toEqual({
    holderIdentity: "one",
    leaseDurationSeconds: 15,
    leaseTransitions: 0,
    acquireTime: "2026-11-22T00:00:00.005000Z",
    renewTime: "2026-11-22T00:00:00.005000Z",
  });
  expect(one.leads(5)).toBe(false);
  expect(one.tell(900, seen(1, specOf(created)))).toEqual({ _tag: "Wait", until: at(2005) });
  expect([one.leads(900), one.leads(10_004), one.leads(10_005)]).toEqual([true, true, false]);
});

// Seen to fail with a time-out of 3 s for every request, as it once was: answers of 4.9 s came to nobody.
test("an API server that takes 4.9 s for each answer, and three times that for the first, has a leader all the time", () => {
  const one = contender("one");
  let version = 0;
  let asked = one.tell(0, { _tag: "Woke" });
  let now = 0;
  let until = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 20; turn += 1) {
    if (asked._tag === "Wait") throw new Error(`waits until ${asked.until}`);
    if (asked._tag === "Released") throw new Error("gave it back");
    const { request, timeout } = asked;
    const sent = now;
    now += turn === 0 ? 14_700 : 4_900;
    expect(now - sent).toBeLessThan(timeout);
    expect(now).toBeLessThan(until);
    version += 1;
    asked = one.tell(now, request._tag === "Read" ? { _tag: "Absent" } : seen(version, request.spec));
    expect(one.leads(now)).toBe(request._tag !== "Read");
    if (request._tag !== "Read") until = sent + 10_000;
  }
});

test("another's Lease is taken a whole duration after it was last seen to change", () => {
  const two = contender("two");
  two.tell(0, { _tag: "Woke" });
  expect(two.tell(10, seen(7, theirs))).toEqual({ _tag: "Wait", until: at(2000) });
  two.tell(2000, { _tag: "Woke" });
  two.tell(2010, seen(8, { ...theirs, renewTime: "c" }));
  for (let ms = 4000; ms <= 16_000; ms += 2000) {
    expect(two.tell(ms, { _tag: "Woke" })).toMatchObject({ request: { _tag: "Read" } });
    two.tell(ms + 10, seen(8, { ...theirs, renewTime: "c" }));
  }
  const taken = two.tell(17_010, { _tag: "Woke" });
  expect(taken).toMatchObject({ request: { _tag: "Takeover", at: "8", spec: { holderIdentity: "two", leaseTransitions: 5 } } });
  expect(two.tell(17_020, { _tag: "Conflict" })).toEqual({ _tag: "Wait", until: at(19_010) });
  expect(two.leads(17_020)).toBe(false);
});

test("a renewal whose answer was lost counts once the Lease is seen to say it, from when it was sent", () => {
  const one = contender("one");
  one.tell(0, { _tag: "Woke" });
  const created = specOf(one.tell(0, { _tag: "Absent" }));
  one.tell(10, seen(1, created));
  const renewed = specOf(one.tell(2000, { _tag: "Woke" }));
  expect(one.tell(5000, { _tag: "Unknown", why: "Timeout" })).toMatchObject({ request: { _tag: "Read" } });
  expect([one.leads(9999), one.leads(10_000)]).toEqual([true, false]);
  one.tell(5050, seen(2, renewed));
  expect([one.leads(11_999), one.leads(12_000)]).toEqual([true, false]);
});

test("on the way out the Lease is given back, and whoever comes next need not wait", () => {
  const one = contender("one");
  one.tell(0, { _tag: "Woke" });
  one.tell(10, seen(1, specOf(one.tell(0, { _tag: "Absent" }))));
  const released = one.tell(500, { _tag: "Stopped" });
  expect(released).toMatchObject({ request: { _tag: "Release", at: "1", spec: { holderIdentity: "", leaseTransitions: 0 } } });
  expect(one.leads(500)).toBe(false);
  expect(one.tell(510, seen(2, specOf(released)))).toEqual({ _tag: "Released" });
  const two = contender("two");
  two.tell(600, { _tag: "Woke" });
  expect(two.tell(610, seen(2, specOf(released)))).toMatchObject({ request: { _tag: "Takeover", spec: { leaseTransitions: 1 } } });
});

test("a Lease that vanishes from under its holder is waited for; its holder may still act", () => {
  const two = contender("two");
  two.tell(0, { _tag: "Woke" });
  two.tell(10, seen(7, theirs));
  two.tell(2000, { _tag: "Woke" });
  expect(two.tell(2010, { _tag: "Absent" })).toEqual({ _tag: "Wait", until: at(4000) });
  expect(two.tell(17_009, { _tag: "Woke" })).toMatchObject({ request: { _tag: "Read" } });
  expect(two.tell(17_012, { _tag: "Absent" })).toMatchObject({ request: { _tag: "Create" } });
});

test("times have microseconds, as Leases write them", () => {
  expect(microTimeOf(instant(start + 1.5))).toBe("2026-11-22T00:00:00.001500Z");
});

/** One that leads since 10 ms, with what it wrote. */
const leader = () => {
  const one = contender("one");
  one.tell(0, { _tag: "Woke" });
  const created = specOf(one.tell(0, { _tag: "Absent" }));
  one.tell(10, seen(1, created, "2026-11-22T00:00:00Z"));
  return { ...one, created };
};

test("a term begins once and is renewed; after a lapse, or in a Lease made anew, it begins anew", () => {
  const one = leader();
  const first = { _tag: "Leading", term: 0, founded: "2026-11-22T00:00:00Z", since: at(10) };
  expect(one.leadership(10)).toEqual({ ...first, until: at(10_000) });
  const renewed = specOf(one.tell(2000, { _tag: "Woke" }));
  one.tell(2010, seen(2, renewed, "2026-11-22T00:00:00Z"));
  expect(one.leadership(2010)).toEqual({ ...first, until: at(12_000) });
  // Another one's deletion: what is confirmed next is of another Lease, whose transitions count anew.
  const anew = specOf(one.tell(4000, { _tag: "Woke" }));
  one.tell(4010, seen(9, anew, "2026-11-22T00:00:03Z"));
  expect(one.leadership(4010)).toEqual({ ...first, founded: "2026-11-22T00:00:03Z", since: at(4010), until: at(14_000) });
  const late = specOf(one.tell(13_900, { _tag: "Woke" }));
  one.tell(14_500, seen(10, late, "2026-11-22T00:00:03Z"));
  expect(one.leadership(14_500)).toMatchObject({ since: at(14_500), until: at(23_900) });
});

test("a taken Lease counts one more holder, renewals leave the count and the time of taking alone", () => {
  const two = contender("two");
  two.tell(0, { _tag: "Woke" });
  two.tell(10, seen(7, { ...theirs, holderIdentity: "" }, "2026-11-22T00:00:00Z"));
  const taken = two.memory().inFlight?.request;
  expect(taken).toMatchObject({ _tag: "Takeover", at: "7", spec: { leaseTransitions: 5, acquireTime: "2026-11-22T00:00:00.010000Z" } });
  if (taken?._tag !== "Takeover") return;
  two.tell(20, seen(8, taken.spec, "2026-11-22T00:00:00Z"));
  expect(two.leadership(20)).toMatchObject({ term: 5 });
  expect(two.tell(2010, { _tag: "Woke" })).toMatchObject({
    request: { _tag: "Renew", at: "8", spec: { leaseTransitions: 5, acquireTime: "2026-11-22T00:00:00.010000Z" } },
    timeout: 5000,
  });
  // The next term of the same Lease is another term, also for who led until then.
  two.tell(2020, seen(9, { ...taken.spec, leaseTransitions: 6, renewTime: "2026-11-22T00:00:02.010000Z" }, "2026-11-22T00:00:00Z"));
  expect(two.leadership(2020)).toMatchObject({ term: 6, since: at(2020) });
});

test("a Lease that says no founding and no count is of term 0, founded never", () => {
  const one = contender("one");
  one.tell(0, { _tag: "Woke" });
  const { leaseTransitions: _, ...created } = specOf(one.tell(0, { _tag: "Absent" }));
  one.tell(10, seen(1, created));
  expect(one.leadership(10)).toMatchObject({ term: 0, founded: "", since: at(10) });
  const { leaseTransitions, ...renewed } = specOf(one.tell(2000, { _tag: "Woke" }));
  expect(leaseTransitions).toBe(0);
  one.tell(2010, seen(2, renewed));
  expect(one.leadership(2010)).toMatchObject({ term: 0, founded: "", since: at(10) });
});

test("a renewal that never arrived extends nothing, however often the Lease is seen", () => {
  const one = leader();
  one.tell(2000, { _tag: "Woke" });
  expect(one.tell(3000, { _tag: "Unknown", why: "Reset" })).toEqual({ _tag: "Wait", until: at(4000) });
  expect(one.tell(4000, { _tag: "Woke" })).toMatchObject({ request: { _tag: "Read" }, timeout: 5000 });
  // Ours still, but not confirmed: renewed at once.
  expect(one.tell(4010, seen(1, one.created))).toMatchObject({ request: { _tag: "Renew", at: "1" } });
  expect([one.leads(9999), one.leads(10_000)]).toEqual([true, false]);
});

test("whoever sees another's name in the Lease leads no more, whatever its permit said", () => {
  const one = leader();
  one.tell(2000, { _tag: "Woke" });
  expect(one.tell(2010, { _tag: "Conflict" })).toEqual({ _tag: "Wait", until: at(4000) });
  expect(one.leads(2010)).toBe(true);
  one.tell(4000, { _tag: "Woke" });
  expect(one.tell(4010, seen(3, { ...theirs, renewTime: one.created.renewTime }))).toMatchObject({ _tag: "Wait" });
  expect(one.leads(4010)).toBe(false);
  // And it hurries no more.
  expect(one.tell(6000, { _tag: "Woke" })).toMatchObject({ request: { _tag: "Read" }, timeout: 15_000 });
});

test("one request at a time, and an answer to another one is an answer to nobody", () => {
  const one = contender("one");
  const nobody = rememberLease(one.memory(), { _tag: "Performed", now: at(0), sent: at(0), outcome: { _tag: "Absent" } });
  expect(nobody).toBe(one.memory());
  one.tell(0, { _tag: "Woke" });
  expect(one.tell(3000, { _tag: "Woke" })).toEqual({ _tag: "Wait", until: undefined });
  const before = one.memory();
  expect(rememberLease(before, { _tag: "Performed", now: at(3001), sent: at(1), outcome: { _tag: "Absent" } })).toBe(before);
  expect(one.tell(3002, { _tag: "Absent" })).toMatchObject({ request: { _tag: "Create" } });
});

test("a write that was refused is tried again at the pace of renewals, not at once", () => {
  const one = contender("one");
  one.tell(0, { _tag: "Woke" });
  expect(one.tell(100, { _tag: "Absent" })).toMatchObject({ request: { _tag: "Create" } });
  expect(one.tell(110, { _tag: "Refused", why: "403" })).toEqual({ _tag: "Wait", until: at(2100) });
  expect(one.tell(2100, { _tag: "Woke" })).toMatchObject({ request: { _tag: "Create" } });
});

test("what was ours, or was given back, and is then gone is made anew at once", () => {
  const one = leader();
  one.tell(2000, { _tag: "Woke" });
  one.tell(2010, { _tag: "Absent" });
  expect(one.leads(2010)).toBe(false);
  expect(one.tell(4000, { _tag: "Woke" })).toMatchObject({ request: { _tag: "Create" } });
  const two = contender("two");
  two.tell(0, { _tag: "Woke" });
  // Given back, and taken by us in vain: it went away in between.
  expect(two.tell(10, seen(7, { ...theirs, holderIdentity: "" }))).toMatchObject({ request: { _tag: "Takeover" } });
  two.tell(20, { _tag: "Absent" });
  expect(two.tell(2010, { _tag: "Woke" })).toMatchObject({ request: { _tag: "Create" } });
});

/** When a Lease that always says the same is taken. */
const takenAfter = (spec: Partial<LeaseSpec>): number => {
  const two = contender("two");
  let decision = two.tell(0, { _tag: "Woke" });
  for (let ms = 0; ms < 100_000; ms += 1000) {
    if (decision._tag === "Ask" && decision.request._tag === "Takeover") return ms;
    decision = decision._tag === "Ask" ? two.tell(ms, seen(7, spec)) : two.tell(ms, { _tag: "Woke" });
    if (decision._tag === "Ask" && decision.request._tag === "Takeover") return ms;
  }
  return Number.POSITIVE_INFINITY;
};

test("how long another's Lease is waited for: what it promised, and a duration at least", () => {
  const { leaseDurationSeconds: _, ...unsaid } = theirs;
  const { renewTime: __, ...unsigned } = theirs;
  expect(takenAfter(theirs)).toBe(15_000);
  expect(takenAfter({ ...theirs, leaseDurationSeconds: 40 })).toBe(40_000);
  expect(takenAfter({ ...theirs, leaseDurationSeconds: 1 })).toBe(15_000);
  expect(takenAfter({ ...theirs, leaseDurationSeconds: 0 })).toBe(15_000);
  expect(takenAfter(unsaid)).toBe(15_000);
  expect(takenAfter({ ...theirs, holderIdentity: "" })).toBe(0);
  expect(takenAfter({ ...unsigned, holderIdentity: "" })).toBe(15_000);
});

test("a permit covers what ends by its end, and nobody's permit covers anything", () => {
  const leadership = leader().leadership(10);
  const covers = (ms: number, length: number) => permits(leadership, { now: at(ms), length });
  expect([covers(10, 0), covers(9000, 1000), covers(9000, 1001), covers(10_000, 0), covers(10_001, 0)]).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  expect(permits({ _tag: "Standby" }, { now: at(10), length: 0 })).toBe(false);
});
