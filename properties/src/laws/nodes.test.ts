// Which nodes are about to be emptied, as far as a pod on them is concerned, read from what the API says of both.
import { type Json, type JsonObject, CLUSTER_UID, nodeFacts, readCluster } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { clusterWith } from "./cluster.ts";

const { asOf } = clusterWith({ downAfter: 1_000, pingInterval: 200 });
const metadata = { namespace: "default", name: "web", uid: "cluster", resourceVersion: "10" };
const podOn = (node: string, tolerations: readonly JsonObject[] = []): { readonly metadata: JsonObject; readonly spec: JsonObject } => ({
  metadata: { namespace: "default", name: "web-0", uid: "uid-0", resourceVersion: "10", annotations: { [CLUSTER_UID]: "cluster" } },
  spec: { nodeName: node, tolerations },
});
const nodeOf = (name: string, spec: JsonObject): Json => ({ metadata: { name }, spec, status: { images: ["many"] } });
const leaves = (pod: Json, nodes: readonly Json[] | undefined): boolean => {
  const none = { claims: [], statefulSets: [], services: [], configMaps: [], secrets: [], budgets: [] };
  const read = readCluster({ ...none, cluster: { metadata, spec: {} }, pods: [pod], ...(nodes === undefined ? {} : { nodes }), asOf });
  return read._tag === "Ok" && read.value.pods[0]?.nodeLeaving === true;
};

const KEYS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unschedulable", "ToBeDeletedByClusterAutoscaler", "dedicated"] as const;
const anyTaint = fc.record({
  key: fc.constantFrom(...KEYS),
  value: fc.constantFrom("", "db"),
  effect: fc.constantFrom("NoSchedule", "PreferNoSchedule", "NoExecute"),
});
const anyToleration: fc.Arbitrary<JsonObject> = fc.record(
  {
    key: fc.constantFrom("", ...KEYS),
    operator: fc.constantFrom("Exists", "Equal"),
    value: fc.constantFrom("", "db"),
    effect: fc.constantFrom("", "NoSchedule", "NoExecute"),
    tolerationSeconds: fc.constant(30),
  },
  { requiredKeys: [] },
);
const anySpec: fc.Arbitrary<JsonObject> = fc.record(
  { unschedulable: fc.boolean(), taints: fc.array(anyTaint, { maxLength: 3 }) },
  { requiredKeys: [] },
);

test.prop([anySpec, fc.array(anyToleration, { maxLength: 2 })])(
  "what is kept of a node says as much as the node itself, of its own pods only",
  (spec, tolerations) => {
    const pod = podOn("one", tolerations);
    const whole = nodeOf("one", spec);
    expect(leaves(pod, [{ metadata: { name: "one" }, spec: nodeFacts(whole) }])).toBe(leaves(pod, [whole]));
    expect(leaves(podOn("other", tolerations), [whole])).toBe(false);
    expect(leaves(pod, undefined)).toBe(false);
    if (spec["unschedulable"] === true) expect(leaves(pod, [whole])).toBe(true);
  },
);

