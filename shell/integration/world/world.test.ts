// World conformance, the part that fits into `npm test`: what was measured, each as a script, and some generated ones. The Valkey half of
// the world model and real servers have to agree after every step. `npm run conformance:world` goes on for as long as is wished.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findValkey } from "../../src/sandbox/valkey-binary.ts";
import { FACTS } from "./facts.ts";
import { generated } from "./generate.ts";
import { type Bench, openBench } from "./many.ts";
import { follow } from "./run.ts";
import { describeStep } from "./step.ts";
import { WITNESS_NAMES } from "./witnesses.ts";

const SEEDS = Array.from({ length: 12 }, (_, index) => 1 + index);
const STEPS = 25;

let bench: Bench | undefined;
const run: Bench["run"] = (next, patienceMs) => {
  if (bench === undefined) throw new Error("there are no addresses yet");
  return bench.run(next, patienceMs);
};
const seen = new Set<string>();

beforeAll(async () => {
  bench = await openBench(await findValkey());
}, 120_000);
afterAll(() => bench?.close());

describe.concurrent("measured", () => {
  test.each(FACTS)("$name", async ({ script, witnesses }) => {
    const ran = await run(follow(script));
    expect({ difference: ran.difference, taken: ran.taken }).toEqual({ difference: undefined, taken: script });
    expect([...ran.witnesses]).toEqual(expect.arrayContaining([...witnesses]));
    for (const name of ran.witnesses) seen.add(name);
  });
});

describe.concurrent("generated", () => {
  test.each(SEEDS)("the script of seed %i", async (seed) => {
    const ran = await run(generated(seed, STEPS));
    expect({ difference: ran.difference, script: ran.taken.map(describeStep) }).toMatchObject({ difference: undefined });
    expect(ran.taken).toHaveLength(STEPS);
    for (const name of ran.witnesses) seen.add(name);
  });
});

test("every situation has come up", () => {
  expect(WITNESS_NAMES.filter((name) => !seen.has(name))).toEqual([]);
});
