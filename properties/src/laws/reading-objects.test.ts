// RC-8, RES-7: the cluster and the objects that carry it, as they stand. What is not read of them is not compared; what is read of a Secret is no value.
import {
  type Cluster,
  type Json,
  type JsonObject,
  type Lists,
  type Source,
  REVISION,
  SERVED_SPEC,
  clusterOf,
  namedAfter,
  parseSpec,
  readCluster,
  renderSpec,
} from "@gungnir/core";
import { expect, it } from "vitest";
import { clusterWith } from "./cluster.ts";
import { WRONG, changed } from "./json.ts";

const { asOf } = clusterWith({ downAfter: 1_000, pingInterval: 200 });
const CLUSTER = {
  metadata: { namespace: "default", name: "web", uid: "cluster", resourceVersion: "10", generation: 7, annotations: { a: "b", c: 5 } },
  spec: { replicas: 5 },
};
const listsWith = (changes: Partial<Lists> = {}): Lists => ({
  pods: [],
  claims: [],
  statefulSets: [],
  services: [],
  configMaps: [],
  secrets: [],
  budgets: [],
  cluster: CLUSTER,
  asOf,
  ...changes,
});
const read = (changes: Partial<Lists> = {}, before?: Cluster): Cluster => {
  const result = readCluster(listsWith(changes), before);
  if (result._tag === "Err") throw new Error(result.problem.field);
  return result.value;
};

it.each(["namespace", "name", "uid", "resourceVersion"])("a cluster without its %s is none, and says so", (field) => {
  for (const wrong of WRONG) {
    expect(readCluster(listsWith({ cluster: changed(CLUSTER, `metadata.${field}`, wrong) }))).toEqual({
      _tag: "Err",
      problem: { field: `metadata.${field}`, value: "nothing", allowed: "what the API server writes there" },
    });
  }
});

it("what is said of the cluster is read, and what nobody said is nothing", () => {
  expect(read()).toStrictEqual({
    namespace: "default",
    name: "web",
    uid: "cluster",
    version: "10",
    generation: 7,
    deleting: false,
    annotations: { a: "b" },
    spec: parseSpec({ replicas: 5 }).spec,
    invalid: [],
    recordUnreadable: false,
    pods: [],
    claims: [],
    objects: [],
    asOf,
  });
  for (const wrong of WRONG) {
    expect(read({ cluster: changed(CLUSTER, "metadata.generation", wrong) }).generation).toBe(0);
    expect(read({ cluster: changed(CLUSTER, "metadata.annotations", wrong) }).annotations).toEqual({});
  }
  expect(read({ cluster: changed(CLUSTER, "metadata.deletionTimestamp", "2026-11-22T00:00:00Z") }).deleting).toBe(true);
});

it("a name of which no Service can be made is refused, beside what else is", () => {
  const named = changed(changed(CLUSTER, "metadata.name", "2-web"), "spec", { replicas: 0 });
  expect(read({ cluster: named }).invalid).toEqual([
    {
      field: "metadata.name",
      value: "2-web",
      allowed: "at most 52 lower case letters, digits and dashes, beginning with a letter and not ending with a dash",
    },
    { field: "spec.replicas", value: "0", allowed: "a whole number from 1 to 9" },
  ]);
});

const controller = (uid: string, isController = true): JsonObject => ({
  kind: "ValkeyCluster",
  name: "web",
  uid,
  controller: isController,
});
const objectOf = (name: string, more: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  metadata: { namespace: "default", name, uid: `uid-${name}`, resourceVersion: "7", ownerReferences: [controller("cluster")], ...metadata },
  ...more,
});

it("an object is read without what the server writes, and with whose it is", () => {
  const kept = { labels: { a: "b" }, annotations: { c: "d" }, ownerReferences: [controller("backup", false), controller("cluster")] };
  const dropped = { creationTimestamp: "2026-11-22T00:00:00Z", managedFields: [], generation: 4 };
  const service = objectOf("web-client", { kind: "Service", spec: { ports: [] }, status: { loadBalancer: {} } }, { ...kept, ...dropped });
  expect(read({ services: [service] }).objects).toStrictEqual([
    {
      kind: "Service",
      name: "web-client",
      uid: "uid-web-client",
      version: "7",
      owned: true,
      deleting: false,
      manifest: {
        apiVersion: "v1",
        kind: "Service",
        spec: { ports: [] },
        metadata: {
          namespace: "default",
          name: "web-client",
          ...kept,
        },
      },
    },
  ]);
  const one = (metadata: JsonObject) => read({ services: [objectOf("web-client", {}, metadata)] }).objects[0];
  expect(one({ deletionTimestamp: "2026-11-22T00:00:00Z" })?.deleting).toBe(true);
  for (const ownerReferences of [...WRONG, [controller("another")], [controller("cluster", false)], [{ controller: true }]])
    expect(one({ ownerReferences: ownerReferences ?? null })?.owned).toBe(false);
});

it("an object needs a name of ours, a namespace, a life and a version", () => {
  for (const field of ["name", "namespace", "uid", "resourceVersion"])
    for (const wrong of field === "name" || field === "namespace" ? [...WRONG, "other"] : WRONG)
      expect(read({ services: [changed(objectOf("web-client"), `metadata.${field}`, wrong)] }).objects).toEqual([]);
  expect(read({ services: [5, null, objectOf("web-client")] }).objects.length).toBe(1);
});

