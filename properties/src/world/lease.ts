// The Lease for which two operators contend, by core's own decisions. A look or a write takes no time here; a contender that stands
// still does neither. Times of the Lease are told by a clock of its own that stands still, while what is remembered gets older, and
// what is compared for equality only (versions, times of renewal) is numbered in the order in which it is met: so equal worlds look
// equal, and the search ends although a Lease is renewed for ever.
import { initialLease, instant, leadershipOf, milliseconds, resourceVersion, stepLease } from "@gungnir/core";
import type { Instant, Lease, LeaseMemory, LeaseOutcome, LeaseRequest, LeaseSpec, Leadership } from "@gungnir/core";
import type { Who } from "./team.ts";

/** The Lease as it is stored, and what each contender remembers of it. */
export type LeaseState = { readonly stored: Lease | undefined; readonly memories: readonly [LeaseMemory, LeaseMemory] };

/** What of core decides about the Lease; a mutant brings its own. */
export type LeaseCore = { readonly stepLease?: typeof stepLease; readonly leadershipOf?: typeof leadershipOf };

/** Smaller than any instant of a world, so that nobody takes it for one. */
export const LEASE_NOW = instant(1_000_000);
const NOW = LEASE_NOW;
/** Ratios as in production, the duration in whole seconds, as it is written. Whoever leads renews at each of its turns. */
const TIMING = { duration: milliseconds(2_000), renewDeadline: milliseconds(1_300), retry: milliseconds(1), timeout: milliseconds(250) };
const MOST_REQUESTS = 8; // of one turn

export const nobodyLeads = (): LeaseState => ({
  stored: undefined,
  memories: [initialLease("operator-0", TIMING), initialLease("operator-1", TIMING)],
});

/** A contender's turn: everything that it asks for is answered. */
export const contend = (lease: LeaseState, who: Who, core: LeaseCore): LeaseState => {
  const step = core.stepLease ?? stepLease;
  let { stored } = lease;
  let next = step(lease.memories[who], { _tag: "Woke", now: NOW });
  for (let count = 0; next.decision._tag === "Ask" && count < MOST_REQUESTS; count++) {
    const served = serve(stored, next.decision.request);
    stored = served.stored;
    next = step(next.memory, { _tag: "Performed", now: NOW, sent: NOW, outcome: served.outcome });
  }
  const [first, second] = lease.memories;
  return inNormalForm({ stored, memories: who === 0 ? [next.memory, second] : [first, next.memory] });
};

/** Whether it may act, on the clock of the world. */
export const leadershipAt = ({ memories }: LeaseState, who: Who, now: number, core: LeaseCore): Leadership => {
  const leadership = (core.leadershipOf ?? leadershipOf)(memories[who], NOW);
  return leadership._tag === "Standby"
    ? leadership
    : { ...leadership, since: instant(now), until: instant(now + (leadership.until - NOW)) };
};

/** So many milliseconds later. */
export const leaseAfter = ({ stored, memories }: LeaseState, passed: number): LeaseState => ({
  stored,
  memories: [older(memories[0], passed), older(memories[1], passed)],
});

/** As old as it is, and no older than its holder compares it with. */
const older = (memory: LeaseMemory, passed: number): LeaseMemory => {
  const back = (at: Instant, most: number): Instant => instant(Math.max(at - passed, NOW - most));
  const { seen, asked, written, held } = memory;
  return {
    ...memory,
    ...(seen === undefined ? {} : { seen: { ...seen, since: back(seen.since, TIMING.duration) } }),
    ...(asked === undefined ? {} : { asked: { ...asked, sent: back(asked.sent, TIMING.retry) } }),
    ...(written === undefined ? {} : { written: { ...written, sent: back(written.sent, TIMING.renewDeadline) } }),
    held: held === undefined ? undefined : { ...held, sent: back(held.sent, TIMING.renewDeadline) },
  };
};

const serve = (
  stored: Lease | undefined,
  request: LeaseRequest,
): { readonly stored: Lease | undefined; readonly outcome: LeaseOutcome } => {
  const answered = (outcome: LeaseOutcome) => ({ stored, outcome });
  switch (request._tag) {
    case "Read":
      return answered(stored === undefined ? { _tag: "Absent" } : { _tag: "Seen", lease: stored });
    case "Create":
      return stored === undefined ? written(request.spec) : answered({ _tag: "Conflict" });
    case "Renew":
    case "Takeover":
    case "Release":
      if (stored === undefined) return answered({ _tag: "Absent" });
      return request.at === stored.version ? written(request.spec) : answered({ _tag: "Conflict" });
  }
};

const written = ({ holderIdentity, leaseDurationSeconds, leaseTransitions, renewTime }: LeaseSpec) => {
  const lease: Lease = {
    version: resourceVersion("new"),
    founded: "",
    holder: holderIdentity,
    durationSeconds: leaseDurationSeconds,
    transitions: leaseTransitions,
    acquireTime: "",
    renewTime,
    content: "new",
  };
  return { stored: lease, outcome: { _tag: "Seen", lease } as const };
};

const inNormalForm = ({ stored, memories }: LeaseState): LeaseState => {
  const [times, versions]: [string[], string[]] = [[], []];
  const time = (text: string): string => `t${place(times, text)}`;
  const told = (lease: Lease): Lease => {
    const renewTime = lease.renewTime === undefined ? undefined : time(lease.renewTime);
    const version = resourceVersion(`v${place(versions, lease.version)}`);
    return { ...lease, version, renewTime, content: `${lease.holder} ${renewTime} ${lease.transitions}` };
  };
  const remembered = (memory: LeaseMemory): LeaseMemory => {
    const { seen, written: own, held } = memory;
    return {
      ...memory,
      ...(seen === undefined ? {} : { seen: { ...seen, lease: typeof seen.lease === "string" ? seen.lease : told(seen.lease) } }),
      ...(own === undefined ? {} : { written: { ...own, renewTime: time(own.renewTime) } }),
      held: held === undefined ? undefined : { ...held, since: NOW },
    };
  };
  return { stored: stored === undefined ? undefined : told(stored), memories: [remembered(memories[0]), remembered(memories[1])] };
};

/** Its number in a list, to which it is added where it is new. */
const place = (list: string[], text: string): number => (list.includes(text) ? list.indexOf(text) : list.push(text) - 1);
