// What is promised where two operators are: one of them at a time may act, and what the other still has under way changes nothing.
import { always, alwaysNext, sometimes } from "../explore/model.ts";
import type { Safety, Sometimes } from "../explore/model.ts";
import { LEASE_NOW } from "../world/lease.ts";
import { isLeading, isSuperseded } from "../world/team.ts";
import type { Step, World } from "../world/world.ts";
import { pendingAction } from "../world/world.ts";
import { isStable } from "./liveness.ts";

type Property = Safety<World, Step>;

/** At no moment do both hold a permit, each by its own clock. */
export const LE_1: Property = always("LE-1", ({ team }) =>
  team?.lease.memories.every(({ held, timing }) => held !== undefined && LEASE_NOW - held.sent < timing.renewDeadline) === true
    ? "both hold a permit"
    : undefined,
);

/** Once a later leader was let in by a process, no command of an earlier one has any effect there. */
export const FO_17: Property = alwaysNext("FO-17", (before, step, after) => {
  if (step._tag !== "Act" && step._tag !== "Arrive") return undefined;
  const { who } = step;
  const action = pendingAction(before, who);
  if (who === undefined || action === undefined || !("pod" in action) || !isSuperseded(before, who, action.pod.runId)) return undefined;
  const [was, is] = [before, after].map((world) => world.nodes.valkey.processes.find((process) => process.runId === action.pod.runId));
  return JSON.stringify(was, asText) === JSON.stringify(is, asText)
    ? undefined
    : `${action.pod.pod} obeyed ${action._tag} of operator ${who}, after a later leader had been there`;
});
const asText = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

/** A command of a former leader came after its successor, and nobody read it. */
export const SHUT_OUT: Sometimes<World> = sometimes(
  "a late command of a former leader is read by nobody",
  (world) => world.team?.shutOut === true,
);
/** The other one leads, and all is well. */
export const SUCCEEDED: Sometimes<World> = sometimes(
  "the second operator leads, stable",
  (world) => world.team !== undefined && isLeading(world.team.second) && isStable(world),
);
export const SUCCEEDED_AFTER_FAILOVER: Sometimes<World> = sometimes(
  "the second operator leads, failed over, stable again",
  (world) => SUCCEEDED.witness(world) && world.history.promoted.length > 1,
);
