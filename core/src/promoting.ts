/**
 * From the elected candidate to the published primary (FAILOVER 3.7 to 3.10): promote it, guarded and verified by its own
 * ROLE; let the others follow; mark the data set; publish. One candidate an epoch: a candidate that is lost costs a new claim.
 */
import { attach } from "./attach.ts";
import { claimBootstrap } from "./bootstrap.ts";
import { claimFailover } from "./claims.ts";
import { BOOTSTRAPPED, nameOf, replicationUser, runningPod } from "./cluster.ts";
import { type Stance, wait } from "./decision.ts";
import { healthOf, readingNow, silentAt } from "./down.ts";
import { aborting, freezeAll } from "./freezing.ts";
import { type Acting, leaving, staying } from "./leaving.ts";
import { frozenMembers, isFrozen, minReplicasFor, onlineReplicas, without } from "./membership.ts";
import type { Observation } from "./observation.ts";
import { carries } from "./promotion.ts";
import { type FailoverRecord, type Identity, type Intent, type Marker, type Member, type Primary, compareMarkers } from "./record.ts";
import { textAt } from "./fields.ts";
import { route } from "./routing.ts";
import { attempt, firstOf } from "./stance.ts";
import { after } from "./units.ts";

export const promoting = (observation: Observation, record: FailoverRecord, intent: Intent, candidate: Identity): Stance => {
  const unrouting = route(observation, record);
  if (unrouting !== undefined) return unrouting;
  const { cluster, now, epochSince } = observation;
  const pod = runningPod(cluster, candidate);
  const health = healthOf(observation, candidate);
  const isReplaced = health?.runId !== undefined && health.runId !== candidate.runId;
  if (pod === undefined || isReplaced) return abandon(observation, record, candidate);
  const reading = readingNow(observation, candidate);
  if (reading === undefined || pod.address === undefined) {
    // Not having spoken since our last command is not silence: only one that misses its answers for D is given up, and only
    // after the deadline (regressions/0001).
    const silent = silentAt(observation, health);
    const deadline = after(epochSince, cluster.spec.failoverTimeout);
    const due = silent > deadline ? silent : deadline;
    const isSilent = health?.late !== false && now >= due;
    // It answers with nothing of use, and was not seen promoted (regressions/0022), or cannot write to its disk: it would serve nobody.
    const canWrite = health?.last?.reply._tag !== "Misconfigured";
    const wasPrimary = canWrite && health?.lastReading !== undefined && health.replicaSince === undefined;
    const isUseless = health?.late === false && health.last !== undefined && !wasPrimary && now >= deadline;
    return isSilent || isUseless
      ? abandon(observation, record, candidate)
      : wait(health?.late === false ? deadline : due, "CandidateSilent");
  }
  return reading.role === "replica"
    ? promote(observation, record, intent, { identity: candidate, reading, host: pod.address })
    : finish(observation, record, intent, { identity: candidate, reading, host: pod.address });
};

/** A definite failure leads to another candidate, by a new claim and another freeze: one target an epoch. */
const abandon = (observation: Observation, record: FailoverRecord, candidate: Identity): Stance =>
  record.primary === undefined ? claimBootstrap(observation, record) : claimFailover(observation, record, candidate, "CandidateUnusable");

const promote = (observation: Observation, record: FailoverRecord, intent: Intent, acting: Acting): Stance => {
  const { identity, reading } = acting;
  const { epoch } = record;
  if (intent.evidence === "Bootstrap" && !isBootstrapMarked(observation))
    return wait(undefined, "ObjectUnconfirmed", "the Secret is not marked");
  // Whoever was admitted here in an earlier epoch counts no longer: nobody attaches uncounted.
  if (reading.users.length > 0) return attempt(observation, { _tag: "Expel", pod: identity, epoch, users: reading.users }, "MemberCutOff");
  if (!isFrozen(reading)) return attempt(observation, { _tag: "Freeze", pod: identity, epoch, ...aborting(reading) }, "MemberFrozen");
  const detaching = intent.kind === "Failover" ? firstOf(...freezeAll(observation, record)) : undefined;
  if (detaching !== undefined) return detaching;
  const left = frozenFollowers(observation, record, intent, identity);
  const promotion = attempt(
    observation,
    { _tag: "Promote", pod: identity, epoch, minReplicas: minReplicasFor(record.waitReplicas, left) },
    "CandidatePromoted",
  );
  const isRefused = promotion.because === "RefusedLately";
  const isLate = observation.now >= after(observation.epochSince, observation.cluster.spec.failoverTimeout);
  return isRefused && isLate ? abandon(observation, record, identity) : promotion;
};

