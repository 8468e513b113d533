// RC-7, RC-10, RC-13 on an API server: what core desires, created and applied by the requests core makes of it, is read back
// as it should be, and stays so; what drifts comes back; what is no longer wanted goes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Cluster,
  type Desired,
  type Outcome,
  type Write,
  desiredObjects,
  differs,
  fill,
  immutableDrift,
  outcomeOfResponse,
  readCluster,
  requestOf,
  resourceVersion,
} from "@gungnir/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { type Json, type JsonObject, listOf, objectOf, parseJson } from "../src/sandbox/apiserver/json.ts";
import { type Trial, messageOf, startTrial } from "../src/sandbox/apiserver/trial.ts";

let trial: Trial;
const clusters = "/apis/valkey.verilean.io/v1/namespaces/default/valkeyclusters";
beforeAll(async () => {
  trial = await startTrial();
  const definition = objectOf(parse(readFileSync(join(import.meta.dirname, "../../crds/valkeyclusters.yaml"), "utf8")));
  await trial.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", { body: definition });
});
afterAll(() => trial.close());

const create = async (name: string, spec: Json): Promise<Cluster> => {
  const body = { apiVersion: "valkey.verilean.io/v1", kind: "ValkeyCluster", metadata: { name }, spec };
  const answer = await trial.ask("POST", clusters, { body });
  expect({ code: answer.code, message: messageOf(answer) }).toEqual({ code: 201, message: "" });
  return read(name);
};

const read = async (name: string, before?: Cluster): Promise<Cluster> => {
  const list = async (path: string) => listOf((await trial.ask("GET", path)).body["items"]);
  const core = "/api/v1/namespaces/default";
  const at = resourceVersion("1");
  const result = readCluster(
    {
      cluster: (await trial.ask("GET", `${clusters}/${name}`)).body,
      pods: [],
      claims: [],
      statefulSets: await list("/apis/apps/v1/namespaces/default/statefulsets"),
      services: await list(`${core}/services`),
      configMaps: await list(`${core}/configmaps`),
      secrets: await list(`${core}/secrets`),
      budgets: await list("/apis/policy/v1/namespaces/default/poddisruptionbudgets"),
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
    },
    before,
  );
  if (result._tag === "Err") throw new Error(JSON.stringify(result.problem));
  return result.value;
};

const send = async (write: Write, cluster: Cluster): Promise<Outcome> => {
  const { method, path, query, contentType, body } = requestOf(write, cluster);
  const search = new URLSearchParams({ ...query }).toString();
  const answer = await trial.ask(method, `${path}?${search}`, { body: parseJson(JSON.stringify(body)), type: contentType });
  return outcomeOfResponse(write, { _tag: "Answered", status: answer.code, body: answer.body });
};

const wrong = (cluster: Cluster): readonly Desired[] =>
  desiredObjects(cluster).filter((desired) => {
    const observed = cluster.objects.find((one) => one.kind === desired.kind && one.name === desired.name);
    return observed === undefined || differs(desired, observed);
  });

/** Creates and applies until nothing is wrong; how many writes that took. */
const converge = async (name: string, start?: Cluster): Promise<{ readonly cluster: Cluster; readonly writes: number }> => {
  let cluster = await read(name, start);
  for (let writes = 0; writes < 30; writes++) {
    const [desired] = wrong(cluster);
    if (desired === undefined) return { cluster, writes };
    const observed = cluster.objects.find((one) => one.kind === desired.kind && one.name === desired.name);
    const values = Object.fromEntries(desired.generate.map((key) => [key, `value-of-${key}`]));
    const filled = fill(desired, values);
    if (filled._tag === "Err") throw new Error(filled.problem.join());
    const write: Write =
      observed === undefined
        ? { _tag: "Create", object: filled.value }
        : { _tag: "Apply", object: desired, uid: observed.uid, at: observed.version };
    expect(await send(write, cluster)).toMatchObject({ _tag: "Done" });
    cluster = await read(name, cluster);
  }
  throw new Error(
    `still wrong: ${wrong(cluster)
      .map((one) => `${one.kind} ${one.name}`)
      .join(", ")}`,
  );
};

