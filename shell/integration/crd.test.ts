// CRD-1, CRD-2: the schema and core admit the same specs. The schema's side is the sandbox's API server; what it knows of
// structural schemas and rules is what it has in common with a real one.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "@fast-check/vitest";
import {
  INTEGERS,
  type Json,
  MAPS,
  NAME,
  STANDARD_IMAGE,
  STANDARD_STORAGE,
  TEXTS,
  epoch,
  parseSpec,
  podName,
  readCluster,
  renderSpec,
  replicationId,
  requestOf,
  resourceVersion,
  runId,
  uid,
} from "@gungnir/core";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { customResources } from "../src/sandbox/apiserver/custom.ts";
import { type JsonObject, objectOf, parseJson, valueAt } from "../src/sandbox/apiserver/json.ts";
import { type Trial, startTrial } from "../src/sandbox/apiserver/trial.ts";

const folder = join(import.meta.dirname, "../../crds");
const yamlOf = (file: string): JsonObject => objectOf(parse(readFileSync(join(folder, file), "utf8")));
const definition = yamlOf("valkeyclusters.yaml");
const resource = customResources(definition)[0];
if (resource === undefined) throw new Error("the definition serves no version");
const { rules } = resource;
const schema = objectOf(resource.schema);

type Verdict = { readonly refused: boolean; readonly messages: string; readonly object: JsonObject };

/** What a write of this spec meets: pruning, defaults, schema, rules. */
function admit(spec: Json, before?: JsonObject, name = "web"): Verdict {
  const written = objectOf(
    parseJson(JSON.stringify({ apiVersion: "valkey.verilean.io/v1", kind: "ValkeyCluster", metadata: { name }, spec })),
  );
  const object = rules.defaults(rules.prune(written).object);
  const causes = rules.validate(object, before);
  return { refused: causes.length > 0, messages: causes.map((cause) => `${cause.field}: ${cause.message}`).join("\n"), object };
}

const fieldOf = (path: string): JsonObject =>
  path.split(".").reduce((at, key) => objectOf(objectOf(at["properties"])[key]), objectOf(valueAt(schema, ["properties", "spec"])));

const ANY = "^[\\s\\S]*$";

it("the limits, defaults and patterns of the schema are those of core's table", () => {
  for (const [path, rule] of Object.entries(INTEGERS))
    expect({ path, ...fieldOf(path) }).toMatchObject({ path, minimum: rule.minimum, maximum: rule.maximum, default: rule.standard });
  for (const [path, rule] of Object.entries(TEXTS))
    expect({ path, ...fieldOf(path) }).toMatchObject({ path, pattern: rule.pattern, maxLength: rule.maxLength });
  for (const [path, rule] of Object.entries(MAPS)) {
    const values = objectOf(fieldOf(path)["additionalProperties"]);
    expect({ path, ...fieldOf(path) }).toMatchObject({ path, maxProperties: rule.maxProperties });
    expect({ path, maxLength: values["maxLength"] }).toEqual({ path, maxLength: rule.value.maxLength });
    // Annotations may hold any text.
    expect({ path, pattern: values["pattern"] ?? ANY }).toEqual({ path, pattern: rule.value.pattern });
    for (const reserved of rule.reserved) expect(JSON.stringify(fieldOf(path)["x-kubernetes-validations"])).toContain(`'${reserved}'`);
  }
  expect(fieldOf("image")["default"]).toBe(STANDARD_IMAGE);
  expect(fieldOf("persistence.storageSize")["default"]).toBe(STANDARD_STORAGE);
  expect(JSON.stringify(schema["x-kubernetes-validations"])).toContain(NAME.pattern);
});

it("the defaults that the schema fills in are those that core fills in", () => {
  expect(parseSpec(valueAt(admit({}).object, ["spec"]))).toEqual(parseSpec({}));
  expect(parseSpec({}).invalid).toEqual([]);
});

const anyName = fc.constantFrom(
  "team",
  "example.com/team",
  "a..b/c",
  "-x",
  "x-",
  "",
  "app.kubernetes.io/name",
  "valkey.verilean.io/x",
  "Ex.com/y",
);
const anyLabel = fc.oneof(
  fc.constantFrom<Json>("", "a", "A.b_c-d", "-", "a b", "x".repeat(64), 1, true, null),
  fc.string({ maxLength: 5 }),
);
const anyAmount = fc.constantFrom<Json>("1", "500m", "1Gi", "1.5", "-1", "", "1 Gi", 2, 0, -1, 1.5, true, null);
const anyMap = (value: fc.Arbitrary<Json>) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.dictionary(anyName, value, { maxKeys: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom<Json>("text", 3, [], null) },
  );
