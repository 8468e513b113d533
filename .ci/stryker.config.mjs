// Mutation testing of the core: every mutant has to be found by the laws or the worked examples. The models and the scenarios would kill
// more, and take minutes for each.
//
//   npm run mutation -- --mutate core/src/down.ts,core/src/promotion.ts
//
// GUNGNIR_MUTATION_TESTS, patterns between commas, says which tests; GUNGNIR_RUNS, how many cases of each law.
export default {
  testRunner: "in-process",
  plugins: [new URL("mutation/runner.mjs", import.meta.url).href],
  inProcess: {
    longest: 1_000,
    tests: [
      "core/src/*.test.ts",
      "properties/src/laws/!(pre-stop|scripts|vocabulary).test.ts",
      "properties/src/regressions/driven-*.test.ts",
    ],
  },
  warnings: { unknownOptions: false }, // inProcess is our own
  testRunnerNodeArgs: ["--conditions=gungnir-source"],
  mutate: ["core/src/**/*.ts", "!core/src/**/*.test.ts", "!core/src/resp3/**"],
  ignorePatterns: [".cache", "dist"], // not copied for the mutants
  reporters: ["lines", "json", "progress"],
  jsonReporter: { fileName: `.cache/mutation/core-${process.pid}.json` }, // several may run at the same time
  tempDirName: `.cache/stryker-${process.pid}`,
  coverageAnalysis: "perTest",
  concurrency: 2,
  dryRunTimeoutMinutes: 30,
  timeoutMS: 600_000, // by the clock on the wall a busy machine would find mutants; what goes round and round the runner stops by its turns
  ignoreStatic: true,
};
