// A model is one question about a bounded world: where it begins, what may go wrong, what is promised, what must be reachable,
// and exactly how many states there are. A changed number is the first sign that behaviour changed; the commit says why.
import type { Core } from "../world/operator.ts";
import { agedWorld, nothingYet, scenario, settledWorld } from "../world/begin.ts";
import { compactly, compactModel } from "../world/compact.ts";
import { worldModel } from "../world/model.ts";
import type { Scenario, Step, World } from "../world/world.ts";
import { exploreFair } from "../explore/fair.ts";
import type { FairExploration } from "../explore/fair.ts";
import type { Bounds } from "../explore/explore.ts";
import type { Task } from "../explore/shard.ts";
import type { Eventually, Model, Safety, Sometimes } from "../explore/model.ts";
import { COUNTS } from "./counts.ts";
import type { Counts } from "./counts.ts";
import { FAIRNESS } from "../specification/liveness.ts";

export type Question = {
  readonly name: string;
  /** One sentence, ending in a question mark. */
  readonly asks: string;
  readonly scenario: Scenario;
  readonly begins: "with nothing" | "settled" | "aged";
  readonly safety: readonly Safety<World, Step>[];
  readonly liveness: readonly Eventually<World>[];
  readonly witnesses: readonly Sometimes<World>[];
  /** Expected; undefined where the search is not for counting. */
  readonly counts: Counts | undefined;
};

export const question = (over: Omit<Question, "scenario" | "counts"> & { readonly scenario: Partial<Scenario> }): Question => ({
  ...over,
  counts: COUNTS[over.name],
  scenario: scenario({ ...over.scenario, name: over.name }),
});

/**
 * The same question where nothing is left out and nothing put together that could come at another time: reports and readings are steps of
 * their own, who stands by reads whenever it likes and keeps what it knows. It has more states, and has to have the same verdicts.
 */
export const unreducedOf = (asked: Question): Question => {
  const name = `${asked.name}, unreduced`;
  return { ...asked, name, counts: COUNTS[name], scenario: { ...asked.scenario, name, unreduced: true } };
};

/** The model in which a clock goes on: for traces. */
export const modelOf = (asked: Question, core: Core): Model<World, Step> =>
  worldModel({ core, scenario: asked.scenario }, begun(asked, core));

/** The same model, for searching. */
export const searched = (asked: Question, core: Core): Model<World, Step> =>
  compactModel({ core, scenario: asked.scenario }, begun(asked, core));

/** The same for one of several threads. */
export const taskOf = (asked: Question, core: Core): Task<World, Step> => ({
  ...compactly({ core, scenario: asked.scenario }, begun(asked, core)),
  properties: [...asked.safety, ...asked.witnesses],
  promises: asked.liveness,
  fairness: FAIRNESS,
});

const begun = (asked: Question, core: Core): World => {
  const setting = { core, scenario: asked.scenario };
  switch (asked.begins) {
    case "with nothing":
      return nothingYet(setting);
    case "settled":
      return settledWorld(setting);
    case "aged":
      return agedWorld(setting);
  }
};

export const ask = (asked: Question, core: Core, bounds: Bounds<World, Step> = {}): FairExploration<World, Step> =>
  exploreFair(searched(asked, core), asked.liveness, FAIRNESS, [...asked.safety, ...asked.witnesses], bounds);
