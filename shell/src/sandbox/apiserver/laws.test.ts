// What holds for all inputs of the pure halves: sets of fields, merges, and selectors.
import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { describe, expect } from "vitest";
import { decode, encode, leavesOf, sameSet } from "./field-set.ts";
import { equal, type Json, type JsonObject, objectOf } from "./json.ts";
import { apply, afterUpdate, encodeEntries } from "./managed-fields.ts";
import { mergePatched } from "./patch.ts";
import { builtinShape } from "./shape.ts";

const key = fc.constantFrom("a", "b", "c", "constructor", "toString");
const scalar: fc.Arbitrary<Json> = fc.oneof(fc.integer(), fc.string(), fc.boolean());
const data: fc.Arbitrary<JsonObject> = fc.dictionary(key, scalar, { noNullPrototype: true });
const container = fc.record({
  name: fc.constantFrom("x", "y", "z"),
  image: fc.string(),
  env: fc.uniqueArray(fc.record({ name: fc.constantFrom("A", "B"), value: fc.string() }), { selector: (each) => each.name }),
});
const containers = fc.uniqueArray(container, { selector: (each) => each.name });
const object: fc.Arbitrary<JsonObject> = fc
  .record({ metadata: fc.record({ labels: data }), spec: fc.record({ data, containers }) })
  .map((value) => objectOf(value));

const writer = (manager: string) => ({ manager, apiVersion: "v1", subresource: "", now: "2026-01-01T00:00:00Z" });
const stored = (result: { readonly object: JsonObject; readonly entries: ReturnType<typeof afterUpdate> }): JsonObject => ({
  ...result.object,
  metadata: { ...objectOf(result.object["metadata"]), managedFields: encodeEntries(result.entries) },
});
const visible = (value: JsonObject): Json =>
  [...leavesOf(value, builtinShape)]
    .filter(([, leaf]) => !(typeof leaf === "object"))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([path, leaf]) => [path, leaf]);

describe("fields and patches", () => {
  law.prop([object])("a set of fields survives being written down", (value) => {
    const set = new Set(leavesOf(value, builtinShape).keys());
    expect(sameSet(decode(JSON.parse(JSON.stringify(encode(set)))), set)).toBe(true);
  });

  law.prop([object])("applying the same again changes nothing", (value) => {
    const once = stored(apply(undefined, value, builtinShape, writer("us"), false));
    expect(stored(apply(once, value, builtinShape, writer("us"), false))).toEqual(once);
  });

  law.prop([object, object])("one manager's applies end at the last, whatever the first was", (first, last) => {
    const once = stored(apply(undefined, first, builtinShape, writer("us"), false));
    const twice = stored(apply(once, last, builtinShape, writer("us"), false));
    expect(visible(twice)).toEqual(visible(last));
  });

  law.prop([object, object])("a forced apply holds all it states, and says so", (theirs, ours) => {
    const once = stored(apply(undefined, theirs, builtinShape, writer("them"), false));
    const result = apply(once, ours, builtinShape, writer("us"), true);
    const leaves = leavesOf(result.object, builtinShape);
    for (const [path, value] of leavesOf(ours, builtinShape))
      expect(typeof value === "object" || equal(leaves.get(path), value)).toBe(true);
  });

  law.prop([object, object])("after an update every leaf that changed is the updater's alone", (before, after) => {
    const created = stored({ object: before, entries: afterUpdate(undefined, before, builtinShape, writer("maker")) });
    const entries = afterUpdate(created, after, builtinShape, writer("editor"));
    const [old, now] = [leavesOf(before, builtinShape), leavesOf(after, builtinShape)];
    for (const [path, value] of now) {
      const owners = entries.filter((entry) => entry.fields.has(path)).map((entry) => entry.manager);
      expect(owners).toEqual(old.has(path) && equal(old.get(path), value) ? ["maker"] : ["editor"]);
    }
  });

  law.prop([object, object])("a merge patch applied twice is applied once", (value, patch) => {
    const once = mergePatched(value, patch);
    expect(mergePatched(once, patch)).toEqual(once);
  });
});
