/**
 * What was read of one ValkeyCluster from the Kubernetes API: the spec, the record, the pods and the objects that carry
 * them out. `read.ts` makes it from API objects; nothing else in core knows how those look.
 */
import type { HistoryEntry } from "./history.ts";
import type { JsonObject } from "./json.ts";
import type { FailoverRecord } from "./record.ts";
import type { Milliseconds, PodName, ResourceVersion, Timestamp, Uid } from "./units.ts";

/** The spec with every default filled in; `spec.ts` parses and validates it. */
export type Spec = {
  /** Pods in all, the primary included. */
  readonly replicas: number;
  readonly image: string;
  readonly port: number;
  readonly persistence: { readonly enabled: boolean; readonly storageSize: string; readonly storageClassName?: string };
  readonly resources: JsonObject;
  /** D: silent for so long is subjectively down. */
  readonly downAfter: Milliseconds;
  /** p: how often each pod is asked. */
  readonly pingInterval: Milliseconds;
  /** An intent older than this makes the cluster FailoverStalled; an unpromoted candidate is abandoned. */
  readonly failoverTimeout: Milliseconds;
  /** W: how many replicas acknowledge what `WAIT` promises. */
  readonly waitReplicas: number;
  /** Too few replicas in reach to know that one of them holds all that was promised: wait, or go on with what is there. */
  readonly onMissingQuorum: "PreferConsistency" | "PreferAvailability";
  readonly recoveryWait: Milliseconds;
  readonly labels: { readonly [key: string]: string };
  readonly annotations: { readonly [key: string]: string };
  readonly nodeSelector: { readonly [key: string]: string };
};

/** A field of the spec that cannot be served: its path, what it holds, what is allowed. */
export type Invalid = { readonly field: string; readonly value: string; readonly allowed: string };

export type Container =
  | { readonly _tag: "Running"; readonly id: string }
  | { readonly _tag: "Terminated"; readonly id: string }
  /** Never started, or waiting to be restarted. */
  | { readonly _tag: "Waiting"; readonly reason: string };

export type Pod = {
  readonly name: PodName;
  readonly uid: Uid;
  readonly ordinal: number;
  /** `status.podIP`; absent until the pod has one. */
  readonly address?: string;
  readonly ready: boolean;
  readonly deleting: boolean;
  /** Deleted with no time left: its process is ended at once, and the object is about to go. */
  readonly forced?: true;
  /** Its node was cordoned or is being drained. Absent too where nodes may not be read: then it is not known. */
  readonly nodeLeaving?: true;
  readonly container: Container;
  /** Our own annotation on the template: which configuration it was made with. */
  readonly revision?: string;
};

/** `ordinal` as in `web-2`, of the pod's name. */
export type VolumeClaim = {
  readonly name: string;
  readonly uid: Uid;
  readonly ordinal: number;
  readonly olderThanCluster: boolean;
  readonly hasDataSource: boolean;
};

/** One of the objects that we own, or somebody else's under a name that we need. */
export type OwnedKind = "ConfigMap" | "Secret" | "Service" | "StatefulSet" | "PodDisruptionBudget";
export type Reference = { readonly kind: OwnedKind; readonly name: string };
export type Observed = Reference & {
  readonly uid: Uid;
  readonly version: ResourceVersion;
  /** Controlled by this ValkeyCluster's UID; anything else is reported and never written. */
  readonly owned: boolean;
  readonly deleting: boolean;
  /** The object without `status` and server-made metadata; the values of a Secret are not in it, only its keys. */
  readonly manifest: JsonObject;
};

