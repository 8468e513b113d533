/**
 * Taking every member away from the old primary before anybody is compared or promoted (FAILOVER 3.4, 3.5): what is frozen
 * can acknowledge nothing more, so an unreachable primary is fenced through its replicas.
 */
import { type Stance, wait } from "./decision.ts";
import { healthOf, readingNow, wordNow } from "./down.ts";
import { isFrozen } from "./membership.ts";
import type { Observation, Reading } from "./observation.ts";
import { type FailoverIntent, type FailoverRecord, type Identity, identityOf } from "./record.ts";
import { type Attempt, attempt } from "./stance.ts";
import { after } from "./units.ts";

/** How long a dead primary's last bytes may travel before its replicas are detached (FAILOVER 3.4). */
const DRAIN_MS = 200;
/** Two equal offsets so far apart are a steady offset. */
const STEADY_MS = 20;

/** Links down or offsets steady, or 200 ms: what the old primary sent and the network still carries is let in. */
export const drain = (observation: Observation, record: FailoverRecord): Stance => {
  const { now, epochSince } = observation;
  const end = after(epochSince, DRAIN_MS);
  if (now >= end) return undefined;
  const isDraining = record.members.some((member) => {
    const word = wordNow(observation, member);
    if (word === undefined) {
      const health = healthOf(observation, member);
      return health?.lastHeard !== undefined && health.commandedAt === undefined && !health.late;
    }
    const { reading, began, health } = word;
    if (isFrozen(reading)) return false;
    if (began < epochSince) return true;
    const isDown = reading.upstream?.up === false;
    const isSteady = began - Math.max(health.steadyFrom ?? began, epochSince) >= STEADY_MS;
    return !isDown && !isSteady;
  });
  return isDraining ? wait(end, "Drain") : undefined;
};

/** Every member that answers and is not frozen yet; while one is being asked, the election waits for its word. */
export const freezeAll = (observation: Observation, record: FailoverRecord): readonly Stance[] =>
  record.members.flatMap((member): readonly Stance[] => {
    const word = wordNow(observation, member);
    if (word === undefined) {
      const health = healthOf(observation, member);
      // It was commanded and has not spoken since.
      const isAsked = health?.commandedAt !== undefined && health.last === undefined && !health.late;
      return isAsked && (health.runId === undefined || health.runId === member.runId) ? [wait(undefined, "FreezePending")] : [];
    }
    const { reading, began, health } = word;
    // Sent before the claim, and perhaps carried out after it: only a Freeze behind it tells (regressions/0018).
    const isFollowing = observation.inFlight.some(({ action }) => action._tag === "Follow" && action.pod.uid === member.uid);
    if (isFollowing) return [wait(undefined, "FreezePending")];
    if (isFrozen(reading) && health.unsettled !== true && reading.users.length === 0) {
      return began < observation.epochSince && !health.late ? [wait(undefined, "FreezePending")] : [];
    }
    const stance = freeze(observation, record, member, reading);
    // One that is already late, or that refuses, is tried again, and not waited for.
    const isWaitedFor = !health.late && stance.because !== "RefusedLately";
    return stance._tag === "Act" || isWaitedFor ? [stance] : [];
  });

/** Detached, and nobody let in: to whom a handover was ordered takes the role from anybody who may attach to it. */
const freeze = (observation: Observation, record: FailoverRecord, member: Identity, reading: Reading): Attempt => {
  const pod = identityOf(member);
  const { epoch } = record;
  return isFrozen(reading) && reading.users.length > 0
    ? attempt(observation, { _tag: "Expel", pod, epoch, users: reading.users }, "MemberCutOff")
    : attempt(observation, { _tag: "Freeze", pod, epoch, ...aborting(reading) }, "MemberFrozen");
};

/** In the middle of handing over by itself it obeys nothing else. */
export const aborting = (reading: Reading | undefined): { readonly abort?: true } =>
  reading === undefined || reading.handingOver === true ? { abort: true } : {};

/**
 * The demotion is written to whatever connection is open, once an epoch; done is written, not answered. If it obeys before
 * the promotion it is one more frozen process, and being ahead it wins. Not being able to write it holds nothing up.
 */
export const fence = (observation: Observation, record: FailoverRecord, { old }: FailoverIntent): Stance => {
  const health = healthOf(observation, old);
  const pod = observation.cluster.pods.find((one) => one.uid === old.uid);
  if (health === undefined || pod?.container._tag !== "Running") return undefined;
  if (health.runId !== undefined && health.runId !== old.runId) return undefined;
  const reading = readingNow(observation, old);
  if (reading !== undefined && isFrozen(reading)) return undefined;
  // It answers and does not obey yet: it is told again as long as it speaks.
  if (reading === undefined && observation.fenced.includes(old.runId)) {
    // Its first word after the command is waited for, whatever that is, and no longer (regressions/0014).
    return health.late || health.last !== undefined || health.commandedAt === undefined ? undefined : wait(undefined, "FreezePending");
  }
  const told = attempt(observation, { _tag: "Fence", pod: old, epoch: record.epoch, ...aborting(reading) }, "OldPrimaryFenced");
  return told._tag === "Act" || (reading !== undefined && !health.late) ? told : undefined;
};
