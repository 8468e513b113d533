/**
 * A primary that runs while no record says since when (FAILOVER section 5, "none at all"): the status was wiped, or somebody set
 * the cluster up by hand. The one with the latest data set is adopted as it is; of several, none is demoted before one of them
 * is on record; and where it cannot be said which is the latest, a human says so.
 */
import { firstGrant } from "./claims.ts";
import { type Stance, hold, wait } from "./decision.ts";
import type { Observation, Reading } from "./observation.ts";
import { onlineReplicas } from "./membership.ts";
import { markerOf } from "./promotion.ts";
import { compareMarkers } from "./record.ts";
import { type Answer, type Word, wordsOf } from "./survey.ts";
import { after, epoch } from "./units.ts";
import { holdsData } from "./volumes.ts";

export const adopt = (observation: Observation, answers: readonly Answer[]): Stance => {
  const { cluster, now, epochSince } = observation;
  const known = wordsOf(answers);
  const patience = after(epochSince, cluster.spec.recoveryWait);
  if (known.length < cluster.spec.replicas && now < patience) {
    return wait(patience, "BootstrapPending", `a primary runs without a record; ${known.length} of ${cluster.spec.replicas} pods answer`);
  }
  const foreign = known.find(({ reading }) => reading.marker === "Foreign");
  if (foreign !== undefined)
    return hold(undefined, "DataFound", `${foreign.identity.pod} holds the data of another cluster; empty its volume`);
  const [top, next] = known.filter(({ reading }) => reading.role === "primary").toSorted(byClaim);
  if (top === undefined) return undefined;
  if (next !== undefined && byClaim(top, next) === 0) {
    const both = `${top.identity.pod} and ${next.identity.pod}`;
    return hold(undefined, "DataFound", `${both} are primaries with equal marks and as many replicas; make one a replica of the other`);
  }
  const fuller = known.find(({ reading }) => isFuller(reading, top.reading));
  if (fuller !== undefined) {
    return hold(
      undefined,
      "DataFound",
      `${top.identity.pod} is a primary, but ${fuller.identity.pod} holds a later data set; promote that one`,
    );
  }
  const latest = Math.max(0, ...known.map(({ reading }) => markerOf(reading)?.epoch ?? 0));
  return firstGrant(observation, undefined, top.identity, "Adopted", epoch(latest));
};

/** The higher marker, then more replicas that follow. */
const byClaim = (a: Word, b: Word): number =>
  compareMarkers(markerOf(b.reading), markerOf(a.reading)) || onlineReplicas(b.reading) - onlineReplicas(a.reading);

const isFuller = (other: Reading, top: Reading): boolean =>
  compareMarkers(markerOf(other), markerOf(top)) > 0 || (!holdsData(top) && holdsData(other));
