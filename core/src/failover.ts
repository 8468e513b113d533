/**
 * Losing the primary, and giving the role to another (FAILOVER sections 3 and 5). Nothing of where a failover stands is
 * stored: the record says what was claimed and who was elected, and the rest is looked at.
 *
 *   no record ──▶ Unrecorded ── claim Grant ─┐
 *   no intent ──▶ Steady ── lost ── claim ─┐ │           (and one that is well hands over: switching.ts)
 *     ▲                                    ▼ │
 *     │       unroute ▶ drain ▶ freeze, fence ▶ elect      Fencing   (intent without a candidate)
 *     │                                          │ │
 *     │                                          ▼ ▼
 *     └─ publish ◀ mark ◀ repoint ◀ verified ◀ promote     Promoting (intent with a candidate)
 *
 * Every arrow is safe to repeat, and a leader that finds any of these states goes on from there.
 */
import { electAnyway } from "./availability.ts";
import { claimFailover } from "./claims.ts";
import { type Stance, hold, wait } from "./decision.ts";
import { claimBootstrap } from "./bootstrap.ts";
import { ailmentOf, judge } from "./down.ts";
import { handover } from "./handover.ts";
import { drain, fence, freezeAll } from "./freezing.ts";
import { frozenMembers, frozenPrimary, hasFreezeQuorum } from "./membership.ts";
import type { Observation } from "./observation.ts";
import { promoting } from "./promoting.ts";
import { choose } from "./promotion.ts";
import type { FailoverIntent, FailoverRecord } from "./record.ts";
import { recoverWithoutQuorum } from "./recovery.ts";
import { route } from "./routing.ts";
import { attempt, firstOf } from "./stance.ts";
import { resume, switching } from "./switching.ts";

export const failover = (observation: Observation): Stance => {
  const { record } = observation.cluster;
  if (record === undefined) return claimBootstrap(observation, undefined);
  const { intent } = record;
  if (intent === undefined) return steady(observation, record);
  switch (intent.kind) {
    case "Switchover":
      return record.primary === undefined ? undefined : switching(observation, record, record.primary, intent);
    case "Grant":
      return promoting(observation, record, intent, intent.candidate);
    case "Failover":
      return intent.candidate === undefined
        ? fencing(observation, record, intent)
        : promoting(observation, record, intent, intent.candidate);
  }
};

const steady = (observation: Observation, record: FailoverRecord): Stance => {
  const { primary } = record;
  if (primary === undefined) return hold(undefined, "DataMissing", "the record names neither a primary nor an intent");
  const verdict = judge(observation, primary);
  switch (verdict._tag) {
    case "Fine": {
      const ailment = ailmentOf(observation, primary);
      return firstOf(
        route(observation, record),
        ailment === undefined ? undefined : wait(undefined, "PrimaryNotServing", ailment),
        resume(observation, record),
        handover(observation, record, primary),
      );
    }
    case "Suspect":
      return firstOf(route(observation, record), wait(verdict.until, verdict.because));
    case "Lost":
      return claimFailover(observation, record, primary, verdict.evidence);
  }
};

const fencing = (observation: Observation, record: FailoverRecord, intent: FailoverIntent): Stance => {
  const unrouting = route(observation, record);
  if (unrouting !== undefined) return unrouting;
  const draining = drain(observation, record);
  if (draining !== undefined) return draining;
  const detaching = firstOf(...freezeAll(observation, record), fence(observation, record, intent));
  if (detaching !== undefined) return detaching;
  if (!hasFreezeQuorum(observation, record) && !isOldEnough(observation, record, intent)) {
    // Nothing is under way any more that could complete it.
    return electAnyway(observation, record, intent) ?? recoverWithoutQuorum(observation, record, intent);
  }
  return elect(observation, record, intent);
};

/**
 * The old primary itself stands frozen: whatever it acknowledged it holds, and no quorum is needed. Unless somebody was
 * promoted meanwhile: what he acknowledged is on W of his N - 1 followers, one of whom is among any N - W of them
 * (regressions/0017).
 */
const isOldEnough = (observation: Observation, record: FailoverRecord, intent: FailoverIntent): boolean =>
  frozenPrimary(observation, record).length > 0 &&
  (intent.evidence !== "CandidateUnusable" || frozenMembers(observation, record).length >= record.members.length - record.waitReplicas);

const elect = (observation: Observation, record: FailoverRecord, intent: FailoverIntent): Stance => {
  const choice = choose(record, [...frozenPrimary(observation, record), ...frozenMembers(observation, record)]);
  switch (choice._tag) {
    case "None":
      return recoverWithoutQuorum(observation, record, intent);
    case "Excluded":
      return (
        electAnyway(observation, record, intent) ??
        hold(undefined, "BestCandidateExcluded", `${choice.best.identity.pod} has the best data and priority 0`)
      );
    case "Best": {
      const elected: FailoverRecord = { ...record, intent: { ...intent, candidate: choice.candidate.identity } };
      const because = choice.candidate.isOld ? "OldPrimaryKept" : "CandidateElected";
      return attempt(observation, { _tag: "Elect", epoch: record.epoch, record: elected, at: observation.cluster.version }, because);
    }
  }
};
