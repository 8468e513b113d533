/**
 * While the primary is right: who attaches to it, who counts, and how many acknowledgements it demands. Nothing of this runs
 * while a Failover or Grant intent stands.
 *
 *   answers, is nobody's ─▶ swap to Joining ─▶ Admit on the primary ─▶ Follow ─▶ link up, offset rises
 *                                                                          ─▶ raise min-replicas ─▶ swap to Streaming
 *   gone, unlinked 2 D ───▶ Expel on the primary ─▶ the rest catch up ─▶ swap out ─▶ lower min-replicas, raise the marker
 */
import { attach } from "./attach.ts";
import { replicationUser } from "./cluster.ts";
import { type Stance, barrierKey, wait } from "./decision.ts";
import { readingNow } from "./down.ts";
import { aborting } from "./freezing.ts";
import { readingOf } from "./health.ts";
import { type Acting, holdEverything, enlist, leaving, staying } from "./leaving.ts";
import { joiners, minReplicasFor, onlineReplicas, sortedByPod, streamers } from "./membership.ts";
import type { Health, Observation } from "./observation.ts";
import { carries, markerOf } from "./promotion.ts";
import { type FailoverRecord, type Identity, type Member, type Primary, type Retired, identityOf, isSameProcess } from "./record.ts";
import { attempt, firstOf } from "./stance.ts";

export const replication = (observation: Observation): Stance => {
  const { record } = observation.cluster;
  if (record?.primary === undefined || record.intent !== undefined) return undefined;
  const { primary } = record;
  const demoting = firstOf(...strays(observation, record, primary));
  const reading = readingNow(observation, primary);
  const host = observation.cluster.pods.find((pod) => pod.uid === primary.uid)?.address;
  if (reading?.role !== "primary" || host === undefined) return firstOf(demoting, wait(undefined, "PrimaryUnknown"));
  const acting: Acting = { identity: identityOf(primary), reading, host };
  return firstOf(
    demoting,
    leaving(observation, record, acting),
    continuing(observation, record, primary, acting),
    enlisting(observation, record, acting),
    configuring(observation, record, acting),
    cutOff(observation, record, acting),
    ...record.members.flatMap((member) => shut(observation, record, member)),
    marking(observation, record, acting),
    ...staying(observation, record, acting).map((member) => attach(observation, record, acting, member, "MemberAdmitted")),
    ...record.retired.map((one) => part(observation, record, acting, one)),
    certify(observation, record, acting),
  );
};

/** Whoever else says primary has an older epoch: it is demoted, and its clients closed, on contact. */
const strays = (observation: Observation, { epoch, retired }: FailoverRecord, primary: Identity): readonly Stance[] =>
  observation.health.flatMap((health): readonly Stance[] => {
    const reading = readingOf(health);
    // What is late may be dead: it is told when it answers.
    if (health.late || reading?.role !== "primary" || reading.runId === primary.runId) return [];
    const isOurs = isSamePod(observation, health) || retired.some((one) => one.runId === reading.runId);
    // A newer epoch than the record's: it is our record that is old.
    const isNewer = (markerOf(reading)?.epoch ?? 0) > epoch;
    if (reading.marker === "Foreign" || !isOurs || isNewer) return [];
    const pod: Identity = { pod: health.target.pod, uid: health.target.uid, runId: reading.runId };
    return [attempt(observation, { _tag: "Fence", pod, epoch, ...aborting(reading) }, "StrayPrimaryDemoted")];
  });

/**
 * A primary that boots from its own files has no backlog, and takes a new replication id when the first replica attaches. Its
 * data is the same: the record follows, or nobody who streams from it would ever be of its history.
 */
const continuing = (observation: Observation, record: FailoverRecord, primary: Primary, { reading }: Acting): Stance =>
  reading.replid === primary.replid
    ? undefined
    : enlist(observation, { ...record, primary: { ...primary, replid: reading.replid, replidBefore: primary.replid } }, "HistoryContinued");

/** Still the pod that we know, not only an address that it once had. */
const isSamePod = ({ cluster }: Observation, { target }: Health): boolean => cluster.pods.some((pod) => pod.uid === target.uid);

/** Counted before attached; Streaming once seen to stream, and min-replicas raised before that. */
const enlisting = (observation: Observation, record: FailoverRecord, acting: Acting): Stance => {
  const joining = joiners(observation, record);
  if (joining.length > 0) {
    const fresh = joining.map((identity): Member => ({ ...identity, state: "Joining" }));
    return enlist(observation, { ...record, members: sortedByPod([...record.members, ...fresh]) }, "MemberJoining");
  }
  const streaming = streamers(observation, record, acting.host);
  if (streaming.length > 0) {
    const members = record.members.map((member): Member => (streaming.includes(member) ? { ...member, state: "Streaming" } : member));
    const minReplicas = minReplicasFor(record.waitReplicas, members);
    return acting.reading.minReplicas < minReplicas
      ? configure(observation, record, acting, minReplicas)
      : enlist(observation, { ...record, members, minReplicas }, "MemberStreaming");
  }
  return record.waitReplicas === observation.cluster.spec.waitReplicas ? undefined : changeW(observation, record, acting);
};

