// From an empty namespace to a settled cluster, with everything in any order: pods that start late, a process that dies before
// it is anything, an operator that forgets.
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { LV_1_TOLD } from "../specification/stale.ts";
import { STABLE } from "../specification/witnesses.ts";
import { SPEC } from "../world/begin.ts";
import { question } from "./question.ts";

const asked = { begins: "with nothing", safety: SAFETY, liveness: [...LIVENESS, LV_1_TOLD], witnesses: [STABLE] } as const;

export const BOOTSTRAP = question({
  ...asked,
  name: "bootstrap",
  asks: "Does a new cluster of three get exactly one primary, in whatever order its pods start?",
  scenario: {},
});

export const BOOTSTRAP_OF_TWO = question({
  ...asked,
  name: "bootstrap, operator restarts",
  asks: "And a cluster of two, when the operator dies on the way?",
  scenario: { spec: { ...SPEC, replicas: 2 }, faults: 1, kinds: ["operator restarts"] },
});

export const BOOTSTRAP_DEEP = question({
  ...asked,
  name: "bootstrap of three, with a death",
  asks: "And a cluster of three, when a process or the operator dies on the way?",
  scenario: { faults: 1, kinds: ["crash", "operator restarts"], victims: "anybody", early: ["links"] },
});
