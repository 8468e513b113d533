// What the decoder takes at a glance has a slow way beside it that reads the same, so that no law of values can see whether it does. Here each
// glance is held against a rule written in another way: it takes exactly what is spelled as servers spell it.
import { expect, test } from "vitest";
import { aloneFrom } from "./alone.ts";
import { isNullAt, lineEnd } from "./marks.ts";
import { scanOf } from "./scan.ts";
import { shortest, shortText } from "./short-text.ts";
import { messages } from "./messages.ts";
import { deepest, sight } from "./sight.ts";
import { readPlainDouble } from "./numbers.ts";
import { initial, type IntegerKind } from "./state.ts";
import { type PayloadKind, textOf } from "./payload.ts";
import { longest, middleText } from "./middle-text.ts";
import { bytesOf } from "./text.ts";
import { bare } from "./value.ts";

const BULKS = ["$1\r\na\r\n", "$2\r\n\r\n\r\n", "$12\r\nhello, world\r\n", `$20\r\n${"x".repeat(20)}\r\n`, "$9\r\n123456789\r\n"];

test("a bulk alone in its chunk is seen, and its payload is between its line and the last CRLF", () => {
  for (const wire of BULKS) {
    const chunk = bytesOf(wire);
    expect([wire, aloneFrom(chunk, chunk.length)]).toEqual([wire, wire.indexOf("\n") + 1]);
  }
});

test("whatever differs from a bulk alone by one octet, one more or one less is not seen as one", () => {
  const others = ["\r", "\n", "$", "0", "1", "/", ":", "5", " "];
  for (const wire of BULKS) {
    const variants = new Set<string>();
    const payload = wire.indexOf("\n") + 1;
    for (let at = 0; at < wire.length; at += 1) {
      variants.add(wire.slice(0, at) + wire.slice(at + 1));
      for (const other of others) variants.add(wire.slice(0, at) + other + wire.slice(at + 1));
    }
    for (const other of others) variants.add(wire + other);
    const isMistaken = (variant: string): boolean => {
      const [, digits = "", rest = ""] = /^\$([1-9]\d{0,7})\r\n([^]*)\r\n$/.exec(variant) ?? [];
      const isAlone = digits !== "" && rest.length === Number(digits);
      return aloneFrom(bytesOf(variant), variant.length) !== (isAlone ? payload : 0);
    };
    expect([...variants].filter(isMistaken)).toEqual([]);
  }
  for (const wire of ["", "$", "$0\r\n\r\n", "$00000001\r\na\r\n", "$100000000\r\na\r\n", "$-1\r\n", "$\r\n\r\n"])
    expect([wire, aloneFrom(bytesOf(wire), wire.length)]).toEqual([wire, 0]);
  const long = new Uint8Array(12_345_691).fill(0x61);
  long.set(bytesOf("$12345678\r\n"));
  long.set(bytesOf("\r\n"), long.length - 2);
  expect(aloneFrom(long, long.length)).toBe(11);
  const longer = bytesOf(`$123456789\r\n${"a".repeat(20)}\r\n`);
  expect(aloneFrom(longer, longer.length)).toBe(0);
});

test("a line ends at its CRLF, if there is nothing odd before it and it is not too long", () => {
  for (const before of ["", "a", "abc", "~é"]) {
    for (const after of ["\r\n", "\r", "\n", "\r\r\n", "\n\r\n", "\r\nmore", "", "\ra\r\n", "\r\n\r\n"]) {
      for (const lineBytes of [0, 1, 2, 3, 64]) {
        const wire = `:${before}${after}`;
        const chunk = bytesOf(wire);
        const size = bytesOf(before).length;
        const isSeen = after.startsWith("\r\n") && size <= lineBytes;
        expect([wire, lineBytes, lineEnd(chunk, 1, chunk.length, lineBytes)]).toEqual([wire, lineBytes, isSeen ? 1 + size : 0]);
        expect(lineEnd(chunk, 1, Math.min(chunk.length, size + 2), lineBytes)).toBe(0); // its line feed is not there yet
      }
    }
  }
});

