// RC-2: how much can be decided before anything is heard. In whatever memory: with nothing for news but what became of its own actions core comes to
// rest, after no more of them than its objects and processes account for.
import {
  type Action,
  type Decision,
  type Event,
  type Memory,
  type Outcome,
  desiredObjects,
  initialMemory,
  instant,
  isCommand,
  resourceVersion,
  step,
  uid,
} from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Move, anyRun, stepsOf } from "./runs.ts";

const anyFate = fc.oneof(
  { weight: 5, arbitrary: fc.constant("Done" as const) },
  { weight: 1, arbitrary: fc.constantFrom("Refused", "Unknown", "Conflict") },
);
type Fate = "Done" | "Refused" | "Unknown" | "Conflict";

const outcomeOf = (action: Action, fate: Fate, version: number): Outcome => {
  switch (fate) {
    case "Done":
      return isCommand(action) ? { _tag: "Done" } : { _tag: "Done", version: resourceVersion(String(version)), uid: uid("written") };
    case "Refused":
      return { _tag: "Refused", why: "refused", transient: version % 2 === 0 };
    case "Unknown":
    case "Conflict":
      return { _tag: fate, why: "who knows" };
  }
};

type Rest = { readonly actions: readonly Action[]; readonly decision: Decision; readonly memory: Memory };

/** The oldest outcome first, all at one instant; given up after far more than anything may take. */
const restOf = (run: readonly Move[], fates: readonly Fate[]): Rest => {
  const last = stepsOf(run).at(-1);
  let memory = last?.memory ?? initialMemory;
  let decision: Decision = last?.decision ?? { _tag: "Settled" };
  const now = last?.event.now ?? instant(0);
  const actions: Action[] = [];
  const feed = (event: Event): void => {
    ({ memory, decision } = step(memory, event));
    if (decision._tag === "Act") actions.push(decision.action);
  };
  for (let count = 0; count < 300; count++) {
    const [oldest] = memory.inFlight;
    if (oldest !== undefined) {
      const outcome = outcomeOf(oldest.action, fates[count % fates.length] ?? "Done", 1_000 + count);
      feed({ now, _tag: "Performed", action: oldest.action, outcome });
    } else if (decision._tag === "Act") feed({ now, _tag: "Woke" });
    else return { actions, decision, memory };
  }
  throw new Error(
    `no rest after ${actions.length} actions: ${actions
      .slice(-6)
      .map(({ _tag }) => _tag)
      .join(", ")}`,
  );
};

/** Each object is written once, each process is told one thing, and the record, the routing and the status are written once or twice. */
const bound = ({ cluster, health }: Memory): number =>
  cluster === undefined ? 0 : desiredObjects(cluster).length + health.length + (cluster.record?.retired.length ?? 0) + OWN_WRITES;
const OWN_WRITES = 4;

// Seen to fail: with a core that does not note what it has written, and so writes it again and again.
test.prop([anyRun, fc.array(anyFate, { minLength: 1, maxLength: 20 })])(
  "RC-2 with its own outcomes for news it rests, settled or with a name for what it waits for, after a bounded number of actions",
  (run, fates) => {
    const { actions, decision, memory } = restOf(run, fates);
    expect(decision._tag).not.toBe("Act");
    expect(actions.length).toBeLessThanOrEqual(bound(memory));
  },
);

it("some rests come after many actions", () => {
  const rests = fc.sample(anyRun, { numRuns: 300, seed: 1 }).map((run) => restOf(run, ["Done"]));
  expect(rests.filter(({ actions }) => actions.length > 3).length).toBeGreaterThan(10);
});
