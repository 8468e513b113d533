// What must be reachable, so that the promises are about something: a specification that nothing ever puts to the test says
// nothing. Each witness names the promises whose antecedent it is.
import type { WaitReason } from "@gungnir/core";
import { sometimes } from "../explore/model.ts";
import type { Sometimes } from "../explore/model.ts";
import { isPrimary } from "../world/process.ts";
import type { World } from "../world/world.ts";
import { isStable } from "./liveness.ts";

type Witness = Sometimes<World>;

/** FO-1, FO-2: writes are routed again after a failover. */
export const FAILED_OVER: Witness = sometimes(
  "failed over, stable again",
  (world) => isStable(world) && world.history.promoted.length > 1 && world.api.cluster.record?.primary?.epoch !== 1,
);
/** FO-5: a write was acknowledged, and then somebody else was promoted. */
export const PROMOTED_AFTER_ACKNOWLEDGEMENT: Witness = sometimes(
  "acknowledged, then somebody else promoted",
  (world) => world.clients.acknowledged.length > 0 && world.history.promoted.length > 1,
);
export const ACKNOWLEDGED: Witness = sometimes("a write acknowledged", (world) => world.clients.acknowledged.length > 0);
export const ALL_ACKNOWLEDGED: Witness = sometimes("two writes acknowledged", (world) => world.clients.acknowledged.length === 2);
/** FO-11, FO-12: two processes say primary at once. */
export const TWO_PRIMARIES: Witness = sometimes(
  "two primaries at once",
  (world) => world.nodes.valkey.processes.filter((process) => isPrimary(process)).length > 1,
);
/** S3m: somebody left and joined again with another life. */
export const REJOINED: Witness = sometimes("a member left and another life of it joined", (world) => {
  const { record } = world.api.cluster;
  return isStable(world) && (record?.members.some((member) => !member.runId.endsWith(":r1")) ?? false);
});
/** The primary came back and was kept: an epoch without a move. */
export const FALSE_ALARM: Witness = sometimes(
  "false alarm: the old primary stays",
  (world) =>
    isStable(world) &&
    world.history.promoted.length > 1 &&
    new Set(world.history.promoted.map((one) => one.runId)).size < world.history.promoted.length,
);

/** FO-22: a switchover went the whole way. */
export const HANDED_OVER: Witness = sometimes("handed over, stable again", (world) => {
  const { record } = world.api.cluster;
  return isStable(world) && world.clients.acknowledged.length > 0 && record?.epoch === 2 && record.primary?.pod === "web-1";
});
/** The old primary goes on, in the new epoch. */
export const UNDONE: Witness = sometimes("a switchover undone", (world) => {
  const { record } = world.api.cluster;
  return isStable(world) && record?.epoch === 2 && record.primary?.pod === "web-0";
});
/** Both were frozen, and one of them elected. */
export const SWITCHOVER_FAILED: Witness = sometimes(
  "a switchover failed: a failover of both is to settle it",
  (world) => world.api.cluster.record?.intent?.evidence === "SwitchoverFailed",
);

export const held = (because: WaitReason): Witness =>
  sometimes(`held: ${because}`, ({ operator: { decision } }) => decision._tag === "Wait" && decision.because === because);

export const STABLE: Witness = sometimes("stable", isStable);

// --- Of the scenarios -------------------------------------------------------------------------------------------------------

/** A primary's container runs again, as another process at its address, and the operator has not noticed yet. */
export const SAME_ADDRESS: Witness = sometimes("another process at the primary's address, unnoticed", (world) => {
  const primary = world.api.cluster.record?.primary;
  const next = world.nodes.valkey.processes.find((process) => process.pod === primary?.pod);
  return next !== undefined && next.uid === primary?.uid && next.runId !== primary.runId && world.api.cluster.record?.intent === undefined;
});
/** Somebody who was no primary before the move, and had gone, is counted again under the new one. */
export const FOLLOWS_ANOTHER: Witness = sometimes("one that was away follows the new primary", (world) => {
  const { record } = world.api.cluster;
  return (
    isStable(world) &&
    record?.primary?.pod === "web-1" &&
    record.members.some((member) => member.pod === "web-2" && member.runId !== "web-2:r1")
  );
});
const isSuccessor = (world: World): boolean => world.operator.term > 1 && world.operator.read === undefined;
const candidateOf = (world: World) =>
  world.nodes.valkey.processes.find((process) => process.runId === world.api.cluster.record?.intent?.candidate?.runId);
export const ELECTED_UNPROMOTED: Witness = sometimes("a leader begins with one elected and not promoted", (world) => {
  const candidate = candidateOf(world);
  return isSuccessor(world) && candidate !== undefined && !isPrimary(candidate);
});
export const PROMOTED_UNPUBLISHED: Witness = sometimes("a leader begins with one promoted and not published", (world) => {
  const candidate = candidateOf(world);
  return isSuccessor(world) && candidate !== undefined && isPrimary(candidate);
});
/** The pod that went is another one by now, and has no role. */
export const HANDED_ON: Witness = sometimes("handed over before it went, stable again", (world) => {
  const { record } = world.api.cluster;
  const isAnew = world.api.pods.some((pod) => pod.name === "web-0" && pod.uid !== "web-0:u1");
  return isStable(world) && record?.epoch === 2 && record.primary?.pod !== "web-0" && isAnew;
});
/** Its disk is still full, and it follows whom it handed over to. */
export const FULL_AND_HANDED_OVER: Witness = sometimes("handed over by one that cannot write to its disk", (world) => {
  const { record } = world.api.cluster;
  const isFull = world.nodes.valkey.processes.some(
    (process) => process.diskFull === true && process.runId === "web-0:r1" && !isPrimary(process),
  );
  return isFull && record?.intent === undefined && record?.epoch === 2 && record.primary?.pod === "web-1";
});
export const SHRUNK: Witness = sometimes("handed over, then scaled down", (world) => {
  const { record } = world.api.cluster;
  return (
    isStable(world) &&
    world.edits.length === 0 &&
    (record?.epoch ?? 0) >= 3 &&
    record?.primary?.pod === "web-0" &&
    world.api.pods.length === 1
  );
});
/** The node of the first primary is to be emptied, and the role has moved to one whose node stays. */
export const MOVED_OFF: Witness = sometimes("the role moved to a node that stays", (world) => {
  const { record } = world.api.cluster;
  const leaves = (name: string | undefined): boolean => world.api.pods.some((pod) => pod.name === name && pod.nodeLeaving === true);
  return isStable(world) && record?.epoch === 2 && leaves("web-0") && !leaves(record.primary?.pod);
});
export const NOWHERE_TO_GO: Witness = sometimes(
  "all nodes are to be emptied, stable",
  (world) => isStable(world) && world.api.pods.every((pod) => pod.nodeLeaving === true),
);
