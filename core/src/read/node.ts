/**
 * Whether a pod is to leave its node soon: the node was cordoned, or somebody began to drain it. `kubectl drain` cordons
 * before it evicts, and those who scale nodes away put a taint on them first: the role is handed over before the eviction.
 */
import { at, integerAt, isObject, listAt, textAt } from "../fields.ts";
import type { Json, JsonObject } from "../json.ts";

/** Put on a node that is about to be emptied, whatever tolerates it. */
const DRAINING: readonly string[] = [
  "node.kubernetes.io/unschedulable",
  "node.kubernetes.io/out-of-service",
  "node.cloudprovider.kubernetes.io/shutdown",
  "ToBeDeletedByClusterAutoscaler",
  "karpenter.sh/disrupted",
  "karpenter.sh/disruption",
];
/** They say that a node is silent or short of something, which is not that its pods are to leave: probes tell how those are. */
const OF_CONDITIONS = "node.kubernetes.io/";

/** `nodes` as they were listed; one that is not among them is not known to be emptied. */
export const leavesItsNode = (pod: Json, nodes: readonly Json[] | undefined): boolean => {
  const name = textAt(pod, "spec", "nodeName");
  const node = name === undefined ? undefined : nodes?.find((one) => textAt(one, "metadata", "name") === name);
  const taints = listAt(node, "spec", "taints").filter((taint) => textAt(taint, "effect") !== "PreferNoSchedule");
  return at(node, "spec", "unschedulable") === true || taints.some((taint) => isDraining(taint) || evicts(taint, pod));
};

/** What of a node decides: the rest of it, images and addresses, is long and changes often. */
export const nodeFacts = (node: Json): JsonObject => ({
  unschedulable: at(node, "spec", "unschedulable") === true,
  taints: listAt(node, "spec", "taints").map((taint) => ({
    key: textAt(taint, "key") ?? "",
    value: textAt(taint, "value") ?? "",
    effect: textAt(taint, "effect") ?? "",
  })),
});

const isDraining = (taint: Json): boolean => DRAINING.some((key) => key === textAt(taint, "key"));

/** Whoever does not tolerate it, or only for a while, is evicted. */
const evicts = (taint: Json, pod: Json): boolean =>
  textAt(taint, "effect") === "NoExecute" &&
  textAt(taint, "key")?.startsWith(OF_CONDITIONS) === false &&
  !listAt(pod, "spec", "tolerations").some((one) => isObject(one) && tolerates(one, taint));

const tolerates = (toleration: JsonObject, taint: Json): boolean => {
  const key = textAt(toleration, "key") ?? "";
  const effect = textAt(toleration, "effect") ?? "";
  const isExists = textAt(toleration, "operator") === "Exists";
  const isForEver = integerAt(toleration, "tolerationSeconds") === undefined;
  const isOfKey = key === "" ? isExists : key === textAt(taint, "key");
  const isOfValue = isExists || (textAt(toleration, "value") ?? "") === (textAt(taint, "value") ?? "");
  return isForEver && isOfKey && isOfValue && (effect === "" || effect === textAt(taint, "effect"));
};
