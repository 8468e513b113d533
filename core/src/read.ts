/**
 * From API objects to the cluster that decisions are made about. This is the edge where JSON that anybody may have written
 * becomes types; nothing else in core knows how those objects look, except the functions that make them.
 */
import { type Cluster, type Invalid, type OwnedKind, type Source, type Spec, nameOf } from "./cluster.ts";
import { at, canonical, integerAt, textAt, textsAt } from "./fields.ts";
import { defined } from "./health.ts";
import type { Json } from "./json.ts";
import { REVISION, SERVED_SPEC, VOLUME } from "./objects/names.ts";
import { readObserved } from "./read/object.ts";
import { type Whose, readClaim, readPod } from "./read/pod.ts";
import { readRecord } from "./read/record.ts";
import { readStatus } from "./read/status.ts";
import { type Result, err, ok } from "./result.ts";
import { NAME, fits } from "./rules.ts";
import { parseSpec, renderSpec } from "./spec.ts";
import { type ResourceVersion, compareText, resourceVersion, uid } from "./units.ts";

/** Whatever was listed of each type in the cluster's namespace: more than the cluster's own objects does no harm. */
export type Lists = {
  readonly cluster: Json;
  readonly pods: readonly Json[];
  readonly claims: readonly Json[];
  readonly statefulSets: readonly Json[];
  readonly services: readonly Json[];
  readonly configMaps: readonly Json[];
  readonly secrets: readonly Json[];
  readonly budgets: readonly Json[];
  /** Of the whole cluster; absent where they may not be read. */
  readonly nodes?: readonly Json[];
  readonly asOf: { readonly [source in Source]: ResourceVersion };
};

/** `before`: the last reading of the same cluster, for the spec that it had; a recreated one (another UID) starts fresh. */
export const readCluster = (lists: Lists, before?: Cluster): Result<Cluster, Invalid> => {
  const { cluster: json } = lists;
  const namespace = textAt(json, "metadata", "namespace");
  const name = textAt(json, "metadata", "name");
  const life = textAt(json, "metadata", "uid");
  const version = textAt(json, "metadata", "resourceVersion");
  if (namespace === undefined) return err(absent("metadata.namespace"));
  if (name === undefined) return err(absent("metadata.name"));
  if (life === undefined) return err(absent("metadata.uid"));
  if (version === undefined) return err(absent("metadata.resourceVersion"));

  const whose: Whose = { name, uid: uid(life) };
  const objects = readObjects(lists, whose, namespace);
  const previous = before?.uid === whose.uid ? before : undefined;
  const { spec, invalid } = parseSpec(at(json, "spec"), servedBy(objects) ?? previous?.spec);
  const failover = at(json, "status", "failover") ?? undefined;
  const record = readRecord(failover);
  const status = readStatus(at(json, "status"));
  const inNamespace = (one: Json) => textAt(one, "metadata", "namespace") === namespace;
  return ok({
    namespace,
    name,
    uid: whose.uid,
    version: resourceVersion(version),
    generation: integerAt(json, "metadata", "generation") ?? 0,
    deleting: textAt(json, "metadata", "deletionTimestamp") !== undefined,
    annotations: textsAt(json, "metadata", "annotations"),
    spec: previous === undefined ? spec : unchanged(previous.spec, spec),
    invalid: fits(NAME, name) ? invalid : [{ field: "metadata.name", value: name, allowed: NAME.allowed }, ...invalid],
    ...defined("record", record),
    recordUnreadable: failover !== undefined && record === undefined,
    ...defined("status", status),
    pods: lists.pods
      .filter(inNamespace)
      .flatMap((one) => readPod(one, whose, lists.nodes) ?? [])
      .toSorted((a, b) => a.ordinal - b.ordinal),
    claims: lists.claims
      .filter(inNamespace)
      .flatMap((one) => readClaim(one, whose) ?? [])
      .toSorted((a, b) => a.ordinal - b.ordinal),
    objects,
    ...updateRevisionOf(objects),
    asOf: lists.asOf,
  });
};

/** What objects of a kind are called. */
const namesOf = (kind: OwnedKind, cluster: string): readonly string[] => {
  const names = nameOf(cluster);
  switch (kind) {
    case "ConfigMap":
      return [names.config];
    case "PodDisruptionBudget":
      return [names.budget];
    case "Secret":
      return [names.secret];
    case "Service":
      return [names.client, names.headless, names.replicas];
    case "StatefulSet":
      return [names.statefulSet];
  }
};

