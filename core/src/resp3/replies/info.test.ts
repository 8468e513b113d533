// The scan under INFO at its borders: what is said twice, where a part of a chunk ends, line ends at every place of a word of four bytes, and
// what is no text.

import { expect, test } from "vitest";
import { bytesOf, infoReplication, infoScan, numberedFields } from "../index.ts";
import { fieldScan } from "./info.ts";
import { decimalAt } from "./reading.ts";

const scan = infoScan(["role", "rol", "id", "master_host"]);
const octets = (latin1: string): Uint8Array => Uint8Array.from(latin1, (letter) => letter.charCodeAt(0));

test.each([
  ["role:a\nrole:a\n", "a"],
  ["role:a\nrole:a\nrole:a", "a"],
  ["role:a\r\nrole:a\n", "a"],
  ["role:ab\nrole:ac\n", undefined],
  ["role:a\nrole:ab\n", undefined],
  ["role:ab\nrole:a\n", undefined],
  ["role:a\nrole:b\nrole:a\nrole:b\n", undefined],
  ["role:\nrole:\n", ""],
  ["role:\nrole:a\n", undefined],
  ["x\nrole:ba\nrole:ca\n", undefined],
])("%j says role once, or the same twice, or nothing", (info, expected) => {
  expect(scan(bytesOf(info))("role")).toBe(expected);
});

test.each([
  ["role:master", 11, "master"],
  ["role:master", 10, "maste"],
  ["role:master", 5, ""],
  ["role:master", 4, undefined],
  ["role:master", 3, undefined],
  ["role:master", 99, "master"],
  ["role:\r", 6, ""],
  ["role:\r\r\n", 8, "\r"],
  ["rol", 3, undefined],
  ["role", 4, undefined],
])("%j up to byte %i", (info, to, expected) => {
  expect(scan(bytesOf(info), 0, to)("role")).toBe(expected);
  expect(scan(bytesOf(`${info}:x`), 0, Math.min(to, info.length))("role")).toBe(expected);
});

test("lines end where they end, however they lie in words of four bytes", () => {
  for (let before = 0; before < 9; before += 1)
    for (let length = 0; length < 9; length += 1)
      for (const end of ["\n", "\r\n"]) {
        const value = "abcdefghi".slice(0, length);
        const info = bytesOf(`${"y".repeat(before)}${end}${end}role:${value}${end}id:7${end}rol:r`);
        const field = scan(info);
        expect([field("role"), field("id"), field("rol"), field("master_host")]).toEqual([value, "7", "r", undefined]);
      }
});

test("bytes that only differ from a line feed in their highest bit, or by one, end no line", () => {
  for (const near of ["\x8a", "\x0b", "\x09", "\x0a\x0b", "\x8a\x0a"]) {
    const [value = ""] = near.split("\n");
    expect(scan(octets(`id:${value}1\nrole:x`))("role")).toBe("x");
    expect(scan(octets(`y${near}role:x`))("role")).toBe(near.endsWith("\n") ? "x" : undefined);
  }
});

test.each([
  ["role:\xff", undefined],
  ["role:\x80", undefined],
  ["role:abc\x80", undefined],
  ["role:\xc3\xa9", "é"],
  ["role:abcdefgh\xc3\xa9", "é"],
  ["role:abcdefgh\xff", undefined],
  ["role:\x7f", "\x7f"],
  ["role:abcdef", "abcdef"],
  ["role:abcdefg", "abcdefg"],
])("%j is text, or unknown", (info, expected) => {
  expect(scan(octets(info))("role")?.replace("abcdefghé", "é")).toBe(expected);
});

test("a name that was not asked for is unknown, and so is a number that is none", () => {
  expect(infoReplication(bytesOf("connected_slaves:\nmaster_repl_offset:-\nslave_priority:1e2\nrole:\n"))).toMatchObject({
    connectedReplicas: undefined,
    replOffset: undefined,
    priority: undefined,
    role: undefined,
  });
});

test("numbered fields in the order of their numbers; what is there twice, or has no number, is left out", () => {
  const lines = [
    "slave2:c",
    "slave0:a",
    "slave10:k",
    "slave2:c",
    "slave01:x",
    "slave:x",
    "slave1x:x",
    "slave1",
    "slave_read:x",
    "slave123456789:l",
    "slave-1:x",
    "slave 1:x",
    "slave1.5:x",
    "slave/:x",
    "slave;:x",
  ];
  expect(numberedFields(bytesOf([...lines, "slave1234567890:x", "slaves1:x", "slave7:"].join("\n")), "slave")).toEqual([
    [0, "a"],
    [7, ""],
    [10, "k"],
    [123_456_789, "l"],
  ]);
  expect(numberedFields(octets("slave0:\xff"), "slave")).toEqual([[0, undefined]]);
  expect(numberedFields(bytesOf("slave0"), "slave")).toEqual([]);
  expect(numberedFields(bytesOf("slave0:"), "slave")).toEqual([[0, ""]]);
  expect(fieldScan([], ["slave"])(bytesOf("slave0:a"), 0, 6).numbered).toEqual([]);
  expect(fieldScan([], ["slave"])(bytesOf("slave0:a"), 0, 7).numbered).toEqual([[0, ""]]);
});

test.each([
  ["0", 0n],
  ["-0", undefined],
  ["00", undefined],
  ["07", undefined],
  ["7", 7n],
  ["-7", -7n],
  ["", undefined],
  ["-", undefined],
  ["--7", undefined],
  ["+7", undefined],
  ["1/", undefined],
  ["1:", undefined],
  ["999999999999999", 999_999_999_999_999n],
  ["-999999999999999", -999_999_999_999_999n],
  ["1000000000000001", 1_000_000_000_000_001n],
  ["0000000000000001", undefined],
  ["9223372036854775807", 2n ** 63n - 1n],
  ["-9223372036854775808", -(2n ** 63n)],
  ["9223372036854775808", undefined],
  ["-9223372036854775809", undefined],
  ["12345678901234567890123", undefined],
  ["123456789012345x", undefined],
])("%j as a number", (digits, expected) => {
  expect(decimalAt(bytesOf(`1${digits}1`), 1, 1 + digits.length)).toBe(expected);
});