const statefulSet = "/apis/apps/v1/namespaces/default/statefulsets";
const merge = async (path: string, body: JsonObject) => {
  const answer = await trial.ask("PATCH", path, { body, type: "application/merge-patch+json" });
  expect({ code: answer.code, message: messageOf(answer) }).toEqual({ code: 200, message: "" });
};

test("a cluster by default takes one write for each object, and none after that", async () => {
  await create("web", {});
  const { cluster, writes } = await converge("web");
  expect(writes).toBe(7);
  expect(cluster.objects.map((one) => `${one.kind} ${one.name} ${one.owned}`)).toEqual([
    "ConfigMap web-config true",
    "PodDisruptionBudget web-pdb true",
    "Secret web-secret true",
    "Service web-client true",
    "Service web-headless true",
    "Service web-replicas true",
    "StatefulSet web true",
  ]);
  const secret = cluster.objects.find((one) => one.kind === "Secret")?.manifest["data"];
  expect(secret).toEqual({ password: "", "operator-password": "", "replication-password": "", "users.acl": "" });
  expect((await converge("web", cluster)).writes).toBe(0);
});

test("what users added is taken away again when they remove it, and what others added stays", async () => {
  await create("extra", {
    labels: { team: "a", tier: "b" },
    nodeSelector: { disk: "fast" },
    resources: { limits: { memory: "1Gi", cpu: "1000m" } },
  });
  const first = await converge("extra");
  await merge(`${statefulSet}/extra`, {
    metadata: { labels: { foreign: "stays" } },
    spec: { template: { metadata: { annotations: { foreign: "stays" } } } },
  });
  await merge(`${clusters}/extra`, { spec: { labels: { tier: null }, nodeSelector: null, resources: { limits: { cpu: null } } } });
  const { cluster } = await converge("extra", first.cluster);
  const set = (await trial.ask("GET", `${statefulSet}/extra`)).body;
  expect(set).toMatchObject({
    metadata: { labels: { team: "a", foreign: "stays" } },
    spec: {
      template: { metadata: { annotations: { foreign: "stays" } }, spec: { containers: [{ resources: { limits: { memory: "1Gi" } } }] } },
    },
  });
  expect(JSON.stringify(set)).not.toMatch(/"tier"|"disk"|"cpu"/);
  expect((await converge("extra", cluster)).writes).toBe(0);
});

test("what drifted comes back in one write, and the passwords are as they were", async () => {
  await create("drift", {});
  const { cluster } = await converge("drift");
  const secretBefore = (await trial.ask("GET", "/api/v1/namespaces/default/secrets/drift-secret")).body["data"];
  const drifts: readonly (readonly [string, JsonObject])[] = [
    ["/api/v1/namespaces/default/services/drift-client", { spec: { selector: { "app.kubernetes.io/name": "valkey" } } }],
    ["/api/v1/namespaces/default/services/drift-client", { spec: { selector: { "statefulset.kubernetes.io/pod-name": "drift-1" } } }],
    ["/api/v1/namespaces/default/services/drift-headless", { spec: { publishNotReadyAddresses: false } }],
    ["/api/v1/namespaces/default/configmaps/drift-config", { data: { "valkey.conf": "port 1" } }],
    ["/api/v1/namespaces/default/configmaps/drift-config", { metadata: { labels: null } }],
    ["/api/v1/namespaces/default/secrets/drift-secret", { metadata: { ownerReferences: null } }],
    ["/apis/policy/v1/namespaces/default/poddisruptionbudgets/drift-pdb", { spec: { maxUnavailable: 3 } }],
    [`${statefulSet}/drift`, { spec: { replicas: 1, updateStrategy: { type: "RollingUpdate" } } }],
    [`${statefulSet}/drift`, { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } }],
  ];
  for (const [path, drift] of drifts) {
    await merge(path, drift);
    const after = await read("drift", cluster);
    const isForeign = after.objects.some((one) => !one.owned);
    if (isForeign) {
      // Nobody's is not ours to write: it is reported until somebody gives it back or deletes it.
      await merge(path, { metadata: { ownerReferences: [objectOf(parseJson(JSON.stringify(ownerOf(cluster))))] } });
    }
    const writes = (await converge("drift", cluster)).writes;
    expect({ path, drift, writes }).toEqual({ path, drift, writes: isForeign ? 0 : 1 });
  }
  expect((await trial.ask("GET", "/api/v1/namespaces/default/secrets/drift-secret")).body["data"]).toEqual(secretBefore);
});

