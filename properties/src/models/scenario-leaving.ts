// Switchovers that nobody asks for by name: the primary's pod is to go, because fewer are wanted or because somebody deleted it.
import { LV_8_MOVES } from "../specification/choice.ts";
import { FO_22_PLAIN, SAFETY } from "../specification/safety.ts";
import { LIVENESS } from "../specification/liveness.ts";
import { FULL_AND_HANDED_OVER, HANDED_ON, MOVED_OFF, NOWHERE_TO_GO, SHRUNK } from "../specification/witnesses.ts";
import type { FaultStep } from "../world/faults.ts";
import { SPEC } from "../world/begin.ts";
import type { Sometimes } from "../explore/model.ts";
import type { World } from "../world/world.ts";
import { question } from "./question.ts";

const asked = { begins: "settled", liveness: LIVENESS } as const;
const pair = { ...SPEC, replicas: 2 };
/** The role moves to the highest pod, which is then not wanted any more. */
const shrinking = [{ switchover: "1 web-1" }, { replicas: 1 }];

export const SCALED_AWAY = question({
  ...asked,
  name: "the primary is scaled away",
  asks: "Does a primary that a scale-down removes hand over first, and is nothing at all lost?",
  scenario: { spec: pair, edits: shrinking, writes: 1, early: [] },
  safety: [...SAFETY, FO_22_PLAIN],
  witnesses: [SHRUNK],
});

export const ASKED_TO_GO = question({
  ...asked,
  name: "the primary's pod is asked to go",
  asks: "Does a primary whose pod is deleted hand over before it ends, and is nothing at all lost?",
  scenario: { faults: 1, kinds: ["pod asked to go"], writes: 1, early: ["links"] },
  safety: [...SAFETY, FO_22_PLAIN],
  witnesses: [HANDED_ON],
});

/** One after the other, all of them in the end: then nobody is better off elsewhere. */
export const NODES_LEAVE = question({
  ...asked,
  name: "nodes are to be emptied",
  asks: "Does the role leave a node that is to be emptied, and stay where it is when all are?",
  scenario: { faults: 3, kinds: ["node cordoned"], victims: "anybody", early: [] },
  safety: [...SAFETY, FO_22_PLAIN, LV_8_MOVES],
  witnesses: [MOVED_OFF, NOWHERE_TO_GO],
});

const also = (kind: FaultStep["kind"], asks: string, ...witnesses: readonly Sometimes<World>[]) =>
  question({
    ...asked,
    name: `the primary's pod is asked to go, ${kind}`,
    asks,
    scenario: { spec: pair, faults: 2, kinds: ["pod asked to go", kind], early: ["links"] },
    safety: SAFETY,
    witnesses: [HANDED_ON, ...witnesses],
  });
/** It refuses writes, and hands over all the same. */
export const GOES_AND_IS_FULL = also("disk full", "And when it cannot write to its disk?", FULL_AND_HANDED_OVER);
export const GOES_AND_DIES = also("crash", "And when it dies, or is killed because it took too long, before it has handed over?");
export const GOES_AND_HANGS = also("hang", "And when it hangs before it has handed over?");
export const GOES_UNLED = also("operator restarts", "And when the operator ends before it has handed over?");

export const SCALED_AWAY_UNLED = question({
  ...asked,
  name: "the primary is scaled away, operator restarts",
  asks: "And when the operator ends before it has handed over?",
  scenario: { spec: pair, edits: shrinking, faults: 1, kinds: ["operator restarts"], early: [] },
  safety: SAFETY,
  witnesses: [SHRUNK],
});
