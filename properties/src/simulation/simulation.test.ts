// A few seeds each time; `npm run simulation` walks through as many as there is time for.
import { expect, test } from "vitest";
import { agenda } from "./agenda.ts";
import { simulate } from "./simulate.ts";

test("what is due first comes first, and of two at one instant the one put down first", () => {
  const { add, next } = agenda();
  const heard: number[] = [];
  for (const at of [5, 1, 4, 1, 3, 9, 2]) add(at, () => heard.push(at));
  for (let due = next(8); due !== undefined; due = next(8)) due.what();
  expect(heard).toEqual([1, 1, 2, 3, 4, 5]);
});

test("a seed is a run: the same again, and another one with another seed", { timeout: 60_000 }, () => {
  const [first, again, other] = [7, 7, 8].map((seed) => simulate({ seed, minutes: 6 }));
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test("every promise that can be judged holds, and what heals is stable in the end", { timeout: 120_000 }, () => {
  const runs = [1, 2, 3, 4].map((seed) => simulate({ seed, minutes: 12 }));
  expect(runs.flatMap(({ seed, violation }) => (violation === undefined ? [] : [{ seed, ...violation }]))).toEqual([]);
  expect(runs.reduce((sum, run) => sum + run.failovers, 0)).toBeGreaterThan(2);
});
