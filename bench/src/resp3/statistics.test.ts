import { expect, it } from "vitest";
import { spreadOf } from "./statistics.ts";
import { BEST, HIREDIS, isMet, ratiosOf } from "./target.ts";

it("has medians and quartiles between neighbours", () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, lower: 2, upper: 4 });
  expect(spreadOf([10, 20])).toEqual({ median: 15, lower: 12.5, upper: 17.5 });
  expect(spreadOf([]).median).toBeNaN();
});

const ratios = ratiosOf(
  [300, 150, 330],
  new Map([
    ["redis-parser", [100, 50, 110]],
    ["@redis/client", [200, 100, 230]],
    [HIREDIS, [600, 300, 650]],
  ]),
);

it("compares with the fastest in JavaScript, which hiredis is not, and with one by name", () => {
  expect([ratios.best, ratios.hiredis, ratios.of("redis-parser")].map((each) => each?.median)).toEqual([1.5, 0.5, 3]);
  expect(isMet({ least: 1.5, against: BEST }, ratios)).toBe(true);
  expect(isMet({ least: 1, against: HIREDIS }, ratios)).toBe(false);
});

it("makes ratios turn by turn, so that a machine that is slow for a while is no part of them", () => {
  expect(ratios.of("redis-parser")).toEqual({ median: 3, lower: 3, upper: 3 });
});

it("does not call a target met, nor missed, of a peer that was left out", () => {
  expect(isMet({ least: 1, against: HIREDIS }, ratiosOf([300], new Map([["ioredis", [100]]])))).toBeUndefined();
  expect(ratiosOf(undefined, new Map([["ioredis", [100]]])).best).toBeUndefined();
});
