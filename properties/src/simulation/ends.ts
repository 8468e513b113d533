// How a run began and how it ended.
import { NAMED_HOLDS, isStable } from "../specification/liveness.ts";
import type { Surroundings, World } from "../world/world.ts";

export const surroundingsOf = ({ api, nodes, clients, late, faults, edits, history }: World): Surroundings => ({
  api,
  nodes,
  clients,
  late,
  faults,
  edits,
  history,
});

/** In the words of liveness.ts: as wished, or held by something that only a human or a volume ends. */
export const endOf = (world: World): string => {
  if (isStable(world)) return "stable";
  const { decision } = world.operator;
  return decision._tag === "Wait" && NAMED_HOLDS.includes(decision.because) ? decision.because : "unstable";
};