const ownerOf = (cluster: Cluster) => ({
  apiVersion: "valkey.verilean.io/v1",
  kind: "ValkeyCluster",
  name: cluster.name,
  uid: cluster.uid,
  controller: true,
  blockOwnerDeletion: true,
});

test("a write on an old reading is refused", async () => {
  await create("stale", {});
  const { cluster } = await converge("stale");
  const desired = desiredObjects(cluster).find((one) => one.kind === "ConfigMap");
  const observed = cluster.objects.find((one) => one.kind === "ConfigMap");
  if (desired === undefined || observed === undefined) throw new Error("no ConfigMap");
  await merge("/api/v1/namespaces/default/configmaps/stale-config", { data: { more: "x" } });
  expect(await send({ _tag: "Apply", object: desired, uid: observed.uid, at: observed.version }, cluster)).toMatchObject({
    _tag: "Conflict",
  });
  expect(await send({ _tag: "Create", object: desired }, cluster)).toMatchObject({ _tag: "Conflict" });
});

test("a StatefulSet made another way is kept as it is where it cannot be changed, and that is said", async () => {
  await create("fixed", {});
  const { cluster } = await converge("fixed");
  const set = (await trial.ask("GET", `${statefulSet}/fixed`)).body;
  await trial.ask("DELETE", `${statefulSet}/fixed`);
  const spec = { ...objectOf(set["spec"]), podManagementPolicy: "OrderedReady", serviceName: "another" };
  const metadata = { ...objectOf(set["metadata"]), resourceVersion: undefined, uid: undefined };
  const body = objectOf(
    parseJson(JSON.stringify({ apiVersion: "apps/v1", kind: "StatefulSet", metadata, spec: { ...spec, replicas: 1 } })),
  );
  expect((await trial.ask("POST", statefulSet, { body })).code).toBe(201);
  const after = await converge("fixed", cluster);
  expect(after.writes).toBe(1);
  expect(immutableDrift(after.cluster).map((one) => one.field)).toEqual([
    "StatefulSet fixed spec.serviceName",
    "StatefulSet fixed spec.podManagementPolicy",
  ]);
});

test("what an older schema let in is reported, and what is served stays", async () => {
  await create("old", { replicas: 2, image: "docker.io/valkey/valkey:8.0.2" });
  const { cluster } = await converge("old");
  const json = (await trial.ask("GET", `${clusters}/old`)).body;
  const at = cluster.asOf;
  const lists = { pods: [], claims: [], services: [], configMaps: [], secrets: [], budgets: [], asOf: at };
  const sets = listOf((await trial.ask("GET", statefulSet)).body["items"]);
  const edited = { ...json, spec: { replicas: 99, image: "", port: 7000, persistence: { enabled: false }, surprise: true } };
  const result = readCluster({ cluster: edited, statefulSets: sets, ...lists });
  if (result._tag === "Err") throw new Error(JSON.stringify(result.problem));
  expect(result.value.spec).toEqual(cluster.spec);
  expect(result.value.invalid.map((one) => one.field)).toEqual([
    "spec.image",
    "spec.persistence.enabled",
    "spec.port",
    "spec.replicas",
    "spec.surprise",
  ]);
});
