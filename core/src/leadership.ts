/**
 * Who leads: the Lease as decisions. The clock of nobody else is believed.
 *
 *   sent          the renewal leaves us
 *   |---- permit: renewDeadline ---->|                     we act only in here, and only if the renewal was confirmed
 *     seen        another contender sees the Lease change, never earlier than we sent the change
 *     |------------- duration ------------------->|        it may take the Lease only after this
 *
 * Both lengths are measured where they are obeyed, so that only clocks whose *rates* differ by more than a third could make
 * the two overlap. What cannot be had is a fence: a process that stands still between looking at its permit and acting acts
 * late. Such an action is harmless by the record's compare-and-swap, not by the Lease.
 */
import { type Lease, type LeaseOutcome, type LeaseRequest, type LeaseSpec, microTimeOf } from "./lease.ts";
import type { Leadership } from "./observation.ts";
import { after, earlier, type Instant, instant, milliseconds, type Milliseconds } from "./units.ts";

export type LeaseTiming = {
  /** How long others wait after they saw the Lease change. */
  readonly duration: Milliseconds;
  /** How long a confirmed renewal permits us to act, from when it was sent. Less than `duration`. */
  readonly renewDeadline: Milliseconds;
  /** How often the Lease is looked at or renewed. */
  readonly retry: Milliseconds;
  /**
   * How long a write may take, or a look of who holds it: two of them fit into a permit, so an API server that takes half a permit
   * for each answer still has a leader. A look of anybody else hurries nobody, and may take a `duration`: over a slow line it
   * brings up the connection that the writes then need.
   */
  readonly timeout: Milliseconds;
};

/** The customary values of Kubernetes' own controllers. */
export const leaseTiming: LeaseTiming = {
  duration: milliseconds(15_000),
  renewDeadline: milliseconds(10_000),
  retry: milliseconds(2000),
  timeout: milliseconds(5000),
};

export type LeaseMemory = {
  /** Of this start of this process: one that comes back under an old name would believe itself to be its predecessor. */
  readonly identity: string;
  readonly timing: LeaseTiming;
  /** How the Lease stood when it was last seen, and since when it has stood like that. */
  readonly seen?: { readonly lease: Lease | NoLease; readonly since: Instant };
  /** It may stand otherwise by now: look before writing. */
  readonly stale: boolean;
  readonly inFlight?: { readonly request: LeaseRequest; readonly sent: Instant };
  /** The last request: when it was sent, and whether it was a look. */
  readonly asked?: { readonly sent: Instant; readonly look: boolean };
  /** Our last write: if the Lease says this, it happened, whatever became of the answer. */
  readonly written?: { readonly renewTime: string; readonly sent: Instant };
  /** The last confirmed write. */
  readonly held: { readonly term: number; readonly founded: string; readonly since: Instant; readonly sent: Instant } | undefined;
  readonly stopping: "No" | "Releasing" | "Released";
};

/** Vanished: it was somebody else's when it was last seen, and whoever that was may still act. */
export type NoLease = "Absent" | "Vanished";

export type LeaseEvent = { readonly now: Instant } & (
  | { readonly _tag: "Woke" }
  /** `sent` names the request: anything else is an answer to nobody. */
  | { readonly _tag: "Performed"; readonly sent: Instant; readonly outcome: LeaseOutcome }
  /** Nothing is done any more that needed a permit: give the Lease back. */
  | { readonly _tag: "Stopped" }
);

export type LeaseDecision =
  | { readonly _tag: "Ask"; readonly request: LeaseRequest; readonly timeout: Milliseconds }
  | { readonly _tag: "Wait"; readonly until: Instant | undefined }
  | { readonly _tag: "Released" };

export const initialLease = (identity: string, timing: LeaseTiming = leaseTiming): LeaseMemory => ({
  identity,
  timing,
  stale: true,
  held: undefined,
  stopping: "No",
});

