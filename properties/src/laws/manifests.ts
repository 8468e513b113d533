// The objects of three clusters, whole, as they are kept in properties/goldens/objects: what a release changes in clusters that are there
// already is seen here before it is shipped. A changed pod template, above all, is a new revision: every pod of every cluster gets an update.
//
//   node --conditions=gungnir-source properties/src/laws/manifests.ts && npx prettier --write properties/goldens/objects
//
// writes them anew. Texts of many lines are lists of lines, to be read.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Cluster,
  type Desired,
  type FailoverRecord,
  type Json,
  desiredObjects,
  epoch,
  podName,
  policyRules,
  replicationId,
  runId,
  uid,
} from "@gungnir/core";
import { clusterOf, converged, isObject, specOf } from "./objects.ts";

export const FOLDER = join(import.meta.dirname, "../../goldens/objects");

// Made anew each time: what core has rendered for a spec it keeps.
const plain = (enabled: boolean) => clusterOf("web", specOf({ persistence: { enabled } }));
const rich = () =>
  clusterOf(
    "web",
    specOf({
      replicas: 5,
      image: "registry:5000/valkey:8",
      port: 7000,
      persistence: { enabled: true, storageSize: "2Gi", storageClassName: "fast" },
      resources: { requests: { cpu: "1" }, limits: { memory: "1Gi" } },
      labels: { team: "a" },
      annotations: { note: "b" },
      nodeSelector: { disk: "ssd" },
    }),
  );
const RECORD: FailoverRecord = {
  version: 1,
  epoch: epoch(4),
  primary: { pod: podName("web-2"), uid: uid("u2"), runId: runId("r2"), epoch: epoch(4), replid: replicationId("id") },
  members: [{ pod: podName("web-6"), uid: uid("u6"), runId: runId("r6"), state: "Streaming" }],
  waitReplicas: 1,
  minReplicas: 1,
  retired: [],
};

const written = (cluster: Cluster, kinds: readonly Desired["kind"][]) =>
  desiredObjects(cluster)
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ manifest, generate }) => ({ manifest: readable(manifest), generate }));

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const readable = (value: Json): Json => {
  if (typeof value === "string") return value.includes("\n") ? value.split("\n") : value;
  if (isList(value)) return value.map(readable);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)])) : value;
};

const EVERY = ["ConfigMap", "Secret", "Service", "StatefulSet", "PodDisruptionBudget"] as const;
/** By file. */
export const GOLDENS = {
  /** A new cluster of which nothing is there. */
  "new.json": () => written(plain(true), EVERY),
  /** All that a spec can say, of a cluster that has a primary, and is served by more pods than are asked for. */
  "kept.json": () => written(converged({ ...rich(), record: RECORD }), EVERY),
  "memory-only.json": () => written(converged(plain(false)), ["ConfigMap", "StatefulSet"]),
  "rights.json": () => ({ cluster: policyRules("cluster"), namespace: policyRules("namespace") }),
};

if (import.meta.main)
  for (const [file, make] of Object.entries(GOLDENS)) writeFileSync(join(FOLDER, file), `${JSON.stringify(make(), undefined, 2)}\n`);
