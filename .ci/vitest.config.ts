import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const place = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

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
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } }, // of a second by default, which a busy machine needs for anything
    maxWorkers: Math.max(2, availableParallelism()), // the scenarios mostly wait, so the usual one less than there are cores idles
  },
});
