// SH-8 of mutants that nobody chose: the lot is fair and repeatable, a mutant is what Stryker says it is, and what was excused is still there.
import { expect, test } from "vitest";
import { draw } from "./draw.ts";
import { EQUIVALENT, whyEquivalent } from "./equivalent.ts";
import { allMutants, mutantsOf } from "./list.ts";
import { pageOf } from "./page.ts";

test("the same seed draws the same, each at most once; another seed draws others", () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const drawn = draw(items, String, 20, 7);
  expect(draw(items, String, 20, 7)).toEqual(drawn);
  expect(new Set(drawn).size).toBe(20);
  expect(draw(items, String, 20, 8)).not.toEqual(drawn);
  expect(draw(items, String, 60, 7).toSorted((a, b) => a - b)).toEqual(items);
});

test("the lot is fair: each is drawn about as often as the others", () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const times = items.map(() => 0);
  for (let seed = 1; seed <= 1_000; seed++) for (const item of draw(items, String, 20, seed)) times[item] = (times[item] ?? 0) + 1;
  expect(Math.min(...times)).toBeGreaterThan(330);
  expect(Math.max(...times)).toBeLessThan(470);
});

test("code that goes takes its own mutants with it and no others; what stands there twice is drawn as two", () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const drawn = draw(items, String, 20, 7);
  const [gone = 0] = items.filter((item) => !drawn.includes(item));
  expect(draw(items.filter((item) => item !== gone).toReversed(), String, 20, 7)).toEqual(drawn);
  const without = draw(
    items.filter((item) => item !== drawn[3]),
    String,
    20,
    7,
  );
  expect(without.slice(0, 19)).toEqual(drawn.toSpliced(3, 1));
  expect(draw([{ name: "a" }, { name: "a" }], ({ name }) => name, 2, 7)).toHaveLength(2);
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
  const both = pageOf([{ seed: 4, of: 9, trials: [] }], page);
  expect(both).toContain("## Seed 3\n\n1 of 9 mutants");
  expect(both).toContain("## Seed 4\n\n0 of 9 mutants");
  expect(pageOf([{ seed: 4, of: 9, trials: [] }], both)).toBe(both);
});
