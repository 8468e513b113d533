// A scenario: one text for every backend.
import type { Need } from "./backend.ts";
import type { Stage } from "./stage.ts";

export type Scenario = {
  readonly name: string;
  /** What is shown by it, in a sentence. */
  readonly what: string;
  /** What it cannot be without. */
  readonly needs: readonly Need[];
  /** Part of the few minutes that every check of the project takes. */
  readonly isBrief?: true;
  /** Takes so long that it is played only when named. */
  readonly isLong?: true;
  readonly play: (stage: Stage) => Promise<void>;
};
