// The scan under every reader of INFO: one pass over the bytes, which stops only at lines that begin like a wanted name. What it finds are
// places, not texts: nothing is made of a field before it is asked for, and nothing at all of the two hundred lines that nobody wants.
//
// A line is dispatched on its first byte, because that alone dismisses nine of ten lines; a plain loop looks for the line ends, because
// calls into the platform's indexOf cost more than the thirty bytes of a line (5.6 KB: 5 µs, against 7 µs with indexOf and 22 µs with both
// the colon and the line end of each line looked for).

import { bytesOf } from "../text.ts";

/** What to look for, prepared once: the wanted whole names, and behind them the prefixes of numbered names. */
export type Plan = {
  readonly names: readonly Uint8Array[];
  /** How many of `names` are whole names. */
  readonly fields: number;
  /** The first of the names that begin with this byte, or -1. */
  readonly first: Int32Array;
  /** After each name the next one with the same first byte, or -1. */
  readonly next: readonly number[];
};

/** Where the values are. `starts` and `ends` are by the position of the name in the plan; `missing` and `contradicted` are no places. */
export type Places = { readonly starts: readonly number[]; readonly ends: readonly number[]; readonly numbered: readonly NumberedPlace[] };
export type NumberedPlace = { readonly name: number; readonly number: number; readonly start: number; readonly end: number };

/** No line had the name. */
export const missing = -1;
/** Two lines had the name, with different values: nobody knows which is right. */
export const contradicted = -2;

/** Names begin with a letter and hold no colon; a prefix ends in no digit. */
export const planOf = (fields: readonly string[], prefixes: readonly string[] = []): Plan => {
  const names = [...fields, ...prefixes].map(bytesOf);
  const first = new Int32Array(256).fill(-1);
  const next = names.map(() => -1);
  for (let name = names.length - 1; name >= 0; name -= 1) {
    const byte = names[name]?.[0] ?? 0;
    next[name] = first[byte] ?? -1;
    first[byte] = name;
  }
  return { names, fields: fields.length, first, next };
};

/** Looks through `info[from, to)`. */
export const placesIn = (plan: Plan, info: Uint8Array, from: number, to: number): Places => {
  const starts: number[] = [];
  const ends: number[] = [];
  const numbered: NumberedPlace[] = [];
  for (let name = 0; name < plan.fields; name += 1) {
    starts.push(missing);
    ends.push(missing);
  }
  let at = from;
  while (at < to) {
    let name = plan.first[info[at] ?? 0] ?? -1;
    let start = -1;
    while (name >= 0 && start < 0) {
      start = afterName(plan, name, info, at, to);
      if (start < 0) name = plan.next[name] ?? -1;
    }
    // The one hot loop, written here because a call for each line costs as much as the line.
    let end = start < 0 ? at : start;
    while (end < to && info[end] !== LF) end += 1;
    at = end + 1;
    if (start < 0) continue;
    if (end > start && info[end - 1] === CR) end -= 1;
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
  for (let at = 1; at < bytes.length; at += 1) if (info[from + at] !== bytes[at]) return -1;
  return whole ? from + bytes.length + 1 : afterDigits(info, from + bytes.length, to);
};

/** Behind `0:` or `17:`, and -1 behind anything else; nine digits are more than any server counts. */
const afterDigits = (info: Uint8Array, from: number, to: number): number => {
  let at = from;
  while (at < to && at - from < 9 && isDigit(info[at] ?? 0)) at += 1;
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

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9;

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const ZERO = 0x30;
