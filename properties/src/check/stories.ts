// Runs to look at: a counterexample of a report, a regression, or the way to a witness, led through the world again step by step.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CORE, type Counterexample } from "../check.ts";
import { entryOf, idOf } from "../catalogue.ts";
import { explore } from "../explore/explore.ts";
import { traceTable } from "../explore/print.ts";
import { firstViolation, replay } from "../explore/replay.ts";
import { DEEP_QUESTIONS, LARGE_QUESTIONS, QUESTIONS } from "../models/index.ts";
import { type Question, modelOf, searched } from "../models/question.ts";
import { MUTANTS } from "../mutants/mutants.ts";
import { lead, type Regression, searchOn } from "../regressions/regression.ts";
import { ANTECEDENTS } from "../specification/antecedents.ts";
import { SAFETY } from "../specification/safety.ts";
import type { Core } from "../world/operator.ts";
import { Misasked } from "./options.ts";
import type { Story } from "./page.ts";

export type Told = { readonly story: Story; readonly table: string; readonly verdict: string; readonly isBroken: boolean };

const everyQuestion = (): readonly Question[] => [
  ...QUESTIONS,
  ...DEEP_QUESTIONS,
  ...LARGE_QUESTIONS,
  ...MUTANTS.flatMap((mutant) => mutant.expected.flatMap((one) => (one._tag === "Model" ? [one.asked] : []))),
];

/** Leads the model along the steps; what the core does otherwise now ends it with what is enabled instead. */
export const tell = (found: Counterexample, core: Core = CORE): Told => {
  const asked = everyQuestion().find((one) => one.name === found.model);
  if (asked === undefined) {
    throw new Misasked(`the counterexample is of the model ${JSON.stringify(found.model)}, which is none of: ${names(everyQuestion())}`);
  }
  const model = modelOf(asked, core);
  const ran = replay(model, found.steps);
  if (ran._tag === "NotEnabled") {
    const step = found.steps[ran.at];
    const verdict = `step ${ran.at + 1} of ${found.steps.length}, ${step === undefined ? "" : model.describe(step)}, does not happen any more; enabled are: ${ran.enabled.join("; ") || "none"}`;
    return told(asked, { ...found, steps: found.steps.slice(0, ran.at) }, core, verdict, false);
  }
  const broken = firstViolation(asked.safety, ran.states, found.steps);
  if (broken !== undefined)
    return told(
      asked,
      { ...found, property: broken.property, message: broken.message, round: 0 },
      core,
      `${broken.property} is violated: ${broken.message}`,
      true,
    );
  return found.round > 0
    ? told(asked, found, core, `${found.property} ${found.message}`, true)
    : told(asked, found, core, "nothing is violated on this way", false);
};

const told = (asked: Question, found: Counterexample, core: Core, verdict: string, isBroken: boolean): Told => {
  const model = modelOf(asked, core);
  const ran = replay(model, found.steps);
  const worlds = ran._tag === "Replayed" ? ran.states : [];
  const [first] = worlds;
  if (first === undefined) throw new Error(`${asked.name} has no beginning`);
  const violated = isBroken
    ? { property: found.property, says: entryOf(idOf(found.property))?.says ?? "", message: found.message }
    : undefined;
  return {
    story: {
      title: isBroken ? `${found.property} in “${asked.name}”` : `${found.property}: “${asked.name}”`,
      about: asked.asks,
      steps: found.steps,
      worlds,
      violated,
      round: isBroken ? found.round : 0,
    },
    table: traceTable(model, { initial: first, steps: found.steps }),
    verdict,
    isBroken,
  };
};

/** `FILE`, or `FILE:NAME` for one of several in it. */
export const replayed = async (given: string, core: Core = CORE): Promise<readonly Told[]> => {
  const [file = "", name] = existsSync(given) ? [given] : given.split(/:(?=[^:/\\]*$)/);
  if (!existsSync(file))
    throw new Misasked(
      `--replay ${given}: there is no such file; name a report of --json, or a regression as properties/src/regressions/kept.ts:0001`,
    );
  return /\.[mc]?[jt]s$/.test(file)
    ? regressionsIn(await import(pathToFileURL(resolve(file)).href), file, name, core)
    : counterexamplesIn(file).map((found) => tell(found, core));
};

