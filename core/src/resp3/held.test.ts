// How what did not arrive whole is held: large pieces where they are, small ones side by side in a store, which is shared and never changes for
// who holds less of it. No law of values sees which; the memory does.
import { expect, test } from "vitest";
import { hold, joined, joinedBriefly, type Piece } from "./held.ts";

const bytes = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill);
const held = (...sizes: readonly number[]): Piece => {
  const [piece] = sizes.reduce<readonly [Piece | undefined, number]>(
    ([before, at], size) => [hold(before, bytes(size, at), 0, size), at + 1],
    [undefined, 1],
  );
  if (piece === undefined) throw new Error("nothing is held");
  return piece;
};

test("a piece from 256 octets on is the chunk itself, and so is the first whatever its size", () => {
  const chunk = bytes(300);
  expect(hold(undefined, chunk, 10, 20)).toEqual({ before: undefined, source: chunk, from: 10, to: 20, total: 10, store: undefined });
  const first = held(10);
  expect(hold(first, chunk, 0, 256)).toEqual({ before: first, source: chunk, from: 0, to: 256, total: 266, store: undefined });
  const small = hold(first, chunk, 0, 255);
  expect(small.source).not.toBe(chunk);
  expect(small.store?.filled).toBe(small.to);
});

test("small pieces lie side by side: up to 64 octets in one store that has the first as well, then in one as large as what there is", () => {
  const two = held(10, 20);
  expect(two).toMatchObject({ before: undefined, from: 0, to: 30, total: 30 });
  expect(two.source.length).toBe(64);
  const full = hold(two, bytes(34), 0, 34);
  expect(full).toMatchObject({ before: undefined, to: 64, total: 64 });
  expect(full.source).toBe(two.source);
  const next = hold(full, bytes(1), 0, 1);
  expect(next).toMatchObject({ before: full, from: 0, to: 1, total: 65 });
  expect(next.source.length).toBe(64);
  const more = hold(held(2000, 100), bytes(1), 0, 1);
  expect(more.source.length).toBe(2000);
  expect(hold(held(9000), bytes(1), 0, 1).source.length).toBe(4096);
  expect(held(60, 4).before).toBeUndefined();
  expect(held(60, 5).before).toMatchObject({ total: 60 });
});

test("whoever holds less of a store begins another one, and nobody's bytes change", () => {
  const first = held(3, 4);
  const one = hold(first, bytes(5, 7), 0, 5);
  const other = hold(first, bytes(6, 8), 0, 6);
  expect(one.source).toBe(first.source);
  expect(other.source).not.toBe(first.source);
  expect([...joined(one, bytes(0), 0, 0)]).toEqual([1, 1, 1, 2, 2, 2, 2, 7, 7, 7, 7, 7]);
  expect([...joined(other, bytes(0), 0, 0)]).toEqual([1, 1, 1, 2, 2, 2, 2, 8, 8, 8, 8, 8, 8]);
});

test("what is joined is all of it in its order, in memory of its own; for a moment, in memory that is used again", () => {
  for (const sizes of [[1], [3, 4], [300, 2, 500], [64, 1, 1], [5000, 300, 7]]) {
    const all = sizes.flatMap((size, at) => Array.from({ length: size }, () => at + 1));
    const rest = Uint8Array.of(0, 77, 78, 0);
    const kept = joined(held(...sizes), rest, 1, 3);
    expect([...kept]).toEqual([...all, 77, 78]);
    const brief = joinedBriefly(held(...sizes), rest, 1, 3);
    expect([...brief.subarray(0, all.length + 2)]).toEqual([...all, 77, 78]);
    expect(joinedBriefly(held(...sizes), rest, 1, 3)).toBe(brief);
    expect(joined(held(...sizes), rest, 1, 3)).not.toBe(kept);
  }
  const large = joinedBriefly(held(2 ** 22), bytes(1), 0, 1);
  expect(large.length).toBe(2 ** 22 + 1);
  expect(joinedBriefly(held(2 ** 22 - 1), bytes(1), 0, 1).length).toBe(2 ** 22);
});
