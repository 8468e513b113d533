import { expect, test } from "vitest";
import { always } from "./model.ts";
import { walkRandomly } from "./random.ts";
import { counters } from "./toys.ts";

const apart = always<readonly number[]>("less than five apart", (state) =>
  Math.max(...state) - Math.min(...state) >= 5 ? "too far apart" : undefined,
);

test("a violation found by chance is shrunk to its essence", () => {
  const { violation } = walkRandomly(counters(3, 100), [apart], { seed: 7, walks: 10, length: 200 });
  expect(violation?.trace.steps.length).toBe(5);
  expect(new Set(violation?.trace.steps).size).toBe(1);
});

test("the same seed walks the same walk", () => {
  const options = { seed: 11, walks: 10, length: 50 };
  expect(walkRandomly(counters(3, 100), [apart], options)).toEqual(walkRandomly(counters(3, 100), [apart], options));
});

test("the swarm makes rare combinations common: only one counter of eight moves", () => {
  const alone = always<readonly number[]>("never alone", (state) =>
    Math.max(...state) === 12 && state.filter((value) => value > 0).length === 1 ? "one counter moved alone" : undefined,
  );
  const options = { seed: 3, walks: 2_000, length: 15 };
  expect(walkRandomly(counters(8, 100), [alone], options).violation).toBeDefined();
  expect(walkRandomly(counters(8, 100), [alone], { ...options, swarm: false }).violation).toBeUndefined();
});
