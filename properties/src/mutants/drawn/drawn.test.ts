// SH-8 of mutants that nobody chose: the lot is fair and repeatable, a mutant is what Stryker says it is, and what was excused is still there.
import { expect, test } from "vitest";
import { generator } from "../../explore/random.ts";
import { draw } from "./draw.ts";
import { EQUIVALENT, whyEquivalent } from "./equivalent.ts";
import { allMutants, mutantsOf } from "./list.ts";
import { pageOf } from "./page.ts";

test("the same seed draws the same, each at most once; another seed draws others", () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const drawn = draw(items, 20, 7);
  expect(draw(items, 20, 7)).toEqual(drawn);
  expect(new Set(drawn).size).toBe(20);
  expect(draw(items, 20, 8)).not.toEqual(drawn);
  expect(draw(items, 60, 7).toSorted((a, b) => a - b)).toEqual(items);
  expect(generator(7)()).toBeLessThan(1);
});

test("a mutant exchanges exactly the place that Stryker names, and keeps it together", async () => {
  const text = "export const f = (a: number, b: number) => a > 0 && b > 0 && a < b;\n";
  const mutants = await mutantsOf("x.ts", text);
  const changed = mutants.map(({ patch }) => patch.replace);
  expect(changed).toContain("export const f = (a: number, b: number) => (a > 0 || b > 0) && a < b;\n");
  expect(changed).toContain("export const f = (a: number, b: number) => (a >= 0) && b > 0 && a < b;\n");
  expect(new Set(changed).size).toBe(changed.length);
  for (const { patch } of mutants) expect(patch.find).toBe(text);
});

test("whoever is excused as equivalent is a mutant of the present sources", async () => {
  const all = await allMutants();
  expect(all.length).toBeGreaterThan(1_000);
  const excused = all.filter((mutant) => whyEquivalent(mutant) !== undefined);
  expect(excused.length).toBeGreaterThanOrEqual(EQUIVALENT.length);
  for (const one of EQUIVALENT)
    expect(all.some((mutant) => mutant.context === one.context && mutant.replacement === one.replacement)).toBe(true);
});

test("one that nobody found, and that is not excused, stands in the table as a survivor", async () => {
  const [mutant] = await mutantsOf("x.ts", "export const yes = (a: number) => a > 1 || a < 0;\n");
  if (mutant === undefined) throw new Error("there is nothing to mutate");
  const page = pageOf([{ seed: 3, of: 9, trials: [{ mutant, killer: undefined, also: ["the models did not end"] }] }]);
  expect(page).toContain("1 of 9 mutants: 0 found, 0 equivalent, 1 survived.");
  expect(page).toContain(String.raw`\|\|`);
  expect(page).toContain("the models did not end");
});
