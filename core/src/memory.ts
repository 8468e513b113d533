/**
 * The monitoring half: `remember` folds what was heard into evidence. Nothing is decided here, and everything here may be
 * forgotten: after a restart the same memory grows back from what is read and heard.
 */
import { type Cluster, type Observed, type Source, replicationUser } from "./cluster.ts";
import { type Action, type Desired, barrierKey, isCommand, isSameAction } from "./decision.ts";
import type { Event, Outcome } from "./event.ts";
import { afresh, commanded, defined, firstSight, heard, unheard } from "./health.ts";
import type { Barrier, Health, InFlight, Leadership, Observation, Pause, Refusal, Target } from "./observation.ts";
import { applied, delay, refuse } from "./refusals.ts";
import { OWNED_KINDS, type Written, isUnconfirmed, merge } from "./snapshot.ts";
import { healthOfTargets, isSameTarget } from "./targets.ts";
import { membersChanged } from "./turnover.ts";
import { type Epoch, type Instant, type ResourceVersion, type RunId, after, isAtLeast } from "./units.ts";

export type Memory = {
  readonly leadership: Leadership;
  /** When the last event was folded: a longer gap is a pause of our own. */
  readonly folded?: Instant;
  readonly cluster?: Cluster;
  /** A write's fate is unknown or it lost its race: only lists that began since then are believed. */
  readonly forgottenAt?: Instant;
  readonly written: Written;
  readonly health: readonly Health[];
  readonly inFlight: readonly InFlight[];
  readonly refused: readonly Refusal[];
  readonly epoch?: { readonly epoch: Epoch | undefined; readonly since: Instant };
  readonly barrier?: Barrier;
  readonly paused?: Pause;
  readonly fenced: readonly RunId[];
};

export const initialMemory: Memory = {
  leadership: { _tag: "Standby" },
  written: {},
  health: [],
  inFlight: [],
  refused: [],
  fenced: [],
};

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

