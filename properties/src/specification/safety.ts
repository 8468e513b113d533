// What must never happen, and what must never be done. READ THIS to know what is promised: each property is one function of
// a state or of a step, in the words of PROPERTIES.md, and looks at the truth of the world, not at what the operator believes.
import type { Action, Command, FailoverRecord } from "@gungnir/core";
import { always, alwaysNext } from "../explore/model.ts";
import type { Safety } from "../explore/model.ts";
import { WRITE_SERVICE, write } from "../world/api.ts";
import { selectedPods } from "../world/clients.ts";
import { holds, isFrozen, isPrimary } from "../world/process.ts";
import type { Process } from "../world/process.ts";
import { canContinue, followers, userOf } from "../world/replication.ts";
import type { Step, World } from "../world/world.ts";
import { pendingAction } from "../world/world.ts";

type Property = Safety<World, Step>;

const processOf = (world: World, runId: string | undefined): Process | undefined =>
  world.nodes.valkey.processes.find((process) => process.runId === runId);

/** The action whose effect a step is: decided and done at once, or sent before and arriving now. */
const arriving = (world: World, step: Step): Action | undefined => {
  if (step._tag === "Late") return world.late[step.index];
  if (step._tag === "Act" || step._tag === "Arrive") return pendingAction(world, step.who);
  if (step._tag === "Fault" && step.kind === "answer lost") return pendingAction(world);
  return undefined;
};
/** The action that is decided in a step's beginning: what the operator sends, whatever becomes of it. */
const sent = (world: World, step: Step): Action | undefined =>
  step._tag === "Act"
    ? pendingAction(world, step.who)
    : step._tag === "Fault" && (step.kind === "answer lost" || step.kind === "request lost" || step.kind === "delayed")
      ? pendingAction(world)
      : undefined;
const commandOf = (action: Action | undefined): Command | undefined => (action !== undefined && "pod" in action ? action : undefined);
/** Any W of N and any so many of N have one in common. Written here again: the specification does not take core's word for it. */
const freezeQuorum = (record: FailoverRecord): number => Math.max(1, record.members.length - record.waitReplicas + 1);

/** In every reachable state, including bootstrap, the client Service resolves to at most one pod. */
export const FO_1: Property = always("FO-1", (world) => {
  const selected = selectedPods(world.api, WRITE_SERVICE);
  return selected.length > 1 ? `writes go to ${selected.join(" and ")}` : undefined;
});

/** The Service is pointed at a pod only after its ROLE was read as primary, later than its promotion. */
export const FO_2: Property = alwaysNext("FO-2", (before, step) => {
  const action = arriving(before, step);
  if (action?._tag !== "RouteWrites" || action.to === "nobody" || write(before.api, action).outcome._tag !== "Done") return undefined;
  const target = before.api.cluster.record?.primary;
  if (target === undefined || target.pod !== action.to) return `routed to ${action.to}, which the record does not name`;
  return before.history.confirmed.includes(target.runId) ? undefined : `routed to ${target.pod} before its promotion was confirmed`;
});

/** No promotion by a Failover before the write Service selects nobody and the freeze quorum of the epoch is complete. */
export const FO_3: Property = alwaysNext("FO-3", (before, step) => {
  const action = commandOf(sent(before, step));
  const { record } = before.api.cluster;
  if (action?._tag !== "Promote" || record?.intent?.kind !== "Failover") return undefined;
  const selected = selectedPods(before.api, WRITE_SERVICE);
  if (selected.length > 0) return `promoted while writes go to ${selected.join(", ")}`;
  const { primary } = record;
  const keepsOld = primary !== undefined && primary.runId === action.pod.runId;
  if (keepsOld) return undefined; // the false-alarm exit needs no quorum: it has every write
  const frozen = record.members.filter((member) => before.history.frozen.includes(member.runId));
  const needed = freezeQuorum(record);
  const old = primary === undefined ? undefined : processOf(before, primary.runId);
  // The recorded primary, frozen itself, holds whatever it ever acknowledged.
  if (old !== undefined && before.history.frozen.includes(old.runId)) return undefined;
  return frozen.length < needed ? `promoted with ${frozen.length} of ${needed} members frozen` : undefined;
});

