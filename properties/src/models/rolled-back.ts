// A process takes over a data set by a full sync, and dies before its append-only file holds it: it comes back with what was there
// before, an older data set that it has long given up. Measured on real servers; see the assumptions.
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER } from "../specification/witnesses.ts";
import { SPEC } from "../world/begin.ts";
import { question } from "./question.ts";

export const ROLLED_BACK = question({
  name: "primary dies, a volume rolled back",
  asks: "Is a data set that comes back from before a full sync ever taken for a newer one?",
  begins: "settled",
  // A pair: whoever comes back is the only other one.
  scenario: {
    spec: { ...SPEC, replicas: 2 },
    faults: 2,
    kinds: ["crash", "crash, volume rolled back"],
    victims: "anybody",
    early: ["links"],
    writes: 1,
  },
  safety: SAFETY,
  liveness: LIVENESS,
  witnesses: [FAILED_OVER],
});
