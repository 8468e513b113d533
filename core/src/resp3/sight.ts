// Values taken by sight: what replies are made of nearly always, whole in the chunk, and spelled as servers spell it. Whatever is not (cut
// off, out of limits, odd, wrong) is undefined here, and is read from its first byte by step.ts, which has all of the rules; so what is
// here decides nothing but speed.
//
// One function calls itself for what is inside of aggregates, no deeper than `depth`: so an aggregate that is whole needs no frame, and nested
// replies take a tenth less time than with a loop and a list of frames.

import { isNullAt, lineEnd } from "./marks.ts";
import { empties, nothing } from "./frame.ts";
import { no, yes } from "./header.ts";
import { sharedBigints, sharedNumbers } from "./integers.ts";
import { readDouble } from "./numbers.ts";
import { asciiOf, leaf, type Made } from "./payload.ts";
import { shortest, shortText } from "./short-text.ts";
import { broken, cutBulk, cutLine, cutText, type Scan, unseen } from "./scan.ts";

/** So deep a value may be for this way of taking it; some stack for each level. */
export const deepest = 32;

/** No line that is taken by sight is longer, payloads aside. */
export const longestNumber = 16;

/** The messages from `scan.at` on, behind those before them, until there is one that is not taken. */
export const messages = (scan: Scan, depth: number, before: Made[] | undefined): Made[] | undefined => {
  const { end } = scan;
  const from = scan.at;
  const known = before?.length ?? 0;
  const values = before ?? few(scan, depth, 0);
  if (values === undefined || (before === undefined && values.length < some)) return values;
  let filled = values.length;
  const start = filled;
  while (scan.at < end) {
    const value = sight(scan, depth, true);
    if (value === undefined) break;
    if (filled === start + crowd && known < crowd)
      values.length = filled + Math.ceil(((filled - known) / (scan.at - from)) * (end - scan.at) * 1.1);
    if (filled < values.length) values[filled] = value;
    else values.push(value);
    filled += 1;
  }
  if (filled < values.length) values.length = filled;
  return values;
};

/** The first messages, in a list that is as long as there are any. */
const few = (scan: Scan, depth: number, count: number): Made[] | undefined => {
  const value = sight(scan, depth, true);
  if (value === undefined && count === 0) return undefined;
  const isLast = value === undefined || count === some - 1 || scan.at === scan.end;
  // oxlint-disable-next-line unicorn/no-new-array -- as long as it has to be, and one kind of array
  const values = isLast ? new Array<Made>(value === undefined ? count : count + 1) : few(scan, depth, count + 1);
  if (value !== undefined && values !== undefined) values[count] = value;
  return values;
};
const some = 8;

/** With so many messages in a chunk, room is made for all that may follow: once, for it is as much work as there may be messages. */
const crowd = 16;

/** The value at `scan.at`, which is then after it; aggregates in each other to this depth. */
export const sight = (scan: Scan, depth: number, isOutermost: boolean): Made | undefined => {
  const { chunk, at, end } = scan;
  if (at >= end) return undefined;
  const type = chunk[at] ?? 0;
  const from = at + 1;
  if (type === COLON) {
    const isNegative = chunk[from] === MINUS;
    const first = isNegative ? from + 1 : from;
    // Nine digits are a 32-bit integer, up to fifteen an exact number.
    let stop = first + 9 < end ? first + 9 : end;
    let to = first;
    let byte = 0;
    let low = 0;
    while (to < stop) {
      byte = chunk[to] ?? 0;
      if (byte < 0x30 || byte > 0x39) break;
      low = (Math.imul(low, 10) + byte - 0x30) | 0;
      to += 1;
    }
    let magnitude = low;
    if (to === first + 9) {
      stop = first + 15 < end ? first + 15 : end;
      while (to <= stop) {
        byte = chunk[to] ?? 0;
        if (byte < 0x30 || byte > 0x39) break;
        magnitude = magnitude * 10 + byte - 0x30;
        to += 1;
      }
    }
    if (to >= end) return cutLine(scan, at);
    if (byte !== CR || to === first) return undefined;
    if (to + 1 >= end) return cutLine(scan, at);
    if (chunk[to + 1] !== LF) return undefined;
    scan.at = to + 2;
    if (isNegative) magnitude = 0 - magnitude;
    const isBigint = scan.options.integers === "bigint";
    if (magnitude < 256 && magnitude >= LEAST_SHARED) return (isBigint ? sharedBigints : sharedNumbers)[magnitude - LEAST_SHARED];
    return { _tag: "Integer", value: isBigint ? BigInt(magnitude) : magnitude };
  }
  if (type === PLUS && scan.options.okay !== undefined && from + 3 < end && chunk[from] === 0x4f && chunk[from + 1] === 0x4b) {
    if (chunk[from + 2] === CR && chunk[from + 3] === LF) {
      scan.at = from + 4;
      return scan.options.okay;
    }
  }
  if (type !== DOLLAR && type !== ASTERISK) return rarer(scan, type, from, depth, isOutermost);
  const size = lengthAt(scan, from);
  if (size < 0) return isNull(scan, from) ? nothing : undefined;
  if (type === ASTERISK) return list(scan, "Array", at, size, depth);
  return bulk(scan, at, size);
};

