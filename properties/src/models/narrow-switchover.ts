// Worlds just wide enough for what can be wrong in a switchover.
import { FO_22_PLAIN, SAFETY } from "../specification/safety.ts";
import type { Scenario } from "../world/world.ts";
import { question } from "./question.ts";
import type { Question } from "./question.ts";

const narrow = (name: string, scenario: Partial<Scenario>): Question =>
  question({
    name,
    asks: `Is it seen at once: ${name}?`,
    begins: "settled",
    scenario: { edits: [{ switchover: "1 web-1" }], early: [], writes: 1, ...scenario },
    safety: [...SAFETY, ...(scenario.faults === undefined ? [FO_22_PLAIN] : [])],
    liveness: [],
    witnesses: [],
  });

export const LAGGING = narrow("the role is asked for, streams are slow", { slow: ["streams"] });
export const ENDED = narrow("the role is asked for, and the primary dies", { faults: 1, kinds: ["crash"] });

export const NARROW_SWITCHOVERS: readonly Question[] = [LAGGING, ENDED];
