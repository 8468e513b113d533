// Who owns which field, after a write. An update takes the fields it changed from everybody else; an apply states all its
// manager wants, is refused where that would change another manager's field, and removes what it no longer states.
import { type Json, type JsonObject, equal, isObject, listOf, metadataOf, objectOf, parseJson, textOf } from "./json.ts";
import {
  decode,
  elementsOf,
  encode,
  type FieldPath,
  type FieldSet,
  isUnder,
  keyElement,
  leavesOf,
  minus,
  readablePath,
  removeAt,
  sameSet,
  union,
} from "./field-set.ts";
import { Rejection } from "./rejection.ts";
import type { Shape } from "./shape.ts";

export type Entry = {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
  readonly fields: FieldSet;
};
export type Writer = { readonly manager: string; readonly apiVersion: string; readonly subresource: string; readonly now: string };

export const entriesOf = (object: JsonObject): readonly Entry[] =>
  listOf(metadataOf(object)["managedFields"])
    .map(objectOf)
    .map((entry) => ({
      manager: textOf(entry["manager"]),
      operation: entry["operation"] === "Apply" ? "Apply" : "Update",
      apiVersion: textOf(entry["apiVersion"]),
      subresource: textOf(entry["subresource"]),
      time: textOf(entry["time"]),
      fields: decode(objectOf(entry["fieldsV1"])),
    }));

export const encodeEntries = (entries: readonly Entry[]): Json[] =>
  entries.map((entry) => ({
    manager: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    time: entry.time,
    fieldsType: "FieldsV1",
    fieldsV1: encode(entry.fields),
    ...(entry.subresource === "" ? {} : { subresource: entry.subresource }),
  }));

const isBy = (entry: Entry, writer: Writer, operation: Entry["operation"]): boolean =>
  entry.manager === writer.manager && entry.operation === operation && entry.subresource === writer.subresource;

const withEntry = (entries: readonly Entry[], entry: Entry): readonly Entry[] => [...entries, entry].filter((each) => each.fields.size > 0);

/** Ownership after an update: what it set or changed is the writer's, what it removed is nobody's. */
export const afterUpdate = (live: JsonObject | undefined, next: JsonObject, shape: Shape, writer: Writer): readonly Entry[] => {
  const before = live === undefined ? new Map<FieldPath, Json>() : leavesOf(live, shape);
  const after = leavesOf(next, shape);
  const changed = new Set([...after].filter(([path, value]) => !before.has(path) || !equal(before.get(path), value)).map(([path]) => path));
  const removed = new Set([...before.keys()].filter((path) => !after.has(path)));
  const entries = live === undefined ? [] : entriesOf(live);
  if (changed.size === 0 && removed.size === 0) return entries;
  const lost = union(changed, removed);
  const own = entries.find((entry) => isBy(entry, writer, "Update"));
  const others = entries.filter((entry) => entry !== own).map((entry) => ({ ...entry, fields: minus(entry.fields, lost) }));
  const fields = union(minus(own?.fields ?? new Set(), removed), changed);
  const time = own !== undefined && changed.size === 0 ? own.time : writer.now;
  return withEntry(others, { ...writerEntry(writer, "Update"), time, fields });
};

const writerEntry = (writer: Writer, operation: Entry["operation"]): Omit<Entry, "fields"> => ({
  manager: writer.manager,
  operation,
  apiVersion: writer.apiVersion,
  subresource: writer.subresource,
  time: writer.now,
});

