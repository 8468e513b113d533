// A mutant against a model: the same search as ever, with the mutated core in the place of the operator.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { explore } from "../explore/explore.ts";
import { searched } from "../models/question.ts";
import type { Question } from "../models/question.ts";
import type { Core } from "../world/operator.ts";
import type { Expected, Trial } from "./mutant.ts";

/** No mutant here needs more to be found, and one that does should get a model of its own. */
const MOST_STATES = 60_000;
/** Steps of a counterexample that somebody still reads. */
export const READABLE = 40;

export const searchFor = (expected: Extract<Expected, { _tag: "Model" }>, core: Core): Trial => {
  const { asked, property } = expected;
  const { states, violations, problem } = search(asked, core);
  const found = violations.find((violation) => violation.property === property);
  if (found === undefined) {
    const others = violations.map((violation) => violation.property).join(", ");
    return {
      states,
      missing: `${property} in "${asked.name}": ${problem ?? (others === "" ? `nothing found in ${states} states` : `found ${others} instead`)}`,
    };
  }
  const steps = found.trace.steps.length;
  return steps > READABLE
    ? { states, missing: `${property} in "${asked.name}": a counterexample of ${steps} steps, which nobody reads` }
    : { states, killer: { property, by: "model", where: asked.name, message: found.message, steps } };
};

const search = (asked: Question, core: Core) => {
  try {
    return { ...explore(searched(asked, core), asked.safety, { maxStates: MOST_STATES }), problem: undefined };
  } catch (problem) {
    // It never settles, so that a model that begins settled does not begin: one that begins with nothing shows why.
    return {
      states: 0,
      violations: [],
      problem: `the model does not begin: ${problem instanceof Error ? problem.message : String(problem)}`,
    };
  }
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
