/**
 * Who counts (FAILOVER section 2, membership). A replica counts from before it may attach until after it was cut off *and*
 * the ones that remain hold everything that it may have acknowledged; so whatever `WAIT W` promised is among any
 * N - W + 1 members that were frozen.
 */
import { runningPod } from "./cluster.ts";
import { healthOf, readingNow, windowStart } from "./down.ts";
import type { Reading, Observation } from "./observation.ts";
import { type Frozen, holdsHistory, markerOf } from "./promotion.ts";
import { joinKey } from "./refusals.ts";
import { type FailoverRecord, type Identity, type Member, compareMarkers, freezeQuorum, identityOf, isSameProcess } from "./record.ts";
import { type Instant, after, compareText } from "./units.ts";

/** Where a process is sent that is to be a replica of nothing: nobody listens there. */
export const QUARANTINE = { host: "127.0.0.1", port: 1 } as const;

/** Detached: its offset cannot advance until it is commanded. */
export const isFrozen = (reading: Reading): boolean =>
  reading.role === "replica" && reading.upstream?.host === QUARANTINE.host && reading.upstream.port === QUARANTINE.port;

/** How many replicas it counts as attached. */
export const onlineReplicas = (reading: Reading): number => reading.downstream.filter((one) => one.online).length;

/**
 * The members that are frozen with their recorded run id, by readings that began in this epoch, and that threw nothing
 * away: they hold the marker, or they never held anything. One that lost its data stays in N and is not counted.
 */
export const frozenMembers = (observation: Observation, record: FailoverRecord): readonly Frozen[] =>
  record.members.flatMap((member) => frozen(observation, record, member, member.state));

/** The recorded primary itself, if it obeyed and stands frozen with its run id. */
export const frozenPrimary = (observation: Observation, record: FailoverRecord): readonly Frozen[] =>
  record.primary === undefined ? [] : frozen(observation, record, record.primary, "Old");

const frozen = (
  observation: Observation,
  record: FailoverRecord,
  identity: Identity,
  state: Member["state"] | "Old",
): readonly Frozen[] => {
  const reading = readingNow(observation, identity);
  const began = healthOf(observation, identity)?.last?.began;
  if (reading === undefined || began === undefined || began < observation.epochSince || !isFrozen(reading)) return [];
  // A process that outlives its pod cannot be promoted: elected, it would be given up at once, for ever (regressions/0038).
  if (runningPod(observation.cluster, identity) === undefined) return [];
  // Whoever may attach may also hand the role over to it: a frozen one that lets somebody in is not frozen.
  if (state !== "Old" && reading.users.length > 0) return [];
  if (reading.upstream?.syncing === true || healthOf(observation, identity)?.unsettled === true) return [];
  const isWhole = holdsHistory(record, reading) && (state !== "Joining" || hasSyncedSince(record, reading));
  return isWhole || (state === "Joining" && hasNeverSynced(reading))
    ? [{ identity: identityOf(identity), reading, isOld: state === "Old" }]
    : [];
};

/**
 * Every publication and every drop is followed by a newer marker. Who has it has synced since he was enlisted; who has only the
 * one before may lack what was acknowledged without him (regressions/0015).
 */
const hasSyncedSince = (record: FailoverRecord, reading: Reading): boolean => compareMarkers(markerOf(reading), record.marker) >= 0;

/** Never took part in a replication stream in this life: it cannot have acknowledged anything either. */
const hasNeverSynced = (reading: Reading): boolean => reading.offset === 0n;

/** Enough members are frozen that one of them holds every write that W of them acknowledged. */
export const hasFreezeQuorum = (observation: Observation, record: FailoverRecord): boolean =>
  frozenMembers(observation, record).length >= freezeQuorum(record);

/** A member that leaves, and whether that can be said at once. */
export type Leaver = { readonly member: Member; readonly dueAt: Instant };

/**
 * Who leaves: at once, when another run id or UID is in its place, or a scale-down will remove it; after 2 D, when it was
 * unreachable or unlinked. A Joining one that answers and was never linked does no harm where it is.
 */
