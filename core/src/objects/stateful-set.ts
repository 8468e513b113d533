/**
 * `web`: the pods and their volumes. A change of the template restarts nothing by itself (`OnDelete`), and no pod waits for
 * another to be ready (`Parallel`): a cluster of which any pod is missing has to come up too.
 */
import { type Cluster, nameOf } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import { canonical } from "../fields.ts";
import type { JsonObject } from "../json.ts";
import { ordinalOf } from "../ordinal.ts";
import { renderSpec } from "../spec.ts";
import { type Owner, desiredOf, metadataOf } from "./metadata.ts";
import { CLUSTER_UID, SERVED_SPEC, VOLUME, ownLabels, selectorLabels } from "./names.ts";
import { podTemplate } from "./pod.ts";

/**
 * As many as are asked for, and never fewer than the recorded primary and the members need: whoever holds data that counts
 * first hands over or leaves, and then its pod goes.
 */
export const wantedPods = ({ name, spec, record }: Pick<Cluster, "name" | "spec" | "record">): number => {
  const counted = [record?.primary, record?.intent?.candidate, ...(record?.members ?? [])];
  const ordinals = counted.flatMap((process) => (process === undefined ? [] : (ordinalOf(name, process.pod) ?? [])));
  return Math.max(spec.replicas, ...ordinals.map((ordinal) => ordinal + 1));
};

export const desiredStatefulSet = (owner: Owner, replicas: number): Desired => {
  const name = nameOf(owner.name).statefulSet;
  return desiredOf("StatefulSet", name, {
    metadata: metadataOf(owner, name, { [SERVED_SPEC]: canonical(renderSpec(owner.spec)) }),
    spec: {
      replicas,
      serviceName: nameOf(owner.name).headless,
      podManagementPolicy: "Parallel",
      updateStrategy: { type: "OnDelete" },
      // Data is deleted by people.
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      selector: { matchLabels: selectorLabels(owner.name) },
      template: podTemplate(owner),
      ...(owner.spec.persistence.enabled ? { volumeClaimTemplates: [volumeClaim(owner)] } : {}),
    },
  });
};

/** Bears the UID of the cluster: a claim without it was there before, and may hold data. */
const volumeClaim = ({ name, uid, spec }: Owner): JsonObject => ({
  metadata: { name: VOLUME, labels: ownLabels(name), annotations: { [CLUSTER_UID]: uid } },
  spec: {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: spec.persistence.storageSize } },
    ...(spec.persistence.storageClassName === undefined ? {} : { storageClassName: spec.persistence.storageClassName }),
  },
});
