// The scheduler of a cluster with few nodes: a pod goes to the first node that is ready, not cordoned, tolerated and wanted by the
// pod's nodeSelector, once its claims are bound. Otherwise it stays Pending and says why. Affinity is not looked at.
import { pathTo } from "../clients/api.ts";
import { isFinished, isTerminating, type Pod } from "../clients/pod.ts";
import { keyOf, matchesLabels, type NodeObject, timestamp } from "../clients/resource.ts";
import { workQueue } from "../clients/queue.ts";
import { must, type Shared, splitKey } from "./controller.ts";

export const runScheduler = (shared: Shared): void => {
  const { stores, signal } = shared;
  const queue = workQueue("scheduler", signal, async (key) => {
    const { namespace, name } = splitKey(key);
    const pod = stores.pods.get(namespace, name);
    if (pod !== undefined && isUnbound(pod)) await schedule(shared, pod);
  });
  const all = (): void => {
    for (const pod of stores.pods.list()) if (isUnbound(pod)) queue.add(keyOf(pod.metadata));
  };
  shared.on("pods", (now) => {
    if (now !== undefined && isUnbound(now)) queue.add(keyOf(now.metadata));
  });
  shared.on("nodes", all);
  shared.on("claims", all);
};

const isUnbound = (pod: Pod): boolean =>
  pod.spec.nodeName === undefined &&
  !isTerminating(pod) &&
  !isFinished(pod) &&
  (pod.spec.schedulerName === undefined || pod.spec.schedulerName === "default-scheduler");

const schedule = async (shared: Shared, pod: Pod): Promise<void> => {
  const { stores, api } = shared;
  await Promise.all([stores.nodes.synced, stores.claims.synced]);
  const { name, namespace, uid } = pod.metadata;
  const nodes = stores.nodes.list();
  const verdicts = nodes.map((node) => ({ node, why: refusal(pod, node) }));
  const chosen = verdicts.find((verdict) => verdict.why === undefined)?.node;
  const claims = missingClaims(shared, pod);
  if (chosen === undefined || claims.length > 0) {
    const reasons = [...claims, ...verdicts.flatMap(({ why }) => why ?? [])];
    const fitting = claims.length > 0 ? 0 : verdicts.filter(({ why }) => why === undefined).length;
    return sayUnschedulable(
      shared,
      pod,
      `${fitting}/${nodes.length} nodes are available: ${[...new Set(reasons)].join(", ") || "there is none"}.`,
    );
  }
  const binding = {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name, namespace, uid },
    target: { apiVersion: "v1", kind: "Node", name: chosen.metadata.name },
  };
  const outcome = await api.create(pathTo("pods", namespace, name, "binding"), binding);
  if (outcome._tag === "Missing" || outcome._tag === "Conflict") return; // gone, or bound by somebody else
  if (outcome._tag !== "Done") throw new Error(outcome.message);
  shared.event(pod, "Pod", "Normal", "Scheduled", `Successfully assigned ${namespace}/${name} to ${chosen.metadata.name}`);
};

const refusal = (pod: Pod, node: NodeObject): string | undefined => {
  const isUp = node.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
  if (!isUp) return "node(s) were not ready";
  if (node.spec?.unschedulable === true) return "node(s) were unschedulable";
  if (!matchesLabels({ matchLabels: pod.spec.nodeSelector ?? {} }, node.metadata.labels))
    return "node(s) didn't match Pod's node affinity/selector";
  const untolerated = (node.spec?.taints ?? []).filter(({ key, value = "", effect }) => {
    if (effect === "PreferNoSchedule") return false;
    return !(pod.spec.tolerations ?? []).some((toleration) => {
      const isKey = toleration.key === undefined || toleration.key === "" || toleration.key === key;
      const isValue = toleration.operator === "Exists" || (toleration.value ?? "") === value;
      const isEffect = toleration.effect === undefined || toleration.effect === "" || toleration.effect === effect;
      return isKey && isValue && isEffect;
    });
  });
  return untolerated.length === 0 ? undefined : `node(s) had untolerated taint {${untolerated.map(({ key }) => key).join(", ")}}`;
};

const missingClaims = (shared: Shared, pod: Pod): readonly string[] =>
  (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
    if (persistentVolumeClaim === undefined) return [];
    const { claimName } = persistentVolumeClaim;
    const claim = shared.stores.claims.get(pod.metadata.namespace, claimName);
    if (claim === undefined) return [`persistentvolumeclaim "${claimName}" not found`];
    if (claim.metadata.deletionTimestamp !== undefined) return [`persistentvolumeclaim "${claimName}" is being deleted`];
    return claim.status?.phase === "Bound" ? [] : ["pod has unbound immediate PersistentVolumeClaims"];
  });

const sayUnschedulable = async (shared: Shared, pod: Pod, message: string): Promise<void> => {
  const { name, namespace, uid } = pod.metadata;
  const others = (pod.status?.conditions ?? []).filter((condition) => condition.type !== "PodScheduled");
  const before = pod.status?.conditions?.find((condition) => condition.type === "PodScheduled");
  if (before?.status === "False" && before.message === message) return;
  const lastTransitionTime = before?.status === "False" ? before.lastTransitionTime : timestamp();
  const scheduled = { type: "PodScheduled", status: "False", reason: "Unschedulable", message, lastTransitionTime };
  const change = { metadata: { uid }, status: { phase: "Pending", conditions: [...others, scheduled] } };
  const outcome = await shared.api.patch<Pod>(pathTo("pods", namespace, name, "status"), change);
  if (outcome._tag === "Missing" || outcome._tag === "Conflict") return;
  shared.stores.pods.learn(must(outcome));
  shared.event(pod, "Pod", "Warning", "FailedScheduling", message);
};
