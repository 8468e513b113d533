// RES-2, SD: what is read of a pod and of a volume claim, one field changed at a time: whose it is, whether it can be reached, whether its container is
// certain to have ended. A pod taken for another cluster's, or for dead, costs data.
import { CLUSTER_UID, REVISION, type Json, type JsonObject, type Pod, type VolumeClaim, readCluster } from "@gungnir/core";
import { expect, it } from "vitest";
import { clusterWith } from "./cluster.ts";
import { WRONG, changed } from "./json.ts";

const { asOf } = clusterWith({ downAfter: 1_000, pingInterval: 200 });
const read = (lists: { readonly pods?: readonly Json[]; readonly claims?: readonly Json[] }) => {
  const none = { pods: [], claims: [], statefulSets: [], services: [], configMaps: [], secrets: [], budgets: [] };
  const metadata = { namespace: "default", name: "web", uid: "cluster", resourceVersion: "10" };
  const result = readCluster({ ...none, ...lists, cluster: { metadata, spec: {} }, asOf });
  if (result._tag === "Err") throw new Error(result.problem.field);
  return result.value;
};

const owner = (kind: string, name: string, controller: boolean): JsonObject => ({ apiVersion: "v1", kind, name, uid: "x", controller });
const ready = [
  { type: "PodScheduled", status: "True" },
  { type: "Ready", status: "True" },
];
const POD = {
  metadata: {
    namespace: "default",
    name: "web-2",
    uid: "uid-2",
    annotations: { [CLUSTER_UID]: "cluster", [REVISION]: "abc" },
    ownerReferences: [owner("Backup", "web", false), owner("StatefulSet", "web", true)],
  },
  status: {
    phase: "Running",
    podIP: "10.0.0.2",
    conditions: ready,
    containerStatuses: [
      { name: "sidecar", containerID: "c-1", state: { terminated: {} } },
      { name: "valkey", containerID: "c-2", state: { running: {} } },
    ],
  },
};
const readPod = (pod: Json): Pod | undefined => read({ pods: [pod] }).pods[0];
const WHOLE = {
  name: "web-2",
  uid: "uid-2",
  ordinal: 2,
  address: "10.0.0.2",
  ready: true,
  deleting: false,
  container: { _tag: "Running", id: "c-2" },
  revision: "abc",
};

it("a pod is read whole", () => {
  expect(readPod(POD)).toStrictEqual(WHOLE);
});

it.each<readonly [string, string, readonly (Json | undefined)[]]>([
  ["its name, and one of ours", "metadata.name", [...WRONG, "web", "web-x", "web-01", "web-2-0", "other-2"]],
  ["a life", "metadata.uid", WRONG],
  ["a namespace, and that of the cluster", "metadata.namespace", [...WRONG, "other"]],
  ["the cluster's UID", "metadata.annotations", [...WRONG, { [CLUSTER_UID]: "another" }, { [CLUSTER_UID]: 5 }]],
  [
    "no controller but our StatefulSet",
    "metadata.ownerReferences",
    [[owner("StatefulSet", "db", true)], [owner("ReplicaSet", "web", true)]],
  ],
])("a pod of ours has %s", (_, path, others) => {
  for (const other of others) expect([other, readPod(changed(POD, path, other))]).toEqual([other, undefined]);
});

it.each<readonly [string, string, readonly (Json | undefined)[], object]>([
  ["without an address it is at none", "status.podIP", [...WRONG, ""], { address: undefined }],
  [
    "the kubelet alone says that it is ready",
    "status.conditions",
    [...WRONG, [{ type: "Ready", status: "False" }], [{ type: "ContainersReady", status: "True" }]],
    { ready: false },
  ],
  ["one true condition beside the right one is enough", "status.conditions", [ready, ready.toReversed()], { ready: true }],
  ["it is about to go", "metadata.deletionTimestamp", ["2026-11-22T00:00:00Z"], { deleting: true }],
  ["it is not known what it was made from", "metadata.annotations", [{ [CLUSTER_UID]: "cluster" }], { revision: undefined }],
  ["it is nobody's but ours all the same", "metadata.ownerReferences", [...WRONG, [owner("ReplicaSet", "db", false)]], {}],
])("of a pod: %s", (_, path, values, expected) => {
  for (const value of values) expect([value, readPod(changed(POD, path, value))]).toEqual([value, { ...WHOLE, ...expected }]);
  expect(Object.keys(readPod(changed(POD, path, values[0])) ?? {})).toEqual(
    Object.keys(WHOLE).filter(
      (key) => !(key in expected && Object.entries(expected).some(([name, value]) => name === key && value === undefined)),
    ),
  );
});

