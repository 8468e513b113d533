// One drawn mutant against the whole specification, unit tests off. First narrow models, which tell the shortest way to what is wrong in
// seconds, then the laws and the counterexamples that are kept, then every model to its end and some simulated hours.
import { join } from "node:path";
import { ROOT, plant, siblingOf, uproot } from "../patch.ts";
import { type Broken, type Failure, type Killer, type Search, failureIn, searchIn } from "./found.ts";
import type { Listed } from "./list.ts";
import { runFor } from "./run.ts";

/** Steps of a counterexample that somebody still reads; of a lasso the round is read as well. */
const READABLE = { way: 40, lasso: 60 };
/** For each of the three: on a busy machine core itself needs a quarter of it. */
const PATIENCE_MS = 600_000;

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

/** They run without Vitest, as for Stryker: loaded once, until one fails. */
const LAWS = join(ROOT, ".ci/mutation/laws.mjs");

const askLaws = async (folder: string): Promise<Outcome> => {
  const { out, said, isEnded } = await runFor(PATIENCE_MS, LAWS, [folder], "");
  const [failure] = out.split("\n").flatMap((line) => failureIn(line) ?? []);
  if (failure !== undefined) return { killer: killerOf(failure), also: [] };
  if (!isEnded) return { killer: undefined, also: [`the laws did not end in ${PATIENCE_MS / 1000} s`] };
  return { killer: undefined, also: /^\{"ran":\d+\}$/m.test(out) ? [] : [`the laws did not run: ${firstLine(said)}`] };
};

const killerOf = ({ file, title, message, isCrash }: Failure): Killer => ({
  // Whatever falls over breaks the promise that step is total.
  property: isCrash ? "RC-1" : (/^(?:[A-Z]+-\d+|S\d+m?|\d{4})\b/.exec(title)?.[0] ?? "a story"),
  where: `${file} › ${title.replace(/ \(with seed=.*\)$/, "")}`,
  message: firstLine(message),
});

const firstLine = (text: string): string => (text.split("\n").find((line) => line.trim() !== "") ?? "").slice(0, 160);
