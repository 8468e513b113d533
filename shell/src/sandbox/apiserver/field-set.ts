// The set of fields one manager owns, as `metadata.managedFields` records it. A field is a path of elements: `f:name` a
// field, `k:{…}` an item of a list by its keys, `v:…` an item of a set. Sets of paths rather than trees, so that union,
// difference and "who else owns this" are plain set operations.
import { type Json, type JsonObject, isObject, objectOf, parseJson } from "./json.ts";
import type { Shape } from "./shape.ts";

/** Elements joined by the separator; JSON text holds no raw line break, so it cannot be mistaken. */
export type FieldPath = string;
export type FieldSet = ReadonlySet<FieldPath>;
const separator = "\n";

export const elementsOf = (path: FieldPath): string[] => path.split(separator);
export const join = (path: FieldPath, element: string): FieldPath => (path === "" ? element : `${path}${separator}${element}`);
export const isUnder = (path: FieldPath, parent: FieldPath): boolean => path.startsWith(`${parent}${separator}`);

export const union = (left: FieldSet, right: FieldSet): FieldSet => new Set([...left, ...right]);
/** The same set where nothing is taken from it. */
export const minus = (set: FieldSet, taken: FieldSet): FieldSet =>
  [...taken].some((path) => set.has(path)) ? new Set([...set].filter((path) => !taken.has(path))) : set;
export const sameSet = (left: FieldSet, right: FieldSet): boolean => left.size === right.size && [...left].every((path) => right.has(path));

/** What the server keeps itself is nobody's. */
const unowned = new Set([
  "f:apiVersion",
  "f:kind",
  ...[
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "selfLink",
    "managedFields",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
  ].map((field) => `f:metadata${separator}f:${field}`),
]);

/** The element that names an item of a list that merges by keys. */
export const keyElement = (item: Json, keys: readonly string[], defaults: JsonObject): string => {
  const object = objectOf(item);
  const entries = keys.toSorted().flatMap((key) => {
    const value = object[key] ?? defaults[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return `k:${JSON.stringify(Object.fromEntries(entries))}`;
};

/** Every owned path of an object with its value; an item of a list by keys is a path of its own. */
export const leavesOf = (object: JsonObject, shape: Shape): Map<FieldPath, Json> => {
  const leaves = new Map<FieldPath, Json>();
  collect(object, shape, "", leaves);
  return leaves;
};

const collect = (value: Json, shape: Shape, path: FieldPath, into: Map<FieldPath, Json>): void => {
  if (unowned.has(path)) return;
  if (isObject(value) && !shape.atomic) {
    const entries = Object.entries(value);
    if (entries.length === 0 && path !== "") into.set(path, value);
    for (const [field, inner] of entries) collect(inner, shape.field(field), join(path, `f:${field}`), into);
    return;
  }
  const list = shape.list;
  if (Array.isArray(value) && list._tag === "ByKeys") {
    if (value.length === 0) into.set(path, value);
    for (const item of value) {
      const at = join(path, keyElement(item, list.keys, shape.keyDefaults));
      into.set(at, true);
      collect(item, shape.item(), at, into);
    }
    return;
  }
  if (Array.isArray(value) && list._tag === "Set") {
    if (value.length === 0) into.set(path, value);
    for (const item of value) into.set(join(path, `v:${JSON.stringify(item)}`), true);
    return;
  }
  into.set(path, value);
};

// Most writes leave most managers' sets as they are: the two forms of a set are worked out once.
const encoded = new WeakMap<FieldSet, JsonObject>();
const decoded = new WeakMap<JsonObject, FieldSet>();

/** The `fieldsV1` form. */
export const encode = (set: FieldSet): JsonObject => {
  const known = encoded.get(set) ?? encodeSet(set);
  encoded.set(set, known);
  return known;
};

const encodeSet = (set: FieldSet): JsonObject => {
  const root: JsonObject = {};
  const members: JsonObject[] = [];
  for (const path of [...set].toSorted()) {
    let node = root;
    for (const element of elementsOf(path)) {
      const next = objectOf(node[element]);
      node[element] = next;
      node = next;
    }
    members.push(node);
  }
  // A field that is owned itself and has owned fields below says so with a dot.
  for (const member of members) if (Object.keys(member).length > 0) member["."] = {};
  return root;
};

export const decode = (fields: JsonObject): FieldSet => {
  const known = decoded.get(fields) ?? decodeSet(fields);
  decoded.set(fields, known);
  encoded.set(known, fields);
  return known;
};

const decodeSet = (fields: JsonObject): FieldSet => {
  const set = new Set<FieldPath>();
  const walk = (node: JsonObject, path: FieldPath): void => {
    const children = Object.entries(node).filter(([element]) => element !== ".");
    if (path !== "" && (children.length === 0 || node["."] !== undefined)) set.add(path);
    for (const [element, child] of children) walk(objectOf(child), join(path, element));
  };
  walk(fields, "");
  return set;
};

/** A path as people write it: `.spec.template.spec.containers[name="valkey"].image`. */
export const readablePath = (path: FieldPath): string =>
  elementsOf(path)
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith("f:")) return `.${rest}`;
      if (element.startsWith("v:")) return `[=${rest}]`;
      const keys = Object.entries(objectOf(parseJson(rest))).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
      return `[${keys.join(",")}]`;
    })
    .join("");

/** A copy without what the path names, and without the containers that this empties; undefined when nothing is left. */
export const removeAt = (value: Json, elements: readonly string[], shape: Shape): Json | undefined => {
  const [element, ...rest] = elements;
  if (element === undefined) return undefined;
  if (element.startsWith("f:") && isObject(value)) {
    const field = element.slice(2);
    const inner = value[field];
    if (inner === undefined) return value;
    const { [field]: _, ...others } = value;
    const left = removeAt(inner, rest, shape.field(field));
    if (left !== undefined) return { ...value, [field]: left };
    return Object.keys(others).length === 0 ? undefined : others;
  }
  if (Array.isArray(value)) {
    const matches = (item: Json): boolean =>
      element.startsWith("v:")
        ? `v:${JSON.stringify(item)}` === element
        : shape.list._tag === "ByKeys" && keyElement(item, shape.list.keys, shape.keyDefaults) === element;
    const left = value.flatMap((item) => {
      if (!matches(item)) return [item];
      const inner = removeAt(item, rest, shape.item());
      return inner === undefined ? [] : [inner];
    });
    return left.length === 0 && value.length > 0 ? undefined : left;
  }
  return value;
};
