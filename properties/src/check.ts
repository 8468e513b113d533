// The spec check as data: every model asked, every property of the catalogue with its verdict, every mutant with its killers.
import { step } from "@gungnir/core";
import { CATALOGUE, type Entry, PROMISES, idOf, isNamedIn, techniquesOf } from "./catalogue.ts";
import { type TestReport, testedBy } from "./check/tests.ts";
import type { Progress } from "./explore/explore.ts";
import type { FairExploration } from "./explore/fair.ts";
import { conclude } from "./explore/together.ts";
import type { Question } from "./models/question.ts";
import { ask, taskOf } from "./models/question.ts";
import type { Kill, Killer } from "./mutants/mutant.ts";
import { ANTECEDENTS } from "./specification/antecedents.ts";
import { type Threads, searchInThreads } from "./threads/threads.ts";
import type { Core } from "./world/operator.ts";
import type { Step, World } from "./world/world.ts";

export const CORE: Core = { step };

export type Counterexample = {
  readonly model: string;
  readonly property: string;
  readonly message: string;
  readonly steps: readonly Step[];
  /** How many of the last steps go round for ever; 0 where something happened that must not. */
  readonly round: number;
};

export type ModelReport = {
  readonly name: string;
  readonly asks: string;
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  /** Every reachable state was looked at. */
  readonly complete: boolean;
  readonly properties: readonly string[];
  readonly witnesses: readonly { readonly id: string; readonly steps: number }[];
  /** Sentences; empty when everything is as promised. */
  readonly failures: readonly string[];
  readonly counterexamples: readonly Counterexample[];
};

export type Asking = { readonly core?: Core; readonly progress?: (progress: Progress) => void };

export const askAndReport = (asked: Question, { core = CORE, progress = () => undefined }: Asking = {}): ModelReport =>
  reportOf(asked, ask(asked, core, { progress }), core);

/** By several threads: the same answer, sooner where the model is large. What `maxStates` leaves out is no failure. */
export const askInThreads = async (asked: Question, threads: Threads): Promise<ModelReport> => {
  const module = new URL(import.meta.url.endsWith(".ts") ? "models/task.ts" : "models/task.js", import.meta.url);
  const report = reportOf(asked, conclude(taskOf(asked, CORE), await searchInThreads(module.href, asked.name, threads)), CORE);
  return threads.maxStates === undefined ? report : { ...report, failures: report.failures.filter((failure) => !isUnfinished(failure)) };
};

const reportOf = (asked: Question, found: FairExploration<World, Step>, core: Core): ModelReport => ({
  name: asked.name,
  asks: asked.asks,
  states: found.states,
  transitions: found.transitions,
  seconds: found.seconds,
  complete: found.complete,
  properties: [...asked.safety, ...asked.liveness].map((property) => property.id),
  witnesses: [...found.witnesses].map(([id, trace]) => ({ id, steps: trace.steps.length })),
  // Another core behaves otherwise, and may: how many states that makes is not asked.
  failures: failuresOf(core === CORE ? asked : { ...asked, counts: { states: found.states, transitions: found.transitions } }, found),
  counterexamples: counterexamplesOf(asked, found),
});

export const failuresOf = (asked: Question, found: FairExploration<World, Step>): readonly string[] => [
  ...found.violations.map((violation) => `${violation.property}: ${violation.message} (${violation.trace.steps.length} steps)`),
  ...found.lassos.map(
    (lasso) => `${lasso.property}: broken for ever in a round of ${lasso.round.length} steps after ${lasso.stem.steps.length}`,
  ),
  ...(found.complete || found.violations.length > 0 ? [] : [UNFINISHED]),
  // A search that a violation ended has not looked everywhere.
  ...asked.witnesses
    .filter((witness) => found.violations.length === 0 && !found.witnesses.has(witness.id))
    .map((witness) => `no witness: ${witness.id}`),
  // Without reductions the verdict is asked for; a count is kept of few.
  ...(found.complete &&
  (asked.counts !== undefined || asked.scenario.unreduced !== true) &&
  (found.states !== asked.counts?.states || found.transitions !== asked.counts.transitions)
    ? [
        `has ${found.states} states and ${found.transitions} transitions, expected ${asked.counts?.states ?? "no count"} and ${asked.counts?.transitions ?? "none"}: behaviour changed; where that was meant, run with --write-counts and say why in the commit`,
      ]
    : []),
];

/** In a word. */
export const verdictOf = ({ failures, complete }: Pick<ModelReport, "failures" | "complete">): string =>
  failures.length > 0 ? "FAILED" : complete ? "holds" : "holds so far";

