// LV-4: healing. Not from what a fault makes of a cluster that is well, but from every state that roles, record and routing can be in together.
import { expect, test } from "vitest";
import { CORE } from "../check.ts";
import { exploreFair } from "../explore/fair.ts";
import { sometimes } from "../explore/model.ts";
import type { Eventually } from "../explore/model.ts";
import { FO_21, LV_6 } from "../specification/following.ts";
import { FAIRNESS, LV_1, LV_2, RC_7, isStable } from "../specification/liveness.ts";
import { FO_1, FO_12_WIPE } from "../specification/safety.ts";
import { SPEC, scenario, settledWorld } from "../world/begin.ts";
import { compactModel } from "../world/compact.ts";
import type { Setting, World } from "../world/world.ts";
import { scrambled } from "./scrambled.ts";

const STABLE = sometimes("stable", isStable);
const settingOf = (replicas: number): Setting => ({
  core: CORE,
  scenario: scenario({ name: "scrambled", spec: { ...SPEC, replicas }, early: [] }),
});

const lastingOf = (setting: Setting, initial: readonly World[], promises: readonly Eventually<World>[]) => {
  const [first] = initial;
  if (first === undefined) throw new Error("nothing to begin with");
  const searched = { ...compactModel(setting, first), initial };
  return exploreFair(searched, promises, FAIRNESS, [FO_1, FO_12_WIPE, STABLE], { maxStates: 30_000 });
};

const HEALED = { complete: true, violations: [], lassos: [], witnesses: new Map([["stable", expect.anything()]]) };

// Seen to fail: with a core that leaves other primaries what they are, and with one that leaves whoever follows somebody to him.
test.each([2, 3])("LV-4 %i pods in whatever roles, writes routed to anybody, and a record: they are one cluster again", (replicas) => {
  const setting = settingOf(replicas);
  const initial = scrambled(setting, settledWorld(setting), "recorded");
  expect(initial.length).toBe(3 * 5 ** replicas);
  // No hold excuses here: the record says whose word counts.
  expect(lastingOf(setting, initial, [LV_6, LV_2, RC_7, FO_21])).toMatchObject(HEALED);
});

test.each([2, 3])(
  "LV-4 %i pods without a record: they are one cluster again, or that it cannot be said whose data counts has a name",
  (replicas) => {
    const setting = settingOf(replicas);
    const initial = scrambled(setting, settledWorld(setting), "forgotten");
    expect(lastingOf(setting, initial, [LV_1, LV_2, RC_7])).toMatchObject(HEALED);
  },
);
