/**
 * Going on without a freeze quorum, or past the best data, because the user prefers it (`durability.onMissingQuorum:
 * PreferAvailability`, FAILOVER 3.4). What was acknowledged may then be lost, so it is written into the record, with its bound,
 * in the very swap that names the candidate; and first the old primary has to be dead for certain, or its write lease run out.
 */
import { type Stance, wait } from "./decision.ts";
import { healthOf, isCertifiedDead } from "./down.ts";
import { frozenMembers, frozenPrimary } from "./membership.ts";
import type { Observation } from "./observation.ts";
import { type Frozen, byMerit, holdsHistory } from "./promotion.ts";
import { type FailoverRecord, type FailoverIntent, freezeQuorum } from "./record.ts";
import { attempt } from "./stance.ts";
import { type Instant, after } from "./units.ts";

/** `min-replicas-max-lag`, and what the server's own clock takes to notice: the last acknowledgement of a cut-off primary. */
const WRITE_LEASE_MS = 3_000 + 2_000;

/** Undefined where the policy is another one, or nobody could be elected. */
export const electAnyway = (observation: Observation, record: FailoverRecord, intent: FailoverIntent): Stance => {
  if (observation.cluster.spec.onMissingQuorum !== "PreferAvailability") return undefined;
  const frozen = [...frozenPrimary(observation, record), ...frozenMembers(observation, record)];
  const whole = frozen.filter((one) => holdsHistory(record, one.reading)).toSorted(byMerit);
  const candidate = whole.find((one) => one.isOld || one.reading.priority > 0);
  if (candidate === undefined) return undefined;
  const expires = writeLeaseEnd(observation, frozen);
  if (!isCertifiedDead(observation, intent.old) && observation.now < expires) return wait(expires, "WriteLease", intent.old.pod);
  const elected: FailoverRecord = {
    ...record,
    intent: { ...intent, candidate: candidate.identity, lossPossible: lossOf(record, frozen, whole[0] ?? candidate, candidate) },
  };
  return attempt(observation, { _tag: "Elect", epoch: record.epoch, record: elected, at: observation.cluster.version }, "LossRisked");
};

/** From when the last of those that are frozen was detached: from then on the old primary lacked it. */
const writeLeaseEnd = (observation: Observation, frozen: readonly Frozen[]): Instant => {
  const detached = frozen.map(({ identity }) => healthOf(observation, identity)?.commandedAt ?? observation.epochSince);
  const last = detached.reduce((a, b) => (b > a ? b : a), observation.epochSince);
  return after(last, WRITE_LEASE_MS);
};

const lossOf = (record: FailoverRecord, frozen: readonly Frozen[], best: Frozen, candidate: Frozen): string => {
  const { offset, replid } = candidate.reading;
  const members = frozen.filter((one) => !one.isOld).length;
  const beyond = `what others hold beyond offset ${offset} of ${replid}`;
  return best === candidate
    ? `${members} of ${freezeQuorum(record)} members frozen: ${beyond}`
    : `${best.identity.pod} is excluded with offset ${best.reading.offset}: ${beyond}`;
};