/** Merges an applied configuration into the live object; throws a 409 naming every field another manager owns. */
export const apply = (
  live: JsonObject | undefined,
  configuration: JsonObject,
  shape: Shape,
  writer: Writer,
  force: boolean,
): { readonly object: JsonObject; readonly entries: readonly Entry[] } => {
  const wanted = leavesOf(configuration, shape);
  const fields: FieldSet = new Set(wanted.keys());
  const entries = live === undefined ? [] : entriesOf(live);
  const own = entries.find((entry) => isBy(entry, writer, "Apply"));
  const others = entries.filter((entry) => entry !== own);
  const current = live === undefined ? new Map<FieldPath, Json>() : leavesOf(live, shape);
  const contested = new Set(
    [...wanted].filter(([path, value]) => current.has(path) && !equal(current.get(path), value)).map(([path]) => path),
  );
  const conflicts = others.flatMap((entry) => [...contested].filter((path) => entry.fields.has(path)).map((path) => ({ entry, path })));
  if (conflicts.length > 0 && !force) throw conflictOf(conflicts);

  const kept = others.map((entry) => ({ ...entry, fields: minus(entry.fields, contested) }));
  const merged = live === undefined ? configuration : objectOf(merge(live, configuration, shape));
  const dropped = [...(own?.fields ?? [])].filter(
    (path) => !fields.has(path) && !isKey(path) && !isOwned(path, kept) && !isOwned(path, [{ fields }]),
  );
  // Items before their fields: an item is found by its keys, which are fields.
  const object = dropped
    .toSorted((left, right) => elementsOf(left).length - elementsOf(right).length)
    .reduce((result, path) => objectOf(removeAt(result, elementsOf(path), shape)), merged);
  const unchanged = own !== undefined && sameSet(own.fields, fields) && live !== undefined && equal(object, live);
  return { object, entries: withEntry(kept, { ...writerEntry(writer, "Apply"), time: unchanged ? own.time : writer.now, fields }) };
};

/** A field by which an item of a list is known goes only with the item. */
const isKey = (path: FieldPath): boolean => {
  const [item = "", field = ""] = elementsOf(path).slice(-2);
  return item.startsWith("k:") && Object.hasOwn(objectOf(parseJson(item.slice(2))), field.slice(2));
};

/** Whether somebody owns the path or, for an item of a list, anything below it. */
const isOwned = (path: FieldPath, entries: readonly Pick<Entry, "fields">[]): boolean =>
  entries.some((entry) => entry.fields.has(path) || [...entry.fields].some((each) => isUnder(each, path)));

const merge = (live: Json | undefined, wanted: Json, shape: Shape): Json => {
  if (live === undefined) return wanted;
  if (isObject(live) && isObject(wanted) && !shape.atomic) {
    const merged: JsonObject = { ...live };
    for (const [field, value] of Object.entries(wanted)) merged[field] = merge(live[field], value, shape.field(field));
    return merged;
  }
  const list = shape.list;
  if (Array.isArray(live) && Array.isArray(wanted) && list._tag !== "Atomic") {
    const identity = (item: Json): string => (list._tag === "Set" ? JSON.stringify(item) : keyElement(item, list.keys, shape.keyDefaults));
    const there = new Map(live.map((item) => [identity(item), item]));
    const given = new Map(wanted.map((item) => [identity(item), item]));
    const mergedItem = (item: Json): Json => {
      const update = given.get(identity(item));
      return update === undefined ? item : merge(item, update, shape.item());
    };
    // The applied order counts once everything is stated; until then what is there keeps its place.
    if ([...there.keys()].every((each) => given.has(each)))
      return wanted.map((item) => merge(there.get(identity(item)), item, shape.item()));
    return [...live.map(mergedItem), ...wanted.filter((item) => !there.has(identity(item)))];
  }
  return wanted;
};

const conflictOf = (conflicts: readonly { readonly entry: Entry; readonly path: FieldPath }[]): Rejection => {
  const by = (entry: Entry): string =>
    `conflict with "${entry.manager}"${entry.subresource === "" ? "" : ` with subresource "${entry.subresource}"`}${entry.operation === "Update" ? ` using ${entry.apiVersion}` : ""}`;
  const causes = conflicts.map(({ entry, path }) => ({ reason: "FieldManagerConflict", message: by(entry), field: readablePath(path) }));
  const lines = causes.map((cause) => `${cause.message}: ${cause.field}`);
  const listed = lines.length === 1 ? lines.join("") : `\n${lines.map((line) => `- ${line}`).join("\n")}`;
  return new Rejection(409, "Conflict", `Apply failed with ${causes.length} conflict${causes.length === 1 ? "" : "s"}: ${listed}`, {
    causes,
  });
};
