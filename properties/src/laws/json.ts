// One place of a JSON value changed: what a reader makes of it then tells what it needs there, and what it does without.
import type { Json } from "@gungnir/core";

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** With `value` at the path, keys and places between dots; without anything there where it is undefined. */
export const changed = (json: Json, path: string, value: Json | undefined): Json => {
  const [key = "", ...rest] = path.split(".");
  const inner = (at: Json | undefined): Json | undefined => (rest.length === 0 ? value : changed(at ?? {}, rest.join("."), value));
  if (isList(json)) {
    const item = inner(json[Number(key)]);
    return item === undefined ? json.toSpliced(Number(key), 1) : json.with(Number(key), item);
  }
  if (typeof json !== "object" || json === null) throw new Error(`nothing of ${JSON.stringify(json)} is called "${key}"`);
  const { [key]: before, ...others } = json;
  const changedValue = inner(before);
  return changedValue === undefined ? others : { ...others, [key]: changedValue };
};

/** Nothing there, and everything there that is no text, no number and no object of use. */
export const WRONG: readonly (Json | undefined)[] = [undefined, null, true, [], {}];
