// Server-side apply: how the operator keeps its objects as they should be beside what others write into them.
import { expect, test } from "vitest";
import { at, configMap, type Door, type Fields, listAt, pathIn, type Reply, said, statefulSet, textAt, versionOf } from "./door.ts";

const configMaps = pathIn("configmaps");
const nobody = "00000000-0000-4000-8000-000000000000";

const managers = (reply: Reply): readonly string[] =>
  listAt(reply.body, "metadata", "managedFields")
    .map((entry) => `${textAt(entry, "manager")} ${textAt(entry, "operation")}`)
    .toSorted();

const sidecar = (list: readonly Fields[]): Fields => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "items" },
  spec: { template: { spec: { containers: list } } },
});

const service = (selector: Fields): Fields => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "routed" },
  spec: { selector, ports: [{ name: "valkey", port: 6379, protocol: "TCP", targetPort: 6379 }] },
});

const containers = (reply: Reply): readonly unknown[] =>
  listAt(reply.body, "spec", "template", "spec", "containers").map((one) => one["name"]);

const guarded = (metadata: Fields): Fields => configMap("guarded", { a: "2" }, metadata);

export const applying = (door: () => Door): void => {
  const apply = (path: string, fieldManager: string, body: Fields, more: Readonly<Record<string, string>> = {}) =>
    door().ask("PATCH", path, body, { type: "apply", query: { fieldManager, ...more } });

  test("an apply creates, removes what it no longer states, and writes nothing when nothing changes", async () => {
    const path = `${configMaps}/applied`;
    const created = await apply(path, "us", configMap("applied", { a: "1", b: "2" }));
    expect([created.code, managers(created)]).toEqual([201, ["us Apply"]]);
    const smaller = await apply(path, "us", configMap("applied", { a: "1" }));
    expect([smaller.code, at(smaller.body, "data")]).toEqual([200, { a: "1" }]);
    const again = await apply(path, "us", configMap("applied", { a: "1" }));
    expect(versionOf(again)).toBe(versionOf(smaller));
  });

  test("another's field is a conflict, unless the values agree or it is forced", async () => {
    const path = `${configMaps}/contested`;
    await apply(path, "us", configMap("contested", { a: "1" }));
    expect((await apply(path, "them", configMap("contested", { a: "1", b: "2" }))).code).toBe(200);
    const refused = await apply(path, "them", configMap("contested", { a: "9", b: "2" }));
    expect(said(refused)).toBe("409 Conflict");
    expect(listAt(refused.body, "details", "causes").map((cause) => [cause["reason"], cause["field"]])).toEqual([
      ["FieldManagerConflict", ".data.a"],
    ]);
    const forced = await apply(path, "them", configMap("contested", { a: "9", b: "2" }), { force: "true" });
    expect(at(forced.body, "data")).toEqual({ a: "9", b: "2" });
    // It is theirs alone now: leaving it out takes nothing away.
    expect(at((await apply(path, "us", configMap("contested"))).body, "data")).toEqual({ a: "9", b: "2" });
  });

  test("what both state stays until both have left it out", async () => {
    const path = `${configMaps}/shared`;
    await apply(path, "us", configMap("shared", { a: "1" }));
    await apply(path, "them", configMap("shared", { a: "1" }));
    expect(at((await apply(path, "us", configMap("shared"))).body, "data")).toEqual({ a: "1" });
    expect(at((await apply(path, "them", configMap("shared"))).body, "data")).toBeUndefined();
  });

  test("a change by hand takes the field over; force takes it back", async () => {
    const path = `${configMaps}/edited`;
    await apply(path, "us", configMap("edited", { a: "1" }));
    const edited = await door().ask("PATCH", path, { data: { a: "2" } }, { type: "merge", query: { fieldManager: "hand" } });
    // Nothing is left of what "us" applied, so that it is no manager any more.
    expect(managers(edited)).toEqual(["hand Update"]);
    expect(said(await apply(path, "us", configMap("edited", { a: "1" })))).toBe("409 Conflict");
    const forced = await apply(path, "us", configMap("edited", { a: "1" }), { force: "true" });
    expect([at(forced.body, "data"), managers(forced)]).toEqual([{ a: "1" }, ["us Apply"]]);
  });

  test("an object we created is ours as an update is; an apply of the same fields shares them", async () => {
    const path = `${configMaps}/created`;
    await door().ask("POST", configMaps, configMap("created", { a: "1", b: "2" }), { query: { fieldManager: "us" } });
    const applied = await apply(path, "us", configMap("created", { a: "1", b: "2" }), { force: "true" });
    expect(managers(applied)).toEqual(["us Apply", "us Update"]);
    // The update still owns it, so that an apply alone does not remove it.
    expect(at((await apply(path, "us", configMap("created", { a: "1" }), { force: "true" })).body, "data")).toEqual({ a: "1", b: "2" });
  });

  test("an apply that names an old version or another uid is 409 Conflict, and creates nothing in place of what is gone", async () => {
    const path = `${configMaps}/guarded`;
    const created = await apply(path, "us", configMap("guarded", { a: "1" }));
    await apply(path, "us", configMap("guarded", { a: "3" }));
    expect(said(await apply(path, "us", guarded({ resourceVersion: versionOf(created) }), { force: "true" }))).toBe("409 Conflict");
    const gone = { uid: textAt(created.body, "metadata", "uid"), resourceVersion: versionOf(created) };
    await door().ask("DELETE", path);
    expect(said(await apply(path, "us", guarded(gone), { force: "true" }))).toBe("409 Conflict");
    expect(said(await door().ask("GET", path))).toBe("404 NotFound");
    await door().ask("POST", configMaps, configMap("guarded"));
    expect(said(await apply(path, "us", guarded({ ...gone, uid: nobody }), { force: "true" }))).toBe("409 Conflict");
  });

  test("lists with keys are merged item by item, and each manager takes away only its own", async () => {
    const path = pathIn("apps/v1/statefulsets", "items");
    await apply(path, "us", statefulSet("items"));
    expect(containers(await apply(path, "them", sidecar([{ name: "exporter", image: "exporter:1" }])))).toEqual(["valkey", "exporter"]);
    expect(containers(await apply(path, "us", statefulSet("items", { replicas: 2 })))).toEqual(["valkey", "exporter"]);
    expect(containers(await apply(path, "them", { ...sidecar([]), spec: {} }))).toEqual(["valkey"]);
  });

  test("applying a Service's selector changes the selector and keeps its address", async () => {
    const path = pathIn("services", "routed");
    const created = await apply(path, "us", service({ app: "x", pod: "web-0" }));
    expect(created.code).toBe(201);
    const moved = await apply(path, "us", service({ app: "x", pod: "web-1" }), { force: "true" });
    expect(at(moved.body, "spec", "selector")).toEqual({ app: "x", pod: "web-1" });
    expect(at(moved.body, "spec", "clusterIP")).toBe(at(created.body, "spec", "clusterIP"));
    expect(at((await apply(path, "us", service({ app: "x" }), { force: "true" })).body, "spec", "selector")).toEqual({ app: "x" });
  });

  test("an apply without a manager, of another name, or with managed fields is refused", async () => {
    const path = `${configMaps}/malformed`;
    expect((await door().ask("PATCH", path, configMap("malformed"), { type: "apply" })).code).toBeGreaterThanOrEqual(400);
    expect((await apply(path, "us", configMap("other"))).code).toBe(400);
    const managedFields = [{ manager: "us", operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: {} }];
    expect((await apply(path, "us", configMap("malformed", {}, { managedFields }))).code).toBe(400);
    expect(said(await door().ask("GET", path))).toBe("404 NotFound");
  });
};
