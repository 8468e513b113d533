// Mutation testing of the codec, by its own laws and worked examples only.
//
//   npm run mutation:resp3 -- --mutate 'core/src/resp3/replies/**/*.ts,!**/*.test.ts' --concurrency 1
import core from "./stryker.config.mjs";

export default {
  ...core,
  inProcess: {
    tests: ["core/src/resp3/**/*.test.ts", "properties/src/laws/resp3/**/*.test.ts"],
    longest: 300,
    leave: "a million levels|byte by byte takes linear time|64 MiB|at the borders of the forms",
  },
  mutate: ["core/src/resp3/**/*.ts", "!core/src/resp3/**/*.test.ts"],
  jsonReporter: { fileName: `.cache/mutation/resp3-${process.pid}.json` }, // several may run at the same time
  tempDirName: `.cache/stryker-resp3-${process.pid}`,
};
