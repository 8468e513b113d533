// Worlds just wide enough to see a primary that was replaced go on as if it had not been.
import { FO_10, FO_4, LV_1_TOLD } from "../specification/stale.ts";
import type { Scenario } from "../world/world.ts";
import { question } from "./question.ts";
import type { Question } from "./question.ts";

const narrow = (name: string, scenario: Partial<Scenario>): Question =>
  question({
    name,
    asks: `Is it seen at once: ${name}?`,
    begins: "settled",
    scenario: { early: [], recovers: false, ...scenario },
    safety: [FO_4, FO_10],
    liveness: [LV_1_TOLD],
    witnesses: [],
  });

/** Who is out of the operator's reach goes on with those who are, too. */
export const UNSEEN_AND_WRITTEN = narrow("the operator no longer sees the primary and a replica, while somebody writes", {
  faults: 2,
  kinds: ["cut off from the operator"],
  victims: "anybody",
  writes: 1,
});
export const UNSEEN_AND_ROUTED = narrow("nobody of the cluster sees the primary", { faults: 1, kinds: ["isolated"] });
/** And where all is well in the end: is it told? */
export const TOLD_AFTER = narrow("the primary dies, and it is told that all is well again", { faults: 1, kinds: ["crash"] });
/** One wish, and nothing else happens. */
export const RAISED = narrow("WAIT is to mean more, and nothing else happens", { edits: [{ waitReplicas: 2 }] });

export const NARROW_STALE: readonly Question[] = [UNSEEN_AND_WRITTEN, UNSEEN_AND_ROUTED, TOLD_AFTER, RAISED];
