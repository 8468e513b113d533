/**
 * Taking authority over a cluster: one compare-and-swap that raises the epoch and says what for, before anything is
 * commanded. From that swap on every stale leader's write conflicts.
 */
import { type Reason, type Stance } from "./decision.ts";
import { healthOf } from "./down.ts";
import type { Observation } from "./observation.ts";
import {
  type Evidence,
  type FailoverRecord,
  type Identity,
  type Intent,
  RETIRED_LIMIT,
  type Retired,
  identityOf,
  isSameProcess,
} from "./record.ts";
import { attempt } from "./stance.ts";
import { type Epoch, nextEpoch } from "./units.ts";

/** Why somebody has to be elected. */
type Loss = Extract<Evidence, "Dead" | "Missing" | "Silent" | "Demoted" | "CandidateUnusable" | "SwitchoverFailed">;

/** The recorded primary (or the elected candidate, `lost`) is lost: fence, freeze, and elect another. */
export const claimFailover = (observation: Observation, record: FailoverRecord, lost: Identity, evidence: Loss): Stance => {
  const old: Identity = record.primary ?? lost;
  const intent: Intent = { kind: "Failover", old: identityOf(old), evidence };
  const epoch = nextEpoch(record.epoch);
  const isUncertain = evidence === "Missing" || evidence === "CandidateUnusable" || evidence === "SwitchoverFailed";
  const retired = isUncertain ? retire(observation, record, lost) : record.retired;
  const next: FailoverRecord = { ...record, epoch, intent, retired };
  return attempt(observation, { _tag: "Claim", epoch, record: next, at: observation.cluster.version }, reasonOf(evidence));
};

/** Both live, and the old one serves until it hands over. */
export const claimSwitchover = (
  observation: Observation,
  record: FailoverRecord,
  old: Identity,
  candidate: Identity,
  evidence: Extract<Evidence, "Requested" | "ScaleDown" | "PodLeaving" | "NodeLeaving">,
): Stance => {
  const intent: Intent = { kind: "Switchover", old: identityOf(old), candidate, evidence };
  const next: FailoverRecord = { ...record, epoch: nextEpoch(record.epoch), intent };
  return attempt(observation, { _tag: "Claim", epoch: next.epoch, record: next, at: observation.cluster.version }, evidence);
};

const reasonOf = (evidence: Loss): Reason => {
  switch (evidence) {
    case "Dead":
      return "PrimaryDead";
    case "Missing":
      return "PrimaryMissing";
    case "Silent":
      return "PrimarySilent";
    case "Demoted":
      return "PrimaryDemoted";
    case "CandidateUnusable":
    case "SwitchoverFailed":
      return evidence;
  }
};

/** Without a certificate it counts as alive: it is remembered, and demoted on contact. */
const retire = (observation: Observation, record: FailoverRecord, lost: Identity): readonly Retired[] =>
  [...record.retired.filter((one) => !isSameProcess(one, lost)), retiredOf(observation, record, lost)].slice(-RETIRED_LIMIT);

/** With where it was last: as it is known, or as the record has it of its primary, whose pod may have gone before this leader began. */
export const retiredOf = (observation: Observation, { primary }: FailoverRecord, lost: Identity): Retired => {
  const recorded = primary !== undefined && isSameProcess(primary, lost) ? primary.address : undefined;
  const address = healthOf(observation, lost)?.target.address ?? recorded;
  return { ...identityOf(lost), ...(address === undefined ? {} : { address }) };
};

/** Names its candidate at once and needs no freeze quorum: there is nobody to elect from. */
export const claimGrant = (
  observation: Observation,
  record: FailoverRecord,
  intent: Intent,
  candidate: Identity,
  evidence: "VolumeReturned" | "DataLost" | "LossAllowed",
): Stance => {
  const next: FailoverRecord = {
    ...record,
    epoch: nextEpoch(record.epoch),
    intent: { kind: "Grant", ...(intent.old === undefined ? {} : { old: intent.old }), candidate, evidence },
  };
  return attempt(observation, { _tag: "Claim", epoch: next.epoch, record: next, at: observation.cluster.version }, evidence);
};

/** A record made anew: nobody counts yet, and the epoch is later than any that a data set tells of. */
export const firstGrant = (
  observation: Observation,
  record: FailoverRecord | undefined,
  candidate: Identity,
  evidence: "Bootstrap" | "VolumeReturned" | "Adopted",
  known: Epoch | undefined,
): Stance => {
  const { spec, version } = observation.cluster;
  const next: FailoverRecord = {
    version: 1,
    epoch: nextEpoch(known),
    intent: { kind: "Grant", candidate, evidence },
    members: [],
    waitReplicas: spec.waitReplicas,
    minReplicas: 0,
    retired: record?.retired ?? [],
  };
  return attempt(observation, { _tag: "Claim", epoch: next.epoch, record: next, at: version }, evidence);
};
