import { expect, test } from "vitest";
import { cache } from "./cache.ts";
import type { KubeObject } from "./object.ts";

const object = (name: string, resourceVersion: string, more: Partial<KubeObject> = {}): KubeObject => ({
  metadata: { name, namespace: "default", uid: `uid-${name}`, resourceVersion },
  ...more,
});

const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name);

test("follows lists and changes, says what each of them changed, and how far it goes", () => {
  const known = cache();
  expect(known.version()).toBeUndefined();
  expect(names(known.apply({ _tag: "Listed", items: [object("a", "1"), object("b", "2")], resourceVersion: "5" }))).toEqual(["a", "b"]);
  expect(names(known.apply({ _tag: "Changed", object: object("b", "6") }))).toEqual(["b"]);
  expect(known.version()).toBe("6");
  expect(names(known.apply({ _tag: "Listed", items: [object("b", "6"), object("c", "7")], resourceVersion: "8" }))).toEqual(["a", "c"]);
  expect(names(known.apply({ _tag: "Deleted", object: object("c", "9") }))).toEqual(["c"]);
  expect(names([...known.of("default", "b"), ...known.of("default", "c")])).toEqual(["b"]);
  known.apply({ _tag: "Bookmark", resourceVersion: "20" });
  known.apply({ _tag: "Broken", reason: "Cut", message: "", next: "Resume" });
  expect([known.version(), known.of("elsewhere", "b")]).toEqual(["20", []]);
});

test("does not keep who wrote which field", () => {
  const known = cache();
  const { metadata } = object("a", "1");
  known.apply({ _tag: "Changed", object: { metadata: { ...metadata, managedFields: [{ manager: "someone" }], labels: { x: "y" } } } });
  expect(known.all()[0]?.metadata).toEqual({ ...metadata, labels: { x: "y" } });
});