it.each<readonly [string, JsonObject, readonly JsonObject[], boolean]>([
  ["cordoned", { unschedulable: true }, [], true],
  ["open", {}, [], false],
  [
    "the autoscaler takes it away",
    { taints: [{ key: "ToBeDeletedByClusterAutoscaler", effect: "NoSchedule" }] },
    [{ operator: "Exists" }],
    true,
  ],
  ["silent, which probes judge", { taints: [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute" }] }, [], false],
  [
    "of others, and tolerated",
    { taints: [{ key: "dedicated", value: "db", effect: "NoExecute" }] },
    [{ key: "dedicated", value: "db" }],
    false,
  ],
  ["tolerated for a while", { taints: [{ key: "dedicated", effect: "NoExecute" }] }, [{ operator: "Exists", tolerationSeconds: 60 }], true],
  ["of others, for new pods only", { taints: [{ key: "dedicated", effect: "NoSchedule" }] }, [], false],
  ["better avoided", { taints: [{ key: "ToBeDeletedByClusterAutoscaler", effect: "PreferNoSchedule" }] }, [], false],
])("a node that is %s", (_, spec, tolerations, isLeaving) => {
  expect(leaves(podOn("one", tolerations), [nodeOf("one", spec)])).toBe(isLeaving);
});

const tolerant = (...tolerations: readonly Json[]): Json => ({ ...podOn("one"), spec: { nodeName: "one", tolerations } });
/** As Kubernetes has it: an empty key is every key, an empty effect every effect, `Exists` any value, a time an end. */
it.each<readonly [string, Json, boolean]>([
  ["nothing", {}, true],
  ["a word", "dedicated", true],
  ["everything", { operator: "Exists" }, false],
  ["everything that is as nothing", { operator: "Equal" }, true],
  ["its key, whatever the value", { key: "dedicated", operator: "Exists" }, false],
  ["its key, whatever the value, which is said all the same", { key: "dedicated", operator: "Exists", value: "web" }, false],
  ["another key", { key: "reserved", operator: "Exists" }, true],
  ["its key and value", { key: "dedicated", operator: "Equal", value: "db" }, false],
  ["its key and value, without a word between", { key: "dedicated", value: "db" }, false],
  ["its key with another value", { key: "dedicated", operator: "Equal", value: "web" }, true],
  ["its key with no value", { key: "dedicated" }, true],
  ["its effect", { key: "dedicated", value: "db", effect: "NoExecute" }, false],
  ["any effect", { key: "dedicated", value: "db", effect: "" }, false],
  ["another effect", { key: "dedicated", value: "db", effect: "NoSchedule" }, true],
  ["everything, for a minute", { operator: "Exists", tolerationSeconds: 60 }, true],
])("a pod that tolerates %s leaves a node that evicts what is not for dedicated=db", (_, toleration, isLeaving) => {
  const node = nodeOf("one", { taints: [{ key: "dedicated", value: "db", effect: "NoExecute" }] });
  const other = { key: "other", operator: "Exists" };
  expect(leaves(tolerant(toleration), [node])).toBe(isLeaving);
  expect(leaves(tolerant(other, toleration), [node])).toBe(isLeaving);
  expect(leaves(tolerant(toleration, other), [node])).toBe(isLeaving);
});

it("a taint without a value has the empty one, and one without a key takes nobody away", () => {
  const bare = nodeOf("one", { taints: [{ key: "dedicated", effect: "NoExecute" }] });
  expect(leaves(podOn("one", [{ key: "dedicated" }]), [bare])).toBe(false);
  expect(leaves(podOn("one", [{ key: "dedicated", value: "db" }]), [bare])).toBe(true);
  expect(leaves(podOn("one"), [nodeOf("one", { taints: [{ effect: "NoExecute" }] })])).toBe(false);
  expect(leaves(podOn("one"), [nodeOf("one", { taints: [{ key: "dedicated" }] })])).toBe(false);
  const facts = { unschedulable: false, taints: [{ key: "", value: "", effect: "" }] };
  expect(nodeFacts(nodeOf("one", { taints: [{}] }))).toEqual(facts);
  expect(nodeFacts(nodeOf("one", {}))).toEqual({ ...facts, taints: [] });
  expect(nodeFacts(nodeOf("one", { unschedulable: true, taints: [{ key: "a", value: "b", effect: "c" }] }))).toEqual({
    unschedulable: true,
    taints: [{ key: "a", value: "b", effect: "c" }],
  });
});

it("a pod that is on no node yet leaves none, also where a node has no name", () => {
  const { nodeName: _, ...nowhere } = podOn("one").spec;
  const cordoned: Json = { metadata: {}, spec: { unschedulable: true } };
  expect(leaves({ ...podOn("one"), spec: nowhere }, [cordoned])).toBe(false);
});

it("a pod is deleted by force when no second of grace is left, which is so for an instant before any pod is gone", () => {
  const none = { claims: [], statefulSets: [], services: [], configMaps: [], secrets: [], budgets: [] };
  const read = (grace: JsonObject): unknown => {
    const pod = podOn("node");
    const marked = { ...pod, metadata: { ...pod.metadata, ...grace } };
    const cluster = readCluster({ ...none, cluster: { metadata, spec: {} }, pods: [marked], asOf });
    return cluster._tag === "Ok" ? [cluster.value.pods[0]?.deleting, cluster.value.pods[0]?.forced] : cluster;
  };
  const deletionTimestamp = "2026-01-01T00:00:00Z";
  expect(read({})).toEqual([false, undefined]);
  expect(read({ deletionTimestamp, deletionGracePeriodSeconds: 30 })).toEqual([true, undefined]);
  expect(read({ deletionTimestamp, deletionGracePeriodSeconds: 0 })).toEqual([true, true]);
});
