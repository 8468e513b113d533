// ST-3: the status is read tolerantly, for it is written anew from what is seen. An entry that does not parse is left out and comes again; what is not
// read as it was written would be news with every decision, and a write storm.
import { type Json, type Status, readCluster } from "@gungnir/core";
import { expect, it } from "vitest";
import { clusterWith } from "./cluster.ts";
import { WRONG, changed } from "./json.ts";

const { asOf } = clusterWith({ downAfter: 1_000, pingInterval: 200 });
const read = (status: Json): Status | undefined => {
  const none = { pods: [], claims: [], statefulSets: [], services: [], configMaps: [], secrets: [], budgets: [] };
  const metadata = { namespace: "default", name: "web", uid: "cluster", resourceVersion: "10" };
  const result = readCluster({ ...none, cluster: { metadata, spec: {}, status }, asOf });
  if (result._tag === "Err") throw new Error(result.problem.field);
  return result.value.status;
};

const since = "2026-11-22T00:00:00Z";
const node = (name: string) => ({
  name,
  role: "replica",
  state: "Streaming",
  runId: "r1",
  link: "up",
  history: "h1",
  epoch: 4,
  offset: "1234",
  lag: "17",
});
const condition = (type: string) => ({
  type,
  status: "True",
  reason: "AsWished",
  message: "2 of 2 replicas stream",
  lastTransitionTime: since,
  observedGeneration: 3,
});
const claim = (epoch: number) => ({
  epoch,
  kind: "Failover",
  cause: "Silent",
  from: "web-0",
  to: "web-1",
  outcome: "Completed",
  lossPossible: "at most 7 bytes",
  times: { lastHeard: since, detected: since, decided: since, promoted: since, published: since, routed: since },
});
const STATUS = {
  phase: "Running",
  masterPod: "web-0",
  currentMaster: "web-0",
  readyReplicas: 3,
  replicas: 3,
  selector: "a=b",
  nodeStatuses: [node("web-1"), node("web-2")],
  conditions: [condition("Ready"), condition("Degraded")],
  observedGeneration: 2,
  lastReconcileTime: since,
  history: [claim(4), claim(5)],
} as const;

it("ST-3 every word that can be written is read", () => {
  expect(read(STATUS)).toStrictEqual(STATUS);
  const words: readonly (readonly [string, readonly string[]])[] = [
    ["nodeStatuses.0.role", ["primary", "replica", "unknown"]],
    ["nodeStatuses.0.state", ["Streaming", "Joining", "Quarantined", "Primary", "Unreachable", "Absent", "Loading"]],
    ["nodeStatuses.0.link", ["up", "down", "syncing", ""]],
    ["conditions.0.type", ["Ready", "Progressing", "Degraded", "Available", "FailoverPossible", "UpdatePending", "SpecValid"]],
    ["conditions.0.status", ["True", "False", "Unknown"]],
    ["history.0.kind", ["Failover", "Grant", "Switchover"]],
    ["history.0.outcome", ["UnderWay", "Completed", "Undone", "Superseded"]],
  ];
  for (const [path, all] of words)
    for (const word of all) expect(read(changed(STATUS, path, word))).toStrictEqual(changed(STATUS, path, word));
});

it("without a phase or a time there is no status: it is written anew", () => {
  for (const path of ["phase", "lastReconcileTime"]) for (const wrong of WRONG) expect(read(changed(STATUS, path, wrong))).toBeUndefined();
});

it.each(["name", "role", "state"])("an entry of a node needs its %s", (field) => {
  for (const wrong of field === "name" ? WRONG : [...WRONG, "nonsense"])
    expect(read(changed(STATUS, `nodeStatuses.0.${field}`, wrong))).toStrictEqual({ ...STATUS, nodeStatuses: [node("web-2")] });
});
it.each(["type", "status", "lastTransitionTime"])("a condition needs its %s", (field) => {
  for (const wrong of field === "lastTransitionTime" ? WRONG : [...WRONG, "nonsense"])
    expect(read(changed(STATUS, `conditions.0.${field}`, wrong))).toStrictEqual({ ...STATUS, conditions: [condition("Degraded")] });
});
it.each(["epoch", "kind", "cause", "outcome"])("an entry of the history needs its %s", (field) => {
  for (const wrong of [...WRONG, "nonsense"])
    expect(read(changed(STATUS, `history.0.${field}`, wrong))).toStrictEqual({ ...STATUS, history: [claim(5)] });
});

it("what is missing or nonsense is empty, and so differs from what will be written", () => {
  const texts = ["masterPod", "currentMaster", "selector"];
  const ofNode = ["runId", "link", "history", "offset", "lag"].map((field) => `nodeStatuses.0.${field}`);
  const ofCondition = ["reason", "message"].map((field) => `conditions.0.${field}`);
  const numbers = ["readyReplicas", "replicas", "observedGeneration", "nodeStatuses.0.epoch", "conditions.0.observedGeneration"];
  const lists = ["nodeStatuses", "conditions"];
  const defaults: readonly (readonly [readonly string[], Json])[] = [
    [[...texts, ...ofNode, ...ofCondition], ""],
    [numbers, 0],
    [lists, []],
  ];
  for (const [paths, empty] of defaults)
    for (const path of paths)
      for (const wrong of WRONG)
        expect([path, wrong, read(changed(STATUS, path, wrong))]).toStrictEqual([path, wrong, changed(STATUS, path, empty)]);
});

it("of a claim only what was written is told, and of an old status no history", () => {
  const optional = ["from", "to", "lossPossible", "times.lastHeard", "times.detected", "times.decided", "times.promoted", "times.routed"];
  for (const path of optional.map((field) => `history.0.${field}`))
    for (const wrong of WRONG) expect(read(changed(STATUS, path, wrong))).toStrictEqual(changed(STATUS, path, undefined));
  for (const wrong of WRONG) {
    expect(read(changed(STATUS, "history.0.times", wrong))).toStrictEqual(changed(STATUS, "history.0.times", {}));
    const { history: _, ...without } = STATUS;
    expect(read(changed(STATUS, "history", wrong))).toStrictEqual(Array.isArray(wrong) ? { ...STATUS, history: [] } : without);
  }
});
