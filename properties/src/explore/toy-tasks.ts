// Toys as tasks, for searches by several threads: a thread finds them here by their name.
import { always, eventually, sometimes } from "./model.ts";
import type { Model } from "./model.ts";
import type { Portable, Task } from "./shard.ts";
import { counters, lamp, peterson } from "./toys.ts";
import type { Counters, Lamp, LampStep, Move, Peterson } from "./toys.ts";
import { hashOf } from "./hash.ts";

/** States that are text on the way. */
const asText = <State, Step>(model: Model<State, Step>, parse: (text: string) => State): Portable<State> => ({
  owner: (state) => hashOf(model.key(state)) >>> 1,
  write: (_, states) => states.map((state) => JSON.stringify(state)),
  read: (_, message) => (Array.isArray(message) ? message.map((text) => parse(String(text))) : []),
});
const nothing = (): undefined => undefined;

export const threeCounters = (): Task<Counters, number> => {
  const model = counters(3, 10);
  return {
    model,
    portable: asText(model, (text): Counters => JSON.parse(text)),
    properties: [sometimes("all are nine", (state) => state.every((value) => value === 9))],
    promises: [eventually("counts on", "infinitely often", () => true)],
    fairness: (step) => String(step),
  };
};

const isBroken = (state: Peterson): boolean => state.places.every((place) => place === "critical");

export const brokenPeterson = (): Task<Peterson, Move> => {
  const model = peterson("does not look");
  return {
    model,
    portable: asText(model, (text): Peterson => JSON.parse(text)),
    properties: [always("mutual exclusion", (state) => (isBroken(state) ? "both are in the critical section" : undefined))],
    promises: [],
    fairness: nothing,
  };
};

export const flickeringLamp = (): Task<Lamp, LampStep> => {
  const model = lamp(1, true);
  return {
    model,
    portable: asText(model, (text): Lamp => JSON.parse(text)),
    properties: [],
    promises: [eventually("shines", "eventually always", (state) => state.on)],
    fairness: (step) => (step === "press" ? step : undefined),
  };
};

const TASKS: { readonly [name: string]: () => unknown } = { threeCounters, brokenPeterson, flickeringLamp };

export const task = (name: string): unknown => {
  const made = TASKS[name];
  if (made === undefined) throw new Error(`there is no toy "${name}"; there are ${Object.keys(TASKS).join(", ")}`);
  return made();
};
