// Values taken by sight: what replies are made of nearly always, whole in the chunk, and spelled as servers spell it. Whatever is not (cut
// off, out of limits, odd, wrong) is undefined here, and is read from its first byte by step.ts, which has all of the rules; so what is
// here decides nothing but speed.
//
// One function calls itself for what is inside of aggregates, no deeper than `depth`: so an aggregate that is whole needs no frame, and nested
// replies take a tenth less time than with a loop and a list of frames.

import { isNullAt, isOkayAt, lineEnd } from "./marks.ts";
import { empties, nothing } from "./frame.ts";
import { no, yes } from "./header.ts";
import { integerOf, sharedBigints, sharedNumbers } from "./integers.ts";
import { readDouble } from "./numbers.ts";
import type { Made } from "./payload.ts";
import { broken, cutLine, type Scan, unseen } from "./scan.ts";
import { bulk, line } from "./sight-leaf.ts";

/** So deep a value may be for this way of taking it; some stack for each level. */
export const deepest = 32;

/** No line that is taken by sight is longer, payloads aside. */
export const longestNumber = 16;

/** The value at `scan.at`, which is then after it; aggregates in each other to this depth. */
export const sight = (scan: Scan, depth: number, isOutermost: boolean): Made | undefined => {
  const { chunk, at, end } = scan;
  if (at + 3 >= end) return at < end ? ending(scan, chunk[at] ?? 0, at) : undefined;
  const type = chunk[at] ?? 0;
  let to = at + 1;
  if (type === COLON) {
    const isNegative = chunk[to] === MINUS;
    if (isNegative) to += 1;
    const first = to;
    // Nine digits are a 32-bit integer.
    const stop = first + 9 < end - 2 ? first + 9 : end - 2;
    let low = 0;
    while (to < stop) {
      const digit = (chunk[to] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      low = (Math.imul(low, 10) + digit) | 0;
      to += 1;
    }
    if (chunk[to] !== CR) return to === first + 9 ? longInteger(scan, to, low, isNegative) : cutNumber(scan, at);
    if (chunk[to + 1] !== LF || to === first) return cutNumber(scan, at);
    scan.at = to + 2;
    const value = isNegative ? (0 - low) | 0 : low;
    const isBigint = scan.options.integers === "bigint";
    if (value < 256 && value >= LEAST_SHARED) return (isBigint ? sharedBigints : sharedNumbers)[value - LEAST_SHARED];
    return { _tag: "Integer", value: isBigint ? BigInt(value) : value };
  }
  if (type === DOLLAR || type === ASTERISK) {
    let size = (chunk[to] ?? 0) - ZERO;
    if (size < 0 || size > 9) return isNull(scan, to) ? nothing : cutNumber(scan, at);
    to += 1;
    if (chunk[to] !== CR) {
      if (size === 0) return cutNumber(scan, at);
      const stop = at + 10 < end - 2 ? at + 10 : end - 2;
      while (to < stop) {
        const digit = (chunk[to] ?? 0) - ZERO;
        if (digit < 0 || digit > 9) break;
        size = (Math.imul(size, 10) + digit) | 0;
        to += 1;
      }
      if (chunk[to] !== CR) return cutNumber(scan, at);
    }
    if (chunk[to + 1] !== LF) return undefined;
    scan.at = to + 2;
    return type === DOLLAR ? bulk(scan, at, size) : list(scan, "Array", at, size, depth);
  }
  if (type === PLUS) {
    if (isOkayAt(chunk, at, end)) {
      scan.at = at + 5;
      return scan.options.okay;
    }
    return line(scan, "Simple", to);
  }
  return rarer(scan, type, to, depth, isOutermost);
};

/** One of ten to fifteen digits, which is an exact number: nine of them are before `next`, and are `begun`. */
const longInteger = (scan: Scan, next: number, begun: number, isNegative: boolean): Made | undefined => {
  const { chunk, at, end } = scan;
  const stop = next + 6 < end - 2 ? next + 6 : end - 2;
  let to = next;
  let magnitude = begun;
  while (to < stop) {
    const digit = (chunk[to] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    magnitude = magnitude * 10 + digit;
    to += 1;
  }
  if (chunk[to] !== CR || chunk[to + 1] !== LF) return cutNumber(scan, at);
  scan.at = to + 2;
  return integerOf(isNegative ? 0 - magnitude : magnitude, scan.options.integers);
};

/** The last three bytes of a chunk. */
const ending = (scan: Scan, type: number, at: number): Made | undefined => {
  if (type === COLON || type === DOLLAR || type === ASTERISK) return cutNumber(scan, at);
  if (type === PLUS) return line(scan, "Simple", at + 1);
  return rarer(scan, type, at + 1, 0, false);
};

/** Not all of a number or a length is there; or it is odd. */
const cutNumber = (scan: Scan, at: number): undefined => {
  const { chunk, end } = scan;
  let to = at + 1;
  if (to < end && chunk[to] === MINUS) to += 1;
  const first = to;
  const most = first + (chunk[at] === COLON ? 15 : 9);
  const stop = most < end ? most : end;
  while (to < stop && isDigit(chunk[to] ?? 0)) to += 1;
  if (to === end || (to > first && to + 1 === end && chunk[to] === CR)) cutLine(scan, at);
};

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9;

export const list = (scan: Scan, kind: "Array" | "Set" | "Push", at: number, count: number, depth: number): Made | undefined => {
  if (!mayOpen(scan, count, count, depth)) return unseen(scan, at);
  if (count === 0) return empties[kind];
  // oxlint-disable-next-line unicorn/no-new-array -- one kind of array, for one kind of store; and with all the room it needs
  const items = new Array<Made>(count);
  for (let index = 0; index < count; index += 1) {
    const item = sight(scan, depth - 1, false);
    if (item === undefined) return broken(scan, kind, items, index, count);
    items[index] = item;
  }
  return { _tag: kind, items };
};

const rarer = (scan: Scan, type: number, from: number, depth: number, isOutermost: boolean): Made | undefined => {
  const { chunk } = scan;
  switch (type) {
    case 0x25: // %
      return map(scan, from, depth);
    case 0x7e: // ~
      return counted(scan, "Set", from, depth);
    case 0x3e: // >
      return isOutermost ? counted(scan, "Push", from, depth) : undefined;
    case 0x2c: // ,
      return double(scan, from);
    case MINUS:
      return line(scan, "Error", from);
    case 0x5f: // _
      return ends(scan, from) ? nothing : undefined;
    case 0x23: // #
      if (chunk[from] === 0x74) return ends(scan, from + 1) ? yes : undefined;
      return chunk[from] === 0x66 && ends(scan, from + 1) ? no : undefined;
    default:
      return undefined;
  }
};

const counted = (scan: Scan, kind: "Set" | "Push", from: number, depth: number): Made | undefined => {
  const count = lengthAt(scan, from);
  return count < 0 ? undefined : list(scan, kind, from - 1, count, depth);
};

const map = (scan: Scan, from: number, depth: number): Made | undefined => {
  const count = lengthAt(scan, from);
  if (count < 0) return undefined;
  if (!mayOpen(scan, count, 2 * count, depth)) return unseen(scan, from - 1);
  if (count === 0) return empties.Map;
  // oxlint-disable-next-line unicorn/no-new-array -- as above
  const entries = new Array<readonly [Made, Made]>(count);
  for (let index = 0; index < count; index += 1) {
    const key = sight(scan, depth - 1, false);
    if (key === undefined) return broken(scan, "Map", entries.slice(0, index).flat(), 2 * index, 2 * count);
    const value = sight(scan, depth - 1, false);
    if (value === undefined) {
      return broken(scan, "Map", [...entries.slice(0, index).flat(), key], 2 * index + 1, 2 * count);
    }
    entries[index] = [key, value];
  }
  return { _tag: "Map", entries };
};

/** Nothing is allocated for values that are not there: each takes three bytes. */
const mayOpen = (scan: Scan, count: number, values: number, depth: number): boolean => {
  if (depth === 0 || count > scan.options.limits.elements || values > scan.room) return false;
  scan.room -= values;
  return true;
};

const double = (scan: Scan, from: number): Made | undefined => {
  const { chunk, end, options } = scan;
  const to = lineEnd(chunk, from, end, options.limits.lineBytes);
  const value = to > 0 ? readDouble(chunk, from, to) : undefined;
  if (value === undefined) return undefined;
  scan.at = to + 2;
  return { _tag: "Double", value };
};

/** A length of up to nine digits, whole with its CRLF, and `scan.at` after it; -1 for anything else. */
const lengthAt = (scan: Scan, from: number): number => {
  const { chunk, end } = scan;
  if (from + 2 < end && chunk[from + 1] === CR && chunk[from + 2] === LF) {
    const digit = (chunk[from] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    scan.at = from + 3;
    return digit;
  }
  const stop = from + 9 < end ? from + 9 : end;
  let to = from;
  let byte = 0;
  let length = 0;
  while (to < stop) {
    byte = chunk[to] ?? 0;
    if (byte < 0x30 || byte > 0x39) break;
    length = (Math.imul(length, 10) + byte - 0x30) | 0;
    to += 1;
  }
  if (to < end && (byte !== CR || to === from)) return -1;
  if (to + 1 >= end) {
    cutLine(scan, from - 1);
    return -1;
  }
  if (chunk[to + 1] !== LF) return -1;
  if (to > from + 1 && chunk[from] === 0x30) return -1;
  scan.at = to + 2;
  return length;
};

/** `-1` and CRLF in place of a length. */
const isNull = (scan: Scan, from: number): boolean => {
  if (!isNullAt(scan.chunk, from, scan.end)) return false;
  scan.at = from + 4;
  return true;
};

/** CRLF. */
const ends = (scan: Scan, to: number): boolean => {
  const { chunk, end } = scan;
  if (to + 1 >= end || chunk[to] !== CR || chunk[to + 1] !== LF) return false;
  scan.at = to + 2;
  return true;
};

/** `leastShared`. */
const LEAST_SHARED = -16;
const PLUS = 0x2b;
const COLON = 0x3a;
const DOLLAR = 0x24;
const ASTERISK = 0x2a;
const ZERO = 0x30;
const CR = 0x0d;
const LF = 0x0a;
const MINUS = 0x2d;
