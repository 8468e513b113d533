// Lengths of sets, pushes and maps at a glance, and what a list may hold: as glance.test.ts, for what takes more than one digit to say.
import { expect, test } from "vitest";
import { scanOf } from "./scan.ts";
import { deepest, sight } from "./sight.ts";
import { initial } from "./state.ts";
import { bytesOf } from "./text.ts";
import type { PayloadKind } from "./payload.ts";

const kinds = [
  { type: "~", values: 1 },
  { type: ">", values: 1 },
  { type: "%", values: 2 },
] as const;

const scanned = (wire: string, payload: PayloadKind = "text", elements = 10_000) =>
  scanOf(initial({ payload, limits: { elements } }).options, bytesOf(wire));

test.each(kinds)("a length of $type is taken by sight, of one digit or of more, whatever follows", ({ type, values }) => {
  for (const count of [0, 1, 2, 8, 9, 10, 11, 19, 20, 90, 99, 100, 109, 999, 1000]) {
    const wire = `${type}${count}\r\n${":1\r\n".repeat(values * count)}`;
    for (const after of ["", ":", "\r\n", "+next\r\n"]) {
      const scan = scanned(wire + after);
      const value = sight(scan, deepest, true);
      expect([count, scan.at]).toEqual([count, wire.length]);
      const size =
        value !== undefined && "items" in value ? value.items.length : value !== undefined && "entries" in value && value.entries.length;
      expect(size).toBe(count);
    }
  }
});

const spoilt = ["", "01", "00", "x", "/", ":", "-1", "+1", "1x", "x1", "1/", "1:", "1\n", "10\n", "12x", "12/", "12:", "123456789012", "?"];

test.each(kinds)("whatever else stands where a length of $type does is not, and not taken for one that is cut", ({ type }) => {
  for (const length of spoilt) {
    for (const end of ["\r\n", "\rx", "x\n"]) {
      const scan = scanned(`${type}${length}${end}${":1\r\n".repeat(30)}`);
      expect([length, sight(scan, deepest, true), scan.pending]).toEqual([length, undefined, undefined]);
    }
  }
  for (const length of ["1", "9", "12", "100"]) {
    for (const end of ["\rx", "x\n"]) {
      const scan = scanned(`${type}${length}${end}${":1\r\n".repeat(200)}`);
      expect([length, sight(scan, deepest, true), scan.pending]).toEqual([length, undefined, undefined]);
    }
  }
});

test.each(kinds)("a length of $type that the chunk ends in is known to be cut, and what it says so far is kept", ({ type }) => {
  const spellings = ["7\r\n", "12\r\n", "123\r\n", "1234567\r\n"];
  // A push in the last three bytes of a chunk is left to step.ts.
  const least = type === ">" ? 3 : 2;
  for (const spelling of spellings) {
    for (let cut = least; cut < spelling.length; cut += 1) {
      const scan = scanned(`:1\r\n${type}${spelling.slice(0, cut)}`);
      scan.at = 4;
      expect(sight(scan, deepest, true)).toBeUndefined();
      expect([spelling, cut, scan.pending?._tag]).toEqual([spelling, cut, "Number"]);
    }
  }
});

test.each(["*", "~", ">", "%"])("a list of %s holds no more than is allowed, and as much", (type) => {
  const wire = (count: number): string => `${type}${count}\r\n${":1\r\n".repeat(type === "%" ? 2 * count : count)}`;
  for (const count of [1, 5, 12]) {
    expect(sight(scanned(wire(count), "text", count), deepest, true)).toBeDefined();
    const more = scanned(wire(count), "text", count - 1);
    expect([sight(more, deepest, true), more.broken, more.at]).toEqual([undefined, undefined, 0]);
  }
});

test("a list that says more values than the rest of the chunk has is not begun, however many lists are around it", () => {
  const alone = scanned("*9\r\n:1\r\n:1\r\n");
  expect([sight(alone, deepest, true), alone.broken, alone.at]).toEqual([undefined, undefined, 0]);
  const within = scanned("*3\r\n*3\r\n:1\r\n:1\r\n");
  expect(sight(within, deepest, true)).toBeUndefined();
  expect([within.broken?.expected, within.broken?.count, within.broken?.parent === within.broken]).toEqual([3, 0, true]);
});

test("OK is taken only where it is all of its line, and a push only where it is in nothing", () => {
  for (const payload of ["text", "lazy", "bytes"] as const)
    for (const wire of ["+OKa\nb\r\n", "+OK\rb\r\n", "%1\r\n>0\r\n:1\r\n", "%1\r\n:1\r\n>0\r\n", "~1\r\n>0\r\n"])
      expect([wire, sight(scanned(wire, payload), deepest, true)]).toEqual([wire, undefined]);
});

test("so is the length of an array or of a bulk, whatever digits it has", () => {
  for (const size of [1, 8, 9, 10, 18, 19, 20, 80, 90, 99, 100, 109, 190, 199, 900, 909, 999, 1000]) {
    for (const wire of [`*${size}\r\n${":1\r\n".repeat(size)}`, `$${size}\r\n${"x".repeat(size)}\r\n`]) {
      const scan = scanned(wire);
      expect([size, sight(scan, deepest, true) !== undefined, scan.at]).toEqual([size, true, wire.length]);
    }
  }
});

const limited = (bulkBytes: number) => scanOf(initial({ limits: { bulkBytes } }).options, bytesOf("$12\r\nhello, world\r\n"));

test("a bulk is as long as is allowed, and ends with CRLF", () => {
  expect(sight(limited(12), deepest, true)).toBeDefined();
  expect(sight(limited(11), deepest, true)).toBeUndefined();
  for (const wire of ["$1\r\nax\n", "$1\r\na\rx", "$12\r\nhello, worldx\n"])
    expect([wire, sight(scanned(wire), deepest, true)]).toEqual([wire, undefined]);
});

test("what is odd near the end of a line is left to step.ts", () => {
  const integers = ["1", "12345678", "123456789", "1234567890", "123456789012", "123456789012345"].flatMap((digits) =>
    ["x\r\n", "x\n", "\rx", "/\r\n", ":\r\n", "-\r\n"].map((end) => `:${digits}${end}`),
  );
  for (const wire of [...integers, "_x\n", "_\rx", "#tx\n", "#fx\n", "#t\rx"]) {
    const scan = scanned(`${wire}${":1\r\n".repeat(5)}`);
    expect([wire, sight(scan, deepest, true), scan.pending]).toEqual([wire, undefined, undefined]);
  }
});
