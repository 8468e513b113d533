import { expect, test } from "vitest";
import { bytesOf, encode, encodeCommand, encodeCommands, initialOutput, prepare, repliesTo, shown, type Value, write } from "./index.ts";

const shownAll = (chunks: readonly Uint8Array[]): string => chunks.map(shown).join("");

test("a command is counted bytes, so its arguments cannot say anything else", () => {
  const encoded = encodeCommand(["SET", "a\r\nDEL b", "é"]);
  expect(encoded).toEqual({ _tag: "Ok", value: bytesOf("*3\r\n$3\r\nSET\r\n$8\r\na\r\nDEL b\r\n$2\r\né\r\n") });
});

test("numbers are decimal and bytes are bytes", () => {
  const expected = [...bytesOf("*4\r\n$4\r\nWAIT\r\n$1\r\n1\r\n$3\r\n250\r\n$1\r\n"), 0xff, 0x0d, 0x0a];
  expect(encodeCommand(["WAIT", 1, 250n, Uint8Array.of(0xff)])).toEqual({ _tag: "Ok", value: Uint8Array.from(expected) });
});

test("several commands are one write, prepared or not", () => {
  const wire = "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nROLE\r\n";
  expect(encodeCommands([["PING"], ["ROLE"]])).toEqual({ _tag: "Ok", value: bytesOf(wire) });
  const prepared = prepare(["PING"], ["ROLE"]);
  if (prepared._tag === "Err") throw new Error(prepared.problem.rule);
  expect(repliesTo(prepared.value)).toBe(2);
  const { chunks } = write(initialOutput, [["PING"], prepared.value]);
  expect(shownAll(chunks)).toBe(`*1\r\n$4\r\nPING\r\n${wire}`);
});

test("large bytes are sent as they lie, between windows on a block", () => {
  const large = new Uint8Array(5000);
  const { chunks } = write(initialOutput, [["SET", "k", large], ["PING"]]);
  expect(chunks[1]).toBe(large);
  expect(chunks.map((chunk) => (chunk === large ? "…" : shown(chunk))).join("")).toBe(
    "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5000\r\n…\r\n*1\r\n$4\r\nPING\r\n",
  );
});

test("what has no encoding is refused with the rule it breaks, and nothing of it is written", () => {
  expect(encode({ _tag: "Simple", bytes: bytesOf("a\nb") })).toMatchObject({ _tag: "Err", problem: { type: "Simple" } });
  expect(encode({ _tag: "Integer", value: 2n ** 63n })).toMatchObject({ _tag: "Err", problem: { type: "Integer" } });
  expect(write(initialOutput, [["PING"], ["ZADD", "k", Number.NaN, "m"]])).toEqual({
    output: initialOutput,
    chunks: [],
    error: {
      _tag: "Unencodable",
      type: "Command",
      rule:
        "argument 2 of ZADD is NaN; allowed are a string, bytes, a finite number and a bigint; where the command knows infinity, " +
        'send the string "+inf" or "-inf"',
    },
  });
});

const nested = (inner: Value): Value => {
  let value = inner;
  for (let depth = 0; depth < 200_000; depth += 1) value = { _tag: "Array", items: [value] };
  return value;
};

test("nesting costs no stack, and a broken rule is found however deep it is", () => {
  const encoded = encode(nested({ _tag: "Null" }));
  expect(encoded._tag === "Ok" ? encoded.value.length : encoded).toBe(200_000 * 4 + 3);
  expect(encode(nested({ _tag: "Verbatim", format: "text", bytes: bytesOf("") }))).toMatchObject({ problem: { type: "Verbatim" } });
});

test("half a surrogate pair stays distinguishable", () => {
  expect(bytesOf("\ud800")).not.toEqual(bytesOf("\ud801"));
  expect(bytesOf("\ud83d\ude00")).toEqual(Uint8Array.of(0xf0, 0x9f, 0x98, 0x80));
});
