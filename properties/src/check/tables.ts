// The check as tables for people.
import { CATALOGUE, entryOf, techniquesOf } from "../catalogue.ts";
import { table } from "../explore/print.ts";
import { type ModelReport, type PropertyReport, verdictOf } from "../check.ts";
import type { Kill } from "../mutants/mutant.ts";
import { isKilled } from "../mutants/mutant.ts";
import { THEOREMS } from "../theorems.ts";

export const modelTable = (models: readonly ModelReport[]): string =>
  table([
    ["model", "states", "transitions", "seconds", "verdict", "question"],
    ...models.map((one) => [one.name, String(one.states), String(one.transitions), one.seconds.toFixed(1), verdictOf(one), one.asks]),
  ]);

export const propertyTable = (properties: readonly PropertyReport[]): string =>
  table([
    ["property", "by", "states or cases", "seconds", "verdict", "witness", "mutants killed", "promise"],
    ...properties.map((one) => [
      one.id,
      one.technique,
      one.cases === 0 ? "" : String(one.cases),
      one.seconds === 0 ? "" : one.seconds.toFixed(1),
      `${one.verdict}${one.verdict === "holds" && one.unasked > 0 ? ` (${one.unasked} left out)` : ""}`,
      one.witness,
      one.mutants.length > 6 ? `${one.mutants.slice(0, 5).join(" ")} and ${one.mutants.length - 5} more` : one.mutants.join(" "),
      one.says,
    ]),
  ]);

export const mutantTable = (kills: readonly Kill[]): string =>
  table([
    ["mutant", "killed by", "where", "steps", "what it is"],
    ...kills.flatMap((kill) => [
      ...(isKilled(kill) ? [] : [[kill.mutant, "SURVIVED", kill.missing.join("; "), "", kill.what]]),
      ...kill.killers.map((killer) => [
        kill.mutant,
        killer.property,
        killer.where,
        killer.steps === undefined ? "" : String(killer.steps),
        kill.what,
      ]),
    ]),
  ]);

/** What stands in place of each theorem; verdicts where a run is at hand. */
export const theoremTable = (properties: readonly PropertyReport[] = []): string => {
  const standing = (id: string): string => {
    const one = entryOf(id);
    return properties.find((property) => property.id === id)?.verdict ?? (one === undefined ? "" : `by ${techniquesOf(one)}`);
  };
  return table([
    ["file", "line", "theorem", "worth", "what it states", "ours"],
    ...THEOREMS.map((one) => [
      one.file,
      String(one.line),
      one.name,
      one.worth,
      one.states,
      one.ids.length === 0 ? "nothing to be said of us" : one.ids.map((id) => `${id} ${standing(id)}`).join(", "),
    ]),
  ]);
};

export const theoremLegend =
  "M meaningful and about code that runs (10), D true of code that never runs or of no operator (20), T trivially true (40), A assumes what it concludes (12); 4 axioms";

export const catalogueTable = (): string =>
  table([
    ["id", "by", "promise", "where"],
    ...CATALOGUE.flatMap((one) => [
      [one.id, techniquesOf(one), one.says, ""],
      ...one.checks.map((check) => ["", "", "", check.by === "model" ? `models: ${check.property}` : `${check.file} › ${check.name}`]),
      ...(one.scope === undefined ? [] : [["", "", "", `(${one.scope})`]]),
    ]),
  ]);