/** Folds what was heard and names the next request. On Ask the memory has it in flight, sent now. */
export const stepLease = (memory: LeaseMemory, event: LeaseEvent): { readonly memory: LeaseMemory; readonly decision: LeaseDecision } => {
  const { now } = event;
  const folded = rememberLease(memory, event);
  const decision = decideLease(folded, now);
  if (decision._tag !== "Ask") return { memory: folded, decision };
  const { request } = decision;
  const asked = { sent: now, look: request._tag === "Read" };
  const sent: LeaseMemory = { ...folded, inFlight: { request, sent: now }, asked };
  return {
    memory: request._tag === "Read" ? sent : { ...sent, written: { renewTime: request.spec.renewTime, sent: now } },
    decision,
  };
};

/** May we act? Only within the permit of a confirmed renewal. */
export const leadershipOf = ({ held, stopping, timing }: LeaseMemory, now: Instant): Leadership => {
  if (held === undefined || stopping !== "No") return { _tag: "Standby" };
  const until = after(held.sent, timing.renewDeadline);
  return now < until ? { _tag: "Leading", term: held.term, founded: held.founded, since: held.since, until } : { _tag: "Standby" };
};

/** Whether an effect that takes up to `length` ends within the permit. */
export const permits = (leadership: Leadership, { now, length }: { readonly now: Instant; readonly length: number }): boolean =>
  leadership._tag === "Leading" && after(now, length) <= leadership.until;

export const rememberLease = (memory: LeaseMemory, event: LeaseEvent): LeaseMemory => {
  switch (event._tag) {
    case "Woke":
      return memory;
    case "Stopped":
      return memory.stopping === "No" ? { ...memory, stopping: "Releasing" } : memory;
    case "Performed": {
      const { inFlight, ...rest } = memory;
      return inFlight === undefined || inFlight.sent !== event.sent ? memory : performed(rest, inFlight.request, event.outcome, event.now);
    }
  }
};

const performed = (memory: LeaseMemory, request: LeaseRequest, outcome: LeaseOutcome, now: Instant): LeaseMemory => {
  // On the way out each thing is tried once: if that fails, the others wait for as long as they would after a crash.
  const isOver = request._tag === "Release" || (memory.stopping === "Releasing" && request._tag === "Read" && outcome._tag !== "Seen");
  const next: LeaseMemory = isOver ? { ...memory, stopping: "Released" } : memory;
  switch (outcome._tag) {
    case "Seen":
      return saw(next, outcome.lease, now);
    case "Absent":
      return { ...withoutHeld(next), seen: gone(memory, now), stale: false };
    case "Conflict":
    case "Unknown":
      return { ...next, stale: true };
    case "Refused":
      return next;
  }
};

const gone = ({ identity, seen }: LeaseMemory, now: Instant): { readonly lease: NoLease; readonly since: Instant } => {
  if (seen === undefined) return { lease: "Absent", since: now };
  if (!isLease(seen.lease)) return { lease: seen.lease, since: seen.since };
  return { lease: seen.lease.holder === identity || seen.lease.holder === "" ? "Absent" : "Vanished", since: now };
};

const isLease = (lease: Lease | NoLease): lease is Lease => typeof lease !== "string";

const saw = (memory: LeaseMemory, lease: Lease, now: Instant): LeaseMemory => {
  const { seen, written } = memory;
  const unchanged = seen !== undefined && isLease(seen.lease) && seen.lease.content === lease.content;
  const next: LeaseMemory = { ...memory, seen: { lease, since: unchanged ? seen.since : now }, stale: false };
  if (lease.holder !== memory.identity) return withoutHeld(next);
  // Ours, but of a write before the last one, or of a predecessor under our name: that confirms nothing.
  if (written === undefined || lease.renewTime !== written.renewTime) return next;
  const before = leadershipOf(memory, now);
  const term = lease.transitions ?? 0;
  const isSameTerm = before._tag === "Leading" && before.term === term && before.founded === (lease.founded ?? "");
  return { ...next, held: { term, founded: lease.founded ?? "", since: isSameTerm ? before.since : now, sent: written.sent } };
};

const withoutHeld = (memory: LeaseMemory): LeaseMemory => ({ ...memory, held: undefined });

