// Each tiny world keeps its promises, and comes to exactly what it came to before: small enough to be asked of every mutant.
import { step } from "@gungnir/core";
import { expect, test } from "vitest";
import { SUMS } from "./counts.ts";
import { searchTiny } from "./tiny.ts";
import { TINY } from "./worlds.ts";

test.each(TINY)("$name", (tiny) => {
  const { broken, met: _, ...sum } = searchTiny(tiny, { step }, SUMS[tiny.name]);
  expect(broken).toEqual([]);
  // Another sum: core decides otherwise somewhere in this world. Where that was meant: node --conditions=gungnir-source properties/src/models/tiny/write.ts
  expect(sum).toEqual(SUMS[tiny.name]);
});
