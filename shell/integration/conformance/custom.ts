// Custom resources: our own definition, as it is in crds/, and what the server makes of objects of that kind.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { at, type Door, type Fields, listAt, NAMESPACE, needs, pathIn, type Reply, said, textAt, versionOf } from "./door.ts";
import { servable } from "../../src/sandbox/older-server.ts";

const clusters = pathIn("valkey.verilean.io/v1/valkeyclusters");
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const cluster = (name: string, spec: Fields = {}, more: Fields = {}): Fields => ({
  apiVersion: "valkey.verilean.io/v1",
  kind: "ValkeyCluster",
  metadata: { name },
  spec,
  ...more,
});

export const installDefinition = async (door: Door): Promise<void> => {
  const file = join(import.meta.dirname, "../../../crds/valkeyclusters.yaml");
  const definition: unknown = parse(readFileSync(file, "utf8"));
  const reply = await door.ask("POST", definitions, servable(definition, door.minor));
  if (reply.code !== 201) throw new Error(textAt(reply.body, "message"));
  const path = `${definitions}/valkeyclusters.valkey.verilean.io`;
  for (let served = 0; served !== 200;) {
    served = (await door.ask("GET", clusters)).code;
    if (served !== 200) await new Promise((done) => setTimeout(done, 50));
  }
  const conditions = listAt((await door.ask("GET", path)).body, "status", "conditions");
  expect(conditions).toContainEqual(expect.objectContaining({ type: "Established", status: "True" }));
};

