// Mutation testing of the codec, by its own laws and worked examples only: minutes for a folder, with `--mutate`, an hour for all of it.
//
//   npm run mutation:resp3 -- --mutate 'core/src/resp3/replies/**/*.ts,!**/*.test.ts' --concurrency 1
import core from "./stryker.config.mjs";

export default {
  ...core,
  vitest: { configFile: ".ci/vitest.mutation-resp3.config.ts", related: true },
  mutate: ["core/src/resp3/**/*.ts", "!core/src/resp3/**/*.test.ts"],
  ignorePatterns: [".cache", "dist"], // not copied for the mutants
  jsonReporter: { fileName: `.cache/mutation/resp3-${process.pid}.json` }, // several may run at the same time
  tempDirName: `.cache/stryker-resp3-${process.pid}`,
};
