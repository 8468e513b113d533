// A chunk while sight.ts looks at it, and what becomes of a value that is not all there: the line or the payload that the chunk ends in is
// pending, and each aggregate around it a frame, with the values that it has.

import { depthOf, type Frame, type Kind } from "./frame.ts";
import { mostDigits, numberAt } from "./cut-number.ts";
import { hold } from "./held.ts";
import type { Made, PayloadKind } from "./payload.ts";
import type { Options, Pending } from "./state.ts";

/** One chunk while it is looked at. */
export type Scan = {
  readonly options: Options;
  readonly chunk: Uint8Array;
  readonly end: number;
  /** The byte of the connection that is the first of this chunk. */
  readonly consumed: number;
  /** Where the next value begins. Where one is not taken: where that one does which was not, itself or inside. */
  at: number;
  /** What the chunk ends in, when the value that was not taken is only not all there. */
  pending: Pending | undefined;
  /** What that value is in: the outermost frame of this chunk, whose parent is the innermost one, until it gets its own. */
  broken: Frame | undefined;
  /** The innermost aggregate that is open after one that was has been gone on with. */
  open: Frame | undefined;
  /** Lists that hold more values than the rest of the chunk has are not believed, however they are nested. */
  room: number;
  /** As what payloads are wanted. */
  readonly kind: PayloadKind;
  /** What the payloads of this chunk are cut from, made when it is first needed: memory, or all of the text from `origin` on (-1: it
   * is not ASCII). */
  buffer: ArrayBufferLike | undefined;
  text: string | undefined;
  origin: number;
};

export const scanOf = (options: Options, chunk: Uint8Array, consumed = 0): Scan => ({
  options,
  chunk,
  end: chunk.length,
  consumed,
  at: 0,
  pending: undefined,
  broken: undefined,
  open: undefined,
  room: (chunk.length / 3) | 0,
  kind: options.payload,
  buffer: undefined,
  text: undefined,
  origin: 0,
});

/** Nothing, and `scan.at` is where it was. */
export const unseen = (scan: Scan, at: number): undefined => {
  scan.at = at;
};

/** Of a bulk that is longer than the chunk this is known: how much of it is missing. */
export const cutBulk = (scan: Scan, at: number, to: number): undefined => {
  const { chunk, end, at: from, options } = scan;
  scan.at = at;
  const afterCr = to + 1 === end && chunk[to] === CR;
  if (to - from > options.limits.bulkBytes || (to < end && !afterCr)) return;
  const stop = afterCr ? to : end;
  const held = from < stop ? hold(undefined, chunk, from, stop) : undefined;
  scan.pending = { _tag: "Body", kind: "Bulk", missing: to - stop, held, afterCr, upTo: scan.consumed + end };
};

/** A line of text that the chunk ends in, of plain octets up to its carriage return. */
export const cutText = (scan: Scan, at: number): undefined => {
  const { chunk, end, options } = scan;
  if (end - at > options.limits.lineBytes) return;
  let to = at;
  while (to < end && (chunk[to] ?? 0) > CR) to += 1;
  if (to + 1 < end || (to < end && chunk[to] !== CR)) return;
  scan.pending = { _tag: "Line", held: hold(undefined, chunk, at, end) };
};

const CR = 0x0d;

/** A number that the chunk ends in. */
export const cutLine = (scan: Scan, at: number): undefined => {
  const { chunk, end } = scan;
  scan.pending = end - at > mostDigits + 1 ? { _tag: "Line", held: hold(undefined, chunk, at, end) } : numberAt(chunk, at, end);
};

/** An aggregate that breaks off in one of its values becomes a frame, around those of the aggregates in it. */
export const broken = (scan: Scan, kind: Kind, items: Made[], count: number, expected: number): undefined => {
  const outermost = scan.broken;
  const frame: Frame = { parent: outermost?.parent, kind, depth: 0, isStreamed: false, expected, items, count, isSealed: false };
  if (outermost === undefined) frame.parent = frame;
  else outermost.parent = frame;
  scan.broken = frame;
};

/** The innermost of the frames that broke off, around which is `parent`. */
export const framesOf = (outermost: Frame, parent: Frame | undefined): Frame => {
  const innermost = outermost.parent ?? outermost;
  outermost.parent = undefined;
  let depth = depthOf(parent);
  for (let frame: Frame | undefined = innermost; frame !== undefined; frame = frame.parent) depth += 1;
  for (let frame: Frame | undefined = innermost; frame !== undefined; frame = frame.parent) {
    frame.depth = depth;
    depth -= 1;
  }
  outermost.parent = parent;
  return innermost;
};
