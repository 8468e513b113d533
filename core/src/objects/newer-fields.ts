/**
 * Fields that an API server may be too old for: one of before Kubernetes 1.27 drops them from what is created, and refuses every apply
 * that names one it has never heard of, and with it the repair of everything else. Where the object that is there lacks such a
 * field, it is left out; what it would say is then the server's default, or nothing that data depends on. So it is where
 * somebody took such a field out by hand: a newer server puts in the policy of the claims by itself, and how pods that are not
 * healthy count in a budget stays as they left it.
 */
import type { Observed } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import { objectAt } from "../fields.ts";
import type { JsonObject } from "../json.ts";

const SINCE_1_27 = ["unhealthyPodEvictionPolicy", "persistentVolumeClaimRetentionPolicy"];

/** The desired object, without the newer fields that the one there lacks. */
export const withoutNewer = (desired: Desired, observed: Observed | undefined): Desired => {
  if (observed === undefined) return desired;
  const before = known.get(observed.manifest);
  if (before?.desired === desired) return before.result;
  const found = objectAt(observed.manifest, "spec");
  const spec = objectAt(desired.manifest, "spec");
  const lacking = SINCE_1_27.filter((field) => Object.hasOwn(spec, field) && found[field] === undefined);
  const kept = Object.entries(spec).filter(([field]) => !lacking.includes(field));
  const result = lacking.length === 0 ? desired : { ...desired, manifest: { ...desired.manifest, spec: Object.fromEntries(kept) } };
  known.set(observed.manifest, { desired, result });
  return result;
};
const known = new WeakMap<JsonObject, { readonly desired: Desired; readonly result: Desired }>();
