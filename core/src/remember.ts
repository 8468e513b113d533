/**
 * The monitoring half: `remember` folds what was heard into evidence. Nothing is decided here, and everything here may be
 * forgotten: after a restart the same memory grows back from what is read and heard.
 */
import type { Cluster } from "./cluster.ts";
import type { Event } from "./event.ts";
import { afresh, firstSight, heard, unheard } from "./health.ts";
import { type Memory, initialMemory, withEpoch, withTargets } from "./memory.ts";
import type { Health, Leadership, Target } from "./observation.ts";
import { performed } from "./performed.ts";
import { merge } from "./snapshot.ts";
import { isSameTarget } from "./targets.ts";
import { type Instant, type RunId, isAtLeast } from "./units.ts";

/** Folds one event. Total: an event that fits nothing changes nothing but the time. */
export const remember = (memory: Memory, event: Event): Memory => {
  const awake = afterPause(memory, event.now);
  switch (event._tag) {
    case "Read":
      return read(awake, event.cluster, event.consistent, event.now);
    case "Gone":
      return { ...initialMemory, leadership: awake.leadership, folded: event.now };
    case "Replied":
      return replied(awake, event);
    case "Silent":
      return onHealth(awake, event.target, (health) => unheard(health, event.began));
    case "Performed":
      return performed(awake, event.action, event.outcome, event.now);
    case "Lease":
      return led(awake, event.leadership, event.now);
    case "Woke":
      return awake;
  }
};

/** A gap longer than half of D means that we, not they, were silent: every window starts afresh (FAILOVER 3.0). */
const afterPause = (memory: Memory, now: Instant): Memory => {
  const spec = memory.cluster?.spec;
  const paused =
    memory.folded !== undefined && spec !== undefined && now - memory.folded > Math.max(spec.downAfter / 2, 2 * spec.pingInterval);
  const health = paused ? memory.health.map((one) => afresh(one, now)) : memory.health;
  return { ...memory, folded: now, health };
};

// --- Read -----------------------------------------------------------------------------------------------------------

const read = (memory: Memory, cluster: Cluster, consistent: { readonly began: Instant } | undefined, now: Instant): Memory => {
  if (memory.forgottenAt !== undefined && (consistent === undefined || consistent.began < memory.forgottenAt)) return memory;
  const known = memory.cluster;
  // The cache of a watch may be older than what the leader before us did (regressions/0023).
  if (known === undefined && consistent === undefined && memory.leadership._tag === "Leading") return { ...memory, forgottenAt: now };
  if (known !== undefined && known.uid !== cluster.uid) {
    // Deleted and created anew: a cluster of its own, of which nothing is known.
    return isAtLeast(cluster.version, known.version)
      ? read({ ...initialMemory, leadership: memory.leadership, folded: now }, cluster, consistent, now)
      : memory;
  }
  const merged = known === undefined || consistent !== undefined ? cluster : merge(known, cluster, memory.written);
  const { forgottenAt: _, ...rest } = memory;
  return withTargets(
    withEpoch({ ...rest, cluster: merged, ...(consistent === undefined ? {} : { written: {} }) }, merged, now),
    merged,
    now,
  );
};

// --- Replied, Silent ------------------------------------------------------------------------------------------------

/** An answer of a process that is no longer asked (another UID, another address) changes nothing. */
const onHealth = (memory: Memory, target: Target, change: (health: Health) => Health): Memory => ({
  ...memory,
  health: memory.health.map((one) => (isSameTarget(one.target, target) ? change(one) : one)),
});

const replied = (memory: Memory, event: Extract<Event, { _tag: "Replied" }>): Memory => {
  const next = onHealth(memory, event.target, (health) => heard(health, event.began, event.reply, event.now));
  const { barrier } = next;
  if (barrier === undefined || barrier.offset !== undefined || event.began < barrier.at || event.reply._tag !== "Reading") return next;
  // Somebody whom the barrier is about is still let in: what he acknowledges now is beyond this reading (regressions/0020).
  const named = barrier.key.split(" ");
  if (event.reply.reading.users.some((user) => named.includes(user))) return next;
  return isActingPrimary(next, event.target, event.reply.reading.runId) && event.reply.reading.role === "primary"
    ? { ...next, barrier: { ...barrier, offset: event.reply.reading.offset } }
    : next;
};

const isActingPrimary = (memory: Memory, target: Target, runId: RunId): boolean => {
  const record = memory.cluster?.record;
  const acting = record?.intent?.candidate ?? record?.primary;
  return acting !== undefined && acting.uid === target.uid && acting.runId === runId;
};

// --- Lease ----------------------------------------------------------------------------------------------------------

/** No evidence older than the term is used: another leader may have commanded everything meanwhile. */
const led = (memory: Memory, leadership: Leadership, now: Instant): Memory => {
  const isNewTerm =
    leadership._tag === "Leading" &&
    (memory.leadership._tag === "Standby" ||
      memory.leadership.term !== leadership.term ||
      memory.leadership.founded !== leadership.founded);
  if (!isNewTerm) return { ...memory, leadership };
  const { barrier: _, epoch: __, paused: ___, ...rest } = memory;
  const fresh: Memory = {
    ...rest,
    leadership,
    health: memory.health.map((one) => firstSight(one.target, now)),
    refused: [],
    fenced: [],
    // What a watch's cache shows may be older than what the leader before us did (regressions/0023).
    forgottenAt: now,
  };
  return memory.cluster === undefined ? fresh : withEpoch(fresh, memory.cluster, now);
};
