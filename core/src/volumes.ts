/**
 * No record, or none that was ever published, and volumes with data in them: a cluster that was deleted and made anew over the
 * volumes it kept (FAILOVER section 5, "none at all", no primary, some data). The markers in the data sets say which is the
 * latest. Never an empty one, and nobody before everybody who may hold more has answered.
 */
import { firstGrant } from "./claims.ts";
import { type Stance, hold, wait } from "./decision.ts";
import type { Observation, Reading } from "./observation.ts";
import { markerOf } from "./promotion.ts";
import { type FailoverRecord, type Marker, compareMarkers } from "./record.ts";
import type { Word } from "./survey.ts";
import { after, epoch } from "./units.ts";

export const holdsData = (reading: Reading): boolean => !reading.empty || reading.marker !== "Absent";

export const claimVolume = (observation: Observation, record: FailoverRecord | undefined, words: readonly Word[]): Stance => {
  const { cluster, now, epochSince } = observation;
  const primary = words.find(({ reading }) => reading.role === "primary");
  if (primary !== undefined)
    return hold(undefined, "DataFound", `${primary.identity.pod} is a primary already, and no record says since when`);
  const stranger = words.find(({ reading }) => holdsData(reading) && markerOf(reading) === undefined);
  if (stranger !== undefined) {
    return hold(
      undefined,
      "DataFound",
      `${stranger.identity.pod} holds data without a marker of this cluster; empty its volume, or name another cluster`,
    );
  }
  const patience = after(epochSince, cluster.spec.recoveryWait);
  const isEverybodyHere = words.length >= cluster.spec.replicas;
  if (!isEverybodyHere && now < patience) {
    return wait(patience, "BootstrapPending", `data found; ${words.length} of ${cluster.spec.replicas} pods answer`);
  }
  const latest = latestOf(words);
  if (latest === undefined) return undefined;
  const { marker, holders } = latest;
  const chosen = best(holders, isEverybodyHere);
  return chosen === undefined
    ? hold(undefined, "DataMissing", `the latest data set is that of ${marker.pod}, which does not answer`)
    : firstGrant(observation, record, chosen.identity, "VolumeReturned", epoch(Math.max(marker.epoch, record?.epoch ?? 0)));
};

/** The highest marker, and who carries it. */
export const latestOf = (words: readonly Word[]): { readonly marker: Marker; readonly holders: readonly Word[] } | undefined => {
  const [marker] = words.flatMap(({ reading }) => markerOf(reading) ?? []).toSorted((a, b) => compareMarkers(b, a));
  const holders = words.filter(({ reading }) => compareMarkers(markerOf(reading), marker) === 0);
  return marker === undefined ? undefined : { marker, holders };
};

/**
 * Offsets tell within one history, of those who answered; across histories (an AOF restart starts a new one), and where
 * somebody is absent who may hold more, only the pod that the marker names had it all (regressions/0029).
 */
export const best = (equals: readonly Word[], isEverybodyHere: boolean): Word | undefined => {
  const isOneHistory = isEverybodyHere && new Set(equals.map((one) => one.reading.replid)).size === 1;
  return isOneHistory
    ? equals.toSorted((a, b) => Number(b.reading.offset - a.reading.offset))[0]
    : equals.find(({ identity, reading }) => identity.pod === markerOf(reading)?.pod);
};
