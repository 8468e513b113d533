// The spec check: `node --conditions=gungnir-source properties/src/cli.ts`. Searches every model to its end, tries every mutant,
// prints what is promised, how often it was judged, and what was seen to break it. Exit code 0 only if everything is as promised.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { askAndReport, propertyReports } from "./check.ts";
import type { ModelReport } from "./check.ts";
import { table } from "./explore/print.ts";
import { COUNTS } from "./models/counts.ts";
import { DEEP_QUESTIONS, QUESTIONS } from "./models/index.ts";
import type { Question } from "./models/question.ts";
import { tryToKill } from "./mutants/kill.ts";
import type { Kill } from "./mutants/kill.ts";
import { MUTANTS } from "./mutants/mutants.ts";
import { replay } from "./trace/replay.ts";

const HELP = `gungnir properties: the specification, checked on the core that runs

  --model NAME   only this model (no mutants)
  --deep         the larger models too (tens of minutes)
  --no-mutants   models only
  --write-counts accept the counts of this run as the expected ones
  --trace FILE   replay a trace of a real operator (its option --trace) and nothing else: every decision has to follow from what
                 was heard, and what was heard has to be possible in the world
  --json FILE    { properties: [{ id, technique, verdict, cases, models, witness, mutants }],
                   mutants: [{ id, what, killers, model, steps }],
                   models: [{ name, asks, states, transitions, seconds, witnesses, failures }] }
  --help
`;

const options = () => {
  try {
    return parseArgs({
      options: {
        model: { type: "string" },
        deep: { type: "boolean", default: false },
        "no-mutants": { type: "boolean", default: false },
        "write-counts": { type: "boolean", default: false },
        trace: { type: "string" },
        json: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (problem) {
    process.stderr.write(`${problem instanceof Error ? problem.message : String(problem)}\n\n${HELP}`);
    return process.exit(2);
  }
};

const chosen = (name: string | undefined, deep: boolean): readonly Question[] => {
  const all = [...QUESTIONS, ...DEEP_QUESTIONS];
  if (name === undefined) return deep ? all : QUESTIONS;
  const named = all.filter((asked) => asked.name === name);
  if (named.length > 0) return named;
  process.stderr.write(`--model "${name}" is none of: ${all.map((asked) => asked.name).join(", ")}\n`);
  return process.exit(2);
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const askAll = (questions: readonly Question[]): readonly ModelReport[] =>
  questions.map((asked) => {
    say(`${asked.name}: ${asked.asks}`);
    const report = askAndReport(asked, ({ states, depth, frontier }) => say(`  ${states} states, depth ${depth}, ${frontier} ahead`));
    for (const failure of report.failures) say(`  FAILED ${failure}`);
    return report;
  });

const killAll = async (): Promise<readonly Kill[]> => {
  const kills: Kill[] = [];
  for (const mutant of MUTANTS) {
    const tried = await tryToKill(mutant);
    say(`mutant ${mutant.id}: ${tried.killer === undefined ? "SURVIVED" : `killed by ${tried.killer.property}`}`);
    kills.push(tried);
  }
  return kills;
};

/** The file of counts with these in it, sorted by name. */
const writeCounts = (reports: readonly ModelReport[]): void => {
  const file = new URL("models/counts.ts", import.meta.url);
  const known = { ...COUNTS, ...Object.fromEntries(reports.map(({ name, states, transitions }) => [name, { states, transitions }])) };
  const lines = Object.entries(known)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, { states, transitions }]) =>
        `  ${/^[a-z]+$/.test(name) ? name : JSON.stringify(name)}: { states: ${states}, transitions: ${transitions} },\n`,
    );
  const [head] = readFileSync(file, "utf8").split(/(?<=\/\/ the counts\n)/);
  writeFileSync(file, `${head ?? ""}export const COUNTS: { readonly [model: string]: Counts } = {\n${lines.join("")}};\n`);
};

const { model, deep, json, help, trace, "no-mutants": modelsOnly, "write-counts": isAccepted } = options();
if (help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (trace !== undefined) process.exit(await replay(trace));
const asked = askAll(chosen(model, deep));
/** Counts that are being accepted are no failure. */
const models = asked.map((report) => ({
  ...report,
  failures: report.failures.filter((failure) => !(isAccepted && failure.startsWith("has "))),
}));
const kills = modelsOnly || model !== undefined ? [] : await killAll();
if (isAccepted) writeCounts(models);
const properties = propertyReports(models, kills);
const isKept = models.every((report) => report.failures.length === 0) && kills.every((tried) => tried.killer !== undefined);

const sections = [
  table([
    ["model", "states", "transitions", "seconds", "verdict", "question"],
    ...models.map((report) => [
      report.name,
      String(report.states),
      String(report.transitions),
      report.seconds.toFixed(1),
      report.failures.length === 0 ? "holds" : "FAILED",
      report.asks,
    ]),
  ]),
  table([
    ["property", "technique", "models", "states", "verdict", "witness", "mutants killed"],
    ...properties.map((one) => [
      one.id,
      one.technique,
      String(one.models),
      String(one.cases),
      one.verdict,
      one.witness,
      one.mutants.join(" "),
    ]),
  ]),
  ...(kills.length === 0
    ? []
    : [
        table([
          ["mutant", "killed by", "in model", "steps", "what it is"],
          ...kills.map((one) => [
            one.mutant,
            one.killer?.property ?? "SURVIVED",
            one.killer?.model ?? "",
            String(one.killer?.trace.steps.length ?? ""),
            one.what,
          ]),
        ]),
      ]),
  ...models.flatMap((report) =>
    report.failures.length === 0 ? [] : [[`${report.name}:`, ...report.failures, ...report.traces].join("\n")],
  ),
];
process.stdout.write(`${sections.join("\n\n")}\n\n${isKept ? "everything is as promised" : "NOT as promised"}\n`);
if (json !== undefined) {
  const mutants = kills.map((one) => ({
    id: one.mutant,
    what: one.what,
    killers: one.killer === undefined ? [] : [one.killer.property],
    model: one.killer?.model ?? null,
    steps: one.killer?.trace.steps.length ?? null,
  }));
  const written = models.map(({ name, asks, states, transitions, seconds, witnesses, failures }) => ({
    name,
    asks,
    states,
    transitions,
    seconds,
    witnesses,
    failures,
  }));
  writeFileSync(json, `${JSON.stringify({ properties, mutants, models: written }, null, 2)}\n`);
}
process.exitCode = isKept ? 0 : 1;
