// The scan under every reader of INFO: one pass over the bytes, which stops only at lines that begin like a wanted name. What it finds are
// places, not texts: nothing is made of a field before it is asked for, and nothing at all of the two hundred lines that nobody wants.
//
// A line is dispatched on its first two bytes, because these alone dismiss nearly all lines. The line ends are looked for four bytes at a
// time: those in the 5.9 KB of a primary take 2.0 µs so, and 3.7 µs byte by byte. A call of the platform's indexOf for each line costs more
// than either: lines have thirty bytes.

import { bytesOf } from "../text.ts";

/** What to look for, prepared once: the wanted whole names, and behind them the prefixes of numbered names. */
export type Plan = {
  readonly names: readonly Uint8Array[];
  /** How many of `names` are whole names. */
  readonly fields: number;
  /** The first of the names whose first two bytes have this slot, or -1. */
  readonly first: Int32Array;
  /** After each name the next one of the same slot, or -1. */
  readonly next: readonly number[];
};

/** Where the values are. `starts` and `ends` are by the position of the name in the plan; below 0 there is none. */
export type Places = { readonly starts: readonly number[]; readonly ends: readonly number[]; readonly numbered: readonly NumberedPlace[] };
export type NumberedPlace = { readonly name: number; readonly number: number; readonly start: number; readonly end: number };

/** No line had the name. */
const missing = -1;
/** Two lines had the name, with different values: nobody knows which is right. */
const contradicted = -2;

/** Names begin with a letter and hold no colon; a prefix has two letters at least, and ends in no digit. */
export const planOf = (fields: readonly string[], prefixes: readonly string[]): Plan => {
  const names = [...fields, ...prefixes].map(bytesOf);
  const first = new Int32Array(256).fill(-1);
  const next = names.map(() => -1);
  for (let name = names.length - 1; name >= 0; name -= 1) {
    const slot = slotOf(names[name]?.[0] ?? 0, names[name]?.[1] ?? COLON);
    next[name] = first[slot] ?? -1;
    first[slot] = name;
  }
  return { names, fields: fields.length, first, next };
};

/** Looks through `info[from, upTo)`. */
export const placesIn = (plan: Plan, info: Uint8Array, from: number, upTo: number): Places => {
  const to = Math.min(upTo, info.length);
  const starts: number[] = [];
  const ends: number[] = [];
  const numbered: NumberedPlace[] = [];
  for (let name = 0; name < plan.fields; name += 1) starts.push(missing);
  const words = new DataView(info.buffer, info.byteOffset, to);
  const lastWord = to - 4;
  let at = from;
  while (at < to) {
    let name = plan.first[slotOf(info[at] ?? 0, info[at + 1] ?? 0)] ?? -1;
    let start = -1;
    while (name >= 0 && start < 0) {
      start = afterName(plan, name, info, at, to);
      if (start < 0) name = plan.next[name] ?? -1;
    }
    // The one hot loop, written here because a call for each line costs as much as the line. The highest bit of each byte of `found` is set
    // where that byte is a line feed; the lowest of them is always right, and only that one counts.
    let end = at;
    let found = 0;
    for (; end <= lastWord; end += 4) {
      const word = words.getInt32(end, true) ^ LINE_FEEDS;
      found = (word - 0x01010101) & ~word & 0x80808080;
      if (found !== 0) break;
    }
    if (found !== 0) end += (31 - Math.clz32(found & -found)) >> 3;
    else while (end < to && info[end] !== LF) end += 1;
    at = end + 1;
    if (start < 0) continue;
    if (info[end - 1] === CR) end -= 1; // before an empty value is its colon
    if (name >= plan.fields) numbered.push({ name, number: numberBefore(info, start - 1), start, end });
    else if (starts[name] === missing) {
      starts[name] = start;
      ends[name] = end;
    } else if (!isSame(info, starts[name] ?? 0, ends[name] ?? 0, start, end)) starts[name] = contradicted;
  }
  return { starts, ends, numbered };
};

/** Where the value starts if this line is a field of that name, and -1 if it is not. */
const afterName = (plan: Plan, name: number, info: Uint8Array, from: number, to: number): number => {
  const bytes = plan.names[name];
  if (bytes === undefined || from + bytes.length >= to) return -1;
  const whole = name < plan.fields;
  if (whole && info[from + bytes.length] !== COLON) return -1;
  for (let at = 0; at < bytes.length; at += 1) if (info[from + at] !== bytes[at]) return -1;
  return whole ? from + bytes.length + 1 : afterDigits(info, from + bytes.length, to);
};

/** Behind `0:` or `17:`, and -1 behind anything else; nine digits are more than any server counts. */
const afterDigits = (info: Uint8Array, from: number, to: number): number => {
  let at = from;
  while (at - from < 9 && isDigit(info[at] ?? 0)) at += 1;
  const isOneSpelling = at > from && (info[from] !== ZERO || at === from + 1);
  return isOneSpelling && at < to && info[at] === COLON ? at + 1 : -1;
};

/** The number whose digits end here; before them is the last letter of a name. */
const numberBefore = (info: Uint8Array, to: number): number => {
  let number = 0;
  let unit = 1;
  for (let at = to - 1; isDigit(info[at] ?? 0); at -= 1) {
    number += unit * ((info[at] ?? 0) - ZERO);
    unit *= 10;
  }
  return number;
};

const isSame = (info: Uint8Array, from: number, to: number, otherFrom: number, otherTo: number): boolean => {
  if (to - from !== otherTo - otherFrom) return false;
  for (let at = 0; at < to - from; at += 1) if (info[from + at] !== info[otherFrom + at]) return false;
  return true;
};

const slotOf = (first: number, second: number): number => (first ^ (second << 3)) & 0xff;
const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9;

const CR = 0x0d;
const LF = 0x0a;
const LINE_FEEDS = 0x0a0a0a0a;
const COLON = 0x3a;
const ZERO = 0x30;
