// Worlds just wide enough for one known failure, so that finding it takes seconds.
import { FO_5_TAIL, SAFETY } from "../specification/safety.ts";
import { SPEC } from "../world/begin.ts";
import type { FaultStep } from "../world/faults.ts";
import type { Scenario } from "../world/world.ts";
import { question } from "./question.ts";
import type { Question } from "./question.ts";

const narrow = (name: string, scenario: Partial<Scenario>, begins: Question["begins"] = "settled"): Question =>
  question({
    name,
    asks: `Is it seen at once: ${name}?`,
    begins,
    scenario,
    safety: [...SAFETY, FO_5_TAIL],
    liveness: [],
    witnesses: [],
  });
const one = (kind: FaultStep["kind"]) => ({ faults: 1, kinds: [kind] }) as const;

const BEGINNING = narrow("a cluster begins", {}, "with nothing");
const DEATH = narrow("the primary dies", { ...one("crash"), writes: 1 });
const HANG = narrow("the primary hangs and wakes", { ...one("hang"), writes: 1 });
const TWO_CUT_OFF = narrow("the primary hangs, and a replica is cut off", {
  faults: 2,
  kinds: ["hang", "cut off from the operator"],
  victims: "anybody",
  recovers: false,
});
const REPLICA_DEATH = narrow("a replica dies, streams are slow", { ...one("crash"), victims: "anybody", writes: 1, slow: ["streams"] });
const PAIR = narrow("a pair loses its replica's volume, then its primary", {
  spec: { ...SPEC, replicas: 2 },
  faults: 2,
  kinds: ["crash", "crash, volume lost"],
  victims: "anybody",
  slow: ["links"],
});

/** Where to look for a mutant first. */
export const MUTANT_QUESTIONS: { readonly [mutant: string]: Question } = {
  "D-04": BEGINNING,
  "D-07": TWO_CUT_OFF,
  "D-09": PAIR,
  "D-10": BEGINNING,
  "F-1": HANG,
  "F-2": DEATH,
  "F-3": HANG,
  "F-5": DEATH,
  "F-13": REPLICA_DEATH,
  "F-14": REPLICA_DEATH,
};
