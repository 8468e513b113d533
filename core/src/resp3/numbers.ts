// Numbers as they stand between a type byte and its CRLF. Two rules, spelled out row by row in strictness.ts: a *value* is read by the
// grammar of the protocol's document (a plus sign and leading zeros are allowed); a *length* steers the framing, where two readings of
// the same bytes would let them drift apart, so it has exactly one spelling.

import { ascii } from "./text.ts";

/** A length: `0`, or digits that start with another one. Above 2^53 it is approximate, which every limit refuses anyway. */
export const readLength = (bytes: Uint8Array, from: number, to: number): number | undefined => {
  if (from === to || (bytes[from] === zero && to - from > 1)) return undefined;
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return undefined;
    length = length * 10 + digit;
  }
  return length;
};

/** A signed 64-bit integer: a number of up to 15 digits, which it holds exactly, and else a bigint. */
export const readInteger = (bytes: Uint8Array, from: number, to: number): number | bigint | undefined => {
  const start = afterSign(bytes, from, to);
  if (!areDigits(bytes, start, to)) return undefined;
  if (to - start > exactDigits) return within64Bits(readBigNumber(bytes, from, to));
  let value = 0;
  for (let at = start; at < to; at += 1) value = value * 10 + (bytes[at] ?? 0) - zero;
  return bytes[from] === minus ? 0 - value : value;
};

/** An integer of any size. */
export const readBigNumber = (bytes: Uint8Array, from: number, to: number): bigint | undefined => {
  const start = afterSign(bytes, from, to);
  if (!areDigits(bytes, start, to)) return undefined;
  const magnitude = BigInt(ascii(bytes, start, to));
  return bytes[from] === minus ? -magnitude : magnitude;
};

/** A double: digits, perhaps a fraction, perhaps an exponent; inf, -inf, nan. Too large for a double is no double. */
export const readDouble = (bytes: Uint8Array, from: number, to: number): number | undefined => {
  const plain = readPlainDouble(bytes, from, to);
  if (plain !== undefined) return plain;
  const spelling = ascii(bytes, from, to);
  const special = specials.get(spelling);
  if (special !== undefined) return special;
  const value = grammar.test(spelling) ? Number(spelling) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
};

/**
 * Up to 15 digits, a point among them or none: both the digits and the power of ten are exact, so their quotient is rounded once, as the
 * whole number would be. Anything else is not for here.
 */
export const readPlainDouble = (bytes: Uint8Array, from: number, to: number): number | undefined => {
  const start = from < to && bytes[from] === minus ? from + 1 : from;
  if (start === to || to - start > exactDigits + 1) return undefined;
  let digits = 0;
  let point = to;
  for (let at = start; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= zero && byte <= zero + 9) digits = digits * 10 + byte - zero;
    else if (byte === dot && point === to && at > start && at < to - 1) point = at;
    else return undefined;
  }
  if (point === to && to - start > exactDigits) return undefined;
  const value = point === to ? digits : digits / (powersOfTen[to - point - 1] ?? 1);
  return start === from ? value : -value;
};

/** The one spelling of a double that the encoder writes. */
export const spellDouble = (value: number): string => {
  if (Number.isNaN(value)) return "nan";
  if (Object.is(value, -0)) return "-0";
  if (value === Number.POSITIVE_INFINITY) return "inf";
  return value === Number.NEGATIVE_INFINITY ? "-inf" : String(value);
};

export const within64Bits = (value: bigint | undefined): bigint | undefined =>
  value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined;

const zero = 0x30;
const minus = 0x2d;
const plus = 0x2b;
const dot = 0x2e;

/** As many digits as a number holds exactly, whatever they are. */
const exactDigits = 15;

const powersOfTen = Array.from({ length: exactDigits + 1 }, (_, power) => 10 ** power);

const grammar = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** `-nan` is what printf made of it in servers before 7.2. */
const specials: ReadonlyMap<string, number> = new Map([
  ["inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["nan", Number.NaN],
  ["-nan", Number.NaN],
]);

const afterSign = (bytes: Uint8Array, from: number, to: number): number =>
  from < to && (bytes[from] === minus || bytes[from] === plus) ? from + 1 : from;

const areDigits = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < zero || byte > zero + 9) return false;
  }
  return from < to;
};
