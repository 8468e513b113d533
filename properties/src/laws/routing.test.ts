// S8: where writes go is what the record says, in its epoch, and nothing else. Written again only where it differs: a stale write of it then conflicts,
// and clients are not sent away for nothing.
import { type Cluster, type JsonObject, type Observed, ROUTED_EPOCH, epoch, nameOf } from "@gungnir/core";
import { expect, test } from "vitest";
import { Driven, cluster, following, serving } from "../regressions/driven.ts";
import { identityOf, record } from "./cluster.ts";
import { changedAt, converged, isObject } from "./objects.ts";

const { client } = nameOf("web");
const isClient = (one: Observed): boolean => one.kind === "Service" && one.name === client;
const POD_NAME = ["spec", "selector", "statefulset.kubernetes.io/pod-name"] as const;
const EPOCH = ["metadata", "annotations", ROUTED_EPOCH] as const;

/** What is routed anew when the write Service was changed like this, and all else is well. */
const routed = (change: (one: Observed) => Observed | undefined, changes: Partial<Cluster> = {}) => {
  const made = converged(cluster());
  const objects = made.objects.flatMap((one) => (isClient(one) ? (change(one) ?? []) : [one]));
  const driven = new Driven({ ...made, objects, ...changes });
  driven.says(0, serving(100n));
  for (const ordinal of [1, 2]) driven.says(ordinal, following(ordinal, 100n));
  driven.until(200, 100);
  return driven.taken.filter(({ action }) => action._tag === "RouteWrites");
};
const withValue =
  (path: readonly string[], value: string | undefined) =>
  (one: Observed): Observed => {
    const manifest = changedAt(one.manifest, path, () => value);
    if (!isObject(manifest)) throw new Error("a manifest is an object");
    return { ...one, manifest };
  };
const selectorOf = ({ spec }: JsonObject) => (isObject(spec) ? spec["selector"] : undefined);

test("a Service that says what the record says is left alone", () => {
  expect(routed((one) => one)).toEqual([]);
});

test.each([
  ["another pod", withValue(POD_NAME, "web-1")],
  ["no pod", withValue(POD_NAME, undefined)],
  ["the pod of another epoch", withValue(EPOCH, "2")],
  ["no epoch", withValue(EPOCH, undefined)],
] as const)("one that says %s is written once, whole, at the version that was seen", (_title, change) => {
  const taken = routed(change);
  expect(taken).toMatchObject([
    {
      because: "WritesRouted",
      action: { epoch: record.epoch, to: "web-0", uid: "uid-of-Service-web-client", at: "10", object: { kind: "Service", name: client } },
    },
  ]);
  const [action] = taken.flatMap((one) => (one.action._tag === "RouteWrites" ? [one.action] : []));
  expect(action && selectorOf(action.object.manifest)).toEqual({ "statefulset.kubernetes.io/pod-name": "web-0" });
});

test("one that is not there, is going, or is somebody else's says nothing: it is not written", () => {
  const astray = withValue(POD_NAME, "web-1");
  expect(routed(() => undefined)).toEqual([]);
  expect(routed((one) => ({ ...astray(one), owned: false }))).toEqual([]);
  expect(routed((one) => ({ ...astray(one), deleting: true }))).toEqual([]);
  expect(routed((one) => ({ ...astray(one), name: "somebody-else" }))).toEqual([]);
  expect(routed((one) => ({ ...astray(one), kind: "ConfigMap" }))).toEqual([]);
});

test("while the role is given away writes go to nobody, and that is said", () => {
  const claimed = { ...record, epoch: epoch(4), intent: { kind: "Failover", old: identityOf(0), evidence: "Dead" } } as const;
  expect(routed((one) => one, { record: claimed })).toMatchObject([{ because: "WritesUnrouted", action: { epoch: 4, to: "nobody" } }]);
  // It said nobody already, of an earlier epoch: it is written all the same.
  expect(routed(withValue(POD_NAME, "nobody"), { record: claimed })).toMatchObject([{ because: "WritesUnrouted", action: { epoch: 4 } }]);
});
