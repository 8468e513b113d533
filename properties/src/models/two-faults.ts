// A primary and a replica in trouble: too few may be left to freeze, and then the operator must hold rather than lose. Links and pods move with the
// clock here; what happens within its periods is asked in the worlds with one fault.
import { SPEC } from "../world/begin.ts";
import { LIVENESS, LIVENESS_KEPT } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER, FALSE_ALARM, held, PROMOTED_AFTER_ACKNOWLEDGEMENT, REJOINED, TWO_PRIMARIES } from "../specification/witnesses.ts";
import { question } from "./question.ts";

const asked = { begins: "settled", safety: SAFETY, liveness: LIVENESS_KEPT } as const;

export const TWO_IN_A_ROW = question({
  ...asked,
  name: "two primaries die",
  asks: "When the next primary dies as well, at any moment, is everything acknowledged still there?",
  scenario: { faults: 2, kinds: ["crash"], writes: 2, early: [] },
  witnesses: [FAILED_OVER, PROMOTED_AFTER_ACKNOWLEDGEMENT, REJOINED],
});

export const TWO_IN_A_ROW_EARLY = question({
  ...asked,
  name: "two primaries die, links at any time",
  asks: "And when every link and every full sync may come at any moment between?",
  scenario: { faults: 2, kinds: ["crash"], writes: 2, early: ["links"] },
  witnesses: [FAILED_OVER, PROMOTED_AFTER_ACKNOWLEDGEMENT, REJOINED],
});

export const HANGS_AND_DIES = question({
  ...asked,
  name: "primaries hang and die",
  asks: "And when they hang, wake or die, in any order?",
  scenario: { faults: 2, kinds: ["hang", "crash"], writes: 1, early: [] },
  witnesses: [FAILED_OVER, FALSE_ALARM, TWO_PRIMARIES],
});

export const TWO_DIE = question({
  ...asked,
  name: "two die",
  asks: "When any two processes die, is the promise kept, or held by name?",
  scenario: { faults: 2, kinds: ["crash"], victims: "anybody", writes: 1, early: [] },
  witnesses: [FAILED_OVER, held("FreezeQuorumMissing")],
});

export const TWO_HANG = question({
  ...asked,
  name: "two hang",
  asks: "When any two processes hang and wake, is the promise kept, or held by name?",
  scenario: { faults: 2, kinds: ["hang"], victims: "anybody", early: [] },
  witnesses: [FAILED_OVER, held("FreezeQuorumMissing")],
});

export const PAIR = question({
  ...asked,
  liveness: LIVENESS,
  name: "one replica only",
  asks: "With one replica, is an empty one ever promoted over data that may come back?",
  scenario: { spec: { ...SPEC, replicas: 2 }, faults: 2, kinds: ["crash", "crash, volume lost"], victims: "anybody", writes: 1, early: [] },
  witnesses: [FAILED_OVER],
});

/** Safety alone: over a million states. */
export const ANY_TWO_TIMED = question({
  ...asked,
  name: "any two die or hang, links with the clock",
  asks: "Whatever two processes die or hang, in any order, around a write: is it kept if it was acknowledged?",
  scenario: { faults: 2, kinds: ["crash", "hang"], victims: "anybody", writes: 1, early: [] },
  liveness: [],
  witnesses: [FAILED_OVER, PROMOTED_AFTER_ACKNOWLEDGEMENT, FALSE_ALARM, TWO_PRIMARIES, held("FreezeQuorumMissing")],
});

/** The largest: any two processes, each fault, two writes, links at any moment. Safety alone, for several threads. */
export const ANY_TWO = question({
  ...asked,
  name: "any two die or hang",
  asks: "Whatever two processes die or hang, with two writes under way: is anything acknowledged lost?",
  scenario: { faults: 2, kinds: ["crash", "hang"], victims: "anybody", writes: 2, early: ["links"] },
  liveness: [],
  witnesses: [FAILED_OVER, PROMOTED_AFTER_ACKNOWLEDGEMENT, FALSE_ALARM, TWO_PRIMARIES],
});
