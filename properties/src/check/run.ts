// The check itself: models searched while the laws run beside them, simulated runs, then the known failures. With `--deep` the tests come first and
// alone: among them are real processes, whose time-outs are those of a machine that is not busy with something else.
import { availableParallelism } from "node:os";
import { CORE, type Counterexample, type Findings, type ModelReport, askAndReport, askInThreads, verdictOf } from "../check.ts";
import { CATALOGUE, idOf } from "../catalogue.ts";
import type { Progress } from "../explore/explore.ts";
import { COUNTS } from "../models/counts.ts";
import { DEEP_QUESTIONS, LARGE_QUESTIONS, QUESTIONS } from "../models/index.ts";
import { type Question, unreducedOf } from "../models/question.ts";
import { killAll } from "../mutants/kill.ts";
import type { Mutant } from "../mutants/mutant.ts";
import { MUTANTS } from "../mutants/mutants.ts";
import { simulate } from "../simulation/simulate.ts";
import type { Core } from "../world/operator.ts";
import { Misasked, type Options, idsOf } from "./options.ts";
import { patiently } from "./patience.ts";
import { filesOf, runTests } from "./tests.ts";

export type Simulated = {
  readonly seed: number;
  readonly runs: number;
  readonly failovers: number;
  readonly seconds: number;
  readonly problems: readonly string[];
};
export type Checked = Findings & { readonly simulated: Simulated; readonly counterexamples: readonly Counterexample[] };

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Models no larger than this are asked when there is little time, the smallest first. */
const QUICK_STATES = 6_500;
/** Simulated runs, and the virtual minutes of each. */
const SIMULATED = { quick: { runs: 1, minutes: 10 }, daily: { runs: 4, minutes: 30 }, deep: { runs: 120, minutes: 30 } } as const;

export const isWanted = ({ property }: Pick<Options, "property">): ((id: string) => boolean) => {
  if (property === undefined) return () => true;
  const ids = [...idsOf(property), property];
  return (id) => ids.includes(id) || ids.includes(idOf(id));
};

const bySize = (one: Question, other: Question): number => (COUNTS[one.name]?.states ?? 0) - (COUNTS[other.name]?.states ?? 0);

type Choice = Pick<Options, "depth" | "model" | "property"> & { readonly isLarge?: boolean; readonly isUnreduced?: boolean };
export const chosen = (options: Choice): readonly Question[] =>
  options.isUnreduced === true ? reduced(options).map(unreducedOf) : reduced(options);

const reduced = (options: Choice): readonly Question[] => {
  const { depth, model, isLarge = false } = options;
  const all = [...QUESTIONS, ...DEEP_QUESTIONS, ...LARGE_QUESTIONS];
  if (model !== undefined) {
    const named = all.filter((asked) => asked.name === model);
    if (named.length > 0) return named;
    throw new Misasked(`--model ${JSON.stringify(model)} is none of: ${all.map((asked) => JSON.stringify(asked.name)).join(", ")}`);
  }
  const wanted = isWanted(options);
  const affordable =
    depth === "deep"
      ? [...QUESTIONS, ...DEEP_QUESTIONS]
      : depth === "daily"
        ? QUESTIONS
        : QUESTIONS.filter((asked) => (COUNTS[asked.name]?.states ?? Infinity) <= QUICK_STATES).toSorted(bySize);
  return [...affordable, ...(isLarge ? LARGE_QUESTIONS : [])]
    .map((asked) => ({
      ...asked,
      safety: asked.safety.filter(({ id }) => wanted(id)),
      liveness: asked.liveness.filter(({ id }) => wanted(id)),
    }))
    .filter((asked) => asked.safety.length + asked.liveness.length > 0);
};

/** From so many states on threads are worth their beginning. */
const LARGE_STATES = 60_000;

