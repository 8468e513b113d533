/** Words that the objects of a cluster and their readers share. */
import type { JsonObject } from "../json.ts";

/** Of the container in which the server runs. */
export const CONTAINER = "valkey";
/** Of the volume: the claim of pod `web-0` is `data-web-0`. */
export const VOLUME = "data";
const MANAGER = "gungnir";

/** On pods and volume claims: the UID of the cluster that they were made for. */
export const CLUSTER_UID = "valkey.verilean.io/cluster-uid";
/** On pods: which configuration they were made with; a pod with another one than is wanted has an update pending. */
export const REVISION = "valkey.verilean.io/revision";
/** On every object: a fingerprint of what was rendered, so that a field that is no longer rendered is a difference too. */
export const APPLIED = "valkey.verilean.io/applied";
/** On the StatefulSet: the spec that it was made from, as JSON. */
export const SERVED_SPEC = "valkey.verilean.io/served-spec";

/** What selects the pods of a cluster, and of no other one in the namespace. */
export const selectorLabels = (cluster: string): { readonly [key: string]: string } => ({
  "app.kubernetes.io/name": "valkey",
  "app.kubernetes.io/instance": cluster,
});
/** On everything we make. */
export const ownLabels = (cluster: string): { readonly [key: string]: string } => ({
  ...selectorLabels(cluster),
  "app.kubernetes.io/managed-by": MANAGER,
});
/** The label selector of a cluster's pods, as text for the scale subresource. */
export const instanceSelector = (cluster: string): string =>
  Object.entries(selectorLabels(cluster))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

export const ownerReference = (owner: { readonly name: string; readonly uid: string }): JsonObject => ({
  apiVersion: "valkey.verilean.io/v1",
  kind: "ValkeyCluster",
  name: owner.name,
  uid: owner.uid,
  controller: true,
  blockOwnerDeletion: true,
});
