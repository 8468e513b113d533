// How objects begin. What a user adds is left out of what is created and comes with the first repair: the API server takes away again only what was
// applied. A StatefulSet made without it has no pods until then, so that none is made twice.
import {
  BOOTSTRAPPED,
  type Cluster,
  type FailoverRecord,
  type Observed,
  type OwnedKind,
  desiredObjects,
  differs,
  instanceSelector,
  nameOf,
  podName,
  uid,
  wantedPods,
  writesGoTo,
} from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { identityOf, record } from "./cluster.ts";
import { anyCluster, clusterOf, isObject, observedOf, specOf, valueAt } from "./objects.ts";

const hasExtras = ({ spec }: Cluster): boolean =>
  [spec.labels, spec.annotations, spec.nodeSelector, spec.resources].some((extra) => Object.keys(extra).length > 0);
const found = (cluster: Cluster, kind: OwnedKind, name: string) => {
  const object = desiredObjects(cluster).find((one) => one.kind === kind && one.name === name);
  if (object === undefined) throw new Error(`no ${kind} ${name} is desired`);
  return object;
};

test.prop([anyCluster], { numRuns: 40 })("RES-3 what users add is not in what is created, and is in what is applied then", (cluster) => {
  const created = desiredObjects(cluster);
  const ours = desiredObjects(clusterOf(cluster.name, { ...cluster.spec, labels: {}, annotations: {}, nodeSelector: {}, resources: {} }));
  for (const [index, { manifest }] of created.entries())
    expect(valueAt(manifest, "metadata", "labels")).toEqual(valueAt(ours[index]?.manifest, "metadata", "labels"));
  const set = found(cluster, "StatefulSet", cluster.name);
  const pod = valueAt(set.manifest, "spec", "template", "spec");
  expect([valueAt(pod, "nodeSelector"), valueAt(pod, "containers", 0, "resources")]).toEqual([undefined, undefined]);
  expect(valueAt(set.manifest, "spec", "replicas")).toBe(hasExtras(cluster) ? 0 : wantedPods(cluster));
  const there = { ...cluster, objects: created.map(observedOf) };
  for (const [index, desired] of desiredObjects(there).entries()) {
    expect(valueAt(desired.manifest, "metadata", "labels")).toMatchObject(cluster.spec.labels);
    const observed = there.objects[index];
    // Repaired once where something was added, and never where nothing was.
    const { labels, annotations } = cluster.spec;
    const isLabelled = Object.keys(labels).length + Object.keys(annotations).length > 0;
    expect(observed === undefined || differs(desired, observed)).toBe(desired.kind === "StatefulSet" ? hasExtras(cluster) : isLabelled);
  }
  expect(valueAt(found(there, "StatefulSet", cluster.name).manifest, "spec", "replicas")).toBe(wantedPods(cluster));
});

it("an object is there by its kind and its name together: another kind's, or another name, is another object", () => {
  const cluster = clusterOf("web", specOf({ labels: { team: "a" } }));
  const { secret, config, statefulSet } = nameOf("web");
  const observed = (kind: OwnedKind, name: string): Observed => ({ ...observedOf(found(cluster, "Secret", secret)), kind, name });
  const isNew = (objects: readonly Observed[]) => found({ ...cluster, objects }, "Secret", secret).generate.length > 0;
  expect(isNew([])).toBe(true);
  expect(isNew([observed("ConfigMap", secret), observed("Secret", config), observed("Secret", statefulSet)])).toBe(true);
  expect(isNew([observed("Secret", secret)])).toBe(false);
  const labels = (objects: readonly Observed[]) =>
    valueAt(found({ ...cluster, objects }, "ConfigMap", config).manifest, "metadata", "labels");
  expect(labels([observed("Secret", config), observed("ConfigMap", secret)])).not.toHaveProperty("team");
  expect(labels([observed("ConfigMap", config)])).toHaveProperty("team", "a");
});

