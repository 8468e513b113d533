// A list of steps, run again. A step that is not enabled where the list says ends the replay with an error, so that a kept
// counterexample cannot rot into passing.
import type { Model, Safety } from "./model.ts";

export type Replay<State> =
  | { readonly _tag: "Replayed"; readonly states: readonly State[] }
  | { readonly _tag: "NotEnabled"; readonly at: number; readonly enabled: readonly string[] };

/** Two steps are one step when they are the same text. */
export const sameStep = <Step>(one: Step, other: Step): boolean => JSON.stringify(one) === JSON.stringify(other);

export const replay = <State, Step>(model: Model<State, Step>, steps: readonly Step[], initial?: State): Replay<State> => {
  const first = initial ?? model.initial[0];
  if (first === undefined) throw new Error(`${model.name} has no initial state`);
  const states: State[] = [first];
  let state: State = first;
  for (const [at, step] of steps.entries()) {
    const enabled = model.steps(state).find((candidate) => sameStep(candidate, step));
    if (enabled === undefined) return { _tag: "NotEnabled", at, enabled: model.steps(state).map((candidate) => model.describe(candidate)) };
    state = model.next(state, enabled);
    states.push(state);
  }
  return { _tag: "Replayed", states };
};

/** The states passed through. Throws where a step is no longer enabled, and says what is. */
export const replays = <State, Step>(model: Model<State, Step>, steps: readonly Step[], initial?: State): readonly State[] => {
  const result = replay(model, steps, initial);
  if (result._tag === "Replayed") return result.states;
  const step = steps[result.at];
  throw new Error(
    `${model.name}: step ${result.at + 1} of ${steps.length}, "${step === undefined ? "" : model.describe(step)}", is not enabled. Enabled: ${result.enabled.join("; ") || "nothing"}`,
  );
};

/** The first safety property the run violates, if any. */
export const firstViolation = <State, Step>(
  properties: readonly Safety<State, Step>[],
  states: readonly State[],
  steps: readonly Step[],
): { readonly property: string; readonly message: string; readonly at: number } | undefined => {
  for (const [at, state] of states.entries()) {
    for (const property of properties) {
      const before = states[at - 1];
      const step = steps[at - 1];
      const message =
        property._tag === "Always"
          ? property.violation(state)
          : before === undefined || step === undefined
            ? undefined
            : property.violation(before, step, state);
      if (message !== undefined) return { property: property.id, message, at };
    }
  }
  return undefined;
};
