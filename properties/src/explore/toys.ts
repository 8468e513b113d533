// Toy models for the engine's own tests: small enough to check by hand.
import type { Model } from "./model.ts";

type Place = "idle" | "asking" | "waiting" | "critical";
export type Peterson = { readonly places: readonly [Place, Place]; readonly turn: 0 | 1 };
export type Move = { readonly process: 0 | 1 };

/** Peterson's mutual exclusion, and two famous ways to get it wrong. */
export const peterson = (manner: "polite" | "takes the turn" | "does not look"): Model<Peterson, Move> => {
  const mayEnter = (state: Peterson, process: 0 | 1): boolean =>
    manner === "does not look" || state.turn === process || state.places[process === 0 ? 1 : 0] === "idle";
  const move = (state: Peterson, process: 0 | 1): Peterson => {
    const other = process === 0 ? 1 : 0;
    const to = (place: Place, turn = state.turn): Peterson => ({
      places: process === 0 ? [place, state.places[1]] : [state.places[0], place],
      turn,
    });
    switch (state.places[process]) {
      case "idle":
        return to("asking");
      case "asking":
        return to("waiting", manner === "takes the turn" ? process : other);
      case "waiting":
        return to("critical");
      case "critical":
        return to("idle");
    }
  };
  const processes = [0, 1] as const;
  return {
    name: `Peterson, ${manner}`,
    initial: [{ places: ["idle", "idle"], turn: 0 }],
    steps: (state) =>
      processes.filter((process) => state.places[process] !== "waiting" || mayEnter(state, process)).map((process) => ({ process })),
    next: (state, step) => move(state, step.process),
    key: (state) => JSON.stringify(state),
    describe: (step) => `process ${step.process} moves`,
    show: (state) => ({ "0": state.places[0], "1": state.places[1], turn: String(state.turn) }),
    fault: () => undefined,
  };
};

export type Lamp = { readonly on: boolean; readonly blackouts: number };
export type LampStep = "press" | "black out" | "flicker";

/** A lamp somebody turns on. Blackouts are a budget; a flickering one can go on doing so for ever. */
export const lamp = (blackouts: number, flickers: boolean): Model<Lamp, LampStep> => ({
  name: "lamp",
  initial: [{ on: false, blackouts }],
  steps: (state) => [
    ...(state.on ? [] : (["press"] as const)),
    ...(state.on && state.blackouts > 0 ? (["black out"] as const) : []),
    ...(state.on && flickers ? (["flicker"] as const) : []),
  ],
  next: (state, step) => ({
    ...state,
    on: step === "press",
    blackouts: state.blackouts - (step === "black out" ? 1 : 0),
  }),
  key: (state) => `${state.on} ${state.blackouts}`,
  describe: (step) => step,
  show: (state) => ({ lamp: state.on ? "on" : "off" }),
  fault: (step) => (step === "black out" ? step : undefined),
});

export type Counters = readonly number[];

/** `size` counters modulo `modulus`, each of which may be raised: modulus ** size states, a plain measure of throughput. */
export const counters = (size: number, modulus: number): Model<Counters, number> => ({
  name: "counters",
  initial: [Array.from({ length: size }, () => 0)],
  steps: (state) => state.map((_, index) => index),
  next: (state, step) => state.map((value, index) => (index === step ? (value + 1) % modulus : value)),
  key: (state) => state.join(","),
  describe: (step) => `raise ${step}`,
  show: (state) => Object.fromEntries(state.map((value, index) => [String(index), String(value)])),
  fault: (step) => `kind ${step}`,
});
