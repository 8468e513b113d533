// What the laws of commands, probes and requests draw from: a cluster's name, processes, and all that a connection can tell.
import { type CommandAnswer, epoch, type Identity, type Marker, podName, runId, type Status, timestamp, uid } from "@gungnir/core";
import { bytesOf, type Value } from "@gungnir/core/resp3";
import * as fc from "fast-check";

export const CLUSTER = { namespace: "default", name: "web" };
export const PASSWORD = "a password nobody may see";
export const CONTEXT = { ...CLUSTER, replicationPassword: PASSWORD };
export const at = epoch(3);

/** A status to report. */
export const STATUS: Status = {
  phase: "Running",
  masterPod: "web-0",
  currentMaster: "web-0",
  readyReplicas: 3,
  replicas: 3,
  selector: "a=b",
  nodeStatuses: [],
  conditions: [],
  observedGeneration: 1,
  lastReconcileTime: timestamp("2026-11-22T00:00:00Z"),
};

export const anyIdentity: fc.Arbitrary<Identity> = fc.record({
  pod: fc.constantFrom("web-0", "web-1", "web-2").map(podName),
  uid: fc.constantFrom("u0", "u1").map(uid),
  runId: fc.constantFrom("r0", "r1").map(runId),
});
export const anyMarker: fc.Arbitrary<Marker> = fc.record({
  epoch: fc.integer({ min: 1, max: 9 }).map(epoch),
  seq: fc.nat(5),
  pod: fc.constant(podName("web-0")),
});

export const simple = (text: string): Value => ({ _tag: "Simple", bytes: bytesOf(text) });
export const bulk = (text: string): Value => ({ _tag: "Bulk", bytes: bytesOf(text) });
export const failed = (error: string): CommandAnswer => ({ _tag: "Failed", error });
export const replied = (value: Value): CommandAnswer => ({ _tag: "Replied", value });

export const prefixes = [
  "LOADING",
  "MASTERDOWN",
  "BUSY",
  "NOAUTH",
  "WRONGPASS",
  "NOPERM",
  "MISCONF",
  "READONLY",
  "NOREPLICAS",
  "OOM",
  "ERR",
  "WHAT",
];
export const anyError: fc.Arbitrary<CommandAnswer> = fc.oneof(
  fc.constantFrom(...prefixes).map((prefix) => failed(`${prefix} because of ${PASSWORD}`)),
  fc.constantFrom(...prefixes).map((prefix) => replied({ _tag: "Error", bytes: bytesOf(`${prefix} said as a value`) })),
);
export const anyLoss: fc.Arbitrary<CommandAnswer> = fc.oneof(
  fc.boolean().map((written) => ({ _tag: "Unknown" as const, written, why: "Timeout" })),
  fc.constant({ _tag: "Refused" as const, why: "not connected" }),
);
export const anyReply: fc.Arbitrary<CommandAnswer> = fc
  .oneof(
    fc.constantFrom(simple("OK"), simple("OK Already connected to specified master"), simple("QUEUED"), simple("PONG"), simple("")),
    fc.constantFrom(bulk("gungnir"), bulk("OK"), bulk("")),
    fc.bigInt({ min: -1n, max: 5n }).map((value): Value => ({ _tag: "Integer", value })),
    fc.constantFrom<Value>({ _tag: "Null" }, { _tag: "Array", items: [] }, { _tag: "Boolean", value: true }),
  )
  .map(replied);
export const anyAnswers = fc.array(fc.oneof({ weight: 3, arbitrary: anyReply }, anyError, anyLoss), { maxLength: 3 });