/** Every write that W members acknowledged is on whoever is promoted by a Failover. */
export const FO_5: Property = alwaysNext("FO-5", (before, step, after) => {
  const command = commandOf(arriving(before, step));
  if (command?._tag !== "Promote" || before.api.cluster.record?.intent?.kind === "Grant") return undefined;
  const promoted = processOf(after, command.pod.runId);
  if (promoted === undefined || !isPrimary(promoted)) return undefined;
  const lost = before.clients.acknowledged.filter((id) => !holds(promoted, id));
  return lost.length > 0 ? `${lost.join(", ")} acknowledged and not on ${promoted.pod}` : undefined;
});

/** What a published primary acknowledged stays: nothing acknowledged is missing on the recorded primary while no intent stands. */
export const FO_5_PUBLISHED: Property = always("FO-5 published", (world) => {
  const { record } = world.api.cluster;
  if (record === undefined || record.intent !== undefined) return undefined;
  const primary = processOf(world, record.primary?.runId);
  if (primary === undefined) return undefined;
  const lost = world.clients.acknowledged.filter((id) => !holds(primary, id));
  return lost.length > 0 ? `${lost.join(", ")} acknowledged and not on the recorded primary ${primary.pod}` : undefined;
});

/** Bytes on their way when the primary dies are let in before the replicas are detached: no tail is cut for haste. */
export const FO_5_TAIL: Property = alwaysNext("FO-5 tail", (before, step, after) => {
  const command = commandOf(arriving(before, step));
  if (command?._tag !== "Freeze") return undefined;
  const frozen = processOf(before, command.pod.runId);
  if (frozen?.role._tag !== "Replica" || after.late.length > 0) return undefined;
  const cut = frozen.role.inFlight.map((item) => item.id);
  return cut.length > 0 ? `freezing ${frozen.pod} cut off ${cut.join(", ")}` : undefined;
});

/** The epoch strictly increases, and is persisted before the first Valkey effect that carries it. */
export const FO_7: Property = alwaysNext("FO-7", (before, step, after) => {
  const [was, is] = [before.api.cluster.record?.epoch, after.api.cluster.record?.epoch];
  if (was !== undefined && (is === undefined || is < was)) return `epoch ${was} became ${is}`;
  const action = arriving(before, step);
  if (action?._tag === "Claim" && is !== was && is !== (was ?? 0) + 1) return `epoch ${was} was followed by ${is}`;
  const command = commandOf(action);
  return command !== undefined && command.epoch > (was ?? 0)
    ? `${command._tag} carries epoch ${command.epoch}, persisted is ${was}`
    : undefined;
});

/** An operator alone never decides on a view older than its own last write: none of its writes is ever refused as stale. */
export const FO_7_OWN: Property = alwaysNext("FO-7 own writes", (before, step) => {
  const action = sent(before, step);
  if (step._tag !== "Act" || action === undefined || "pod" in action || before.history.foreign) return undefined;
  return write(before.api, action).outcome._tag === "Conflict" ? `${action._tag} is refused, and nobody else had written` : undefined;
});

/** At most one process is promoted in an epoch. (What a human promotes is of none.) */
export const FO_8: Property = always("FO-8", (world) => {
  const promoted = world.history.promoted.filter((one) => one.epoch > 0);
  const twice = promoted.find((one) => promoted.some((other) => other.epoch === one.epoch && other.runId !== one.runId));
  return twice === undefined ? undefined : `two processes were promoted in epoch ${twice.epoch}`;
});

/** An epoch is claimed only for a primary (or a candidate) that was silent, dead, missing or demoted: a healthy one is left alone. */
export const FO_8_CAUSE: Property = alwaysNext("FO-8 cause", (before, step, after) => {
  const { record } = before.api.cluster;
  const claim = arriving(before, step);
  if (claim?._tag !== "Claim" || record?.primary === undefined || after.api.cluster.record?.epoch === record.epoch) return undefined;
  // A switchover is claimed over a primary that is well, and given up when it does not come about.
  const kinds = [record.intent?.kind, after.api.cluster.record?.intent?.kind];
  if (kinds.includes("Switchover")) return undefined;
  const lost = record.intent?.candidate ?? record.primary;
  const isHealthy = processOf(before, lost.runId) !== undefined && !before.history.troubled.includes(lost.runId);
  const hasQuorum = record.intent === undefined || record.intent.candidate !== undefined;
  return isHealthy && hasQuorum ? `an epoch was claimed over ${lost.pod}, which had no trouble` : undefined;
});

