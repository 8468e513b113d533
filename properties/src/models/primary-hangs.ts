// The dangerous one: the primary stops, is given up, and wakes at any moment with open connections of clients.
import { GOES_ON } from "../specification/lasting.ts";
import { FO_21, FO_21_ONLY, FORMER_FOLLOWS, LV_5 } from "../specification/following.ts";
import { LIVENESS_KEPT } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FO_10, FO_4 } from "../specification/stale.ts";
import { FAILED_OVER, FALSE_ALARM, PROMOTED_AFTER_ACKNOWLEDGEMENT, TWO_PRIMARIES } from "../specification/witnesses.ts";
import { question } from "./question.ts";

export const PRIMARY_HANGS = question({
  name: "primary hangs",
  asks: "When a hung primary wakes in the middle of its own replacement, is anything acknowledged lost?",
  begins: "settled",
  scenario: { faults: 1, kinds: ["hang"], writes: 1 },
  safety: [...SAFETY, FO_4, FO_10, FO_21_ONLY],
  liveness: [...LIVENESS_KEPT, FO_21, LV_5],
  witnesses: [FAILED_OVER, FALSE_ALARM, PROMOTED_AFTER_ACKNOWLEDGEMENT, TWO_PRIMARIES, GOES_ON, FORMER_FOLLOWS],
});
