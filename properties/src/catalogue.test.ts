// The catalogue against what is there: each file it names exists and has what it names, and no test or specification speaks of an id that
// is not in it.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CATALOGUE, PROMISES, entryOf, idOf, isNamedIn } from "./catalogue.ts";
import { SENTINEL } from "./catalogue/sentinel.ts";
import { DEEP_QUESTIONS, QUESTIONS } from "./models/index.ts";
import { MUTANTS } from "./mutants/mutants.ts";
import type { Expected } from "./mutants/mutant.ts";
import { ANTECEDENTS } from "./specification/antecedents.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const textOf = (file: string): string => (existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), "utf8") : "");
/** How many there are in each section of the catalogue. */
const SIZES = { RC: 21, SD: 11, SEL: 12, FO: 22, LE: 11, LV: 12, RESP: 13, INFO: 5, RES: 12, ST: 4, CRD: 2, SH: 8 };

test("every id of every section, once", () => {
  const wanted = Object.entries(SIZES).flatMap(([family, size]) => Array.from({ length: size }, (_, index) => `${family}-${index + 1}`));
  expect(CATALOGUE.map((one) => one.id)).toEqual(wanted);
});

const PROPERTIES = [
  ...new Set([...QUESTIONS, ...DEEP_QUESTIONS].flatMap((asked) => [...asked.safety, ...asked.liveness]).map((property) => property.id)),
];

test("each property that models judge is in an entry, or is a promise by its own name", () => {
  const named = CATALOGUE.flatMap((one) => one.checks.flatMap((check) => (check.by === "model" ? [check.property] : [])));
  const promised = PROMISES.map((one) => one.id);
  expect(PROPERTIES.filter((id) => !named.includes(id) && !promised.includes(idOf(id)))).toEqual([]);
});

test("each check is there: a property of the specification, or a name in a file", () => {
  const absent = CATALOGUE.flatMap((one) =>
    one.checks.flatMap((check) => {
      if (check.by === "model") return PROPERTIES.includes(check.property) ? [] : [`${one.id}: no property ${check.property}`];
      return isNamedIn(textOf(check.file), check.name) ? [] : [`${one.id}: ${check.file} has no "${check.name}"`];
    }),
  );
  expect(absent).toEqual([]);
});

test("each is checked", () => {
  expect(CATALOGUE.filter((one) => one.checks.length === 0).map(({ id }) => id)).toEqual([]);
});

/** As the report counts it: meant for this id, or noticed by one of the checks that carry the id. */
const isKilledBy = (one: (typeof CATALOGUE)[number], expected: Expected): boolean =>
  idOf(expected.property) === one.id ||
  one.checks.some((check) =>
    check.by === "model"
      ? expected._tag === "Model" && check.property === expected.property
      : expected._tag === "Test" && check.file === expected.file && isNamedIn(expected.titled, check.name),
  );

test("each that concerns what there is has a mutant that is to break it", () => {
  const unbroken = CATALOGUE.filter((one) => !MUTANTS.some((mutant) => mutant.expected.some((expected) => isKilledBy(one, expected))));
  expect(unbroken.map(({ id }) => id)).toEqual([]);
});

test("each property of the models has a witness of its situation in a model that asks for it", () => {
  const all = [...QUESTIONS, ...DEEP_QUESTIONS];
  const bare = PROPERTIES.filter(
    (id) =>
      !all.some(
        (asked) =>
          [...asked.safety, ...asked.liveness].some((property) => property.id === id) &&
          asked.witnesses.some((witness) => witness.id === ANTECEDENTS[id]),
      ),
  );
  expect(bare).toEqual([]);
});

test("what stands for a test of Sentinel's suite is there", () => {
  const questions = [...QUESTIONS, ...DEEP_QUESTIONS].map((asked) => asked.name);
  expect(SENTINEL.flatMap((one) => one.models).filter((name) => !questions.includes(name))).toEqual([]);
  const promises = PROMISES.map((one) => one.id);
  expect(SENTINEL.flatMap((one) => one.ids).filter((id) => entryOf(id) === undefined && !promises.includes(id))).toEqual([]);
});

const FOLDERS = ["core/src", "properties/src", "shell/src", "shell/integration"];
const ID = /\b(?:RC|SD|SEL|FO|LE|LV|RESP|INFO|RES|ST|CRD|SH)-\d+\b/g;
const testsIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join(folder, file));

test("whatever id a test or the specification speaks of is in the catalogue", () => {
  const files = FOLDERS.flatMap(testsIn);
  const unknown = files.flatMap((file) =>
    [...textOf(file).matchAll(ID)].filter(([id]) => entryOf(id) === undefined).map(([id]) => `${file}: ${id}`),
  );
  expect(unknown).toEqual([]);
  const families = PROPERTIES.filter((id) => id.match(ID) !== null).map(idOf);
  expect(families.filter((id) => entryOf(id) === undefined)).toEqual([]);
});

/** What a title of a test begins with: one id or several. */
const TITLE = /(?:\b(?:test|it|describe)(?:\.\w+)*|\))\(\s*["'`]((?:[A-Z]+-\d+,? ?)+)[ :]/g;

test("a test whose title bears an id is named by that id's entry", () => {
  const unnamed = FOLDERS.flatMap(testsIn).flatMap((file) => {
    const ids = [...textOf(file).matchAll(TITLE)].flatMap(([, title = ""]) => title.match(ID) ?? []);
    return [...new Set(ids)]
      .filter((id) => entryOf(id)?.checks.some((check) => check.by === "test" && check.file === file) !== true)
      .map((id) => `${file} has a test of ${id}, and the catalogue's entry does not name that file`);
  });
  expect(unnamed).toEqual([]);
});

test("each promise rests on ids of the catalogue and on assumptions that are numbered, or claims nothing", () => {
  const assumptions = textOf("properties/ASSUMPTIONS.md");
  for (const one of PROMISES) {
    expect(one.ids.filter((id) => entryOf(id) === undefined)).toEqual([]);
    expect(one.assumed.filter((number) => !assumptions.includes(`| ${number} `))).toEqual([]);
    expect([one.id, one.ids.length > 0 || one.notClaimed.startsWith("everything")]).toEqual([one.id, true]);
  }
  expect(PROMISES.map((one) => one.id).join(" ")).toMatch(/^S1 S2 S3 S3m S4 .*S16 L1 .*L9$/);
});