test("-1 and CRLF are a null, whole and nothing else", () => {
  for (const wire of ["$-1\r\n", "$-1\r\nmore"]) expect(isNullAt(bytesOf(wire), 1, wire.length)).toBe(true);
  for (const wire of ["$-1\r", "$-1", "$-2\r\n", "$+1\r\n", "$-1\n\n", "$-1\r\r", "$-11\r\n", "$1\r\n\r\n"])
    expect([wire, isNullAt(bytesOf(wire), 1, wire.length)]).toEqual([wire, false]);
  expect(isNullAt(bytesOf("$-1\r\n"), 1, 4)).toBe(false);
});

test("a short text of ASCII is put together, octet by octet; another is not", () => {
  const letters = "abcdefghijklmnop";
  for (let length = 0; length <= letters.length; length += 1) {
    const source = bytesOf(`__${letters}__`);
    expect(shortText(source, 2, 2 + length)).toBe(length <= shortest ? letters.slice(0, length) : undefined);
    for (let at = 0; at < length; at += 1) {
      const spoilt = source.with(2 + at, 0x80);
      expect(shortText(spoilt, 2, 2 + length)).toBeUndefined();
      expect(shortText(source.with(2 + at, 0x7f), 2, 2 + length)?.charCodeAt(at)).toBe(length <= shortest ? 0x7f : undefined);
      expect(shortText(source.with(2 + at, 0), 2, 2 + length)?.charCodeAt(at)).toBe(length <= shortest ? 0 : undefined);
    }
    // What stands beside it is none of its business.
    expect(shortText(source.with(1, 0xff).with(2 + length, 0xff), 2, 2 + length)).toBe(
      length <= shortest ? letters.slice(0, length) : undefined,
    );
  }
});

test("so is one of 13 to 24", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  for (let length = 0; length <= letters.length; length += 1) {
    const source = bytesOf(`__${letters}__`);
    const isMiddle = length > shortest && length <= longest;
    expect(middleText(source.with(1, 0xff).with(2 + length, 0xff), 2, 2 + length)).toBe(isMiddle ? letters.slice(0, length) : undefined);
    expect(textOf(source, 2, 2 + length)).toBe(letters.slice(0, length));
    for (let at = 0; at < length; at += 1) {
      expect(middleText(source.with(2 + at, 0x80), 2, 2 + length)).toBeUndefined();
      expect(textOf(source.with(2 + at, 0x80), 2, 2 + length)).toBeUndefined();
      expect(middleText(source.with(2 + at, 0x7f), 2, 2 + length)?.charCodeAt(at)).toBe(isMiddle ? 0x7f : undefined);
    }
  }
});

const scanned = (wire: string, payload: PayloadKind = "text", integers: IntegerKind = "bigint") =>
  scanOf(initial({ payload, integers }).options, bytesOf(wire));

/** Spelled as servers spell it. */
// prettier-ignore
const USUAL = [
  ":0\r\n", ":-1\r\n", ":255\r\n", ":256\r\n", ":-16\r\n", ":-17\r\n", ":99999999\r\n", ":999999999\r\n", ":1234567890\r\n", ":123456789012345\r\n",
  ":-123456789012345\r\n", "+OK\r\n", "+\r\n", "+PONG\r\n", "+OKAY\r\n", "-ERR no\r\n", "$0\r\n\r\n", "$3\r\nabc\r\n", "$14\r\nabcdefghijklmn\r\n", "$-1\r\n", "*-1\r\n",
  "*0\r\n", "*2\r\n:1\r\n*1\r\n$1\r\na\r\n", "~1\r\n+a\r\n", "~0\r\n", ">2\r\n+a\r\n:1\r\n", "%0\r\n", "%1\r\n$1\r\nk\r\n#t\r\n", ",1.5\r\n", ",inf\r\n", "_\r\n", "#t\r\n", "#f\r\n",
];

test.each(USUAL)("%j is taken by sight, to its end, whatever follows", (wire) => {
  for (const payload of ["bytes", "text", "lazy"] as const) {
    for (const integers of ["bigint", "number"] as const) {
      for (const after of ["", "+next\r\n", ":"]) {
        const scan = scanned(`${wire}${after}`, payload, integers);
        expect(sight(scan, deepest, true)).toBeDefined();
        expect(scan.at).toBe(wire.length);
        expect(scan.pending).toBeUndefined();
      }
    }
  }
});

