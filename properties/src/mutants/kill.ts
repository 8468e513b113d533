// Every mutant against what is expected to notice it: the table of mutants and killers.
import { type Expected, type Kill, type Killer, type Mutant, type Trial, isKilled } from "./mutant.ts";
import { plant, uproot } from "./patch.ts";
import { coreIn, searchFor } from "./search.ts";
import { type Asked, canRunTests, runTests } from "./tests.ts";

export type Killing = {
  /** All that are expected to notice, and not only the quickest of each. */
  readonly deep: boolean;
  readonly say: (line: string) => void;
};

type Planted = { readonly mutant: Mutant; readonly chosen: readonly Expected[]; readonly folder?: string; readonly problem?: string };
type Tried = { readonly id: string; readonly trial: Trial };

export const killAll = async (mutants: readonly Mutant[], { deep, say }: Killing): Promise<readonly Kill[]> => {
  const planted: Planted[] = [];
  try {
    for (const mutant of mutants) {
      const possible = mutant.expected.filter(({ _tag }) => _tag === "Model" || canRunTests());
      const chosen = deep ? possible : possible.slice(0, 1);
      if (chosen.length === 0) say(`mutant ${mutant.id}: left out, only tests notice it, and those are in the checkout alone`);
      else planted.push({ mutant, chosen, ...tryToPlant(mutant) });
    }
    // A process of their own, while this one searches.
    const running = testAll(planted);
    const tried = [...(await searchAll(planted, say)), ...(await running)];
    return planted.map(({ mutant, problem }) => {
      const kill = killOf(
        mutant,
        tried.flatMap(({ id, trial }) => (id === mutant.id ? [trial] : [])),
        problem,
      );
      say(`mutant ${mutant.id}: ${told(kill)}`);
      return kill;
    });
  } finally {
    for (const { folder } of planted) if (folder !== undefined) uproot(folder);
  }
};

const searchAll = async (planted: readonly Planted[], say: Killing["say"]): Promise<readonly Tried[]> => {
  const tried: Tried[] = [];
  for (const { mutant, chosen, folder } of planted) {
    for (const expected of chosen) {
      if (folder === undefined || expected._tag !== "Model") continue;
      const trial = searchFor(expected, await coreIn(folder));
      say(`mutant ${mutant.id}: searched "${expected.asked.name}", ${trial.states} states`);
      tried.push({ id: mutant.id, trial });
    }
  }
  return tried;
};

const testAll = async (planted: readonly Planted[]): Promise<readonly Tried[]> => {
  const asked = planted.flatMap(({ mutant, chosen, folder }): readonly Asked[] =>
    chosen.flatMap((expected) => (folder === undefined || expected._tag !== "Test" ? [] : [{ folder, mutant: mutant.id, expected }])),
  );
  return (await runTests(asked)).map((trial, at) => ({ id: asked[at]?.mutant ?? "", trial }));
};

/** A patch that no longer applies is a failure to be told among the others. */
const tryToPlant = (mutant: Mutant): Pick<Planted, "folder" | "problem"> => {
  try {
    return { folder: plant(mutant) };
  } catch (problem) {
    return { problem: problem instanceof Error ? problem.message : String(problem) };
  }
};

const told = (kill: Kill): string =>
  isKilled(kill) ? `killed by ${kill.killers.map(({ property }) => property).join(", ")}` : `SURVIVED: ${kill.missing.join("; ")}`;

const killOf = ({ id, what }: Mutant, trials: readonly Trial[], problem: string | undefined): Kill => ({
  mutant: id,
  what,
  killers: trials.flatMap((trial): readonly Killer[] => ("killer" in trial ? [trial.killer] : [])),
  missing: [...(problem === undefined ? [] : [problem]), ...trials.flatMap((trial) => ("missing" in trial ? [trial.missing] : []))],
  states: trials.reduce((sum, trial) => sum + trial.states, 0),
});
