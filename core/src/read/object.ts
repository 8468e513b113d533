/** The objects that carry a cluster, as they stand: what is compared with what they should be. */
import type { Observed, OwnedKind } from "../cluster.ts";
import { at, isObject, listAt, objectAt, textAt } from "../fields.ts";
import type { Json, JsonObject } from "../json.ts";
import { type Uid, resourceVersion, uid } from "../units.ts";
import type { Whose } from "./pod.ts";

/** An object that is the same is read once: whatever is compared with it later is remembered by what was read. */
export const readObserved = (json: Json, kind: OwnedKind, whose: Whose): Observed | undefined => {
  if (!isObject(json)) return undefined;
  const known = remembered.get(json);
  if (known?.uid === whose.uid) return known.observed;
  const observed = readAnew(json, kind, whose);
  remembered.set(json, { uid: whose.uid, observed });
  return observed;
};
const remembered = new WeakMap<JsonObject, { readonly uid: Uid; readonly observed: Observed | undefined }>();

const readAnew = (json: JsonObject, kind: OwnedKind, whose: Whose): Observed | undefined => {
  const name = textAt(json, "metadata", "name");
  const life = textAt(json, "metadata", "uid");
  const version = textAt(json, "metadata", "resourceVersion");
  if (name === undefined || life === undefined || version === undefined) return undefined;
  const controller = listAt(json, "metadata", "ownerReferences").find((owner) => at(owner, "controller") === true);
  return {
    kind,
    name,
    uid: uid(life),
    version: resourceVersion(version),
    owned: textAt(controller, "uid") === whose.uid,
    deleting: textAt(json, "metadata", "deletionTimestamp") !== undefined,
    manifest: manifestOf(json, kind),
  };
};

/** Without status and what only the server writes; of a Secret only the names of its values, never a value. */
const manifestOf = (json: JsonObject, kind: OwnedKind): JsonObject => {
  const kept = Object.entries(json).filter(([key]) => key !== "status" && key !== "stringData");
  const metadata = Object.entries(objectAt(json, "metadata")).filter(([key]) =>
    ["name", "namespace", "labels", "annotations", "ownerReferences"].includes(key),
  );
  const manifest = { ...Object.fromEntries(kept), metadata: Object.fromEntries(metadata) };
  if (kind !== "Secret") return manifest;
  return { ...manifest, data: Object.fromEntries(Object.keys(objectAt(json, "data")).map((key) => [key, ""])) };
};
