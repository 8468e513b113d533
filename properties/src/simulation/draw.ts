// What a seed is: how large the cluster is, how many operators there are, what is asked of them, and which faults a swarm leaves in.
import { milliseconds } from "@gungnir/core";
import { generator } from "../explore/random.ts";
import { SPEC, scenario } from "../world/begin.ts";
import type { Scenario } from "../world/world.ts";
import { MOST_WRITES } from "./nature.ts";
import { type Kind, KINDS, MORE_KINDS } from "./strikes.ts";

export type Drawn = {
  readonly pods: number;
  /** Operators. */
  readonly count: number;
  /** The faults end before the run does, and everything has to heal. */
  readonly heals: boolean;
  readonly scenario: Scenario;
  readonly swarm: readonly Kind[];
};

/** Half of the seeds are wide: policies and faults of theirs come from another generator, so that the others tell what they told without. */
export const drawn = (seed: number, random: () => number): Drawn => {
  const another = generator(Math.imul(seed + 1, 0x85ebca6b));
  const pods = random() < 0.25 ? 2 : Math.floor(3 + random() * 5);
  const count = Math.floor(1 + random() * 3);
  const heals = random() < 0.5;
  const isWide = another() < 0.5;
  const spec = {
    ...SPEC,
    onMissingQuorum: isWide && another() < 0.3 ? ("PreferAvailability" as const) : SPEC.onMissingQuorum,
    persistence: { ...SPEC.persistence, enabled: !isWide || another() > 0.3 },
    replicas: pods,
    downAfter: milliseconds(5_000),
    failoverTimeout: milliseconds(60_000),
    recoveryWait: milliseconds(60_000),
    waitReplicas: pods > 4 && random() < 0.3 ? 2 : 1,
  };
  return {
    pods,
    count,
    heals,
    scenario: scenario({ name: `seed ${seed}`, spec, writes: MOST_WRITES, slow: ["links", "kubelet"] }),
    swarm: [...KINDS.filter(() => random() < 0.6), ...MORE_KINDS.filter(() => another() < 0.6 && isWide)],
  };
};
