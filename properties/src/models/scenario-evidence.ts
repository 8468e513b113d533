// What is no reason to replace a primary, and what is one: nobody answers, one does not let us in, one says that it is a replica.
import { milliseconds } from "@gungnir/core";
import { LET_IN_AGAIN, NOBODY_HEARD, SD_10, SD_8_ALONE } from "../specification/choice.ts";
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER, FALSE_ALARM, STABLE } from "../specification/witnesses.ts";
import { SPEC } from "../world/begin.ts";
import { question } from "./question.ts";

const asked = { begins: "settled", liveness: LIVENESS } as const;

export const NO_EVIDENCE = question({
  ...asked,
  name: "the operator hears nobody",
  asks: "Is anybody replaced because the operator, and nobody else, lost sight of one or of all?",
  // D is four probes here: that replicas go on advancing has to be seen in two readings before the primary is given up.
  scenario: {
    spec: { ...SPEC, downAfter: milliseconds(2_000) },
    faults: 1,
    kinds: ["operator cut off", "cut off from the operator"],
    victims: "anybody",
    writes: 1,
    early: [],
  },
  safety: [...SAFETY, SD_8_ALONE],
  witnesses: [NOBODY_HEARD, STABLE],
});

export const LOCKED_OUT = question({
  ...asked,
  name: "a password is changed",
  asks: "Is a process replaced, or dropped for ever, because it does not let the operator in for a while?",
  scenario: { faults: 1, kinds: ["locked out"], victims: "anybody", writes: 1, early: [] },
  safety: [...SAFETY, SD_10],
  witnesses: [LET_IN_AGAIN],
});

export const LOCKED_OUT_AND_DEATH = question({
  ...asked,
  name: "a password is changed, and somebody dies",
  asks: "And when a process dies before the operator is let in again?",
  scenario: { faults: 2, kinds: ["locked out", "crash"], victims: "anybody", early: [] },
  safety: SAFETY,
  witnesses: [FAILED_OVER],
});

export const SAYS_REPLICA = question({
  ...asked,
  name: "the primary says that it is a replica",
  asks: "Does a cluster whose primary was demoted by somebody's hand get one again, with everything acknowledged?",
  scenario: { faults: 1, kinds: ["demoted by hand"], writes: 2, early: [] },
  safety: SAFETY,
  witnesses: [FALSE_ALARM],
});
