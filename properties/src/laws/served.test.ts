// Whether what is written comes together in a pod that serves: what is mounted is there, Services lead to the port on which the server listens, and the
// server keeps what it should keep and nothing else.
import { type Cluster, desiredObjects, nameOf, wantedPods } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { anyCluster, clusterOf, converged, isObject, specOf, valueAt } from "./objects.ts";

const manifestOf = (cluster: Cluster, name: string, kind: string) =>
  desiredObjects(cluster).find((one) => one.name === name && one.kind === kind)?.manifest;
const listAt = (value: ReturnType<typeof valueAt>) => (Array.isArray(value) ? value : []);
const textOf = (value: ReturnType<typeof valueAt>): string => (typeof value === "string" ? value : "");
const namesIn = (value: ReturnType<typeof valueAt>, ...path: readonly string[]): readonly string[] =>
  listAt(value).map((one) => (isObject(one) ? textOf(valueAt(one, ...path, "name")) : ""));
const confOf = (cluster: Cluster): ReadonlyMap<string, string> => {
  const text = valueAt(manifestOf(cluster, nameOf(cluster.name).config, "ConfigMap"), "data", "valkey.conf");
  const lines = textOf(text)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]));
};

test.prop([anyCluster], { numRuns: 20 })("RES-12 what is mounted is a volume of the pod or a claim of its own, each once", (cluster) => {
  const { spec } = manifestOf(cluster, cluster.name, "StatefulSet") ?? {};
  const pod = valueAt(spec, "template", "spec");
  const volumes = [...namesIn(valueAt(pod, "volumes")), ...namesIn(valueAt(spec, "volumeClaimTemplates"), "metadata")];
  expect(namesIn(valueAt(pod, "containers", 0, "volumeMounts")).toSorted()).toEqual(volumes.toSorted());
});

test.prop([anyCluster], { numRuns: 20 })("every Service leads to the port on which the server listens, whoever asks for it", (cluster) => {
  const { client, headless, replicas } = nameOf(cluster.name);
  const { port } = cluster.spec;
  expect(confOf(cluster).get("port")).toBe(String(port));
  for (const made of [cluster, converged(cluster)])
    for (const name of [client, headless, replicas])
      expect(valueAt(manifestOf(made, name, "Service"), "spec", "ports")).toEqual([
        { name: "valkey", port, protocol: "TCP", targetPort: port },
      ]);
  // Writes go where the record says, and names exist, ready or not; reads go to who is ready.
  const published = (name: string) => valueAt(manifestOf(cluster, name, "Service"), "spec", "publishNotReadyAddresses");
  expect([published(client), published(headless), published(replicas)]).toEqual([true, true, false]);
});

/** What the server keeps, with and without a volume. */
const kept = (enabled: boolean) => {
  const conf = confOf(clusterOf("web", specOf({ persistence: { enabled } })));
  return ["appendonly", "save", "rdb-del-sync-files"].map((name) => conf.get(name));
};

it("with a volume the server keeps its log of changes; without one it leaves nothing behind that could come back as old data", () => {
  expect(kept(true)).toEqual(["yes", '""', "no"]);
  expect(kept(false)).toEqual(["no", '""', "yes"]);
});

it("a cluster to which its user adds nothing has its pods at once", () => {
  const cluster = clusterOf("web", specOf({ replicas: 3 }));
  expect(valueAt(manifestOf(cluster, "web", "StatefulSet"), "spec", "replicas")).toBe(3);
  expect(wantedPods(cluster)).toBe(3);
});