/** No process ever becomes primary but by a promotion, for the process the record names and in the record's epoch or an earlier one. */
export const FO_11: Property = alwaysNext("FO-11", (before, step, after) => {
  const risen = after.nodes.valkey.processes.filter((process) => isPrimary(process) && !isPrimaryIn(before, process));
  const [first] = risen;
  if (first === undefined) return undefined;
  if (!after.history.promoted.some((one) => one.runId === first.runId)) return `${first.pod} is primary without having been promoted`;
  const command = commandOf(arriving(before, step));
  if (command === undefined || command._tag !== "Promote") return undefined; // obeyed from a queue; its sending was judged
  const candidate = before.api.cluster.record?.intent?.candidate ?? before.api.cluster.record?.primary;
  return step._tag === "Act" && candidate?.runId !== first.runId
    ? `${first.pod} was promoted, the record names ${candidate?.pod}`
    : undefined;
});
const isPrimaryIn = (world: World, process: Process): boolean => {
  const was = processOf(world, process.runId);
  return was !== undefined && isPrimary(was);
};

/** No backward sync: nobody is told to follow a process whose data does not contain its own, but the primary of the epoch. */
export const FO_12: Property = alwaysNext("FO-12", (before, step) => {
  const command = commandOf(sent(before, step));
  if (command?._tag !== "Follow") return undefined;
  const { record } = before.api.cluster;
  const of = before.nodes.valkey.processes.find((process) => process.address === command.host);
  const acting = record?.intent?.candidate ?? record?.primary;
  if (of === undefined || of.uid === acting?.uid) return undefined;
  const follower = processOf(before, command.pod.runId);
  return follower === undefined || canContinue(of, follower) || follower.items.length === 0
    ? undefined
    : `${follower.pod} was told to follow ${of.pod}, which is not the primary of the epoch and lacks some of its data`;
});

/** No data set that holds something is wiped by an empty one. */
export const FO_12_WIPE: Property = alwaysNext("FO-12 wipe", (before, step, after) => {
  if (step._tag !== "FinishSync") return undefined;
  const [was, is] = [processOf(before, step.process), processOf(after, step.process)];
  return was !== undefined && is !== undefined && was.items.length > 0 && is.items.length === 0
    ? `${is.pod} was wiped by an empty primary`
    : undefined;
});

/** A role that is handed over takes with it whatever was acknowledged. */
export const FO_22: Property = alwaysNext("FO-22", (before, _, after) => {
  const over = handedOver(before, after);
  const lost = over === undefined ? [] : before.clients.acknowledged.filter((id) => !holds(over.to, id));
  return lost.length > 0 ? `${lost.join(", ")} acknowledged and not on ${over?.to.pod}, to which the role was handed over` : undefined;
});

/** And, where nothing goes wrong, whatever was written: a planned switchover loses nothing at all (S9). */
export const FO_22_PLAIN: Property = alwaysNext("FO-22 plain writes", (before, _, after) => {
  const over = handedOver(before, after);
  const lost = over === undefined ? [] : over.from.items.filter((item) => !holds(over.to, item.id)).map((item) => item.id);
  return lost.length > 0
    ? `${lost.join(", ")} on ${over?.from.pod} and not on ${over?.to.pod}, to which the role was handed over`
    : undefined;
});

const handedOver = (before: World, after: World): { readonly from: Process; readonly to: Process } | undefined => {
  for (const from of before.nodes.valkey.processes) {
    if (from.failover?.state !== "asking") continue;
    const to = after.nodes.valkey.processes.find((process) => process.address === from.failover?.to);
    if (to !== undefined && isPrimary(to) && !isPrimaryIn(before, to)) return { from, to };
  }
  return undefined;
};

/**
 * Counted before attached: whoever follows the acting primary is a member, by run id. Who has just handed over to it has everything it
 * has, and is counted with the publication.
 */
