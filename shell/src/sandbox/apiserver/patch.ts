// The patches that are functions of the object alone: JSON patch, merge patch and, for built-in kinds, strategic merge.
// (Server-side apply also needs to know who owns what: managed-fields.ts.)
import jsonPatch from "fast-json-patch";
import { keyElement } from "./field-set.ts";
import { clone, isObject, type Json, type JsonObject, listOf, objectOf, textOf } from "./json.ts";
import { badRequest, Rejection } from "./rejection.ts";
import type { Shape } from "./shape.ts";

/** RFC 6902; throws a 422 when a test fails or a path does not exist, a 400 when it is no patch. */
export const jsonPatched = (object: JsonObject, operations: Json): JsonObject => {
  if (!Array.isArray(operations)) throw badRequest("a JSON patch is a list of operations");
  const list = operations.map((each) => {
    const operation = objectOf(each);
    return toOperation(textOf(operation["op"]), textOf(operation["path"]), operation);
  });
  try {
    const result: Json = jsonPatch.applyPatch<Json>(clone(object), list, true, false, true).newDocument;
    return objectOf(result);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new Rejection(422, "Invalid", `the server rejected our request due to an error in our request: ${message}`);
  }
};

const toOperation = (op: string, path: string, operation: JsonObject): jsonPatch.Operation => {
  const value = operation["value"] ?? null;
  switch (op) {
    case "add":
    case "replace":
    case "test":
      return { op, path, value };
    case "remove":
      return { op, path };
    case "move":
    case "copy":
      return { op, path, from: textOf(operation["from"]) };
    default:
      throw badRequest(`the JSON patch operation ${JSON.stringify(op)} is unknown: use add, remove, replace, move, copy or test`);
  }
};

/** RFC 7386: null removes, objects merge, everything else replaces. */
export const mergePatched = (target: Json | undefined, patch: Json): Json => {
  if (!isObject(patch)) return patch;
  const merged: JsonObject = { ...objectOf(target) };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else merged[field] = mergePatched(merged[field], value);
  }
  return merged;
};

/** kubectl's patch for built-in kinds: lists merge by key, and directives (`$patch`, `$deleteFromPrimitiveList`, …) steer. */
export const strategicPatched = (target: Json | undefined, patch: Json, shape: Shape): Json => {
  if (!isObject(patch)) return patch;
  if (patch["$patch"] === "replace") return withoutDirectives(patch);
  const merged: JsonObject = { ...objectOf(target) };
  const retained = patch["$retainKeys"];
  if (Array.isArray(retained)) for (const field of Object.keys(merged)) if (!retained.includes(field)) delete merged[field];
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith("$deleteFromPrimitiveList/")) {
      const of = field.slice(field.indexOf("/") + 1);
      merged[of] = listOf(merged[of]).filter((item) => !listOf(value).includes(item));
    }
    if (field.startsWith("$")) continue;
    const inner = shape.field(field);
    if (value === null) delete merged[field];
    else if (Array.isArray(value))
      merged[field] = strategicList(listOf(merged[field]), value, inner, listOf(patch[`$setElementOrder/${field}`]));
    else merged[field] = strategicPatched(merged[field], value, inner);
  }
  return merged;
};

const withoutDirectives = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([field]) => !field.startsWith("$")));

const strategicList = (target: readonly Json[], patch: readonly Json[], shape: Shape, order: readonly Json[]): Json[] => {
  const list = shape.list;
  switch (list._tag) {
    case "Atomic":
      return patch.map((item) => (isObject(item) ? withoutDirectives(item) : item));
    case "Set":
      return [...new Set([...target, ...patch])];
    case "ByKeys": {
      if (patch.some((item) => objectOf(item)["$patch"] === "replace")) {
        return patch.filter((item) => objectOf(item)["$patch"] !== "replace");
      }
      const same = (left: Json, right: Json): boolean => {
        // A patch may leave out later keys (a port without its protocol): the keys it gives decide.
        const given = list.keys.filter((key) => objectOf(left)[key] !== undefined && objectOf(right)[key] !== undefined);
        return given.length > 0 && keyElement(left, given, {}) === keyElement(right, given, {});
      };
      const result = [...target];
      for (const item of patch) {
        const at = result.findIndex((each) => same(item, each));
        const directive = objectOf(item)["$patch"];
        if (directive === "delete") {
          if (at >= 0) result.splice(at, 1);
        } else if (at < 0) result.push(strategicPatched({}, item, shape.item()));
        else result[at] = strategicPatched(result[at], item, shape.item());
      }
      const position = (item: Json): number => {
        const at = order.findIndex((each) => same(each, item));
        return at < 0 ? order.length : at;
      };
      return order.length === 0 ? result : result.toSorted((left, right) => position(left) - position(right));
    }
  }
};
