// Seeded walks through worlds too large to search. A walk is a swarm member: a coin decides for each kind of fault whether it
// exists in this walk at all, so that combinations that uniform choice makes rare become common.
import type { Trace, Violation } from "./explore.ts";
import type { Model, Safety } from "./model.ts";
import { shrink } from "./shrink.ts";

export type WalkOptions = { readonly seed: number; readonly walks: number; readonly length: number; readonly swarm?: boolean };

export type Walks<State, Step> = {
  readonly seed: number;
  readonly walks: number;
  readonly steps: number;
  readonly violation: (Violation<State, Step> & { readonly walk: number }) | undefined;
};

/** Ends at the first violation, shrunk. The same seed walks the same walks. */
export const walkRandomly = <State, Step>(
  model: Model<State, Step>,
  properties: readonly Safety<State, Step>[],
  options: WalkOptions,
): Walks<State, Step> => {
  let total = 0;
  for (let walk = 0; walk < options.walks; walk++) {
    const random = generator(options.seed + walk * 0x9e3779b1);
    const initial = model.initial[Math.floor(random() * model.initial.length)];
    if (initial === undefined) throw new Error(`${model.name} has no initial state`);
    const off = new Map<string, boolean>();
    const allowed = (step: Step): boolean => {
      const kind = model.fault(step);
      if (kind === undefined || options.swarm === false) return true;
      const known = off.get(kind) ?? random() < 0.5;
      off.set(kind, known);
      return !known;
    };
    const steps: Step[] = [];
    let state: State = initial;
    while (steps.length < options.length) {
      const enabled = model.steps(state).filter(allowed);
      const step = enabled[Math.floor(random() * enabled.length)];
      if (step === undefined) break;
      const before = state;
      state = model.next(before, step);
      steps.push(step);
      total++;
      const broken = violationOf(properties, before, step, state);
      if (broken === undefined) continue;
      const trace: Trace<State, Step> = { initial, steps: shrink(model, properties, broken.property, initial, steps) };
      return { seed: options.seed, walks: walk + 1, steps: total, violation: { ...broken, trace, walk } };
    }
  }
  return { seed: options.seed, walks: options.walks, steps: total, violation: undefined };
};

const violationOf = <State, Step>(properties: readonly Safety<State, Step>[], before: State, step: Step, after: State) => {
  for (const property of properties) {
    const message = property._tag === "Always" ? property.violation(after) : property.violation(before, step, after);
    if (message !== undefined) return { property: property.id, message };
  }
  return undefined;
};

/** Mulberry32: small, seeded, and good enough to choose steps. Numbers in [0, 1). */
export const generator = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
