import { expect, test } from "vitest";
import { remembered, rememberedOfTwo } from "./remembered.ts";
import { Values } from "./values.ts";
import type { Change, Leaves } from "./values.ts";

const leaves: Leaves = {
  kept: (field, value) => (field === "note" ? "" : value),
  mark: (_, value) => (typeof value === "number" && value >= 100 ? value : undefined),
  opaque: "blob",
};

const make = (last: unknown) => ({ a: [1, { b: "x" }], note: String(last), blob: { any: [1] }, last });

test("equal values are one object, however they were made, and others are not", () => {
  const values = new Values(leaves);
  const kept = values.keep(make("z"));
  expect(values.keep(make("z"))).toBe(kept);
  expect(values.keep({ ...make("z"), absent: undefined })).toBe(kept);
  for (const other of ["y", 1, 1n, true, null, [], {}, ["z"]]) expect(values.keep(make(other))).not.toBe(kept);
  expect(values.keep({ a: 1, b: 2 })).not.toBe(values.keep({ a: 2, b: 1 }));
  expect(kept.note).toBe("");
  expect(values.idOf(kept.a)).not.toBe(values.idOf(kept));
});

test("parts of kept values are kept: a change in one place makes only what stands above it", () => {
  const values = new Values(leaves);
  const kept = values.keep({ left: { deep: [1, 2] }, right: { deep: [3] } });
  const size = values.size;
  const changed = values.keep({ ...kept, right: { deep: [4] } });
  expect(changed.left).toBe(kept.left);
  expect(values.size - size).toBe(3);
});

test("marks of the parts are the whole's, and a change visits only what it touches", () => {
  const values = new Values(leaves);
  const kept = values.keep({ old: { at: 500 }, young: { at: 5 }, times: [700, 500] });
  expect(values.marksOf(kept).all).toEqual([500, 700]);
  const change: Change = {
    touches: (marks) => marks.all.includes(500),
    leaf: (_, value) => (value === 500 ? 501 : value),
    made: new Map(),
  };
  const changed = values.change(kept, change);
  expect(changed).toEqual({ old: { at: 501 }, young: { at: 5 }, times: [700, 501] });
  expect(changed.young).toBe(kept.young);
  expect(values.keep({ old: { at: 501 }, young: { at: 5 }, times: [700, 501] })).toBe(changed);
});

test("a value that is not kept has no number", () => {
  expect(() => new Values(leaves).idOf({ a: 1 })).toThrow('asked about a value that is not kept: ["a"]; keep it first');
});

test("what was worked out is not worked out again for the same arguments", () => {
  let worked = 0;
  const once = remembered((one: object) => ({ one, count: ++worked }));
  const twice = rememberedOfTwo((one: object, other: string) => ({ one, other, count: ++worked }));
  const [a, b] = [{}, {}];
  expect([once(a), once(a), once(b)].map(({ count }) => count)).toEqual([1, 1, 2]);
  expect([twice(a, "x"), twice(a, "x"), twice(a, "y"), twice(b, "x")].map(({ count }) => count)).toEqual([3, 3, 4, 5]);
});
