// What goes on by sight after a cut has a slow way beside it that reads the same, as in glance.test.ts. Here it is told what is gone on with so,
// at which cut, and to where; and what is left to the rules.
import { expect, test } from "vitest";
import { hold } from "./held.ts";
import { decode, initial } from "./index.ts";
import type { PayloadKind } from "./payload.ts";
import { filled, resumed } from "./resume.ts";
import { scanOf } from "./scan.ts";
import { deepest, sight } from "./sight.ts";
import type { IntegerKind, Pending } from "./state.ts";
import { bytesOf } from "./text.ts";

const kinds = (["bytes", "text", "lazy"] as const).flatMap((payload) =>
  (["bigint", "number"] as const).map((integers) => ({ payload, integers })),
);
type Asked = { readonly payload?: PayloadKind; readonly integers?: IntegerKind; readonly limits?: object };

const pendingIn = (wire: string, asked: Asked = {}): Pending => {
  const bytes = bytesOf(wire);
  const scan = scanOf(initial(asked).options, bytes);
  sight(scan, deepest, true);
  return scan.pending ?? { _tag: "Line", held: hold(undefined, bytes, 0, bytes.length) };
};

/** What comes of the rest of a value, of which the first chunk was pending. */
const after = (before: string, rest: string, asked: Asked = {}) => {
  const scan = scanOf(initial(asked).options, bytesOf(rest), before.length);
  return { value: resumed(scan, pendingIn(before, asked), deepest), scan };
};

const whole = (wire: string, asked: Asked) => decode(initial(asked), bytesOf(wire)).values[0];
const shown = (value: unknown): string =>
  JSON.stringify(value, (key, inside: unknown) => {
    if (typeof inside === "bigint") return `${inside}n`;
    if (inside instanceof Uint8Array) return key === "bytes" ? [...inside] : "source";
    return inside;
  }).replaceAll(/"(?:from|to)":\d+/g, "place");

// prettier-ignore
const USUAL = [
  ":0\r\n", ":-1\r\n", ":-16\r\n", ":-17\r\n", ":255\r\n", ":256\r\n", ":007\r\n", ":-12345678\r\n", ":12345678901234\r\n", "$0\r\n\r\n", "$3\r\nabc\r\n",
  "$14\r\nabcdefghijklmn\r\n", "*0\r\n", "*1\r\n:1\r\n", "*10\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n", "+\r\n", "+OK\r\n", "+PONG\r\n", "-ERR no\r\n",
  "$-1\r\n", "*-1\r\n",
];

test.each(USUAL)("%j goes on by sight after a cut in its line, to its end", (wire) => {
  for (let cut = 1; cut <= wire.indexOf("\n"); cut += 1) {
    if (cut > 16) continue; // a line, for the rules
    for (const asked of kinds) {
      for (const next of ["", "+next\r\n"]) {
        const { value, scan } = after(wire.slice(0, cut), wire.slice(cut) + next, asked);
        expect([cut, shown(value)]).toEqual([cut, shown(whole(wire, asked))]);
        expect(scan.at).toBe(wire.length - cut);
        expect(scan.pending).toBeUndefined();
      }
    }
  }
});

test("and in its payload", () => {
  for (const wire of USUAL.filter((each) => each.startsWith("$") && each[1] !== "-")) {
    for (let cut = wire.indexOf("\n") + 1; cut < wire.length; cut += 1) {
      for (const asked of kinds) {
        const { value, scan } = after(wire.slice(0, cut), `${wire.slice(cut)}:1`, asked);
        expect([cut, shown(value)]).toEqual([cut, shown(whole(wire, asked))]);
        expect(scan.at).toBe(wire.length - cut);
      }
    }
  }
});

