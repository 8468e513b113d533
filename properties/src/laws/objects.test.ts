// RES and RC: what every object of a cluster has, for every cluster that the schema admits.
// Behind each law stands the change of core that it was seen to catch.
import {
  APPLIED,
  type Cluster,
  type Desired,
  type Json,
  type JsonObject,
  type Observed,
  SERVED_SPEC,
  type Spec,
  desiredClientService,
  desiredObjects,
  differs,
  milliseconds,
  nameOf,
  parseSpec,
  renderSpec,
  revisionOf,
  wantedPods,
  writesGoTo,
} from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  type Path,
  anyCluster,
  anyName,
  anyRecord,
  anySpec,
  changedAt,
  clusterOf,
  converged,
  isObject,
  leavesOf,
  observedOf,
  specOf,
  valueAt,
} from "./objects.ts";

const find = (cluster: Cluster, name: string, kind?: string): Desired => {
  const found = desiredObjects(cluster).find((one) => one.name === name && (kind === undefined || one.kind === kind));
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  return found;
};
const statefulSet = (cluster: Cluster) => find(cluster, cluster.name, "StatefulSet").manifest;
const selectorOf = (desired: Desired) => valueAt(desired.manifest, "spec", "selector");
const matches = (selector: Json | undefined, labels: JsonObject): boolean =>
  isObject(selector) && Object.entries(selector).every(([key, value]) => labels[key] === value);
/** The labels that a StatefulSet gives its pods. */
const labelsOf = (cluster: Cluster, ordinal: number): JsonObject => {
  const labels = valueAt(statefulSet(cluster), "spec", "template", "metadata", "labels");
  return { ...(isObject(labels) ? labels : {}), "statefulset.kubernetes.io/pod-name": `${cluster.name}-${ordinal}` };
};

// Seen to fail: an undefined `storageClassName` in the volume claim.
test.prop([anyCluster])("RES-1 manifests are data: nothing is lost on the way through JSON", (cluster) => {
  for (const { manifest } of desiredObjects(converged(cluster))) expect(JSON.parse(JSON.stringify(manifest))).toStrictEqual(manifest);
});

// Seen to fail: the selector of the headless Service for the client Service (D-10).
test.prop([anyCluster])("RES-2 the write Service selects the recorded primary alone, or nobody", (cluster) => {
  const { record } = cluster;
  const selector = selectorOf(find(cluster, nameOf(cluster.name).client));
  const selected = [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((ordinal) => matches(selector, labelsOf(cluster, ordinal)));
  const expected = record?.primary === undefined || record.intent !== undefined ? [] : [record.primary.pod];
  expect(selected.map((ordinal) => `${cluster.name}-${ordinal}`)).toEqual(expected);
  expect(desiredClientService(cluster, record)).toEqual(find(converged(cluster), nameOf(cluster.name).client));
  expect(writesGoTo(record)).toBe(expected[0] ?? "nobody");
});

// Seen to fail: `app.kubernetes.io/instance` left out of the selector.
test.prop([anyCluster, anyCluster])("RES-2 every Service selects pods of its own cluster only", (one, other) => {
  for (const name of [nameOf(one.name).headless, nameOf(one.name).replicas]) {
    expect(matches(selectorOf(find(one, name)), labelsOf(one, 0))).toBe(true);
    if (one.name !== other.name) expect(matches(selectorOf(find(one, name)), labelsOf(other, 0))).toBe(false);
  }
});

const EDITS: readonly (readonly [string, (spec: Spec) => Partial<Spec>])[] = [
  ["replicas", (spec) => ({ replicas: spec.replicas === 9 ? 1 : 9 })],
  ["image", (spec) => ({ image: `${spec.image}.1` })],
  ["port", (spec) => ({ port: spec.port === 1 ? 2 : 1 })],
  ["persistence.enabled", (spec) => ({ persistence: { ...spec.persistence, enabled: !spec.persistence.enabled } })],
  ["resources", () => ({ resources: { limits: { cpu: "7" } } })],
  ["labels", (spec) => ({ labels: { ...spec.labels, added: "x" } })],
  ["annotations", (spec) => ({ annotations: { ...spec.annotations, added: "x" } })],
  ["nodeSelector", (spec) => ({ nodeSelector: { ...spec.nodeSelector, added: "x" } })],
];
const PERSISTENT_EDITS: typeof EDITS = [
  ["storageSize", (spec) => ({ persistence: { ...spec.persistence, storageSize: "77Gi" } })],
  ["storageClassName", (spec) => ({ persistence: { ...spec.persistence, storageClassName: "another" } })],
];
const withoutNotes = (cluster: Cluster) =>
  desiredObjects(cluster).map(({ manifest }) =>
    changedAt(
      changedAt(manifest, ["metadata", "annotations", APPLIED], () => undefined) ?? {},
      ["metadata", "annotations", SERVED_SPEC],
      () => undefined,
    ),
  );

// Seen to fail: `nodeSelector` not rendered (D-37).
test.prop([anyCluster])("RES-3 every field of the spec that is about objects changes one", (cluster) => {
  const edits = cluster.spec.persistence.enabled ? [...EDITS, ...PERSISTENT_EDITS] : EDITS;
  const bare = clusterOf(cluster.name, cluster.spec);
  for (const [field, edit] of edits) {
    const edited = { ...bare, spec: { ...cluster.spec, ...edit(cluster.spec) } };
    expect({ field, same: JSON.stringify(withoutNotes(converged(edited))) === JSON.stringify(withoutNotes(converged(bare))) }).toEqual({
      field,
      same: false,
    });
  }
});

// Seen to fail: parseSpec that takes over a changed storageSize (D-19).
test.prop([anyName, anySpec, anySpec])("RES-4 no edit changes a field of a StatefulSet that cannot be changed", (name, before, wish) => {
  const { spec } = parseSpec(renderSpec(wish), before);
  const old = statefulSet(converged(clusterOf(name, before)));
  const now = statefulSet(converged(clusterOf(name, spec)));
  for (const field of ["serviceName", "podManagementPolicy", "selector", "volumeClaimTemplates"])
    expect(valueAt(now, "spec", field)).toEqual(valueAt(old, "spec", field));
});

// Seen to fail: NAME with maxLength 63; `${cluster}-client` for the headless Service too.
test.prop([anyName, anyName, anySpec])("RES-5 names are valid, and no two objects share one", (one, other, spec) => {
  const names = new Set<string>();
  const clusters = one === other ? [one] : [one, other];
  const objects = clusters.flatMap((name) => desiredObjects(clusterOf(name, spec)));
  for (const { kind, name } of objects) {
    expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
    names.add(`${kind}/${name}`);
  }
  expect(names.size).toBe(objects.length);
  for (const name of clusters) expect(`${name}-0123456789`.length).toBeLessThanOrEqual(63);
});

// Seen to fail: `maxUnavailable: replicas - 1` (D-51).
test.prop([anyCluster])("RES-8 at most one pod goes voluntarily, whatever the size", (cluster) => {
  const budget = find(converged(cluster), nameOf(cluster.name).budget).manifest;
  expect(valueAt(budget, "spec")).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" });
  expect(matches(valueAt(budget, "spec", "selector", "matchLabels"), labelsOf(cluster, 0))).toBe(true);
});

// Seen to fail: readOnlyRootFilesystem left out (D-47); `OrderedReady` (D-50).
test.prop([anyCluster])("RES-9 pods are restricted, and start and restart as the operator needs it", (cluster) => {
  const { spec } = statefulSet(converged(cluster));
  expect(spec).toMatchObject({ podManagementPolicy: "Parallel", updateStrategy: { type: "OnDelete" }, replicas: wantedPods(cluster) });
  const pod = valueAt(spec, "template", "spec");
  expect(pod).toMatchObject({ securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } });
  expect(valueAt(pod, "containers", 0, "securityContext")).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
});