/** The objects under our names, whoever owns them. */
const readObjects = (lists: Lists, whose: Whose, namespace: string): Cluster["objects"] => {
  const wanted: readonly (readonly [OwnedKind, readonly Json[]])[] = [
    ["ConfigMap", lists.configMaps],
    ["PodDisruptionBudget", lists.budgets],
    ["Secret", lists.secrets],
    ["Service", lists.services],
    ["StatefulSet", lists.statefulSets],
  ];
  return wanted.flatMap(([kind, list]) => {
    const allowed = namesOf(kind, whose.name);
    return list
      .filter(
        (one) => textAt(one, "metadata", "namespace") === namespace && allowed.some((name) => name === textAt(one, "metadata", "name")),
      )
      .flatMap((one) => readObserved(one, kind, whose) ?? [])
      .toSorted((a, b) => compareText(a.name, b.name));
  });
};

/** What the template of our StatefulSet says; not its counters, which lag behind. */
const updateRevisionOf = (objects: Cluster["objects"]): { readonly updateRevision?: string } => {
  const statefulSet = objects.find((one) => one.kind === "StatefulSet" && one.owned);
  const updateRevision = textAt(statefulSet?.manifest, "spec", "template", "metadata", "annotations", REVISION);
  return defined("updateRevision", updateRevision);
};

/**
 * The spec that our StatefulSet was made from: the last good configuration, which so survives a restart of the operator,
 * and what the fields that cannot be changed are compared with.
 */
const servedBy = (objects: Cluster["objects"]): Spec | undefined => {
  const statefulSet = objects.find((one) => one.kind === "StatefulSet" && one.owned);
  const text = textAt(statefulSet?.manifest, "metadata", "annotations", SERVED_SPEC);
  const json = text === undefined ? undefined : parseJson(text);
  return json === undefined ? undefined : parseSpec(json).spec;
};

const parseJson = (text: string): Json | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Somebody edited the annotation; it will be repaired from the spec itself.
  }
};

/** One spec is one object for as long as it says the same: what is rendered from it is remembered by it. */
const unchanged = (before: Spec, now: Spec): Spec => (canonical(renderSpec(before)) === canonical(renderSpec(now)) ? before : now);

const absent = (field: string): Invalid => ({ field, value: "nothing", allowed: "what the API server writes there" });

/** What has to be watched, over all namespaces (or those that the operator serves), to read every cluster. */
export const WATCHED: readonly {
  readonly source: Source;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** Absent where objects that we did not make count too: a volume claim may be older than its cluster. */
  readonly labelSelector?: string;
}[] = [
  { source: "ValkeyCluster", group: "valkey.verilean.io", version: "v1", resource: "valkeyclusters" },
  { source: "Pod", group: "", version: "v1", resource: "pods", labelSelector: "app.kubernetes.io/managed-by=gungnir" },
  { source: "PersistentVolumeClaim", group: "", version: "v1", resource: "persistentvolumeclaims" },
  { source: "ConfigMap", group: "", version: "v1", resource: "configmaps", labelSelector: "app.kubernetes.io/managed-by=gungnir" },
  { source: "Secret", group: "", version: "v1", resource: "secrets", labelSelector: "app.kubernetes.io/managed-by=gungnir" },
  { source: "Service", group: "", version: "v1", resource: "services", labelSelector: "app.kubernetes.io/managed-by=gungnir" },
  { source: "StatefulSet", group: "apps", version: "v1", resource: "statefulsets", labelSelector: "app.kubernetes.io/managed-by=gungnir" },
  {
    source: "PodDisruptionBudget",
    group: "policy",
    version: "v1",
    resource: "poddisruptionbudgets",
    labelSelector: "app.kubernetes.io/managed-by=gungnir",
  },
];

/** The cluster whose reading an object may change; undefined when it is none's. */
export const clusterOf = (source: Source, json: Json): { readonly namespace: string; readonly name: string } | undefined => {
  const namespace = textAt(json, "metadata", "namespace");
  const own = textAt(json, "metadata", "name");
  if (namespace === undefined || own === undefined) return undefined;
  const name =
    source === "ValkeyCluster"
      ? own
      : source === "PersistentVolumeClaim"
        ? CLAIM_NAME.exec(own)?.[1]
        : textAt(json, "metadata", "labels", "app.kubernetes.io/instance");
  return name === undefined ? undefined : { namespace, name };
};

/**
 * The cluster of which an object bears the name: nothing else is read for it, whatever the labels say. So an operator may keep objects
 * by this, and need not look at those of all others.
 */
export const namedAfter = (source: Source, name: string): string => {
  switch (source) {
    case "ValkeyCluster":
      return name;
    case "Pod":
      return POD_NAME.exec(name)?.[1] ?? "";
    case "PersistentVolumeClaim":
      return CLAIM_NAME.exec(name)?.[1] ?? "";
    case "ConfigMap":
    case "PodDisruptionBudget":
    case "Secret":
    case "Service":
    case "StatefulSet": {
      const suffix = namesOf(source, "").find((one) => name.endsWith(one));
      return suffix === undefined ? "" : name.slice(0, name.length - suffix.length);
    }
  }
};

const POD_NAME = /^(.+)-[0-9]+$/;
const CLAIM_NAME = new RegExp(`^${VOLUME}-(.+)-[0-9]+$`);
