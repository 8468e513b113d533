import { CLUSTER_UID, type Json, type JsonObject, type Lists, clusterOf, readCluster, resourceVersion } from "@gungnir/core";
import { expect, test } from "vitest";

const at = resourceVersion("7");
const metadata = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  namespace: "default",
  uid: `uid-of-${name}`,
  resourceVersion: "7",
  ...more,
});
const lists = (changes: Partial<Lists> = {}): Lists => ({
  cluster: { metadata: metadata("web", { generation: 2 }), spec: {} },
  pods: [],
  claims: [],
  statefulSets: [],
  services: [],
  configMaps: [],
  secrets: [],
  budgets: [],
  asOf: {
    ValkeyCluster: at,
    Pod: at,
    PersistentVolumeClaim: at,
    ConfigMap: at,
    Secret: at,
    Service: at,
    StatefulSet: at,
    PodDisruptionBudget: at,
  },
  ...changes,
});
const read = (changes: Partial<Lists>) => {
  const result = readCluster(lists(changes));
  if (result._tag === "Err") throw new Error(JSON.stringify(result.problem));
  return result.value;
};
const pod = (name: string, changes: JsonObject = {}, status: JsonObject = {}): Json => ({
  metadata: metadata(name, { annotations: { [CLUSTER_UID]: "uid-of-web" }, ...changes }),
  status: { phase: "Running", podIP: "127.1.2.3", ...status },
});
const container = (status: JsonObject) => read({ pods: [pod("web-0", {}, status)] }).pods[0]?.container;
const state = (of: JsonObject): JsonObject => ({ containerStatuses: [{ name: "valkey", containerID: "sandbox://1", state: of }] });

test("pods are recognised by the UID of their cluster, never by a label", () => {
  const { pods } = read({
    pods: [
      pod("web-10"),
      pod("web-2"),
      pod("web-0", { annotations: {}, labels: { "app.kubernetes.io/instance": "web" } }),
      pod("web-0", { annotations: { [CLUSTER_UID]: "uid-of-the-one-before" } }),
      pod("web-1", { ownerReferences: [{ kind: "ReplicaSet", name: "web", controller: true }] }),
      pod("web-0-1"),
      pod("web-3", { namespace: "other" }),
    ],
  });
  expect(pods.map((one) => one.name)).toEqual(["web-2", "web-10"]);
});

test("a container has ended when the kubelet says so, and only then", () => {
  expect(container(state({ running: { startedAt: "…" } }))).toEqual({ _tag: "Running", id: "sandbox://1" });
  expect(container(state({ terminated: { exitCode: 137, containerID: "sandbox://1" } }))).toEqual({
    _tag: "Terminated",
    id: "sandbox://1",
  });
  expect(container(state({ waiting: { reason: "CrashLoopBackOff" } }))).toEqual({ _tag: "Waiting", reason: "CrashLoopBackOff" });
  expect(container({ phase: "Pending" })).toEqual({ _tag: "Waiting", reason: "Pending" });
  // Marked from afar, because its node is out of reach: the process may well live.
  expect(container({ phase: "Failed" })).toEqual({ _tag: "Running", id: "" });
});

test("a volume claim that was not made for this cluster was there before it", () => {
  const { claims } = read({
    claims: [
      { metadata: metadata("data-web-1", { annotations: { [CLUSTER_UID]: "uid-of-web" } }), spec: {} },
      { metadata: metadata("data-web-0"), spec: { dataSource: { kind: "VolumeSnapshot" } } },
      { metadata: metadata("data-web-extra-0"), spec: {} },
    ],
  });
  expect(claims).toEqual([
    { name: "data-web-0", uid: "uid-of-data-web-0", ordinal: 0, olderThanCluster: true, hasDataSource: true },
    { name: "data-web-1", uid: "uid-of-data-web-1", ordinal: 1, olderThanCluster: false, hasDataSource: false },
  ]);
});

test("values of a Secret stay outside", () => {
  const { objects } = read({ secrets: [{ metadata: metadata("web-secret"), data: { password: "aHVudGVyMg==" } }] });
  expect(objects).toMatchObject([{ kind: "Secret", owned: false, manifest: { data: { password: "" } } }]);
  expect(JSON.stringify(objects)).not.toContain("aHVudGVyMg");
});

const withRecord = (failover: Json) => read({ cluster: { metadata: metadata("web"), spec: {}, status: { failover } } });

test("a record that is newer than we are, or broken, is not acted on", () => {
  const record = { version: 1, epoch: 3, members: [], waitReplicas: 1, minReplicas: 0, retired: [] };
  expect(withRecord(record)).toMatchObject({ recordUnreadable: false, record });
  for (const broken of [
    { ...record, version: 2 },
    { ...record, epoch: "3" },
    { ...record, members: [{ pod: "web-1" }] },
    { ...record, intent: { kind: "Failover" } },
    5,
  ]) {
    const cluster = withRecord(broken);
    expect(cluster.recordUnreadable).toBe(true);
    expect(cluster.record).toBeUndefined();
  }
  expect(withRecord(null)).toMatchObject({ recordUnreadable: false });
});

test("a spec that says the same stays the same object, and another life of the cluster starts fresh", () => {
  const first = read({});
  const again = readCluster(lists(), first);
  expect(again._tag === "Ok" && again.value.spec === first.spec).toBe(true);
  const other = readCluster(lists({ cluster: { metadata: metadata("web", { uid: "another" }), spec: { port: 1 } } }), first);
  expect(other).toMatchObject({ value: { spec: { port: 1 }, invalid: [] } });
});

test("an event is routed to the cluster that it is about", () => {
  expect(clusterOf("ValkeyCluster", { metadata: metadata("web") })).toEqual({ namespace: "default", name: "web" });
  expect(clusterOf("PersistentVolumeClaim", { metadata: metadata("data-web-0-1") })).toEqual({ namespace: "default", name: "web-0" });
  expect(clusterOf("Pod", { metadata: metadata("web-1", { labels: { "app.kubernetes.io/instance": "web" } }) })).toEqual({
    namespace: "default",
    name: "web",
  });
  expect(clusterOf("Pod", { metadata: metadata("other-1") })).toBeUndefined();
});
