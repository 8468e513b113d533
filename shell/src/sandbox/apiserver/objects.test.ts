import { afterAll, beforeAll, expect, test } from "vitest";
import { objectOf, textOf } from "./json.ts";
import { configMap, configMaps, messageOf, metaOf, specOf, startTrial, type Trial } from "./trial.ts";

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial();
});
afterAll(() => trial.close());

const pods = "/api/v1/namespaces/default/pods";
const pod = (name: string) => ({ metadata: { name, labels: { app: name } }, spec: { containers: [{ name: "c", image: "valkey:8" }] } });

test("an object is created once, read back, and gone after its deletion", async () => {
  const created = await trial.ask("POST", configMaps, { body: configMap("one", { a: "b" }) });
  expect(created.code).toBe(201);
  expect(metaOf(created)).toMatchObject({ name: "one", namespace: "default" });
  expect((await trial.ask("POST", configMaps, { body: configMap("one") })).body["reason"]).toBe("AlreadyExists");
  expect((await trial.ask("GET", `${configMaps}/one`)).body["data"]).toEqual({ a: "b" });
  expect((await trial.ask("DELETE", `${configMaps}/one`)).body["status"]).toBe("Success");
  expect((await trial.ask("GET", `${configMaps}/one`)).code).toBe(404);
});

test("a write based on an old version is refused, whatever the verb", async () => {
  const first = await trial.ask("POST", configMaps, { body: configMap("versioned", { a: "1" }) });
  const old = textOf(metaOf(first)["resourceVersion"]);
  expect((await trial.ask("PUT", `${configMaps}/versioned`, { body: { ...first.body, data: { a: "2" } } })).code).toBe(200);
  expect((await trial.ask("PUT", `${configMaps}/versioned`, { body: { ...first.body, data: { a: "3" } } })).code).toBe(409);
  const patch = { metadata: { resourceVersion: old }, data: { a: "4" } };
  expect((await trial.ask("PATCH", `${configMaps}/versioned`, { body: patch, type: "application/merge-patch+json" })).code).toBe(409);
  const apply = { ...configMap("versioned", { b: "5" }), metadata: { name: "versioned", resourceVersion: old } };
  expect(
    (await trial.ask("PATCH", `${configMaps}/versioned?fieldManager=x`, { body: apply, type: "application/apply-patch+yaml" })).code,
  ).toBe(409);
  expect((await trial.ask("DELETE", `${configMaps}/versioned`, { body: { preconditions: { resourceVersion: old } } })).code).toBe(409);
});

test("a write meant for an earlier object of the same name is refused by its uid", async () => {
  await trial.ask("POST", configMaps, { body: configMap("reborn") });
  const uid = "00000000-0000-0000-0000-000000000000";
  const body = { ...configMap("reborn"), metadata: { name: "reborn", uid } };
  expect(
    (await trial.ask("PATCH", `${configMaps}/reborn`, { body: { metadata: { uid } }, type: "application/merge-patch+json" })).code,
  ).toBe(409);
  expect((await trial.ask("PATCH", `${configMaps}/reborn?fieldManager=x`, { body, type: "application/apply-patch+yaml" })).code).toBe(409);
  expect(
    (
      await trial.ask("PATCH", `${configMaps}/never?fieldManager=x`, {
        body: { ...body, metadata: { name: "never", uid } },
        type: "application/apply-patch+yaml",
      })
    ).code,
  ).toBe(409);
  expect((await trial.ask("DELETE", `${configMaps}/reborn`, { body: { preconditions: { uid } } })).code).toBe(409);
});

test("a write that changes nothing keeps the version", async () => {
  const created = await trial.ask("POST", configMaps, { body: configMap("same", { a: "b" }) });
  const again = await trial.ask("PUT", `${configMaps}/same`, { body: created.body });
  expect(metaOf(again)["resourceVersion"]).toBe(metaOf(created)["resourceVersion"]);
});

test("finalizers hold a deleted object until they are removed, and none may be added then", async () => {
  await trial.ask("POST", configMaps, { body: { ...configMap("held"), metadata: { name: "held", finalizers: ["example.org/hold"] } } });
  const marked = await trial.ask("DELETE", `${configMaps}/held?propagationPolicy=Foreground`);
  expect(metaOf(marked)["deletionTimestamp"]).toBeDefined();
  expect(metaOf(marked)["finalizers"]).toEqual(["example.org/hold", "foregroundDeletion"]);
  const merge = (finalizers: string[]) =>
    trial.ask("PATCH", `${configMaps}/held`, { body: { metadata: { finalizers } }, type: "application/merge-patch+json" });
  expect((await merge(["example.org/hold", "example.org/new"])).code).toBe(422);
  expect((await merge([])).code).toBe(200);
  expect((await trial.ask("GET", `${configMaps}/held`)).code).toBe(404);
});

test("a pod on a node is only marked until its kubelet deletes it with no grace", async () => {
  await trial.ask("POST", pods, { body: pod("graceful") });
  expect((await trial.ask("POST", `${pods}/graceful/binding`, { body: { target: { name: "node" } } })).code).toBe(201);
  const marked = await trial.ask("DELETE", `${pods}/graceful`, { body: { gracePeriodSeconds: 20 } });
  expect(metaOf(marked)["deletionGracePeriodSeconds"]).toBe(20);
  expect((await trial.ask("GET", `${pods}/graceful`)).code).toBe(200);
  expect((await trial.ask("DELETE", `${pods}/graceful`, { body: { gracePeriodSeconds: 0 } })).code).toBe(200);
  expect((await trial.ask("GET", `${pods}/graceful`)).code).toBe(404);
});

