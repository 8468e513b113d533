/**
 * What a user reads: a function of the observation and the record, and of nothing else. Written only when it says something
 * new, so a settled cluster is silent; `lastReconcileTime` and offsets are as of the last change.
 */
import type { Cluster, Condition, NodeStatus, Status } from "./cluster.ts";
import { NOBODY, nameOf } from "./cluster.ts";
import { type Stance, type WaitReason, isLasting, wait } from "./decision.ts";
import { ailmentOf, judge, readingNow } from "./down.ts";
import { failover } from "./failover.ts";
import { nodeStatus } from "./node-status.ts";
import { objects } from "./objects.ts";
import { POD_NAME_LABEL, immutableDrift, instanceSelector } from "./objects/index.ts";
import type { Observation } from "./observation.ts";
import { type Intent, freezeQuorum } from "./record.ts";
import { textAt } from "./fields.ts";
import { attempt } from "./stance.ts";
import { after, timestampOf } from "./units.ts";

/** Every field of a type: one that is added and not compared does not compile. */
function fieldsOf<One>(all: { readonly [field in keyof One]-?: true }): readonly (keyof One)[] {
  // What is listed is exactly the keys.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.keys(all) as (keyof One)[];
}

/** A failover is not slowed by telling of it; one that takes longer is told of. */
const QUIET_MS = 1_000;

/** `urgent`: what failover and objects said, neither of whom acts. */
export const report = (observation: Observation, urgent: readonly Stance[] = urgentOf(observation)): Stance => {
  const { cluster, now, epochSince } = observation;
  const status = statusOf(observation, urgent);
  if (cluster.status !== undefined && isSameStatus(cluster.status, status)) return undefined;
  const loud = after(epochSince, QUIET_MS);
  if (cluster.record?.intent !== undefined && now < loud) return wait(loud, "StatusThrottled");
  return attempt(observation, { _tag: "Report", status, at: cluster.version }, "StatusChanged");
};

/** But for when it was made. Written out because it is asked with every decision. */
const isSameStatus = (a: Status, b: Status): boolean =>
  a.phase === b.phase &&
  a.masterPod === b.masterPod &&
  a.currentMaster === b.currentMaster &&
  a.readyReplicas === b.readyReplicas &&
  a.replicas === b.replicas &&
  a.selector === b.selector &&
  a.observedGeneration === b.observedGeneration &&
  isSameList(a.nodeStatuses, b.nodeStatuses, NODE_FIELDS) &&
  isSameList(a.conditions, b.conditions, CONDITION_FIELDS);

const NODE_FIELDS = fieldsOf<NodeStatus>({
  name: true,
  role: true,
  state: true,
  runId: true,
  link: true,
  history: true,
  epoch: true,
  offset: true,
  lag: true,
});
const CONDITION_FIELDS = fieldsOf<Condition>({
  type: true,
  status: true,
  reason: true,
  message: true,
  lastTransitionTime: true,
  observedGeneration: true,
});

const isSameList = <One>(a: readonly One[], b: readonly One[], fields: readonly (keyof One)[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at] || fields.every((field) => one[field] === b[at]?.[field]));

const urgentOf = (observation: Observation): readonly Stance[] => [failover(observation), objects(observation)];

export const statusOf = (observation: Observation, urgent: readonly Stance[] = urgentOf(observation)): Status => {
  const { cluster, now } = observation;
  const primary = cluster.record?.primary?.pod ?? "";
  return {
    phase: phaseOf(observation),
    masterPod: primary,
    currentMaster: primary,
    readyReplicas: cluster.pods.filter((pod) => pod.ready).length,
    replicas: cluster.pods.length,
    selector: instanceSelector(cluster.name),
    nodeStatuses: cluster.pods.map((pod) => nodeStatus(observation, pod)),
    conditions: conditionsOf(observation, urgent),
    observedGeneration: cluster.generation,
    lastReconcileTime: timestampOf(now),
  };
};

