// Conditions under which a write happens or not, and what a write leaves alone: the operator's compare-and-swap stands on these.
import { expect, test } from "vitest";
import { at, configMap, type Door, pathIn, said, statefulSet, textAt, versionOf } from "./door.ts";

const configMaps = pathIn("configmaps");
const statefulSets = pathIn("apps/v1/statefulsets");
const nobody = "00000000-0000-4000-8000-000000000000";

export const writing = (door: () => Door): void => {
  test("an object is created once: the second create is 409 AlreadyExists", async () => {
    const created = await door().ask("POST", configMaps, configMap("once", { a: "1" }));
    expect(said(created)).toBe("201");
    expect(at(created.body, "metadata")).toMatchObject({ name: "once", namespace: "conformance" });
    expect(textAt(created.body, "metadata", "uid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(textAt(created.body, "metadata", "creationTimestamp")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(said(await door().ask("POST", configMaps, configMap("once", { a: "2" })))).toBe("409 AlreadyExists");
    expect(at((await door().ask("GET", `${configMaps}/once`)).body, "data")).toEqual({ a: "1" });
  });

  test("what is not there is 404 NotFound for every verb; so is a create in a namespace that is not there", async () => {
    expect(said(await door().ask("GET", `${configMaps}/never`))).toBe("404 NotFound");
    expect(said(await door().ask("DELETE", `${configMaps}/never`))).toBe("404 NotFound");
    expect(said(await door().ask("PATCH", `${configMaps}/never`, { data: {} }, { type: "merge" }))).toBe("404 NotFound");
    expect(said(await door().ask("POST", "/api/v1/namespaces/nowhere/configmaps", configMap("x")))).toBe("404 NotFound");
  });

  test("generateName makes a name of its own each time", async () => {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "many-" } };
    const names = [await door().ask("POST", configMaps, body), await door().ask("POST", configMaps, body)].map((reply) =>
      textAt(reply.body, "metadata", "name"),
    );
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^many-[a-z0-9]{5}$/);
  });

  test("a write that names an old version is 409 Conflict, by update, by patch and by delete", async () => {
    const first = await door().ask("POST", configMaps, configMap("versioned", { a: "1" }));
    const old = versionOf(first);
    const second = await door().ask("PUT", `${configMaps}/versioned`, { ...first.body, data: { a: "2" } });
    expect(said(second)).toBe("200");
    expect(BigInt(versionOf(second))).toBeGreaterThan(BigInt(old));
    const path = `${configMaps}/versioned`;
    const stale = { metadata: { resourceVersion: old }, data: { a: "3" } };
    expect(said(await door().ask("PUT", path, { ...first.body, data: { a: "3" } }))).toBe("409 Conflict");
    expect(said(await door().ask("PATCH", path, stale, { type: "merge" }))).toBe("409 Conflict");
    expect(said(await door().ask("DELETE", path, { preconditions: { resourceVersion: old } }))).toBe("409 Conflict");
    const current = { metadata: { resourceVersion: versionOf(second) }, data: { a: "4" } };
    expect(said(await door().ask("PATCH", path, current, { type: "merge" }))).toBe("200");
    expect(said(await door().ask("PATCH", path, { data: { a: "5" } }, { type: "merge" }))).toBe("200");
  });

  test("of patches that name one version only the first counts, however many are sent together", async () => {
    const created = await door().ask("POST", configMaps, configMap("raced"));
    const metadata = { resourceVersion: versionOf(created) };
    const replies = await Promise.all(
      ["a", "b", "c", "d"].map((winner) => door().ask("PATCH", `${configMaps}/raced`, { metadata, data: { winner } }, { type: "merge" })),
    );
    expect(replies.map(said).toSorted()).toEqual(["200", "409 Conflict", "409 Conflict", "409 Conflict"]);
  });

  test("a write meant for an earlier object of the name is 409 Conflict by its uid, by update and by delete", async () => {
    const created = await door().ask("POST", configMaps, configMap("reborn"));
    const path = `${configMaps}/reborn`;
    const metadata = { name: "reborn", uid: nobody };
    expect(said(await door().ask("PUT", path, { ...created.body, metadata }))).toBe("409 Conflict");
    expect(said(await door().ask("DELETE", path, { preconditions: { uid: nobody } }))).toBe("409 Conflict");
    // By patch it is refused as well; with the version of the earlier object beside it, as the operator sends it, as a conflict.
    expect((await door().ask("PATCH", path, { metadata: { uid: nobody } }, { type: "merge" })).code).toBeGreaterThanOrEqual(400);
    const both = { metadata: { uid: nobody, resourceVersion: "1" }, data: { a: "1" } };
    expect(said(await door().ask("PATCH", path, both, { type: "merge" }))).toBe("409 Conflict");
    expect(said(await door().ask("GET", path))).toBe("200");
  });

  test("a write that changes nothing makes no new version", async () => {
    const created = await door().ask("POST", configMaps, configMap("same", { a: "1" }));
    expect(versionOf(await door().ask("PUT", `${configMaps}/same`, created.body))).toBe(versionOf(created));
    const merged = await door().ask("PATCH", `${configMaps}/same`, { data: { a: "1", b: null } }, { type: "merge" });
    expect(versionOf(merged)).toBe(versionOf(created));
  });

  test("a merge patch removes with null, merges objects and replaces lists", async () => {
    const labels = { one: "1", two: "2" };
    await door().ask("POST", configMaps, configMap("merged", { a: "1", b: "2" }, { labels, finalizers: ["example.org/a"] }));
    const body = { metadata: { labels: { one: null, three: "3" }, finalizers: ["example.org/b"] }, data: { b: null, never: null } };
    const merged = await door().ask("PATCH", `${configMaps}/merged`, body, { type: "merge" });
    expect(at(merged.body, "data")).toEqual({ a: "1" });
    expect(at(merged.body, "metadata", "labels")).toEqual({ two: "2", three: "3" });
    expect(at(merged.body, "metadata", "finalizers")).toEqual(["example.org/b"]);
    await door().ask("PATCH", `${configMaps}/merged`, { metadata: { finalizers: null } }, { type: "merge" });
  });

  test("spec and status are written apart, and only the spec counts generations", async () => {
    const created = await door().ask("POST", statefulSets, statefulSet("parts", { replicas: 1 }));
    expect(at(created.body, "metadata", "generation")).toBe(1);
    const path = `${statefulSets}/parts`;
    const both = { spec: { replicas: 7 }, status: { replicas: 1, observedGeneration: 1 } };
    const status = await door().ask("PATCH", `${path}/status`, both, { type: "merge" });
    expect([at(status.body, "spec", "replicas"), at(status.body, "status", "replicas")]).toEqual([1, 1]);
    expect(at(status.body, "metadata", "generation")).toBe(1);
    const spec = await door().ask("PATCH", path, { spec: { replicas: 3 }, status: { replicas: 9 } }, { type: "merge" });
    expect([at(spec.body, "spec", "replicas"), at(spec.body, "status", "replicas")]).toEqual([3, 1]);
    expect(at(spec.body, "metadata", "generation")).toBe(2);
    const labelled = await door().ask("PATCH", path, { metadata: { labels: { a: "b" } } }, { type: "merge" });
    expect(at(labelled.body, "metadata", "generation")).toBe(2);
  });

  test("a StatefulSet's selector, serviceName and claims cannot be changed; its template and replicas can", async () => {
    await door().ask("POST", statefulSets, statefulSet("fixed"));
    const patch = (spec: object) => door().ask("PATCH", `${statefulSets}/fixed`, { spec }, { type: "merge" });
    expect(said(await patch({ serviceName: "other" }))).toBe("422 Invalid");
    expect(said(await patch({ podManagementPolicy: "Parallel" }))).toBe("422 Invalid");
    expect(said(await patch({ replicas: 2, updateStrategy: { type: "OnDelete", rollingUpdate: null } }))).toBe("200");
    expect(said(await patch({ template: { metadata: { annotations: { changed: "yes" } } } }))).toBe("200");
  });

  test("the scale subresource reads and writes spec.replicas", async () => {
    await door().ask("POST", statefulSets, statefulSet("scaled", { replicas: 1 }));
    const path = `${statefulSets}/scaled/scale`;
    const read = await door().ask("GET", path);
    expect([at(read.body, "kind"), at(read.body, "spec", "replicas")]).toEqual(["Scale", 1]);
    expect(at((await door().ask("PATCH", path, { spec: { replicas: 4 } }, { type: "merge" })).body, "spec", "replicas")).toBe(4);
    const put = await door().ask("PUT", path, {
      ...read.body,
      metadata: { name: "scaled", namespace: "conformance" },
      spec: { replicas: 5 },
    });
    expect(at(put.body, "spec", "replicas")).toBe(5);
    expect(at((await door().ask("GET", `${statefulSets}/scaled`)).body, "spec", "replicas")).toBe(5);
    expect(said(await door().ask("PUT", path, { ...read.body, spec: { replicas: 6 } }))).toBe("409 Conflict");
  });

  test("a dry run answers as if and stores nothing", async () => {
    const query = { dryRun: "All" };
    expect(said(await door().ask("POST", configMaps, configMap("dry"), { query }))).toBe("201");
    expect(said(await door().ask("GET", `${configMaps}/dry`))).toBe("404 NotFound");
    await door().ask("POST", configMaps, configMap("dry", { a: "1" }));
    const patched = await door().ask("PATCH", `${configMaps}/dry`, { data: { a: "2" } }, { type: "merge", query });
    expect(at(patched.body, "data", "a")).toBe("2");
    expect(said(await door().ask("DELETE", `${configMaps}/dry`, undefined, { query }))).toBe("200");
    expect(at((await door().ask("GET", `${configMaps}/dry`)).body, "data")).toEqual({ a: "1" });
  });

  test("a name that is none and a body of another kind are refused", async () => {
    expect(said(await door().ask("POST", configMaps, configMap("Not A Name")))).toBe("422 Invalid");
    expect(said(await door().ask("POST", configMaps, { ...configMap("kind"), kind: "Secret" }))).toBe("400 BadRequest");
    expect((await door().ask("POST", configMaps, { ...configMap("typed"), data: { a: 1 } })).code).toBe(400);
    expect((await door().ask("PATCH", `${configMaps}/once`, {}, { type: "json" })).code).toBe(415);
  });
};
