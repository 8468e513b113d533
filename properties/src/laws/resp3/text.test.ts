// RESP-6, for text: bytes are UTF-8 or reported, never altered. The reference is the platform's own decoder, told to be strict.

import { bytesOf, text } from "@gungnir/core/resp3";
import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { octets } from "./arbitrary.ts";

// Seen to fail: overlong forms accepted; surrogates accepted; more than U+10FFFF accepted; the smallest three-byte form one too high.
test("RESP-6 every sequence of up to four octets at the borders of the forms is text, or not, as the platform says", () => {
  const borders = [0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5];
  let sequences: number[][] = [[]];
  const disagreeing: Uint8Array[] = [];
  for (let length = 1; length <= 4; length += 1) {
    sequences = sequences.flatMap((sequence) => borders.map((border) => [...sequence, border]));
    disagreeing.push(...sequences.map((sequence) => Uint8Array.from(sequence)).filter((bytes) => ours(bytes) !== theirs(bytes)));
  }
  expect(disagreeing).toEqual([]);
});

law.prop([fc.oneof(octets, fc.string({ unit: "binary" }).map(bytesOf))])(
  "RESP-6 text is UTF-8 or reported, and writes back to its bytes",
  (bytes) => {
    const read = text(bytes);
    expect(ours(bytes)).toBe(theirs(bytes));
    if (read._tag === "Ok") expect(bytesOf(read.value)).toEqual(bytes);
  },
);

// Seen to fail: everything above two bytes written as three; the second half of a pair written again.
law.prop([fc.string({ unit: "binary" })])("RESP-6 text is written as UTF-8", (string) => {
  expect(bytesOf(string)).toEqual(new Uint8Array(new TextEncoder().encode(string)));
});

law.prop([fc.string({ unit: "binary-ascii", minLength: 4000, maxLength: 9000 }), fc.string({ unit: "binary" })])(
  "RESP-6 however long it is",
  (long, end) => {
    expect(ours(bytesOf(long + end))).toBe(long + end);
  },
);

const ours = (bytes: Uint8Array): string | undefined => {
  const read = text(bytes);
  return read._tag === "Ok" ? read.value : undefined;
};

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const theirs = (bytes: Uint8Array): string | undefined => {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
};
