// UTF-8 by its borders: the first and the last character of each form, and what lies beside them. (The law in properties asks the platform about
// every sequence of octets there; this is the same in a few lines.)
import { expect, test } from "vitest";
import { bytesOf, shown, text } from "./text.ts";

const first = 'an "a" before it ';

test.each([
  ["\u{0}", [0x00]],
  ["\u{7f}", [0x7f]],
  ["\u{80}", [0xc2, 0x80]],
  ["\u{7ff}", [0xdf, 0xbf]],
  ["\u{800}", [0xe0, 0xa0, 0x80]],
  ["\u{d7ff}", [0xed, 0x9f, 0xbf]],
  ["\u{e000}", [0xee, 0x80, 0x80]],
  ["\u{ffff}", [0xef, 0xbf, 0xbf]],
  ["\u{10000}", [0xf0, 0x90, 0x80, 0x80]],
  ["\u{10ffff}", [0xf4, 0x8f, 0xbf, 0xbf]],
])("%j is %j, alone and among others", (character, octets) => {
  expect([...bytesOf(character)]).toEqual(octets);
  expect(text(Uint8Array.from(octets))).toEqual({ _tag: "Ok", value: character });
  expect(text(bytesOf(first + character + first))).toEqual({ _tag: "Ok", value: first + character + first });
});

test.each([
  ["a continuation alone", [0x80]],
  ["an overlong pair", [0xc1, 0xbf]],
  ["an overlong triple", [0xe0, 0x9f, 0xbf]],
  ["the first half of a surrogate pair", [0xed, 0xa0, 0x80]],
  ["the last half of one", [0xed, 0xbf, 0xbf]],
  ["an overlong quadruple", [0xf0, 0x8f, 0xbf, 0xbf]],
  ["more than U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ["what begins no character", [0xf5, 0x80, 0x80, 0x80]],
  ["a pair without its end", [0xc2]],
  ["a triple without its end", [0xe0, 0xa0]],
  ["a quadruple without its end", [0xf0, 0x90, 0x80]],
  ["a pair that goes on as ASCII", [0xc2, 0x41]],
  ["a pair that goes on as another", [0xc2, 0xc2]],
])("%s is none, and it is said where", (_, octets) => {
  expect(text(Uint8Array.from([0x61, 0x62, ...octets]))).toEqual({ _tag: "Err", problem: { _tag: "InvalidUtf8", at: 2 } });
});

test("text of any length is whole", () => {
  for (const length of [0, 1, 4095, 4096, 4097, 8192, 8193]) {
    const long = "0123456789abcdef".repeat(513).slice(0, length);
    expect(text(bytesOf(long))).toEqual({ _tag: "Ok", value: long });
  }
});

test("bytes that are no text are shown octet by octet, the printable ones as they are", () => {
  expect(shown(Uint8Array.of(0x05, 0x1f, 0x20, 0x41, 0x7e, 0x7f, 0xff))).toBe("\\x05\\x1f A~\\x7f\\xff");
  expect(shown(bytesOf("é\n"))).toBe("é\n");
});