test("what has a minus and is no null and no integer is left to the rules, byte by byte too", () => {
  for (const wire of ["$-2\r\n", "$-11\r\n", "*-0\r\n", "$--1\r\n", ":--1\r\n", ":1-\r\n", "$-\r\n", ":-\r\n", "%-1\r\n", "$-01\r\n"]) {
    for (let cut = 1; cut < wire.length; cut += 1)
      expect([wire, cut, after(wire.slice(0, cut), wire.slice(cut)).value]).toEqual([wire, cut, undefined]);
    const { error } = decode(initial(), bytesOf(wire));
    let state = initial();
    for (const byte of bytesOf(wire)) ({ state } = decode(state, Uint8Array.of(byte)));
    expect(state.failure).toEqual(error);
    expect(error?._tag).toBe("Malformed");
  }
});

test("a list of more values than its chunk has room for is open, believed in nothing but its number", () => {
  for (const rest of ["\n", "\n:1\r\n"]) {
    const { value, scan } = after("*3000\r", rest);
    expect(value).toBeUndefined();
    expect(scan.at).toBe(1);
    expect(scan.broken).toMatchObject({ kind: "Array", expected: 3000, count: 0, items: [], isStreamed: false });
  }
  expect(after("*3000\r", "\n", { limits: { elements: 2999 } }).scan.broken).toBeUndefined();
  expect(after("*3000\r", "\n", { limits: { elements: 3000 } }).scan.broken).toBeDefined();
  const scan = scanOf(initial().options, bytesOf("\n"), 3);
  expect(resumed(scan, pendingIn("*3\r"), 0)).toBeUndefined();
  expect(scan.broken).toBeUndefined();
});

// prettier-ignore
const ODD = [
  [":", "\r\n"], [":-", "\r\n"], [":1", "x\r\n"], [":1", "\rx"], [":1", "\n"], [":1\r", "x"], [":1\r", "\r\n"], [":", "--1\r\n"], [":", "1234567890123456\r\n"], [":", "/\r\n"],
  ["$", "01\r\na\r\n"], ["$0", "1\r\na\r\n"], ["*0", "0\r\n"], ["*", "00\r\n"], ["$1", "\r\nab\r\n"], ["$1", "\r\na\rx"], ["$", "?\r\n"], ["~", "1\r\n:1\r\n"], ["%", "1\r\n:1\r\n:1\r\n"],
  [">", "1\r\n:1\r\n"], ["$1\r\n", "ab\r\n"], ["$1\r\n", "a\n\n"], ["$1\r\na", "\n"], ["$1\r\na\r", "\r"], ["$1\r\na\r", "x\n"], ["+a", "b\n"], ["+a", "\rb"], ["+a\r", "\r\n"], ["+a\r", "a"],
  ["+a", "b"], ["+a", "\r"], [",1", "\r\n"], ["(1", "\r\n"], ["*1", "00000000000000\r\n:1\r\n"], ["$1\r\na", "\r"], ["$2\r\na", "b"],
] as const;

test.each(ODD)("%j and %j are left to the rules", (before, rest) => {
  const { value, scan } = after(before, rest);
  expect(value).toBeUndefined();
  expect([scan.at, scan.pending, scan.broken]).toEqual([0, undefined, undefined]);
});

test("a number that goes on beyond this chunk too is pending as a number, and a bulk of which the line is now whole as a payload", () => {
  for (const [before, rest, more] of [
    [":", "12", { type: 0x3a, digits: 2, magnitude: 12, isNegative: false, hasCr: false }],
    [":-1", "23\r", { type: 0x3a, digits: 3, magnitude: 123, isNegative: true, hasCr: true }],
    ["$1", "0", { type: 0x24, digits: 2, magnitude: 10, hasCr: false }],
  ] as const) {
    const { value, scan } = after(before, rest);
    expect([value, scan.at]).toEqual([undefined, rest.length]);
    expect(scan.pending).toMatchObject({ _tag: "Number", ...more });
  }
  for (const [before, rest, missing] of [
    ["$", "5\r\nab", 3],
    ["$5\r", "\n", 5],
    ["$1", "0\r\nabc", 7],
    ["$2", "\r\nab", 0],
  ] as const) {
    const { value, scan } = after(before, rest);
    expect([value, scan.at]).toEqual([undefined, rest.length]);
    expect(scan.pending).toMatchObject({ _tag: "Body", kind: "Bulk", missing, upTo: before.length + rest.length });
  }
  expect(after("$", "5\r\nab", { limits: { bulkBytes: 4 } }).scan).toMatchObject({ at: 0, pending: undefined });
});

