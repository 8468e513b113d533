// A template that changed: which pods are due is told, and nobody is restarted by the operator or by the StatefulSet; who lets the primary's pod go
// gets a handover first.
import { desiredObjects } from "@gungnir/core";
import { expect, test } from "vitest";
import { Driven, cluster, following, serving } from "./driven.ts";

const settled = (): Driven => {
  const driven = new Driven(cluster({ updateRevision: "r1", pods: cluster().pods.map((pod) => ({ ...pod, revision: "r1" })) }));
  driven.says(0, serving(100n));
  for (const ordinal of [1, 2]) driven.says(ordinal, following(ordinal, 100n));
  driven.until(2_000, 100);
  return driven;
};
const pending = ({ cluster: { status } }: Driven) => status?.conditions.find((one) => one.type === "UpdatePending");

// Seen to fail: with RollingUpdate in the StatefulSet.
test("RC-19 a template that changed restarts nobody: which pods are due is told, and the roles stay", () => {
  const driven = settled();
  expect(pending(driven)).toMatchObject({ status: "False" });
  const before = driven.told().length;
  driven.read({ spec: { ...driven.cluster.spec, image: "valkey/valkey:8.1" }, generation: 2, updateRevision: "r2" });
  driven.until(6_000, 100);
  expect(driven.told().slice(before)).toEqual([]);
  expect(pending(driven)).toMatchObject({ status: "True" });
  expect(pending(driven)?.message).toContain("web-0, web-1, web-2");
  const [set] = desiredObjects(driven.cluster).filter(({ kind }) => kind === "StatefulSet");
  expect(set?.manifest).toMatchObject({ spec: { updateStrategy: { type: "OnDelete" } } });
});

test("RC-19 whoever lets the primary's pod go for an update gets a handover first", () => {
  const driven = settled();
  driven.read({ updateRevision: "r2" });
  driven.until(2_500, 100);
  expect(driven.told("Claim")).toEqual([]);
  driven.read({ pods: driven.cluster.pods.map((pod) => (pod.ordinal === 0 ? { ...pod, deleting: true } : pod)) });
  driven.until(2_600, 50);
  expect(driven.told("Claim")).toEqual(["Claim web-1 PodLeaving"]);
});
