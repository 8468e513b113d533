// Objects are rendered once for a spec and remembered, because decisions are many and changes few. What is remembered is never another's: of
// two clusters with one spec each gets objects under its own name, in its own namespace, of its own UID, and what is made of an object that
// is there goes by what is desired now. A mistake here would make one cluster's operator repair the objects of another.
import { type Cluster, type Spec, desiredClientService, desiredObjects, differs, immutableDrift, uid } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { anyName, anyRecord, anySpec, changedAt, clusterOf, converged, isObject, observedOf, specOf, valueAt } from "./objects.ts";

/** The same in every way, made from nothing remembered. */
const anew = (cluster: Cluster): Cluster => ({ ...cluster, spec: { ...cluster.spec } });
const rendered = (cluster: Cluster) => desiredObjects(cluster).map(({ manifest, generate }) => ({ manifest, generate }));

const changes: readonly ((cluster: Cluster) => Cluster)[] = [
  (cluster) => ({ ...cluster, uid: uid("another life") }),
  (cluster) => ({ ...cluster, name: `${cluster.name}x`.slice(-20) }),
  (cluster) => ({ ...cluster, namespace: "elsewhere" }),
];

test.prop([anyName, anySpec, fc.boolean()], { numRuns: 6 })("of one spec each cluster gets its own objects", (name, spec, isThere) => {
  const made = clusterOf(name, spec);
  const one = isThere ? converged(made) : made;
  desiredObjects(one);
  for (const change of changes) {
    const other = change(one);
    expect(rendered(other)).toEqual(rendered(anew(other)));
    expect(rendered(one)).toEqual(rendered(anew(one)));
  }
});

test.prop([anyRecord("web"), anyRecord("web")], { numRuns: 10 })(
  "of one record each cluster gets its own Service for writes",
  (first, second) => {
    const [one, other] = [clusterOf("web", specOf({})), clusterOf("web", specOf({ port: 7000 }))];
    for (const record of [first, second, undefined, first])
      for (const cluster of [one, other, { ...one, uid: uid("another life") }, { ...one, namespace: "elsewhere" }, one])
        expect(desiredClientService(cluster, record)).toEqual(
          desiredClientService(anew(cluster), record === undefined ? record : { ...record }),
        );
  },
);

it("what does not change is rendered once: the very same objects come back", () => {
  const cluster = clusterOf("web", specOf({ labels: { a: "b" } }));
  const [record] = fc.sample(anyRecord("web"), 1);
  for (const made of [cluster, converged(cluster), { ...cluster, ...(record === undefined ? {} : { record }) }]) {
    const [first, again] = [desiredObjects(made), desiredObjects(made)];
    // Of a cluster without a record the Service says so anew each time.
    const kept = made.record === undefined ? first.filter((one) => one.name !== "web-client") : first;
    for (const one of kept) expect(again).toContain(one);
  }
  expect(desiredClientService(cluster, record)).toBe(desiredClientService(cluster, record));
});

/** As it is there, with a field of its spec otherwise. */
const withSpec = (spec: Spec, fields: { readonly [field: string]: null | string }): Cluster => {
  const there = converged(clusterOf("web", spec));
  return {
    ...there,
    objects: there.objects.map((one) =>
      Object.keys(fields).reduce((changed, field) => {
        const manifest = changedAt(changed.manifest, ["spec", field], () => fields[field] ?? undefined);
        return isObject(manifest) ? { ...changed, manifest } : changed;
      }, one),
    ),
  };
};

it("what is made of an object that is there goes by what is desired now, whatever was desired before", () => {
  const old = withSpec(specOf({ persistence: { enabled: true } }), {
    persistentVolumeClaimRetentionPolicy: null,
    unhealthyPodEvictionPolicy: null,
    serviceName: "other",
  });
  const wishes = [old.spec, { ...old.spec, replicas: 7 }, { ...old.spec, image: "valkey:9" }, old.spec];
  for (const spec of wishes) {
    const now = { ...old, spec };
    const fresh = { ...now, objects: now.objects.map((one) => ({ ...one, manifest: { ...one.manifest } })) };
    expect(rendered(now)).toEqual(rendered(anew(fresh)));
    expect(immutableDrift(now)).toEqual(immutableDrift(anew(fresh)));
    for (const [index, desired] of desiredObjects(now).entries()) {
      const [observed, again] = [now.objects[index], fresh.objects[index]];
      if (observed === undefined || again === undefined) throw new Error("as many are there as are desired");
      expect(differs(desired, observed)).toBe(differs(desired, again));
    }
    expect(immutableDrift(now)).toBe(immutableDrift(now));
    expect(desiredObjects(now).at(-1)).toBe(desiredObjects(now).at(-1));
  }
});

it("an object is compared with what is desired now, not with what it was compared with before", () => {
  const desired = desiredObjects(converged(clusterOf("web", specOf({}))));
  const [one, other] = desired;
  if (one === undefined || other === undefined) throw new Error("nothing is desired");
  const observed = observedOf(one);
  const wishes = [one, one, other, other, one];
  expect(wishes.map((wish) => differs(wish, observed))).toEqual([false, false, true, true, false]);
  // What is there is the very thing that is desired.
  expect(differs(one, { ...observed, manifest: one.manifest })).toBe(false);
  expect(valueAt(one.manifest, "kind")).toBe("ConfigMap");
});
