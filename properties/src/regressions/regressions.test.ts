import { expect, test } from "vitest";
import { KEPT } from "./kept.ts";
import { searchOn } from "./regression.ts";

test.each(Object.entries(KEPT))("%s", { timeout: 120_000 }, (_, regression) => {
  const found = searchOn(regression);
  expect(found.violations.map(({ property, message }) => `${property}: ${message}`)).toEqual([]);
  expect(found.lassos.map((lasso) => lasso.property)).toEqual([]);
  expect(found.complete).toBe(regression.depth === undefined);
});
