// What is kept by the cluster's name it bears is all that is read for a cluster, however alike the names of two clusters are.
import { type Json, type Lists, type Source, CLUSTER_UID, VOLUME, nameOf, namedAfter, readCluster } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { clusterWith } from "./cluster.ts";

const { asOf } = clusterWith({ downAfter: 1_000, pingInterval: 200 });
/** Each of them is part of what another's objects are called. */
const NAMES = ["web", "web-0", "web-client", "web-config", "client", "data-web"] as const;

const objectsOf = (cluster: string): readonly (readonly [Source, string])[] => {
  const names = nameOf(cluster);
  return [
    ["ValkeyCluster", cluster],
    ["StatefulSet", names.statefulSet],
    ["ConfigMap", names.config],
    ["Secret", names.secret],
    ["PodDisruptionBudget", names.budget],
    ...[names.client, names.headless, names.replicas].map((name) => ["Service", name] as const),
    ...[0, 1, 10].map((ordinal) => ["Pod", `${cluster}-${ordinal}`] as const),
    ...[0, 1, 10].map((ordinal) => ["PersistentVolumeClaim", `${VOLUME}-${cluster}-${ordinal}`] as const),
  ];
};
const json = (name: string, owner: string): Json => ({
  metadata: {
    namespace: "default",
    name,
    uid: `uid-${name}`,
    resourceVersion: "7",
    annotations: { [CLUSTER_UID]: owner },
    ownerReferences: [{ kind: "StatefulSet", name: owner.slice("uid-".length), uid: owner, controller: true }],
  },
  spec: {},
});

type Kept = { readonly source: Source; readonly name: string; readonly object: Json };
const anyKept: fc.Arbitrary<Kept> = fc
  .record({ made: fc.constantFrom(...NAMES.flatMap(objectsOf)), owner: fc.constantFrom(...NAMES) })
  .map(({ made: [source, name], owner }) => ({ source, name, object: json(name, `uid-${owner}`) }));

const listsOf = (cluster: string, kept: readonly Kept[]): Lists => {
  const of = (source: Source) => kept.filter((one) => one.source === source).map((one) => one.object);
  return {
    cluster: json(cluster, `uid-${cluster}`),
    pods: of("Pod"),
    claims: of("PersistentVolumeClaim"),
    statefulSets: of("StatefulSet"),
    services: of("Service"),
    configMaps: of("ConfigMap"),
    secrets: of("Secret"),
    budgets: of("PodDisruptionBudget"),
    asOf,
  };
};

test.prop([fc.array(anyKept, { maxLength: 30 }), fc.constantFrom(...NAMES)])(
  "what bears another cluster's name is never read, so leaving it out changes nothing",
  (kept, name) => {
    const own = kept.filter((one) => namedAfter(one.source, one.name) === name);
    expect(readCluster(listsOf(name, own))).toEqual(readCluster(listsOf(name, kept)));
  },
);

it("every object that a cluster has bears its name", () => {
  for (const name of NAMES)
    expect(objectsOf(name).map(([source, called]) => namedAfter(source, called))).toEqual(objectsOf(name).map(() => name));
});