/** The bulk whose payload of `size` bytes begins at `scan.at`, and whose line began at `at`. */
export const bulk = (scan: Scan, at: number, size: number): Made | undefined => {
  const { chunk, end, at: begin } = scan;
  const to = begin + size;
  if (to + 1 >= end || size > scan.options.limits.bulkBytes || chunk[to] !== CR || chunk[to + 1] !== LF) return cutBulk(scan, at, to);
  scan.at = to + 2;
  const { text, buffer, origin, isLazy } = scan;
  if (isLazy) return { _tag: "Bulk", source: chunk, from: begin, to };
  if (size === 0) return payload(scan, "Bulk", begin, to);
  if (text !== undefined) return { _tag: "Bulk", text: text.slice(begin - origin, to - origin) };
  if (buffer !== undefined) return { _tag: "Bulk", bytes: new Uint8Array(buffer, origin + begin, size) };
  return payload(scan, "Bulk", begin, to);
};

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
    case 0x2b: // +
      return line(scan, "Simple", from);
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

const line = (scan: Scan, tag: "Simple" | "Error", from: number): Made | undefined => {
  const { chunk, end, options } = scan;
  const to = lineEnd(chunk, from, end, options.limits.lineBytes);
  if (to === 0) return cutText(scan, from - 1);
  scan.at = to + 2;
  return payload(scan, tag, from, to);
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

const payload = (scan: Scan, _tag: "Simple" | "Error" | "Bulk", from: number, to: number): Made => {
  const { chunk, end, options, origin } = scan;
  const kind = options.payload;
  if (from === to) return leaf(_tag, kind, chunk, from, to);
  switch (kind) {
    case "text": {
      if (scan.text !== undefined) return { _tag, text: scan.text.slice(from - origin, to - origin) };
      if (end - from <= little) {
        const short = to - from <= shortest ? shortText(chunk, from, to) : undefined;
        return short === undefined ? leaf(_tag, kind, chunk, from, to) : { _tag, text: short };
      }
      if (origin < 0 || (to - from) * 2 >= end - from) return leaf(_tag, kind, chunk, from, to);
      const all = asciiOf(chunk, from, end);
      scan.text = all;
      scan.origin = all === undefined ? -1 : from;
      return all === undefined ? leaf(_tag, kind, chunk, from, to) : { _tag, text: all.slice(0, to - from) };
    }
    case "bytes": {
      const buffer = scan.buffer ?? chunk.buffer;
      scan.buffer = buffer;
      scan.origin = chunk.byteOffset;
      return { _tag, bytes: new Uint8Array(buffer, scan.origin + from, to - from) };
    }
    case "lazy":
      return { _tag, source: chunk, from, to };
  }
};

/** A chunk with less left is not worth a text of its own, nor is one that is mostly this payload. */
const little = 200;

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
