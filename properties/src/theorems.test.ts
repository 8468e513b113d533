// Issue 4, show 3: every theorem of the original has its row, and what stands in its place is in the catalogue.
import { expect, test } from "vitest";
import { entryOf } from "./catalogue.ts";
import { THEOREMS, type Worth } from "./theorems.ts";

const count = (worth: Worth): number => THEOREMS.filter((one) => one.worth === worth).length;

test("82 theorems and 4 axioms, as many of each worth as were counted", () => {
  expect([count("M"), count("D"), count("T"), count("A"), count("axiom")]).toEqual([10, 20, 40, 12, 4]);
  expect(new Set(THEOREMS.map((one) => `${one.file} ${one.name}`)).size).toBe(86);
});

test("what stands in place of each is in the catalogue", () => {
  const unknown = THEOREMS.flatMap((one) => one.ids.filter((id) => entryOf(id) === undefined).map((id) => `${one.name}: ${id}`));
  expect(unknown).toEqual([]);
});

test("whatever was meaningful has something in its place, and each file its theorems in order", () => {
  expect(THEOREMS.filter((one) => one.worth !== "T" && one.ids.length === 0)).toEqual([]);
  for (const file of new Set(THEOREMS.map((one) => one.file))) {
    const lines = THEOREMS.filter((one) => one.file === file).map((one) => one.line);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  }
});
