// The primary's pod goes: deleted, deleted by force with its process still running somewhere, demoted by a human's hand, or
// its process dies and its volume with it.
import { FO_21, LV_5 } from "../specification/following.ts";
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER, FALSE_ALARM, REJOINED, TWO_PRIMARIES } from "../specification/witnesses.ts";
import { question } from "./question.ts";

export const PRIMARY_LEAVES = question({
  name: "primary leaves",
  asks: "When the primary's pod, its volume or its role goes, does the cluster find its way back with everything acknowledged?",
  begins: "settled",
  scenario: {
    faults: 1,
    kinds: ["pod deleted", "pod deleted by force", "demoted by hand", "crash, volume lost"],
    writes: 1,
    early: ["links"],
  },
  safety: SAFETY,
  liveness: [...LIVENESS, FO_21, LV_5],
  witnesses: [FAILED_OVER, FALSE_ALARM, REJOINED, TWO_PRIMARIES],
});
