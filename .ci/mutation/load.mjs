// Loads test files into this process, with the harness in the place of Vitest, and `@gungnir/core` from where it is asked for.
import { glob } from "node:fs/promises";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const harness = new URL("harness.mjs", import.meta.url).href;

const place = (folder, path) => pathToFileURL(join(folder, path)).href;

/** The tests of the files in `root` that the patterns name, with the core of `core`, a folder like the checkout. */
export const loadTests = async (patterns, root, core = root) => {
  const places = new Map([
    ["vitest", harness],
    ["@fast-check/vitest", harness],
    ["@gungnir/core", place(core, "core/src/index.ts")],
    ["@gungnir/core/resp3", place(core, "core/src/resp3/index.ts")],
    ["@gungnir/properties", place(root, "properties/src/index.ts")],
  ]);
  registerHooks({
    resolve: (specifier, context, next) => {
      const found = places.get(specifier);
      return found === undefined ? next(specifier, context) : { url: found, shortCircuit: true };
    },
  });
  const { collected, within } = await import(harness);
  const files = (await Array.fromAsync(glob(patterns, { cwd: root }))).toSorted();
  if (files.length === 0)
    throw new Error(`no test file in ${root} is named by "${patterns.join(",")}"; wanted patterns as core/src/*.test.ts`);
  for (const file of files) await within(file, () => import(place(root, file)));
  return collected;
};

/** What was wrong, if anything was. */
export const failureOf = async ({ body }) => {
  try {
    await body();
    return undefined;
  } catch (problem) {
    const { name, message, cause } = problem instanceof Error ? problem : { name: "Thrown", message: String(problem) };
    const inner = cause instanceof Error ? `${cause.name}: ${cause.message}; ` : "";
    return `${inner}${name}: ${message}`.slice(0, 700);
  }
};