/** The original's word for how things are. */
const phaseOf = (observation: Observation): string => {
  const { record } = observation.cluster;
  if (record === undefined || (record.primary === undefined && record.intent !== undefined)) return "Creating";
  if (record.intent !== undefined) return record.intent.kind === "Switchover" ? "SwitchingOver" : "FailingOver";
  return isAsWished(observation) ? "Running" : "Degraded";
};

/** The goal: one primary, routed to, and every other pod streaming from it. `Ready=True` says exactly this. */
const isAsWished = (observation: Observation): boolean => {
  const { cluster } = observation;
  const { record } = cluster;
  if (record?.primary === undefined || !isServing(observation)) return false;
  const members = record.members.filter((member) => {
    const upstream = readingNow(observation, member)?.upstream;
    return member.state === "Streaming" && (upstream === undefined || upstream.up);
  });
  return members.length === cluster.spec.replicas - 1 && cluster.pods.length === cluster.spec.replicas && cluster.invalid.length === 0;
};

/** Writes sent to the Service reach the recorded primary, and it was not found lost. */
const isServing = (observation: Observation): boolean => {
  const { cluster } = observation;
  const { record } = cluster;
  if (record?.primary === undefined || (record.intent !== undefined && record.intent.kind !== "Switchover")) return false;
  const service = cluster.objects.find((one) => one.kind === "Service" && one.name === nameOf(cluster.name).client);
  const target = service === undefined ? NOBODY : textAt(service.manifest, "spec", "selector", POD_NAME_LABEL);
  const verdict = judge(observation, record.primary)._tag;
  return target === record.primary.pod && verdict !== "Lost" && ailmentOf(observation, record.primary) === undefined;
};

/** Every reason that a condition can have; what keeps a cluster from its goal has the name of the wait. */
export type ConditionReason =
  | WaitReason
  | Intent["kind"]
  | "AsWished"
  | "PrimaryServing"
  | "NoTrouble"
  | "Settled"
  | "ReplicasMissing"
  | "FailoverStalled"
  | "FreezeQuorum"
  | "UpToDate"
  | "UpdatePending"
  | "ImmutableField"
  | "Valid";

type Finding = { readonly status: boolean; readonly reason: ConditionReason; readonly message: string };

const conditionsOf = (observation: Observation, urgent: readonly Stance[]): readonly Condition[] => {
  const { cluster } = observation;
  const trouble = troubleOf(observation, urgent);
  const wished = isAsWished(observation);
  const streaming = `${cluster.record?.members.filter((member) => member.state === "Streaming").length ?? 0} of ${cluster.spec.replicas - 1} replicas stream`;
  const findings: readonly [Condition["type"], Finding][] = [
    [
      "Ready",
      wished
        ? { status: true, reason: "AsWished", message: streaming }
        : { status: false, reason: trouble?.reason ?? "ReplicasMissing", message: trouble?.message ?? streaming },
    ],
    [
      "Available",
      isServing(observation)
        ? { status: true, reason: "PrimaryServing", message: "writes reach the primary" }
        : { status: false, reason: trouble?.reason ?? "PrimaryNotServing", message: trouble?.message ?? "writes reach nobody" },
    ],
    ["Progressing", progress(observation)],
    ["Degraded", trouble === undefined ? { status: false, reason: "NoTrouble", message: "" } : { status: true, ...trouble }],
    ["FailoverPossible", failoverPossible(observation)],
    ["UpdatePending", updatePending(cluster)],
    ["SpecValid", specValid(cluster)],
  ];
  return findings.map(([type, finding]) => conditionOf(observation, type, finding));
};

/** The transition time changes only with the value. */
const conditionOf = ({ cluster, now }: Observation, type: Condition["type"], { status, reason, message }: Finding): Condition => {
  const before = cluster.status?.conditions.find((one) => one.type === type);
  const value = status ? "True" : "False";
  const lastTransitionTime = before?.status === value ? before.lastTransitionTime : timestampOf(now);
  return { type, status: value, reason, message, lastTransitionTime, observedGeneration: cluster.generation };
};

