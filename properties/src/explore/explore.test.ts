import { expect, test } from "vitest";
import { explore } from "./explore.ts";
import { Fingerprints, fingerprint, fingerprintOfNumbers } from "./fingerprints.ts";
import { checkKey } from "./key-law.ts";
import { always, alwaysNext, sometimes } from "./model.ts";
import type { Model } from "./model.ts";
import { traceSource, traceTable } from "./print.ts";
import { firstViolation, replays } from "./replay.ts";
import { counters, peterson } from "./toys.ts";
import type { Peterson } from "./toys.ts";

const exclusion = always<Peterson>("mutual exclusion", (state) =>
  state.places.every((place) => place === "critical") ? "both are in the critical section" : undefined,
);
const naiveCount = <State, Step>(model: Model<State, Step>): number => {
  const seen = new Map(model.initial.map((state) => [JSON.stringify(state), state]));
  for (const state of seen.values()) {
    for (const next of model.steps(state).map((step) => model.next(state, step))) seen.set(JSON.stringify(next), next);
  }
  return seen.size;
};
const entered = sometimes<Peterson>("somebody enters", (state) => state.places.includes("critical"));

test("Peterson's algorithm holds in every state, and the states are counted exactly", () => {
  const result = explore(peterson("polite"), [exclusion, entered]);
  expect(result).toMatchObject({ states: 20, transitions: 34, complete: true, violations: [] });
  expect(result.witnesses.get("somebody enters")?.steps).toHaveLength(3);
  expect(naiveCount(peterson("polite"))).toBe(20);
});

test("the first counterexample is a shortest one and can be replayed", () => {
  const model = peterson("does not look");
  const [violation] = explore(model, [exclusion]).violations;
  expect(violation?.trace.steps).toHaveLength(6);
  const steps = violation?.trace.steps ?? [];
  expect(firstViolation([exclusion], replays(model, steps), steps)).toMatchObject({ property: "mutual exclusion", at: 6 });
});

test("a replay fails where a step is no longer enabled, and says what is", () => {
  const steps = [0, 0, 1, 1, 0, 1].map((process) => ({ process: process === 0 ? 0 : 1 }) as const);
  expect(() => replays(peterson("polite"), steps)).toThrow(/step 6 of 6, "process 1 moves", is not enabled. Enabled: process 0 moves/);
});

test("a property of transitions names the step that broke it", () => {
  const model = counters(2, 3);
  const monotone = alwaysNext<readonly number[], number>("never falls", (before, step, after) =>
    (after[step] ?? 0) < (before[step] ?? 0) ? `counter ${step} fell` : undefined,
  );
  const [violation] = explore(model, [monotone]).violations;
  expect(violation).toMatchObject({ property: "never falls", message: "counter 0 fell" });
  expect(violation?.trace.steps).toEqual([0, 0, 0]);
});

test("an exploration cut short says so", () => {
  expect(explore(counters(3, 10), [], { maxStates: 100 })).toMatchObject({ states: 100, complete: false });
  expect(explore(counters(3, 10), [], { maxDepth: 2 })).toMatchObject({ depth: 2, complete: false });
});

test("fifty thousand states a second of processor time at least, a million keys without a collision", () => {
  const began = process.cpuUsage();
  const result = explore(counters(6, 10), []);
  const { user, system } = process.cpuUsage(began);
  expect(result).toMatchObject({ states: 1_000_000, transitions: 6_000_000, depth: 54, complete: true });
  expect(result.states / ((user + system) / 1e6)).toBeGreaterThan(50_000);
});

test("fingerprints of near keys differ in both halves", () => {
  const keys = Array.from({ length: 10_000 }, (_, index) => fingerprint(`{"pods":[${index}],"epoch":3}`));
  expect(new Set(keys.map(([high]) => high)).size).toBeGreaterThan(9_990);
  expect(new Set(keys.map(([, low]) => low)).size).toBeGreaterThan(9_990);
  const numbers = Array.from({ length: 10_000 }, (_, index) => fingerprintOfNumbers([7, index % 100, Math.floor(index / 100)]));
  expect(new Set(numbers.map(([high]) => high)).size).toBeGreaterThan(9_990);
  expect(new Set(numbers.map(([, low]) => low)).size).toBeGreaterThan(9_990);
  const table = new Fingerprints(16);
  const ofNumbers = new Fingerprints(16);
  expect(
    [
      [1, 2],
      [2, 1],
      [1, 2],
      [1, 2, 0],
    ].map((key) => ofNumbers.intern(key)),
  ).toEqual([0, 1, 0, 2]);
  expect(["a", "b", "a", "c"].map((key) => table.intern(key))).toEqual([0, 1, 0, 2]);
});

test("a key that forgets what matters is found out", () => {
  const honest = peterson("polite");
  const forgetful: Model<Peterson, { readonly process: 0 | 1 }> = { ...honest, key: (state) => JSON.stringify(state.places) };
  expect(checkKey(honest, [exclusion], 1_000).broken).toBeUndefined();
  expect(checkKey(forgetful, [exclusion], 1_000).broken?.because).toMatch(/only one of them leads to/);
});

test("a trace prints as a table of what changed and as TypeScript", () => {
  const model = peterson("does not look");
  const trace = explore(model, [exclusion]).violations[0]?.trace;
  if (trace === undefined) throw new Error("no trace");
  const [heading, , begin, first] = traceTable(model, trace).split("\n");
  expect(heading).toMatch(/^# +step +0 +1 +turn$/);
  expect(begin).toMatch(/^0 +\(begin\) +idle +idle +0$/);
  expect(first).toMatch(/^1 +process 0 moves +asking$/);
  expect(traceSource(model, "bothCritical", trace)).toContain('  {"process":0}, // process 0 moves');
});
