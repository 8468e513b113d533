// Counterexamples kept for ever. A regression leads a world to where core once went wrong, and then searches everything that can
// happen from there, to the end: safety and liveness both. What the environment does on the way is fixed and must be possible,
// else the regression fails; what the operator does is its own affair, for a corrected core does something else.
import { CORE } from "../check.ts";
import { exploreFair } from "../explore/fair.ts";
import type { FairExploration } from "../explore/fair.ts";
import type { Model } from "../explore/model.ts";
import { sameStep } from "../explore/replay.ts";
import { FAIRNESS, LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { scenario, settledWorld } from "../world/begin.ts";
import { compactModel } from "../world/compact.ts";
import { worldModel } from "../world/model.ts";
import type { Core } from "../world/operator.ts";
import type { Process } from "../world/process.ts";
import type { Scenario, Step, World } from "../world/world.ts";

/** A step of the environment, or: the operator and time go on, and nothing else does, until it looks like this. */
export type Move = Step | { readonly until: (world: World) => boolean };

export type Regression = {
  readonly title: string;
  readonly scenario: Partial<Scenario>;
  readonly moves: readonly Move[];
  /** Where what may follow is too much to be searched to its end: how many steps of it are. */
  readonly depth?: number;
};

const PATIENCE = 200; // steps of the operator

export type Led = {
  /** Where it leads. */
  readonly world: World;
  readonly setting: { readonly core: Core; readonly scenario: Scenario };
  readonly model: Model<World, Step>;
  /** The way there, and the worlds on it: one more than there are steps. */
  readonly steps: readonly Step[];
  readonly worlds: readonly World[];
};

export const lead = (regression: Regression, core: Core = CORE): Led => {
  const setting = { core, scenario: scenario({ ...regression.scenario, name: regression.title }) };
  let world = settledWorld(setting);
  const model = worldModel(setting, world);
  const steps: Step[] = [];
  const worlds = [world];
  const take = (step: Step): void => {
    world = model.next(world, step);
    steps.push(step);
    worlds.push(world);
  };
  for (const [at, move] of regression.moves.entries()) {
    if ("until" in move) {
      for (let patience = PATIENCE; !move.until(world); patience--) {
        const own = model.steps(world).find((step) => step._tag === "Read" || step._tag === "Act" || step._tag === "Tick");
        if (own === undefined || patience === 0) throw new Error(`${regression.title}: move ${at + 1} is never reached`);
        take(own);
      }
    } else {
      const step = model.steps(world).find((candidate) => sameStep(candidate, move));
      if (step === undefined) {
        throw new Error(
          `${regression.title}: move ${at + 1}, ${model.describe(move)}, is not enabled; enabled are ${model
            .steps(world)
            .map((other) => model.describe(other))
            .join("; ")}`,
        );
      }
      take(step);
    }
  }
  return { world, setting, model, steps, worlds };
};

/** Everything that can happen from where the regression leads. */
export const searchOn = (regression: Regression, core: Core = CORE): FairExploration<World, Step> => {
  const { world, setting } = lead(regression, core);
  return exploreFair(
    compactModel(setting, world),
    LIVENESS,
    FAIRNESS,
    SAFETY,
    regression.depth === undefined ? {} : { maxDepth: regression.depth },
  );
};

export const processOf = (world: World, runId: string): Process | undefined =>
  world.nodes.valkey.processes.find((process) => process.runId === runId);
export const follows = (world: World, runId: string, pod: string): boolean => {
  const role = processOf(world, runId)?.role;
  return (
    role?._tag === "Replica" &&
    role.of !== undefined &&
    world.nodes.valkey.processes.some((other) => other.address === role.of && other.pod === pod)
  );
};
export const isAbout = (world: World, tag: string): boolean => world.operator.memory.inFlight[0]?.action._tag === tag;