const askAll = async (
  questions: readonly Question[],
  core: Core,
  { property, maxStates }: Pick<Options, "property" | "maxStates">,
): Promise<readonly ModelReport[]> => {
  const reports: ModelReport[] = [];
  for (const [index, asked] of questions.entries()) {
    say(`model ${index + 1} of ${questions.length}, ${asked.name}: ${asked.asks}`);
    let told = 0;
    const progress = ({ states, depth, frontier }: Progress): void => {
      if (states < told + 50_000) return;
      told = states;
      say(`  ${states} states, depth ${depth}, ${frontier} ahead`);
    };
    // A thread asks a model by its name, for all that it judges, of our core.
    const isLarge = LARGE_QUESTIONS.some((one) => one.name === asked.name);
    const isWorth = isLarge || (COUNTS[asked.name]?.states ?? 0) >= LARGE_STATES;
    const isShared = property === undefined && core === CORE && availableParallelism() > 1 && isWorth;
    const report = isShared
      ? await askInThreads(asked, {
          threads: availableParallelism(),
          progress,
          ...(isLarge && maxStates !== undefined ? { maxStates } : {}),
        })
      : askAndReport(asked, { core, progress });
    say(`  ${verdictOf(report)}, ${report.states} states in ${report.seconds.toFixed(1)} s`);
    for (const failure of report.failures) say(`  FAILED ${failure}`);
    reports.push(report);
  }
  return reports;
};

const simulateAll = (from: number, { runs, minutes }: { readonly runs: number; readonly minutes: number }, core: Core): Simulated => {
  const began = performance.now();
  const problems: string[] = [];
  let failovers = 0;
  for (let seed = from; seed < from + runs; seed++) {
    const run = simulate({ seed, minutes, core });
    failovers += run.failovers;
    if (run.violation !== undefined) problems.push(`seed ${seed}: ${run.violation.property}: ${run.violation.message}`);
  }
  const seconds = (performance.now() - began) / 1000;
  say(
    `simulation: ${runs} ${runs === 1 ? "run" : "runs"} of ${minutes} virtual minutes from seed ${from} on, ${failovers} failovers, ${problems.length} violations, ${seconds.toFixed(1)} s`,
  );
  return { seed: from, runs, failovers, seconds, problems };
};

/** What a model finds takes a moment; what a test finds needs the tests. */
const isAffordable = ({ expected: [first] }: Mutant, { depth, tests, property }: Options): boolean =>
  first._tag === "Model" || (tests && (depth !== "quick" || property !== undefined));

export const check = async (options: Options, core: Core = CORE): Promise<Checked> => {
  const wanted = isWanted(options);
  const entries = CATALOGUE.filter((one) => wanted(one.id));
  const files = options.tests ? filesOf(entries, options) : [];
  const isDeep = options.depth === "deep";
  if (files.length > 0)
    say(
      `${isDeep ? "first" : "beside the models"} run the tests of ${files.length} ${files.length === 1 ? "file" : "files"}, with seed ${options.seed}`,
    );
  const testing = runTests(files, options);
  if (isDeep) await patiently("laws, stories and real processes", testing, say);
  const questions = chosen(options);
  const models = await askAll(questions, core, options);
  const isWhole = options.property === undefined && options.model === undefined;
  const simulated = isWhole
    ? simulateAll(options.seed, SIMULATED[options.depth], core)
    : { seed: options.seed, runs: 0, failovers: 0, seconds: 0, problems: [] };
  const tests = await patiently("laws and stories", testing, say);
  if (tests.problem !== undefined) say(tests.problem);
  if (files.length > 0) {
    const all = [...tests.files.values()].flat();
    say(`laws and stories: ${all.filter((one) => one.passed).length} hold, ${all.filter((one) => !one.passed).length} do not`);
  }
  const mutants = options.mutants
    ? MUTANTS.filter((one) => isAffordable(one, options) && one.expected.some(({ property }) => wanted(property)))
    : [];
  const kills = mutants.length === 0 ? [] : await patiently("known failures", killAll(mutants, { deep: isDeep, say }), say);
  return { models, tests, kills, simulated, counterexamples: models.flatMap((one) => one.counterexamples) };
};
