// A core that falls over breaks RC-1, and the search says on which way: what was thrown is caught and told by the step that did it.
import { alwaysNext } from "../../explore/model.ts";
import type { Safety } from "../../explore/model.ts";
import type { Core } from "../../world/operator.ts";
import type { Step, World } from "../../world/world.ts";

export type Watched = {
  readonly core: Core;
  /** To be searched together with what else is asked. */
  readonly total: Safety<World, Step>;
  /** What was thrown so far: before a search that is one in making its world. */
  readonly thrown: () => string | undefined;
};

export const watched = (core: Core): Watched => {
  let thrown: string | undefined;
  const step: Core["step"] = (memory, event) => {
    try {
      return core.step(memory, event);
    } catch (problem) {
      thrown ??= problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
      return { memory, decision: { _tag: "Settled" } };
    }
  };
  return {
    core: { ...core, step },
    total: alwaysNext("RC-1", () => (thrown === undefined ? undefined : `step throws: ${thrown}`)),
    thrown: () => thrown,
  };
};
