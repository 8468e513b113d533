// Room for the items of a long list: only memory and the clock see it, so it is looked at here.
import { expect, test } from "vitest";
import { nothing, put } from "./frame.ts";
import type { Made } from "./payload.ts";

/** How much room there is after one item more, in a list of so many with so much room. */
const roomAfter = ({ count, room, expected }: { readonly count: number; readonly room: number; readonly expected: number }): number => {
  const items: Made[] = [];
  items.length = room;
  put(items, count, nothing, expected);
  expect(items[count]).toBe(nothing);
  return items.length;
};

test("a full list of 4096 items and more makes room in steps of 2.5 that end at what was announced", () => {
  expect(roomAfter({ count: 4096, room: 4096, expected: 4097 })).toBe(4097);
  expect(roomAfter({ count: 4096, room: 4096, expected: 10_240 })).toBe(10_240);
  expect(roomAfter({ count: 4096, room: 4096, expected: 10_245 })).toBe(4098);
  expect(roomAfter({ count: 4096, room: 4096, expected: 25_600 })).toBe(10_240);
  expect(roomAfter({ count: 5000, room: 5000, expected: 2 ** 25 })).toBe(Math.floor(2 ** 25 / 2.5 ** 9));
});

test("there is no more room for a short list, for one that is not full, and for one too long for an engine's lists", () => {
  expect(roomAfter({ count: 4095, room: 4095, expected: 25_600 })).toBe(4096);
  expect(roomAfter({ count: 5000, room: 6000, expected: 25_600 })).toBe(6000);
  expect(roomAfter({ count: 5, room: 6, expected: 6 })).toBe(6);
  expect(roomAfter({ count: 5000, room: 5000, expected: 2 ** 25 + 1 })).toBe(5001);
});

test("a list that becomes whole has no room left over", () => {
  for (const expected of [1, 4096, 4097, 10_000, 30_001]) {
    const items: Made[] = [];
    for (let count = 0; count < expected; count += 1) put(items, count, nothing, expected);
    expect(items.length).toBe(expected);
  }
});
