import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, listOf, objectOf, textOf } from "./json.ts";
import { configMap, configMaps, messageOf, metaOf, type Reply, specOf, startTrial, type Trial } from "./trial.ts";

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial();
});
afterAll(() => trial.close());

const apply = (path: string, manager: string, body: Json, more = "") =>
  trial.ask("PATCH", `${path}?fieldManager=${manager}${more}`, { body, type: "application/apply-patch+yaml" });
const managers = (reply: Reply) =>
  listOf(metaOf(reply)["managedFields"]).map((entry) => `${textOf(objectOf(entry)["manager"])} ${textOf(objectOf(entry)["operation"])}`);

test("an apply creates, owns what it states, and removes what it no longer states", async () => {
  const path = `${configMaps}/mine`;
  const created = await apply(path, "us", configMap("mine", { a: "1", b: "2" }));
  expect([created.code, managers(created)]).toEqual([201, ["us Apply"]]);
  const smaller = await apply(path, "us", configMap("mine", { a: "1" }));
  expect(smaller.body["data"]).toEqual({ a: "1" });
  const again = await apply(path, "us", configMap("mine", { a: "1" }));
  expect(metaOf(again)["resourceVersion"]).toBe(metaOf(smaller)["resourceVersion"]);
});

test("what another manager owns is a conflict, unless the values agree or force is given", async () => {
  const path = `${configMaps}/shared`;
  await apply(path, "us", configMap("shared", { a: "1" }));
  await apply(path, "them", configMap("shared", { b: "2" }));
  expect((await apply(path, "them", configMap("shared", { a: "1", b: "2" }))).code).toBe(200);
  const refused = await apply(path, "them", configMap("shared", { a: "9", b: "2" }));
  expect([refused.code, messageOf(refused)]).toEqual([409, 'Apply failed with 1 conflict: conflict with "us": .data.a']);
  expect((await apply(path, "them", configMap("shared", { a: "9", b: "2" }), "&force=true")).body["data"]).toEqual({ a: "9", b: "2" });
  // "us" has lost `a` to the force, so dropping it removes nothing.
  expect((await apply(path, "us", configMap("shared"))).body["data"]).toEqual({ a: "9", b: "2" });
});

test("an update takes over the fields it changes", async () => {
  const path = `${configMaps}/edited`;
  await apply(path, "us", configMap("edited", { a: "1" }));
  const edited = await trial.ask("PATCH", `${path}?fieldManager=hand`, {
    body: { data: { a: "2" } },
    type: "application/merge-patch+json",
  });
  expect(managers(edited)).toContain("hand Update");
  expect(messageOf(await apply(path, "us", configMap("edited", { a: "1" })))).toContain('conflict with "hand" using v1: .data.a');
});

const names = (reply: Reply) =>
  listOf(objectOf(objectOf(specOf(reply)["template"])["spec"])["containers"]).map((each) => objectOf(each)["name"]);

test("lists with keys merge item by item, and each manager removes only its own", async () => {
  const path = "/apis/apps/v1/namespaces/default/statefulsets/lists";
  const labels = { app: "lists" };
  const set = (containers: Json) => ({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "lists" },
    spec: { serviceName: "lists", selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
  await apply(path, "us", set([{ name: "valkey", image: "valkey:8", ports: [{ containerPort: 6379 }] }]));
  const sidecar = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "lists" },
    spec: { template: { spec: { containers: [{ name: "exporter", image: "exporter:1" }] } } },
  };
  expect(names(await apply(path, "them", sidecar))).toEqual(["valkey", "exporter"]);
  expect(names(await apply(path, "us", set([{ name: "valkey", image: "valkey:9" }])))).toEqual(["valkey", "exporter"]);
  expect(names(await apply(path, "them", { ...sidecar, spec: {} }))).toEqual(["valkey"]);
});

test("JSON, merge and strategic patches change what they say", async () => {
  const services = "/api/v1/namespaces/default/services";
  await trial.ask("POST", services, {
    body: {
      metadata: { name: "web" },
      spec: {
        selector: { app: "x" },
        ports: [
          { name: "a", port: 1 },
          { name: "b", port: 2 },
        ],
      },
    },
  });
  const patch = (type: string, body: Json) => trial.ask("PATCH", `${services}/web`, { body, type: `application/${type}` });
  expect(specOf(await patch("json-patch+json", [{ op: "replace", path: "/spec/selector/app", value: "y" }]))["selector"]).toEqual({
    app: "y",
  });
  expect((await patch("json-patch+json", [{ op: "test", path: "/spec/selector/app", value: "z" }])).code).toBe(422);
  expect(specOf(await patch("merge-patch+json", { spec: { selector: { app: null, role: "r" } } }))["selector"]).toEqual({ role: "r" });
  const merged = await patch("strategic-merge-patch+json", {
    spec: {
      ports: [
        { port: 2, $patch: "delete" },
        { name: "c", port: 3 },
      ],
    },
  });
  expect(listOf(specOf(merged)["ports"]).map((port) => objectOf(port)["name"])).toEqual(["a", "c"]);
});
