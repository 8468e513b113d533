// Bytes of a line or a bulk that has not arrived whole: pieces, the newest first, each a window on memory that no longer changes.
//
//   Piece ──before──► Piece ──before──► undefined          joined(): one copy, when all of it is there
//     │                 │
//   a chunk (large)   a store (small ones, side by side)
//
// A large piece is the chunk itself, not copied. Small ones are copied side by side into stores, or else bytes that come one by one would
// hold a whole chunk each. A store is append-only and shared between states: who holds it up to where it is filled may append in place,
// for nobody sees beyond the end of his own piece; who holds less (an old state) begins another store. So a list of pieces never changes,
// costs no more than a small multiple of the bytes in it, and never depends on the length that was announced.

import { platform } from "./platform.ts";

/** Bytes from which on a piece is worth a window of its own, which takes about as much. */
const large = 256;
/** A typed array of up to 64 bytes is made fifteen times as fast as a larger one. */
const smallest = 64;
const largest = 4096;
/** Up to here a loop beats the two calls. */
const byHand = 64;

export type Piece = {
  readonly before: Piece | undefined;
  readonly source: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Bytes in this piece and all before it. */
  readonly total: number;
  /** Where `source` may be appended to; undefined when it is a chunk. */
  readonly store: Store | undefined;
};

/** Bytes below `filled` never change. */
export type Store = { readonly bytes: Uint8Array; filled: number };

/** What is held, and `chunk[from, to)` after it. */
export const hold = (held: Piece | undefined, chunk: Uint8Array, from: number, to: number): Piece => {
  const size = to - from;
  if (held === undefined) return { before: undefined, source: chunk, from, to, total: size, store: undefined };
  const total = held.total + size;
  if (size >= large) return { before: held, source: chunk, from, to, total, store: undefined };
  const last = held.store;
  if (last !== undefined && last.filled === held.to && held.to + size <= last.bytes.length) {
    copy(chunk, from, to, last.bytes, held.to);
    last.filled = held.to + size;
    return { before: held.before, source: held.source, from: held.from, to: held.to + size, total, store: last };
  }
  const isFirst = held.before === undefined && total <= smallest;
  const begin = isFirst ? held.total : 0;
  const bytes = new Uint8Array(isFirst ? smallest : Math.max(size, smallest, Math.min(held.total, largest)));
  if (isFirst) copy(held.source, held.from, held.to, bytes, 0);
  copy(chunk, from, to, bytes, begin);
  const store = { bytes, filled: begin + size };
  return { before: isFirst ? undefined : held, source: bytes, from: 0, to: store.filled, total, store };
};

/** The first few bytes of what will be more, in a store of their own. */
export const holdFew = (chunk: Uint8Array, to: number): Piece => {
  const bytes = new Uint8Array(smallest);
  copy(chunk, 0, to, bytes, 0);
  return { before: undefined, source: bytes, from: 0, to, total: to, store: { bytes, filled: to } };
};

/** What is held and `chunk[from, to)` after it, copied into memory of their own. */
export const joined = (held: Piece, chunk: Uint8Array, from: number, to: number): Uint8Array => {
  const total = held.total + to - from;
  return fill(total <= smallest ? new Uint8Array(total) : platform.uncleared(total), held, chunk, from, to);
};

/** `source[from, to)` in memory of its own; a window on a small typed array would cost ten times as much. */
export const copied = (source: Uint8Array, from: number, to: number): Uint8Array => {
  const size = to - from;
  const bytes = size <= smallest ? new Uint8Array(size) : platform.uncleared(size);
  copy(source, from, to, bytes, 0);
  return bytes;
};

/** The same for what is looked at before the next byte is decoded, and not kept: the next one may be written over it. */
export const joinedBriefly = (held: Piece, chunk: Uint8Array, from: number, to: number): Uint8Array => {
  const total = held.total + to - from;
  if (total > largestBrief) return joined(held, chunk, from, to);
  if (total > brief.length) brief = new Uint8Array(2 ** Math.ceil(Math.log2(total)));
  return fill(brief, held, chunk, from, to);
};

const fill = (bytes: Uint8Array, held: Piece, chunk: Uint8Array, from: number, to: number): Uint8Array => {
  for (let piece: Piece | undefined = held; piece !== undefined; piece = piece.before) {
    copy(piece.source, piece.from, piece.to, bytes, piece.total - (piece.to - piece.from));
  }
  copy(chunk, from, to, bytes, held.total);
  return bytes;
};

/** Used again and again: fresh memory costs more than what is written into it. */
const largestBrief = 2 ** 22;
let brief = new Uint8Array(8192);

const copy = (source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void => {
  if (to - from > byHand) target.set(to - from === source.length ? source : view(source, from, to), at);
  else for (let index = from; index < to; index += 1) target[at + index - from] = source[index] ?? 0;
};

/** A window on the same memory, a plain Uint8Array whatever subclass the source is. */
export const view = (source: Uint8Array, from: number, to: number): Uint8Array =>
  new Uint8Array(source.buffer, source.byteOffset + from, to - from);
