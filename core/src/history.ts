/**
 * What each claim of authority came to: why, from whom to whom, and when each step was reached. Only told, never decided upon: it is
 * folded beside the memory, so that no decision can depend on it, and travels with a status that is written for another reason.
 * Where an operator was replaced in the middle, what its successor did not see is left out and not guessed.
 *
 *   last heard ▷ detected ▷ decided (the claim was written) ▷ promoted ▷ published ▷ routed
 */
import type { Status } from "./cluster.ts";
import type { Event } from "./event.ts";
import { defined } from "./health.ts";
import type { Memory } from "./memory.ts";
import type { Evidence, FailoverRecord, Intent } from "./record.ts";
import { type Epoch, type Instant, type PodName, type Timestamp, type Uid, preciseTimestampOf } from "./units.ts";

/** The points on the way, in order. */
export const MOMENTS = ["lastHeard", "detected", "decided", "promoted", "published", "routed"] as const;
export type Moment = (typeof MOMENTS)[number];

/** Undone: the old primary keeps the role, in the new epoch. Superseded: a later claim took its place. */
export type HistoryOutcome = "UnderWay" | "Completed" | "Undone" | "Superseded";

export type HistoryEntry = {
  readonly epoch: Epoch;
  readonly kind: Intent["kind"];
  readonly cause: Evidence;
  readonly from?: PodName;
  readonly to?: PodName;
  readonly outcome: HistoryOutcome;
  /** What may have been lost by it, with its bound. */
  readonly lossPossible?: string;
  readonly times: { readonly [moment in Moment]?: Timestamp };
};

/** At most so many are kept, the oldest go first. */
export const HISTORY_LIMIT = 10;

export type Chronicle = {
  readonly cluster?: Uid;
  /** By epoch. */
  readonly entries: readonly HistoryEntry[];
  /** Since when the recorded primary has given cause for suspicion. */
  readonly suspect?: Instant;
  /** Of the newest entry, as far as this operator saw it itself. */
  readonly moments: { readonly [moment in Moment]?: Instant };
};

export const emptyChronicle: Chronicle = { entries: [], moments: {} };

/** Folds one event; `before` and `after` are the memories on its two sides. The same object where nothing is news. */
export const chronicled = (chronicle: Chronicle, event: Event, before: Memory, after: Memory): Chronicle => {
  const { cluster } = after;
  if (cluster === undefined) return event._tag === "Gone" ? emptyChronicle : chronicle;
  const own = chronicle.cluster === cluster.uid ? chronicle : { ...emptyChronicle, cluster: cluster.uid };
  const told = event._tag === "Read" ? withTold(own, event.cluster.status?.history ?? []) : own;
  const { record } = cluster;
  if (record === undefined) return told;
  return timed(recorded(suspected(told, event, record), event, before, record), event, record);
};

/** The status as it is written: with the history in it. */
export const withHistory = (status: Status, { entries }: Chronicle): Status => ({ ...status, history: entries });

// --- What others wrote ------------------------------------------------------------------------------------------------

/** What we saw ourselves counts; what only the status tells is taken from there: whoever led when it happened saw more of it. */
const withTold = (chronicle: Chronicle, told: readonly HistoryEntry[]): Chronicle => {
  const news = told.flatMap((one) => {
    const own = chronicle.entries.find((entry) => entry.epoch === one.epoch);
    const both = own === undefined ? one : joined(own, one);
    return both === own ? [] : [both];
  });
  if (news.length === 0) return chronicle;
  const others = chronicle.entries.filter((entry) => !news.some((one) => one.epoch === entry.epoch));
  const entries = bounded([...news, ...others]);
  // What we saw was of our own claim, not of a later leader's.
  const isOvertaken = entries.at(-1)?.epoch !== chronicle.entries.at(-1)?.epoch;
  return { ...chronicle, entries, ...(isOvertaken ? { moments: {} } : {}) };
};

/** The same object where nothing is added. */
const joined = (own: HistoryEntry, told: HistoryEntry): HistoryEntry => {
  const isEnded = own.outcome === "UnderWay" && told.outcome !== "UnderWay";
  const isTimed = MOMENTS.some((moment) => own.times[moment] === undefined && told.times[moment] !== undefined);
  const isLossy = own.lossPossible === undefined && told.lossPossible !== undefined;
  return isEnded || isTimed || isLossy ? { ...told, ...own, ...(isEnded ? endOf(told) : {}), times: { ...told.times, ...own.times } } : own;
};
const endOf = ({ outcome, to }: HistoryEntry) => ({ outcome, ...defined("to", to) });

const bounded = (entries: readonly HistoryEntry[]): readonly HistoryEntry[] =>
  entries.toSorted((a, b) => a.epoch - b.epoch).slice(-HISTORY_LIMIT);

// --- Suspicion --------------------------------------------------------------------------------------------------------

const suspected = (chronicle: Chronicle, event: Event, record: FailoverRecord): Chronicle => {
  const { primary } = record;
  if (primary === undefined || (event._tag !== "Replied" && event._tag !== "Silent") || event.target.uid !== primary.uid) return chronicle;
  const isWell = event._tag === "Replied" && (event.reply._tag !== "Reading" || event.reply.reading.role === "primary");
  if (isWell !== (chronicle.suspect !== undefined)) return chronicle;
  const { suspect: _, ...rest } = chronicle;
  return isWell ? rest : { ...rest, suspect: event.now };
};