/** What a decision at `now` may depend on; undefined while nothing is known of the cluster. */
export const observationOf = (memory: Memory, now: Instant): Observation | undefined => {
  const { cluster } = memory;
  return cluster === undefined
    ? undefined
    : {
        now,
        leadership: memory.leadership,
        cluster,
        health: memory.health,
        inFlight: memory.inFlight,
        refused: memory.refused,
        epochSince: memory.epoch?.since ?? now,
        ...defined("barrier", memory.barrier),
        ...defined("paused", memory.paused),
        fenced: memory.fenced,
        unconfirmed: OWNED_KINDS.filter((kind) => isUnconfirmed(cluster, memory.written, kind)),
      };
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

const withEpoch = (memory: Memory, cluster: Cluster, now: Instant): Memory => {
  const current = cluster.record?.epoch;
  if (memory.epoch !== undefined && memory.epoch.epoch === current) return memory;
  const { barrier: _, paused: __, ...rest } = memory;
  return { ...rest, epoch: { epoch: current, since: now }, fenced: [] };
};

const withTargets = (memory: Memory, cluster: Cluster, now: Instant): Memory => ({
  ...memory,
  health: healthOfTargets(memory.health, cluster, now),
});

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

// --- Performed ------------------------------------------------------------------------------------------------------

/** An outcome that matches nothing in flight (late, twice, misrouted) changes nothing. */
const performed = (memory: Memory, action: Action, outcome: Outcome, now: Instant): Memory => {
  const at = memory.inFlight.findIndex((one) => isSameAction(one.action, action));
  if (at < 0) return memory;
  const landed = { ...memory, inFlight: memory.inFlight.toSpliced(at, 1) };
  switch (outcome._tag) {
    case "Done":
      return accept(isCommand(action) ? answered(pausing(obeyed(landed, action, now), memory.inFlight[at], now), action) : written(landed, action, outcome, now), action, now);
    case "Sent":
      return isCommand(action) ? obeyed(landed, action, now) : { ...landed, forgottenAt: now };
    case "Unknown":
      return isCommand(action)
        ? unsettled(obeyed(landed, action, now), action)
        : { ...landed, forgottenAt: now, refused: delay(landed.refused, action, outcome.why, now) };
    case "Conflict":
      if (isCommand(action)) return { ...landed, refused: refuse(landed.refused, action, outcome.why, true, now) };
      // What is created and exists may be somebody else's, which no list of ours shows: it is not tried over and over.
      return {
        ...landed,
        forgottenAt: now,
        refused:
          action._tag === "Create"
            ? refuse(landed.refused, action, outcome.why, false, now)
            : delay(landed.refused, action, outcome.why, now),
      };
    case "Refused":
      return { ...landed, refused: refuse(landed.refused, action, outcome.why, outcome.transient, now) };
  }
};

/** A Follow without an answer may be carried out later than the next reading (regressions/0018). */
const unsettled = (memory: Memory, action: Extract<Action, { pod: unknown }>): Memory =>
  action._tag === "Follow"
    ? { ...memory, health: memory.health.map((one) => (one.target.uid === action.pod.uid ? { ...one, unsettled: true } : one)) }
    : memory;

const accept = (memory: Memory, action: Action, now: Instant): Memory => ({ ...memory, refused: applied(memory.refused, action, now) });

/** A command was obeyed, or may have been, or will be: the process is unknown until it speaks again. */
const obeyed = (memory: Memory, action: Extract<Action, { pod: unknown }>, now: Instant): Memory => {
  const { uid, runId } = action.pod;
  const next: Memory = {
    ...memory,
    health: memory.health.map((one) => (one.target.uid === uid ? commanded(one, now) : one)),
  };
  switch (action._tag) {
    case "Fence":
    case "Disconnect":
      return { ...next, fenced: next.fenced.includes(runId) ? next.fenced : [...next.fenced, runId].toSorted() };
    case "Expel":
    case "Configure":
      return { ...next, barrier: { epoch: action.epoch, key: barrierKey(action), at: now } };
    case "Admit":
      return readmitted(next, replicationUser(action.member));
    case "Unpause":
      return unpaused(next);
    case "Freeze":
    case "Follow":
    case "Promote":
    case "Mark":
    case "Pause":
    case "HandOver":
      return next;
  }
};

/** Writes are held back from the answer on, for as long as was asked for, counted from when it was sent. */
const pausing = (memory: Memory, sent: InFlight | undefined, now: Instant): Memory =>
  sent?.action._tag === "Pause"
    ? { ...memory, paused: { runId: sent.action.pod.runId, from: now, until: after(sent.since, sent.action.forMs) } }
    : memory;
const unpaused = ({ paused: _, ...memory }: Memory): Memory => memory;

/** Commands to one process share a connection: what was answered was carried out after every Follow before it. */
const answered = (memory: Memory, { pod }: Extract<Action, { pod: unknown }>): Memory => ({
  ...memory,
  health: memory.health.map((one) => (one.target.uid === pod.uid ? settled(one) : one)),
});
const settled = ({ unsettled: _settled, ...health }: Health): Health => health;

/** Whoever is let in again was not cut off: the barrier of his leaving says nothing any more (regressions/0003). */
const readmitted = (memory: Memory, user: string): Memory => {
  const { barrier, ...rest } = memory;
  return barrier?.key.split(" ").includes(user) === true ? rest : memory;
};

const sourceOf = (action: Exclude<Action, { pod: unknown }>): Source => {
  switch (action._tag) {
    case "Create":
    case "Apply":
    case "RouteWrites":
      return action.object.kind;
    case "Claim":
    case "Elect":
    case "Enlist":
    case "Publish":
    case "Report":
      return "ValkeyCluster";
  }
};

/** Our own write is known at once: whoever decides on a view older than it decides twice. */
const written = (
  memory: Memory,
  action: Exclude<Action, { pod: unknown }>,
  outcome: Extract<Outcome, { _tag: "Done" }>,
  now: Instant,
): Memory => {
  const { cluster } = memory;
  const { version } = outcome;
  if (cluster === undefined || version === undefined) return { ...memory, forgottenAt: now };
  const source = sourceOf(action);
  const next = { ...memory, written: { ...memory.written, [source]: version } };
  const own = { ...cluster, version, asOf: { ...cluster.asOf, ValkeyCluster: version } };
  switch (action._tag) {
    case "Claim":
    case "Elect":
    case "Enlist":
    case "Publish": {
      // A barrier is used up by the swap that it was made for.
      const { barrier: _, ...rest } = next;
      const recorded = { ...own, record: action.record };
      const turned = { ...rest, ...membersChanged(memory, cluster, action.record, now), cluster: recorded };
      return withTargets(withEpoch(turned, recorded, now), recorded, now);
    }
    case "Report":
      return { ...next, cluster: { ...own, status: action.status } };
    case "RouteWrites":
      return { ...next, cluster: withObject(cluster, action.object, action.uid, version) };
    case "Create":
    case "Apply":
      // What the server made of it is not known (defaults, generated values): it counts once it is read.
      return next;
  }
};

const withObject = (cluster: Cluster, object: Desired, uid: Observed["uid"], version: ResourceVersion): Cluster => ({
  ...cluster,
  objects: cluster.objects.map((one) =>
    one.kind === object.kind && one.name === object.name ? { ...one, uid, version, manifest: object.manifest } : one,
  ),
});

// --- Lease ----------------------------------------------------------------------------------------------------------

/** No evidence older than the term is used: another leader may have commanded everything meanwhile. */
const led = (memory: Memory, leadership: Leadership, now: Instant): Memory => {
  const isNewTerm = leadership._tag === "Leading" && (memory.leadership._tag === "Standby" || memory.leadership.term !== leadership.term);
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