const counterexamplesIn = (file: string): readonly Counterexample[] => {
  const json = parsedIn(file);
  const list = typeof json === "object" && json !== null && "counterexamples" in json ? json.counterexamples : [json];
  if (Array.isArray(list) && list.length === 0)
    throw new Misasked(`--replay ${file}: the report has no counterexample; everything in it was as promised`);
  if (Array.isArray(list) && list.every(isCounterexample)) return list;
  throw new Misasked(`--replay ${file}: wanted a report of --json, or { "model", "property", "message", "steps", "round" }`);
};
const parsedIn = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (problem) {
    throw new Misasked(`--replay ${file} is not JSON (${problem instanceof Error ? problem.message : String(problem)})`);
  }
};
/** The parse edge: steps are checked by being taken. */
const isCounterexample = (one: unknown): one is Counterexample =>
  typeof one === "object" &&
  one !== null &&
  "model" in one &&
  "steps" in one &&
  Array.isArray(one.steps) &&
  "property" in one &&
  "round" in one;

const regressionsIn = (module: unknown, file: string, name: string | undefined, core: Core): readonly Told[] => {
  const all = Object.values(typeof module === "object" && module !== null ? module : {}).flatMap((exported: unknown) => namedIn(exported));
  const chosen = all.filter(([key]) => name === undefined || key === name);
  if (chosen.length > 0) return chosen.map(([key, regression]) => regressed(key, regression, core));
  throw new Misasked(
    `--replay ${file}${name === undefined ? "" : `:${name}`}: no regression (title, scenario, moves) of that name; there are: ${all.map(([key]) => key).join(", ") || "none"}`,
  );
};
/** One by itself, or several by their names. */
const namedIn = (exported: unknown): readonly (readonly [string, Regression])[] => {
  if (isRegression(exported)) return [["", exported]];
  const inner: readonly (readonly [string, unknown])[] = typeof exported === "object" && exported !== null ? Object.entries(exported) : [];
  return inner.flatMap(([key, one]) => (isRegression(one) ? [[key, one] as const] : []));
};
const isRegression = (one: unknown): one is Regression =>
  typeof one === "object" && one !== null && "title" in one && "moves" in one && "scenario" in one;

const regressed = (key: string, regression: Regression, core: Core): Told => {
  const { model, steps, worlds } = lead(regression, core);
  const [initial] = worlds;
  if (initial === undefined) throw new Error(`${regression.title} has no beginning`);
  const found = searchOn(regression, core);
  const broken = [
    ...found.violations.map((one) => `${one.property}: ${one.message}`),
    ...found.lassos.map((one) => `${one.property} never comes`),
  ];
  const here = firstViolation(SAFETY, worlds, steps);
  const violated = here === undefined ? undefined : { property: here.property, says: "", message: here.message };
  return {
    story: { title: `${key} ${regression.title}`.trim(), about: "Where core once went wrong.", steps, worlds, violated, round: 0 },
    table: traceTable(model, { initial, steps }),
    verdict: broken.length === 0 ? `from here on ${found.states} states, and all as promised` : broken.join("; "),
    isBroken: broken.length > 0,
  };
};

/** How the situation comes about that a property speaks of: the shortest way, in the smallest model that asks for it. */
export const witnessed = (wanted: string, core: Core = CORE): Told => {
  const all = [...QUESTIONS, ...DEEP_QUESTIONS].toSorted((a, b) => (a.counts?.states ?? Infinity) - (b.counts?.states ?? Infinity));
  const antecedent = ANTECEDENTS[wanted] ?? wanted;
  const asked = all.find((one) => one.witnesses.some((witness) => witness.id === antecedent));
  const witness = asked?.witnesses.find((one) => one.id === antecedent);
  if (asked === undefined || witness === undefined) {
    const known = [...new Set([...Object.keys(ANTECEDENTS), ...all.flatMap((one) => one.witnesses.map((two) => two.id))])];
    throw new Misasked(`--witness ${JSON.stringify(wanted)}: allowed are ${known.map((one) => JSON.stringify(one)).join(", ")}`);
  }
  const trace = explore(searched(asked, core), [witness]).witnesses.get(witness.id);
  if (trace === undefined) throw new Misasked(`--witness ${wanted}: “${asked.name}” does not reach “${antecedent}”`);
  const found = { model: asked.name, property: wanted, message: "", steps: trace.steps, round: 0 };
  return told(asked, found, core, `reached: ${antecedent}`, false);
};

const names = (all: readonly Question[]): string => [...new Set(all.map((one) => JSON.stringify(one.name)))].join(", ");
