// How objects go: finalizers, owners, grace. The garbage collector, the kubelet and the operator's own marks stand on these.
import { expect, test } from "vitest";
import { at, configMap, type Door, type Fields, fieldsAt, pathIn, pod, said, statefulSet, textAt, versionOf } from "./door.ts";

const configMaps = pathIn("configmaps");
const pods = pathIn("pods");

const owner = (name: string, more: Fields = {}): Fields => ({ apiVersion: "v1", kind: "ConfigMap", name, uid: `uid-${name}`, ...more });

const done = (meant: string) => ({ gracePeriodSeconds: 0, preconditions: { uid: meant } });

export const deleting = (door: () => Door): void => {
  const finalizers = (name: string, list: readonly string[] | null) =>
    door().ask("PATCH", `${configMaps}/${name}`, { metadata: { finalizers: list } }, { type: "merge" });

  const create = (name: string, ownerReferences: readonly Fields[]) =>
    door().ask("POST", configMaps, configMap(name, {}, { ownerReferences }));

  test("a deletion without finalizers is at once", async () => {
    await door().ask("POST", configMaps, configMap("plain"));
    expect(said(await door().ask("DELETE", `${configMaps}/plain`))).toBe("200");
    expect(said(await door().ask("GET", `${configMaps}/plain`))).toBe("404 NotFound");
  });

  test("a finalizer holds a deleted object; none can be added then; without any it is gone", async () => {
    await door().ask("POST", configMaps, configMap("held", {}, { finalizers: ["example.org/hold"] }));
    const marked = await door().ask("DELETE", `${configMaps}/held`);
    const since = textAt(marked.body, "metadata", "deletionTimestamp");
    expect(since).toMatch(/Z$/);
    expect(at(marked.body, "metadata", "deletionGracePeriodSeconds")).toBe(0);
    expect(textAt((await door().ask("DELETE", `${configMaps}/held`)).body, "metadata", "deletionTimestamp")).toBe(since);
    expect(said(await finalizers("held", ["example.org/hold", "example.org/new"]))).toBe("422 Invalid");
    expect(said(await door().ask("PATCH", `${configMaps}/held`, { data: { still: "written" } }, { type: "merge" }))).toBe("200");
    expect(said(await door().ask("POST", configMaps, configMap("held")))).toBe("409 AlreadyExists");
    expect(said(await finalizers("held", null))).toBe("200");
    expect(said(await door().ask("GET", `${configMaps}/held`))).toBe("404 NotFound");
  });

  test("a deletion's mark cannot be written or taken back by hand", async () => {
    const written = await door().ask("POST", configMaps, configMap("marked", {}, { deletionTimestamp: "2020-01-01T00:00:00Z" }));
    expect(at(written.body, "metadata", "deletionTimestamp")).toBeUndefined();
    await finalizers("marked", ["example.org/hold"]);
    await door().ask("DELETE", `${configMaps}/marked`);
    const undone = await door().ask("PATCH", `${configMaps}/marked`, { metadata: { deletionTimestamp: null } }, { type: "merge" });
    expect(said(undone)).toBe("200");
    expect(textAt(undone.body, "metadata", "deletionTimestamp")).toMatch(/Z$/);
    await finalizers("marked", null);
  });

  test("the propagation policy is left as a finalizer for the garbage collector", async () => {
    for (const [policy, finalizer] of [
      ["Foreground", "foregroundDeletion"],
      ["Orphan", "orphan"],
    ] as const) {
      const name = `owner-${policy.toLowerCase()}`;
      await door().ask("POST", configMaps, configMap(name));
      const marked = await door().ask("DELETE", `${configMaps}/${name}`, { propagationPolicy: policy });
      expect(at(marked.body, "metadata", "finalizers")).toEqual([finalizer]);
      expect(said(await finalizers(name, null))).toBe("200");
      expect(said(await door().ask("GET", `${configMaps}/${name}`))).toBe("404 NotFound");
    }
    await door().ask("POST", configMaps, configMap("owner-background"));
    await door().ask("DELETE", `${configMaps}/owner-background`, { propagationPolicy: "Background" });
    expect(said(await door().ask("GET", `${configMaps}/owner-background`))).toBe("404 NotFound");
  });

  test("the mark of a deletion counts as a generation of what counts them", async () => {
    const statefulSets = pathIn("apps/v1/statefulsets");
    await door().ask("POST", statefulSets, statefulSet("last"));
    const marked = await door().ask("DELETE", `${statefulSets}/last`, { propagationPolicy: "Foreground" });
    expect(at(marked.body, "metadata", "generation")).toBe(2);
    await door().ask("PATCH", `${statefulSets}/last`, { metadata: { finalizers: null } }, { type: "merge" });
    expect(said(await door().ask("GET", `${statefulSets}/last`))).toBe("404 NotFound");
  });

  test("owners are kept as written; one without a uid, and two that control, are refused", async () => {
    const controller = { controller: true, blockOwnerDeletion: true };
    const owned = await create("owned", [owner("a", controller), owner("b")]);
    expect(at(owned.body, "metadata", "ownerReferences")).toEqual([owner("a", controller), owner("b")]);
    expect(said(await create("owned-by-none", [owner("a", { uid: "" })]))).toBe("422 Invalid");
    expect(said(await create("owned-twice", [owner("a", controller), owner("b", controller)]))).toBe("422 Invalid");
  });

  test("a pod without a node goes at once; one on a node waits for its kubelet", async () => {
    await door().ask("POST", pods, pod("nowhere"));
    await door().ask("DELETE", `${pods}/nowhere`);
    expect(said(await door().ask("GET", `${pods}/nowhere`))).toBe("404 NotFound");

    await door().ask("POST", pods, pod("somewhere", {}, { nodeName: "node-1" }));
    const marked = await door().ask("DELETE", `${pods}/somewhere`);
    expect(at(marked.body, "metadata", "deletionGracePeriodSeconds")).toBe(30);
    const sooner = await door().ask("DELETE", `${pods}/somewhere`, { gracePeriodSeconds: 5 });
    expect(at(sooner.body, "metadata", "deletionGracePeriodSeconds")).toBe(5);
    const later = await door().ask("DELETE", `${pods}/somewhere`, { gracePeriodSeconds: 60 });
    expect(at(later.body, "metadata", "deletionGracePeriodSeconds")).toBe(5);
    expect(said(await door().ask("GET", `${pods}/somewhere`))).toBe("200");
    const uid = textAt(marked.body, "metadata", "uid");
    expect(said(await door().ask("DELETE", `${pods}/somewhere`, done("another")))).toBe("409 Conflict");
    expect(said(await door().ask("DELETE", `${pods}/somewhere`, done(uid)))).toBe("200");
    expect(said(await door().ask("GET", `${pods}/somewhere`))).toBe("404 NotFound");
  });

  test("a pod on a node goes at once when it is deleted with no grace", async () => {
    await door().ask("POST", pods, pod("forced", {}, { nodeName: "node-1", terminationGracePeriodSeconds: 7 }));
    expect(said(await door().ask("DELETE", `${pods}/forced`, { gracePeriodSeconds: 0 }))).toBe("200");
    expect(said(await door().ask("GET", `${pods}/forced`))).toBe("404 NotFound");
  });

  test("whoever watches a pod that goes sees it marked with no grace left before it is gone", async () => {
    const made = await door().ask("POST", pods, pod("watched", {}, { nodeName: "node-1" }));
    const stream = await door().watch(pods, { fieldSelector: "metadata.name=watched", resourceVersion: versionOf(made) });
    await door().ask("DELETE", `${pods}/watched`, { gracePeriodSeconds: 30 });
    await door().ask("DELETE", `${pods}/watched`, { gracePeriodSeconds: 0 });
    const seen: string[] = [];
    while (!seen.at(-1)?.startsWith("DELETED")) {
      const change = await stream.next();
      if (change === undefined) break;
      if (change.type !== "BOOKMARK") seen.push(`${change.type} ${String(at(change.object, "metadata", "deletionGracePeriodSeconds"))}`);
    }
    stream.stop();
    expect(seen).toEqual(["MODIFIED 30", "MODIFIED 0", "DELETED 0"]);
  });

  test("a claim in use is held by whoever put a finalizer on it, and its volume by its own", async () => {
    const claims = pathIn("persistentvolumeclaims");
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", finalizers: ["kubernetes.io/pvc-protection"] },
      spec,
    };
    expect(said(await door().ask("POST", claims, claim))).toBe("201");
    expect(fieldsAt((await door().ask("DELETE", `${claims}/data`)).body, "metadata")["deletionTimestamp"]).toBeDefined();
    const held = await door().ask("GET", `${claims}/data`);
    const metadata = { finalizers: null, resourceVersion: versionOf(held) };
    expect(said(await door().ask("PATCH", `${claims}/data`, { metadata }, { type: "merge" }))).toBe("200");
    expect(said(await door().ask("GET", `${claims}/data`))).toBe("404 NotFound");
  });
};
