/**
 * What is remembered between two events. All of it is evidence and may be lost at any moment: after a restart the same memory
 * grows back from what is read and heard, and only time is lost.
 */
import type { Cluster } from "./cluster.ts";
import { defined } from "./health.ts";
import type { Barrier, Health, InFlight, Leadership, Observation, Pause, Refusal } from "./observation.ts";
import { OWNED_KINDS, type Written, isUnconfirmed } from "./snapshot.ts";
import { healthOfTargets } from "./targets.ts";
import type { Epoch, Instant, RunId } from "./units.ts";

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

/** Deadlines count from when an epoch was first seen, and what was evidence in the one before is none any more. */
export const withEpoch = (memory: Memory, cluster: Cluster, now: Instant): Memory => {
  const current = cluster.record?.epoch;
  if (memory.epoch !== undefined && memory.epoch.epoch === current) return memory;
  const { barrier: _, paused: __, ...rest } = memory;
  return { ...rest, epoch: { epoch: current, since: now }, fenced: [] };
};

export const withTargets = (memory: Memory, cluster: Cluster, now: Instant): Memory => ({
  ...memory,
  health: healthOfTargets(memory.health, cluster, now),
});
