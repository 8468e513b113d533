/**
 * Who may be promoted, and in what order. The one rule that explores, runs and is tested.
 *
 * Offsets are comparable within one replication history only; the marker inside the data set tells histories of different
 * epochs apart. So: the highest marker, then the highest offset *read after the freeze*. Priority, run id and name decide
 * only between processes that hold the same bytes. Anything unknown makes a process ineligible; nothing counts as zero.
 */
import type { Reading } from "./observation.ts";
import { type FailoverRecord, type Identity, type Marker, compareMarkers } from "./record.ts";
import { compareText } from "./units.ts";

/** A frozen process and what it said after it was frozen. `isOld`: it is the recorded primary itself. */
export type Frozen = { readonly identity: Identity; readonly reading: Reading; readonly isOld: boolean };

export type Choice =
  | { readonly _tag: "Best"; readonly candidate: Frozen }
  /** The best data is on a process that must not be promoted: promoting another would lose the difference. */
  | { readonly _tag: "Excluded"; readonly best: Frozen }
  | { readonly _tag: "None" };

export const choose = (record: FailoverRecord, frozen: readonly Frozen[]): Choice => {
  const [best] = frozen.filter((one) => holdsHistory(record, one.reading)).toSorted(byMerit);
  if (best === undefined) return { _tag: "None" };
  // Priority 0 excludes, and comes last among those that hold the same bytes: nobody could stand in.
  return best.isOld || best.reading.priority > 0 ? { _tag: "Best", candidate: best } : { _tag: "Excluded", best };
};

/**
 * Is this data set one of ours, whole, and of the recorded history or the one it continues? `markerBefore` is what a member
 * carries that the last mark had not reached; a marker newer than the record's is one of a candidate that was promoted but
 * never published.
 */
export const holdsHistory = (record: FailoverRecord, reading: Reading): boolean => {
  const { primary, marker, markerBefore } = record;
  if (primary === undefined || marker === undefined) return false;
  if (reading.marker === "Absent" || reading.marker === "Foreign") return false;
  if (compareMarkers(reading.marker, markerBefore ?? marker) < 0) return false;
  const isNewer = compareMarkers(reading.marker, marker) > 0;
  const known = [primary.replid, ...(primary.replidBefore === undefined ? [] : [primary.replidBefore])];
  return isNewer || known.includes(reading.replid) || (reading.replidBefore !== undefined && known.includes(reading.replidBefore));
};

/** Smaller is better. */
const byData = (a: Frozen, b: Frozen): number => {
  const marker = compareMarkers(markerOf(b.reading), markerOf(a.reading));
  if (marker !== 0) return marker;
  return a.reading.offset === b.reading.offset ? 0 : a.reading.offset > b.reading.offset ? -1 : 1;
};

/** A strict total order on distinct pods: data, then the recorded primary (no needless move), priority, run id, name. */
export const byMerit = (a: Frozen, b: Frozen): number =>
  byData(a, b) ||
  Number(b.isOld) - Number(a.isOld) ||
  rank(a) - rank(b) ||
  compareText(a.identity.runId, b.identity.runId) ||
  compareText(a.identity.pod, b.identity.pod);

/** As in Sentinel a lower priority number is preferred, and 0 means never: it comes last among equals. */
const rank = (one: Frozen): number => (one.reading.priority === 0 ? Number.MAX_SAFE_INTEGER : one.reading.priority);

/** The marker of ours that a data set carries, if it carries one. */
export const markerOf = ({ marker }: Reading): Marker | undefined => (typeof marker === "string" ? undefined : marker);

/** Does its data set carry exactly this marker? */
export const carries = (reading: Reading, marker: Marker): boolean =>
  typeof reading.marker !== "string" && compareMarkers(reading.marker, marker) === 0 && reading.marker.pod === marker.pod;