test("an aggregate that goes on and breaks off again is a frame with what it has", () => {
  const { value, scan } = after("*", "3\r\n:1\r\n:2\r\n$5\r\nab");
  expect(value).toBeUndefined();
  expect(scan.broken).toMatchObject({ kind: "Array", expected: 3, count: 2 });
  expect(scan.pending).toMatchObject({ _tag: "Body", missing: 3 });
});

test("a line of text is no longer than is allowed, wherever it was cut", () => {
  const asked = { limits: { lineBytes: 16 } };
  for (const length of [15, 16, 17]) {
    const wire = `+${"a".repeat(length)}\r\n`;
    for (const cut of [1, 8, length + 1]) {
      if (cut > 17) continue;
      expect([length, cut, after(wire.slice(0, cut), wire.slice(cut), asked).value !== undefined]).toEqual([length, cut, length <= 16]);
    }
  }
});

test("open aggregates are filled from the inside out, as far as they become whole, and what is sealed never changes", () => {
  const opening = "*3\r\n:1\r\n*2\r\n:2\r\n";
  const { state } = decode(initial({ integers: "number" }), bytesOf(opening));
  const { frame } = state;
  if (frame === undefined) throw new Error("nothing is open");
  const three = { _tag: "Integer", value: 3 } as const;
  const fillWith = (rest: string) => {
    const scan = scanOf(state.options, bytesOf(rest), opening.length);
    return { value: filled(scan, frame, three), scan };
  };
  for (const last of [4, 5]) {
    const { value, scan } = fillWith(`:${last}\r\n+next\r\n`);
    expect(shown(value)).toBe(shown(whole(`*3\r\n:1\r\n*2\r\n:2\r\n:3\r\n:${last}\r\n`, { integers: "number" })));
    expect([scan.at, scan.open]).toEqual([4, undefined]);
  }
  const { value, scan } = fillWith(":4");
  expect(value).toBeUndefined();
  expect(scan.open).toMatchObject({ kind: "Array", depth: 1, expected: 3, count: 2, isSealed: false, isStreamed: false });
  expect(scan.open?.parent).toBeUndefined();
  expect(scan.pending).toMatchObject({ _tag: "Number", magnitude: 4 });
  expect([frame.count, frame.isSealed, frame.parent?.count]).toEqual([1, true, 1]);
});

test("what is inside of a streamed aggregate is whole before that is", () => {
  const { state } = decode(initial({ integers: "number" }), bytesOf("*?\r\n*1\r\n"));
  const { frame } = state;
  if (frame === undefined) throw new Error("nothing is open");
  const scan = scanOf(state.options, bytesOf(":7\r\n"));
  const value = filled(scan, frame, { _tag: "Integer", value: 3 });
  expect(value).toEqual({ _tag: "Array", items: [{ _tag: "Integer", value: 3 }] });
  expect([scan.at, scan.open?.isStreamed]).toEqual([0, true]);
});

const startOf = (opening: string, limits = {}) => decode(initial({ payload: "text", limits }), bytesOf(opening)).state;

test("what looks like a bulk alone in its chunk is what it is in: a payload, an element, a mistake, too long a line", () => {
  const bulk = bytesOf("$12\r\nabcdefghijkl\r\n");
  const inPayload = decode(startOf("$19\r\n"), bulk);
  expect(inPayload.values).toEqual([]);
  expect(decode(inPayload.state, bytesOf("\r\n")).values).toEqual([{ _tag: "Bulk", text: "$12\r\nabcdefghijkl\r\n" }]);
  expect(decode(startOf("$10\r\n"), bulk).error).toMatchObject({ _tag: "Malformed", reason: "Terminator" });
  expect(decode(startOf("*1\r\n"), bulk).values).toEqual([{ _tag: "Array", items: [{ _tag: "Bulk", text: "abcdefghijkl" }] }]);
  expect(decode(startOf("$?\r\n"), bulk).error).toMatchObject({ _tag: "Malformed", reason: "Chunk" });
  expect(decode(startOf("", { lineBytes: 1 }), bulk).error).toMatchObject({ _tag: "Excess", limit: "lineBytes" });
  expect(decode(startOf("", { bulkBytes: 11 }), bulk).error).toMatchObject({ _tag: "Excess", limit: "bulkBytes", needed: 12 });
  expect(decode(startOf("", { bulkBytes: 12 }), bulk).error).toBeUndefined();
});

