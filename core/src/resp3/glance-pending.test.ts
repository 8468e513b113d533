// What the decoder knows at a glance of a chunk that breaks off, and of texts and values that exist once: held against rules written another way.
import { expect, test } from "vitest";
import { decode, initial, windowText } from "./index.ts";
import { spelled } from "./cut-number.ts";
import { hold, joined } from "./held.ts";
import { asciiOf } from "./payload.ts";
import { stillPending, upToDate } from "./pending.ts";
import { scanOf } from "./scan.ts";
import { deepest, sight } from "./sight.ts";
import type { Body, Pending } from "./state.ts";
import { bytesOf } from "./text.ts";

const scanned = (wire: string, limits = {}) => {
  const scan = scanOf(initial({ limits }).options, bytesOf(wire));
  return { value: sight(scan, deepest, true), scan };
};

const heldBy = (pending: Pending | undefined): number => (pending?._tag === "Number" ? 0 : (pending?.held?.total ?? 0));

test("a bulk that is longer than its chunk is pending, with what is missing of it, if only its end; what ends otherwise is not", () => {
  for (const [wire, missing, held] of [
    ["$5\r\nab", 3, 2],
    ["$5\r\n", 5, 0],
    ["$1\r\n", 1, 0],
    ["$2\r\na", 1, 1],
  ] as const) {
    const { value, scan } = scanned(wire);
    expect(value).toBeUndefined();
    expect(scan.pending).toMatchObject({ _tag: "Body", kind: "Bulk", missing, afterCr: false });
    expect([wire, heldBy(scan.pending), scan.at]).toEqual([wire, held, 0]);
  }
  for (const [wire, held, afterCr] of [
    ["$2\r\nab", 2, false],
    ["$2\r\nab\r", 2, true],
    ["$0\r\n", 0, false],
    ["$0\r\n\r", 0, true],
  ] as const) {
    const { scan } = scanned(wire);
    expect(scan.pending).toMatchObject({ _tag: "Body", kind: "Bulk", missing: 0, afterCr, upTo: wire.length });
    expect([wire, heldBy(scan.pending), scan.at]).toEqual([wire, held, 0]);
  }
  for (const wire of ["$2\r\nab\rx", "$2\r\nabc", "$2\r\nabc\r", "$2\r\nab\n"])
    expect([wire, scanned(wire).scan.pending]).toEqual([wire, undefined]);
  expect(scanned("$5\r\nab", { bulkBytes: 4 }).scan.pending).toBeUndefined();
  expect(scanned("$5\r\nab", { bulkBytes: 5 }).scan.pending).toBeDefined();
});

test("a number or a length that its chunk ends in is pending as what it says, and becomes its bytes again; one with too many digits is a line", () => {
  // prettier-ignore
  for (const wire of [":", ":1", ":-", ":12345", "$", "$12", "*1", ":123456789", "$12345678", ":1\r", "$12\r", ":-10\r", ":007", "*00\r", ":123456789012345"]) {
    const { value, scan } = scanned(wire);
    expect(value).toBeUndefined();
    if (scan.pending?._tag !== "Number") throw new Error(`${JSON.stringify(wire)} is not pending as a number`);
    const { source, from, to, total } = spelled(scan.pending);
    expect([wire, String.fromCharCode(...source.subarray(from, to)), total]).toEqual([wire, wire, wire.length]);
  }
  for (const wire of [":1234567890123456", ":-123456789012345", ":123456789012345\r"]) {
    if (scanned(wire).scan.pending?._tag === "Number") throw new Error(`${wire} is pending as a number`);
  }
  for (const wire of [":x", "$\r", ":\r", ":1\r\n", "$1x", ":1\rx"]) expect([wire, scanned(wire).scan.pending]).toEqual([wire, undefined]);
});

test("a line of text that its chunk ends in is pending, with plain octets up to its carriage return", () => {
  for (const wire of ["+", "+a", "-ERR what", "+OK\r", "-\r"]) {
    const { scan } = scanned(wire);
    expect([wire, scan.pending?._tag, heldBy(scan.pending), scan.at]).toEqual([wire, "Line", wire.length, 0]);
  }
  for (const wire of ["+a\n", "+a\r\r", "+a\rb", "+\nb", "-a\tb", ",1"])
    expect([wire, scanned(wire).scan.pending]).toEqual([wire, undefined]);
  expect(scanned("+abcd", { lineBytes: 16 }).scan.pending).toBeDefined();
  expect(scanned(`+${"a".repeat(15)}`, { lineBytes: 16 }).scan.pending).toBeDefined();
  expect(scanned(`+${"a".repeat(16)}`, { lineBytes: 16 }).scan.pending).toBeUndefined();
});

