/**
 * Handing the role over while both live (FAILOVER section 4), so that nothing that was acknowledged can be missing. The old
 * primary goes on serving, and being routed to, until it hands over itself.
 *
 *   claim ▶ let the old one in at the candidate ▶ pause writes ▶ equal offsets ▶ FAILOVER ▶ flipped ▶ publish
 *     │                 └─── not in time: publish the old one, in the new epoch ▶ resume writes
 *     └─ one of the two is lost, or FAILOVER gets stuck ▶ claim a Failover: everybody is frozen, and the most data wins
 *
 * Until it is published the candidate lets in nobody but the old primary. So whatever it acknowledges before that with `WAIT`
 * is on the old one too, and a Failover that finds the old one frozen finds it there.
 */
import { claimFailover, retiredOf } from "./claims.ts";
import { replicationUser } from "./cluster.ts";
import { type Stance, wait } from "./decision.ts";
import { type Word, healthOf, isCertifiedDead, judge, ownWordNow, silentAt, wordNow } from "./down.ts";
import { minReplicasFor, sortedByPod, without } from "./membership.ts";
import type { Observation, Pause, Reading } from "./observation.ts";
import type { FailoverRecord, Identity, Intent, Member, Primary } from "./record.ts";
import { route } from "./routing.ts";
import { attempt } from "./stance.ts";
import { type Instant, after } from "./units.ts";

/** How long writes are held back at most; the server lets them go by itself then, whatever became of us. */
const PAUSE_MS = 1_500;
/** A candidate that lacks bytes for longer than this is not waited for. */
const CATCH_UP_MS = 500;
/** A switchover that has not got as far as the handover by then is given up. */
const PREPARED_MS = 2_000;
/** A handover that was ordered and is not seen to have ended by then got stuck: FAILOVER to a dead candidate never ends by itself. */
const STUCK_MS = 5_000;

export type Switchover = Extract<Intent, { readonly kind: "Switchover" }>;

export const switching = (observation: Observation, record: FailoverRecord, primary: Primary, intent: Switchover): Stance => {
  const { old, candidate } = intent;
  const { now, epochSince } = observation;
  const [preparedBy, stuckAt] = [after(epochSince, PREPARED_MS), after(epochSince, STUCK_MS)];
  const [from, to] = [heard(observation, ownWordNow(observation, old)), heard(observation, wordNow(observation, candidate))];
  const verdict = judge(observation, primary);
  const isLost = verdict._tag === "Lost" && verdict.evidence !== "Demoted";
  if (to?.role === "primary") {
    // Two that both serve: a human's doing. Only freezing both tells who has what.
    if (from?.role === "primary" && from.handingOver === undefined) return failed(observation, record, candidate);
    if (from?.role === "replica" || isLost) return publish(observation, record, intent, to);
    return wait(stuckAt, "HandoverPending");
  }
  if (isLost) return claimFailover(observation, record, old, verdict.evidence);
  // Silent since it became a replica of the candidate it counts as demoted, not as lost; and it may never speak again (regressions/0037).
  if (from === undefined) return now >= stuckAt ? failed(observation, record, candidate) : wait(stuckAt, "HandoverPending");
  const isUnderWay = from.handingOver === true || isFollowing(observation, from, candidate);
  if (isUnderWay) {
    return now >= stuckAt || isGone(observation, candidate) ? failed(observation, record, candidate) : wait(stuckAt, "HandoverPending");
  }
  if (from.role === "replica") {
    // Neither by us nor towards the candidate: it is judged like any primary that answers as a replica.
    return verdict._tag === "Lost" ? claimFailover(observation, record, old, verdict.evidence) : wait(stuckAt, "Suspicion");
  }
  if (now >= preparedBy || isGone(observation, candidate)) return undo(observation, record, primary);
  if (to === undefined) return wait(preparedBy, "CandidateSilent");
  return route(observation, record) ?? prepare(observation, record, primary, intent, from, to);
};

/** Everything that the handover needs, then the handover. */
const prepare = (
  observation: Observation,
  record: FailoverRecord,
  primary: Primary,
  { old, candidate }: Switchover,
  from: Said,
  to: Said,
): Stance => {
  const { epoch } = record;
  if (!to.users.includes(replicationUser(old))) {
    return attempt(observation, { _tag: "Admit", pod: candidate, epoch, member: old }, "MemberAdmitted");
  }
  // Before it may serve, or a client could write for a moment without the acknowledgement that WAIT counts on.
  const minReplicas = minReplicasFor(record.waitReplicas, successors(record, old, candidate));
  if (to.minReplicas !== minReplicas) {
    return attempt(observation, { _tag: "Configure", pod: candidate, epoch, minReplicas }, "MinReplicasRaised");
  }
  const pause = pauseOf(observation, old);
  if (pause === undefined) return attempt(observation, { _tag: "Pause", pod: old, epoch, forMs: PAUSE_MS }, "WritesPaused");
  const host = addressOf(observation, candidate);
  const isSince = from.began >= pause.from && to.began >= pause.from;
  const isEqual = isSince && to.replid === from.replid && to.offset >= from.offset;
  if (isEqual && host !== undefined) {
    const { port } = observation.cluster.spec;
    return attempt(observation, { _tag: "HandOver", pod: old, epoch, to: candidate.pod, host, port }, "HandedOver");
  }
  const patience = after(pause.from, CATCH_UP_MS);
  return observation.now < patience ? wait(patience, "CandidateBehind", candidate.pod) : undo(observation, record, primary);
};

