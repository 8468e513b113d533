// Known failures of operators in this field, put back in: each has to be found by a property, and by its quickest one here.
import { expect, test } from "vitest";
import { CORE } from "../check.ts";
import { explore } from "../explore/explore.ts";
import { DEATH, NARROW } from "../models/narrow.ts";
import { NARROW_LASTING } from "../models/narrow-lasting.ts";
import { NARROW_STALE } from "../models/narrow-stale.ts";
import { NARROW_SWITCHOVERS } from "../models/narrow-switchover.ts";
import { searched } from "../models/question.ts";
import { killAll } from "./kill.ts";
import { WITHOUT } from "./known/without.ts";
import { type Mutant, byTest, inCore, inModel, isKilled } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";
import { patched } from "./patch.ts";

const silently = { deep: false, say: () => undefined };

test("SH-8 every mutant is killed, by a property that says what is wrong", { timeout: 600_000 }, async () => {
  const kills = await killAll(MUTANTS, silently);
  expect(kills.map((kill) => kill.mutant)).toEqual(MUTANTS.map((mutant) => mutant.id));
  expect(kills.filter((kill) => !isKilled(kill)).map(({ mutant, missing }) => ({ mutant, missing }))).toEqual([]);
});

test.each([...NARROW, ...NARROW_SWITCHOVERS, ...NARROW_LASTING, ...NARROW_STALE])(
  "what is there in core itself does not kill: $name",
  { timeout: 300_000 },
  (asked) => {
    expect(explore(searched(asked, CORE), asked.safety, { maxStates: 8_000 }).violations.map((violation) => violation.property)).toEqual(
      [],
    );
  },
);

/** The entries of the catalogue's table of known failures. */
const D = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33];
const MORE = [34, 35, 36, 37, 38, 39, 40, 41, 43, 44, 46, 47, 48, 49, 50, 51, 52, 54, 55, 56];
const KNOWN = [
  ...[...D, ...MORE].map((number) => `D-${String(number).padStart(2, "0")}`),
  ...Array.from({ length: 18 }, (_, index) => `F-${index + 1}`),
];

test("SH-8 every known failure is a mutant, or it is said why it is none", () => {
  const mutated = new Set(MUTANTS.map(({ id }) => id.split(" ")[0]));
  const excused = WITHOUT.map(({ id }) => id);
  expect(KNOWN.filter((id) => !mutated.has(id) && !excused.includes(id))).toEqual([]);
  expect(excused.filter((id) => mutated.has(id) || !KNOWN.includes(id))).toEqual([]);
  expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
});

const silence = byTest("properties/src/laws/down.test.ts");
const MISSING = "a missing pod is claimed at once";
const END = 'return { _tag: "Lost", evidence: "Missing" };';
const SURVIVORS: readonly Mutant[] = [
  { id: "none", what: "nothing", patches: [inCore("down.ts", END, `${END} `)], expected: [silence("SD-4", MISSING)] },
  { id: "harmless", what: "nothing", patches: [inCore("down.ts", END, `${END}  `)], expected: [inModel("FO-1", DEATH)] },
  {
    id: "crash",
    what: "falls over",
    patches: [inCore("down.ts", END, `{ const nobody: any = undefined; nobody.falls(); } ${END}`)],
    expected: [silence("SD-4", MISSING)],
  },
  { id: "unknown", what: "nothing", patches: [inCore("down.ts", END, `${END}   `)], expected: [silence("SD-4", "no test has this title")] },
  { id: "rotten", what: "nothing", patches: [inCore("down.ts", "no such text", "")], expected: [silence("SD-4", MISSING)] },
];

test("SH-8 one that survives is told, one that merely crashes is not counted, and neither is one whose patch rotted", async () => {
  const kills = await killAll(SURVIVORS, silently);
  expect(kills.filter((kill) => isKilled(kill)).map((kill) => kill.mutant)).toEqual([]);
  const told = Object.fromEntries(kills.map(({ mutant, missing }) => [mutant, missing.join("; ")]));
  expect(told["none"]).toMatch(/SD-4 by "a missing pod is claimed at once" in .*: passes/);
  expect(told["harmless"]).toMatch(/FO-1 in "the primary dies": nothing found in \d+ states/);
  expect(told["crash"]).toMatch(/crashes instead of finding it: /);
  expect(told["unknown"]).toMatch(/there is no such test/);
  expect(told["rotten"]).toMatch(/holds the text to replace 0 times, wanted once/);
});

test("a mutant whose text is no longer there is an error, not a survivor", () => {
  const patch = { file: "x.ts", find: "once", replace: "" };
  expect(() => patched("twice: once, once", patch, "X")).toThrow(/2 times, wanted once/);
  expect(() => patched("never", patch, "X")).toThrow(/0 times/);
});