const around = (path: keyof typeof INTEGERS): fc.Arbitrary<Json> => {
  const { minimum, maximum, standard } = INTEGERS[path];
  return fc.oneof(
    fc.integer({ min: minimum, max: maximum }),
    fc.constantFrom<Json>(minimum - 1, minimum, standard, maximum, maximum + 1, -1, 1.5, "3", null, true),
  );
};
const anyOf = (...values: Json[]) => fc.constantFrom<Json>(...values);
/** Any of these fields. */
const some = (shape: { readonly [field: string]: fc.Arbitrary<Json> }): fc.Arbitrary<Json> =>
  fc
    .record(shape, { requiredKeys: [] })
    .map((fields) =>
      Object.fromEntries(Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [[field, value] as const]))),
    );
/** One or two of these fields: with all of them, hardly any spec would have nothing wrong. */
const few = (shape: { readonly [field: string]: fc.Arbitrary<Json> }): fc.Arbitrary<Json> =>
  fc
    .subarray(Object.keys(shape), { minLength: 0, maxLength: 2 })
    .chain((fields) => some(Object.fromEntries(fields.flatMap((field) => (shape[field] === undefined ? [] : [[field, shape[field]]])))));

const anySpec = few({
  replicas: around("replicas"),
  port: around("port"),
  image: anyOf("valkey", "registry:5000/valkey/valkey:8@sha256:abc", "", " ", "a b", 3, null, "x".repeat(513)),
  persistence: fc.oneof(
    some({
      enabled: anyOf(true, false, "true", null),
      storageSize: anyOf("1Gi", "0", "0.5Gi", "1.5Gi", "1gi", "-1Gi", "", 1, null),
      storageClassName: anyOf("", "fast", "Fast", "a.b", "a.", null, 1),
    }),
    anyOf(null, 1, "x", []),
  ),
  resources: some({ requests: anyMap(anyAmount), limits: anyMap(anyAmount) }),
  tls: some({ enabled: anyOf(false, true, null, "no"), certSecretName: anyOf("", "web-tls", null, 1) }),
  sentinel: some({
    pingIntervalMs: around("sentinel.pingIntervalMs"),
    downAfterMs: around("sentinel.downAfterMs"),
    failoverTimeoutMs: around("sentinel.failoverTimeoutMs"),
  }),
  durability: some({
    waitReplicas: around("durability.waitReplicas"),
    onMissingQuorum: anyOf("PreferConsistency", "PreferAvailability", "Other", null, 1),
  }),
  recovery: some({ waitMs: around("recovery.waitMs") }),
  labels: anyMap(anyLabel),
  annotations: anyMap(anyLabel),
  nodeSelector: anyMap(anyLabel),
  restoreFrom: fc.oneof(some({ backupName: anyOf("", "monday", null, 1) }), anyOf(null, "x")),
});

const tally = { admitted: 0, refused: 0 };
// Seen to fail: `maximum: 10` for replicas in the schema.
test.prop([anySpec], { numRuns: 3000 })("CRD-1 the schema and core admit the same specs", (spec) => {
  const schemas = admit(spec);
  const { invalid } = parseSpec(spec);
  expect({ refused: invalid.length > 0, invalid, messages: schemas.messages }).toMatchObject({ refused: schemas.refused });
  tally[schemas.refused ? "refused" : "admitted"] += 1;
});

it("CRD-1 was asked of many specs of both kinds", () => {
  expect(Math.min(tally.admitted, tally.refused)).toBeGreaterThan(300);
});

const smallSpec = some({
  replicas: anyOf(1, 3, 0),
  port: anyOf(6379, 6380),
  persistence: some({
    enabled: anyOf(true, false),
    storageSize: anyOf("1Gi", "2Gi"),
    storageClassName: anyOf("", "fast", "slow"),
  }),
  sentinel: some({ downAfterMs: anyOf(400, 500, 600), pingIntervalMs: anyOf(450, 500) }),
});

// Seen to fail: without the transition rule of storageClassName in the schema.
test.prop([smallSpec, smallSpec], { numRuns: 2000 })("CRD-2 the schema and core refuse the same changes", (first, second) => {
  const before = admit(first);
  fc.pre(!before.refused);
  const served = parseSpec(valueAt(before.object, ["spec"])).spec;
  const after = admit(second, before.object);
  const { invalid } = parseSpec(second, served);
  expect({ refused: invalid.length > 0, invalid, messages: after.messages }).toMatchObject({ refused: after.refused });
});

