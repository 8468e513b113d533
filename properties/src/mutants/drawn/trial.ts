// One drawn mutant against the whole specification, unit tests off. First narrow models, which tell the shortest way to what is wrong in
// seconds, then the laws and the counterexamples that are kept, then every model to its end and some simulated hours.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Job, type Ran, ranIn } from "../job.ts";
import { ROOT, plant, siblingOf, uproot } from "../patch.ts";
import { START } from "../tests.ts";
import { type Broken, type Search, searchIn } from "./found.ts";
import type { Listed } from "./list.ts";
import { runFor } from "./run.ts";

/** Steps of a counterexample that somebody still reads; of a lasso the round is read as well. */
const READABLE = { way: 40, lasso: 60 };
/** For each of the three: on a busy machine core itself needs a quarter of it. */
const PATIENCE_MS = 600_000;

export type Killer = Broken & { readonly where: string };
export type Trial = {
  readonly mutant: Listed;
  readonly killer: Killer | undefined;
  /** What was seen and is no counterexample, in sentences. */
  readonly also: readonly string[];
};

/** `id` is part of the name of a folder. */
export const tryOne = async (mutant: Listed, id: string): Promise<Trial> => {
  const folder = plant({ id, what: mutant.operator, patches: [mutant.patch], expected: [NOBODY] });
  try {
    const also: string[] = [];
    for (const look of [() => searchAll(folder, "narrow"), () => askLaws(folder), () => searchAll(folder, "whole")]) {
      const outcome = await look();
      also.push(...outcome.also);
      if (outcome.killer !== undefined) return { mutant, killer: outcome.killer, also };
    }
    return { mutant, killer: undefined, also };
  } finally {
    uproot(folder);
  }
};

/** A drawn mutant has nobody who is known to find it. */
const NOBODY = { _tag: "Test", property: "", file: "", titled: "" } as const;

type Outcome = Omit<Trial, "mutant">;

// --- Models -----------------------------------------------------------------------------------------------------------

const searchAll = async (folder: string, part: "narrow" | "whole"): Promise<Outcome> => {
  const { out, said, isEnded } = await runFor(PATIENCE_MS, siblingOf("drawn/search"), [folder, part], "");
  const searches = out.split("\n").flatMap((line) => searchIn(line) ?? []);
  if (searches.length === 0) return { killer: undefined, also: [`does not load: ${firstLine(said)}`] };
  const killer = searches.flatMap(({ where, found }) => found.map((one): Killer => ({ ...one, where }))).find(isReadable);
  return { killer, also: [...searches.flatMap(remarks), ...(isEnded ? [] : [`the models did not end in ${PATIENCE_MS / 1000} s`])] };
};

const isReadable = ({ steps, isLasso }: Broken): boolean =>
  steps === undefined || steps <= (isLasso === true ? READABLE.lasso : READABLE.way);

const remarks = ({ where, found, problem, unseen, isSame }: Search): readonly string[] => [
  ...found.filter((one) => !isReadable(one)).map((one) => `${one.property} in ${where} after ${one.steps} steps, which nobody reads`),
  ...(problem === undefined ? [] : [`${where} does not begin: ${firstLine(problem)}`]),
  ...(unseen ?? []).map((witness) => `${where} no longer reaches "${witness}"`),
  ...(isSame === false ? [`${where} has another number of states`] : []),
];

// --- Laws -------------------------------------------------------------------------------------------------------------

const FOLDERS = ["properties/src/laws", "properties/src/regressions"];

const askLaws = async (folder: string): Promise<Outcome> => {
  const files = FOLDERS.flatMap((one) =>
    readdirSync(join(ROOT, one))
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `${one}/${name}`),
  );
  const jobs = files.map((file, at): Job => ({ id: `${at}`, folder, file, titled: "" }));
  const { out, said, isEnded } = await runFor(PATIENCE_MS, siblingOf("run-tests"), [], JSON.stringify(jobs));
  const start = out.indexOf(START);
  if (!isEnded) return { killer: undefined, also: [`the laws did not end in ${PATIENCE_MS / 1000} s`] };
  if (start < 0) return { killer: undefined, also: [`the laws did not run: ${firstLine(said)}`] };
  const ran = ranIn(JSON.parse(out.slice(start + START.length)));
  const missing = jobs.filter(({ id }) => !ran.some((one) => one.id === id)).map(({ file }) => `${file} was not run`);
  return { killer: ran.flatMap((one) => failures(one, jobs)).toSorted(byPlainness)[0], also: missing };
};

const failures = ({ id, tests }: Ran, jobs: readonly Job[]): readonly Killer[] =>
  tests
    .filter(({ state }) => state === "failed")
    .map(({ title, errors }) => {
      const isCrash = errors.some(({ name, message }) => /\b(?:Type|Reference|Range|Syntax)Error\b/.test(`${name} ${message}`));
      return {
        // Whatever falls over breaks the promise that step is total.
        property: isCrash ? "RC-1" : (/^(?:[A-Z]+-\d+|S\d+m?|\d{4})\b/.exec(title)?.[0] ?? "a story"),
        where: `${jobs.find((job) => job.id === id)?.file ?? ""} › ${title.replace(/ \(with seed=.*\)$/, "")}`,
        message: firstLine(errors.at(-1)?.message ?? ""),
      };
    });

/** What asserts says more than what falls over. */
const byPlainness = (a: Killer, b: Killer): number => Number(a.property === "RC-1") - Number(b.property === "RC-1");

const firstLine = (text: string): string => (text.split("\n").find((line) => line.trim() !== "") ?? "").slice(0, 160);