test("status and spec are written apart, and only the spec counts generations", async () => {
  const statefulSets = "/apis/apps/v1/namespaces/default/statefulsets";
  const labels = { app: "gen" };
  const spec = { serviceName: "gen", selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod("x").spec } };
  const created = await trial.ask("POST", statefulSets, { body: { metadata: { name: "gen" }, spec } });
  expect(metaOf(created)["generation"]).toBe(1);
  expect(specOf(created)).toMatchObject({ replicas: 1, podManagementPolicy: "OrderedReady" });
  const merge = (path: string, body: object) =>
    trial.ask("PATCH", `${statefulSets}/gen${path}`, { body: objectOf({ ...body }), type: "application/merge-patch+json" });
  const status = await merge("/status", { status: { replicas: 1 }, spec: { replicas: 7 } });
  expect([metaOf(status)["generation"], specOf(status)["replicas"], objectOf(status.body["status"])["replicas"]]).toEqual([1, 1, 1]);
  const scaled = await merge("", { spec: { replicas: 3 }, status: { replicas: 9 } });
  expect([metaOf(scaled)["generation"], specOf(scaled)["replicas"], objectOf(scaled.body["status"])["replicas"]]).toEqual([2, 3, 1]);
  expect(specOf(await merge("/scale", { spec: { replicas: 5 } }))["replicas"]).toBe(5);
  expect(messageOf(await merge("", { spec: { serviceName: "other" } }))).toContain("updates to statefulset spec for fields other than");
});

test("lists are filtered by labels and fields", async () => {
  await trial.ask("POST", pods, { body: pod("red") });
  await trial.ask("POST", pods, { body: pod("blue") });
  const names = async (query: string) => {
    const { body } = await trial.ask("GET", `${pods}?${query}`);
    return (Array.isArray(body["items"]) ? body["items"] : []).map((item) => objectOf(objectOf(item)["metadata"])["name"]);
  };
  expect(await names("labelSelector=app%20in%20(red,green)")).toEqual(["red"]);
  expect(await names("labelSelector=app%3Dblue&fieldSelector=status.phase%3DPending")).toEqual(["blue"]);
  expect(await names("fieldSelector=metadata.name%3Dred")).toEqual(["red"]);
  expect((await trial.ask("GET", `${pods}?labelSelector=%25%25`)).code).toBe(400);
});

const service = (name: string, more: object = {}) =>
  objectOf({ metadata: { name }, spec: { selector: { app: "x" }, ports: [{ port: 6379 }], ...more } });

test("services get addresses of the range, headless ones none, and no address twice", async () => {
  const services = "/api/v1/namespaces/default/services";
  const [first, second] = [
    await trial.ask("POST", services, { body: service("s1") }),
    await trial.ask("POST", services, { body: service("s2") }),
  ];
  expect(specOf(first)["clusterIP"]).toMatch(/^127\.96\./);
  expect(specOf(second)["clusterIP"]).not.toBe(specOf(first)["clusterIP"]);
  expect(specOf(await trial.ask("POST", services, { body: service("s3", { clusterIP: "None" }) }))["clusterIP"]).toBe("None");
  expect(messageOf(await trial.ask("POST", services, { body: service("s4", { clusterIP: specOf(first)["clusterIP"] ?? "" }) }))).toContain(
    "already allocated",
  );
});

test("a namespace takes its contents with it and refuses new ones while it goes", async () => {
  await trial.ask("POST", "/api/v1/namespaces", { body: { metadata: { name: "passing" } } });
  const inside = "/api/v1/namespaces/passing/configmaps";
  await trial.ask("POST", inside, { body: { ...configMap("last"), metadata: { name: "last", finalizers: ["example.org/hold"] } } });
  await trial.ask("DELETE", "/api/v1/namespaces/passing");
  expect((await trial.ask("POST", inside, { body: configMap("late") })).code).toBe(403);
  await trial.ask("PATCH", `${inside}/last`, { body: { metadata: { finalizers: null } }, type: "application/merge-patch+json" });
  expect((await trial.ask("GET", "/api/v1/namespaces/passing")).code).toBe(404);
  expect((await trial.ask("POST", inside, { body: configMap("late") })).code).toBe(404);
});

test("a dry run answers as if and stores nothing", async () => {
  expect((await trial.ask("POST", `${configMaps}?dryRun=All`, { body: configMap("dry") })).code).toBe(201);
  expect((await trial.ask("GET", `${configMaps}/dry`)).code).toBe(404);
});

test("what cannot be read is refused by name", async () => {
  const refusals = [
    await trial.ask("POST", configMaps, { body: { ...configMap("typed"), data: { a: 1 } } }),
    await trial.ask("POST", `${configMaps}?fieldValidation=Strict`, { body: { ...configMap("typed"), datum: {} } }),
    await trial.ask("POST", configMaps, { body: configMap("Not A Name") }),
    await trial.ask("POST", configMaps, { body: { ...configMap("kind"), kind: "Secret" } }),
  ];
  expect(refusals.map(({ code }) => code)).toEqual([400, 400, 422, 400]);
  expect(refusals.map(messageOf).join("\n")).toMatch(/data\.a must be a string[^]*unknown field "datum"[^]*metadata\.name[^]*Secret/);
  expect((await trial.ask("POST", configMaps, { body: { ...configMap("warned"), datum: {} } })).warnings.join()).toContain(
    'unknown field \\"datum\\"',
  );
  expect((await trial.ask("GET", "/api/v1/namespaces/default/widgets")).code).toBe(404);
  expect(messageOf(await trial.ask("GET", "/api", { agent: "kubectl/v1.20.2 (linux/amd64)" }))).toContain("older than 1.31");
});
