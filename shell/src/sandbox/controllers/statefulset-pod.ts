// What a StatefulSet wants of one ordinal: the pod, its claims, and the name of the revision they come from. No effects.
import { createHash } from "node:crypto";
import type { Pod, Volume } from "../clients/pod.ts";
import type { OwnerReference, PersistentVolumeClaim, Resource } from "../clients/resource.ts";
import type { PodTemplate, StatefulSet } from "./statefulset-types.ts";

export const revisionLabel = "controller-revision-hash";

/** JSON with sorted keys: equal templates are equal text. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** The revision's name: the set's and ten hexadecimal digits of its template. */
export const revisionName = (set: StatefulSet): string =>
  `${set.metadata.name}-${createHash("sha256").update(canonical(set.spec.template)).digest("hex").slice(0, 10)}`;

export const ownerOf = (set: Resource): OwnerReference => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  name: set.metadata.name,
  uid: set.metadata.uid ?? "",
  controller: true,
  blockOwnerDeletion: true,
});

/** The ordinal in a pod's name; undefined when the name is none of this set's. */
export const ordinalOf = (set: StatefulSet, podName: string): number | undefined => {
  const [, parent, digits] = /^(.*)-(0|[1-9]\d*)$/.exec(podName) ?? [];
  return parent === set.metadata.name && digits !== undefined ? Number(digits) : undefined;
};

export const claimName = (set: StatefulSet, template: string, ordinal: number): string => `${template}-${set.metadata.name}-${ordinal}`;

export const podOf = (set: StatefulSet, ordinal: number, template: PodTemplate, revision: string): object => {
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = (set.spec.volumeClaimTemplates ?? []).map((claim): Volume => {
    const { name: volume } = claim.metadata;
    return { name: volume, persistentVolumeClaim: { claimName: claimName(set, volume, ordinal) } };
  });
  const others = (template.spec.volumes ?? []).filter((volume) => !claims.some((claim) => claim.name === volume.name));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...template.metadata,
      name,
      namespace: set.metadata.namespace,
      labels: {
        ...template.metadata?.labels,
        "statefulset.kubernetes.io/pod-name": name,
        "apps.kubernetes.io/pod-index": String(ordinal),
        [revisionLabel]: revision,
      },
      ownerReferences: [ownerOf(set)],
    },
    spec: {
      ...template.spec,
      hostname: name,
      ...(set.spec.serviceName !== undefined && { subdomain: set.spec.serviceName }),
      volumes: [...claims, ...others],
    },
  };
};

export const claimsOf = (set: StatefulSet, ordinal: number): readonly { readonly name: string; readonly object: object }[] =>
  (set.spec.volumeClaimTemplates ?? []).map((template) => {
    const name = claimName(set, template.metadata.name, ordinal);
    const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels };
    const metadata = { ...template.metadata, name, namespace: set.metadata.namespace, labels };
    return { name, object: { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: template.spec } };
  });

/** Who a claim belongs to under the set's retention policy: the set, the pod about to be scaled away, or nobody. */
export const claimOwners = (set: StatefulSet, claim: PersistentVolumeClaim, condemned: Pod | undefined): readonly OwnerReference[] => {
  const { whenDeleted = "Retain", whenScaled = "Retain" } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const foreign = (claim.metadata.ownerReferences ?? []).filter(
    (owner) => owner.uid !== set.metadata.uid && !(owner.kind === "Pod" && ordinalOf(set, owner.name) !== undefined),
  );
  if (whenScaled === "Delete" && condemned !== undefined) {
    const { name, uid = "" } = condemned.metadata;
    return [...foreign, { apiVersion: "v1", kind: "Pod", name, uid }];
  }
  if (whenDeleted !== "Delete") return foreign;
  const { apiVersion, kind, name, uid } = ownerOf(set);
  return [...foreign, { apiVersion, kind, name, uid }];
};
