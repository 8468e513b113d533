// Trouble that never ends. LV-1 and LV-2 excuse a world in which somebody is hung or cut off for ever; here the promise is about those who
// are well: as long as a quorum of the members and the operator are, and hear each other, whatever befalls the others keeps nobody from
// writing, and those who are well are one cluster.
import { eventually, sometimes } from "../explore/model.ts";
import type { Eventually, Sometimes } from "../explore/model.ts";
import { lately } from "../explore/remembered.ts";
import { WRITE_SERVICE } from "../world/api.ts";
import { selectedPods } from "../world/clients.ts";
import { hasEnoughReplicas } from "../world/commands.ts";
import { OPERATOR } from "../world/operator.ts";
import { isPaused } from "../world/pause.ts";
import { isPrimary } from "../world/process.ts";
import type { Process } from "../world/process.ts";
import { followers, isOpen } from "../world/replication.ts";
import { actingIn } from "../world/team.ts";
import type { World } from "../world/world.ts";
import { hasLastingTrouble, isStable } from "./stable.ts";

/** Answers, lets the operator in, can write, and is where a pod says that it is. */
export const isWell = ({ api, nodes: { valkey } }: World, process: Process): boolean =>
  !process.hung &&
  process.locked !== true &&
  process.diskFull !== true &&
  isOpen(valkey, OPERATOR, process.address) &&
  api.pods.some((pod) => pod.uid === process.uid && !pod.deleting);

/** Those who are well, where they can go on by themselves; undefined where nobody can promise that. */
export const coreOf = lately((world: World): readonly Process[] | undefined => {
  const { record } = world.api.cluster;
  const { valkey } = world.nodes;
  if (record?.primary === undefined || world.late.length > 0) return undefined;
  const well = valkey.processes.filter((process) => isWell(world, process));
  const isOne = well.every((one) => well.every((other) => one === other || isOpen(valkey, one.address, other.address)));
  if (!isOne) return undefined;
  const acting = valkey.processes.find((process) => process.runId === record.primary?.runId);
  // A primary whom the others hear and the operator does not: then it is the operator that is not well.
  const isHeardByOthers =
    acting !== undefined && !well.includes(acting) && !acting.hung && well.some((one) => isOpen(valkey, one.address, acting.address));
  if (isHeardByOthers) return undefined;
  const isOneEnough = world.api.cluster.spec.onMissingQuorum === "PreferAvailability";
  const needed = isOneEnough ? 1 : Math.max(1, record.members.length - record.waitReplicas + 1);
  // Who has not been seen to stream may lack what counts.
  const members = well.filter((process) => record.members.some((member) => member.runId === process.runId && member.state === "Streaming"));
  return (acting !== undefined && well.includes(acting)) || members.length >= needed ? well : undefined;
});

/** A hold that only a user ends, by what he asks for; none of those that end when somebody comes back. */
const USERS_HOLDS: readonly string[] = ["BestCandidateExcluded", "DataFound", "BootstrapBlocked", "ScaleDownHeld"];
export const isHeldByUser = (world: World): boolean => {
  const { decision } = actingIn(world);
  return decision._tag === "Wait" && USERS_HOLDS.includes(decision.because);
};

/** Somebody takes writes where they are sent to. */
const isServed = lately((world: World): boolean => {
  const [selected] = selectedPods(world.api, WRITE_SERVICE);
  const { valkey } = world.nodes;
  return valkey.processes.some(
    (process) =>
      process.pod === selected &&
      isPrimary(process) &&
      !process.hung &&
      !process.loading &&
      process.diskFull !== true &&
      !isPaused(process) &&
      hasEnoughReplicas(valkey, process) &&
      world.api.pods.some((pod) => pod.uid === process.uid),
  );
});

/** All who are well follow one of them, are counted, and nothing is under way. */
const isStableAmong = (world: World, well: readonly Process[]): boolean => {
  const { record } = world.api.cluster;
  const acting = well.find((process) => process.runId === record?.primary?.runId);
  if (record === undefined || record.intent !== undefined || acting === undefined || !isPrimary(acting) || !isServed(world)) return false;
  const linked = followers(world.nodes.valkey, acting);
  // Who is in trouble for ever does not go on counting.
  if (!record.members.every((member) => well.some((process) => process.runId === member.runId))) return false;
  return well.every(
    (process) =>
      process === acting ||
      (linked.includes(process) && record.members.some((member) => member.runId === process.runId && member.state === "Streaming")),
  );
};

/** Whoever else is in trouble for ever: if a quorum of members is well, writes get a primary again and again. */
export const LV_2_CORE: Eventually<World> = eventually(
  "LV-2 core",
  "infinitely often",
  (world) => coreOf(world) === undefined || isServed(world) || isHeldByUser(world),
);

/**
 * And those who are well become one cluster and stay one. Not promised while a member keeps the operator out, or cannot write, and follows all
 * the same: nobody can say what it holds, so nobody else leaves, and nobody who had to leave comes back.
 */
export const LV_1_CORE: Eventually<World> = eventually("LV-1 core", "eventually always", (world) => {
  const well = coreOf(world);
  return (
    well === undefined ||
    world.nodes.valkey.processes.some((process) => process.locked === true || process.diskFull === true) ||
    isStableAmong(world, well) ||
    isHeldByUser(world)
  );
});

/**
 * What holds with a name is let go when its cause is: where every volume keeps what it had, and nobody is in trouble any more, no hold is
 * left but those that a user ends. (LV-1 is content with the name.)
 */
export const LV_1_HEALED: Eventually<World> = eventually(
  "LV-1 healed",
  "eventually always",
  (world) => isStable(world) || isHeldByUser(world) || hasLastingTrouble(world),
);

/** The antecedent of the first two: somebody is not well, and the others go on. */
export const GOES_ON: Sometimes<World> = sometimes("the others go on without one in trouble", (world) => {
  const well = coreOf(world);
  return well !== undefined && well.length < world.nodes.valkey.processes.length && isStableAmong(world, well);
});