export type ConditionStatus = "True" | "False" | "Unknown";
export type Condition = {
  readonly type: "Ready" | "Progressing" | "Degraded" | "Available" | "FailoverPossible" | "UpdatePending" | "SpecValid";
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: Timestamp;
  readonly observedGeneration: number;
};
export type NodeStatus = {
  readonly name: PodName;
  readonly role: "primary" | "replica" | "unknown";
  readonly state: "Streaming" | "Joining" | "Quarantined" | "Primary" | "Unreachable" | "Absent" | "Loading";
  readonly runId: string;
  /** Of a replica: whether its link to its primary is up. */
  readonly link: "up" | "down" | "syncing" | "";
  /** The replication history that it is in. */
  readonly history: string;
  /** Of the marker in its data set; 0 without one. */
  readonly epoch: number;
  /** Bytes, as of the last change of what stands beside it: a status that changed with every probe would be a write storm. */
  readonly offset: string;
  /** Bytes that it lacked of the primary's, as of the same moment. */
  readonly lag: string;
};
/** `status` of the ValkeyCluster without the record. */
export type Status = {
  readonly phase: string;
  readonly masterPod: string;
  readonly currentMaster: string;
  readonly readyReplicas: number;
  readonly replicas: number;
  /** The label selector of the scale subresource. */
  readonly selector: string;
  readonly nodeStatuses: readonly NodeStatus[];
  readonly conditions: readonly Condition[];
  readonly observedGeneration: number;
  readonly lastReconcileTime: Timestamp;
  /** The last claims of authority, and what they came to; no decision reads it. */
  readonly history?: readonly HistoryEntry[];
};

/** The resource types that a snapshot is read from; each has a sequence of versions of its own. */
export type Source = "ValkeyCluster" | "Pod" | "PersistentVolumeClaim" | OwnedKind;

export type Cluster = {
  readonly namespace: string;
  readonly name: string;
  readonly uid: Uid;
  readonly version: ResourceVersion;
  readonly generation: number;
  readonly deleting: boolean;
  readonly annotations: { readonly [key: string]: string };
  /** Fields that were refused hold the last good value, or the default. */
  readonly spec: Spec;
  readonly invalid: readonly Invalid[];
  readonly record?: FailoverRecord;
  /** The record's schema is newer than we are: nothing is decided. */
  readonly recordUnreadable: boolean;
  readonly status?: Status;
  /** Sorted by ordinal. */
  readonly pods: readonly Pod[];
  readonly claims: readonly VolumeClaim[];
  /** Sorted by kind and name. */
  readonly objects: readonly Observed[];
  /** The revision that new pods of the StatefulSet are made from. */
  readonly updateRevision?: string;
  /** How far each watch had got: nothing of that type up to this version is missing. */
  readonly asOf: { readonly [source in Source]: ResourceVersion };
};

/** The annotation by which a user accepts the loss of data: its value is the record's epoch. */
export const ALLOW_DATA_LOSS = "valkey.verilean.io/allow-data-loss";
/**
 * The annotation by which a user asks for a switchover: the record's epoch, and the pod that shall be the primary, if it matters
 * which, as `7 web-1`. In another epoch it asks for nothing.
 */
export const SWITCHOVER = "valkey.verilean.io/switchover";
/** On the write Service: the epoch it was routed in. */
export const ROUTED_EPOCH = "valkey.verilean.io/epoch";
/** On the Secret: the UID of the cluster that was bootstrapped with it. */
export const BOOTSTRAPPED = "valkey.verilean.io/bootstrapped";
/** Names of the objects of a cluster, as scripts rely on them. */
export const nameOf = (cluster: string) => ({
  statefulSet: cluster,
  headless: `${cluster}-headless`,
  client: `${cluster}-client`,
  replicas: `${cluster}-replicas`,
  config: `${cluster}-config`,
  secret: `${cluster}-secret`,
  budget: `${cluster}-pdb`,
});
/** The value of the pod-name selector that selects nobody; an empty selector would leave the old endpoints standing. */
export const NOBODY = "nobody";
/** The replication user of one life of a pod, on the primary: a successor of the same name does not let the former one in. */
export const replicationUser = ({ pod, uid }: { readonly pod: PodName; readonly uid: Uid }): string => `repl-${pod}-${uid.slice(0, 8)}`;
export const OPERATOR_USER = "gungnir-operator";

/** The pod of a process, while it has one whose container runs: without it a process cannot be routed to, whatever it says. */
export const runningPod = ({ pods }: Cluster, { pod, uid }: { readonly pod: PodName; readonly uid: Uid }): Pod | undefined =>
  pods.find((one) => one.name === pod && one.uid === uid && one.container._tag === "Running");
