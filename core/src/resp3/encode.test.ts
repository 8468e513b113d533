import { expect, test } from "vitest";
import { encode, encodeCommand, encodeCommands, bytesOf, shown } from "./index.ts";

test("a command is counted bytes, so its arguments cannot say anything else", () => {
  expect(shown(encodeCommand(["SET", "a\r\nDEL b", "é"]))).toBe("*3\r\n$3\r\nSET\r\n$8\r\na\r\nDEL b\r\n$2\r\né\r\n");
});

test("numbers are decimal and bytes are bytes", () => {
  const bytes = encodeCommand(["WAIT", 1, 250n, Uint8Array.of(0xff)]);
  expect(bytes.slice(0, -7)).toEqual(bytesOf("*4\r\n$4\r\nWAIT\r\n$1\r\n1\r\n$3\r\n250\r\n"));
  expect(bytes.slice(-7)).toEqual(Uint8Array.of(0x24, 0x31, 0x0d, 0x0a, 0xff, 0x0d, 0x0a));
});

test("several commands are one write", () => {
  expect(encodeCommands([["PING"], ["ROLE"]])).toEqual(bytesOf("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nROLE\r\n"));
});

test("what has no encoding is refused with the rule it breaks", () => {
  expect(encode({ _tag: "Simple", bytes: bytesOf("a\nb") })).toMatchObject({ _tag: "Err", problem: { type: "Simple" } });
  expect(encode({ _tag: "Integer", value: 2n ** 63n })).toMatchObject({ _tag: "Err", problem: { type: "Integer" } });
});

test("half a surrogate pair stays distinguishable", () => {
  expect(bytesOf("\ud800")).not.toEqual(bytesOf("\ud801"));
  expect(bytesOf("\ud83d\ude00")).toEqual(Uint8Array.of(0xf0, 0x9f, 0x98, 0x80));
});
