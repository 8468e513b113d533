// Runs a mutant against the models until one of them finds what is wrong with it.
import { explore } from "../explore/explore.ts";
import type { Trace } from "../explore/explore.ts";
import { QUESTIONS } from "../models/index.ts";
import { MUTANT_QUESTIONS } from "../models/narrow.ts";
import { searched } from "../models/question.ts";
import type { Question } from "../models/question.ts";
import type { Core } from "../world/operator.ts";
import type { Step, World } from "../world/world.ts";
import { withMutant } from "./patch.ts";
import type { Mutant } from "./patch.ts";

export type Kill = {
  readonly mutant: string;
  readonly what: string;
  /** What found it, and where; undefined when it survived. */
  readonly killer:
    { readonly property: string; readonly model: string; readonly message: string; readonly trace: Trace<World, Step> } | undefined;
  readonly states: number;
};

/** No mutant here needs more to be found, and one that does should get a model of its own. */
const MOST_STATES = 60_000;

export const kill = (mutant: Mutant): Promise<Kill> => withMutant(mutant, (core) => killWith(mutant, core));

/** The same, where a patch that no longer fits is a failure to be told among the others. */
export const tryToKill = async (mutant: Mutant): Promise<Kill> => {
  try {
    return await kill(mutant);
  } catch (problem) {
    return { mutant: mutant.id, what: problem instanceof Error ? problem.message : String(problem), killer: undefined, states: 0 };
  }
};

const killWith = (mutant: Mutant, core: Core): Kill => {
  const first = MUTANT_QUESTIONS[mutant.id];
  const order = [...(first === undefined ? [] : [first]), ...QUESTIONS];
  let states = 0;
  for (const asked of order) {
    const found = searchFor(asked, core);
    states += found.states;
    const [violation] = found.violations;
    if (violation === undefined) continue;
    const { property, message, trace } = violation;
    return { mutant: mutant.id, what: mutant.what, killer: { property, model: asked.name, message, trace }, states };
  }
  return { mutant: mutant.id, what: mutant.what, killer: undefined, states };
};

/** A mutant that never settles cannot begin as a settled cluster; the models that begin with nothing show why. */
const searchFor = (asked: Question, core: Core) => {
  try {
    return explore(searched(asked, core), asked.safety, { maxStates: MOST_STATES });
  } catch {
    return { states: 0, violations: [] };
  }
};