// Seen to fail: labels in the revision (B7).
test.prop([anyName, anySpec])("RES-10 what a server was started with shows in its revision, and nothing else does", (name, spec) => {
  const revision = (changes: Partial<Spec>) => revisionOf(clusterOf(name, { ...spec, ...changes }));
  const quiet: Partial<Spec> = {
    labels: { a: "b" },
    annotations: { a: "b" },
    replicas: 7,
    waitReplicas: 5,
    downAfter: milliseconds(777),
    pingInterval: milliseconds(77),
  };
  expect(revision(quiet)).toBe(revision({}));
  expect(revision({ image: `${spec.image}.1` })).not.toBe(revision({}));
  expect(revision({ persistence: { ...spec.persistence, enabled: !spec.persistence.enabled } })).not.toBe(revision({}));
});

// Seen to fail: stringData in the form of the Secret that is kept.
test.prop([anyCluster])(
  "RES-7 passwords are generated once: what is applied later does not name them, and nothing else does",
  (cluster) => {
    const { secret } = nameOf(cluster.name);
    expect(find(cluster, secret).generate).not.toEqual([]);
    for (const one of desiredObjects(converged(cluster))) expect(JSON.stringify(one.manifest)).not.toContain("{{");
    expect(find(converged(cluster), secret)).toMatchObject({ generate: [] });
  },
);

// Seen to fail: an ownerReference with the name in place of the UID.
test.prop([anyCluster])("RC-8, RC-9 every object is in the namespace of its cluster and controlled by its UID alone", (cluster) => {
  for (const { kind, name, manifest } of desiredObjects(cluster)) {
    expect(manifest).toMatchObject({ kind, metadata: { name, namespace: cluster.namespace } });
    expect(valueAt(manifest, "metadata", "ownerReferences")).toMatchObject([{ uid: cluster.uid, kind: "ValkeyCluster", controller: true }]);
    expect(name === cluster.name || name.startsWith(`${cluster.name}-`)).toBe(true);
  }
});

// Seen to fail: desired labels compared for equality.
test.prop([anyCluster])("RC-7 what was applied does not differ, also where the server adds defaults and others add fields", (cluster) => {
  const there = converged(cluster);
  for (const desired of desiredObjects(there)) {
    expect(differs(desired, observedOf(desired))).toBe(false);
    expect(differs(desired, adorned(observedOf(desired)))).toBe(false);
  }
});

