// The primary dies, and one thing the operator does about it is lost, or done without an answer, or done late; or it is
// restarted in the middle and knows nothing. One question for each, because together they are too many.
import { FO_21 } from "../specification/following.ts";
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER } from "../specification/witnesses.ts";
import type { FaultStep } from "../world/faults.ts";
import { question } from "./question.ts";

const one = (kind: FaultStep["kind"], asks: string) =>
  question({
    name: `primary dies, ${kind}`,
    asks,
    begins: "settled",
    scenario: { faults: 2, kinds: ["crash", kind], early: [] },
    safety: SAFETY,
    liveness: kind === "request lost" || kind === "answer lost" ? [...LIVENESS, FO_21] : LIVENESS,
    witnesses: [FAILED_OVER],
  });

export const WATCH_LAGS = question({
  name: "primary leaves, the watch lags",
  asks: "May whatever the API server has to tell come at any later moment?",
  begins: "settled",
  scenario: { faults: 1, kinds: ["crash", "pod deleted", "pod deleted by force"], writes: 1, slow: ["watch"], early: [] },
  safety: SAFETY,
  liveness: LIVENESS,
  witnesses: [FAILED_OVER],
});

export const OPERATOR_RESTARTS = one(
  "operator restarts",
  "Does an operator that forgets everything in the middle finish what its predecessor began?",
);
export const REQUEST_LOST = one("request lost", "May any single request be lost?");
export const ANSWER_LOST = one("answer lost", "May any single answer be lost, its effect done?");
export const DELAYED = one("delayed", "May any single action arrive at any later moment?");
export const FOREIGN_WRITE = one("foreign write", "May somebody else write to the object at any moment?");
