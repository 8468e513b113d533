// Who is chosen when there is a choice, and what is done when there is none: the two that Sentinel's own suite leaves empty, and its
// priorities.
import { MORE_DATA_WINS, SEL_5, SEL_6 } from "../specification/choice.ts";
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER, held } from "../specification/witnesses.ts";
import { SPEC } from "../world/begin.ts";
import { question } from "./question.ts";

const asked = { begins: "settled", liveness: LIVENESS } as const;

export const MORE_DATA = question({
  ...asked,
  name: "replicas with more and with less",
  asks: "When the primary dies and its stream had reached one replica only, is that one promoted?",
  scenario: { faults: 1, kinds: ["crash"], writes: 1, slow: ["streams"], early: [] },
  safety: [...SAFETY, SEL_5],
  witnesses: [MORE_DATA_WINS, FAILED_OVER],
});

export const PRIORITY = question({
  ...asked,
  name: "a replica that is never to be primary",
  asks: "Is one with priority 0 left out, and if it alone has the most, is nobody promoted without being told?",
  scenario: { faults: 1, kinds: ["crash"], writes: 1, slow: ["streams"], early: [], habits: { priorities: { "web-1": 0 } } },
  safety: [...SAFETY, SEL_6],
  witnesses: [held("BestCandidateExcluded"), FAILED_OVER],
});

export const NOBODY_SUITABLE = question({
  ...asked,
  name: "nobody suitable",
  asks: "When the one replica has lost its data and the primary hangs, is nobody promoted?",
  scenario: {
    spec: { ...SPEC, replicas: 2 },
    faults: 2,
    kinds: ["hang", "crash, volume lost"],
    victims: "anybody",
    early: [],
  },
  safety: [...SAFETY, SEL_5],
  witnesses: [held("FreezeQuorumMissing")],
});
