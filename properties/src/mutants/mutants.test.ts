// Known failures of operators in this field, put back into core: each has to be found, by a counterexample one can read.
import { expect, test } from "vitest";
import { CORE } from "../check.ts";
import { explore } from "../explore/explore.ts";
import { MUTANT_QUESTIONS } from "../models/narrow.ts";
import { modelOf } from "../models/question.ts";
import { kill } from "./kill.ts";
import { MUTANTS } from "./mutants.ts";
import { patched } from "./patch.ts";

const READABLE = 40; // steps

test.each(MUTANTS)("$id is killed: $what", { timeout: 300_000 }, async (mutant) => {
  const { killer } = await kill(mutant);
  expect(killer).toBeDefined();
  expect(killer?.trace.steps.length).toBeLessThanOrEqual(READABLE);
});

test.each([...new Set(Object.values(MUTANT_QUESTIONS))])(
  "what is there in core itself does not kill: $name",
  { timeout: 300_000 },
  (asked) => {
    expect(explore(modelOf(asked, CORE), asked.safety, { maxStates: 6_000 }).violations.map((violation) => violation.property)).toEqual([]);
  },
);

test("a mutant whose text is no longer in core is an error, not a survivor", () => {
  const patch = { file: "x.ts", find: "once", replace: "" };
  expect(() => patched("twice: once, once", patch, "X")).toThrow(/2 times, wanted once/);
  expect(() => patched("never", patch, "X")).toThrow(/0 times/);
});
