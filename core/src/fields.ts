/** Reading fields out of JSON that somebody else wrote: what is not there, or of another type, is undefined. */
import type { Json, JsonObject } from "./json.ts";
import { compareText } from "./units.ts";

export const isObject = (json: Json | undefined): json is JsonObject => typeof json === "object" && json !== null && !isList(json);
export const isList = (json: Json | undefined): json is readonly Json[] => Array.isArray(json);

/** The value at a path of keys. */
export const at = (json: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((here, key) => (isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined), json);

export const textAt = (json: Json | undefined, ...path: readonly string[]): string | undefined => {
  const value = at(json, ...path);
  return typeof value === "string" ? value : undefined;
};
export const integerAt = (json: Json | undefined, ...path: readonly string[]): number | undefined => {
  const value = at(json, ...path);
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
};
export const objectAt = (json: Json | undefined, ...path: readonly string[]): JsonObject => {
  const value = at(json, ...path);
  return isObject(value) ? value : {};
};
export const listAt = (json: Json | undefined, ...path: readonly string[]): readonly Json[] => {
  const value = at(json, ...path);
  return isList(value) ? value : [];
};
/** The entries of an object that are texts, as of labels and annotations. */
export const textsAt = (json: Json | undefined, ...path: readonly string[]): { readonly [key: string]: string } =>
  Object.fromEntries(Object.entries(objectAt(json, ...path)).filter((entry): entry is [string, string] => typeof entry[1] === "string"));

/** Equal values have equal text: keys in order, nothing undefined. */
export const canonical = (json: Json): string => {
  if (isList(json)) return `[${json.map(canonical).join(",")}]`;
  if (!isObject(json)) return JSON.stringify(json);
  const entries = Object.entries(json).toSorted(([a], [b]) => compareText(a, b));
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`).join(",")}}`;
};
