/**
 * Folding what became of an action. Our own write is known at once; a process that was commanded is unknown until it speaks
 * again; and what nobody knows the fate of is looked up.
 */
import { type Cluster, type Observed, type Source, replicationUser } from "./cluster.ts";
import { type Action, type Desired, barrierKey, isCommand, isSameAction } from "./decision.ts";
import type { Outcome } from "./event.ts";
import { commanded } from "./health.ts";
import { type Memory, withEpoch, withTargets } from "./memory.ts";
import type { Health, InFlight } from "./observation.ts";
import { applied, delay, refuse } from "./refusals.ts";
import { membersChanged } from "./turnover.ts";
import { type Instant, type ResourceVersion, after } from "./units.ts";

/** An outcome that matches nothing in flight (late, twice, misrouted) changes nothing. */
export const performed = (memory: Memory, action: Action, outcome: Outcome, now: Instant): Memory => {
  const at = memory.inFlight.findIndex((one) => isSameAction(one.action, action));
  if (at < 0) return memory;
  const landed = { ...memory, inFlight: memory.inFlight.toSpliced(at, 1) };
  switch (outcome._tag) {
    case "Done":
      return accept(
        isCommand(action)
          ? answered(pausing(obeyed(landed, action, now), memory.inFlight[at], now), action)
          : written(landed, action, outcome, now),
        action,
        now,
      );
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
    ? { ...memory, paused: { pod: sent.action.pod, from: now, until: after(sent.since, sent.action.forMs) } }
    : memory;
const unpaused = ({ paused: _paused, ...memory }: Memory): Memory => memory;

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