it.each<readonly [string, Json | undefined, Pod["container"]]>([
  ["runs", { name: "valkey", containerID: "c-2", state: { running: {} } }, { _tag: "Running", id: "c-2" }],
  ["runs, by a kubelet that does not say as what", { name: "valkey", state: { running: {} } }, { _tag: "Running", id: "" }],
  ["ended", { name: "valkey", containerID: "c-3", state: { terminated: { containerID: "c-2" } } }, { _tag: "Terminated", id: "c-2" }],
  ["ended, named beside it", { name: "valkey", containerID: "c-3", state: { terminated: {} } }, { _tag: "Terminated", id: "c-3" }],
  ["ended, and nobody says which", { name: "valkey", state: { terminated: {} } }, { _tag: "Terminated", id: "" }],
  ["waits", { name: "valkey", state: { waiting: { reason: "CrashLoopBackOff" } } }, { _tag: "Waiting", reason: "CrashLoopBackOff" }],
  ["waits, nobody says for what", { name: "valkey", state: { waiting: {} } }, { _tag: "Waiting", reason: "" }],
  ["is another one", { name: "sidecar", containerID: "c-1", state: { terminated: {} } }, { _tag: "Running", id: "" }],
  ["is not told of", { name: "valkey", state: {} }, { _tag: "Running", id: "" }],
])("a container that %s", (_, status, container) => {
  expect(readPod(changed(POD, "status.containerStatuses", status === undefined ? undefined : [status]))?.container).toStrictEqual(
    container,
  );
});

it.each<readonly [Json | undefined, Pod["container"]]>([
  ["Pending", { _tag: "Waiting", reason: "Pending" }],
  [undefined, { _tag: "Waiting", reason: "Pending" }],
  ["Unknown", { _tag: "Running", id: "" }],
  ["Succeeded", { _tag: "Running", id: "" }],
])("without a word about the container only a pod that is %s never started", (phase, container) => {
  const silent = changed(POD, "status.containerStatuses", undefined);
  expect(readPod(changed(silent, "status.phase", phase))?.container).toStrictEqual(container);
});

it("pods come in the order of their ordinals, whatever order they were listed in", () => {
  const pods = [10, 2, 0].map((ordinal) => changed(changed(POD, "metadata.name", `web-${ordinal}`), "metadata.uid", `uid-${ordinal}`));
  expect(read({ pods }).pods.map((one) => one.ordinal)).toEqual([0, 2, 10]);
});

const CLAIM = {
  metadata: { namespace: "default", name: "data-web-1", uid: "claim-1", annotations: { [CLUSTER_UID]: "cluster" } },
  spec: { accessModes: ["ReadWriteOnce"] },
};
const readClaim = (claim: Json): VolumeClaim | undefined => read({ claims: [claim] }).claims[0];
const VOLUME = { name: "data-web-1", uid: "claim-1", ordinal: 1, olderThanCluster: false, hasDataSource: false };

it.each<readonly [string, string, readonly (Json | undefined)[], VolumeClaim["name"] | undefined, object]>([
  ["is read whole", "spec.accessModes", [[]], "read", {}],
  ["has a name of ours", "metadata.name", [...WRONG, "data-web", "data-web-x", "data-db-1", "web-1"], undefined, {}],
  ["has a life", "metadata.uid", WRONG, undefined, {}],
  ["is in our namespace", "metadata.namespace", [...WRONG, "other"], undefined, {}],
  ["was there before the cluster", "metadata.annotations", [...WRONG, { [CLUSTER_UID]: "another" }], "read", { olderThanCluster: true }],
  ["was filled from a snapshot", "spec.dataSource", [{ kind: "VolumeSnapshot" }], "read", { hasDataSource: true }],
  ["was filled by a populator", "spec.dataSourceRef", [{ kind: "VolumePopulator" }], "read", { hasDataSource: true }],
])("a claim that %s", (_, path, values, isRead, expected) => {
  for (const value of values)
    expect([value, readClaim(changed(CLAIM, path, value))]).toEqual([value, isRead === undefined ? undefined : { ...VOLUME, ...expected }]);
});

it("claims come in the order of their ordinals", () => {
  const claims = [10, 2, 0].map((ordinal) => changed(CLAIM, "metadata.name", `data-web-${ordinal}`));
  expect(read({ claims }).claims.map((one) => one.ordinal)).toEqual([0, 2, 10]);
});