test("a chunk with nothing in it changes nothing, whatever is pending", () => {
  for (const opening of ["", "$5\r\nab", ":1", "+O", "*2\r\n:1\r\n", "$?\r\n"]) {
    const { state } = decode(initial(), bytesOf(opening));
    const decoded = decode(state, new Uint8Array(0));
    expect([decoded.state === state, decoded.values, decoded.error]).toEqual([true, [], undefined]);
  }
});

test("a list is as long as its messages, however many a chunk has, and begins with those before a break", () => {
  for (let count = 1; count <= 40; count += 1) {
    const wire = Array.from({ length: count }, (_, at) => `:${at + 1000}\r\n`).join("");
    const expected = Array.from({ length: count }, (_, at) => ({ _tag: "Integer", value: at + 1000 }));
    for (const rest of ["", ":1", "*2\r\n:1\r\n", "?"]) {
      const { values, error } = decode(initial({ integers: "number" }), bytesOf(wire + rest));
      expect([values.length, values, error === undefined]).toEqual([count, expected, rest !== "?"]);
    }
    const split = decode(initial({ integers: "number" }), bytesOf(`*1\r\n`)).state;
    const { values } = decode(split, bytesOf(`:7\r\n${wire}`));
    expect(values).toEqual([{ _tag: "Array", items: [{ _tag: "Integer", value: 7 }] }, ...expected]);
  }
});

const inTwo = (before: string, rest: string, limits = {}) =>
  decode(decode(initial({ limits }), bytesOf(before)).state, bytesOf(rest)).error;

test("the limits and the rules of nesting hold for what goes on after a cut as they do without one", () => {
  for (const [before, rest] of [
    ["*2\r\n:1", "\r\n*1\r\n*1\r\n:1\r\n"],
    ["*", "1\r\n*1\r\n*1\r\n:1\r\n"],
  ] as const) {
    expect(inTwo(before, rest, { depth: 2 })).toMatchObject({ _tag: "Excess", limit: "depth", allowed: 2, needed: 3 });
    for (const depth of [3, 4]) expect([before, depth, inTwo(before, rest, { depth })]).toEqual([before, depth, undefined]);
  }
  expect(inTwo("*2\r\n:1", "\r\n>1\r\n:1\r\n")).toMatchObject({ _tag: "Malformed", reason: "NestedPush" });
  expect(inTwo("*2\r\n$1\r\na", "\r\n>1\r\n:1\r\n")).toMatchObject({ _tag: "Malformed", reason: "NestedPush" });
});

test("an integer of which there is one is that one after a cut as well", () => {
  for (const integers of ["bigint", "number"] as const) {
    for (const value of [-16, -1, 0, 255]) {
      const [first] = decode(initial({ integers }), bytesOf(`:${value}\r\n`)).values;
      expect(after(`:${value}`, "\r\n", { integers }).value).toBe(first);
    }
    for (const value of [-17, 256])
      expect(after(`:${value}`, "\r\n", { integers }).value).not.toBe(after(`:${value}`, "\r\n", { integers }).value);
  }
});

test("a line in several pieces has its type from the first of them", () => {
  const one = decode(initial({ payload: "text" }), bytesOf(`-${"a".repeat(70)}`));
  const two = decode(one.state, bytesOf("+b"));
  expect(decode(two.state, bytesOf("\r\n")).values).toEqual([{ _tag: "Error", text: `${"a".repeat(70)}+b` }]);
});