const UNFINISHED = "was not searched to its end";
const isUnfinished = (failure: string): boolean => failure === UNFINISHED || failure.startsWith("no witness: ");

const counterexamplesOf = (asked: Question, found: FairExploration<World, Step>): readonly Counterexample[] => [
  ...found.violations.map(({ property, message, trace }) => ({ model: asked.name, property, message, steps: trace.steps, round: 0 })),
  ...found.lassos.map(({ property, stem, round }) => ({
    model: asked.name,
    property,
    message: `never comes: the last ${round.length} steps go round`,
    steps: [...stem.steps, ...round],
    round: round.length,
  })),
];

export type Verdict = "holds" | "VIOLATED" | "not asked";

export type PropertyReport = {
  readonly id: string;
  readonly says: string;
  readonly technique: string;
  readonly verdict: Verdict;
  /** States in which, or into which, it was judged, and generated cases. */
  readonly cases: number;
  readonly seconds: number;
  readonly witness: string;
  readonly mutants: readonly string[];
  /** Checks that this run left out. */
  readonly unasked: number;
};

export type Findings = { readonly models: readonly ModelReport[]; readonly tests: TestReport; readonly kills: readonly Kill[] };

/** Properties of the models that stand for a promise and not for an id: S3m, S5. */
const promised = (models: readonly ModelReport[]): readonly Entry[] => {
  const ids = [...new Set(models.flatMap((one) => one.properties))].filter((id) => !CATALOGUE.some((entry) => entry.id === idOf(id)));
  return [...new Set(ids.map(idOf))].map((id) => ({
    id,
    says: PROMISES.find((one) => one.id === id)?.says ?? "",
    checks: ids.filter((one) => idOf(one) === id).map((property) => ({ by: "model" as const, property })),
  }));
};

export const propertyReports = (findings: Findings, wanted: (id: string) => boolean = () => true): readonly PropertyReport[] =>
  [...CATALOGUE, ...promised(findings.models)].filter((one) => wanted(one.id)).map((one) => propertyReport(one, findings));

const propertyReport = (one: Entry, { models, tests, kills }: Findings): PropertyReport => {
  const judged = one.checks.map((check) => {
    if (check.by === "test") {
      const ran = testedBy(check, tests);
      return {
        asked: ran.length > 0,
        broken: ran.some((test) => !test.passed),
        cases: ran.reduce((sum, test) => sum + test.cases, 0),
        seconds: ran.reduce((sum, test) => sum + test.seconds, 0),
      };
    }
    const asked = models.filter((model) => model.properties.includes(check.property));
    return {
      asked: asked.length > 0,
      broken: asked.some((model) => model.counterexamples.some((found) => found.property === check.property)),
      cases: asked.reduce((sum, model) => sum + model.states, 0),
      seconds: asked.reduce((sum, model) => sum + model.seconds, 0),
    };
  });
  const asked = judged.filter((check) => check.asked);
  return {
    id: one.id,
    says: one.says,
    technique: techniquesOf(one),
    verdict: judged.some((check) => check.broken) ? "VIOLATED" : asked.length > 0 ? "holds" : "not asked",
    cases: asked.reduce((sum, check) => sum + check.cases, 0),
    seconds: asked.reduce((sum, check) => sum + check.seconds, 0),
    witness: witnessOf(one, models),
    mutants: kills.filter((kill) => kill.killers.some((killer) => isOf(one, killer))).map((kill) => kill.mutant),
    unasked: judged.length - asked.length,
  };
};

/** It was meant for this id, or one of the checks that carry the id has found it. */
const isOf = (one: Entry, { property, where }: Killer): boolean =>
  idOf(property) === one.id ||
  one.checks.some((check) =>
    check.by === "model" ? check.property === property : where.startsWith(`${check.file} › `) && isNamedIn(where, check.name),
  );

/** The shortest way to the situation that it speaks of; a law is about nothing else than its cases. */
const witnessOf = (one: Entry, models: readonly ModelReport[]): string => {
  const properties = one.checks.flatMap((check) => (check.by === "model" ? [check.property] : []));
  if (properties.length === 0) return "";
  const antecedents = properties.map((property) => ANTECEDENTS[property] ?? "");
  const [shortest] = models
    .filter((model) => properties.some((property) => model.properties.includes(property)))
    .flatMap((model) => model.witnesses)
    .filter((witness) => antecedents.includes(witness.id))
    .toSorted((a, b) => a.steps - b.steps);
  return shortest === undefined ? "none" : `${shortest.id} (${shortest.steps} steps)`;
};
