// Each assumption of ASSUMPTIONS.md that can be left out, left out: the worlds in which it does not hold, and what is found there. Where
// something is found, it says what the assumption is for; where nothing is, it was made for the size of the worlds alone.
import { LIVENESS } from "../specification/liveness.ts";
import { FO_22_PLAIN, FO_5_TAIL, SAFETY } from "../specification/safety.ts";
import { SPEC } from "../world/begin.ts";
import type { Scenario } from "../world/world.ts";
import { question } from "./question.ts";
import type { Question } from "./question.ts";

export type Unassumed = { readonly assumption: string; readonly asked: Question; readonly found: readonly string[] };

const without = (assumption: string, about: string, scenario: Partial<Scenario>, found: readonly string[] = []): Unassumed => ({
  assumption,
  found,
  asked: question({
    name: `without ${assumption}: ${about}`,
    asks: `What is found where ${about}?`,
    begins: scenario.habits?.neverPings === true ? "with nothing" : "settled",
    scenario: { early: [], ...scenario },
    safety: [...SAFETY, FO_5_TAIL, ...(scenario.edits === undefined ? [] : [FO_22_PLAIN])],
    liveness: LIVENESS,
    witnesses: [],
  }),
});
const pair = { ...SPEC, replicas: 2 };
const dies = { faults: 1, kinds: ["crash"], writes: 1 } as const;

export const UNASSUMED: readonly Unassumed[] = [
  without("A-2", "commands to who does not read are lost", { faults: 1, kinds: ["hang"], writes: 1, habits: { losesCommands: true } }),
  without("A-6", "links may take for ever", { spec: pair, faults: 1, kinds: ["crash"], victims: "anybody", slow: ["links"] }),
  without("A-6", "pods may take for ever", { spec: pair, faults: 1, kinds: ["crash"], victims: "anybody", slow: ["kubelet"] }),
  without("A-7", "a primary never pings", { spec: pair, habits: { neverPings: true } }, ["LV-1"]),
  without("A-8", "what was sent arrives late", { ...dies, habits: { arrivesLate: true } }, ["FO-5 tail"]),
  without("A-9", "a replica flushes before it syncs", {
    spec: pair,
    faults: 2,
    kinds: ["crash"],
    victims: "anybody",
    habits: { flushesFirst: true },
  }),
  without("A-11", "a history goes on without a replica", { ...dies, spec: pair, victims: "anybody", habits: { keepsHistory: true } }),
  without("A-12", "min-replicas keeps nobody from writing", { faults: 1, kinds: ["isolated"], writes: 1, habits: { isLenient: true } }),
  without("A-16", "clients write on", { ...dies, writes: 2, habits: { writesOn: true } }),
];
