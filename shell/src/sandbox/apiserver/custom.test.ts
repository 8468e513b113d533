import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, type JsonObject, listOf, objectOf, textOf } from "./json.ts";
import { messageOf, metaOf, type Reply, specOf, startTrial, type Trial } from "./trial.ts";

const schema: JsonObject = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      "x-kubernetes-validations": [
        { rule: "self.replicas <= 9", message: "at most nine replicas" },
        { rule: "self.size == oldSelf.size", message: "size is immutable", fieldPath: ".size" },
        {
          rule: "!has(self.memory) || quantity(self.memory).isGreaterThan(quantity('16Mi'))",
          messageExpression: "'memory ' + self.memory + ' is too small'",
        },
      ],
      properties: {
        replicas: { type: "integer", minimum: 1, default: 3 },
        size: { type: "string", enum: ["small", "large"] },
        memory: { type: "string" },
        mode: { type: "object", default: {}, properties: { strict: { type: "boolean", default: true } } },
        members: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: {
            type: "object",
            required: ["name"],
            properties: {
              name: { type: "string" },
              zone: { type: "string", "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "a zone stays" }] },
            },
          },
        },
      },
    },
    status: { type: "object", properties: { replicas: { type: "integer" }, phase: { type: "string" } } },
  },
};
const definition: JsonObject = {
  metadata: { name: "things.example.org" },
  spec: {
    group: "example.org",
    scope: "Namespaced",
    names: { plural: "things", kind: "Thing", shortNames: ["th"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {}, scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" } },
        additionalPrinterColumns: [{ name: "Phase", type: "string", jsonPath: ".status.phase" }],
      },
    ],
  },
};
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const things = "/apis/example.org/v1/namespaces/default/things";
const thing = (name: string, spec: JsonObject): JsonObject => ({ apiVersion: "example.org/v1", kind: "Thing", metadata: { name }, spec });

let trial: Trial;
let established: Reply;
beforeAll(async () => {
  trial = await startTrial();
  established = await trial.ask("POST", definitions, { body: definition });
});
afterAll(() => trial.close());

const merge = (name: string, body: Json) => trial.ask("PATCH", `${things}/${name}`, { body, type: "application/merge-patch+json" });

test("a definition is established at once", () => {
  const conditions = listOf(objectOf(established.body["status"])["conditions"]).map(objectOf);
  expect(conditions.map((each) => `${textOf(each["type"])}=${textOf(each["status"])}`)).toEqual(["NamesAccepted=True", "Established=True"]);
});

test("defaults are filled in, inside defaulted objects too, and unknown fields go with a warning", async () => {
  const created = await trial.ask("POST", things, { body: thing("defaulted", { size: "small", colour: "red" }) });
  expect(specOf(created)).toEqual({ size: "small", replicas: 3, mode: { strict: true } });
  expect(created.warnings.join()).toContain("spec.colour");
  expect(
    (await trial.ask("POST", `${things}?fieldValidation=Strict`, { body: thing("strict", { size: "small", colour: "red" }) })).code,
  ).toBe(400);
});

test("each thing wrong is said with its field", async () => {
  const refused = await trial.ask("POST", things, {
    body: thing("wrong", { replicas: 0, size: "huge", members: [{ name: "a" }, { name: "a" }, {}] }),
  });
  expect(refused.code).toBe(422);
  expect(messageOf(refused)).toMatch(/spec\.replicas in body should be greater than or equal to 1/);
  expect(messageOf(refused)).toMatch(/spec\.size: Unsupported value: "huge": supported values: "small", "large"/);
  expect(messageOf(refused)).toMatch(/spec\.members\[1\]: Duplicate value/);
  expect(messageOf(refused)).toMatch(/spec\.members\[2\]\.name: Required value/);
  expect(messageOf(await trial.ask("POST", things, { body: thing("typed", { size: "small", replicas: "two" }) }))).toContain(
    "must be of type integer",
  );
});

test("CEL rules see the object, its earlier self, and Kubernetes' own functions", async () => {
  await trial.ask("POST", things, { body: thing("ruled", { size: "small", members: [{ name: "a", zone: "x" }] }) });
  expect(messageOf(await merge("ruled", { spec: { replicas: 10 } }))).toContain("at most nine replicas");
  expect(messageOf(await merge("ruled", { spec: { size: "large" } }))).toContain('spec.size: Invalid value: "object": size is immutable');
  expect(messageOf(await merge("ruled", { spec: { memory: "1Mi" } }))).toContain("memory 1Mi is too small");
  expect((await merge("ruled", { spec: { memory: "1Gi" } })).code).toBe(200);
  expect(
    messageOf(
      await merge("ruled", {
        spec: {
          members: [
            { name: "b", zone: "z" },
            { name: "a", zone: "y" },
          ],
        },
      }),
    ),
  ).toContain("spec.members[1].zone");
  expect((await merge("ruled", { spec: { members: [{ name: "b", zone: "z" }] } })).code).toBe(200);
});

test("status and scale are subresources, and an update needs the version it is based on", async () => {
  const created = await trial.ask("POST", things, { body: { ...thing("parts", { size: "small" }), status: { phase: "Lying" } } });
  expect(created.body["status"]).toBeUndefined();
  const status = await trial.ask("PUT", `${things}/parts/status`, {
    body: { ...created.body, status: { phase: "Up", replicas: 3, secret: 1 } },
  });
  expect(status.body["status"]).toEqual({ phase: "Up", replicas: 3 });
  expect(metaOf(status)["generation"]).toBe(1);
  expect(objectOf((await trial.ask("GET", `${things}/parts/scale`)).body["status"])["replicas"]).toBe(3);
  expect(
    (await trial.ask("PATCH", `${things}/parts/scale`, { body: { spec: { replicas: 12 } }, type: "application/merge-patch+json" })).code,
  ).toBe(422);
  expect((await trial.ask("PUT", `${things}/parts`, { body: thing("parts", { size: "small" }) })).code).toBe(422);
  expect((await trial.ask("PATCH", `${things}/parts`, { body: {}, type: "application/strategic-merge-patch+json" })).code).toBe(415);
});

test("a definition that cannot be served is refused, naming the rule", async () => {
  const broken = (versions: Json): JsonObject => ({
    ...definition,
    metadata: { name: "broken.example.org" },
    spec: { ...objectOf(definition["spec"]), names: { plural: "broken", kind: "Broken" }, versions },
  });
  const version = objectOf(listOf(objectOf(definition["spec"])["versions"])[0]);
  const badRule = { ...version, schema: { openAPIV3Schema: { type: "object", "x-kubernetes-validations": [{ rule: "self.a >" }] } } };
  expect(messageOf(await trial.ask("POST", definitions, { body: broken([badRule]) }))).toContain('"self.a >"');
  expect(messageOf(await trial.ask("POST", definitions, { body: broken([{ ...version, storage: false }]) }))).toContain(
    "exactly one version marked as storage",
  );
});

test("deleting the definition deletes its objects and serves it no more", async () => {
  await trial.ask("POST", things, {
    body: { ...thing("stays", { size: "small" }), metadata: { name: "stays", finalizers: ["example.org/hold"] } },
  });
  await trial.ask("DELETE", `${definitions}/things.example.org`);
  expect((await trial.ask("GET", `${things}/parts`)).code).toBe(404);
  expect((await trial.ask("GET", `${things}/stays`)).code).toBe(200);
  expect((await merge("stays", { metadata: { finalizers: null } })).code).toBe(200);
  expect((await trial.ask("GET", things)).code).toBe(404);
  expect((await trial.ask("GET", `${definitions}/things.example.org`)).code).toBe(404);
});
