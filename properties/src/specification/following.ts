// Who follows whom in the end, and how often that can be put right: LV-1 speaks of a cluster that is well and excuses whatever holds by a
// name; here nobody is excused for following somebody else, and a cluster whose processes only die is well again after each death.
import type { Command } from "@gungnir/core";
import { alwaysNext, eventually, sometimes } from "../explore/model.ts";
import type { Eventually, Safety, Sometimes } from "../explore/model.ts";
import { isPrimary } from "../world/process.ts";
import type { Process } from "../world/process.ts";
import { followers } from "../world/replication.ts";
import { actingIn } from "../world/team.ts";
import type { Step, World } from "../world/world.ts";
import { pendingAction } from "../world/world.ts";
import { coreOf, isHeldByUser, isWell } from "./lasting.ts";
import { isStable } from "./stable.ts";

const actingOf = (world: World): Process | undefined =>
  world.nodes.valkey.processes.find((process) => process.runId === world.api.cluster.record?.primary?.runId);

const followIn = (world: World, step: Step): Extract<Command, { _tag: "Follow" }> | undefined => {
  const action = step._tag === "Act" ? pendingAction(world, step.who) : undefined;
  return action?._tag === "Follow" ? action : undefined;
};

/** Whom the operator sends anybody to is whom the record names: the candidate of its intent, or its primary. */
export const FO_21_ONLY: Safety<World, Step> = alwaysNext("FO-21 only", (before, step) => {
  const command = followIn(before, step);
  const { record } = before.api.cluster;
  const named = record?.intent?.candidate ?? record?.primary;
  if (command === undefined || named === undefined) return undefined;
  const address = before.api.pods.find((pod) => pod.uid === named.uid)?.address;
  return command.primary === named.pod && (address === undefined || command.host === address)
    ? undefined
    : `${command.pod.pod} is sent to ${command.primary} at ${command.host}, and the record names ${named.pod} at ${address}`;
});

/** Whoever is well follows nobody but the recorded primary, and is no second one: whatever lasts for ever besides, holds included. */
export const FO_21: Eventually<World> = eventually("FO-21", "eventually always", (world) => {
  const acting = actingOf(world);
  if (acting === undefined || world.late.length > 0) return true;
  return world.nodes.valkey.processes.every(
    (process) =>
      process === acting ||
      !isWell(world, process) ||
      (process.role._tag === "Replica" && (process.role.of === undefined || process.role.of === acting.address)),
  );
});

/** Whoever was primary once, and is well, is a linked and counted replica of the one that is, as long as a quorum is well. */
export const LV_5: Eventually<World> = eventually("LV-5", "eventually always", (world) => {
  const well = coreOf(world);
  const acting = actingOf(world);
  if (well === undefined || isHeldByUser(world) || (acting !== undefined && !well.includes(acting))) return true;
  return formerIn(world).every((process) => !well.includes(process) || (acting !== undefined && isReplicaOf(world, process, acting)));
});

const formerIn = (world: World): readonly Process[] =>
  world.nodes.valkey.processes.filter(
    ({ runId }) => runId !== world.api.cluster.record?.primary?.runId && world.history.promoted.some((one) => one.runId === runId),
  );
const isReplicaOf = (world: World, process: Process, acting: Process): boolean =>
  followers(world.nodes.valkey, acting).includes(process) &&
  world.api.cluster.record?.members.some((member) => member.runId === process.runId && member.state === "Streaming") === true;

/** However often somebody dies: where volumes keep what they had, and nobody is asked for anything, all is well again; no hold excuses. */
export const LV_6: Eventually<World> = eventually("LV-6", "eventually always", isStable);

// --- Their antecedents ----------------------------------------------------------------------------------------------------

/** The same process, that is: not one that was started anew. */
export const FORMER_FOLLOWS: Sometimes<World> = sometimes("one that was primary follows the next one", (world) => {
  const acting = actingOf(world);
  return acting !== undefined && isPrimary(acting) && formerIn(world).some((process) => isReplicaOf(world, process, acting));
});
/** One follows somebody who is not, or is no longer, the primary of the record. */
export const CHAINED: Sometimes<World> = sometimes("somebody follows another one than the recorded primary", (world) => {
  const acting = actingOf(world);
  return world.nodes.valkey.processes.some(
    ({ role }) => role._tag === "Replica" && role.of !== undefined && acting !== undefined && role.of !== acting.address,
  );
});
export const THRICE: Sometimes<World> = sometimes(
  "failed over three times, stable again",
  (world) => isStable(world) && world.history.promoted.length > 3 && actingIn(world).decision._tag === "Settled",
);
