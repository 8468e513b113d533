// A key that forgets too much makes the engine skip states it has never seen. The law: two states with one key have
// successors with the same keys, and every property says the same of both. It is checked wherever two ways lead to one key.
import type { Model, Property } from "./model.ts";

export type KeyBreak<State> = { readonly key: string; readonly one: State; readonly other: State; readonly because: string };

/** The first pair of states that share a key and differ in their future, among `maxStates` keys; for small models and short searches. */
export const checkKey = <State, Step>(
  model: Model<State, Step>,
  properties: readonly Property<State, Step>[],
  maxStates: number,
): { readonly keys: number; readonly pairs: number; readonly broken: KeyBreak<State> | undefined } => {
  const seen = new Map<string, { readonly state: State; readonly raw: string }>();
  const queue: State[] = [];
  let pairs = 0;
  const meet = (state: State): KeyBreak<State> | undefined => {
    const key = model.key(state);
    const known = seen.get(key);
    const raw = JSON.stringify(state, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
    if (known === undefined) {
      if (seen.size < maxStates) queue.push(state);
      seen.set(key, { state, raw });
      return undefined;
    }
    if (known.raw === raw) return undefined;
    pairs++;
    const because = difference(model, properties, known.state, state);
    return because === undefined ? undefined : { key, one: known.state, other: state, because };
  };
  for (const state of model.initial) {
    const broken = meet(state);
    if (broken !== undefined) return { keys: seen.size, pairs, broken };
  }
  for (const state of queue) {
    for (const step of model.steps(state)) {
      const broken = meet(model.next(state, step));
      if (broken !== undefined) return { keys: seen.size, pairs, broken };
    }
  }
  return { keys: seen.size, pairs, broken: undefined };
};

const difference = <State, Step>(
  model: Model<State, Step>,
  properties: readonly Property<State, Step>[],
  one: State,
  other: State,
): string | undefined => {
  const [futureOfOne, futureOfOther] = [futures(model, one), futures(model, other)];
  const missing = futureOfOne.find((key, index) => key !== futureOfOther[index]) ?? futureOfOther[futureOfOne.length];
  if (missing !== undefined) return `only one of them leads to ${missing}`;
  const split = properties.find((property) => saysOf(property, one) !== saysOf(property, other));
  return split === undefined ? undefined : `${split.id} holds in only one of them`;
};

const futures = <State, Step>(model: Model<State, Step>, state: State): readonly string[] =>
  [...new Set(model.steps(state).map((step) => model.key(model.next(state, step))))].toSorted();

const saysOf = <State, Step>(property: Property<State, Step>, state: State): boolean => {
  switch (property._tag) {
    case "Always":
      return property.violation(state) === undefined;
    case "AlwaysNext":
      return true;
    case "Sometimes":
      return property.witness(state);
  }
};
