// The tables of the README, made from the catalogue: a test holds the README against them.
import { PROMISES, entryOf } from "../catalogue.ts";
import { SENTINEL } from "../catalogue/sentinel.ts";
import { WITHOUT } from "../mutants/known/without.ts";
import type { Expected } from "../mutants/mutant.ts";
import { MUTANTS } from "../mutants/mutants.ts";
import { THEOREMS } from "../theorems.ts";

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
const heading = (cells: readonly string[]): readonly string[] => [row(cells), row(cells.map(() => "---"))];

/** Files of the checks, shortest first: where to read on. */
const placesOf = (ids: readonly string[]): string => {
  const checks = ids.flatMap((id) => entryOf(id)?.checks ?? []);
  const files = checks.map((check) => (check.by === "model" ? "specification/ and models/" : check.file.replace(/^properties\/src\//, "")));
  return [...new Set(files)].join(", ");
};

const promises = (): string =>
  [
    ...heading(["", "promise", "ids", "where", "assumed", "not claimed"]),
    ...PROMISES.map((one) => row([one.id, one.says, one.ids.join(", "), placesOf(one.ids), one.assumed.join(", "), one.notClaimed])),
  ].join("\n");

const theorems = (): string =>
  [
    ...heading(["theorem", "file", "worth", "what it states", "ours"]),
    ...THEOREMS.map((one) => row([one.name, `${one.file}:${one.line}`, one.worth, one.states, one.ids.join(", ") || "–"])),
  ].join("\n");

const sentinel = (): string =>
  [
    ...heading(["Sentinel's test", "what it is about", "ours: searched whole, and holds", "ids", "difference"]),
    ...SENTINEL.map((one) => row([one.file, one.test, one.models.join(", ") || "–", one.ids.join(", ") || "–", one.note ?? ""])),
  ].join("\n");

const killerOf = (expected: Expected): string =>
  expected._tag === "Model"
    ? `${expected.property}: model “${expected.asked.name}”`
    : `${expected.property}: ${expected.file.replace(/^properties\/src\//, "")}`;
const mutants = (): string =>
  [
    ...heading(["mutant", "what is wrong in it", "found by"]),
    ...MUTANTS.map(({ id, what, expected }) => row([id, what, expected.map(killerOf).join("; ")])),
    ...WITHOUT.map(({ id, why }) => row([id, why, "–"])),
  ].join("\n");

/** Between a line that begins it and one that ends it. */
const MARKED: { readonly [name: string]: () => string } = { promises, sentinel, mutants, theorems };

export const withTables = (readme: string): string =>
  Object.entries(MARKED).reduce((text, [name, make]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from)
      throw new Error(`properties/README.md has no place for its ${name}: wanted a line ${begin} and a line ${end} after it`);
    return `${text.slice(0, from + begin.length)}\n\n${make()}\n\n${text.slice(to)}`;
  }, readme);