export const leavers = (
  observation: Observation,
  record: FailoverRecord,
  acting: { readonly host: string; readonly reading: Reading },
): readonly Leaver[] =>
  record.members.flatMap((member): readonly Leaver[] => {
    const { cluster, epochSince } = observation;
    const patience = 2 * cluster.spec.downAfter;
    const pod = cluster.pods.find((one) => one.name === member.pod);
    const health = healthOf(observation, member);
    const isReplaced = pod?.uid !== member.uid || (health?.runId !== undefined && health.runId !== member.runId);
    const isEnded = pod === undefined || pod.container._tag !== "Running";
    if (isEnded || isReplaced || pod.ordinal >= cluster.spec.replicas) return [{ member, dueAt: epochSince }];
    const inEpoch = (at: Instant): Instant => (at > epochSince ? at : epochSince);
    const reading = readingNow(observation, member);
    if (reading === undefined) {
      // Unreachable since it was last heard, but counted no earlier than this leader has known of the epoch.
      const silent = windowStart(observation, health);
      const isSilent = health === undefined || health.late || health.lastHeard === undefined;
      if (isSilent) return [{ member, dueAt: after(inEpoch(silent), patience) }];
      // It answers with nothing of use, and only its primary can tell whether it is linked (regressions/0025).
      const isLoading = health.last?.reply._tag === "Loading";
      const isOnline = acting.reading.downstream.some((one) => (one.online || isLoading) && one.host === pod.address);
      const useful = health.lastReading ?? health.since;
      const budget = isLoading ? cluster.spec.recoveryWait : patience;
      return isOnline ? [] : [{ member, dueAt: after(inEpoch(useful), budget) }];
    }
    const isLinked = reading.upstream !== undefined && reading.upstream.up && reading.upstream.host === acting.host;
    if (isLinked || reading.upstream?.syncing === true || (member.state === "Joining" && hasNeverSynced(reading))) return [];
    const unlinked = health?.unlinkedSince ?? observation.now;
    return [{ member, dueAt: after(inEpoch(unlinked), patience) }];
  });

/** Pods that answer, are nobody's members, and may be counted from now on. */
export const joiners = (observation: Observation, record: FailoverRecord): readonly Identity[] =>
  observation.cluster.pods.flatMap((pod): readonly Identity[] => {
    const health = observation.health.find((one) => one.target.uid === pod.uid);
    if (pod.container._tag !== "Running" || pod.deleting || pod.ordinal >= observation.cluster.spec.replicas) return [];
    if (health?.runId === undefined || health.late) return [];
    const identity: Identity = { pod: pod.name, uid: pod.uid, runId: health.runId };
    const pause = observation.refused.find((one) => one.key === joinKey(identity));
    if (pause !== undefined && pause.notBefore > observation.now) return [];
    const isKnown = record.members.some((member) => member.pod === pod.name) || record.primary?.pod === pod.name;
    const reading = readingNow(observation, identity);
    // A foreign data set is not ours to overwrite.
    return isKnown || reading?.role !== "replica" || reading.marker === "Foreign" ? [] : [identity];
  });

/** Joining members whose link is up and whose offset was seen to rise on it. */
export const streamers = (observation: Observation, record: FailoverRecord, primaryHost: string): readonly Member[] =>
  record.members.filter((member) => {
    const link = healthOf(observation, member)?.link;
    const reading = readingNow(observation, member);
    return (
      member.state === "Joining" &&
      reading !== undefined &&
      reading.replid === record.primary?.replid &&
      holdsHistory(record, reading) &&
      link?.host === primaryHost &&
      link.streamed
    );
  });

/** min(W, Streaming members): what `min-replicas-to-write` of the primary should be. */
export const minReplicasFor = (waitReplicas: number, members: readonly Member[]): number =>
  Math.min(waitReplicas, members.filter((member) => member.state === "Streaming").length);

export const without = (members: readonly Member[], gone: readonly Identity[]): readonly Member[] =>
  members.filter((member) => !gone.some((one) => isSameProcess(one, member)));

export const sortedByPod = <One extends { readonly pod: string }>(members: readonly One[]): readonly One[] =>
  members.toSorted((a, b) => compareText(a.pod, b.pod));
