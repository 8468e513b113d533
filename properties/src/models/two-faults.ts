// A primary and a replica in trouble: too few may be left to freeze, and then the operator must hold rather than lose.
import { SPEC } from "../world/begin.ts";
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER, held } from "../specification/witnesses.ts";
import { question } from "./question.ts";

const asked = { begins: "settled", safety: SAFETY, liveness: LIVENESS } as const;

export const TWO_HANG = question({
  ...asked,
  name: "two hang",
  asks: "When any two processes hang and wake, is the promise kept, or held by name?",
  scenario: { faults: 2, kinds: ["hang"], victims: "anybody" },
  witnesses: [FAILED_OVER, held("FreezeQuorumMissing")],
});

export const TWO_DIE = question({
  ...asked,
  name: "two die",
  asks: "When any two processes die, is the promise kept, or held by name?",
  scenario: { faults: 2, kinds: ["crash"], victims: "anybody", writes: 1 },
  witnesses: [FAILED_OVER, held("FreezeQuorumMissing")],
});

export const TWO_FAULTS = question({
  ...asked,
  name: "any two faults",
  asks: "And when it is any two of dying, hanging and being cut off, with two writes?",
  scenario: { faults: 2, kinds: ["crash", "hang", "isolated"], victims: "anybody", writes: 2 },
  witnesses: [FAILED_OVER, held("FreezeQuorumMissing")],
});

export const PAIR = question({
  ...asked,
  name: "one replica only",
  asks: "With one replica, is an empty one ever promoted over data that may come back?",
  scenario: { spec: { ...SPEC, replicas: 2 }, faults: 2, kinds: ["crash", "crash, volume lost"], victims: "anybody", writes: 1 },
  witnesses: [FAILED_OVER],
});
