/**
 * Fields of a StatefulSet that the API server never changes. An apply that tries to is refused as a whole, and with it the
 * repair of everything else; so they are written as they are, and that they differ is reported.
 */
import { type Cluster, type Invalid, type Observed, nameOf } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import { canonical, isObject, objectAt } from "../fields.ts";
import type { JsonObject } from "../json.ts";
import { covers } from "./covers.ts";
import { desiredStatefulSet, wantedPods } from "./stateful-set.ts";

const IMMUTABLE = ["serviceName", "podManagementPolicy", "selector", "volumeClaimTemplates"];

/** The desired StatefulSet, with the fields of the one there where those cannot become what is desired. */
export const keepImmutable = (desired: Desired, observed: Observed): Desired => {
  const before = kept.get(observed.manifest);
  if (before?.desired === desired) return before.result;
  const wrong = fixed(desired.manifest, observed.manifest);
  const result = wrong.length === 0 ? desired : { ...desired, manifest: withFields(desired.manifest, observed.manifest, wrong) };
  kept.set(observed.manifest, { desired, result });
  return result;
};
const kept = new WeakMap<JsonObject, { readonly desired: Desired; readonly result: Desired }>();

/** What of the StatefulSet is not as it should be and can only be had by making it anew. */
export const immutableDrift = (cluster: Cluster): readonly Invalid[] => {
  const name = nameOf(cluster.name).statefulSet;
  const observed = cluster.objects.find((one) => one.kind === "StatefulSet" && one.name === name && one.owned);
  if (observed === undefined) return [];
  const before = reported.get(observed.manifest);
  if (before?.spec === cluster.spec) return before.result;
  const { manifest } = desiredStatefulSet(cluster, wantedPods(cluster));
  const result = fixed(manifest, observed.manifest).map((field) => ({
    field: `StatefulSet ${name} spec.${field}`,
    value: canonical(objectAt(observed.manifest, "spec")[field] ?? null),
    allowed: `${canonical(objectAt(manifest, "spec")[field] ?? null)}; delete it with --cascade=orphan, which keeps the pods, and it is made anew`,
  }));
  reported.set(observed.manifest, { spec: cluster.spec, result });
  return result;
};
const reported = new WeakMap<JsonObject, { readonly spec: Cluster["spec"]; readonly result: readonly Invalid[] }>();

const fixed = (desired: JsonObject, observed: JsonObject): readonly string[] => {
  const wanted = objectAt(desired, "spec");
  const found = objectAt(observed, "spec");
  return IMMUTABLE.filter((field) => !covers(wanted[field] ?? [], found[field] ?? [], field));
};

const withFields = (desired: JsonObject, observed: JsonObject, fields: readonly string[]): JsonObject => {
  const found = objectAt(observed, "spec");
  const others = Object.entries(isObject(desired["spec"]) ? desired["spec"] : {}).filter(([field]) => !fields.includes(field));
  const taken = fields.flatMap((field) => (found[field] === undefined ? [] : [[field, found[field]] as const]));
  return { ...desired, spec: { ...Object.fromEntries(others), ...Object.fromEntries(taken) } };
};
