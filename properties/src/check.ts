// The spec check as data: every model asked, every promise with its verdict, every mutant with its killer. `cli.ts` prints it.
import { step } from "@gungnir/core";
import type { FairExploration } from "./explore/fair.ts";
import type { Progress } from "./explore/explore.ts";
import { traceSource, traceTable } from "./explore/print.ts";
import type { Question } from "./models/question.ts";
import { ask, modelOf } from "./models/question.ts";
import type { Kill } from "./mutants/kill.ts";
import { ANTECEDENTS } from "./specification/antecedents.ts";
import type { Core } from "./world/operator.ts";
import type { Step, World } from "./world/world.ts";

export const CORE: Core = { step };

export type ModelReport = {
  readonly name: string;
  readonly asks: string;
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly properties: readonly string[];
  readonly witnesses: readonly { readonly id: string; readonly steps: number }[];
  /** Sentences; empty when everything is as promised. */
  readonly failures: readonly string[];
  /** Counterexamples, as tables and as source. */
  readonly traces: readonly string[];
};

export const askAndReport = (asked: Question, progress: (progress: Progress) => void): ModelReport => {
  const found = ask(asked, CORE, { progress });
  return {
    name: asked.name,
    asks: asked.asks,
    states: found.states,
    transitions: found.transitions,
    seconds: found.seconds,
    properties: [...asked.safety, ...asked.liveness].map((property) => property.id),
    witnesses: [...found.witnesses].map(([id, trace]) => ({ id, steps: trace.steps.length })),
    failures: failuresOf(asked, found),
    traces: tracesOf(asked, found),
  };
};

export const failuresOf = (asked: Question, found: FairExploration<World, Step>): readonly string[] => [
  ...found.violations.map((violation) => `${violation.property}: ${violation.message} (${violation.trace.steps.length} steps)`),
  ...found.lassos.map(
    (lasso) => `${lasso.property}: broken for ever in a round of ${lasso.round.length} steps after ${lasso.stem.steps.length}`,
  ),
  ...(found.complete || found.violations.length > 0 ? [] : ["was not searched to its end"]),
  ...asked.witnesses.filter((witness) => !found.witnesses.has(witness.id)).map((witness) => `no witness: ${witness.id}`),
  ...(found.complete && (found.states !== asked.counts?.states || found.transitions !== asked.counts.transitions)
    ? [
        `has ${found.states} states and ${found.transitions} transitions, expected ${asked.counts?.states ?? "no count"} and ${asked.counts?.transitions ?? "none"}: behaviour changed; where that was meant, run cli.ts --write-counts and say why in the commit`,
      ]
    : []),
];

const tracesOf = (asked: Question, found: FairExploration<World, Step>): readonly string[] => {
  const model = modelOf(asked, CORE);
  const traces = [
    ...found.violations.map((violation) => violation.trace),
    ...found.lassos.map((lasso) => ({ initial: lasso.stem.initial, steps: [...lasso.stem.steps, ...lasso.round] })),
  ];
  return traces.map((trace) => `${traceTable(model, trace)}\n\n${traceSource(model, "steps", trace)}`);
};

export type PropertyReport = {
  readonly id: string;
  readonly technique: "X" | "X(SCC)";
  readonly verdict: "holds" | "violated";
  /** States in which, or into which, it was judged. */
  readonly cases: number;
  readonly models: number;
  readonly witness: string;
  readonly mutants: readonly string[];
};

/** One row a promise, over all models that were asked. */
export const propertyReports = (models: readonly ModelReport[], kills: readonly Kill[]): readonly PropertyReport[] => {
  const ids = [...new Set(models.flatMap((model) => model.properties))];
  return ids.map((id) => {
    const judged = models.filter((model) => model.properties.includes(id));
    const antecedent = ANTECEDENTS[id] ?? "";
    const shortest = judged
      .flatMap((model) => model.witnesses)
      .filter((witness) => witness.id === antecedent)
      .toSorted((a, b) => a.steps - b.steps)[0];
    return {
      id,
      technique: ["LV-1", "LV-2", "RC-7"].includes(id) ? "X(SCC)" : "X",
      verdict: judged.some((model) => model.failures.some((failure) => failure.startsWith(`${id}:`))) ? "violated" : "holds",
      cases: judged.reduce((sum, model) => sum + model.states, 0),
      models: judged.length,
      witness: shortest === undefined ? "none" : `${shortest.id} (${shortest.steps} steps)`,
      mutants: kills.filter((kill) => kill.killer?.property === id).map((kill) => kill.mutant),
    };
  });
};
