/**
 * When each process is asked next, and for how long. Probing is apart from reconciling, so that one slow cluster never
 * delays another's failover; what it is told to do is decided here all the same.
 */
import type { Memory } from "./memory.ts";
import type { Target } from "./observation.ts";
import { type Instant, type Milliseconds, after, instant, milliseconds } from "./units.ts";

/** Asked so often as soon as one reply is late (FAILOVER 3.0). */
const LATE_INTERVAL_MS = 100;
/** Asked so often while a failover is under way: two equal offsets so far apart are a steady one. */
const URGENT_INTERVAL_MS = 20;
/** A failover that takes longer than this waits for something that faster questions do not bring. */
const URGENT_FOR_MS = 5_000;

/** Times D. */
const GIVEN_UP_AFTER = 10;
const GIVEN_UP_INTERVAL_MS = 1_000;

/** Whom to ask: every pod with an address, and every retired process that may live on. */
export const probeTargets = (memory: Memory): readonly Target[] => memory.health.map((health) => health.target);

/** When to send the next probe to `target`; in the past means now. */
export const nextProbe = (memory: Memory, target: Target): Instant => {
  const health = memory.health.find((one) => one.target.uid === target.uid && one.target.address === target.address);
  if (health?.asked === undefined) return instant(0);
  if (health.commandedAt !== undefined && health.last === undefined && health.asked < health.commandedAt) return health.commandedAt;
  const interval = memory.cluster?.spec.pingInterval ?? 500;
  const since = memory.epoch?.since;
  const isUrgent = memory.cluster?.record?.intent !== undefined && since !== undefined && health.asked < after(since, URGENT_FOR_MS);
  if (isUrgent) return after(health.asked, Math.min(interval, URGENT_INTERVAL_MS));
  if (!health.late) return after(health.asked, interval);
  // Whoever has been silent for long is not expected back at any moment.
  const isGivenUp = health.asked - (health.lastHeard ?? health.since) > GIVEN_UP_AFTER * (memory.cluster?.spec.downAfter ?? 5_000);
  return after(health.asked, isGivenUp ? Math.max(interval, GIVEN_UP_INTERVAL_MS) : Math.min(interval, LATE_INTERVAL_MS));
};

/** How long a probe is waited for: a quarter of D, at most a second. */
export const probeTimeout = (memory: Memory): Milliseconds => milliseconds(Math.min(1_000, (memory.cluster?.spec.downAfter ?? 4_000) / 4));
