// What a cluster cannot be: the API server refuses it by the field's name; and where an old CRD let it in, it becomes a condition and an
// Event, while the last good configuration keeps running and still fails over.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { asResource } from "../../src/sandbox/clients/resource.ts";
import { applyManifests, readManifests } from "../../src/sandbox/manifests.ts";
import { RULES_SINCE_MINOR, servable } from "../../src/sandbox/older-server.ts";
import { isRecord, messageOf } from "../../src/kubernetes/answer.ts";
import { at, change, listOf, needs, openRig, type Rig, type Subject, until } from "./rig.ts";

const collection = "/apis/valkey.verilean.io/v1/namespaces/default/valkeyclusters";
const definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/valkeyclusters.valkey.verilean.io";
const crds = join(import.meta.dirname, "../../../crds");

let rig: Rig;
let subject: Subject;
beforeAll(async () => {
  rig = await openRig();
  subject = await rig.create({ name: "web" });
  await subject.whole();
}, 120_000);
afterAll(() => rig.stop(), 120_000);

const create = (spec: unknown, query: Readonly<Record<string, string>> = {}, name = "bad") =>
  rig.sandbox.adminClient.request({
    method: "POST",
    path: collection,
    query,
    body: { apiVersion: "valkey.verilean.io/v1", kind: "ValkeyCluster", metadata: { name }, spec },
  });

const impossible: readonly (readonly [what: string, spec: unknown, field: string])[] = [
  ["downAfterMs below pingIntervalMs", { sentinel: { pingIntervalMs: 500, downAfterMs: 499 } }, "spec.sentinel.downAfterMs"],
  ["TLS", { tls: { enabled: true } }, "spec.tls.enabled"],
  ["a restore", { restoreFrom: { backupName: "monday" } }, "spec.restoreFrom"],
  ["a policy that there is not", { durability: { onMissingQuorum: "Sometimes" } }, "spec.durability.onMissingQuorum"],
  ["no pods", { replicas: 0 }, "spec.replicas"],
  ["a size that is none", { persistence: { storageSize: "large" } }, "spec.persistence.storageSize"],
  ["a text for a number", { port: "6379" }, "spec.port"],
  ["our own labels", { labels: { "valkey.verilean.io/cluster": "other" } }, "spec.labels"],
];

test("what is impossible or not served yet is refused, naming the field", async (context) => {
  needs(context, rig, RULES_SINCE_MINOR, "rules (CEL) in custom resource definitions");
  for (const [what, spec, field] of impossible) {
    const answer = await create(spec);
    expect({ what, status: "status" in answer ? answer.status : answer._tag }).toEqual({ what, status: 422 });
    expect(messageOf(answer)).toContain(field);
  }
  const renamed = await create({}, {}, "1bad");
  expect(renamed).toMatchObject({ status: 422 });
  expect(messageOf(renamed)).toContain("metadata.name");
  await expect(change(rig, subject.path, { spec: { port: 6380 } })).rejects.toThrow("spec.port");
  await expect(change(rig, subject.path, { spec: { persistence: { enabled: true } } })).rejects.toThrow("spec.persistence.enabled");
});

test("an unknown field is refused under strict validation, and otherwise pruned with a warning", async (context) => {
  needs(context, rig, 25, "fieldValidation");
  const strict = await create({ replica: 3 }, { fieldValidation: "Strict", dryRun: "All" });
  expect(strict).toMatchObject({ status: 400 });
  expect(messageOf(strict)).toContain("spec.replica");
  const warned = await create({ replica: 3 }, { dryRun: "All" });
  expect(warned).toMatchObject({ status: 201 });
  if (warned._tag !== "Answered") return;
  expect(String(warned.headers["warning"])).toContain("spec.replica");
  expect(at(warned.body, "spec")).not.toHaveProperty("replica");
});

test(
  "let in by an old CRD: a condition and an Event, the last good configuration goes on and fails over",
  { timeout: 180_000 },
  async () => {
    await change(rig, definition, { spec: { versions: [anOldVersion()] } });
    const set = "/apis/apps/v1/namespaces/default/statefulsets/web";
    const generation = at(await rig.get(set), "metadata", "generation");
    const bad = { tls: { enabled: true }, sentinel: { downAfterMs: 100, pingIntervalMs: 400 } };
    await until("the old definition admits it", () =>
      change(rig, subject.path, { spec: bad }).then(
        () => true,
        () => false,
      ),
    );
    const condition = await until("SpecValid is False", async () => {
      const found = await subject.condition("SpecValid");
      return found["status"] === "False" ? found : undefined;
    });
    expect(condition["reason"]).toBe("SpecInvalid");
    expect(condition["message"]).toContain("spec.sentinel.downAfterMs");
    expect(condition["message"]).toContain("spec.tls.enabled");
    const events = async () => listOf(at(await rig.get("/api/v1/namespaces/default/events"), "items"));
    await until("an Event says it", async () =>
      (await events()).some((event) => event["reason"] === "SpecInvalid" && String(event["message"]).includes("spec.tls.enabled")),
    );

    const before = { epoch: subject.epoch(), primary: subject.primary() };
    const workload = await subject.write();
    subject.kill(before.primary, "SIGKILL");
    await until("a failover", () => subject.epoch() > before.epoch);
    await subject.whole(3, "Degraded");
    expect(subject.epoch()).toBe(before.epoch + 1);
    expect((await subject.reckon(workload, 3, "Degraded")).lostWaits).toEqual([]);
    expect(at(await rig.get(set), "metadata", "generation")).toBe(generation);

    const { minor } = rig.sandbox.version;
    await applyManifests(
      rig.sandbox.api,
      readManifests(join(crds, "valkeyclusters.yaml")).flatMap((object) => asResource(servable(object, minor)) ?? []),
    );
    await change(rig, subject.path, {
      spec: { tls: { enabled: false }, sentinel: { downAfterMs: 1000, pingIntervalMs: 200 } },
    });
    await until("SpecValid is True", async () => (await subject.condition("SpecValid"))["status"] === "True");
    await subject.whole();
  },
);

/** The definition's one version as if written before there were any limits: no rules, no bounds, no patterns. */
const anOldVersion = (): unknown => {
  const whole: unknown = parse(readFileSync(join(crds, "valkeyclusters.yaml"), "utf8"));
  return servable(loosened(listOf(at(whole, "spec", "versions"))[0]), rig.sandbox.version.minor);
};
const LIMITS = ["x-kubernetes-validations", "minimum", "maximum", "pattern", "maxLength", "maxProperties"];
const loosened = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(loosened);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (LIMITS.includes(key) ? [] : [[key, loosened(inner)]])));
};
