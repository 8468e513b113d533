// Mutation testing of the core: every mutant has to be found by the laws or the worked examples.
export default {
  testRunner: "vitest",
  vitest: { configFile: ".ci/vitest.mutation.config.ts", related: true },
  plugins: ["@stryker-mutator/vitest-runner"],
  mutate: ["core/src/**/*.ts", "!core/src/**/*.test.ts", "!core/src/resp3/**"],
  reporters: ["clear-text", "json", "progress"],
  jsonReporter: { fileName: ".cache/mutation/mutation.json" },
  tempDirName: ".cache/stryker",
  coverageAnalysis: "perTest",
  concurrency: 2,
  ignoreStatic: true,
};
