/**
 * The first primary of a new cluster (FAILOVER section 5, last row). The rule: an empty process is not given the role while a
 * fuller one may still answer. So every running pod has to answer empty, and every volume from before the cluster has to be
 * mounted by one of them.
 */
import { adopt } from "./adopting.ts";
import { BOOTSTRAPPED, nameOf } from "./cluster.ts";
import { firstGrant } from "./claims.ts";
import { type Stance, hold, wait } from "./decision.ts";
import type { Observation } from "./observation.ts";
import type { FailoverRecord } from "./record.ts";
import { textAt } from "./fields.ts";
import { type Answer, answersOf, wordsOf } from "./survey.ts";
import { after } from "./units.ts";
import { claimVolume, holdsData } from "./volumes.ts";

/** Gives the role in a new cluster; `record` is that of a grant whose candidate was lost before it was published. */
export const claimBootstrap = (observation: Observation, record: FailoverRecord | undefined): Stance => {
  const answers = answersOf(observation);
  const words = wordsOf(answers);
  if (record === undefined && words.some(({ reading }) => reading.role === "primary")) return adopt(observation, answers);
  const leaving = answers.find((one) => one.pod.deleting);
  if (leaving !== undefined) return wait(undefined, "BootstrapPending", `${leaving.pod.name} is still ending`);
  if (words.some(({ reading }) => holdsData(reading))) return claimVolume(observation, record, words);
  const blocked = record === undefined ? markedSecret(observation) : undefined;
  if (blocked !== undefined) return hold(undefined, "DataMissing", blocked);
  const obstacle = unready(observation, answers);
  if (obstacle !== undefined) return obstacle;
  const { cluster, now, epochSince } = observation;
  const patience = after(epochSince, cluster.spec.recoveryWait);
  const [lowest] = answers;
  if (lowest?.word === undefined) return wait(undefined, "BootstrapPending", "no pod answers yet");
  if (lowest.pod.ordinal !== 0 && now < patience) return wait(patience, "BootstrapPending", `${cluster.name}-0 does not answer yet`);
  return firstGrant(observation, record, lowest.word.identity, "Bootstrap", record?.epoch);
};

const markedSecret = ({ cluster }: Observation): string | undefined => {
  const { secret } = nameOf(cluster.name);
  const found = cluster.objects.find((one) => one.kind === "Secret" && one.name === secret);
  const isMarked = found !== undefined && textAt(found.manifest, "metadata", "annotations", BOOTSTRAPPED) === cluster.uid;
  return isMarked
    ? `the failover record is gone although Secret ${secret} says that this cluster was bootstrapped: restore status.failover, or remove the annotation ${BOOTSTRAPPED} to start empty`
    : undefined;
};

/** Every running pod answered, and answered empty; every volume from before the cluster is mounted by one of them. */
const unready = (observation: Observation, answers: readonly Answer[]): Stance => {
  const { cluster, now, epochSince } = observation;
  const primary = wordsOf(answers).find(({ reading }) => reading.role === "primary");
  if (primary !== undefined) return hold(undefined, "DataFound", `${primary.identity.pod} is a primary already`);
  const unknown = answers.find(({ word }) => word === undefined);
  if (unknown !== undefined) {
    const patience = after(epochSince, cluster.spec.recoveryWait);
    return now < patience
      ? wait(patience, "BootstrapPending", `${unknown.pod.name} has not answered yet`)
      : hold(undefined, "BootstrapBlocked", `${unknown.pod.name} runs and does not answer`);
  }
  const orphan = cluster.claims.find(
    (claim) => (claim.olderThanCluster || claim.hasDataSource) && !answers.some((one) => one.pod.ordinal === claim.ordinal),
  );
  return orphan === undefined
    ? undefined
    : hold(undefined, "BootstrapBlocked", `volume claim ${orphan.name} is older than the cluster and no running pod has mounted it`);
};
