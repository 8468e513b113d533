// A test runner for Stryker that loads the tests once and runs them in its own process. Our laws and examples are functions without a surrounding;
// starting Vitest anew for each mutant, and loading every module again, takes a second, and running what finds the mutant a few milliseconds.
//
// It runs the same test files, through `harness.mjs` in the place of Vitest. What loads them once cannot try a mutant that only acts while modules
// load (a table, a constant): those are left to a fresh process each, or ignored (`ignoreStatic`).
// What a mutant leaves behind could look like a killer of the next one, so that at the end every test is run again without a mutant.
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, relative } from "node:path";
import { failureOf, loadTests } from "./load.mjs";

/** What Stryker's instrumented sources and we share. */
const NAME = "__stryker__";
const shared = (globalThis[NAME] ??= {});

/** Stryker allows a place in a loop a hundred times the hits of all tests together; five times as many in one test are a loop that does not end. */
const TURNS = 5 / 100;

class InProcess {
  static inject = ["options"];
  #tests;
  #patterns;
  #leave;
  #longest;
  #ignoresStatic;

  /**
   * `inProcess.tests` of the configuration: patterns of test files; or GUNGNIR_MUTATION_TESTS, with commas between them. `inProcess.leave`: a
   * regular expression for the titles of those that are left out, because they take seconds; `inProcess.longest`: the milliseconds of the
   * processor above which one is left out as well.
   */
  constructor({ inProcess, ignoreStatic }) {
    this.#ignoresStatic = ignoreStatic;
    this.#patterns = process.env.GUNGNIR_MUTATION_TESTS?.split(",") ?? inProcess.tests;
    this.#leave = new RegExp(inProcess.leave ?? "^$");
    this.#longest = inProcess.longest ?? Infinity;
  }

  /**
   * A mutant that also acts while modules load gets a process of its own from Stryker, unless we can load anew. Where what only acts then is
   * ignored, the others are tried while they run, and nothing has to be loaded anew: that took seconds for each.
   */
  capabilities() {
    return { reloadEnvironment: this.#ignoresStatic };
  }

  async dryRun() {
    const tests = await this.#load();
    const results = [];
    for (const test of tests) {
      shared.currentTestId = test.id;
      const [began, before] = [performance.now(), process.cpuUsage()];
      const failureMessage = await failureOf(test);
      test.milliseconds = performance.now() - began;
      const { user, system } = process.cpuUsage(before);
      if ((user + system) / 1_000 > this.#longest && failureMessage === undefined) {
        delete shared.mutantCoverage?.perTest[test.id];
        continue;
      }
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
    shared.hitLimit = Math.max(1_000, hitLimit * TURNS);
    const wanted = testFilter === undefined ? all : all.filter(({ id }) => testFilter.includes(id));
    let nrOfTests = 0;
    try {
      for (const test of wanted.toSorted((a, b) => a.milliseconds - b.milliseconds)) {
        nrOfTests += 1;
        const began = performance.now();
        const failureMessage = await failureOf(test);
        test.milliseconds = Math.min(test.milliseconds, performance.now() - began);
        if (shared.hitCount > shared.hitLimit) return { status: "timeout", reason: "it goes round and round" };
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

  /** From the copy that Stryker made, which is where we are. */
  async #load() {
    this.#tests ??= (await loadTests(this.#patterns, process.cwd()))
      .filter(({ title }) => !this.#leave.test(title))
      .map((test) => ({ ...test, milliseconds: Infinity }));
    return this.#tests;
  }
}

/**
 * Stryker tells at the end; a line for each mutant as soon as it was tried keeps what a stopped run has found. For `table.mjs`. A mutant that
 * no test even reaches is code that nobody asks anything: it fails the run.
 */
class Lines {
  static inject = ["options"];
  #file;
  #root = process.cwd();
  #notReached = [];

  constructor({ jsonReporter }) {
    this.#file = jsonReporter.fileName.replace(/\.json$/, ".jsonl");
    mkdirSync(dirname(this.#file), { recursive: true });
  }

  onMutantTested({ fileName, location, mutatorName, replacement, status }) {
    const line = { file: relative(this.#root, fileName), location, mutatorName, replacement, status };
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
    if (status === "NoCoverage") this.#notReached.push(`${line.file}:${location.start.line}:${location.start.column} ${mutatorName}`);
  }

  wrapUp() {
    if (this.#notReached.length === 0) return;
    console.error(`FAILED: ${this.#notReached.length} mutants are reached by no test; write one, or remove the code:`);
    console.error(this.#notReached.map((place) => `  ${place}`).join("\n"));
    process.exitCode = 1;
  }
}

export const strykerPlugins = [
  { kind: "TestRunner", name: "in-process", injectableClass: InProcess },
  { kind: "Reporter", name: "lines", injectableClass: Lines },
];
