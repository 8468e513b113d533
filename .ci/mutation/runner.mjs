// A test runner for Stryker that loads the tests once and runs them in its own process. Our laws and examples are functions without a surrounding;
// starting Vitest anew for each mutant, and loading every module again, takes a second, and running what finds the mutant a few milliseconds.
//
// It runs the same test files, through `harness.mjs` in the place of Vitest. What loads them once cannot try a mutant that only acts while modules
// load (a table, a constant): those are left to a fresh process each, or ignored (`ignoreStatic`).
// What a mutant leaves behind could look like a killer of the next one, so that at the end every test is run again without a mutant.
import { glob } from "node:fs/promises";
import { registerHooks } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const place = (path) => pathToFileURL(resolve(path)).href; // in the copy that Stryker made, which is where we are
const harness = new URL("harness.mjs", import.meta.url).href;
const PLACES = new Map([
  ["vitest", harness],
  ["@fast-check/vitest", harness],
  ["@gungnir/core", place("core/src/index.ts")],
  ["@gungnir/core/resp3", place("core/src/resp3/index.ts")],
  ["@gungnir/properties", place("properties/src/index.ts")],
]);

/** What Stryker's instrumented sources and we share. */
const NAME = "__stryker__";
const shared = (globalThis[NAME] ??= {});

class InProcess {
  static inject = ["options"];
  #tests;
  #patterns;

  /** `inProcess.tests` of the configuration: patterns of test files; or GUNGNIR_MUTATION_TESTS, with commas between them. */
  constructor({ inProcess }) {
    this.#patterns = process.env.GUNGNIR_MUTATION_TESTS?.split(",") ?? inProcess.tests;
  }

  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun() {
    const tests = await this.#load();
    const results = [];
    for (const test of tests) {
      shared.currentTestId = test.id;
      const began = performance.now();
      const failureMessage = await failureOf(test);
      test.milliseconds = performance.now() - began;
      const { id, title: name, file: fileName, milliseconds: timeSpentMs } = test;
      results.push({ id, name, fileName, timeSpentMs, ...(failureMessage === undefined ? { status: 0 } : { status: 1, failureMessage }) });
    }
    shared.currentTestId = undefined;
    return { status: "complete", tests: results, mutantCoverage: shared.mutantCoverage ?? { static: {}, perTest: {} } };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }) {
    shared.mutantCoverage = undefined;
    if (mutantActivation === "static") shared.activeMutant = activeMutant.id;
    const all = await this.#load();
    shared.activeMutant = activeMutant.id;
    shared.hitCount = hitLimit === undefined ? undefined : 0;
    shared.hitLimit = hitLimit;
    const wanted = testFilter === undefined ? all : all.filter(({ id }) => testFilter.includes(id));
    let nrOfTests = 0;
    try {
      for (const test of wanted.toSorted((a, b) => a.milliseconds - b.milliseconds)) {
        nrOfTests += 1;
        const began = performance.now();
        const failureMessage = await failureOf(test);
        test.milliseconds = Math.min(test.milliseconds, performance.now() - began);
        if (shared.hitCount > hitLimit) return { status: "timeout", reason: "it goes round and round" };
        if (failureMessage !== undefined) return { status: "killed", killedBy: [test.id], failureMessage, nrOfTests };
      }
      return { status: "survived", nrOfTests };
    } finally {
      shared.activeMutant = undefined;
      shared.hitCount = undefined;
    }
  }

  /** Once more without a mutant: what fails now was broken by one that ran here, and may have killed others in its stead. */
  async dispose() {
    for (const test of this.#tests ?? []) {
      const problem = await failureOf(test);
      if (problem !== undefined) console.error(`NOT TO BE TRUSTED: "${test.id}" fails without a mutant, after the mutants: ${problem}`);
    }
  }

  async #load() {
    if (this.#tests !== undefined) return this.#tests;
    registerHooks({
      resolve: (specifier, context, next) => {
        const found = PLACES.get(specifier);
        return found === undefined ? next(specifier, context) : { url: found, shortCircuit: true };
      },
    });
    const { collected, within } = await import(harness);
    const files = (await Array.fromAsync(glob(this.#patterns))).toSorted();
    if (files.length === 0)
      throw new Error(
        `inProcess.tests (or GUNGNIR_MUTATION_TESTS) is "${this.#patterns.join(",")}", which names no file; wanted patterns of test files`,
      );
    for (const file of files) await within(file, () => import(pathToFileURL(join(process.cwd(), file)).href));
    this.#tests = collected.map((test) => ({ ...test, milliseconds: Infinity }));
    return this.#tests;
  }
}

const failureOf = async ({ body }) => {
  try {
    await body();
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? `${problem.name}: ${problem.message}`.slice(0, 500) : String(problem);
  }
};

export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", injectableClass: InProcess }];
