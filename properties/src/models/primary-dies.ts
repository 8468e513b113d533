// The ordinary failover: the primary's process dies while clients write, its last bytes still on their way.
import { LIVENESS_KEPT } from "../specification/liveness.ts";
import { FO_5_TAIL, SAFETY } from "../specification/safety.ts";
import { LV_1_TOLD } from "../specification/stale.ts";
import { FAILED_OVER, PROMOTED_AFTER_ACKNOWLEDGEMENT, REJOINED } from "../specification/witnesses.ts";
import { question } from "./question.ts";

export const PRIMARY_DIES = question({
  name: "primary dies",
  asks: "When the primary dies in the middle of writes, is every acknowledged write on the next one?",
  begins: "settled",
  scenario: { faults: 1, kinds: ["crash"], writes: 2 },
  safety: [...SAFETY, FO_5_TAIL],
  liveness: [...LIVENESS_KEPT, LV_1_TOLD],
  witnesses: [FAILED_OVER, PROMOTED_AFTER_ACKNOWLEDGEMENT, REJOINED],
});
