// Text and bytes. Core has no TextDecoder, and would not want it: that one replaces what it cannot read, and a replaced byte in a key, a
// password or a replication id is a different key, password or id. Here bytes that are not UTF-8 are reported, with their position.
//
// The other way round, a JavaScript string may hold half a surrogate pair, which UTF-8 cannot express. It is written as the three bytes
// its number would have (WTF-8), so that two different strings never become the same bytes; reading those bytes back is reported.

import { err, ok, type Result } from "../result.ts";

/** The first byte that does not continue valid UTF-8. */
export type InvalidUtf8 = { readonly _tag: "InvalidUtf8"; readonly at: number };

/** Bytes read as UTF-8: shortest forms only, no surrogates, nothing above U+10FFFF. */
export const text = (bytes: Uint8Array): Result<string, InvalidUtf8> => {
  const parts: string[] = [];
  let units: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const size = sizeOf(first);
    const point = size === 1 ? first : pointAt(bytes, at, size);
    if (size === 0 || point === undefined) return err({ _tag: "InvalidUtf8", at });
    units.push(point);
    at += size;
    if (units.length === unitsPerPart) {
      parts.push(String.fromCodePoint(...units));
      units = [];
    }
  }
  parts.push(String.fromCodePoint(...units));
  return ok(parts.join(""));
};

/** A string as UTF-8. */
export const bytesOf = (string: string): Uint8Array => {
  const bytes = new Uint8Array(utf8Length(string));
  let at = 0;
  for (let index = 0; index < string.length; index += 1) {
    const point = string.codePointAt(index) ?? 0;
    if (point > 0xffff) index += 1;
    at = writePoint(bytes, at, point);
  }
  return bytes;
};

/** Bytes for a human: as text where they are text, and otherwise with every octet outside printable ASCII as \xNN. Not for reading back. */
export const shown = (bytes: Uint8Array): string => {
  const read = text(bytes);
  if (read._tag === "Ok") return read.value;
  let out = "";
  for (const byte of bytes) out += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  return out;
};

/** One character a byte; for bytes already known to be ASCII. */
export const ascii = (bytes: Uint8Array, from: number, to: number): string => {
  let out = "";
  for (let at = from; at < to; at += 1) out += String.fromCharCode(bytes[at] ?? 0);
  return out;
};

/** Few enough for one call with that many arguments, many enough that joining costs nothing. */
const unitsPerPart = 4096;

/** How many bytes a character takes that starts with this byte; 0 where none does. */
const sizeOf = (first: number): number => {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0; // a continuation byte, or the start of an overlong pair
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
};

const smallest = [0, 0, 0x80, 0x800, 0x10000];

const pointAt = (bytes: Uint8Array, at: number, size: number): number | undefined => {
  let point = (bytes[at] ?? 0) & (0xff >> (size + 1));
  for (let next = at + 1; next < at + size; next += 1) {
    const byte = bytes[next];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return undefined;
    point = (point << 6) | (byte & 0x3f);
  }
  const isShortest = point >= (smallest[size] ?? 0);
  const isSurrogate = point >= 0xd800 && point < 0xe000;
  return isShortest && !isSurrogate && point <= 0x10ffff ? point : undefined;
};

const utf8Length = (string: string): number => {
  let length = 0;
  for (let index = 0; index < string.length; index += 1) {
    const point = string.codePointAt(index) ?? 0;
    if (point > 0xffff) index += 1;
    length += pointLength(point);
  }
  return length;
};

const pointLength = (point: number): number => {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
};

const writePoint = (bytes: Uint8Array, at: number, point: number): number => {
  const size = pointLength(point);
  if (size === 1) bytes[at] = point;
  else {
    bytes[at] = ((0xf00 >> size) & 0xff) | (point >> (6 * (size - 1)));
    for (let rest = 1; rest < size; rest += 1) bytes[at + rest] = 0x80 | ((point >> (6 * (size - 1 - rest))) & 0x3f);
  }
  return at + size;
};
