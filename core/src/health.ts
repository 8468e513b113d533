/**
 * Folding one answer, or its absence, into what is known of one process. The judgement is not made here: `down.ts` and
 * `membership.ts` look at these facts and at the clock.
 */
import type { Health, Reading, Reply, Target } from "./observation.ts";
import type { Instant } from "./units.ts";

export const firstSight = (target: Target, now: Instant): Health => ({ target, since: now, late: false });

/** A probe that began at `began` was answered at `now`. An answer that an earlier one overtook says only that it lives. */
export const heard = (health: Health, began: Instant, reply: Reply, now: Instant): Health => {
  const alive: Health = { ...health, asked: latest(health.asked, began), lastHeard: now, late: false };
  const isOutdated =
    (health.last !== undefined && began < health.last.began) || (health.commandedAt !== undefined && began < health.commandedAt);
  if (isOutdated) return alive;
  if (reply._tag === "Misconfigured" && reply.reading !== undefined) {
    const { replicaSince: _, ...rest } = alive;
    const isSame = selfOf(health)?.runId === reply.reading.runId;
    const replicaSince = turned(health, reply.reading, isSame, now);
    return { ...rest, last: { began, reply }, runId: reply.reading.runId, ...defined("replicaSince", replicaSince) };
  }
  if (reply._tag !== "Reading") return { ...alive, last: { began, reply }, ...defined("runId", reply.runId ?? health.runId) };
  const { reading } = reply;
  const before = previousReading(health);
  const sameRun = before !== undefined && before.reading.runId === reading.runId;
  const sameHistory = sameRun && before.reading.replid === reading.replid;
  const steady = sameHistory && before.reading.offset === reading.offset;
  const advanced = sameHistory && reading.offset > before.reading.offset;
  return {
    target: health.target,
    since: health.since,
    asked: alive.asked ?? began,
    lastHeard: now,
    late: false,
    last: { began, reply },
    runId: reading.runId,
    steadyFrom: steady ? (health.steadyFrom ?? before.began) : began,
    ...defined("advancedFrom", advanced ? before.began : sameRun ? health.advancedFrom : undefined),
    ...defined("link", linkOf(sameRun ? health : undefined, reading)),
    ...defined("unlinkedSince", isLinked(reading) ? undefined : sameRun ? (health.unlinkedSince ?? now) : now),
    ...defined("replicaSince", turned(health, reading, sameRun, now)),
    ...defined("unsettled", health.unsettled),
    lastReading: now,
    ...defined("commandedAt", health.commandedAt),
  };
};

/** Since when the same run has said that it is a replica. */
const turned = ({ replicaSince }: Health, { role }: Reading, isSame: boolean, now: Instant): Instant | undefined =>
  role === "replica" ? (isSame ? (replicaSince ?? now) : now) : undefined;

/** A probe that began at `began` failed. */
export const unheard = (health: Health, began: Instant): Health => ({
  ...health,
  asked: latest(health.asked, began),
  late: health.late || health.lastHeard === undefined || began >= health.lastHeard,
});

/** It was commanded (or may have been): what it said before no longer counts until it speaks again. */
export const commanded = (health: Health, now: Instant): Health => {
  const { last: _, steadyFrom: __, link: ___, ...rest } = health;
  return { ...rest, commandedAt: now };
};

/** Our own clock paused: nothing that was not heard meanwhile counts as silence. */
export const afresh = (health: Health, now: Instant): Health => {
  const { unlinkedSince, replicaSince, ...rest } = health;
  return {
    ...rest,
    since: now,
    ...defined("unlinkedSince", unlinkedSince === undefined ? undefined : now),
    ...defined("replicaSince", replicaSince === undefined ? undefined : now),
  };
};

/** What it said last of itself, also where it cannot write to its disk. */
export const selfOf = (health: Health | undefined): Reading | undefined => {
  const reply = health?.last?.reply;
  return reply?._tag === "Reading" || reply?._tag === "Misconfigured" ? reply.reading : undefined;
};

/** The newest thing it said, if that was a reading. */
export const readingOf = (health: Health | undefined): Reading | undefined =>
  health?.last?.reply._tag === "Reading" ? health.last.reply.reading : undefined;

const previousReading = (health: Health) =>
  health.last?.reply._tag === "Reading" ? { began: health.last.began, reading: health.last.reply.reading } : undefined;

const isLinked = (reading: Reading): boolean => reading.upstream !== undefined && reading.upstream.up && !reading.upstream.syncing;

/** "Link up" comes up to a second before data flows: only an offset that rose shows that it streams. */
const linkOf = (before: Health | undefined, reading: Reading): Health["link"] => {
  if (reading.upstream === undefined || !isLinked(reading)) return undefined;
  const { host } = reading.upstream;
  const known = before?.link;
  return known?.host === host
    ? { host, offset: known.offset, streamed: known.streamed || reading.offset > known.offset }
    : { host, offset: reading.offset, streamed: false };
};

const latest = (a: Instant | undefined, b: Instant): Instant => (a === undefined || b > a ? b : a);

/** A field that is left out where it is undefined: equal memories are equal text. */
export const defined = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [key in Name]?: Value } =>
  // The computed key widens to string; the shape is the one declared.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: Value };