/** The members that will follow: those that are frozen, without the candidate. A grant starts with none. */
const frozenFollowers = (observation: Observation, record: FailoverRecord, intent: Intent, candidate: Identity): readonly Member[] => {
  if (intent.kind === "Grant") return [];
  const frozen = frozenMembers(observation, record).map((one) => one.identity);
  return without(record.members, [candidate]).filter((member) => frozen.some((one) => one.pod === member.pod));
};

const isBootstrapMarked = ({ cluster }: Observation): boolean => {
  const secret = cluster.objects.find((one) => one.kind === "Secret" && one.name === nameOf(cluster.name).secret);
  return secret !== undefined && textAt(secret.manifest, "metadata", "annotations", BOOTSTRAPPED) === cluster.uid;
};

const finish = (observation: Observation, record: FailoverRecord, intent: Intent, acting: Acting): Stance => {
  const members = intent.kind === "Grant" ? [] : without(record.members, [acting.identity]);
  const followers = intent.kind === "Grant" ? [] : staying(observation, record, acting);
  const repointing = firstOf(...followers.map((member) => attach(observation, record, acting, member, "MemberRepointed")));
  if (repointing?._tag === "Act") return repointing;
  const marking = mark(observation, record, members, acting);
  if (marking !== undefined) return firstOf(marking, leaving(observation, record, acting));
  return publish(observation, record, members, acting);
};

const mark = (observation: Observation, record: FailoverRecord, members: readonly Member[], acting: Acting): Stance => {
  const { identity, reading } = acting;
  const marker: Marker = { epoch: record.epoch, seq: 0, pod: identity.pod };
  // Followers that left meanwhile are not waited for (regressions/0009).
  const affordable = Math.min(reading.minReplicas, minReplicasFor(record.waitReplicas, members));
  if (affordable < reading.minReplicas) {
    return attempt(observation, { _tag: "Configure", pod: identity, epoch: record.epoch, minReplicas: affordable }, "MinReplicasLowered");
  }
  if (carries(reading, marker)) {
    // The promise holds again before anybody is routed here: as many followers as it needs hold everything up to the mark.
    const caughtUp = members.filter((member) => {
      const theirs = readingNow(observation, member);
      return theirs !== undefined && carries(theirs, marker);
    });
    return caughtUp.length >= reading.minReplicas
      ? undefined
      : wait(undefined, "FollowersMissing", `${caughtUp.length} of ${reading.minReplicas} hold the mark`);
  }
  // The server refuses a function like any other write while too few replicas are attached.
  const online = onlineReplicas(reading);
  return online < reading.minReplicas
    ? wait(undefined, "FollowersMissing", `${online} of ${reading.minReplicas}`)
    : attempt(observation, { _tag: "Mark", pod: identity, epoch: record.epoch, marker }, "DatasetMarked");
};

/** Those that were admitted in this epoch count; whoever was out of reach joins again, as Joining. */
const publish = (observation: Observation, record: FailoverRecord, members: readonly Member[], acting: Acting): Stance => {
  const { identity, reading } = acting;
  const users = members.filter((member) => reading.users.includes(replicationUser(member)));
  // Somebody came in reach after min-replicas was set for fewer: he counts as Streaming once it was raised for him.
  const isUnderstated = minReplicasFor(record.waitReplicas, users) > reading.minReplicas;
  const admitted = isUnderstated ? users.map((member): Member => ({ ...member, state: "Joining" })) : users;
  const primary: Primary = {
    ...identity,
    epoch: record.epoch,
    replid: reading.replid,
    ...(reading.replidBefore === undefined ? {} : { replidBefore: reading.replidBefore }),
    address: acting.host,
  };
  // What those who have not reached the new marker still carry.
  const isReached = admitted.every((member) => {
    const theirs = readingNow(observation, member)?.marker;
    return typeof theirs === "object" && compareMarkers(theirs, record.marker) >= 0;
  });
  const markerBefore = isReached ? record.marker : (record.markerBefore ?? record.marker);
  const next: FailoverRecord = {
    version: record.version,
    epoch: record.epoch,
    primary,
    members: admitted,
    waitReplicas: record.waitReplicas,
    minReplicas: reading.minReplicas,
    marker: { epoch: record.epoch, seq: 0, pod: identity.pod },
    ...(markerBefore === undefined ? {} : { markerBefore }),
    retired: record.retired.filter((one) => one.runId !== identity.runId),
  };
  return attempt(observation, { _tag: "Publish", epoch: record.epoch, record: next, at: observation.cluster.version }, "PrimaryPublished");
};