export const custom = (door: () => Door): void => {
  const create = (name: string, spec: Fields = {}, more: Fields = {}): Promise<Reply> =>
    door().ask("POST", clusters, cluster(name, spec, more));
  const merge = (path: string, body: Fields) => door().ask("PATCH", `${clusters}/${path}`, body, { type: "merge" });

  const wrong = async (spec: Fields): Promise<unknown> => {
    const reply = await create("wrong", spec);
    return [said(reply), ...listAt(reply.body, "details", "causes").map((cause) => cause["field"])];
  };

  test("defaults are filled in, also inside of objects that are there only by default", async () => {
    const created = await create("defaulted");
    expect(created.code).toBe(201);
    expect(at(created.body, "spec")).toMatchObject({
      replicas: 3,
      port: 6379,
      sentinel: { downAfterMs: 5000 },
      persistence: { enabled: true },
    });
    expect(at(created.body, "metadata", "generation")).toBe(1);
    const emptied = await merge("defaulted", { spec: { replicas: null } });
    expect(at(emptied.body, "spec", "replicas")).toBe(3);
  });

  test("unknown fields are pruned, in the spec and in the status", async () => {
    const created = await create("pruned", { colour: "red", sentinel: { downAfterMs: 6000, colour: "red" } }, { extra: 1 });
    expect([at(created.body, "extra"), at(created.body, "spec", "colour"), at(created.body, "spec", "sentinel", "colour")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const reported = await merge("pruned/status", { status: { phase: "Creating", colour: "red" } });
    expect(at(reported.body, "status")).toEqual({ phase: "Creating" });
  });

  test("under strict validation an unknown field is 400, with its name", async (context) => {
    needs(context, door(), 25, "fieldValidation");
    const reply = await door().ask("POST", clusters, cluster("strict", { colour: "red" }), { query: { fieldValidation: "Strict" } });
    expect(reply.code).toBe(400);
    expect(textAt(reply.body, "message")).toContain("spec.colour");
  });

  test("what breaks the schema is 422 with the field's name", async () => {
    expect(await wrong({ replicas: -1 })).toEqual(expect.arrayContaining(["422 Invalid", "spec.replicas"]));
    expect(await wrong({ replicas: "two" })).toContain("spec.replicas");
    expect(await wrong({ sentinel: { downAfterMs: 1, pingIntervalMs: 0 } })).toEqual(
      expect.arrayContaining(["422 Invalid", "spec.sentinel.downAfterMs", "spec.sentinel.pingIntervalMs"]),
    );
    expect(await wrong({ sentinel: [] })).toContain("spec.sentinel");
    expect(await wrong({ sentinel: { pingIntervalMs: 1.5 } })).toContain("spec.sentinel.pingIntervalMs");
  });

  test("rules see fields together, and messages name them", async (context) => {
    needs(context, door(), 25, "rules (CEL) in custom resource definitions");
    const reply = await create("ruled", { sentinel: { downAfterMs: 600, pingIntervalMs: 1000 } });
    expect(said(reply)).toBe("422 Invalid");
    expect(textAt(reply.body, "message")).toContain("downAfterMs");
    const tls = await create("ruled", { tls: { enabled: true } });
    expect(said(tls)).toBe("422 Invalid");
    expect(textAt(tls.body, "message")).toContain("tls");
  });

  test("the status is left out of a create and of an update, and the spec out of a status' update", async () => {
    const created = await create("apart", {}, { status: { phase: "Running" } });
    expect(at(created.body, "status")).toBeUndefined();
    const status = await merge("apart/status", { spec: { replicas: 5 }, status: { phase: "Creating", replicas: 3 } });
    expect([at(status.body, "spec", "replicas"), at(status.body, "status", "phase")]).toEqual([3, "Creating"]);
    expect(at(status.body, "metadata", "generation")).toBe(1);
    const spec = await merge("apart", { spec: { replicas: 5 }, status: { phase: "Running" } });
    expect([at(spec.body, "spec", "replicas"), at(spec.body, "status", "phase")]).toEqual([5, "Creating"]);
    expect(at(spec.body, "metadata", "generation")).toBe(2);
    // What stands beside the status goes through this door as well: labels and annotations do not.
    const labelled = await merge("apart/status", { metadata: { labels: { a: "b" } }, status: { phase: "Running" } });
    expect(at(labelled.body, "metadata", "labels")).toBeUndefined();
  });

  test("the record moves only by the version it was read at, and null takes an intent out of it", async () => {
    const created = await create("recorded");
    const identity = { pod: "recorded-0", uid: "u-0", runId: "r-0" };
    const primary = { ...identity, epoch: 1, replid: "a".repeat(40) };
    const failover = { version: 1, epoch: 1, primary, intent: null, members: [], waitReplicas: 1, minReplicas: 1, retired: [] };
    const first = await merge("recorded/status", { metadata: { resourceVersion: versionOf(created) }, status: { failover } });
    expect(said(first)).toBe("200");
    const intent = { kind: "failover", old: identity, candidate: null, evidence: "silent" };
    const claim = { metadata: { resourceVersion: versionOf(first) }, status: { failover: { epoch: 2, intent } } };
    const claims = await Promise.all([merge("recorded/status", claim), merge("recorded/status", claim)]);
    // The two say the same: whoever comes second finds another version, however alike the rest is.
    expect(claims.map(said).toSorted()).toEqual(["200", "409 Conflict"]);
    const done = await merge("recorded/status", { status: { failover: { intent: null, primary: { replidBefore: null } } } });
    expect(at(done.body, "status", "failover", "intent")).toBeUndefined();
    expect(at(done.body, "status", "failover", "epoch")).toBe(2);
    expect(at(done.body, "status", "failover", "primary", "replid")).toBe("a".repeat(40));
  });

  test("the scale subresource reads and writes the replicas, and shows the status' and the selector", async () => {
    await create("scaled", { replicas: 3 });
    await merge("scaled/status", { status: { replicas: 2, selector: "a=b" } });
    const scale = await door().ask("GET", `${clusters}/scaled/scale`);
    expect(at(scale.body, "apiVersion")).toBe("autoscaling/v1");
    expect(at(scale.body, "spec")).toEqual({ replicas: 3 });
    expect(at(scale.body, "status")).toEqual({ replicas: 2, selector: "a=b" });
    const scaled = await merge("scaled/scale", { spec: { replicas: 5 } });
    expect(at(scaled.body, "spec", "replicas")).toBe(5);
    expect(at((await door().ask("GET", `${clusters}/scaled`)).body, "metadata", "generation")).toBe(2);
    expect((await merge("scaled/scale", { spec: { replicas: -1 } })).code).toBe(422);
  });

  test("an update has to say which version it is based on; a strategic patch is for built-in kinds only", async () => {
    const created = await create("based");
    expect(said(await door().ask("PUT", `${clusters}/based`, cluster("based", { replicas: 5 })))).toBe("422 Invalid");
    expect(said(await door().ask("PUT", `${clusters}/based`, { ...created.body, spec: { replicas: 5 } }))).toBe("200");
    expect((await door().ask("PATCH", `${clusters}/based`, {}, { type: "strategic" })).code).toBe(415);
  });

  test("lists, watches and deletions are those of every kind", async () => {
    const list = await door().ask("GET", clusters);
    expect(at(list.body, "kind")).toBe("ValkeyClusterList");
    const stream = await door().watch(clusters, { resourceVersion: versionOf(list), fieldSelector: "metadata.name=watched" });
    await create("watched");
    await merge("watched/status", { status: { phase: "Running" } });
    await door().ask("DELETE", `${clusters}/watched`);
    const seen = [await stream.next(), await stream.next(), await stream.next()];
    expect(seen.map((change) => change?.type)).toEqual(["ADDED", "MODIFIED", "DELETED"]);
    expect(seen.map((change) => at(change?.object, "metadata", "namespace"))).toEqual([NAMESPACE, NAMESPACE, NAMESPACE]);
    stream.stop();
  });

  test("discovery names the kind, its status and its scale", async () => {
    const found = await door().ask("GET", "/apis/valkey.verilean.io/v1");
    const names = listAt(found.body, "resources").map((resource) => resource["name"]);
    expect(names.map(String).toSorted()).toEqual(["valkeyclusters", "valkeyclusters/scale", "valkeyclusters/status"]);
    const groups = await door().ask("GET", "/apis");
    expect(listAt(groups.body, "groups").map((group) => at(group, "preferredVersion", "groupVersion"))).toContain("valkey.verilean.io/v1");
  });
};
