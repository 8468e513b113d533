/**
 * Snapshots of list-then-watch, put together. The types of objects are watched apart and arrive apart, a reconnected watch may
 * travel back in time, and our own write may be ahead of all of them: each type is taken only where it is news.
 */
import type { Cluster, OwnedKind, Source } from "./cluster.ts";
import { type ResourceVersion, isAtLeast } from "./units.ts";

/** The version of our last write of each type: a snapshot from before it is older than what we know. */
export type Written = { readonly [source in Source]?: ResourceVersion };

/** The types of objects that we own. */
export const OWNED_KINDS: readonly OwnedKind[] = ["ConfigMap", "PodDisruptionBudget", "Secret", "Service", "StatefulSet"];

/** Each resource type is taken from the snapshot only where it is no older than what is known, our own writes included. */
export const merge = (known: Cluster, next: Cluster, written: Written): Cluster => {
  const isNews = (source: Source): boolean => {
    const floor = written[source];
    return isAtLeast(next.asOf[source], known.asOf[source]) && (floor === undefined || isAtLeast(next.asOf[source], floor));
  };
  const pick = (source: Source): Cluster => (isNews(source) ? next : known);
  const base = pick("ValkeyCluster");
  const asOf = { ...known.asOf };
  for (const source of ["ValkeyCluster", "Pod", "PersistentVolumeClaim", ...OWNED_KINDS] as const) asOf[source] = pick(source).asOf[source];
  return {
    ...base,
    pods: pick("Pod").pods,
    claims: pick("PersistentVolumeClaim").claims,
    objects: OWNED_KINDS.flatMap((kind) => pick(kind).objects.filter((object) => object.kind === kind)),
    asOf,
  };
};

/** We wrote an object of this type and the snapshot does not show it yet. */
export const isUnconfirmed = (cluster: Cluster, written: Written, kind: OwnedKind): boolean => {
  const version = written[kind];
  return version !== undefined && !isAtLeast(cluster.asOf[kind], version);
};
