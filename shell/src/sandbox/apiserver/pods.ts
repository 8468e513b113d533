// The subresources that pods alone have: binding to a node, eviction under a disruption budget, and the two that the
// kubelet answers, logs and exec, which are passed through to it.
import { deleteObject, parseDeleteOptions } from "./delete.ts";
import {
  type JsonObject,
  listOf,
  metadataOf,
  nameOf,
  namespaceOf,
  numberOf,
  objectOf,
  textOf,
  uidOf,
  valueAt,
  withValueAt,
} from "./json.ts";
import { badRequest, conflict, Rejection, statusBody } from "./rejection.ts";
import type { Serving } from "./serving.ts";
import type { Answer } from "./verbs.ts";
import { type Target, write, type WriteOptions } from "./write.ts";

export const bind = (serving: Serving, target: Target, options: WriteOptions, pod: JsonObject, binding: JsonObject): Answer => {
  const node = textOf(valueAt(binding, ["target", "name"]));
  if (node === "") throw badRequest("target.name: the name of the node is required");
  const bound = textOf(valueAt(pod, ["spec", "nodeName"]));
  if (bound !== "") throw conflict(target.resource, target.name, `pod ${nameOf(pod)} is already assigned to node "${bound}"`);
  const conditions = listOf(valueAt(pod, ["status", "conditions"])).filter((each) => objectOf(each)["type"] !== "PodScheduled");
  const scheduled = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime: serving.timestamp() };
  const spec = withValueAt(pod, ["spec", "nodeName"], node);
  const written = write(serving, { ...target, subresource: "" }, options, pod, spec);
  const status = withValueAt(written, ["status", "conditions"], [...conditions, scheduled]);
  write(serving, { ...target, subresource: "status" }, options, written, status);
  return { code: 201, object: statusBody(201, "", "") };
};

export const evict = (serving: Serving, target: Target, pod: JsonObject, eviction: JsonObject): Answer => {
  const budgets = serving.store.list("policy/poddisruptionbudgets", namespaceOf(pod)).filter((budget) => selects(budget, pod));
  const exhausted = isReady(pod) ? budgets.find((budget) => disruptionsAllowed(serving, budget) <= 0) : undefined;
  if (exhausted !== undefined) {
    throw new Rejection(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", {
      causes: [
        {
          reason: "DisruptionBudget",
          message: `The disruption budget ${nameOf(exhausted)} does not allow another pod to be disrupted now`,
        },
      ],
    });
  }
  deleteObject(serving, target.resource, pod, { ...parseDeleteOptions(eviction["deleteOptions"], new URLSearchParams()), uid: uidOf(pod) });
  return { code: 201, object: statusBody(201, "", "") };
};

const selects = (budget: JsonObject, pod: JsonObject): boolean => {
  const labels = objectOf(metadataOf(pod)["labels"]);
  const wanted = Object.entries(objectOf(valueAt(budget, ["spec", "selector", "matchLabels"])));
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
};

const isReady = (pod: JsonObject): boolean =>
  listOf(valueAt(pod, ["status", "conditions"]))
    .map(objectOf)
    .some((each) => each["type"] === "Ready" && each["status"] === "True");

/** Counted here rather than read from the budget's status, which no controller of the sandbox keeps. */
const disruptionsAllowed = (serving: Serving, budget: JsonObject): number => {
  const pods = serving.store.list("/pods", namespaceOf(budget)).filter((pod) => selects(budget, pod));
  const healthy = pods.filter((pod) => isReady(pod) && metadataOf(pod)["deletionTimestamp"] === undefined).length;
  const expected = Math.max(pods.length, expectedPods(serving, pods));
  const spec = objectOf(budget["spec"]);
  const count = (value: JsonObject[string]): number =>
    typeof value === "string" && value.endsWith("%") ? Math.ceil((Number.parseInt(value, 10) / 100) * expected) : Number(value);
  if (spec["maxUnavailable"] !== undefined) return healthy - (expected - count(spec["maxUnavailable"]));
  return healthy - (spec["minAvailable"] === undefined ? 0 : count(spec["minAvailable"]));
};

const expectedPods = (serving: Serving, pods: readonly JsonObject[]): number => {
  const owners = new Set(pods.flatMap((pod) => listOf(metadataOf(pod)["ownerReferences"])).map((owner) => textOf(objectOf(owner)["uid"])));
  return serving.store
    .list("apps/statefulsets")
    .filter((each) => owners.has(uidOf(each)))
    .reduce((sum, each) => sum + numberOf(valueAt(each, ["spec", "replicas"])), 0);
};
