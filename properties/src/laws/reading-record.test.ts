// FO-7: the record says who holds the data. What an operator wrote the next one reads as it was written; a record of which any part that decides
// is missing or nonsense is no record, and never taken for a smaller one: an operator that did would elect where nothing may be elected.
import {
  type FailoverRecord,
  type Json,
  type JsonObject,
  type Marker,
  compareMarkers,
  epoch,
  isSameProcess,
  podName,
  readCluster,
  requestOf,
  resourceVersion,
} from "@gungnir/core";
import { test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { clusterWith, identityOf } from "./cluster.ts";
import { WRONG, changed } from "./json.ts";
import { WHOLE, anyRecord } from "./records.ts";
import { CLUSTER } from "./wire.ts";

const { asOf } = clusterWith({ downAfter: 1_000, pingInterval: 200 });
const read = (failover: Json): { readonly record: FailoverRecord | undefined; readonly recordUnreadable: boolean } => {
  const none = { pods: [], claims: [], statefulSets: [], services: [], configMaps: [], secrets: [], budgets: [] };
  const metadata = { namespace: "default", name: "web", uid: "cluster", resourceVersion: "10" };
  const result = readCluster({ ...none, cluster: { metadata, spec: {}, status: { failover } }, asOf });
  if (result._tag === "Err") throw new Error(result.problem.field);
  return { record: result.value.record, recordUnreadable: result.value.recordUnreadable };
};
const writtenOf = (record: FailoverRecord): JsonObject => {
  const { body } = requestOf({ _tag: "Publish", epoch: record.epoch, record, at: resourceVersion("10") }, CLUSTER);
  const status = JSON.parse(JSON.stringify(body?.["status"] ?? null));
  return status.failover;
};

test.prop([anyRecord])("FO-7 what was written is read as it was written, with its nulls and without them", (drawn) => {
  const record = JSON.parse(JSON.stringify(drawn));
  expect(read(writtenOf(drawn))).toStrictEqual({ record, recordUnreadable: false });
  expect(read(record)).toStrictEqual({ record, recordUnreadable: false });
});

const identity = (path: string) => [`${path}.pod`, `${path}.uid`, `${path}.runId`];
const marker = (path: string) => [`${path}.epoch`, `${path}.seq`, `${path}.pod`];
const intended = (intent: JsonObject): Json => changed(writtenOf(WHOLE), "intent", intent);
const grant: JsonObject = { kind: "Grant", candidate: identityOf(1), evidence: "Bootstrap" };
const switchover: JsonObject = { kind: "Switchover", old: identityOf(0), candidate: identityOf(1), evidence: "Requested" };

it.each<readonly [string, Json, readonly string[]]>([
  ["itself", writtenOf(WHOLE), ["version", "epoch", "waitReplicas", "minReplicas"]],
  ["a primary", writtenOf(WHOLE), [...identity("primary"), "primary.epoch", "primary.replid"]],
  ["a member", writtenOf(WHOLE), [...identity("members.0"), "members.0.state", ...identity("members.1"), "members.1.state"]],
  ["a retired process", writtenOf(WHOLE), identity("retired.0")],
  ["a marker", writtenOf(WHOLE), [...marker("marker"), ...marker("markerBefore")]],
  [
    "a failover",
    writtenOf(WHOLE),
    ["intent.kind", "intent.evidence", "intent.old", ...identity("intent.old"), ...identity("intent.candidate")],
  ],
  ["a grant", intended(grant), ["intent.kind", "intent.evidence", "intent.candidate", ...identity("intent.candidate")]],
  ["a switchover", intended(switchover), ["intent.kind", "intent.old", "intent.candidate", ...identity("intent.old")]],
])("what %s needs is needed: without it, or with nonsense there, there is no record", (_, json, paths) => {
  expect(read(json).recordUnreadable).toBe(false);
  for (const path of paths) {
    for (const wrong of [...WRONG, "nonsense"]) {
      // Any text may be a name.
      if (wrong === "nonsense" && /pod$|uid$|runId$|replid$/.test(path)) continue;
      expect([path, wrong, read(changed(json, path, wrong))]).toEqual([path, wrong, { record: undefined, recordUnreadable: true }]);
    }
  }
});

it("a list of processes that is not there is no empty one", () => {
  for (const path of ["members", "retired"]) {
    expect(read(changed(writtenOf(WHOLE), path, []))).toMatchObject({ record: { [path]: [] }, recordUnreadable: false });
    for (const wrong of [undefined, null, true, {}, "nonsense"])
      expect([path, wrong, read(changed(writtenOf(WHOLE), path, wrong))]).toEqual([
        path,
        wrong,
        { record: undefined, recordUnreadable: true },
      ]);
  }
});

it("what need not be there is left out, null is nothing, and what stands in its place by mistake is no record", () => {
  for (const path of ["primary", "intent", "marker", "markerBefore"]) {
    const { [path]: _, ...without } = writtenOf(WHOLE);
    expect(read(without)).toStrictEqual({ record: read(changed(without, path, null)).record, recordUnreadable: false });
    expect(Object.keys(read(without).record ?? {})).not.toContain(path);
    for (const wrong of ["nonsense", 7, true, []])
      expect([path, read(changed(without, path, wrong)).recordUnreadable]).toEqual([path, true]);
  }
  for (const path of ["primary.replidBefore", "intent.candidate", "intent.lossPossible", "retired.0.address"]) {
    const without = changed(writtenOf(WHOLE), path, undefined);
    expect(read(without)).toStrictEqual({
      record: JSON.parse(JSON.stringify(changed(JSON.parse(JSON.stringify(WHOLE)), path, undefined))),
      recordUnreadable: false,
    });
  }
  expect(read(intended({ ...grant, old: identityOf(0) })).record?.intent).toStrictEqual({ ...grant, old: identityOf(0) });
});

it("a process is its pod, the life of the pod and the life of the process", () => {
  const [one, other] = [identityOf(0), identityOf(1)];
  const all = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
    pod: (bits & 1 ? one : other).pod,
    uid: (bits & 2 ? one : other).uid,
    runId: (bits & 4 ? one : other).runId,
  }));
  for (const [at, a] of all.entries())
    for (const [place, b] of all.entries()) expect([a, b, isSameProcess(a, b)]).toEqual([a, b, at === place]);
});

const markerOf = (since: number, seq: number): Marker => ({ epoch: epoch(since), seq, pod: podName("web-0") });
it("the newer marker is that of the later epoch, then of the later write in it, and any is newer than none", () => {
  const ordered = [undefined, markerOf(1, 0), markerOf(1, 1), markerOf(1, 9), markerOf(2, 0), markerOf(2, 3), markerOf(10, 1)];
  for (const [at, a] of ordered.entries())
    for (const [place, b] of ordered.entries()) expect([a, b, Math.sign(compareMarkers(a, b))]).toEqual([a, b, Math.sign(at - place)]);
});
