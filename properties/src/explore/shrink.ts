// A shorter run that breaks the same property: leave out ever smaller pieces, skip what is then no longer enabled, and keep
// what still fails. The result is minimal in this sense only: no single step can be left out.
import type { Model, Safety } from "./model.ts";
import { sameStep } from "./replay.ts";

export const shrink = <State, Step>(
  model: Model<State, Step>,
  properties: readonly Safety<State, Step>[],
  property: string,
  initial: State,
  steps: readonly Step[],
): readonly Step[] => {
  const broken = properties.filter((other) => other.id === property);
  let best = steps;
  let size = Math.max(1, steps.length >> 1);
  while (size >= 1) {
    let shorter: readonly Step[] | undefined;
    for (let at = 0; at < best.length && shorter === undefined; at += size) {
      const attempt = failing(model, broken, initial, [...best.slice(0, at), ...best.slice(at + size)]);
      if (attempt !== undefined && attempt.length < best.length) shorter = attempt;
    }
    if (shorter !== undefined) best = shorter;
    else size >>= 1;
  }
  return best;
};

/** The steps really taken up to the violation, skipping what is not enabled; nothing when nothing breaks. */
const failing = <State, Step>(
  model: Model<State, Step>,
  properties: readonly Safety<State, Step>[],
  initial: State,
  steps: readonly Step[],
): readonly Step[] | undefined => {
  const taken: Step[] = [];
  let state: State = initial;
  for (const wanted of steps) {
    const step = model.steps(state).find((candidate) => sameStep(candidate, wanted));
    if (step === undefined) continue;
    const before = state;
    state = model.next(before, step);
    taken.push(step);
    for (const property of properties) {
      const message = property._tag === "Always" ? property.violation(state) : property.violation(before, step, state);
      if (message !== undefined) return taken;
    }
  }
  return undefined;
};
