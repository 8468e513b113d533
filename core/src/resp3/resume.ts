// Going on with what the last chunk broke off in, when this chunk has the rest of it, by sight: the number or the payload that was pending,
// and the aggregates around it, as far as they become whole. As in sight.ts nothing is decided here but speed: what is odd is left to step.ts.

import { type CutNumber, mostDigits } from "./cut-number.ts";
import { type Frame, itemsToGoOn, nothing, put, whole } from "./frame.ts";
import { copied, joined, joinedBriefly, type Piece } from "./held.ts";
import { integerOf } from "./integers.ts";
import { leaf, type Made, type PayloadKind } from "./payload.ts";
import { broken, type Scan } from "./scan.ts";
import { shortest } from "./short-text.ts";
import { deepest, list, sight } from "./sight.ts";
import { bulk } from "./sight-leaf.ts";
import type { Body, Pending } from "./state.ts";

/** The value that was pending. Without one, `scan.at` is 0 where nothing was done; else the chunk is used up, or broken off inside. */
export const resumed = (scan: Scan, pending: Pending, depth: number): Made | undefined => {
  switch (pending._tag) {
    case "Number":
      return number(scan, pending, depth);
    case "Body":
      return body(scan, pending);
    case "Line":
      return line(scan, pending.held);
  }
};

const number = (scan: Scan, begun: CutNumber, depth: number): Made | undefined => {
  const { chunk, end } = scan;
  const { type, hasCr } = begun;
  let { isNegative, digits, magnitude } = begun;
  let to = 0;
  if (!hasCr) {
    if (digits === 0 && !isNegative && chunk[0] === MINUS) {
      isNegative = true;
      to = 1;
    }
    while (to < end && digits < mostDigits) {
      const byte = chunk[to] ?? 0;
      if (byte < ZERO || byte > NINE) break;
      magnitude = magnitude * 10 + byte - ZERO;
      digits += 1;
      to += 1;
    }
    const isEnding = to < end;
    if (isEnding && (chunk[to] !== CR || digits === 0)) return undefined;
    if (isEnding) to += 1;
    if (to === end) {
      scan.at = end;
      scan.pending = { _tag: "Number", type, isNegative, digits, magnitude, hasCr: isEnding };
      return undefined;
    }
  }
  if (chunk[to] !== LF) return undefined;
  to += 1;
  if (type === COLON) {
    scan.at = to;
    return integerOf(isNegative ? 0 - magnitude : magnitude, scan.options.integers);
  }
  const isUsual = digits === 1 || magnitude >= (leastOf[digits] ?? 0);
  if (!isUsual || (type !== DOLLAR && type !== ASTERISK)) return undefined;
  if (isNegative) {
    if (digits > 1 || magnitude !== 1) return undefined;
    scan.at = to;
    return nothing;
  }
  scan.at = to;
  if (type === ASTERISK) {
    // The values are not here, as in a chunk of one byte: then it is open, with no room for any.
    const isLater = magnitude > scan.room && depth > 0 && magnitude <= scan.options.limits.elements;
    return isLater ? broken(scan, "Array", [], 0, magnitude) : list(scan, "Array", 0, magnitude, depth);
  }
  const value = bulk(scan, 0, magnitude);
  if (scan.pending !== undefined) scan.at = end;
  return value;
};

/** A line of text: what it has so far is plain, up to a carriage return. */
const line = (scan: Scan, held: Piece): Made | undefined => {
  const { chunk, end, options } = scan;
  const { payload, limits } = options;
  const type = held.before === undefined ? held.source[held.from] : 0;
  if (type !== PLUS && type !== MINUS) return undefined;
  let to = 0;
  if (held.source[held.to - 1] !== CR) {
    while (to < end && (chunk[to] ?? 0) > CR) to += 1;
    if (chunk[to] !== CR) return undefined;
    to += 1;
  }
  const size = held.total + to - 1;
  if (to >= end || chunk[to] !== LF || size - 1 > limits.lineBytes) return undefined;
  scan.at = to + 1;
  const tag = type === PLUS ? "Simple" : "Error";
  if (payload === "lazy") return leaf(tag, payload, joined(held, chunk, 0, to), 1, size);
  const source = joinedBriefly(held, chunk, 0, to);
  return payload === "bytes" && size > 1 ? { _tag: tag, bytes: copied(source, 1, size) } : leaf(tag, payload, source, 1, size);
};

const body = (scan: Scan, { kind, missing: to, held, afterCr }: Body): Made | undefined => {
  const { chunk, end, options } = scan;
  const lf = afterCr ? 0 : to + 1;
  if (kind !== "Bulk" || lf >= end || chunk[lf] !== LF || (!afterCr && chunk[to] !== CR)) return undefined;
  scan.at = lf + 1;
  const { payload } = options;
  if (held === undefined) return leaf("Bulk", payload, chunk, 0, to);
  if (to === 0 && held.before === undefined && mayStay(held, payload)) return leaf("Bulk", payload, held.source, held.from, held.to);
  const source = (payload === "text" ? joinedBriefly : joined)(held, chunk, 0, to);
  return payload === "bytes" ? { _tag: "Bulk", bytes: source } : leaf("Bulk", payload, source, 0, held.total + to);
};

/** All that came before the end of a payload is in one piece and need not be copied: not so a store, which is slow to look into from outside. */
const mayStay = ({ store, total }: Piece, payload: PayloadKind): boolean =>
  store === undefined || payload === "lazy" || (payload === "text" && total <= shortest);

/**
 * The aggregates that were open, with `first` as the next value of the innermost one, and what follows in this chunk: as far as they become
 * whole. `scan.open` is the one that does not, which is this call's own.
 */
export const filled = (scan: Scan, innermost: Frame, first: Made): Made | undefined => {
  const { limits } = scan.options;
  let frame: Frame = innermost;
  let value = first;
  for (;;) {
    const { parent, kind, depth, expected } = frame;
    const items = itemsToGoOn(frame);
    let { count } = frame;
    let next: Made | undefined = value;
    const left = limits.depth - depth < deepest ? limits.depth - depth : deepest;
    while (next !== undefined) {
      put(items, count, next, expected);
      count += 1;
      next = count < expected ? sight(scan, left, false) : undefined;
    }
    if (count < expected) {
      scan.open = { parent, kind, depth, isStreamed: false, expected, items, count, isSealed: false };
      return undefined;
    }
    value = whole(kind, items);
    scan.open = parent;
    if (parent === undefined || parent.isStreamed) return value;
    frame = parent;
  }
};

/** The least number of so many digits. */
const leastOf = Array.from({ length: mostDigits + 1 }, (_, digits) => 10 ** (digits - 1));

const LF = 0x0a;
const CR = 0x0d;
const ZERO = 0x30;
const NINE = 0x39;
const PLUS = 0x2b;
const MINUS = 0x2d;
const COLON = 0x3a;
const DOLLAR = 0x24;
const ASTERISK = 0x2a;
