// The law of keys on the world: states that share a key have the same future. And the world itself: a cluster comes up in it.
import { expect, test } from "vitest";
import { CORE } from "../check.ts";
import { checkKey } from "../explore/key-law.ts";
import { replays } from "../explore/replay.ts";
import { modelOf } from "../models/question.ts";
import { PRIMARY_DIES } from "../models/primary-dies.ts";
import { PRIMARY_HANGS } from "../models/primary-hangs.ts";
import { isStable } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { nothingYet, runUntilQuiet, scenario } from "./begin.ts";
import { worldModel } from "./model.ts";

test("from nothing but the custom resource core makes a settled cluster, and the way there can be replayed", () => {
  const setting = { core: CORE, scenario: scenario({ name: "orderly" }) };
  const begin = nothingYet(setting);
  const { steps } = runUntilQuiet(setting, begin);
  const states = replays(worldModel(setting, begin), steps);
  expect(states.slice(-10).every((world) => isStable(world))).toBe(true);
  expect(states.at(-1)?.api.cluster.record).toMatchObject({
    epoch: 1,
    minReplicas: 1,
    members: [{ state: "Streaming" }, { state: "Streaming" }],
  });
});

test.each([PRIMARY_DIES, PRIMARY_HANGS])("worlds with one key have one future: $name", { timeout: 120_000 }, (asked) => {
  const { pairs, broken } = checkKey(modelOf(asked, CORE), SAFETY, 1_500);
  expect(broken?.because).toBeUndefined();
  expect(pairs).toBeGreaterThan(30);
});
