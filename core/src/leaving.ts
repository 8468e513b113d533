/**
 * How a member stops counting without taking an acknowledged write with it (FAILOVER section 2): cut it off on the
 * primary, read the primary's offset, wait until as many of those that remain as the promise needs hold everything up to
 * it, and only then swap it out of the record. Cut off first, else it goes on acknowledging; wait, else what only it
 * acknowledged would be on nobody that is asked.
 */
import { type Reason, type Stance, barrierKey, wait } from "./decision.ts";
import { replicationUser } from "./cluster.ts";
import { readingNow, soonest } from "./down.ts";
import { leavers, minReplicasFor, without } from "./membership.ts";
import type { Observation, Reading } from "./observation.ts";
import { carries } from "./promotion.ts";
import type { FailoverRecord, Identity, Member } from "./record.ts";
import { attempt } from "./stance.ts";
import type { ReplicationOffset } from "./units.ts";

/** Who acts as the primary of the present epoch (recorded or elected), what it says, and where it is. */
export type Acting = { readonly identity: Identity; readonly reading: Reading; readonly host: string };

export const leaving = (observation: Observation, record: FailoverRecord, acting: Acting): Stance => {
  const candidates = leaversBut(observation, record, acting);
  const due = candidates.filter((one) => one.dueAt <= observation.now).map((one) => one.member);
  if (due.length === 0) {
    return candidates.length === 0 ? undefined : wait(soonest(...candidates.map((one) => one.dueAt)), "LeavePending");
  }
  const users = due.map(replicationUser);
  const expel = { _tag: "Expel", pod: acting.identity, epoch: record.epoch, users } as const;
  const barrier = observation.barrier?.key === barrierKey(expel) ? observation.barrier : undefined;
  const isAdmitted = acting.reading.users.some((user) => users.includes(user));
  if (barrier === undefined || isAdmitted) return attempt(observation, expel, "MemberCutOff");
  const remaining = without(record.members, due);
  // An elected candidate stays a member until it is published: what only it holds must not stop counting.
  const followers = remaining.filter((member) => member.pod !== acting.identity.pod);
  if (barrier.offset === undefined || !holdEverything(observation, acting, followers, record.waitReplicas, barrier.offset)) {
    return wait(undefined, "BarrierNotReached", users.join(" "));
  }
  return enlist(observation, lowered(record, remaining, followers, acting), "MemberLeft");
};

/** The members that are not due to leave: whoever is being cut off is not let in again meanwhile (regressions/0003). */
export const staying = (observation: Observation, record: FailoverRecord, acting: Acting): readonly Member[] => {
  const due = leaversBut(observation, record, acting).filter((one) => one.dueAt <= observation.now);
  return without(record.members, [acting.identity, ...due.map((one) => one.member)]);
};

const leaversBut = (observation: Observation, record: FailoverRecord, acting: Acting) =>
  leavers(observation, record, acting).filter((one) => one.member.pod !== acting.identity.pod);

/** Do min(W, N) of these members hold everything up to `offset` of the primary? Their own word, read after the cut-off. */
export const holdEverything = (
  observation: Observation,
  acting: Acting,
  members: readonly Member[],
  waitReplicas: number,
  offset: ReplicationOffset,
): boolean => {
  const holders = members.filter((member) => {
    const reading = readingNow(observation, member);
    return reading !== undefined && reading.replid === acting.reading.replid && reading.offset >= offset;
  });
  return holders.length >= Math.min(waitReplicas, members.length);
};

const lowered = (record: FailoverRecord, members: readonly Member[], followers: readonly Member[], acting: Acting): FailoverRecord => {
  const minReplicas = Math.min(record.minReplicas, minReplicasFor(record.waitReplicas, followers));
  // While an intent stands the candidate is marked before it is published anyway.
  if (record.intent !== undefined || record.marker === undefined) return { ...record, members, minReplicas };
  const marker = { epoch: record.epoch, seq: record.marker.seq + 1, pod: acting.identity.pod };
  // A marker that was never written is on nobody: the one before it still is what members carry (regressions/0012).
  const markerBefore = carries(acting.reading, record.marker) ? record.marker : (record.markerBefore ?? record.marker);
  return { ...record, members, minReplicas, marker, markerBefore };
};

export const enlist = (observation: Observation, record: FailoverRecord, because: Reason): Stance =>
  attempt(observation, { _tag: "Enlist", epoch: record.epoch, record, at: observation.cluster.version }, because);
