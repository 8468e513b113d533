// What a mutant of the codec has to survive: the examples beside it and its laws, none of which needs a server.
import { mergeConfig } from "vitest/config";
import all from "./vitest.config.ts";

const { include: _, ...test } = all.test ?? {};

export default mergeConfig(
  { ...all, test },
  { test: { include: ["core/src/resp3/**/*.test.ts", "properties/src/laws/resp3/**/*.test.ts", "properties/src/fuzz/*.test.ts"] } },
);
