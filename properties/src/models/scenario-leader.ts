// The operator ends at the two worst moments: it has elected somebody and not promoted him, it has promoted somebody and told nobody.
// Sentinel's suite makes its leader crash there on purpose; here it may end at every step, and these two have to be among them.
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { ELECTED_UNPROMOTED, FAILED_OVER, PROMOTED_UNPUBLISHED } from "../specification/witnesses.ts";
import { question } from "./question.ts";

export const LEADER_ENDS = question({
  name: "the leader ends after election or promotion",
  asks: "Does the next leader finish what was elected, or promoted, and not published?",
  begins: "settled",
  scenario: { faults: 2, kinds: ["crash", "operator restarts"], writes: 1, early: [] },
  safety: SAFETY,
  liveness: LIVENESS,
  witnesses: [ELECTED_UNPROMOTED, PROMOTED_UNPUBLISHED, FAILED_OVER],
});
