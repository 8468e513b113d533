// Nobody is dead: paths are. The operator alone cannot reach the primary, or nobody of the cluster can, while clients do.
import { milliseconds } from "@gungnir/core";
import { SPEC } from "../world/begin.ts";
import { GOES_ON } from "../specification/lasting.ts";
import { FO_21, FORMER_FOLLOWS, LV_5 } from "../specification/following.ts";
import { LIVENESS_KEPT } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FO_10, FO_4, REPLACED_UNREACHED } from "../specification/stale.ts";
import { FAILED_OVER, held, PROMOTED_AFTER_ACKNOWLEDGEMENT, TWO_PRIMARIES } from "../specification/witnesses.ts";
import { question } from "./question.ts";

export const PRIMARY_CUT_OFF = question({
  name: "primary cut off",
  asks: "When only paths are broken, do two primaries ever both make durable writes?",
  begins: "settled",
  // D is three probes: two readings that show an advance must both begin a period after the primary was last heard.
  scenario: { spec: { ...SPEC, downAfter: milliseconds(1_500) }, faults: 1, kinds: ["isolated", "cut off from the operator"], writes: 1 },
  safety: [...SAFETY, FO_4, FO_10],
  liveness: [...LIVENESS_KEPT, FO_21, LV_5],
  witnesses: [
    FAILED_OVER,
    PROMOTED_AFTER_ACKNOWLEDGEMENT,
    TWO_PRIMARIES,
    REPLACED_UNREACHED,
    GOES_ON,
    FORMER_FOLLOWS,
    held("PrimaryAliveElsewhere"),
  ],
});
