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

export const BEGINNING = narrow("a cluster begins", {}, "with nothing");
export const DEATH = narrow("the primary dies", { ...one("crash"), writes: 1 });
export const HANG = narrow("the primary hangs and wakes", { ...one("hang"), writes: 1 });
export const TWO_CUT_OFF = narrow("the primary hangs, and a replica is cut off", {
  faults: 2,
  kinds: ["hang", "cut off from the operator"],
  victims: "anybody",
  recovers: false,
});
export const REPLICA_DEATH = narrow("a replica dies, streams are slow", {
  ...one("crash"),
  victims: "anybody",
  writes: 1,
  slow: ["streams"],
});
export const PAIR = narrow("a pair loses its replica's volume, then its primary", {
  spec: { ...SPEC, replicas: 2 },
  faults: 2,
  kinds: ["crash", "crash, volume lost"],
  victims: "anybody",
  slow: ["links"],
});
export const TWO_DEATHS = narrow("the primary dies, and so does its successor", { faults: 2, kinds: ["crash"] });
export const CANDIDATE_DIES = narrow("the primary hangs, its successor dies, and it wakes", {
  faults: 2,
  kinds: ["hang", "crash"],
  victims: "anybody",
  early: [],
});
export const PLAIN_DEATH = narrow("the primary dies, nothing else happens early", { ...one("crash"), early: [] });
export const REPLICA_BACK = narrow("a replica dies and comes back", { ...one("crash"), victims: "replicas", early: ["links"] });
const ANY_OF_TWO = { spec: { ...SPEC, replicas: 2 }, faults: 2, victims: "anybody", early: [], slow: ["links"] } as const;
export const PAIR_DIES = narrow("a pair's replica dies, then its primary", { ...ANY_OF_TWO, kinds: ["crash"] });
export const ONE_WIPED = narrow("a replica loses its volume, then the primary dies", {
  faults: 2,
  kinds: ["crash", "crash, volume lost"],
  victims: "anybody",
  early: [],
  slow: ["links"],
});
export const FORCED = narrow("the primary's pod is deleted by force", { ...one("pod deleted by force"), writes: 1 });
export const UNSEEN = narrow("the operator no longer sees the primary and a replica, which see each other", {
  faults: 2,
  kinds: ["cut off from the operator"],
  victims: "anybody",
  recovers: false,
});

/** Where mutants are looked for first; core itself breaks nothing in them. */
export const NARROW: readonly Question[] = [
  BEGINNING,
  DEATH,
  HANG,
  TWO_CUT_OFF,
  REPLICA_DEATH,
  PAIR,
  TWO_DEATHS,
  CANDIDATE_DIES,
  PLAIN_DEATH,
  REPLICA_BACK,
  PAIR_DIES,
  ONE_WIPED,
  FORCED,
  UNSEEN,
];
