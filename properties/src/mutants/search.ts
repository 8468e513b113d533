// A mutant against a model: the same search as ever, with the mutated core in the place of the operator, for the one property that
// is expected to be broken.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { explore } from "../explore/explore.ts";
import { exploreFair } from "../explore/fair.ts";
import { searched } from "../models/question.ts";
import type { Question } from "../models/question.ts";
import { FAIRNESS, LIVENESS_KEPT } from "../specification/liveness.ts";
import type { Core } from "../world/operator.ts";
import type { Expected, Trial } from "./mutant.ts";

/** No mutant here needs more to be found, and one that does should get a model of its own. */
const MOST_STATES = 60_000;
/** Steps of a counterexample that somebody still reads; a lasso's round is read as well. */
const READABLE = { violation: 40, lasso: 60 };

export const searchFor = ({ asked, property }: Extract<Expected, { _tag: "Model" }>, core: Core): Trial => {
  const { states, found, problem } = search(asked, property, core);
  const missing = (why: string): Trial => ({ states, missing: `${property} in "${asked.name}": ${why}` });
  if (found === undefined) return missing(problem ?? `nothing found in ${states} states`);
  if (found.steps > found.readable) return missing(`a counterexample of ${found.steps} steps, which nobody reads`);
  return { states, killer: { property, by: "model", where: asked.name, message: found.message, steps: found.steps } };
};

type Found = { readonly steps: number; readonly readable: number; readonly message: string };
type Search = { readonly states: number; readonly found?: Found; readonly problem?: string };

const search = (asked: Question, property: string, core: Core): Search => {
  try {
    const promises = [...LIVENESS_KEPT, ...asked.liveness.filter((one) => !LIVENESS_KEPT.includes(one))].filter(
      ({ id }) => id === property,
    );
    return promises.length > 0 ? forEver(asked, promises, core) : once(asked, property, core);
  } catch (problem) {
    // It never settles, so that a model that begins settled does not begin: one that begins with nothing shows why.
    return { states: 0, problem: `the model does not begin: ${problem instanceof Error ? problem.message : String(problem)}` };
  }
};

const once = (asked: Question, property: string, core: Core): Search => {
  const properties = asked.safety.filter((one) => one.id === property);
  if (properties.length === 0) return { states: 0, problem: "that property is not asked there" };
  const { states, violations } = explore(searched(asked, core), properties, { maxStates: MOST_STATES });
  const [violation] = violations;
  if (violation === undefined) return { states };
  return { states, found: { steps: violation.trace.steps.length, readable: READABLE.violation, message: violation.message } };
};

/** What has to come about, and in some fair round does not: only a whole graph tells. */
const forEver = (asked: Question, promises: typeof LIVENESS_KEPT, core: Core): Search => {
  const { states, complete, lassos } = exploreFair(searched(asked, core), promises, FAIRNESS, [], { maxStates: MOST_STATES });
  const [lasso] = lassos;
  if (lasso === undefined) return complete ? { states } : { states, problem: `not searched to its end in ${states} states` };
  const [stem, round] = [lasso.stem.steps.length, lasso.round.length];
  return {
    states,
    found: { steps: stem + round, readable: READABLE.lasso, message: `for ever a round of ${round} steps after ${stem}` },
  };
};

/** The core of a planted folder. */
export const coreIn = async (folder: string): Promise<Core> => {
  const module: unknown = await import(pathToFileURL(join(folder, "core/src/index.ts")).href);
  if (isCore(module)) return module;
  throw new Error(`${folder}/core/src/index.ts exports no step`);
};

/** The parse edge: what a patched source exports has the type that it had. */
const isCore = (module: unknown): module is Core =>
  typeof module === "object" && module !== null && "step" in module && typeof module.step === "function";
