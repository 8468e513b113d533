// Who is no longer the primary, and who is told to be: an older primary makes nothing durable and is nobody's to write to; and what users read of
// a cluster that is well is that it is.
import { always, alwaysNext, eventually, sometimes } from "../explore/model.ts";
import type { Eventually, Safety, Sometimes } from "../explore/model.ts";
import { CLUSTER_UID, NAME, WRITE_SERVICE, conditionOf } from "../world/api.ts";
import { selectedPods } from "../world/clients.ts";
import { OPERATOR } from "../world/operator.ts";
import { isPrimary } from "../world/process.ts";
import { isOpen } from "../world/replication.ts";
import type { Step, World } from "../world/world.ts";
import { hasLastingTrouble, isStable } from "./stable.ts";

type Property = Safety<World, Step>;

/**
 * Nobody makes a write durable after somebody else was promoted later; nor, once the freeze of a failover's epoch is complete, anybody who was
 * not promoted in that epoch. (Where availability is preferred this is given up together with FO-5.)
 */
export const FO_4: Property = alwaysNext("FO-4", (before, step, after) => {
  const { acknowledged } = after.clients;
  if (acknowledged === before.clients.acknowledged) return undefined;
  const id = acknowledged.find((one) => !before.clients.acknowledged.includes(one));
  const at = step._tag === "Write" ? step.process : before.clients.waiting.find((one) => one.id === id)?.at;
  const { promoted, frozen } = after.history;
  const { record } = after.api.cluster;
  if (id === undefined || at === undefined || record === undefined) return undefined;
  const own = epochOf(at, promoted);
  const later = promoted.find((one) => one.epoch > own && one.runId !== at);
  if (later !== undefined) return `${at} acknowledged ${id}, and ${later.runId} was promoted in epoch ${later.epoch}, after its own ${own}`;
  const counted = record.members.filter((member) => frozen.includes(member.runId)).length;
  // Whom a human made a primary, and who is elected besides, is no older primary.
  const isElected = promoted.some((one) => one.epoch === 0 && one.runId === at) && record.intent?.candidate?.runId === at;
  const isComplete =
    !isElected && record.intent?.kind === "Failover" && counted >= Math.max(1, record.members.length - record.waitReplicas + 1);
  return isComplete && own < record.epoch ? `${at} acknowledged ${id}, and the freeze of epoch ${record.epoch} is complete` : undefined;
});
const epochOf = (runId: string, promoted: World["history"]["promoted"]): number =>
  promoted.reduce((latest, one) => (one.runId === runId && one.epoch > latest ? one.epoch : latest), 0);

/** Nobody is sent to a former primary that would take what he writes: whoever is selected and is one, is the one that the record names. */
export const FO_10: Property = always("FO-10", (world) => {
  const [selected] = selectedPods(world.api, WRITE_SERVICE);
  const { primary } = world.api.cluster.record ?? {};
  if (selected === undefined || selected === primary?.pod) return undefined;
  const isTaken = world.nodes.valkey.processes.some((process) => process.pod === selected && isPrimary(process));
  return isTaken ? `writes go to ${selected}, which takes them, and the record names ${primary?.pod ?? "nobody"}` : undefined;
});

/** Written here again: the specification does not take core's word for it. */
const WANTED = [NAME, ...["headless", "client", "replicas", "config", "secret", "pdb"].map((suffix) => `${NAME}-${suffix}`)];

/** As users read it: ready, by the name of the primary, counted as they wish, with every object there and ours. */
const isTold = ({ api: { cluster, objects } }: World): boolean => {
  const { record, status, generation, spec } = cluster;
  const ready = conditionOf(status, "Ready");
  const isOwn = (name: string): boolean =>
    objects.some((one) => one.name === name && JSON.stringify(one.manifest["metadata"]).includes(`"uid":${JSON.stringify(CLUSTER_UID)}`));
  return (
    ready?.status === "True" &&
    ready.observedGeneration === generation &&
    status?.phase === "Running" &&
    status.masterPod === record?.primary?.pod &&
    status.replicas === spec.replicas &&
    record?.waitReplicas === spec.waitReplicas &&
    WANTED.every(isOwn)
  );
};

/**
 * A cluster that is well, and whose operator hears everybody, says so for ever and has all objects: LV-1 speaks of what is, this of what is told.
 * (Whether it is called degraded besides is not asked: a wish that cannot be met is.)
 */
export const LV_1_TOLD: Eventually<World> = eventually(
  "LV-1 told",
  "eventually always",
  (world) => !isStable(world) || hasLastingTrouble(world) || isTold(world),
);

// --- Their antecedents ----------------------------------------------------------------------------------------------------

/** Out of the operator's reach, and still a primary to whom a client is connected, while another one is promoted. */
export const REPLACED_UNREACHED: Sometimes<World> = sometimes("replaced while clients reach it and the operator does not", (world) => {
  const { valkey } = world.nodes;
  return (
    world.history.promoted.length > 1 &&
    valkey.processes.filter((process) => isPrimary(process)).length > 1 &&
    valkey.processes.some(
      (process) => isPrimary(process) && !isOpen(valkey, OPERATOR, process.address) && world.clients.connections.includes(process.runId),
    )
  );
});

/** As many are to acknowledge as was asked for later, and it is on record. */
export const MORE_ACKNOWLEDGE: Sometimes<World> = sometimes(
  "WAIT means more than before, stable",
  (world) => isStable(world) && (world.api.cluster.record?.waitReplicas ?? 0) > 1,
);