it("RES-7 of a Secret the names of its values are known, never a value, in whatever field", () => {
  const secret = objectOf("web-secret", { kind: "Secret", data: { password: "aHVudGVyMg==" }, stringData: { acl: "hunter2" } });
  const [found] = read({ secrets: [secret] }).objects;
  expect(found?.manifest).toStrictEqual({
    apiVersion: "v1",
    kind: "Secret",
    data: { password: "" },
    metadata: {
      namespace: "default",
      name: "web-secret",
      ownerReferences: [controller("cluster")],
    },
  });
  const config = objectOf("web-config", { kind: "ConfigMap", data: { "valkey.conf": "save 60 1" } });
  expect(read({ configMaps: [config] }).objects[0]?.manifest["data"]).toEqual({ "valkey.conf": "save 60 1" });
});

it("all our objects are read, in the order of their kinds and names", () => {
  const services = ["web-replicas", "web-client", "web-headless"].map((name) => objectOf(name));
  const others = {
    statefulSets: [objectOf("web")],
    secrets: [objectOf("web-secret")],
    configMaps: [objectOf("web-config")],
    budgets: [objectOf("web-pdb")],
  };
  const ordered = ["web-config", "web-pdb", "web-secret", "web-client", "web-headless", "web-replicas", "web"];
  expect(read({ services, ...others }).objects.map((one) => one.name)).toEqual(ordered);
  expect(read({ services: services.toReversed(), ...others }).objects.map((one) => one.name)).toEqual(ordered);
});

it("what was read is the same object for as long as it is the same, and of the same cluster", () => {
  const services = [objectOf("web-client")];
  expect(read({ services }).objects[0]).toBe(read({ services }).objects[0]);
  expect(read({ services, cluster: changed(CLUSTER, "metadata.uid", "another") }).objects[0]?.owned).toBe(false);
  expect(read({ services }).objects[0]?.owned).toBe(true);
});

const served = parseSpec({ replicas: 5, port: 7000 }).spec;
const statefulSet = (annotation: string, owner = "cluster", revision?: string): JsonObject =>
  objectOf("web", revision === undefined ? {} : { spec: { template: { metadata: { annotations: { [REVISION]: revision } } } } }, {
    annotations: { [SERVED_SPEC]: annotation },
    ownerReferences: [controller(owner)],
  });
const edited = changed(CLUSTER, "spec", { port: 1, replicas: 99 });

it("what the StatefulSet was made from is what is served, whoever reads it; only our own StatefulSet tells", () => {
  const text = JSON.stringify(renderSpec(served));
  expect(read({ cluster: edited, statefulSets: [statefulSet(text)] }).spec).toEqual(served);
  const decoy = { statefulSets: [statefulSet(text)], services: [objectOf("web-client")], configMaps: [objectOf("web-config")] };
  expect(read({ cluster: edited, ...decoy }).spec).toEqual(served);
  const fresh = parseSpec({ port: 1, replicas: 99 }).spec;
  for (const one of [statefulSet(text, "another"), statefulSet("{ nonsense"), objectOf("web")])
    expect(read({ cluster: edited, statefulSets: [one] }).spec).toEqual(fresh);
  const before = read({ cluster: changed(CLUSTER, "spec", renderSpec(served)) });
  expect(read({ cluster: edited }, before).spec).toEqual(served);
  const other = parseSpec({ replicas: 2, port: 7001 }).spec;
  expect(read({ cluster: edited, statefulSets: [statefulSet(JSON.stringify(renderSpec(other)))] }, before).spec).toEqual(other);
});

it("the revision that new pods get is that of our own StatefulSet's template", () => {
  expect(read({ statefulSets: [statefulSet("{}", "cluster", "abc")], services: [objectOf("web-client")] }).updateRevision).toBe("abc");
  expect(read({ statefulSets: [statefulSet("{}", "another", "abc")] }).updateRevision).toBeUndefined();
  expect(Object.keys(read({ statefulSets: [statefulSet("{}")] }))).not.toContain("updateRevision");
});

it("an edit takes effect, and where nothing was edited the spec is the same object", () => {
  const before = read();
  expect(read({}, before).spec).toBe(before.spec);
  expect(read({ cluster: changed(CLUSTER, "spec.replicas", 2) }, before).spec.replicas).toBe(2);
});

const INSTANCE = "app.kubernetes.io/instance";
it.each<readonly [Source, Json, string | undefined]>([
  ["ValkeyCluster", { metadata: { namespace: "default", name: "web" } }, "web"],
  ["ValkeyCluster", { metadata: { namespace: "default" } }, undefined],
  ["ValkeyCluster", { metadata: { name: "web" } }, undefined],
  ["PersistentVolumeClaim", { metadata: { namespace: "default", name: "data-web-0" } }, "web"],
  ["PersistentVolumeClaim", { metadata: { namespace: "default", name: "web-0" } }, undefined],
  ["Pod", { metadata: { namespace: "default", name: "web-0", labels: { [INSTANCE]: "web" } } }, "web"],
  ["Pod", { metadata: { namespace: "default", labels: { [INSTANCE]: "web" } } }, undefined],
  ["Pod", { metadata: { name: "web-0", labels: { [INSTANCE]: "web" } } }, undefined],
])("a %s is about the cluster that it names", (source, json, name) => {
  expect(clusterOf(source, json)).toEqual(name === undefined ? undefined : { namespace: "default", name });
});

it("what bears no cluster's name bears none", () => {
  for (const [source, name] of [
    ["Pod", "web"],
    ["PersistentVolumeClaim", "web-0"],
    ["Secret", "web"],
    ["Service", "kubernetes"],
  ] as const)
    expect([source, namedAfter(source, name)]).toEqual([source, ""]);
});