// --- The record -------------------------------------------------------------------------------------------------------

const recorded = (chronicle: Chronicle, event: Event, before: Memory, record: FailoverRecord): Chronicle => {
  const { intent, epoch } = record;
  const settled = overtaken(chronicle, epoch);
  const newest = settled.entries.at(-1);
  if (intent === undefined) return newest?.epoch === epoch && newest.outcome === "UnderWay" ? closed(settled, newest, record) : settled;
  if (newest !== undefined && newest.epoch > epoch) return settled;
  if (newest?.epoch === epoch) return amended(settled, newest, intent);
  const opened: HistoryEntry = { epoch, ...factsOf(intent), outcome: "UnderWay", times: {} };
  const isOurs = event._tag === "Performed" && event.action._tag === "Claim" && event.action.epoch === epoch;
  const { suspect, ...rest } = settled;
  return {
    ...rest,
    entries: bounded([...rest.entries, opened]),
    moments: isOurs ? claimedAt(event, before, intent, suspect) : {},
  };
};

const factsOf = (intent: Intent) => ({
  kind: intent.kind,
  cause: intent.evidence,
  ...defined("from", intent.old?.pod),
  ...defined("to", intent.candidate?.pod),
  ...defined("lossPossible", intent.kind === "Failover" ? intent.lossPossible : undefined),
});

/** A switchover is not detected but wished for. */
const claimedAt = (event: Event, before: Memory, intent: Intent, suspect: Instant | undefined): Chronicle["moments"] => {
  if (intent.kind !== "Failover") return { decided: event.now };
  const decision = before.inFlight.find(({ action }) => action._tag === "Claim");
  const lastHeard = before.health.find((one) => one.target.uid === intent.old.uid)?.lastHeard;
  return { ...defined("lastHeard", lastHeard), ...defined("detected", suspect ?? decision?.since), decided: event.now };
};

/** A later claim took the place of what had not come to its end. */
const overtaken = (chronicle: Chronicle, epoch: Epoch): Chronicle => {
  const isOvertaken = (one: HistoryEntry): boolean => one.epoch < epoch && one.outcome === "UnderWay";
  return chronicle.entries.some(isOvertaken)
    ? { ...chronicle, entries: chronicle.entries.map((one) => (isOvertaken(one) ? { ...one, outcome: "Superseded" } : one)) }
    : chronicle;
};

const amended = (chronicle: Chronicle, newest: HistoryEntry, intent: Intent): Chronicle => {
  const { to, lossPossible } = { to: undefined, lossPossible: undefined, ...factsOf(intent) };
  return newest.to === to && newest.lossPossible === lossPossible
    ? chronicle
    : replaced(chronicle, { ...newest, ...defined("to", to), ...defined("lossPossible", lossPossible) });
};

const closed = (chronicle: Chronicle, newest: HistoryEntry, record: FailoverRecord): Chronicle => {
  const { primary } = record;
  const isKept = newest.kind !== "Grant" && primary?.pod === newest.from;
  return replaced(chronicle, { ...newest, ...defined("to", primary?.pod), outcome: isKept ? "Undone" : "Completed" });
};

const replaced = (chronicle: Chronicle, newest: HistoryEntry): Chronicle => ({
  ...chronicle,
  entries: [...chronicle.entries.slice(0, -1), newest],
});

// --- The points on the way --------------------------------------------------------------------------------------------

const timed = (chronicle: Chronicle, event: Event, record: FailoverRecord): Chronicle => {
  const newest = chronicle.entries.at(-1);
  if (newest === undefined || newest.epoch !== record.epoch) return chronicle;
  const reached = reachedBy(event, record, chronicle);
  const isNews = reached !== undefined && newest.times[reached] === undefined;
  const moments = isNews ? { ...chronicle.moments, [reached]: event.now } : chronicle.moments;
  const missing = MOMENTS.filter((moment) => moments[moment] !== undefined && newest.times[moment] === undefined);
  if (missing.length === 0) return chronicle;
  const times = Object.fromEntries(MOMENTS.flatMap((moment) => timeOf(newest, moments, moment)));
  return replaced({ ...chronicle, moments }, { ...newest, times });
};

const timeOf = (entry: HistoryEntry, moments: Chronicle["moments"], moment: Moment): readonly (readonly [Moment, Timestamp])[] => {
  const at = moments[moment];
  const time = entry.times[moment] ?? (at === undefined ? undefined : preciseTimestampOf(at));
  return time === undefined ? [] : [[moment, time]];
};

const reachedBy = (event: Event, record: FailoverRecord, { moments }: Chronicle): Moment | undefined => {
  const candidate = record.intent?.candidate;
  if (event._tag === "Replied") {
    const isPromoted =
      event.reply._tag === "Reading" && event.reply.reading.role === "primary" && event.reply.reading.runId === candidate?.runId;
    return isPromoted && event.target.uid === candidate?.uid ? "promoted" : undefined;
  }
  if (event._tag !== "Performed" || event.outcome._tag !== "Done") return undefined;
  const { action } = event;
  if (!("epoch" in action) || action.epoch !== record.epoch) return undefined;
  if (action._tag === "Promote") return "promoted";
  if (action._tag === "Publish") return "published";
  // The Service is written again whenever somebody spoils it, which says nothing of the way to here.
  const isRouted = action._tag === "RouteWrites" && action.to === record.primary?.pod;
  return isRouted && moments.published !== undefined ? "routed" : undefined;
};
