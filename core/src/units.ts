/* oxlint-disable typescript/no-unsafe-type-assertion -- the constructors of brands are the one place for it */
/**
 * The words of the domain that a bare string or number could be swapped for another of. A brand costs nothing at run
 * time; its constructor is the only place where `as` is allowed.
 */
declare const brand: unique symbol;
type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A length of time in milliseconds. */
export type Milliseconds = Brand<number, "Milliseconds">;
/** A point on the operator's monotonic clock: milliseconds that began at the Unix time of the process start. */
export type Instant = Brand<number, "Instant">;
/** Bytes of a replication stream, counted within one replication history; exact to 2^63 - 1. */
export type ReplicationOffset = Brand<bigint, "ReplicationOffset">;
/** Counts claims of authority over a cluster; the first one is 1. */
export type Epoch = Brand<number, "Epoch">;
/** The version of one Kubernetes object. Comparable within one resource type only. */
export type ResourceVersion = Brand<string, "ResourceVersion">;
/** `metadata.name` of a pod. */
export type PodName = Brand<string, "PodName">;
/** `metadata.uid` of a Kubernetes object: one life of a name. */
export type Uid = Brand<string, "Uid">;
/** `run_id` of INFO: one life of a Valkey process. */
export type RunId = Brand<string, "RunId">;
/** `master_replid` of INFO: one replication history. */
export type ReplicationId = Brand<string, "ReplicationId">;
/** RFC 3339 in UTC, as Kubernetes writes it. */
export type Timestamp = Brand<string, "Timestamp">;

export const milliseconds = (count: number): Milliseconds => count as Milliseconds;
export const instant = (sinceUnixEpoch: number): Instant => sinceUnixEpoch as Instant;
export const replicationOffset = (bytes: bigint): ReplicationOffset => bytes as ReplicationOffset;
export const epoch = (count: number): Epoch => count as Epoch;
export const resourceVersion = (text: string): ResourceVersion => text as ResourceVersion;
export const podName = (text: string): PodName => text as PodName;
export const uid = (text: string): Uid => text as Uid;
export const runId = (text: string): RunId => text as RunId;
export const replicationId = (text: string): ReplicationId => text as ReplicationId;
export const timestamp = (text: string): Timestamp => text as Timestamp;

/** The order of names, the same in every language. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The instant `length` after `start`. */
export const after = (start: Instant, length: number): Instant => instant(start + length);
/** How long ago `then` was at `now`; negative when it lies ahead. */
export const since = (now: Instant, then: Instant): Milliseconds => milliseconds(now - then);
/** The epoch that the next claim takes. */
export const nextEpoch = (current: Epoch | undefined): Epoch => epoch((current ?? 0) + 1);
/** The earlier of two instants, where undefined means never. */
export const earlier = (a: Instant | undefined, b: Instant | undefined): Instant | undefined =>
  a === undefined ? b : b === undefined || a <= b ? a : b;

/**
 * Is `a` at least as new as `b`? Both are versions of one resource type. They are compared as unbounded integers;
 * where one does not parse only equality tells, and everything else counts as older.
 */
export const isAtLeast = (a: ResourceVersion, b: ResourceVersion): boolean => {
  if (a === b) return true;
  if (!isDecimal(a) || !isDecimal(b)) return false;
  return a.length === b.length ? a > b : a.length > b.length;
};
const isDecimal = (text: string): boolean => /^(0|[1-9][0-9]*)$/.test(text);

const two = (value: number): string => String(value).padStart(2, "0");

/** Renders an instant for Kubernetes, whole seconds. Written out because core has no `Date`. */
export const timestampOf = (at: Instant): Timestamp => {
  const seconds = Math.floor(at / 1000);
  const ofDay = ((seconds % 86_400) + 86_400) % 86_400;
  // Days to a civil date: years are counted from 1 March, so that the leap day ends one.
  const shifted = Math.floor(seconds / 86_400) + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const time = `${two(Math.floor(ofDay / 3600))}:${two(Math.floor(ofDay / 60) % 60)}:${two(ofDay % 60)}`;
  return timestamp(`${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${time}Z`);
};

/** The same with milliseconds, for what is subtracted from one another. */
export const preciseTimestampOf = (at: Instant): Timestamp => {
  const ofSecond = ((Math.floor(at) % 1000) + 1000) % 1000;
  return timestamp(timestampOf(at).replace("Z", `.${String(ofSecond).padStart(3, "0")}Z`));
};
