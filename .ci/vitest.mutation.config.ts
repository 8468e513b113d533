// What a mutant has to survive: the worked examples and the laws, which take seconds. The models and the scenarios would kill more,
// and would be run a few thousand times.
import { mergeConfig } from "vitest/config";
import all from "./vitest.config.ts";

const { include: _, ...test } = all.test ?? {};

export default mergeConfig({ ...all, test }, { test: { include: ["core/src/**/*.test.ts", "properties/src/laws/**/*.test.ts"] } });
