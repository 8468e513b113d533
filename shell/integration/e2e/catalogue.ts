// All scenarios, in the order in which they are run.
import type { Scenario } from "./scenario.ts";
import { crashes } from "./scenarios/crashes.ts";
import { shape } from "./scenarios/shape.ts";

export const scenarios: readonly Scenario[] = [...shape, ...crashes];