const adorned = (observed: Observed): Observed => {
  const { manifest } = observed;
  const at = (key: string) => ({ [key]: { ...objectAt(manifest, "metadata", key), foreign: "x" } });
  const metadata = { ...objectAt(manifest, "metadata"), ...at("labels"), ...at("annotations") };
  const spec = isObject(manifest["spec"]) ? { spec: { ...manifest["spec"], addedByTheServer: { deep: 1 } } } : {};
  return { ...observed, manifest: { ...manifest, metadata, ...spec } };
};
const objectAt = (manifest: JsonObject, ...path: readonly string[]): JsonObject => {
  const value = valueAt(manifest, ...path);
  return isObject(value) ? value : {};
};

// Seen to fail: only spec compared; lists compared by length.
test.prop([anyCluster, fc.nat(), fc.boolean()])("RC-13 any single field that drifted is a difference", (cluster, which, isRemoved) => {
  for (const desired of desiredObjects(converged(cluster))) {
    const paths = leavesOf(desired.manifest).filter((path) => isCompared(desired, path));
    const path = paths[which % paths.length] ?? [];
    const drifted = changedAt(desired.manifest, path, (value) => (isRemoved ? undefined : other(value)));
    if (!isObject(drifted)) throw new Error("a manifest is an object");
    expect({ path, differs: differs(desired, { ...observedOf(desired), manifest: drifted }) }).toEqual({ path, differs: true });
  }
});

const other = (value: unknown) => (typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : `${String(value)}x`);
/** Lists do not say what kind their items are, and a server leaves out what is off; what cannot be changed is kept as it is. */
const isCompared = ({ kind, manifest }: Desired, path: Path): boolean =>
  !(path.length === 1 && (path[0] === "apiVersion" || path[0] === "kind")) &&
  valueAt(manifest, ...path) !== false &&
  !(kind === "StatefulSet" && ["serviceName", "podManagementPolicy", "selector", "volumeClaimTemplates"].includes(String(path[1])));

// Seen to fail: `wantedPods` that is spec.replicas (D-14).
test.prop([anyName.chain((name) => fc.tuple(fc.constant(name), anySpec, anyRecord(name)))])(
  "RC-18 no pod that holds data that counts is scaled away",
  ([name, spec, record]) => {
    const wanted = wantedPods({ name, spec, record });
    expect(wanted).toBeGreaterThanOrEqual(spec.replicas);
    for (const process of [record.primary, ...record.members])
      if (process !== undefined) expect(Number(process.pod.slice(name.length + 1))).toBeLessThan(wanted);
  },
);

it("marks a Secret for ever, also when the record is lost", () => {
  const fresh = converged(clusterOf("web", specOf({})));
  const [record] = fc.sample(
    anyRecord("web").filter((one) => one.primary !== undefined),
    1,
  );
  const marked = converged({ ...fresh, ...(record === undefined ? {} : { record }) });
  const secret = marked.objects.find((one) => one.kind === "Secret");
  const lost = clusterOf("web", marked.spec, { objects: marked.objects });
  expect(valueAt(secret?.manifest, "metadata", "annotations", "valkey.verilean.io/bootstrapped")).toBe(fresh.uid);
  expect(
    desiredObjects(lost)
      .filter((desired) => lost.objects.some((one) => one.kind === desired.kind && one.name === desired.name && differs(desired, one)))
      .map((one) => one.kind),
  ).not.toContain("Secret");
});

const NEWER = ["unhealthyPodEvictionPolicy", "persistentVolumeClaimRetentionPolicy"];
const asOldServerKeeps = (observed: Observed): Observed => {
  const spec = valueAt(observed.manifest, "spec");
  const kept = isObject(spec) ? Object.fromEntries(Object.entries(spec).filter(([field]) => !NEWER.includes(field))) : spec;
  return kept === undefined ? observed : { ...observed, manifest: { ...observed.manifest, spec: kept } };
};

// Seen to fail: `withoutNewer` left out for the budget, and for the StatefulSet.
test.prop([anyCluster])("RC-7 what an old API server does not keep does not differ either, and no apply names it", (cluster) => {
  const there = converged(cluster);
  const old = { ...there, objects: there.objects.map(asOldServerKeeps) };
  for (const desired of desiredObjects(old)) {
    const observed = old.objects.find((one) => one.kind === desired.kind && one.name === desired.name);
    expect({ name: desired.name, differs: observed === undefined || differs(desired, observed) }).toEqual({
      name: desired.name,
      differs: false,
    });
    expect(NEWER.filter((field) => valueAt(desired.manifest, "spec", field) !== undefined)).toEqual([]);
  }
  // Where there is nothing yet, they are asked for.
  const wanted = desiredObjects({ ...cluster, objects: [] }).flatMap(({ manifest }) =>
    NEWER.filter((field) => valueAt(manifest, "spec", field) !== undefined),
  );
  expect(wanted.toSorted()).toEqual(NEWER.toSorted());
});
