import { expect, test } from "vitest";
import { numbered, numberedOfTwo, numberedWith } from "./numbered.ts";
import { lately, remembered } from "./remembered.ts";
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
  expect(JSON.parse(JSON.stringify(changed))).toEqual({ old: { at: 501 }, young: { at: 5 }, times: [700, 501] });
  expect(changed.young).toBe(kept.young);
  expect(values.keep({ old: { at: 501 }, young: { at: 5 }, times: [700, 501] })).toBe(changed);
});

test("a value that is not kept has no number", () => {
  expect(() => new Values(leaves).idOf({ a: 1 })).toThrow('asked about a value that is not kept: ["a"]; keep it first');
});

test("a copy of a kept value has a number of its own, and so has the original in another table", () => {
  const [values, others] = [new Values(leaves), new Values(leaves)];
  const kept = values.keep({ a: 1, b: 2 });
  others.keep({ z: 1 });
  const copy = { ...kept, b: 3 };
  expect(() => values.idOf(copy)).toThrow("keep it first");
  const before = values.idOf(kept);
  expect(others.keep(kept)).toBe(kept);
  expect([values.idOf(kept), others.idOf(kept), values.idOf(kept)]).toEqual([before, 1, before]);
  expect(values.keep(Object.freeze({ c: 1 }))).toBe(values.keep(Object.freeze({ c: 1 })));
});

const counts = (...all: readonly { readonly count: number }[]): readonly number[] => all.map(({ count }) => count);

test("what was worked out is not worked out again for the same arguments", () => {
  const values = new Values(leaves);
  let worked = 0;
  const once = remembered((one: object) => ({ one, count: ++worked }));
  const last = lately((one: object) => ({ one, count: ++worked }));
  const equal = numbered(values, (one: object) => ({ one, count: ++worked }));
  const sized = numberedWith(values, (one: object, size: number) => ({ one, size, count: ++worked }));
  const twice = numberedOfTwo(values, (one: object, other: object) => ({ one, other, count: ++worked }));
  const [a, b] = [{}, {}];
  expect(counts(once(a), once(a), once(b))).toEqual([1, 1, 2]);
  expect(counts(last(a), last(a), last(b), last(a))).toEqual([3, 3, 4, 5]);
  expect(counts(equal({ x: 1 }), equal({ x: 1 }), equal({ x: 2 }))).toEqual([6, 6, 7]);
  expect(counts(sized({ x: 1 }, 1), sized({ x: 1 }, 1), sized({ x: 1 }, 2))).toEqual([8, 8, 9]);
  expect(counts(twice({ x: 1 }, [1]), twice({ x: 1 }, [1]), twice({ x: 1 }, [2]), twice([1], { x: 1 }))).toEqual([10, 10, 11, 12]);
});

test("of thousands of pairs each keeps what was worked out for it", () => {
  const values = new Values(leaves);
  const sum = numberedOfTwo(values, (one: { readonly at: number }, other: { readonly at: number }) => ({ sum: one.at * 100 + other.at }));
  for (let round = 0; round < 2; round++)
    for (let one = 0; one < 60; one++)
      for (let other = 0; other < 60; other++) expect(sum({ at: one }, { at: other }).sum).toBe(one * 100 + other);
});
