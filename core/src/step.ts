/**
 * Fold, then decide. `step` is the only function that the shell, the explorer and the simulator call; what it decides to do
 * is in flight from then on, until its outcome comes back as an event.
 */
import type { Decision } from "./decision.ts";
import { decide } from "./decide.ts";
import type { Event } from "./event.ts";
import { type Memory, observationOf } from "./memory.ts";
import { remember } from "./remember.ts";

export const step = (memory: Memory, event: Event): { readonly memory: Memory; readonly decision: Decision } => {
  const remembered = remember(memory, event);
  const decision = decideFrom(remembered, event);
  return decision._tag === "Act"
    ? { memory: { ...remembered, inFlight: [...remembered.inFlight, { action: decision.action, since: event.now }] }, decision }
    : { memory: remembered, decision };
};

const decideFrom = (memory: Memory, event: Event): Decision => {
  const observation = observationOf(memory, event.now);
  if (memory.forgottenAt !== undefined && memory.leadership._tag === "Leading") {
    return { _tag: "Wait", until: undefined, because: "SnapshotForgotten" };
  }
  if (observation === undefined) return { _tag: "Wait", until: undefined, because: "NothingRead" };
  if (memory.forgottenAt !== undefined) return { _tag: "Wait", until: undefined, because: "SnapshotForgotten" };
  return decide(observation);
};
