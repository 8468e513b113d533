/**
 * The first primary of a new cluster (FAILOVER section 5, last row). The rule: an empty process is not given the role while a
 * fuller one may still answer. So every running pod has to answer empty, and every volume from before the cluster has to be
 * mounted by one of them.
 */
import { BOOTSTRAPPED, type Pod, nameOf } from "./cluster.ts";
import { type Stance, hold, wait } from "./decision.ts";
import { readingOf } from "./health.ts";
import type { Observation, Reading } from "./observation.ts";
import type { FailoverRecord, Identity } from "./record.ts";
import { textAt } from "./fields.ts";
import { attempt } from "./stance.ts";
import { after, epoch, nextEpoch } from "./units.ts";

/** Gives the role in a new cluster; `record` is that of a grant whose candidate was lost before it was published. */
export const claimBootstrap = (observation: Observation, record: FailoverRecord | undefined): Stance => {
  const blocked = record === undefined ? markedSecret(observation) : undefined;
  if (blocked !== undefined) return hold(undefined, "DataMissing", blocked);
  const answering = empties(observation);
  if (answering._tag === "Blocked") return answering.stance;
  const { cluster, now, epochSince } = observation;
  const patience = after(epochSince, cluster.spec.recoveryWait);
  const [lowest] = answering.identities;
  if (lowest === undefined) return wait(undefined, "BootstrapPending", "no pod answers yet");
  if (lowest.ordinal !== 0 && now < patience) return wait(patience, "BootstrapPending", `${cluster.name}-0 does not answer yet`);
  const next: FailoverRecord = {
    version: 1,
    epoch: record === undefined ? epoch(1) : nextEpoch(record.epoch),
    intent: { kind: "Grant", candidate: lowest.identity, evidence: "Bootstrap" },
    members: [],
    waitReplicas: cluster.spec.waitReplicas,
    minReplicas: 0,
    retired: [],
  };
  return attempt(observation, { _tag: "Claim", epoch: next.epoch, record: next, at: cluster.version }, "Bootstrap");
};

const markedSecret = ({ cluster }: Observation): string | undefined => {
  const { secret } = nameOf(cluster.name);
  const found = cluster.objects.find((one) => one.kind === "Secret" && one.name === secret);
  const isMarked = found !== undefined && textAt(found.manifest, "metadata", "annotations", BOOTSTRAPPED) === cluster.uid;
  return isMarked
    ? `the failover record is gone although Secret ${secret} says that this cluster was bootstrapped: restore status.failover, or remove the annotation ${BOOTSTRAPPED} to start empty`
    : undefined;
};

type Empties =
  | { readonly _tag: "Blocked"; readonly stance: Stance }
  | { readonly _tag: "Empty"; readonly identities: readonly { readonly ordinal: number; readonly identity: Identity }[] };

/** Every running pod answered, and answered empty; every volume from before the cluster is mounted by one of them. */
const empties = (observation: Observation): Empties => {
  const { cluster } = observation;
  const running = cluster.pods.filter((pod) => pod.container._tag === "Running" && !pod.deleting);
  const answers = running.map((pod) => ({ pod, ...latestWord(observation, pod) }));
  const full = answers.find((one) => one.reading !== undefined && !(one.reading.empty && one.reading.marker === "Absent"));
  if (full !== undefined) {
    return { _tag: "Blocked", stance: hold(undefined, "DataFound", `${full.pod.name} holds data, and no record says whose it is`) };
  }
  const primary = answers.find((one) => one.reading?.role === "primary");
  if (primary !== undefined) return { _tag: "Blocked", stance: hold(undefined, "DataFound", `${primary.pod.name} is a primary already`) };
  const unknown = answers.find((one) => one.reading === undefined);
  if (unknown !== undefined) {
    const patience = after(observation.epochSince, cluster.spec.recoveryWait);
    const stance =
      observation.now < patience
        ? wait(patience, "BootstrapPending", `${unknown.pod.name} has not answered yet`)
        : hold(undefined, "BootstrapBlocked", `${unknown.pod.name} runs and does not answer`);
    return { _tag: "Blocked", stance };
  }
  const orphan = cluster.claims.find(
    (claim) => (claim.olderThanCluster || claim.hasDataSource) && !answers.some((one) => one.pod.ordinal === claim.ordinal),
  );
  if (orphan !== undefined) {
    return {
      _tag: "Blocked",
      stance: hold(undefined, "BootstrapBlocked", `volume claim ${orphan.name} is older than the cluster and nobody has mounted it`),
    };
  }
  return {
    _tag: "Empty",
    identities: answers.flatMap(({ pod, identity }) => (identity === undefined ? [] : [{ ordinal: pod.ordinal, identity }])),
  };
};

/** What a running pod says now, if it says anything of use. */
export const latestWord = (observation: Observation, pod: Pod): { readonly identity?: Identity; readonly reading?: Reading } => {
  const health = observation.health.find((one) => one.target.uid === pod.uid);
  const reading = health?.late === true ? undefined : readingOf(health);
  return reading === undefined ? {} : { identity: { pod: pod.name, uid: pod.uid, runId: reading.runId }, reading };
};