it("a Secret that is made anew for a cluster that has had data says so at once, and one of a new cluster does not", () => {
  const { secret } = nameOf("web");
  const mark = (cluster: Cluster) => valueAt(found(cluster, "Secret", secret).manifest, "metadata", "annotations", BOOTSTRAPPED);
  const fresh = clusterOf("web", specOf({}));
  const lived = { ...fresh, record };
  expect([mark(fresh), mark(lived)]).toEqual([undefined, fresh.uid]);
  for (const cluster of [fresh, lived]) {
    const created = observedOf(found(cluster, "Secret", secret));
    expect(differs(found({ ...cluster, objects: [created] }, "Secret", secret), created)).toBe(false);
  }
  // The mark of another life says nothing.
  const old = { ...fresh, objects: [observedOf(found({ ...lived, uid: uid("another life") }, "Secret", secret))] };
  expect(mark(old)).toBeUndefined();
});

const withIntent = (intent: NonNullable<FailoverRecord["intent"]>): FailoverRecord => ({ ...record, intent });

it("S8 writes go to the primary while it hands over, to nobody while it is being replaced", () => {
  const candidate = identityOf(1);
  const { primary: _, ...nobody } = record;
  expect(writesGoTo(record)).toBe("web-0");
  expect(writesGoTo(withIntent({ kind: "Switchover", old: identityOf(0), evidence: "Requested", candidate }))).toBe("web-0");
  expect(writesGoTo(withIntent({ kind: "Failover", old: identityOf(0), evidence: "Dead" }))).toBe("nobody");
  expect(writesGoTo(withIntent({ kind: "Grant", evidence: "Bootstrap", candidate }))).toBe("nobody");
  expect([writesGoTo(nobody), writesGoTo(undefined)]).toEqual(["nobody", "nobody"]);
});

test.prop([anyCluster], { numRuns: 20 })("the selector that scaling is told, as text, selects the cluster's pods", (cluster) => {
  const labels = valueAt(found(cluster, "StatefulSet", cluster.name).manifest, "spec", "template", "metadata", "labels");
  const pairs = instanceSelector(cluster.name)
    .split(",")
    .map((pair) => pair.split("="));
  expect(pairs.length).toBeGreaterThan(0);
  for (const [key = "", value] of pairs) expect(isObject(labels) ? labels[key] : undefined).toBe(value);
  expect(pairs).toContainEqual(["app.kubernetes.io/instance", cluster.name]);
});

test.prop([fc.constantFrom("other-7", "web", "web-x", "web-7x", "xweb-7", "web-07")])(
  "RC-18 a process whose pod is none of the StatefulSet's asks for no pods",
  (name) => {
    const strange: FailoverRecord = { ...record, members: [{ ...identityOf(1), pod: podName(name), state: "Streaming" }] };
    expect(wantedPods({ name: "web", spec: specOf({ replicas: 2 }), record: strange })).toBe(2);
  },
);

const at = (ordinal: number) => ({ ...identityOf(0), pod: podName(`web-${ordinal}`) });

it("RC-18 a candidate's pod is kept as a primary's and a member's are", () => {
  const spec = specOf({ replicas: 1 });
  const { primary: _, ...rest } = { ...record, members: [] };
  const wanted = (changes: Partial<FailoverRecord>) => wantedPods({ name: "web", spec, record: { ...rest, ...changes } });
  expect(wanted({})).toBe(1);
  expect(wanted({ intent: { kind: "Grant", evidence: "Bootstrap", candidate: at(4) } })).toBe(5);
  expect(wanted({ intent: { kind: "Failover", evidence: "Dead", old: at(6), candidate: at(3) } })).toBe(4);
  expect(wanted({ members: [{ ...at(2), state: "Joining" }] })).toBe(3);
  expect(wanted(record.primary === undefined ? {} : { primary: { ...record.primary, pod: podName("web-0") } })).toBe(1);
});