/** What the most urgent concern is held by, in its own words. */
const troubleOf = (observation: Observation, urgent: readonly Stance[]): Omit<Finding, "status"> | undefined => {
  const { cluster, now, epochSince } = observation;
  const [invalid] = cluster.invalid;
  if (invalid !== undefined) return { reason: "SpecInvalid", message: `${invalid.field} is ${invalid.value}; allowed: ${invalid.allowed}` };
  const waits = urgent.flatMap((stance) => (stance === undefined || stance._tag === "Act" ? [] : [stance]));
  const isStalled = cluster.record?.intent !== undefined && now >= after(epochSince, cluster.spec.failoverTimeout);
  const [first] = waits;
  if (isStalled) return { reason: "FailoverStalled", message: first === undefined ? "" : `${first.because}: ${first.detail ?? ""}` };
  const lasting = waits.find((stance) => isLasting(stance.because));
  return lasting === undefined ? undefined : { reason: lasting.because, message: lasting.detail ?? "" };
};

const progress = ({ cluster }: Observation): Finding => {
  const { record, spec } = cluster;
  if (record?.intent !== undefined)
    return { status: true, reason: record.intent.kind, message: `epoch ${record.epoch}: ${record.intent.evidence}` };
  const primary = cluster.pods.find((pod) => pod.name === record?.primary?.pod);
  if (primary !== undefined && primary.ordinal >= spec.replicas) {
    return {
      status: true,
      reason: "ScaleDownHeld",
      message: `${primary.name} is the primary; spec.replicas ${spec.replicas} would remove it`,
    };
  }
  const streaming = record?.members.filter((member) => member.state === "Streaming").length ?? 0;
  return streaming === spec.replicas - 1 && cluster.pods.length === spec.replicas
    ? { status: false, reason: "Settled", message: "" }
    : { status: true, reason: "ReplicasMissing", message: "" };
};

const failoverPossible = (observation: Observation): Finding => {
  const { record } = observation.cluster;
  const needed = record === undefined ? 1 : freezeQuorum(record);
  const answering =
    record?.members.filter((member) => readingNow(observation, member) !== undefined || isJustCommanded(observation, member.uid)).length ??
    0;
  return answering >= needed
    ? { status: true, reason: "FreezeQuorum", message: `${needed} of ${record?.members.length ?? 0} members needed` }
    : { status: false, reason: "FreezeQuorumMissing", message: `${answering} of ${needed} members answer` };
};

const isJustCommanded = ({ health }: Observation, uid: string): boolean =>
  health.some((one) => one.target.uid === uid && one.commandedAt !== undefined && one.last === undefined && !one.late);

/** Pods made from an older template: nothing restarts by itself. */
const updatePending = (cluster: Cluster): Finding => {
  const { pods, updateRevision } = cluster;
  const [fixed] = immutableDrift(cluster);
  if (fixed !== undefined)
    return { status: true, reason: "ImmutableField", message: `${fixed.field} is ${fixed.value}; wanted: ${fixed.allowed}` };
  const old = pods.filter((pod) => updateRevision !== undefined && pod.revision !== undefined && pod.revision !== updateRevision);
  return old.length === 0
    ? { status: false, reason: "UpToDate", message: "" }
    : {
        status: true,
        reason: "UpdatePending",
        message: `${old.map((pod) => pod.name).join(", ")}: delete a pod to update it, replicas first`,
      };
};

const specValid = ({ invalid }: Cluster): Finding =>
  invalid.length === 0
    ? { status: true, reason: "Valid", message: "" }
    : {
        status: false,
        reason: "SpecInvalid",
        message: invalid.map((one) => `${one.field} is ${one.value}; allowed: ${one.allowed}`).join("; "),
      };