test("all of them in one chunk are taken together, in their order", () => {
  const all = scanned(USUAL.join("").repeat(30), "text", "number");
  const one = USUAL.map((wire) => sight(scanned(wire, "text", "number"), deepest, true));
  expect(messages(all, deepest, undefined)).toEqual(Array.from({ length: 30 }, () => one).flat());
  expect(all.at).toBe(all.end);
});

/** For step.ts, which knows all of the rules. */
// prettier-ignore
const UNUSUAL = [
  ":\r\n", ":-\r\n", ":+1\r\n", ":1x\r\n", ":1\n", ":1\rx", ":1234567890123456\r\n", ":123456789012345678\r\n", "$01\r\na\r\n", "$-2\r\n", "$?\r\n", "$1\r\nab\r\n", "$1\r\na\rx", "$x\r\n", "$\r\n\r\n",
  "*?\r\n", "*01\r\n:1\r\n", "*1\r\n>0\r\n", "*2\r\n:1\r\n:+1\r\n", "~-1\r\n", "%-1\r\n", "%1\r\n:1\r\n:+1\r\n", "%1\r\n:+1\r\n:1\r\n", ",x\r\n", "_x\r\n", "_\rx", "#x\r\n", "#tt\r\n", "#fx\r\n", "+a\rb\r\n", "-a\nb\r\n", "(1\r\n",
  "=5\r\ntxt:a\r\n", "!1\r\na\r\n", "|0\r\n", ".\r\n", ";0\r\n", "x\r\n", "*1000000\r\n:1\r\n",
  "$1\n\na\r\n", "$1x\na\r\n", "*1\n\n:1\r\n", "*1x\n:1\r\n", "$/\r\n", "$:\r\n", "$12\n\nabcdefghijkl\r\n",
];

test.each(UNUSUAL)("%j is not taken by sight", (wire) => {
  const scan = scanned(wire);
  expect(sight(scan, deepest, true)).toBeUndefined();
  expect(scan.pending).toBeUndefined();
});

test("aggregates in each other are taken to the depth that is allowed, and no deeper", () => {
  for (const depth of [1, 2, 5]) {
    const whole = `${"*1\r\n".repeat(depth)}:1\r\n`;
    expect(sight(scanned(whole), depth, true)).toBeDefined();
    expect(sight(scanned(whole), depth - 1, true)).toBeUndefined();
    const map = `${"%1\r\n:1\r\n".repeat(depth)}:1\r\n`;
    expect(sight(scanned(map), depth, true)).toBeDefined();
    expect(sight(scanned(map), depth - 1, true)).toBeUndefined();
  }
});

const plainly = (spelling: string) => readPlainDouble(bytesOf(`,${spelling}\r\n`), 1, 1 + spelling.length);

test("a plain double, of up to fifteen digits and a point among them, is what its spelling says; another is not plain", () => {
  const plain = [
    "0",
    "-0",
    "9",
    "10",
    "1.5",
    "-1.5",
    "0.1",
    "00.50",
    "123456789012345",
    "-123456789012345",
    "12345678901234.5",
    "1.23456789012345",
    "0.00000000000001",
    "99.99",
    "-5",
  ];
  for (const spelling of plain) expect([spelling, plainly(spelling)]).toEqual([spelling, Number(spelling)]);
  const odd = [
    "",
    "-",
    ".",
    ".5",
    "5.",
    "-.5",
    "1.5.5",
    "1..5",
    "1e5",
    "+1",
    "1-",
    "--1",
    "inf",
    "nan",
    "1:",
    "1/",
    "1234567890123456",
    "123456789012345.6",
    "-1234567890123456",
    "1.234567890123456",
  ];
  for (const spelling of odd) expect([spelling, plainly(spelling)]).toEqual([spelling, undefined]);
  expect(Object.is(plainly("-0"), -0)).toBe(true);
  expect(readPlainDouble(bytesOf(",-"), 1, 1)).toBeUndefined();
});

test("whatever wears attributes is bare without them, however many", () => {
  const value = { _tag: "Integer", value: 5n } as const;
  const worn = { _tag: "Attributed", attributes: [], value: { _tag: "Attributed", attributes: [], value } } as const;
  expect(bare(value)).toBe(value);
  expect(bare(worn)).toBe(value);
});
