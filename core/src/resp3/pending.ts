// The shortest way to go on with what a chunk broke off in, where this chunk does not complete it either: bytes that come one by one, a
// large payload in its middle. What may complete something, or be wrong, goes the usual way.
//
// A payload's few bytes are only appended to its store, and what is pending stays the object that it was: how far the state has come
// (`consumed`) says how much of the store is its own. `upToDate` writes that down for whoever looks at what is pending.

import { longer } from "./cut-number.ts";
import { hold, holdFew, type Piece } from "./held.ts";
import type { Body, Options, Pending } from "./state.ts";

/** Still pending after this chunk, which begins at byte `consumed`; undefined where that has to be looked at. */
export const stillPending = (pending: Pending, { limits }: Options, chunk: Uint8Array, consumed: number): Pending | undefined => {
  const { length } = chunk;
  const byte = chunk[0] ?? 0;
  switch (pending._tag) {
    case "Number":
      return length === 1 ? longer(pending, byte) : undefined;
    case "Line": {
      const { held } = pending;
      if (length > 1 || byte <= CR || held.total > limits.lineBytes || held.source[held.to - 1] === CR) return undefined;
      return { _tag: "Line", held: hold(held, chunk, 0, 1) };
    }
    case "Body":
      return isAppended(pending, chunk, consumed) ? pending : stillBody(pending, chunk, consumed);
  }
};

const isAppended = ({ held, missing, upTo }: Body, chunk: Uint8Array, consumed: number): boolean => {
  const { length } = chunk;
  const more = consumed - upTo;
  if (held?.store === undefined || length > few || length > missing - more) return false;
  const { store, to } = held;
  const at = to + more;
  if (store.filled !== at || at + length > store.bytes.length) return false;
  for (let index = 0; index < length; index += 1) store.bytes[at + index] = chunk[index] ?? 0;
  store.filled = at + length;
  return true;
};

const stillBody = (pending: Body, chunk: Uint8Array, consumed: number): Body | undefined => {
  const { length } = chunk;
  const upTo = consumed + length;
  const { kind, missing, held, afterCr } = upToDate(pending, consumed);
  if (length <= missing) {
    const more = held === undefined && length < missing && length < tiny ? holdFew(chunk, length) : hold(held, chunk, 0, length);
    return { _tag: "Body", kind, missing: missing - length, held: more, afterCr: false, upTo };
  }
  if (length > 1 || afterCr || chunk[0] !== CR) return undefined;
  return { _tag: "Body", kind, missing, held, afterCr: true, upTo };
};

/** The same with all that was appended to its store before byte `consumed`. */
export const upToDate = (pending: Body, consumed: number): Body => {
  const { kind, missing, held, upTo } = pending;
  const more = consumed - upTo;
  if (more === 0 || held === undefined) return pending;
  return { _tag: "Body", kind, missing: missing - more, held: longerBy(held, more), afterCr: false, upTo: consumed };
};

const longerBy = ({ before, source, from, to, total, store }: Piece, more: number): Piece => ({
  before,
  source,
  from,
  to: to + more,
  total: total + more,
  store,
});

/** Of a payload that begins with less, more of the kind is expected. */
const tiny = 32;

/** So many bytes are copied one by one. */
const few = 64;

const CR = 0x0d;
