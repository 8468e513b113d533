import { expect, test } from "vitest";
import { exploreFair } from "./fair.ts";
import { eventually } from "./model.ts";
import { counters, lamp, peterson } from "./toys.ts";
import type { Lamp, Move, Peterson } from "./toys.ts";

const shines = eventually<Lamp>("shines", "eventually always", (state) => state.on);
const served = (process: 0 | 1) =>
  eventually<Peterson>(`${process} is served`, "infinitely often", (state) => state.places[process] !== "waiting");
const everybodyMoves = (step: Move): string => `process ${step.process}`;

test("once the blackouts are used up the lamp stays on", () => {
  expect(exploreFair(lamp(2, false), [shines], (step) => (step === "press" ? step : undefined))).toMatchObject({
    states: 6,
    fairComponents: 1,
    lassos: [],
  });
});

test("a lamp that nobody keeps pressing flickers for ever: a lasso", () => {
  const [lasso] = exploreFair(lamp(1, true), [shines], (step) => (step === "press" ? step : undefined)).lassos;
  expect(lasso).toMatchObject({ property: "shines", round: ["press", "flicker"] });
});

test("under weak fairness nobody waits for ever at Peterson's gate", () => {
  expect(exploreFair(peterson("polite"), [served(0), served(1)], everybodyMoves).lassos).toEqual([]);
});

test("who takes the turn instead of giving it away can be kept out for ever", () => {
  const result = exploreFair(peterson("takes the turn"), [served(0), served(1)], everybodyMoves);
  expect(result.lassos.map((lasso) => lasso.property)).toEqual(["0 is served", "1 is served"]);
});

test("without fairness a round that starves somebody counts, and every step of it is one of the model", () => {
  const promise = eventually<readonly number[]>("the second moves", "infinitely often", (state) => (state[1] ?? 0) > 0);
  const [lasso] = exploreFair(counters(2, 3), [promise], () => undefined).lassos;
  expect(lasso?.stem.steps).toEqual([]);
  expect(lasso?.round).toEqual([0, 0, 0]);
});

test("a state in which nothing happens any more must meet the goal", () => {
  const dark = eventually<Lamp>("is dark", "eventually always", (state) => !state.on);
  const [lasso] = exploreFair(lamp(0, false), [dark], () => undefined).lassos;
  expect(lasso).toMatchObject({ stem: { steps: ["press"] }, round: [] });
});
