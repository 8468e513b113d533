// The server stores and serves whatever the resources' schemas allow, so its data is JSON, not one type per kind.
// These are the few questions asked of JSON everywhere; a stored object is never changed in place.
import { isDeepStrictEqual } from "node:util";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [field: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** The object, or an empty one where something else or nothing is. */
export const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
export const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
export const numberOf = (value: Json | undefined, otherwise = 0): number => (typeof value === "number" ? value : otherwise);

export const clone = <T extends Json>(value: T): T => structuredClone(value);
export const equal = (left: Json | undefined, right: Json | undefined): boolean => isDeepStrictEqual(left, right);

/** Throws SyntaxError. A `__proto__` key is refused: assigning it while merging would change the prototype instead of a field. */
export const parseJson = (text: string): Json => {
  if (text.includes('"__proto__"')) throw new SyntaxError('the field name "__proto__" is not allowed');
  const value: Json = JSON.parse(text);
  return value;
};

/** The value at a path of field names, `.spec.replicas` as ["spec", "replicas"]. */
export const valueAt = (value: Json | undefined, path: readonly string[]): Json | undefined => {
  let current = value;
  for (const field of path) current = isObject(current) && Object.hasOwn(current, field) ? current[field] : undefined;
  return current;
};

/** A copy with the value at the path replaced; the objects on the way are made where they are missing. */
export const withValueAt = (object: JsonObject, path: readonly string[], value: Json): JsonObject => {
  const [first, ...rest] = path;
  if (first === undefined) return object;
  return { ...object, [first]: rest.length === 0 ? value : withValueAt(objectOf(object[first]), rest, value) };
};

/** A copy without one field. */
export const without = (object: JsonObject, ...fields: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));

export const metadataOf = (object: JsonObject): JsonObject => objectOf(object["metadata"]);
export const nameOf = (object: JsonObject): string => textOf(metadataOf(object)["name"]);
export const namespaceOf = (object: JsonObject): string => textOf(metadataOf(object)["namespace"]);
export const uidOf = (object: JsonObject): string => textOf(metadataOf(object)["uid"]);
export const versionOf = (object: JsonObject): string => textOf(metadataOf(object)["resourceVersion"]);
export const withMetadata = (object: JsonObject, fields: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...metadataOf(object), ...fields },
});

const serialised = new WeakMap<JsonObject, string>();
/** The text of a stored object; made once, since the journal, the answer and every watcher get the same. */
export const textOfObject = (object: JsonObject): string => {
  const known = serialised.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  serialised.set(object, text);
  return text;
};
