/**
 * What is done when there are too few members to elect from (FAILOVER section 5): the recorded primary's own volume came back,
 * or the data is gone, or the user says so. Otherwise nothing is done, and it is said what is missing.
 */
import { claimGrant } from "./claims.ts";
import { ALLOW_DATA_LOSS } from "./cluster.ts";
import { type Stance, hold, wait } from "./decision.ts";
import { healthOf, isCertifiedDead, readingNow } from "./down.ts";
import type { Observation } from "./observation.ts";
import { holdsHistory, markerOf } from "./promotion.ts";
import { answersOf, latestWord, wordsOf } from "./survey.ts";
import { type FailoverRecord, type Identity, type Intent, compareMarkers, freezeQuorum, identityOf } from "./record.ts";
import { after } from "./units.ts";
import { best, holdsData, latestOf } from "./volumes.ts";

/** Fencing, and too few members to elect from. */
export const recoverWithoutQuorum = (observation: Observation, record: FailoverRecord, intent: Intent): Stance => {
  const { cluster, now, epochSince } = observation;
  if (cluster.annotations[ALLOW_DATA_LOSS] === String(record.epoch)) {
    const fullest = bestAnswering(observation);
    const pod = cluster.pods.find((one) => one.uid === fullest?.uid);
    // It has just ended, and will be silent, or begun anew, and will be Running: in a moment that is known.
    if (pod !== undefined && pod.container._tag !== "Running") {
      return wait(undefined, "DataMissing", `${pod.name} answers, and its container is not said to run`);
    }
    if (fullest !== undefined) return claimGrant(observation, record, intent, fullest, "LossAllowed");
  }
  if (!cluster.spec.persistence.enabled && isEveryProcessDead(observation, record)) return grantAnew(observation, record, intent);
  const patience = after(epochSince, cluster.spec.recoveryWait);
  if (record.members.length > 0 && now < patience) {
    return wait(patience, "FreezeQuorumMissing", `needs ${freezeQuorum(record)} of ${record.members.length} members`);
  }
  const returned = returnedVolume(observation, record);
  if (returned !== undefined) return claimGrant(observation, record, intent, returned, "VolumeReturned");
  return hold(
    undefined,
    "DataMissing",
    `${freezeQuorum(record)} of ${record.members.length} members have to answer with the run id of the record, or the volume of ${record.primary?.pod ?? "the primary"} has to come back; the annotation ${ALLOW_DATA_LOSS}: "${record.epoch}" accepts the loss`,
  );
};

/**
 * A volume that answers again with a marker of the record, or a newer one (of a candidate that was promoted and never
 * published). The highest marker wins. Among those of the record it is the recorded primary's own; unless a member that still
 * lives has more of the *same* history (after an AOF restart the history is new, and offsets prove nothing against it).
 */
const returnedVolume = (observation: Observation, record: FailoverRecord): Identity | undefined => {
  const { primary, marker } = record;
  if (primary === undefined || marker === undefined) return undefined;
  const answers = answersOf(observation).filter((one) => !one.pod.deleting);
  const words = wordsOf(answers);
  const latest = latestOf(words);
  if (latest === undefined || compareMarkers(latest.marker, record.markerBefore ?? marker) < 0) return undefined;
  // A running pod that does not answer may hold more (regressions/0036).
  const isEverybodyHere = words.length >= observation.cluster.spec.replicas;
  if (compareMarkers(latest.marker, marker) > 0) return best(latest.holders, isEverybodyHere)?.identity;
  const own = latest.holders.find((one) => one.identity.pod === primary.pod);
  // Older than the record's own: a mark that did not reach the volume, or a volume that was rolled back (regressions/0035). Whoever wrote
  // the later one, and is not certified dead, has more (regressions/0039).
  const isOlder = compareMarkers(latest.marker, marker) < 0;
  const isAllThereIs = isCertifiedDead(observation, primary) && (isEverybodyHere || record.members.length === 0);
  if (own === undefined || (isOlder && !isAllThereIs)) return undefined;
  const ahead = record.members.find((member) => {
    const other = readingNow(observation, member);
    return other !== undefined && other.replid === own.reading.replid && other.offset > own.reading.offset && holdsHistory(record, other);
  });
  return ahead === undefined ? own.identity : identityOf(ahead);
};

/** The data is gone, and that is recorded; unless somebody whom the record had dropped still holds some (regressions/0013). */
const grantAnew = (observation: Observation, record: FailoverRecord, intent: Intent): Stance => {
  const answers = answersOf(observation);
  const ending = answers.find((one) => one.pod.deleting);
  if (ending !== undefined) return wait(undefined, "DataMissing", `${ending.pod.name} is still ending`);
  const unheard = answers.find(({ word }) => word === undefined);
  if (unheard !== undefined) return wait(undefined, "DataMissing", `${unheard.pod.name} has not said yet whether it holds data`);
  const words = wordsOf(answers);
  const full = words.find(({ reading }) => holdsData(reading));
  if (full !== undefined) {
    return hold(
      undefined,
      "DataMissing",
      `every process of the record is dead; ${full.identity.pod}, which did not count, holds data: the annotation ${ALLOW_DATA_LOSS}: "${record.epoch}" grants it`,
    );
  }
  // Each answered, and none holds anything.
  const first = words.find(({ reading }) => reading.role === "replica");
  return first === undefined
    ? wait(undefined, "DataMissing", "every process of the record is dead and none runs yet")
    : claimGrant(observation, record, intent, first.identity, "DataLost");
};

/** Nothing of what the record knows can come back: each process is certified dead, or its pod is another one. */
const isEveryProcessDead = (observation: Observation, record: FailoverRecord): boolean =>
  [...(record.primary === undefined ? [] : [record.primary]), ...record.members].every((one) => {
    const pod = observation.cluster.pods.find((candidate) => candidate.name === one.pod);
    return (
      isCertifiedDead(observation, one) ||
      (pod !== undefined && pod.uid !== one.uid && healthOf(observation, { pod: one.pod, uid: pod.uid })?.runId !== undefined)
    );
  });

/** The user accepted the loss: the highest marker, then the higher offset; else an empty one. */
const bestAnswering = (observation: Observation): Identity | undefined => {
  const found = observation.cluster.pods
    .flatMap((pod) => latestWord(observation, pod) ?? [])
    .filter((one) => one.reading.marker !== "Foreign");
  const [fullest] = found.toSorted(
    (a, b) =>
      compareMarkers(markerOf(b.reading), markerOf(a.reading)) ||
      Number(a.reading.empty) - Number(b.reading.empty) ||
      Number(b.reading.offset - a.reading.offset),
  );
  return fullest?.identity;
};
