// A core of the user's own in the place of ours: another version of `step`, or ours with another order of promotion. What is not there is
// refused by its name before anything is searched.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inCore, inModel } from "../mutants/mutant.ts";
import { plant, uproot } from "../mutants/patch.ts";
import { coreIn } from "../mutants/search.ts";
import { BOOTSTRAP } from "../models/bootstrap.ts";
import type { Core } from "../world/operator.ts";
import { Misasked } from "./options.ts";

/** Searches with it, and takes away again what had to be made for that. */
export const withOwnCore = async <Result>(path: string, use: (core: Core) => Promise<Result>): Promise<Result> => {
  if (!existsSync(path)) throw new Misasked(`--core ${path}: there is no such file; name the module that exports step or byMerit`);
  const href = pathToFileURL(resolve(path)).href;
  const module = await loaded(path, href);
  if (exports(module, "step")) return use(module);
  if (exports(module, "byMerit")) return withOrder(href, use);
  const found = Object.keys(typeof module === "object" && module !== null ? module : {}).join(", ") || "nothing";
  throw new Misasked(
    `--core ${path} exports ${found}; wanted the function step(memory, event), as @gungnir/core has it, or byMerit(a, b) for another order of promotion`,
  );
};

const loaded = async (path: string, href: string): Promise<unknown> => {
  try {
    return await import(href);
  } catch (problem) {
    throw new Misasked(`--core ${path} cannot be loaded: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
};

/** The parse edge: that it is a function is seen, that it is the right one shows in the search. */
const exports = <Name extends string>(module: unknown, name: Name): module is Core & { readonly [key in Name]: unknown } =>
  typeof module === "object" &&
  module !== null &&
  name in module &&
  typeof Object.entries(module).find(([key]) => key === name)?.[1] === "function";

const HEAD = "export const byMerit = (a: Frozen, b: Frozen): number =>";

const withOrder = async <Result>(href: string, use: (core: Core) => Promise<Result>): Promise<Result> => {
  const replace = `import { byMerit as given } from ${JSON.stringify(href)};\n${HEAD} given(a, b);\nexport const formerly = (a: Frozen, b: Frozen): number =>`;
  const folder = plant({
    id: "own-order",
    what: "an order of promotion of one's own",
    patches: [inCore("promotion.ts", HEAD, replace)],
    expected: [inModel("FO-5", BOOTSTRAP)],
  });
  try {
    return await use(await coreIn(folder));
  } finally {
    uproot(folder);
  }
};
