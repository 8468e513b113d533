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
import type { Answer, Word } from "./survey.ts";
import { after, epoch } from "./units.ts";

export const holdsData = (reading: Reading): boolean => !reading.empty || reading.marker !== "Absent";

export const claimVolume = (observation: Observation, record: FailoverRecord | undefined, answers: readonly Answer[]): Stance => {
  const { cluster, now, epochSince } = observation;
  const primary = answers.find(({ word }) => word?.reading.role === "primary");
  if (primary !== undefined) return hold(undefined, "DataFound", `${primary.pod.name} is a primary already, and no record says since when`);
  const stranger = answers.find(({ word }) => word !== undefined && holdsData(word.reading) && markerOf(word.reading) === undefined);
  if (stranger !== undefined) {
    return hold(
      undefined,
      "DataFound",
      `${stranger.pod.name} holds data without a marker of this cluster; empty its volume, or name another cluster`,
    );
  }
  const patience = after(epochSince, cluster.spec.recoveryWait);
  const answering = answers.filter(({ word }) => word !== undefined).length;
  if (answering < cluster.spec.replicas && now < patience) {
    return wait(patience, "BootstrapPending", `data found; ${answering} of ${cluster.spec.replicas} pods answer`);
  }
  const latest = answers.flatMap(marked).toSorted((a, b) => compareMarkers(b.marker, a.marker));
  const [top] = latest;
  if (top === undefined) return undefined;
  const equals = latest.filter((one) => compareMarkers(one.marker, top.marker) === 0);
  const chosen = best(equals, answering >= cluster.spec.replicas);
  return chosen === undefined
    ? hold(undefined, "DataMissing", `the latest data set is that of ${top.marker.pod}, which does not answer`)
    : firstGrant(observation, record, chosen.identity, "VolumeReturned", epoch(Math.max(top.marker.epoch, record?.epoch ?? 0)));
};

export type Marked = Word & { readonly marker: Marker };

export const marked = ({ word }: Answer): readonly Marked[] => {
  const marker = word === undefined ? undefined : markerOf(word.reading);
  return word === undefined || marker === undefined ? [] : [{ ...word, marker }];
};

/**
 * Offsets tell within one history, of those who answered; across histories (an AOF restart starts a new one), and where
 * somebody is absent who may hold more, only the pod that the marker names had it all (regressions/0029).
 */
export const best = (equals: readonly Marked[], isEverybodyHere: boolean): Marked | undefined => {
  const isOneHistory = isEverybodyHere && new Set(equals.map((one) => one.reading.replid)).size === 1;
  return isOneHistory
    ? equals.toSorted((a, b) => Number(b.reading.offset - a.reading.offset))[0]
    : equals.find((one) => one.identity.pod === one.marker.pod);
};
