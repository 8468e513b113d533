import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const place = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** Those that take longest begin first, else the last of them runs alone; the usual order goes by the size of the file. */
const LONG = /\/(models|mutants|demo|outages|operator|laws\/objects|commands|sandbox|settled)\.test\.ts$/;
const rank = ({ moduleId }: TestSpecification) => (LONG.test(moduleId) ? 0 : 1);
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the sequencer's own
    const usual = await super.sort(files);
    return usual.toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  root: place(""),
  ssr: { resolve: { conditions: ["gungnir-source"] } },
  resolve: {
    conditions: ["gungnir-source"],
    // By place, not through node_modules, which links to the checkout: a mutation tester's copy has to test itself.
    alias: [
      { find: /^@gungnir\/core$/, replacement: place("core/src/index.ts") },
      { find: /^@gungnir\/core\/resp3$/, replacement: place("core/src/resp3/index.ts") },
      { find: /^@gungnir\/properties$/, replacement: place("properties/src/index.ts") },
    ],
  },
  test: {
    include: [
      "core/src/**/*.test.ts",
      "properties/src/**/*.test.ts",
      "shell/src/**/*.test.ts",
      "shell/integration/**/*.test.ts",
      "bench/src/**/*.test.ts",
    ],
    setupFiles: [place(".ci/vitest.setup.ts")],
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } }, // of a second by default, which a busy machine needs for anything
    maxWorkers: Math.max(2, availableParallelism()), // the scenarios mostly wait, so the usual one less than there are cores idles
  },
});
