// What the decoder knows at a glance of a chunk that breaks off, and of texts and values that exist once: held against rules written another way.
import { expect, test } from "vitest";
import { decode, initial } from "./index.ts";
import { hold } from "./held.ts";
import { asciiOf } from "./payload.ts";
import { stillPending } from "./pending.ts";
import { scanOf } from "./scan.ts";
import { deepest, sight } from "./sight.ts";
import { bytesOf } from "./text.ts";

const scanned = (wire: string, limits = {}) => {
  const scan = scanOf(initial({ limits }).options, bytesOf(wire));
  return { value: sight(scan, deepest, true), scan };
};

test("a bulk that is longer than its chunk is pending, with what is missing of it; whole, or with its end alone missing, it is not", () => {
  for (const [wire, missing, held] of [
    ["$5\r\nab", 3, 2],
    ["$5\r\n", 5, 0],
    ["$1\r\n", 1, 0],
    ["$2\r\na", 1, 1],
  ] as const) {
    const { value, scan } = scanned(wire);
    expect(value).toBeUndefined();
    expect(scan.pending).toMatchObject({ _tag: "Body", kind: "Bulk", missing, afterCr: false });
    expect([wire, scan.pending?.held?.total ?? 0, scan.at]).toEqual([wire, held, 0]);
  }
  for (const wire of ["$2\r\nab", "$2\r\nab\r", "$0\r\n", "$2\r\nab\rx", "$2\r\nabc"])
    expect([wire, scanned(wire).scan.pending]).toEqual([wire, undefined]);
  expect(scanned("$5\r\nab", { bulkBytes: 4 }).scan.pending).toBeUndefined();
  expect(scanned("$5\r\nab", { bulkBytes: 5 }).scan.pending).toBeDefined();
});

test("a number or a length that its chunk ends in is pending as a line, from its type byte on", () => {
  for (const wire of [":", ":1", ":-", ":12345", "$", "$12", "*1", ":123456789", "$12345678"]) {
    const { value, scan } = scanned(wire);
    expect(value).toBeUndefined();
    expect([wire, scan.pending?._tag, scan.pending?.held?.total]).toEqual([wire, "Line", wire.length]);
  }
  for (const wire of [":1\r", "$1\r", ":x", "+a", ":1\r\n"]) expect([wire, scanned(wire).scan.pending]).toEqual([wire, undefined]);
});

test("a line goes on by one plain octet at a time, as long as it may be longer; a payload by what does not end it", () => {
  const { options } = initial({ limits: { lineBytes: 5 } });
  const after = (line: string, chunk: string) => {
    const bytes = bytesOf(line);
    return stillPending({ _tag: "Line", held: hold(undefined, bytes, 0, bytes.length) }, options, bytesOf(chunk));
  };
  expect(after("+ab", "c")).toMatchObject({ _tag: "Line", held: { total: 4 } });
  expect(after("+abcd", "e")).toMatchObject({ held: { total: 6 } });
  for (const [line, chunk] of [
    ["+abcde", "f"],
    ["+ab", "\r"],
    ["+ab", "\n"],
    ["+ab", "cd"],
    ["+ab\r", "c"],
    ["+ab\r", "\n"],
  ] as const)
    expect([line, chunk, after(line, chunk)]).toEqual([line, chunk, undefined]);
  const body = { _tag: "Body", kind: "Bulk", missing: 3, held: undefined, afterCr: false } as const;
  expect(stillPending(body, options, bytesOf("ab"))).toMatchObject({ ...body, missing: 1, held: { total: 2 } });
  expect(stillPending(body, options, bytesOf("abc"))).toBeUndefined();
  expect(stillPending(body, options, bytesOf("abcd"))).toBeUndefined();
});

test("a text of ASCII is one character an octet, however long; one octet that is not, wherever it is, and it is none", () => {
  for (const length of [0, 1, 13, 1023, 1024, 1025, 4095, 4096, 4097, 5000]) {
    const bytes = new Uint8Array(length + 2).fill(0x61);
    expect(asciiOf(bytes, 1, 1 + length)).toBe("a".repeat(length));
    for (const at of [0, 1, 1023, 1024, 2000, length - 1].filter((place) => place >= 0 && place + 1 < length)) {
      expect([length, at, asciiOf(bytes.with(1 + at, 0xc3), 1, 1 + length)]).toEqual([length, at, undefined]);
      const paired = bytes.with(1 + at, 0xc3);
      expect([length, at, asciiOf(paired.with(2 + at, 0xa9), 1, 1 + length)]).toEqual([length, at, undefined]);
    }
    expect(asciiOf(bytes.with(0, 0xff).with(length + 1, 0xff), 1, 1 + length)).toBe("a".repeat(length));
  }
});

const first = (wire: string, payload: "bytes" | "text" | "lazy", integers: "bigint" | "number" = "bigint") =>
  decode(initial({ payload, integers }), bytesOf(wire)).values[0];

test("there is one +OK, and one of each small integer; whatever only begins so is another value", () => {
  for (const payload of ["bytes", "text"] as const) {
    const okay = first("+OK\r\n", payload);
    expect(first("+OK\r\n:1\r\n", payload)).toBe(okay);
    expect(first("*1\r\n+OK\r\n", payload)).toMatchObject({ items: [okay] });
    for (const wire of ["+OKAY\r\n", "+OX\r\n", "+XK\r\n", "+O\r\n", "+OK \r\n", "-OK\r\n", "$2\r\nOK\r\n", "+KO\r\n"])
      expect(first(wire, payload)).not.toEqual(okay);
  }
  expect(first("+OK\r\n", "lazy")).toMatchObject({ _tag: "Simple", from: 1, to: 3 });
  for (const integers of ["bigint", "number"] as const) {
    for (const value of [-16, -1, 0, 255]) {
      const wire = `:${value}\r\n`;
      expect(first(wire, "text", integers)).toBe(first(`${wire}${wire}`, "text", integers));
      expect(first(wire, "text", integers)).toEqual({ _tag: "Integer", value: integers === "number" ? value : BigInt(value) });
    }
    for (const value of [-17, 256, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 999_999_999, 123_456_789_012_345, -123_456_789_012_345])
      expect(first(`:${value}\r\n`, "text", integers)).toEqual({ _tag: "Integer", value: integers === "number" ? value : BigInt(value) });
  }
});

test("a window is a place also where there is nothing in it, and after the format of a verbatim string", () => {
  const [empty, verbatim] = decode(initial({ payload: "lazy" }), bytesOf("$0\r\n\r\n=5\r\ntxt:a\r\n")).values;
  expect(empty).toMatchObject({ _tag: "Bulk", from: 4, to: 4 });
  expect(verbatim).toMatchObject({ _tag: "Verbatim", format: "txt", from: 14, to: 15 });
});
