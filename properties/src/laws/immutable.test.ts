// Fields of a StatefulSet that the API server never changes: an apply that names them otherwise is refused as a whole, and nothing of the cluster would
// ever be repaired again. So they are applied as they are there, everything else goes on being repaired, and what is not as it should be is
// told, with what to do about it.
import { type Cluster, type Json, type JsonObject, type Observed, desiredObjects, differs, immutableDrift } from "@gungnir/core";
import { expect, it } from "vitest";
import { changedAt, clusterOf, converged, isObject, specOf, valueAt } from "./objects.ts";

const made = (enabled = true): Cluster => converged(clusterOf("web", specOf({ persistence: { enabled } })));
const setOf = ({ objects }: Cluster): Observed => {
  const set = objects.find(({ kind }) => kind === "StatefulSet");
  if (set === undefined) throw new Error("no StatefulSet is there");
  return set;
};
const withSet = (cluster: Cluster, change: (set: Observed) => Observed): Cluster => ({
  ...cluster,
  objects: cluster.objects.map((one) => (one.kind === "StatefulSet" ? change(one) : one)),
});
const specOfSet = (manifest: JsonObject): JsonObject => {
  const { spec } = manifest;
  return isObject(spec) ? spec : {};
};
/** With a field of the StatefulSet's spec otherwise; undefined takes it away. */
const withField = (cluster: Cluster, field: string, value: Json | undefined): Cluster =>
  withSet(cluster, (set) => {
    const { [field]: _, ...rest } = specOfSet(set.manifest);
    return { ...set, manifest: { ...set.manifest, spec: value === undefined ? rest : { ...rest, [field]: value } } };
  });
const desiredSet = (cluster: Cluster) => {
  const set = desiredObjects(cluster).find(({ kind }) => kind === "StatefulSet");
  if (set === undefined) throw new Error("no StatefulSet is desired");
  return set;
};

const OTHERS: readonly (readonly [string, Json])[] = [
  ["serviceName", "another"],
  ["podManagementPolicy", "OrderedReady"],
  ["selector", { matchLabels: { app: "web" } }],
  ["volumeClaimTemplates", [{ metadata: { name: "data" }, spec: { storageClassName: "slow" } }]],
];

it.each(OTHERS)("%s stays as it is there, is no drift, and is told with what it should be and how to have it", (field, value) => {
  const cluster = withField(made(), field, value);
  const wanted = valueAt(desiredSet(made()).manifest, "spec", field);
  expect(valueAt(desiredSet(cluster).manifest, "spec", field)).toEqual(value);
  expect(differs(desiredSet(cluster), setOf(cluster))).toBe(false);
  const [told, ...more] = immutableDrift(cluster);
  expect(more).toEqual([]);
  expect(told?.field).toBe(`StatefulSet web spec.${field}`);
  expect(JSON.parse(told?.value ?? "")).toEqual(value);
  const [should = "", ...advice] = told?.allowed.split("; ") ?? [];
  expect(JSON.parse(should)).toEqual(wanted);
  expect(advice).toEqual(["delete it with --cascade=orphan, which keeps the pods, and it is made anew"]);
  // The rest is applied as ever.
  const drifted = withSet(cluster, (set) => {
    const manifest = changedAt(set.manifest, ["spec", "replicas"], () => 8);
    return isObject(manifest) ? { ...set, manifest } : set;
  });
  expect(differs(desiredSet(drifted), setOf(drifted))).toBe(true);
  expect(desiredSet(drifted).manifest).toMatchObject({ metadata: { name: "web" }, spec: { replicas: 3, [field]: value } });
});

it("a StatefulSet made without volumes stays without, one made with them stays with, and either is told", () => {
  const without = withField(made(), "volumeClaimTemplates", undefined);
  expect(Object.keys(specOfSet(desiredSet(without).manifest))).not.toContain("volumeClaimTemplates");
  expect(immutableDrift(without)).toMatchObject([{ field: "StatefulSet web spec.volumeClaimTemplates", value: "null" }]);
  const claims: Json = [{ metadata: { name: "data" } }];
  const having = withField(made(false), "volumeClaimTemplates", claims);
  expect(valueAt(desiredSet(having).manifest, "spec", "volumeClaimTemplates")).toEqual(claims);
  expect(immutableDrift(having)[0]?.allowed).toMatch(/^null; /);
  for (const cluster of [without, having]) expect(differs(desiredSet(cluster), setOf(cluster))).toBe(false);
  // None asked for, none there.
  expect(immutableDrift(made(false))).toEqual([]);
});

it("a field that is not there at all, and cannot be put there, is told", () => {
  const cluster = withField(made(), "serviceName", undefined);
  expect(immutableDrift(cluster)).toMatchObject([{ field: "StatefulSet web spec.serviceName", value: "null" }]);
  expect(Object.keys(specOfSet(desiredSet(cluster).manifest))).not.toContain("serviceName");
});

it("several are told in one order, and all stay", () => {
  const cluster = OTHERS.toReversed().reduce((before, [field, value]) => withField(before, field, value), made());
  expect(immutableDrift(cluster).map(({ field }) => field)).toEqual(OTHERS.map(([field]) => `StatefulSet web spec.${field}`));
  expect(desiredSet(cluster).manifest).toMatchObject({ spec: Object.fromEntries(OTHERS) });
});

it("nothing is told of what is as it should be, is not there, or is somebody else's", () => {
  expect(immutableDrift(made())).toEqual([]);
  expect(immutableDrift({ ...made(), objects: [] })).toEqual([]);
  const wrong = withField(made(), "serviceName", "another");
  expect(immutableDrift(withSet(wrong, (set) => ({ ...set, owned: false })))).toEqual([]);
  expect(immutableDrift(withSet(wrong, (set) => ({ ...set, name: "other" })))).toEqual([]);
  expect(immutableDrift(withSet(wrong, (set) => ({ ...set, kind: "Service" })))).toEqual([]);
  expect(immutableDrift({ ...wrong, objects: wrong.objects.filter(({ kind }) => kind !== "StatefulSet") })).toEqual([]);
});

// Neither can a server that has never heard of a field be told it.
it("of an object that lacks the newer fields everything else is desired as ever", () => {
  const newer = ["unhealthyPodEvictionPolicy", "persistentVolumeClaimRetentionPolicy"];
  const without = (manifest: JsonObject): JsonObject => ({
    ...manifest,
    spec: Object.fromEntries(Object.entries(specOfSet(manifest)).filter(([field]) => !newer.includes(field))),
  });
  const cluster = made();
  const objects = cluster.objects.map((one) =>
    ["StatefulSet", "PodDisruptionBudget"].includes(one.kind) ? { ...one, manifest: without(one.manifest) } : one,
  );
  for (const [index, { kind, manifest }] of desiredObjects({ ...cluster, objects }).entries()) {
    const modern = desiredObjects(cluster)[index];
    expect({ kind, manifest }).toEqual({ kind: modern?.kind, manifest: objects[index]?.manifest });
  }
});