it("a name from which no names can be made is refused", () => {
  for (const name of ["web", "a", "a".repeat(52), "w-1"]) expect(admit({}, undefined, name)).toMatchObject({ refused: false });
  for (const name of ["1web", "web-", "we.b", "a".repeat(53)]) expect(admit({}, undefined, name).messages).toContain("metadata.name");
});

it("what is not served yet is refused by name, and its off value is not", () => {
  expect(admit({ tls: { enabled: true } }).messages).toContain("spec.tls.enabled");
  expect(admit({ tls: { certSecretName: "web-tls" } }).messages).toContain("spec.tls.certSecretName");
  expect(admit({ restoreFrom: { backupName: "monday" } }).messages).toContain("spec.restoreFrom");
  expect(admit({ durability: { onMissingQuorum: "Sometimes" } }).messages).toContain("spec.durability.onMissingQuorum");
  expect(admit({ sentinel: { downAfterMs: 400 } }).messages).toContain("spec.sentinel.downAfterMs");
  expect(
    admit({
      tls: { enabled: false, certSecretName: "" },
      restoreFrom: { backupName: "" },
      durability: { onMissingQuorum: "PreferConsistency" },
    }),
  ).toMatchObject({ refused: false });
});

it("the examples are admitted, and the complete one has every field of the schema but restoreFrom", () => {
  for (const file of readdirSync(join(folder, "examples"))) {
    const example = yamlOf(`examples/${file}`);
    expect({ file, ...admit(example["spec"] ?? null) }).toMatchObject({ file, messages: "" });
    expect({ file, unknown: rules.prune(example).unknown }).toEqual({ file, unknown: [] });
  }
  const complete = objectOf(yamlOf("examples/complete.yaml")["spec"]);
  expect(Object.keys(complete).toSorted()).toEqual(
    Object.keys(objectOf(valueAt(schema, ["properties", "spec", "properties"])))
      .filter((field) => field !== "restoreFrom")
      .toSorted(),
  );
});

it("a spec that core renders is admitted and means the same", () => {
  const { spec } = parseSpec(yamlOf("examples/complete.yaml")["spec"] ?? null);
  expect(admit(renderSpec(spec))).toMatchObject({ messages: "" });
  expect(parseSpec(renderSpec(spec))).toEqual({ spec, invalid: [] });
});

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial();
});
afterAll(() => trial.close());

const read = (body: JsonObject) => {
  const at = resourceVersion("1");
  const asOf = {
    ValkeyCluster: at,
    Pod: at,
    PersistentVolumeClaim: at,
    ConfigMap: at,
    Secret: at,
    Service: at,
    StatefulSet: at,
    PodDisruptionBudget: at,
  };
  const none = { pods: [], claims: [], statefulSets: [], services: [], configMaps: [], secrets: [], budgets: [] };
  const result = readCluster({ cluster: body, ...none, asOf });
  if (result._tag === "Err") throw new Error(JSON.stringify(result.problem));
  return result.value;
};
const process = (ordinal: number) => ({ pod: podName(`web-${ordinal}`), uid: uid(`u${ordinal}`), runId: runId(`r${ordinal}`) });

it("the record survives the way to the API server and back, and an intent that is over is gone", async () => {
  const path = "/apis/valkey.verilean.io/v1/namespaces/default/valkeyclusters";
  expect((await trial.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", { body: definition })).code).toBe(201);
  const created = await trial.ask("POST", path, { body: yamlOf("examples/web.yaml") });
  expect(created.code).toBe(201);
  const marker = { epoch: epoch(2), seq: 3, pod: podName("web-0") };
  const base = {
    version: 1 as const,
    epoch: epoch(3),
    primary: { ...process(0), epoch: epoch(2), replid: replicationId("now"), replidBefore: replicationId("then") },
    members: [
      { ...process(1), state: "Streaming" as const },
      { ...process(2), state: "Joining" as const },
    ],
    waitReplicas: 1,
    minReplicas: 1,
    marker,
    markerBefore: { ...marker, seq: 2 },
    retired: [{ ...process(5), address: "127.0.0.9" }, process(6)],
  };
  const intent = { kind: "Failover" as const, old: process(0), candidate: process(1), evidence: "Silent" as const };
  let cluster = read(created.body);
  for (const record of [{ ...base, intent }, base]) {
    const request = requestOf({ _tag: "Claim", epoch: record.epoch, record, at: cluster.version }, cluster);
    const answer = await trial.ask(request.method, request.path, {
      body: objectOf(parseJson(JSON.stringify(request.body))),
      type: request.contentType,
    });
    expect(answer.code).toBe(200);
    cluster = read(answer.body);
    expect(cluster).toMatchObject({ recordUnreadable: false });
    expect(cluster.record).toEqual(record);
  }
});
