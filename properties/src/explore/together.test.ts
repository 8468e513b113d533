// Several shards find what one search finds, however many they are.
import { expect, test } from "vitest";
import { exploreFair } from "./fair.ts";
import type { FairExploration } from "./fair.ts";
import type { Task } from "./shard.ts";
import { conclude, searchInTurns } from "./together.ts";
import { brokenPeterson, flickeringLamp, threeCounters } from "./toy-tasks.ts";

const alone = <State, Step>({ model, promises, fairness, properties }: Task<State, Step>) =>
  exploreFair(model, promises, fairness, properties);
const told = <State, Step>({ witnesses, ...found }: FairExploration<State, Step>) => ({
  ...found,
  seconds: 0,
  witnesses: [...witnesses].map(([id, { steps }]) => ({ id, steps: steps.length })),
});

test.each([1, 2, 3])("%d shards count what one search counts", (shards) => {
  const make = Array.from({ length: shards }, threeCounters);
  expect(told(conclude(threeCounters(), searchInTurns(make)))).toEqual(told(alone(threeCounters())));
});

test("a violation is found by a shortest way, across shards", () => {
  const found = conclude(brokenPeterson(), searchInTurns([brokenPeterson(), brokenPeterson()]));
  expect(found).toMatchObject({ complete: false, violations: [{ property: "mutual exclusion" }] });
  expect(found.violations[0]?.trace.steps).toHaveLength(6);
});

test("a round that goes through two shards is a lasso", () => {
  const found = conclude(flickeringLamp(), searchInTurns([flickeringLamp(), flickeringLamp()]));
  expect(told(found)).toEqual(told(alone(flickeringLamp())));
  expect(found.lassos).toMatchObject([{ property: "shines", round: ["press", "flicker"] }]);
});

test("a search cut short says so", () => {
  const found = conclude(threeCounters(), searchInTurns([threeCounters(), threeCounters()], 100));
  expect(found).toMatchObject({ complete: false, violations: [] });
});
