// What people and their containers do again and again: somebody types at the processes, past the operator, and what dies once dies once more.
import { FO_21, FO_21_ONLY, FORMER_FOLLOWS, LV_5, LV_6, THRICE } from "../specification/following.ts";
import { LIVENESS_KEPT } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FO_10, FO_4 } from "../specification/stale.ts";
import { FALSE_ALARM, STABLE, TWO_PRIMARIES } from "../specification/witnesses.ts";
import { SPEC } from "../world/begin.ts";
import { question } from "./question.ts";

const typing = (name: string, asks: string, writes: number) =>
  question({
    name,
    asks,
    begins: "settled",
    scenario: {
      faults: 2,
      kinds: ["demoted by hand", "promoted by hand", "handed over by hand", "flushed by hand"],
      victims: "anybody",
      writes,
      early: [],
    },
    safety: [...SAFETY, FO_4, FO_10, FO_21_ONLY],
    liveness: [...LIVENESS_KEPT, FO_21, LV_5],
    witnesses: [STABLE, TWO_PRIMARIES, FALSE_ALARM, FORMER_FOLLOWS],
  });

export const TYPED = typing(
  "somebody types at processes",
  "Whatever two of REPLICAOF, FAILOVER and FLUSHALL somebody types: is it one cluster again?",
  0,
);
export const TYPED_AND_WRITTEN = typing(
  "somebody types at processes, and writes",
  "And is what was acknowledged still there, but for what he flushed?",
  1,
);

/** A container that its kernel kills, is started again and is killed again. */
export const AGAIN_AND_AGAIN = question({
  name: "a pair's processes die again and again",
  asks: "Is all well after each death, whoever dies, the third time as the first?",
  begins: "settled",
  scenario: { spec: { ...SPEC, replicas: 2 }, faults: 3, kinds: ["crash"], victims: "anybody", early: [] },
  safety: SAFETY,
  liveness: [...LIVENESS_KEPT, LV_6],
  witnesses: [THRICE],
});
