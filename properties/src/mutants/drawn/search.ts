// The models against one planted core, in a process of its own, since a mutant may never end. Takes the folder and "narrow" or "whole", and
// writes a line of JSON for each model: what was broken there, by how long a counterexample, and whether the counts are still the same.
import { explore } from "../../explore/explore.ts";
import { exploreFair } from "../../explore/fair.ts";
import { COUNTS } from "../../models/counts.ts";
import { QUESTIONS } from "../../models/index.ts";
import { NARROW_SWITCHOVERS } from "../../models/narrow-switchover.ts";
import { NARROW } from "../../models/narrow.ts";
import { type Question, searched } from "../../models/question.ts";
import { simulate } from "../../simulation/simulate.ts";
import { FAIRNESS } from "../../specification/liveness.ts";
import type { Core } from "../../world/operator.ts";
import { coreIn } from "../search.ts";
import { watched } from "./crash.ts";
import type { Search } from "./found.ts";

/** Of a narrow model; core itself breaks nothing in so many (mutants.test.ts). */
const NARROW_STATES = 8_000;
/** A mutant may make a model larger, and not without an end. */
const LARGER = 3;
/** Seeds of the simulation, and the virtual minutes of each. */
const SIMULATED = { seeds: 6, minutes: 30 };

const narrowly = (asked: Question, mutant: Core): Search =>
  attempt(asked.name, mutant, (core, total) => {
    const { states, violations } = explore(searched(asked, core), [total, ...asked.safety], { maxStates: NARROW_STATES });
    return { states, found: violations.map(({ property, message, trace }) => ({ property, message, steps: trace.steps.length })) };
  });

const wholly = (asked: Question, mutant: Core): Search =>
  attempt(asked.name, mutant, (core, total) => {
    const counts = COUNTS[asked.name];
    const properties = [total, ...asked.safety, ...asked.witnesses];
    const maxStates = LARGER * (counts?.states ?? NARROW_STATES);
    const all = exploreFair(searched(asked, core), asked.liveness, FAIRNESS, properties, { maxStates });
    const { states, transitions, complete, violations, lassos, witnesses } = all;
    const unseen = complete ? asked.witnesses.filter(({ id }) => !witnesses.has(id)).map(({ id }) => id) : [];
    return {
      states,
      found: [
        ...violations.map(({ property, message, trace }) => ({ property, message, steps: trace.steps.length })),
        ...lassos.map(({ property, stem, round }) => ({
          property,
          message: `for ever a round of ${round.length} steps`,
          steps: stem.steps.length + round.length,
          isLasso: true,
        })),
      ],
      ...(unseen.length > 0 ? { unseen } : {}),
      ...(counts !== undefined && complete ? { isSame: states === counts.states && transitions === counts.transitions } : {}),
    };
  });

/** What falls over, or never settles, before there is a world to search has no way to it that a search could tell. */
const attempt = (
  name: string,
  mutant: Core,
  search: (core: Core, total: ReturnType<typeof watched>["total"]) => Omit<Search, "where">,
): Search => {
  const { core, total, thrown } = watched(mutant);
  try {
    const result = search(core, total);
    return { where: `model "${name}"`, ...result };
  } catch (problem) {
    const message = thrown() ?? (problem instanceof Error ? problem.message : String(problem));
    return { where: `model "${name}"`, states: 0, found: [], problem: message };
  }
};

const simulated = (seed: number, mutant: Core): Search => {
  const where = `simulation, seed ${seed}`;
  try {
    const { violation } = simulate({ seed, minutes: SIMULATED.minutes, core: mutant });
    return { where, states: 0, found: violation === undefined ? [] : [{ ...violation, steps: undefined }] };
  } catch (problem) {
    return { where, states: 0, found: [], problem: problem instanceof Error ? problem.message : String(problem) };
  }
};

const bySize = (one: Question, other: Question): number => (COUNTS[one.name]?.states ?? 0) - (COUNTS[other.name]?.states ?? 0);

const tell = (search: Search): boolean => {
  process.stdout.write(`${JSON.stringify(search)}\n`);
  return search.found.length > 0;
};

const [folder = "", part = ""] = process.argv.slice(2);
const core = await coreIn(folder);
const isFound =
  part === "narrow"
    ? [...NARROW, ...NARROW_SWITCHOVERS].some((asked) => tell(narrowly(asked, core)))
    : QUESTIONS.toSorted(bySize).some((asked) => tell(wholly(asked, core))) ||
      Array.from({ length: SIMULATED.seeds }, (_, seed) => seed + 1).some((seed) => tell(simulated(seed, core)));
process.exitCode = isFound ? 0 : 1;