/** Nothing was handed over: the old primary goes on, in the epoch that was claimed. Then its writes are let go (`resume`). */
const undo = (observation: Observation, record: FailoverRecord, primary: Primary): Stance => {
  const { epoch } = record;
  const next = published(record, { ...primary, epoch }, record.members, record.minReplicas);
  return attempt(observation, { _tag: "Publish", epoch, record: next, at: observation.cluster.version }, "SwitchoverUndone");
};

/**
 * Writes that are held back though no switchover is under way any more. Also where it went well: a replica that is paused takes in
 * nothing of its primary's stream, and so acknowledges nothing (measured).
 */
export const resume = (observation: Observation, record: FailoverRecord): Stance => {
  const { paused, now } = observation;
  return paused === undefined || paused.until <= now
    ? undefined
    : attempt(observation, { _tag: "Unpause", pod: paused.pod, epoch: record.epoch }, "WritesResumed");
};

/** The candidate says that it is the primary, and the old one follows it or is lost. */
const publish = (observation: Observation, record: FailoverRecord, { old, candidate }: Switchover, reading: Reading): Stance => {
  const { epoch } = record;
  const before = reading.replidBefore === undefined ? {} : { replidBefore: reading.replidBefore };
  const host = addressOf(observation, candidate);
  const primary: Primary = { ...candidate, epoch, replid: reading.replid, ...before, ...(host === undefined ? {} : { address: host }) };
  const next = published(record, primary, successors(record, old, candidate), reading.minReplicas);
  // Remembered until its clients were closed: they would write to it for ever.
  const retired = [...next.retired, retiredOf(observation, record, old)];
  return attempt(
    observation,
    { _tag: "Publish", epoch, record: { ...next, retired }, at: observation.cluster.version },
    "PrimaryPublished",
  );
};

const published = (record: FailoverRecord, primary: Primary, members: readonly Member[], minReplicas: number): FailoverRecord => {
  const { intent: _, markerBefore: __, ...rest } = record;
  const markerBefore = record.marker ?? record.markerBefore;
  return {
    ...rest,
    primary,
    members,
    minReplicas,
    marker: { epoch: record.epoch, seq: 0, pod: primary.pod },
    ...(markerBefore === undefined ? {} : { markerBefore }),
    retired: record.retired.filter((one) => one.runId !== primary.runId),
  };
};

/** Which of the two holds the role cannot be said: both are frozen, and who has more has it. */
const failed = (observation: Observation, record: FailoverRecord, candidate: Identity): Stance =>
  claimFailover(observation, record, candidate, "SwitchoverFailed");

/** Who will follow: the others, and the old primary, which has had everything. */
const successors = (record: FailoverRecord, old: Identity, candidate: Identity): readonly Member[] =>
  sortedByPod([...without(record.members, [candidate]), { ...old, state: "Streaming" }]);

/** What a process said when it was asked at `began`. */
type Said = Reading & { readonly began: Instant };

/** What it said in this epoch. */
const heard = ({ epochSince }: Observation, word: Word | undefined): Said | undefined =>
  word === undefined || word.began < epochSince ? undefined : { ...word.reading, began: word.began };

/** A pause that ends soon is not relied upon. */
const pauseOf = ({ paused, now }: Observation, old: Identity): Pause | undefined =>
  paused?.pod.runId === old.runId && paused.until > now && now < after(paused.from, PAUSE_MS - CATCH_UP_MS) ? paused : undefined;

const isFollowing = (observation: Observation, from: Reading, candidate: Identity): boolean =>
  from.upstream !== undefined && from.upstream.host === addressOf(observation, candidate);

const addressOf = ({ cluster }: Observation, { uid }: Identity): string | undefined => cluster.pods.find((pod) => pod.uid === uid)?.address;

/** It will not take the role: its pod is gone or ended, another process answers there, or it is silent. */
const isGone = (observation: Observation, candidate: Identity): boolean => {
  const pod = observation.cluster.pods.find((one) => one.name === candidate.pod && one.uid === candidate.uid);
  const health = healthOf(observation, candidate);
  const isSilent = health?.late === true && observation.now >= silentAt(observation, health);
  return pod === undefined || isCertifiedDead(observation, candidate) || isSilent;
};
