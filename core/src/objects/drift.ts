/** How an object that is there differs from what it should be: in anything that we write, and in nothing else. */
import type { Observed } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import type { JsonObject } from "../json.ts";
import { covers } from "./covers.ts";

/**
 * Has it to be applied again? A field that is no longer rendered shows in the fingerprint, which is one of the fields. What
 * kind of object it is is not compared: items of a list do not say it.
 */
export const differs = (desired: Desired, observed: Observed): boolean => {
  if (desired.manifest === observed.manifest) return false;
  const before = compared.get(observed.manifest);
  if (before?.desired === desired.manifest) return before.differs;
  const isCovered = Object.entries(desired.manifest).every(
    ([field, value]) =>
      field === "apiVersion" || field === "kind" || field === "stringData" || covers(value, observed.manifest[field], field),
  );
  compared.set(observed.manifest, { desired: desired.manifest, differs: !isCovered });
  return !isCovered;
};
const compared = new WeakMap<JsonObject, { readonly desired: JsonObject; readonly differs: boolean }>();
