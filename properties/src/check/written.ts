// What a check leaves in files: the counts of the models, the report as JSON, the tables of the README.
import { readFileSync, writeFileSync } from "node:fs";
import { type ModelReport, type PropertyReport, verdictOf } from "../check.ts";
import { COUNTS } from "../models/counts.ts";
import { isKilled } from "../mutants/mutant.ts";
import type { Checked } from "./run.ts";

/** The file of counts with these in it, sorted by name. */
export const writeCounts = (reports: readonly ModelReport[]): void => {
  const file = new URL("../models/counts.ts", import.meta.url);
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

export const writeJson = (file: string, seed: number, checked: Checked, properties: readonly PropertyReport[]): void => {
  const report = {
    seed,
    properties: properties.map(({ technique, ...one }) => ({ ...one, technique })),
    mutants: checked.kills.map((kill) => ({
      id: kill.mutant,
      what: kill.what,
      killed: isKilled(kill),
      killers: kill.killers.map((killer) => killer.property),
      found: kill.killers.map(({ property, where, message, steps }) => ({ property, where, message, steps: steps ?? null })),
      missing: kill.missing,
    })),
    models: checked.models.map(({ name, asks, states, transitions, seconds, complete, witnesses, failures }) => ({
      name,
      asks,
      states,
      transitions,
      seconds,
      verdict: verdictOf({ failures, complete }),
      witnesses,
      failures,
    })),
    simulated: checked.simulated,
    counterexamples: checked.counterexamples,
  };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
};
