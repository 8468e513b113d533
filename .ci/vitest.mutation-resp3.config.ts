// What a mutant of the codec has to survive: the examples beside it and its laws, which need no server. (The fuzzer would kill more, slowly.)
// Each run loads every test file, so GUNGNIR_MUTATION_TESTS, patterns between commas, makes a part of the codec several times as fast.
import { fileURLToPath } from "node:url";
import { mergeConfig } from "vitest/config";
import all from "./vitest.config.ts";

const { include: _, ...test } = all.test ?? {};
const tests = process.env["GUNGNIR_MUTATION_TESTS"] ?? "core/src/resp3/**/*.test.ts,properties/src/laws/resp3/**/*.test.ts";

export default mergeConfig(
  { ...all, test },
  {
    // Once without a mutant, with every branch counted, a test takes many times as long; a mutant's time is limited by the tester.
    test: { include: tests.split(","), testTimeout: 600_000, setupFiles: [fileURLToPath(new URL("vitest.mutation.setup.ts", import.meta.url))] },
  },
);
