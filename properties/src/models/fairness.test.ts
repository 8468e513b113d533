// LV-11: no assumption of fairness is there without need. Where one is dropped, the engine shows a run in which what was promised never
// comes: a lasso. Were there none, the promise would not rest on it, and the assumption would only hide something.
import { expect, test } from "vitest";
import { CORE } from "../check.ts";
import { exploreFair } from "../explore/fair.ts";
import type { Fairness, Model } from "../explore/model.ts";
import { FAIRNESS, LIVENESS } from "../specification/liveness.ts";
import { SPEC } from "../world/begin.ts";
import type { Scenario, Step, World } from "../world/world.ts";
import { FOREIGN_WRITE } from "./answers-lost.ts";
import { BOOTSTRAP_OF_TWO } from "./bootstrap.ts";
import type { Question } from "./question.ts";
import { question, searched } from "./question.ts";

type Idle = { readonly _tag: "Idle" };

/** The same world, in which it is also possible that nothing happens: that is what fairness forbids to go on for ever. */
const idling = (model: Model<World, Step>): Model<World, Step | Idle> => ({
  ...model,
  steps: (world) => [...model.steps(world), { _tag: "Idle" }],
  next: (world, step) => (step._tag === "Idle" ? world : model.next(world, step)),
  describe: (step, before) => (step._tag === "Idle" ? "nothing happens" : model.describe(step, before)),
  fault: (step) => (step._tag === "Idle" ? undefined : model.fault(step)),
});

const lassosWithout = (asked: Question, dropped: string | undefined): readonly string[] => {
  const fairness: Fairness<Step | Idle> = (step) => {
    const label = step._tag === "Idle" ? undefined : FAIRNESS(step);
    return label?.split(" ")[0] === dropped ? undefined : label;
  };
  return exploreFair(idling(searched(asked, CORE)), LIVENESS, fairness).lassos.map((lasso) => lasso.property);
};

/** A pair in which somebody may take for ever, so that nothing but fairness makes him do what is his. */
const slow = (who: string, scenario: Partial<Scenario>): Question =>
  question({
    name: `a pair, slow ${who}`,
    asks: `Is fairness to ${who} needed?`,
    begins: "settled",
    scenario: { spec: { ...SPEC, replicas: 2 }, early: [], ...scenario },
    safety: [],
    liveness: LIVENESS,
    witnesses: [],
  });
const aReplica = { faults: 1, victims: "replicas" } as const;
const LINKS = slow("links", { ...aReplica, kinds: ["crash"], slow: ["links"] });
const STREAMS = slow("streams", { ...aReplica, kinds: ["crash"], writes: 1, slow: ["streams"] });
const LOADING = slow("loading", { ...aReplica, kinds: ["crash"], habits: { loadsSlowly: true } });
const PODS = slow("pods", { ...aReplica, kinds: ["pod deleted"], slow: ["kubelet"] });
const SHRINKING = slow("removal of pods", { edits: [{ replicas: 1 }], slow: ["kubelet"] });
const REPORTS = slow("reports", { spec: { ...SPEC, replicas: 1 }, faults: 1, kinds: ["crash"], slow: ["kubelet"] });

const cases: readonly (readonly [string, Question])[] = [
  ["Act", FOREIGN_WRITE],
  ["Tick", FOREIGN_WRITE],
  ["Read", BOOTSTRAP_OF_TWO],
  ["Attach", LINKS],
  ["FinishSync", LINKS],
  ["Stream", STREAMS],
  ["Load", LOADING],
  ["StartPod", PODS],
  ["RemovePod", SHRINKING],
  ["Report", REPORTS],
];

test.each(cases)("LV-11 without the fairness of %s something promised never comes", { timeout: 120_000 }, (dropped, asked) => {
  expect(lassosWithout(asked, dropped)).not.toEqual([]);
});

test.each([BOOTSTRAP_OF_TWO, LINKS, STREAMS, LOADING, PODS, SHRINKING, REPORTS])(
  "LV-11 with all of it nothing is amiss, although nothing may happen at any time: $name",
  { timeout: 120_000 },
  (asked) => {
    expect(lassosWithout(asked, undefined)).toEqual([]);
  },
);
