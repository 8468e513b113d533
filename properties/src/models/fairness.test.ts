// LV-11: no assumption of fairness is there without need. Where one is dropped, the engine shows a run in which what was promised never
// comes: a lasso. Were there none, the promise would not rest on it, and the assumption would only hide something.
import { expect, test } from "vitest";
import { CORE } from "../check.ts";
import { exploreFair } from "../explore/fair.ts";
import type { Fairness, Model } from "../explore/model.ts";
import { FAIRNESS, LIVENESS } from "../specification/liveness.ts";
import type { Step, World } from "../world/world.ts";
import { FOREIGN_WRITE } from "./answers-lost.ts";
import { BOOTSTRAP_OF_TWO } from "./bootstrap.ts";
import type { Question } from "./question.ts";
import { searched } from "./question.ts";

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

const cases: readonly (readonly [string, Question])[] = [
  ["Act", FOREIGN_WRITE],
  ["Tick", FOREIGN_WRITE],
  ["Read", BOOTSTRAP_OF_TWO],
];

test.each(cases)("LV-11 without the fairness of %s something promised never comes", { timeout: 120_000 }, (dropped, asked) => {
  expect(lassosWithout(asked, dropped)).not.toEqual([]);
});

test("LV-11 with all of it nothing is amiss, although nothing may happen at any time", { timeout: 120_000 }, () => {
  expect(lassosWithout(BOOTSTRAP_OF_TWO, undefined)).toEqual([]);
});