export const decideLease = (memory: LeaseMemory, now: Instant): LeaseDecision => {
  const { asked, inFlight, seen, stale, stopping, timing } = memory;
  if (inFlight !== undefined) return { _tag: "Wait", until: undefined };
  if (stopping === "Released") return { _tag: "Released" };
  const due = asked === undefined ? now : after(asked.sent, timing.retry);
  const isHurried = memory.held !== undefined || stopping !== "No";
  const read = ask({ _tag: "Read" }, isHurried ? timing.timeout : timing.duration);
  const look = (): LeaseDecision => (now >= due ? read : { _tag: "Wait", until: due });

  if (stopping === "Releasing") {
    // An answer was lost, or somebody wrote: whether it is ours to give back shows in one look.
    if (stale && memory.written !== undefined) return look();
    if (seen === undefined || !isOwn(memory, seen.lease)) return { _tag: "Released" };
    return ask({ _tag: "Release", at: seen.lease.version, spec: releasedSpec(seen.lease, now) }, timing.timeout);
  }
  if (stale || seen === undefined) return look();
  if (isOwn(memory, seen.lease)) {
    // Seen by a look and not confirmed: at once. Otherwise at the pace of renewals.
    const renewAt = asked?.look === true ? now : due;
    if (now < renewAt) return { _tag: "Wait", until: renewAt };
    return ask({ _tag: "Renew", at: seen.lease.version, spec: renewedSpec(memory, seen.lease, now) }, timing.timeout);
  }
  const freeAt = freeFrom(memory, seen);
  // A write that was refused is not repeated before its time either.
  const tryAt = asked?.look === true ? freeAt : instant(Math.max(freeAt, due));
  if (now >= tryAt) return ask(acquire(memory, seen.lease, now), timing.timeout);
  return now >= due ? read : { _tag: "Wait", until: earlier(due, tryAt) };
};

const ask = (request: LeaseRequest, timeout: Milliseconds): LeaseDecision => ({ _tag: "Ask", request, timeout });

/** The Lease names us, and this very process has written it. */
const isOwn = ({ identity, written }: LeaseMemory, lease: Lease | NoLease): lease is Lease =>
  written !== undefined && isLease(lease) && lease.holder === identity;

/** From when on the Lease may be taken. */
const freeFrom = ({ timing }: LeaseMemory, { lease, since }: NonNullable<LeaseMemory["seen"]>): Instant => {
  if (!isLease(lease)) return lease === "Absent" ? since : after(since, timing.duration);
  // Only who gave it back wrote that; a Lease with nothing in it says nothing about who acts.
  if (lease.holder === "" && lease.renewTime !== undefined) return since;
  // The holder promised to be quiet after what it wrote; where that cannot be read, or is shorter, it is taken for one of us.
  return after(since, Math.max((lease.durationSeconds ?? 0) * 1000, timing.duration));
};

const acquire = (memory: LeaseMemory, lease: Lease | NoLease, now: Instant): LeaseRequest => {
  const time = microTimeOf(now);
  const spec = { ...claimed(memory, now), acquireTime: time };
  return isLease(lease)
    ? { _tag: "Takeover", at: lease.version, spec: { ...spec, leaseTransitions: (lease.transitions ?? 0) + 1 } }
    : { _tag: "Create", spec: { ...spec, leaseTransitions: 0 } };
};

const claimed = ({ identity, timing }: LeaseMemory, now: Instant) => ({
  holderIdentity: identity,
  leaseDurationSeconds: Math.ceil(timing.duration / 1000),
  renewTime: microTimeOf(now),
});

const renewedSpec = (memory: LeaseMemory, lease: Lease, now: Instant): LeaseSpec => ({
  ...claimed(memory, now),
  acquireTime: lease.acquireTime ?? microTimeOf(now),
  leaseTransitions: lease.transitions ?? 0,
});

/** As Kubernetes' own controllers leave one behind: nobody's, for a second. */
const releasedSpec = (lease: Lease, now: Instant): LeaseSpec => ({
  holderIdentity: "",
  leaseDurationSeconds: 1,
  leaseTransitions: lease.transitions ?? 0,
  acquireTime: microTimeOf(now),
  renewTime: microTimeOf(now),
});
