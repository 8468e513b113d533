// RC-16: a watch that goes back. Whole worlds go on at random, and again and again the operator is shown what was so a while ago: nothing is made
// twice, none of its own writes is decided on what its own write has made old, and the write Service never goes back to a former primary.
import { test } from "@fast-check/vitest";
import { instant } from "@gungnir/core";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { CORE } from "../check.ts";
import { SAFETY } from "../specification/safety.ts";
import { FO_10 } from "../specification/stale.ts";
import { type Api, WRITE_SERVICE, objectOf, readCluster } from "../world/api.ts";
import { nothingYet, scenario, settledWorld } from "../world/begin.ts";
import { worldModel } from "../world/model.ts";
import type { Setting, Step, World } from "../world/world.ts";

type Move = {
  /** Which of the steps that are enabled. */
  readonly which: number;
  /** How many versions behind the watch shows it before that; undefined where it shows nothing. */
  readonly behind: number | undefined;
};
const anyWalk: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({ which: fc.nat(40), behind: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 3 }) }),
  { minLength: 20, maxLength: 90, size: "max" },
);

const BEGINNING: Setting = { core: CORE, scenario: scenario({ name: "a beginning", early: [] }) };
const FAILOVER: Setting = {
  core: CORE,
  scenario: scenario({ name: "a failover", early: [], faults: 1, kinds: ["crash", "pod deleted", "hang"], writes: 1 }),
};
const BEGUN = nothingYet(BEGINNING);
const SETTLED = settledWorld(FAILOVER);

type Walked = { readonly before: World; readonly step: Step; readonly after: World; readonly shown: number };

/** Everything that was so before is kept, to be shown again. */
const walk = (setting: Setting, from: World, moves: readonly Move[]): readonly Walked[] => {
  const model = worldModel(setting, from);
  const past: Api[] = [from.api];
  const walked: Walked[] = [];
  let world = from;
  let shown = 0;
  for (const { which, behind } of moves) {
    const old = behind === undefined ? undefined : past.at(-1 - behind);
    // Who knows nothing yet, or is to look anew, is not told by a watch.
    if (old !== undefined && world.operator.read !== undefined && world.operator.memory.forgottenAt === undefined) {
      world = shownAgain(world, old);
      shown += 1;
    }
    const steps = model.steps(world);
    const step = steps[which % steps.length];
    if (step === undefined) return walked;
    const after = model.next(world, step);
    walked.push({ before: world, step, after, shown });
    if (after.api !== past.at(-1)) past.push(after.api);
    world = after;
  }
  return walked;
};
const shownAgain = (world: World, old: Api): World => {
  const { memory, decision } = CORE.step(world.operator.memory, { now: instant(world.now), _tag: "Read", cluster: readCluster(old) });
  return { ...world, operator: { ...world.operator, memory, decision } };
};

const routedIn = ({ api }: World): number => {
  const text = JSON.stringify(objectOf(api, "Service", WRITE_SERVICE)?.manifest ?? {});
  return Number(/valkey\.verilean\.io\/epoch":"(\d+)"/.exec(text)?.[1] ?? 0);
};

const problemsOf = (walked: readonly Walked[]): readonly string[] =>
  walked.flatMap(({ before, step, after }) => {
    const broken = [...SAFETY, FO_10].flatMap((property) =>
      property._tag === "Always" ? (property.violation(after) ?? []) : (property.violation(before, step, after) ?? []),
    );
    return routedIn(after) < routedIn(before) ? [...broken, `routed in epoch ${routedIn(before)}, then ${routedIn(after)}`] : broken;
  });

// Seen to fail: with a core that believes whatever it is shown last.
test.prop([anyWalk], { numRuns: 40 })("RC-16 while a cluster begins, what the watch shows again makes nothing twice", (moves) => {
  expect(problemsOf(walk(BEGINNING, BEGUN, moves))).toEqual([]);
});

test.prop([anyWalk], { numRuns: 60 })("RC-16 in a failover, what the watch shows again undoes nothing", (moves) => {
  expect(problemsOf(walk(FAILOVER, SETTLED, moves))).toEqual([]);
});

it("the walks come to publications, with much shown again before", () => {
  const walks = fc.sample(anyWalk, { numRuns: 60, seed: 1 }).map((moves) => walk(FAILOVER, SETTLED, moves));
  const ends = walks.flatMap((walked) => walked.at(-1) ?? []);
  expect(ends.filter(({ after }) => (after.api.cluster.record?.primary?.epoch ?? 1) > 1).length).toBeGreaterThan(5);
  expect(ends.filter(({ shown }) => shown > 5).length).toBeGreaterThan(20);
  expect(ends.some(({ after }) => routedIn(after) > 1)).toBe(true);
});
