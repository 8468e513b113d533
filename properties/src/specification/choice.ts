// Who is promoted, and on what evidence somebody is replaced, judged in the world itself: what SEL and SD say of core's functions, where
// they come to bear.
import type { Command } from "@gungnir/core";
import { always, alwaysNext, sometimes } from "../explore/model.ts";
import type { Safety, Sometimes } from "../explore/model.ts";
import { OPERATOR } from "../world/operator.ts";
import { isFrozen, isPrimary } from "../world/process.ts";
import type { Process } from "../world/process.ts";
import { isOpen } from "../world/replication.ts";
import type { Step, World } from "../world/world.ts";
import { pendingAction } from "../world/world.ts";
import { isStable } from "./liveness.ts";

type Property = Safety<World, Step>;

const processOf = (world: World, runId: string): Process | undefined =>
  world.nodes.valkey.processes.find((process) => process.runId === runId);

/** A promotion by a failover that is done just now, at once and not late. */
const promotionIn = (world: World, step: Step): Extract<Command, { _tag: "Promote" }> | undefined => {
  const action = step._tag === "Act" ? pendingAction(world) : undefined;
  return action?._tag === "Promote" && world.api.cluster.record?.intent?.kind === "Failover" ? action : undefined;
};

/** Members of the record that stand frozen, and the recorded primary if it does: among them the choice is made. */
const frozenIn = (world: World): readonly Process[] => {
  const { record } = world.api.cluster;
  const counted = [...(record?.members ?? []), ...(record?.primary === undefined ? [] : [record.primary])];
  return counted.flatMap((one) => {
    const process = processOf(world, one.runId);
    return process !== undefined && isFrozen(process) && !process.hung && isOpen(world.nodes.valkey, OPERATOR, process.address)
      ? [process]
      : [];
  });
};

const lacks = (process: Process, other: Process): readonly string[] =>
  other.items.filter((item) => !item.id.startsWith("marker:") && !process.items.some((own) => own.id === item.id)).map((item) => item.id);

/**
 * Of those that stand frozen nobody who may be promoted has something that the promoted one lacks. One that obeys its demotion between
 * the election and the promotion comes too late, and what it has beyond the others nobody acknowledged.
 */
export const SEL_5: Property = alwaysNext("SEL-5 data", (before, step) => {
  const promoted = processOf(before, promotionIn(before, step)?.pod.runId ?? "");
  if (promoted === undefined) return undefined;
  const old = before.api.cluster.record?.primary?.runId;
  const fuller = frozenIn(before).find((other) => other.runId !== old && lacks(promoted, other).length > 0);
  return fuller === undefined
    ? undefined
    : `${promoted.pod} was promoted, ${fuller.pod} is frozen too and has ${lacks(promoted, fuller).join(", ")} besides`;
});

/** Priority 0 is for those that are never to be primary; the recorded primary itself may stay what it is. */
export const SEL_6: Property = alwaysNext("SEL-6 priority", (before, step) => {
  const promoted = processOf(before, promotionIn(before, step)?.pod.runId ?? "");
  return promoted?.priority !== 0 || before.api.cluster.record?.primary?.runId === promoted.runId
    ? undefined
    : `${promoted.pod} was promoted, and its priority is 0`;
});

/** Whom too few members vouch for is promoted only with what may be lost on record. */
export const FO_6: Property = alwaysNext("FO-6", (before, step) => {
  const command = promotionIn(before, step);
  const { record } = before.api.cluster;
  if (command === undefined || record?.intent?.kind !== "Failover") return undefined;
  const isFrozenMember = (runId: string): boolean => before.history.frozen.some((one) => one === runId);
  const frozen = record.members.filter((member) => isFrozenMember(member.runId)).length;
  const needed = Math.max(1, record.members.length - record.waitReplicas + 1);
  const isOldFrozen = record.primary !== undefined && isFrozenMember(record.primary.runId);
  return frozen >= needed || isOldFrozen || record.intent.lossPossible !== undefined
    ? undefined
    : `${command.pod.pod} was promoted with ${frozen} of ${needed} members frozen, and nothing says what may be lost`;
});

/** Nobody is replaced because the operator hears nobody. For worlds in which nothing else is wrong. */
export const SD_8_ALONE: Property = always("SD-8 alone", ({ api: { cluster } }) =>
  (cluster.record?.epoch ?? 1) > 1 ? `epoch ${cluster.record?.epoch} was claimed, and only the operator's own paths were cut` : undefined,
);

/** Nobody is replaced because he does not let the operator in. For worlds in which nothing else is wrong. */
export const SD_10: Property = always("SD-10", ({ api: { cluster } }) =>
  (cluster.record?.epoch ?? 1) > 1 ? `epoch ${cluster.record?.epoch} was claimed, and only a password was wrong` : undefined,
);

/** The role moves at most once for each node that is to be emptied. For worlds in which nothing else is wrong. */
export const LV_8_MOVES: Property = always("LV-8 moves", ({ api: { cluster, pods } }) => {
  const [moves, leaving] = [(cluster.record?.epoch ?? 1) - 1, pods.filter((pod) => pod.nodeLeaving === true).length];
  return moves > leaving ? `${moves} moves, and ${leaving} nodes to be emptied` : undefined;
});

// --- Their antecedents ----------------------------------------------------------------------------------------------------

export const NOBODY_HEARD: Sometimes<World> = sometimes(
  "nobody is heard",
  ({ operator: { memory }, nodes: { valkey } }) =>
    memory.health.length > 1 && memory.health.every((one) => one.late) && valkey.processes.some((process) => isPrimary(process)),
);
export const LET_IN_AGAIN: Sometimes<World> = sometimes(
  "one turned the operator away, stable again",
  (world) => world.faults === 0 && world.nodes.valkey.processes.every((process) => process.locked !== true) && isStable(world),
);
/** The stream reached one replica and not the other, and the one it reached is primary now. */
export const MORE_DATA_WINS: Sometimes<World> = sometimes("the one with more data promoted", (world) => {
  const { record } = world.api.cluster;
  const promoted = processOf(world, record?.intent?.candidate?.runId ?? "");
  return promoted !== undefined && isPrimary(promoted) && frozenIn(world).some((other) => lacks(other, promoted).length > 0);
});

export const RISKED: Sometimes<World> = sometimes(
  "promoted without a quorum",
  ({ api: { cluster }, nodes: { valkey } }) =>
    cluster.record?.intent?.kind === "Failover" &&
    cluster.record.intent.lossPossible !== undefined &&
    valkey.processes.some((process) => isPrimary(process) && process.runId === cluster.record?.intent?.candidate?.runId),
);
