// The shortest way to go on with what a chunk broke off in, where this chunk does not complete it either: bytes that come one by one, a
// large payload in its middle. What may complete something, or be wrong, goes the usual way.

import { hold, type Piece } from "./held.ts";
import type { Options, Pending } from "./state.ts";

/** Still pending after this chunk; undefined where that has to be looked at. */
export const stillPending = (pending: Pending, { limits }: Options, chunk: Uint8Array): Pending | undefined => {
  const { held } = pending;
  const { length } = chunk;
  if (pending._tag === "Body") {
    const missing = pending.missing - length;
    return missing <= 0 ? undefined : { _tag: "Body", kind: pending.kind, missing, held: hold(held, chunk, 0, length), afterCr: false };
  }
  if (length > 1 || held === undefined) return undefined;
  const byte = chunk[0] ?? 0;
  const isPlain = byte > CR && held.total <= limits.lineBytes && !endsInCr(held);
  return isPlain ? { _tag: "Line", held: hold(held, chunk, 0, 1) } : undefined;
};

const endsInCr = ({ source, to }: Piece): boolean => source[to - 1] === CR;

const CR = 0x0d;