/** A smaller W asks for a larger freeze quorum: safe at once. A larger one waits until that many hold what is there now. */
const changeW = (observation: Observation, record: FailoverRecord, acting: Acting): Stance => {
  const { waitReplicas } = observation.cluster.spec;
  const minReplicas = minReplicasFor(waitReplicas, record.members);
  const next: FailoverRecord = { ...record, waitReplicas, minReplicas };
  if (waitReplicas < record.waitReplicas) return enlist(observation, next, "WaitReplicasChanged");
  const action = { _tag: "Configure", pod: acting.identity, epoch: record.epoch, minReplicas } as const;
  const barrier = observation.barrier?.key === barrierKey(action) ? observation.barrier : undefined;
  if (barrier === undefined) return attempt(observation, action, "MinReplicasRaised");
  return barrier.offset !== undefined && holdEverything(observation, acting, record.members, waitReplicas, barrier.offset)
    ? enlist(observation, next, "WaitReplicasChanged")
    : wait(undefined, "BarrierNotReached", `durability.waitReplicas: ${waitReplicas}`);
};

const configuring = (observation: Observation, record: FailoverRecord, acting: Acting): Stance => {
  const isRising = streamers(observation, record, acting.host).length > 0 || observation.cluster.spec.waitReplicas > record.waitReplicas;
  return acting.reading.minReplicas === record.minReplicas || (isRising && acting.reading.minReplicas > record.minReplicas)
    ? undefined
    : configure(observation, record, acting, record.minReplicas);
};

const configure = (observation: Observation, record: FailoverRecord, acting: Acting, minReplicas: number): Stance =>
  attempt(
    observation,
    { _tag: "Configure", pod: acting.identity, epoch: record.epoch, minReplicas },
    acting.reading.minReplicas < minReplicas ? "MinReplicasRaised" : "MinReplicasLowered",
  );

/** A replication user of somebody who does not count would let him acknowledge uncounted. */
const cutOff = (observation: Observation, record: FailoverRecord, acting: Acting): Stance => {
  const members = record.members.map(replicationUser);
  const users = acting.reading.users.filter((user) => !members.includes(user));
  return users.length === 0
    ? undefined
    : attempt(observation, { _tag: "Expel", pod: acting.identity, epoch: record.epoch, users }, "MemberCutOff");
};

/** A replica lets nobody in: the users are of the time when it was, or was to become, the primary. */
const shut = (observation: Observation, record: FailoverRecord, member: Member): Stance => {
  const reading = readingNow(observation, member);
  // Whoever still streams through it is let go when it follows the primary itself.
  const isPassing = reading?.downstream.some((one) => one.online) === true;
  return reading?.role !== "replica" || reading.users.length === 0 || isPassing || member.state === "Joining"
    ? undefined
    : attempt(observation, { _tag: "Expel", pod: identityOf(member), epoch: record.epoch, users: reading.users }, "MemberCutOff");
};

/** Whoever handed over and follows by now still has the clients that he had: they are closed, and he is forgotten. */
const part = (observation: Observation, record: FailoverRecord, acting: Acting, one: Retired): Stance =>
  hasTurned(observation, record, acting, one) && !observation.fenced.includes(one.runId)
    ? attempt(observation, { _tag: "Disconnect", pod: identityOf(one), epoch: record.epoch }, "ClientsClosed")
    : undefined;

const hasTurned = (observation: Observation, record: FailoverRecord, acting: Acting, one: Retired): boolean => {
  const reading = readingNow(observation, one);
  const isMember = record.members.some((member) => isSameProcess(member, one));
  return isMember && reading?.role === "replica" && reading.handingOver === undefined && reading.upstream?.host === acting.host;
};

const marking = (observation: Observation, record: FailoverRecord, acting: Acting): Stance => {
  const { marker } = record;
  if (marker === undefined || carries(acting.reading, marker)) return undefined;
  const online = onlineReplicas(acting.reading);
  return online < acting.reading.minReplicas
    ? wait(undefined, "FollowersMissing", `${online} of ${acting.reading.minReplicas}`)
    : attempt(observation, { _tag: "Mark", pod: acting.identity, epoch: record.epoch, marker }, "DatasetMarked");
};

/** A retired process that is certified dead, answers as somebody else, or has taken its place, need not be remembered. */
const certify = (observation: Observation, record: FailoverRecord, acting: Acting): Stance => {
  const isParted = (one: Retired): boolean => observation.fenced.includes(one.runId) && hasTurned(observation, record, acting, one);
  const retired = record.retired.filter((one) => !isCertified(observation, one) && !isParted(one));
  return retired.length === record.retired.length ? undefined : enlist(observation, { ...record, retired }, "RetiredCertified");
};

const isCertified = ({ cluster, health }: Observation, one: Retired): boolean => {
  const pod = cluster.pods.find((candidate) => candidate.uid === one.uid);
  if (pod !== undefined && pod.container._tag !== "Running") return true;
  const others = (candidate: Health): boolean => candidate.runId !== undefined && candidate.runId !== one.runId;
  return health.some((candidate) => (candidate.target.uid === one.uid || candidate.target.address === one.address) && others(candidate));
};
