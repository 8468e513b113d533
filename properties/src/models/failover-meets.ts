// A failover, and one more thing in whichever of its phases: what is asked elsewhere of a cluster that is well is asked here of one that is being
// put right. A pair, so that each is searched in a second or two.
import { LIVENESS, LIVENESS_KEPT } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER } from "../specification/witnesses.ts";
import { SPEC } from "../world/begin.ts";
import type { FaultStep } from "../world/faults.ts";
import { question } from "./question.ts";
import type { Question } from "./question.ts";

/**
 * What leaves a hold that nobody but a user ends: a volume that is gone; and a primary whose pod is another one by now. Nobody certifies that
 * its process ended, so an older volume is not taken for all there is (regressions/0039).
 */
const LASTING: readonly FaultStep["kind"][] = ["crash, volume lost", "pod deleted by force", "pod asked to go"];

const meets = (kind: FaultStep["kind"], asks: string): Question =>
  question({
    name: `a pair's primary dies, ${kind}`,
    asks,
    begins: "settled",
    scenario: { spec: { ...SPEC, replicas: 2 }, faults: 2, kinds: ["crash", kind], victims: "anybody", early: [] },
    safety: SAFETY,
    liveness: LASTING.includes(kind) ? LIVENESS : LIVENESS_KEPT,
    witnesses: [FAILED_OVER],
  });

/** In each the second may come first, or in the middle of what is done about the other. */
export const FAILOVER_MEETS: readonly Question[] = [
  meets("crash, volume lost", "And when a volume is lost before, meanwhile or afterwards?"),
  meets("operator cut off", "And when the operator hears nobody?"),
  meets("locked out", "And when somebody does not let the operator in?"),
  meets("pod asked to go", "And when a pod is deleted with time to end?"),
  meets("node cordoned", "And when a node is to be emptied?"),
  meets("promoted by hand", "And when somebody promotes a replica, or a member that stands frozen, by hand?"),
  meets("handed over by hand", "And when somebody types FAILOVER at the primary?"),
  meets("flushed by hand", "And when somebody types FLUSHALL at the primary?"),
  meets("backlog too small", "And when somebody can only go on with a full sync?"),
  meets("disk full", "And when somebody can write to his disk no more?"),
  meets("demoted by hand", "And when somebody demotes a primary by hand?"),
  // Without regressions/0038 this world has no end: who was elected and lost his pod is elected again in every epoch.
  meets("pod deleted by force", "And when the pod of somebody who lives on is deleted by force?"),
];

export const FAILOVER_MEETS_DEEP: readonly Question[] = [
  meets("hang", "And when somebody hangs, and may wake?"),
  meets("cut off from the operator", "And when the operator loses sight of somebody?"),
  meets("isolated", "And when somebody is cut off from everybody but his clients?"),
];
