// What stands in the API about one ValkeyCluster, read by lists made for the purpose: every object by its name, whether it
// bears our label or not, since somebody else may have taken the name. Core makes a `Cluster` of it.
import {
  isAtLeast,
  type Json,
  type Lists,
  nameOf,
  type OwnedKind,
  resourceVersion,
  type ResourceVersion,
  type Source,
} from "@gungnir/core";
import { type Answer, messageOf } from "./answer.ts";
import type { ApiClient } from "./client.ts";
import { type KubeObject, type Page, parseList } from "./object.ts";
import { collectionPath, watchedOf } from "./resources.ts";

export type ClusterKey = { readonly namespace: string; readonly name: string };

/** Objects of the cluster's namespace by type, and how far each type was read. */
export type Snapshot = {
  readonly objects: { readonly [source in Source]: readonly KubeObject[] };
  readonly asOf: { readonly [source in Source]: ResourceVersion };
};

export type Listed =
  | { readonly _tag: "Listed"; readonly snapshot: Snapshot }
  | { readonly _tag: "Gone" }
  | { readonly _tag: "NotListed"; readonly message: string };

/** Asks the server itself, everything at once. Nothing in the answer is older than the call. */
export async function listSnapshot(client: ApiClient, key: ClusterKey, timeoutMs: number): Promise<Listed> {
  const names = nameOf(key.name);
  const owned: readonly (readonly [OwnedKind, string])[] = [
    ["ConfigMap", names.config],
    ["PodDisruptionBudget", names.budget],
    ["Secret", names.secret],
    ["Service", names.client],
    ["Service", names.headless],
    ["Service", names.replicas],
    ["StatefulSet", names.statefulSet],
  ];
  const list = async (source: Source, query: Readonly<Record<string, string>>): Promise<readonly [Source, Page] | string> => {
    const path = collectionPath(watchedOf(source), key.namespace);
    const answer = await client.request({ method: "GET", path, query, timeoutMs });
    const page = pageOf(answer);
    return page === undefined ? `GET ${path}: ${messageOf(answer)}` : [source, page];
  };
  const pages = await Promise.all([
    list("ValkeyCluster", byName(key.name)),
    list("Pod", { labelSelector: `app.kubernetes.io/instance=${key.name}` }),
    list("PersistentVolumeClaim", {}),
    ...owned.map(([kind, name]) => list(kind, byName(name))),
  ]);
  const failed = pages.find((page) => typeof page === "string");
  if (failed !== undefined) return { _tag: "NotListed", message: failed };
  const listed = pages.filter((page) => typeof page !== "string");
  const snapshot = bySource((source) => listed.flatMap(([of, page]) => (of === source ? page.items : [])));
  if (snapshot.ValkeyCluster.length === 0) return { _tag: "Gone" };
  // Several lists of one type: only what all of them had seen is complete.
  const asOf = bySource((source) => oldest(listed.flatMap(([of, page]) => (of === source ? [resourceVersion(page.resourceVersion)] : []))));
  return { _tag: "Listed", snapshot: { objects: snapshot, asOf } };
}

/** What core reads of it; undefined if there is no ValkeyCluster in it. */
export function listsOf({ objects, asOf }: Snapshot, key: ClusterKey, nodes: readonly Json[] | undefined): Lists | undefined {
  const cluster = objects.ValkeyCluster.find(({ metadata }) => metadata.name === key.name && metadata.namespace === key.namespace);
  if (cluster === undefined) return undefined;
  return {
    cluster,
    pods: objects.Pod,
    claims: objects.PersistentVolumeClaim,
    statefulSets: objects.StatefulSet,
    services: objects.Service,
    configMaps: objects.ConfigMap,
    secrets: objects.Secret,
    budgets: objects.PodDisruptionBudget,
    ...(nodes === undefined ? {} : { nodes }),
    asOf,
  };
}

/** One value for each resource type. */
export function bySource<Value>(valueOf: (source: Source) => Value): { readonly [source in Source]: Value } {
  return {
    ValkeyCluster: valueOf("ValkeyCluster"),
    Pod: valueOf("Pod"),
    PersistentVolumeClaim: valueOf("PersistentVolumeClaim"),
    ConfigMap: valueOf("ConfigMap"),
    Secret: valueOf("Secret"),
    Service: valueOf("Service"),
    StatefulSet: valueOf("StatefulSet"),
    PodDisruptionBudget: valueOf("PodDisruptionBudget"),
  };
}

function oldest(versions: readonly ResourceVersion[]): ResourceVersion {
  return versions.reduce((a, b) => (isAtLeast(a, b) ? b : a), versions[0] ?? resourceVersion("0"));
}

function pageOf(answer: Answer): Page | undefined {
  return answer._tag === "Answered" && answer.status === 200 ? parseList(answer.body) : undefined;
}

function byName(name: string): { readonly fieldSelector: string } {
  return { fieldSelector: `metadata.name=${name}` };
}
