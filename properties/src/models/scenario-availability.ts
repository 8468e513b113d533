// Where the user prefers availability: too few members are left, and the role is given all the same, after the old primary's write lease, with
// what may be lost on record. What was acknowledged is not promised then (FO-3, FO-5); everything else is.
import { FO_6, RISKED } from "../specification/choice.ts";
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { SPEC } from "../world/begin.ts";
import { question } from "./question.ts";

const GIVEN_UP = ["FO-3", "FO-5", "FO-5 published"];

export const AVAILABLE = question({
  name: "availability preferred",
  asks: "Does the one that is left take over, with the loss on record, when the primary and a replica hang?",
  begins: "settled",
  scenario: {
    spec: { ...SPEC, onMissingQuorum: "PreferAvailability" },
    faults: 2,
    kinds: ["hang"],
    victims: "anybody",
    recovers: false,
    early: [],
  },
  safety: [...SAFETY.filter(({ id }) => !GIVEN_UP.includes(id)), FO_6],
  liveness: LIVENESS,
  witnesses: [RISKED],
});
