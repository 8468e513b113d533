// RESP-7 and RESP-9, one failure at a time: what is wrong, what was found, and at which byte of the connection, wherever the stream was cut and
// whatever came before.
import { expect, test } from "vitest";
import { decode, type Failure, initial, isBetweenMessages, type Limits } from "./index.ts";
import { bytesOf } from "./text.ts";

type Row = readonly [wire: string, reason: string, at: number, found: string];
const MALFORMED: readonly Row[] = [
  ["x\r\n", "UnknownType", 0, "x"],
  [":1x\r\n", "Integer", 0, ":1x"],
  [":1\n", "LineFeed", 2, "\n"],
  [":1\rx", "CarriageReturn", 3, "x"],
  ["$x\r\n", "Length", 0, "$x"],
  ["$01\r\n", "Length", 0, "$01"],
  ["$-12\r\n", "Length", 0, "$-12"],
  ["$-2\r\n", "Length", 0, "$-2"],
  ["$?x\r\n", "Length", 0, "$?x"],
  ["*-12\r\n", "Length", 0, "*-12"],
  ["$1\r\nab\r\n", "Terminator", 5, "b"],
  ["$1\r\na\rx", "Terminator", 6, "x"],
  ["!1\r\nab\r\n", "Terminator", 5, "b"],
  ["=5\r\ntxt:ab\r\n", "Terminator", 9, "b"],
  ["=5\r\ntxt:a\rb", "Terminator", 10, "b"],
  [",1x\r\n", "Double", 0, ",1x"],
  ["(1x\r\n", "BigNumber", 0, "(1x"],
  ["#x\r\n", "Boolean", 0, "#x"],
  ["_x\r\n", "Null", 0, "_x"],
  ["=3\r\ntxt\r\n", "Verbatim", 0, "=3"],
  ["=5\r\ntxt-a\r\n", "Verbatim", 11, "txt-"],
  ["=5\r\nt\u0001t:a\r\n", "Verbatim", 11, "t\u0001t:"],
  ["*1\r\n>0\r\n", "NestedPush", 4, ">0"],
  [".\r\n", "End", 0, "."],
  ["*?\r\n%?\r\n:1\r\n.\r\n", "End", 12, "."],
  [";1\r\na\r\n", "Chunk", 0, ";1"],
  ["$?\r\n:1\r\n", "Chunk", 4, ":1"],
  ["$?\r\n;1\r\nab\r\n", "Terminator", 9, "b"],
];

type Limited = readonly [wire: string, limits: Partial<Limits>, limit: keyof Limits, needed: number, at: number];
const EXCESS: readonly Limited[] = [
  ["+abcdef\r\n", { lineBytes: 3 }, "lineBytes", 4, 0],
  ["+abcdef", { lineBytes: 3 }, "lineBytes", 4, 0],
  ["$9\r\n", { bulkBytes: 3 }, "bulkBytes", 9, 0],
  ["!9\r\n", { bulkBytes: 3 }, "bulkBytes", 9, 0],
  ["=9\r\n", { bulkBytes: 3 }, "bulkBytes", 5, 0],
  ["$?\r\n;2\r\nab\r\n;2\r\ncd\r\n", { bulkBytes: 3 }, "bulkBytes", 4, 12],
  ["*4\r\n", { elements: 3 }, "elements", 4, 0],
  ["%4\r\n", { elements: 3 }, "elements", 4, 0],
  ["*?\r\n:1\r\n:2\r\n", { elements: 1 }, "elements", 2, 12],
  ["*1\r\n*1\r\n:1\r\n", { depth: 1 }, "depth", 2, 4],
  ["%1\r\n*1\r\n:1\r\n:1\r\n", { depth: 1 }, "depth", 2, 4],
  ["|1\r\n+a\r\n+b\r\n", { depth: 0 }, "depth", 1, 0],
  ["*?\r\n*?\r\n.\r\n.\r\n", { depth: 1 }, "depth", 2, 4],
  ["%?\r\n:1\r\n:2\r\n:3\r\n:4\r\n.\r\n", { elements: 1 }, "elements", 2, 16],
];

/** Where a failure tells what is needed at least, since no more has been seen, or not of the whole. */
const ENOUGH: ReadonlyMap<string, number> = new Map([
  ["+abcdef\r\n", 6],
  ["+abcdef", 6],
  ["=9\r\n", 9],
]);

const BEFORE = ["", "+OK\r\n", "$3\r\nabc\r\n", "*2\r\n:1\r\n:2\r\n"];

/** Decoded whole, byte by byte, and cut once at every place: the failures. */
const failures = (wire: string, limits: Partial<Limits>): readonly (Failure | undefined)[] => {
  const bytes = bytesOf(wire);
  const cut = (...places: readonly number[]): Failure | undefined => {
    let state = initial({ limits });
    let from = 0;
    for (const to of [...places, bytes.length]) {
      ({ state } = decode(state, bytes.subarray(from, to)));
      from = to;
    }
    if (state.failure !== undefined) expect(isBetweenMessages(state)).toBe(false);
    return state.failure;
  };
  const places = Array.from(bytes.keys());
  return [cut(...places.slice(1)), cut(), ...places.map((place) => cut(place))];
};

test.each(MALFORMED)("%j is malformed (%s) at byte %d, by %j", (wire, reason, at, found) => {
  for (const before of BEFORE) {
    for (const failure of failures(before + wire, {}))
      expect(failure).toEqual({ _tag: "Malformed", reason, at: before.length + at, found });
  }
});

test.each(EXCESS)("%j with %j exceeds %s, of which it needs %d, at byte %d", (wire, limits, limit, needed, at) => {
  for (const failure of failures(wire, limits)) expect(failure).toEqual({ _tag: "Excess", limit, allowed: limits[limit], needed, at });
  for (const failure of failures(`+OK\r\n${wire}`, limits))
    expect(failure).toEqual({ _tag: "Excess", limit, allowed: limits[limit], needed, at: at + 5 });
});

test.each(EXCESS)("%j is no failure with more than %j", (wire, _, limit, needed) => {
  for (const failure of failures(wire, {})) expect(failure).toBeUndefined();
  expect(decode(initial({ limits: { [limit]: ENOUGH.get(wire) ?? needed } }), bytesOf(wire)).error).toBeUndefined();
});

const isBetweenMessagesAfter = (wire: string): boolean => isBetweenMessages(decode(initial(), bytesOf(wire)).state);

test("between two messages is where nothing is open: no line, no payload, no aggregate, no streamed string, no failure", () => {
  for (const wire of ["", "+OK\r\n", "*1\r\n:1\r\n", "$?\r\n;1\r\na\r\n;0\r\n", "*?\r\n.\r\n"])
    expect([wire, isBetweenMessagesAfter(wire)]).toEqual([wire, true]);
  for (const wire of ["+", "+OK\r", "$3\r\n", "$3\r\nab", "*1\r\n", "*?\r\n", "$?\r\n", "$?\r\n;1\r\na\r\n", "|1\r\n+a\r\n+b\r\n", "x\r\n"])
    expect([wire, isBetweenMessagesAfter(wire)]).toEqual([wire, false]);
});