test("a line goes on by one plain octet at a time, as long as it may be longer; a payload by what does not end it", () => {
  const { options } = initial({ limits: { lineBytes: 5 } });
  const after = (line: string, chunk: string) => {
    const bytes = bytesOf(line);
    return stillPending({ _tag: "Line", held: hold(undefined, bytes, 0, bytes.length) }, options, bytesOf(chunk), 0);
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
  const body = { _tag: "Body", kind: "Bulk", missing: 3, held: undefined, afterCr: false, upTo: 7 } as const;
  const goesOn = (pending: Body, chunk: string, consumed: number) => stillPending(pending, options, bytesOf(chunk), consumed);
  expect(goesOn(body, "ab", 7)).toMatchObject({ ...body, missing: 1, held: { total: 2 }, upTo: 9 });
  expect(goesOn(body, "abc", 7)).toMatchObject({ ...body, missing: 0, held: { total: 3 }, upTo: 10 });
  expect(goesOn(body, "abcd", 7)).toBeUndefined();
  const whole: Body = { ...body, missing: 0 };
  expect(goesOn(whole, "\r", 7)).toEqual({ ...whole, afterCr: true, upTo: 8 });
  for (const chunk of ["\n", "x", "\r\n", "\rx"]) expect(goesOn(whole, chunk, 7)).toBeUndefined();
  for (const chunk of ["\n", "\r"]) expect(goesOn({ ...whole, afterCr: true }, chunk, 7)).toBeUndefined();
});

const numberAfter = (line: string, chunk: string) => {
  const { pending } = scanned(line).scan;
  const next = pending && stillPending(pending, initial().options, bytesOf(chunk), line.length);
  return next?._tag === "Number" ? String.fromCharCode(...spelled(next).source) : next;
};

test("a number goes on by a digit or its carriage return, where that has its place, and by nothing else", () => {
  for (const [line, chunk] of [
    [":", "1"],
    [":-", "0"],
    [":", "-"],
    ["$", "-"],
    ["$1", "2"],
    ["$00", "9"],
    [":1", "\r"],
    [":12345678901234", "5"],
  ] as const)
    expect(numberAfter(line, chunk)).toBe(line + chunk);
  for (const [line, chunk] of [
    [":", "\r"],
    [":-", "\r"],
    [":-", "-"],
    [":1", "-"],
    [":1", "/"],
    [":1", ":"],
    [":1", "\n"],
    [":1\r", "\n"],
    [":1\r", "1"],
    [":1\r", "\r"],
    [":1", "23"],
    [":123456789012345", "6"],
  ] as const)
    expect([line, chunk, numberAfter(line, chunk)]).toEqual([line, chunk, undefined]);
});

test("what is appended to a store in place is of the state that has come so far, and of no other", () => {
  const options = initial().options;
  const [first, second] = [bytesOf("a"), bytesOf("b")];
  const held = hold(hold(undefined, first, 0, 1), second, 0, 1);
  const body: Body = { _tag: "Body", kind: "Bulk", missing: 70, held, afterCr: false, upTo: 100 };
  const textIn = (pending: Pending | undefined, consumed: number): string => {
    if (pending?._tag !== "Body") throw new Error("no body is pending");
    const now = upToDate(pending, consumed);
    expect([now.missing, now.upTo, now.held?.total]).toEqual([170 - consumed, consumed, consumed - 98]);
    return now.held === undefined ? "" : String.fromCharCode(...joined(now.held, first, 0, 0));
  };
  expect(stillPending(body, options, bytesOf("cde"), 100)).toBe(body);
  expect(stillPending(body, options, bytesOf("f"), 103)).toBe(body);
  expect([textIn(body, 100), textIn(body, 103), textIn(body, 104)]).toEqual(["ab", "abcde", "abcdef"]);
  const other = stillPending(body, options, bytesOf("xyz"), 100);
  const third = stillPending(body, options, bytesOf("X"), 103);
  expect([textIn(other, 103), textIn(third, 104), textIn(body, 104)]).toEqual(["abxyz", "abcdeX", "abcdef"]);
  const long = "g".repeat(58);
  expect(stillPending(body, options, bytesOf(long), 104)).toBe(body);
  const more = stillPending(body, options, bytesOf("hi"), 162);
  expect(more).not.toBe(body);
  expect(textIn(more, 164)).toBe(`abcdef${long}hi`);
  expect(stillPending(body, options, bytesOf("h".repeat(9)), 162)).toBeUndefined();
  expect(stillPending({ ...body, missing: 4 }, options, bytesOf("f"), 104)).toBeUndefined();
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
  for (const payload of ["bytes", "text", "lazy"] as const) {
    const okay = first("+OK\r\n", payload);
    expect(first("+OK\r\n:1\r\n", payload)).toBe(okay);
    expect(first("*1\r\n+OK\r\n", payload)).toMatchObject({ items: [okay] });
    expect(decode(initial({ payload }), bytesOf("+OK\r\n".repeat(50))).values).toEqual(Array.from({ length: 50 }, () => okay));
    for (const wire of ["+OKAY\r\n", "+OX\r\n", "+XK\r\n", "+O\r\n", "+OK \r\n", "-OK\r\n", "$2\r\nOK\r\n", "+KO\r\n"]) {
      expect(first(wire, payload)).not.toEqual(okay);
      // Behind as many as are taken in a row.
      expect(decode(initial({ payload }), bytesOf("+OK\r\n".repeat(9) + wire)).values.at(-1)).not.toEqual(okay);
    }
  }
  const window = decode(initial({ payload: "lazy" }), bytesOf("+OK\r\n")).values[0];
  expect(window?._tag === "Simple" ? windowText(window) : undefined).toBe("OK");
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
