// What stands in the API about one ValkeyCluster, in the API's own words: from the caches of the watches, or by lists made
// for the purpose. Core makes a `Cluster` of it; here is only known which objects belong together.
import { isAtLeast, nameOf, type OwnedKind, resourceVersion, type Source } from "@gungnir/core";
import { type Answer, messageOf } from "./answer.ts";
import type { Cache } from "./cache.ts";
import type { ApiClient } from "./client.ts";
import { type KubeObject, type Page, parseList } from "./object.ts";
import { collectionPath } from "./resources.ts";

export type ClusterKey = { readonly namespace: string; readonly name: string };

export type Snapshot = {
  readonly cluster: KubeObject;
  readonly pods: readonly KubeObject[];
  readonly claims: readonly KubeObject[];
  readonly objects: readonly { readonly kind: OwnedKind; readonly object: KubeObject }[];
  readonly asOf: { readonly [source in Source]: string };
};

const INSTANCE = "app.kubernetes.io/instance";

/** The names under which a cluster's objects are looked for, whoever they belong to. */
export function ownedNames(cluster: string): readonly { readonly kind: OwnedKind; readonly name: string }[] {
  const names = nameOf(cluster);
  return [
    { kind: "ConfigMap", name: names.config },
    { kind: "PodDisruptionBudget", name: names.budget },
    { kind: "Secret", name: names.secret },
    { kind: "Service", name: names.client },
    { kind: "Service", name: names.headless },
    { kind: "Service", name: names.replicas },
    { kind: "StatefulSet", name: names.statefulSet },
  ];
}

/** Undefined while a cache was never filled, or when there is no such ValkeyCluster. */
export function cachedSnapshot(caches: { readonly [source in Source]: Cache }, key: ClusterKey): Snapshot | undefined {
  const cluster = caches.ValkeyCluster.get(key.namespace, key.name);
  const asOf = versionsOf((source) => caches[source].version());
  if (cluster === undefined || asOf === undefined) return undefined;
  return {
    cluster,
    pods: [...caches.Pod.all()].filter((object) => isOf(object, key)),
    claims: [...caches.PersistentVolumeClaim.all()].filter((object) => isOf(object, key)),
    objects: ownedNames(key.name).flatMap(({ kind, name }) => {
      const object = caches[kind].get(key.namespace, name);
      return object === undefined ? [] : [{ kind, object }];
    }),
    asOf,
  };
}

export type Listed =
  | { readonly _tag: "Listed"; readonly snapshot: Snapshot }
  | { readonly _tag: "Gone" }
  | { readonly _tag: "NotListed"; readonly message: string };

/** Asks the server itself, everything at once. Nothing in the answer is older than the call. */
export async function listSnapshot(client: ApiClient, key: ClusterKey, timeoutMs: number): Promise<Listed> {
  const list = (source: Source, query: Readonly<Record<string, string>>): Promise<Answer> =>
    client.request({ method: "GET", path: collectionPath(source, key.namespace), query, timeoutMs });

  const byInstance = { labelSelector: `${INSTANCE}=${key.name}` };
  const owned = ownedNames(key.name);
  const [cluster, pods, claims, ...objects] = await Promise.all([
    list("ValkeyCluster", byName(key.name)),
    list("Pod", byInstance),
    list("PersistentVolumeClaim", byInstance),
    ...owned.map(({ kind, name }) => list(kind, byName(name))),
  ]);
  const failed = [cluster, pods, claims, ...objects].find((answer) => pageOf(answer) === undefined);
  const clusterPage = pageOf(cluster);
  const podPage = pageOf(pods);
  const claimPage = pageOf(claims);
  if (failed !== undefined || clusterPage === undefined || podPage === undefined || claimPage === undefined) {
    return { _tag: "NotListed", message: failed === undefined ? "a list is missing" : messageOf(failed) };
  }
  const found = clusterPage.items[0];
  if (found === undefined) return { _tag: "Gone" };
  const pages = objects.map(pageOf);
  const versions = new Map<Source, string>([
    ["ValkeyCluster", clusterPage.resourceVersion],
    ["Pod", podPage.resourceVersion],
    ["PersistentVolumeClaim", claimPage.resourceVersion],
  ]);
  for (const [index, { kind }] of owned.entries()) {
    const version = pages[index]?.resourceVersion;
    const known = versions.get(kind);
    // Several lists of one type: only what all of them had seen is complete.
    if (version !== undefined && (known === undefined || isAtLeast(resourceVersion(known), resourceVersion(version))))
      versions.set(kind, version);
  }
  const asOf = versionsOf((source) => versions.get(source));
  if (asOf === undefined) return { _tag: "NotListed", message: "a list is missing" };
  return {
    _tag: "Listed",
    snapshot: {
      cluster: found,
      pods: podPage.items,
      claims: claimPage.items,
      objects: owned.flatMap(({ kind }, index) => (pages[index]?.items ?? []).map((object) => ({ kind, object }))),
      asOf,
    },
  };
}

/** Which cluster an object of this type may matter to. */
export function clusterOf(source: Source, object: KubeObject): readonly ClusterKey[] {
  const namespace = object.metadata.namespace ?? "";
  const { name } = object.metadata;
  switch (source) {
    case "ValkeyCluster":
      return [{ namespace, name }];
    case "Pod":
    case "PersistentVolumeClaim": {
      const instance = instanceOf(object);
      return instance === undefined ? [] : [{ namespace, name: instance }];
    }
    case "ConfigMap":
    case "Secret":
    case "Service":
    case "StatefulSet":
    case "PodDisruptionBudget":
      // Names are the cluster's own name and at most one suffix.
      return [name, ...suffixesOff(name)]
        .filter((cluster) => ownedNames(cluster).some((one) => one.kind === source && one.name === name))
        .map((cluster) => ({ namespace, name: cluster }));
  }
}

function suffixesOff(name: string): readonly string[] {
  const dash = name.lastIndexOf("-");
  return dash <= 0 ? [] : [name.slice(0, dash)];
}

function isOf(object: KubeObject, key: ClusterKey): boolean {
  return object.metadata.namespace === key.namespace && instanceOf(object) === key.name;
}

function instanceOf(object: KubeObject): string | undefined {
  const labels = object.metadata["labels"];
  if (typeof labels !== "object" || labels === null) return undefined;
  const instance = Object.entries(labels).find(([name]) => name === INSTANCE)?.[1];
  return typeof instance === "string" ? instance : undefined;
}

function pageOf(answer: Answer | undefined): Page | undefined {
  return answer?._tag === "Answered" && answer.status === 200 ? parseList(answer.body) : undefined;
}

function versionsOf(versionOf: (source: Source) => string | undefined): Snapshot["asOf"] | undefined {
  const [cluster, pod, claim, config, secret, service, set, budget] = (
    ["ValkeyCluster", "Pod", "PersistentVolumeClaim", "ConfigMap", "Secret", "Service", "StatefulSet", "PodDisruptionBudget"] as const
  ).map(versionOf);
  if (cluster === undefined || pod === undefined || claim === undefined || config === undefined) return undefined;
  if (secret === undefined || service === undefined || set === undefined || budget === undefined) return undefined;
  return {
    ValkeyCluster: cluster,
    Pod: pod,
    PersistentVolumeClaim: claim,
    ConfigMap: config,
    Secret: secret,
    Service: service,
    StatefulSet: set,
    PodDisruptionBudget: budget,
  };
}

function byName(name: string): { readonly fieldSelector: string } {
  return { fieldSelector: `metadata.name=${name}` };
}
