// The API server: objects with versions, and writes that are refused when what they were decided on is no longer so. One
// counter numbers all versions, as in etcd. Manifests are stored as sent: what a server would add is stripped on reading.
import type {
  Cluster,
  Condition,
  Desired,
  FailoverRecord,
  Observed,
  Outcome,
  Pod,
  ResourceVersion,
  Spec,
  Status,
  Uid,
  VolumeClaim,
  Write,
} from "@gungnir/core";
import { nameOf, resourceVersion, SWITCHOVER, uid } from "@gungnir/core";

export type Api = {
  /** Of the last write of anything. */
  readonly version: ResourceVersion;
  readonly cluster: {
    readonly version: ResourceVersion;
    readonly generation: number;
    readonly spec: Spec;
    readonly record: FailoverRecord | undefined;
    readonly status: Status | undefined;
    readonly annotations: { readonly [key: string]: string };
  };
  readonly pods: readonly Pod[];
  readonly claims: readonly VolumeClaim[];
  readonly objects: readonly Observed[];
};

export const NAMESPACE = "default";
export const NAME = "web";
export const WRITE_SERVICE = nameOf(NAME).client;
export const CLUSTER_UID = uid("cluster-uid");
/** Recognisable in a key, where a version is replaced by its rank. */
const FIRST_VERSION = resourceVersion("7700000001");
export const following = (version: ResourceVersion): ResourceVersion => resourceVersion(String(Number(version) + 1));

export const emptyApi = (spec: Spec): Api => ({
  version: FIRST_VERSION,
  cluster: { version: FIRST_VERSION, generation: 1, spec, record: undefined, status: undefined, annotations: {} },
  pods: [],
  claims: [],
  objects: [],
});

/** What a list of everything says now. */
export const readCluster = (api: Api): Cluster => {
  const asOf = api.version;
  return {
    namespace: NAMESPACE,
    name: NAME,
    uid: CLUSTER_UID,
    version: api.cluster.version,
    generation: api.cluster.generation,
    deleting: false,
    annotations: api.cluster.annotations,
    spec: api.cluster.spec,
    invalid: [],
    ...(api.cluster.record === undefined ? {} : { record: api.cluster.record }),
    recordUnreadable: false,
    ...(api.cluster.status === undefined ? {} : { status: api.cluster.status }),
    pods: api.pods,
    claims: api.claims,
    objects: api.objects,
    asOf: {
      ValkeyCluster: asOf,
      Pod: asOf,
      PersistentVolumeClaim: asOf,
      ConfigMap: asOf,
      Secret: asOf,
      Service: asOf,
      StatefulSet: asOf,
      PodDisruptionBudget: asOf,
    },
  };
};

export type Written = { readonly api: Api; readonly outcome: Outcome };

export const write = (api: Api, action: Write): Written => {
  switch (action._tag) {
    case "Create":
      return create(api, action.object);
    case "Apply":
      return apply(api, action.object, action.uid, action.at);
    case "RouteWrites":
      return apply(api, action.object, action.uid, action.at);
    case "Claim":
    case "Elect":
    case "Enlist":
    case "Publish":
      return swap(api, action.at, { record: action.record });
    case "Report":
      return swap(api, action.at, { status: action.status });
  }
};

/** A write of the object by somebody else, which changes nothing we look at but its version. */
export const touch = (api: Api): Api => {
  const version = following(api.version);
  return { ...api, version, cluster: { ...api.cluster, version } };
};

/** What a user does to the ValkeyCluster: fields of its spec, or the annotation that asks for a switchover. */
export type Edit = Partial<Spec> | { readonly switchover: string };

export const editSpec = (api: Api, edit: Edit): Api => {
  const version = following(api.version);
  if ("switchover" in edit) {
    const annotations = { ...api.cluster.annotations, [SWITCHOVER]: edit.switchover };
    return { ...api, version, cluster: { ...api.cluster, version, annotations } };
  }
  const { generation, spec } = api.cluster;
  return { ...api, version, cluster: { ...api.cluster, version, generation: generation + 1, spec: { ...spec, ...edit } } };
};

/** Pods change without a precondition: kubelet and controllers own them. */
export const withPods = (api: Api, pods: readonly Pod[]): Api => ({
  ...api,
  version: following(api.version),
  pods: pods.toSorted((one, other) => one.ordinal - other.ordinal),
});

export const objectOf = (api: Api, kind: Observed["kind"], name: string): Observed | undefined =>
  api.objects.find((object) => object.kind === kind && object.name === name);

const conflict = (api: Api, why: string): Written => ({ api, outcome: { _tag: "Conflict", why } });

const swap = (api: Api, at: string, change: { readonly record?: FailoverRecord; readonly status?: Status }): Written => {
  if (at !== api.cluster.version) return conflict(api, "the object has been modified");
  const version = following(api.version);
  return {
    api: { ...api, version, cluster: { ...api.cluster, ...change, version } },
    outcome: { _tag: "Done", version: version, uid: CLUSTER_UID },
  };
};

const create = (api: Api, desired: Desired): Written => {
  if (objectOf(api, desired.kind, desired.name) !== undefined) return conflict(api, "already exists");
  const version = following(api.version);
  const created: Observed = {
    kind: desired.kind,
    name: desired.name,
    uid: uid(`${desired.kind}-${desired.name}-uid`),
    version: version,
    owned: true,
    deleting: false,
    manifest: stored(desired),
  };
  const objects = [...api.objects, created].toSorted(byKindAndName);
  return { api: { ...api, version, objects }, outcome: { _tag: "Done", version: created.version, uid: created.uid } };
};

const apply = (api: Api, desired: Desired, of: Uid, at: string): Written => {
  const existing = objectOf(api, desired.kind, desired.name);
  if (existing === undefined || existing.uid !== of || existing.version !== at) return conflict(api, "the object has been modified");
  const version = following(api.version);
  const applied: Observed = { ...existing, version: version, manifest: stored(desired) };
  const objects = api.objects.map((object) => (object === existing ? applied : object));
  return { api: { ...api, version, objects }, outcome: { _tag: "Done", version: applied.version, uid: applied.uid } };
};

/** Nobody reads the values of a Secret: only its keys are in an observation. */
const stored = (desired: Desired): Desired["manifest"] => desired.manifest;

const byKindAndName = (one: Observed, other: Observed): number => {
  const [a, b] = [`${one.kind}/${one.name}`, `${other.kind}/${other.name}`];
  return a < b ? -1 : a > b ? 1 : 0;
};

export const conditionOf = (status: Status | undefined, type: Condition["type"]): Condition | undefined =>
  status?.conditions.find((condition) => condition.type === type);