export const S3M_COUNTED: Property = always("S3m counted", (world) => {
  const { record } = world.api.cluster;
  const acting = processOf(world, record?.intent?.candidate?.runId ?? record?.primary?.runId);
  if (record === undefined || acting === undefined || !isPrimary(acting)) return undefined;
  const uncounted = followers(world.nodes.valkey, acting).find(
    (follower) =>
      !record.members.some((member) => member.runId === follower.runId) &&
      !(record.intent?.kind === "Switchover" && record.intent.old.runId === follower.runId),
  );
  return uncounted === undefined ? undefined : `${uncounted.pod} follows ${acting.pod} and is no member`;
});

/** Cut off before dropped: who leaves the membership cannot acknowledge any more. */
export const S3M_CUT_OFF: Property = alwaysNext("S3m cut off", (before, step, after) => {
  const action = arriving(before, step);
  const [was, is] = [before.api.cluster.record, after.api.cluster.record];
  if (action?._tag !== "Enlist" || was === undefined || is === undefined || was === is) return undefined;
  const acting = processOf(after, is.intent?.candidate?.runId ?? is.primary?.runId);
  const dropped = was.members.filter((member) => !is.members.some((other) => other.runId === member.runId));
  const connected = dropped.find(
    (member) =>
      acting?.users.includes(userOf(member)) === true && !is.members.some((other) => other.pod === member.pod && other.uid === member.uid),
  );
  return connected === undefined ? undefined : `${connected.pod} left the membership and could still acknowledge`;
});

/** Dropped only when the promise holds without it: every acknowledged write is on so many of the rest that a quorum meets one. */
export const S3M_COVERED: Property = alwaysNext("S3m covered", (before, step, after) => {
  const action = arriving(before, step);
  const [was, is] = [before.api.cluster.record, after.api.cluster.record];
  if (action?._tag !== "Enlist" || was === undefined || is === undefined || was === is || is.members.length >= was.members.length)
    return undefined;
  const living = is.members.flatMap((member) => processOf(after, member.runId) ?? []);
  if (living.length < is.members.length) return undefined; // a quorum of them is not to be had; the operator will hold
  const needed = Math.min(is.waitReplicas, living.length);
  const uncovered = after.clients.acknowledged.find((id) => living.filter((process) => holds(process, id)).length < needed);
  return uncovered === undefined ? undefined : `${uncovered} is on fewer than ${needed} of the members that remain`;
});

/** Promotable only when counted: a Failover promotes a member of the record, or its primary. */
export const S3M_PROMOTED: Property = alwaysNext("S3m promoted", (before, step) => {
  const command = commandOf(sent(before, step));
  const { record } = before.api.cluster;
  if (command?._tag !== "Promote" || record?.intent?.kind !== "Failover" || step._tag !== "Act") return undefined;
  const counted = [...record.members, ...(record.primary === undefined ? [] : [record.primary])].some(
    (one) => one.runId === command.pod.runId,
  );
  return counted ? undefined : `${command.pod.pod} was promoted and is no member`;
});

/** A candidate is frozen, loaded and not empty when it is promoted by a Failover. */
export const S5: Property = alwaysNext("S5", (before, step) => {
  const command = commandOf(arriving(before, step));
  const process = command?._tag === "Promote" ? processOf(before, command.pod.runId) : undefined;
  if (process === undefined || isPrimary(process) || step._tag !== "Act" || before.api.cluster.record?.intent?.kind === "Grant")
    return undefined;
  if (process.loading) return `${process.pod} was promoted while loading`;
  if (process.items.length === 0) return `${process.pod} was promoted, and is empty`;
  return isFrozen(process) ? undefined : `${process.pod} was promoted while it followed somebody`;
});

export const SAFETY: readonly Property[] = [
  FO_1,
  FO_2,
  FO_3,
  FO_5,
  FO_5_PUBLISHED,
  FO_7,
  FO_7_OWN,
  FO_8,
  FO_8_CAUSE,
  FO_11,
  FO_12,
  FO_12_WIPE,
  FO_22,
  S3M_COUNTED,
  S3M_CUT_OFF,
  S3M_COVERED,
  S3M_PROMOTED,
  S5,
];
