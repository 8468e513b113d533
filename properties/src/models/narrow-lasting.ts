// Worlds just wide enough for what never ends, or never comes.
import { FO_21 } from "../specification/following.ts";
import { SAFETY } from "../specification/safety.ts";
import type { Scenario } from "../world/world.ts";
import { question } from "./question.ts";
import type { Question } from "./question.ts";

const narrow = (name: string, scenario: Partial<Scenario>): Question =>
  question({
    name,
    asks: `Is it seen at once: ${name}?`,
    begins: "settled",
    scenario: { early: [], ...scenario },
    safety: SAFETY,
    liveness: [FO_21],
    witnesses: [],
  });

export const HANGS_FOR_EVER = narrow("the primary hangs for ever", { faults: 1, kinds: ["hang"], recovers: false });
export const MEMBER_HANGS_FOR_EVER = narrow("a replica hangs for ever", {
  faults: 1,
  kinds: ["hang"],
  victims: "replicas",
  recovers: false,
});
export const TWO_PLAIN_DEATHS = narrow("the primary dies, then the next one", { faults: 2, kinds: ["crash"] });

export const PLAIN_SWITCHOVER = narrow("the role is asked for, and nothing else happens", { edits: [{ switchover: "1 web-1" }] });

export const NARROW_LASTING: readonly Question[] = [HANGS_FOR_EVER, MEMBER_HANGS_FOR_EVER, TWO_PLAIN_DEATHS, PLAIN_SWITCHOVER];
