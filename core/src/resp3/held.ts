// Bytes of a line or a bulk that has not arrived whole: append-only, cheap to extend, and safe to fork.
//
// A decoder state may be used again after it was decoded from, so its bytes must not change; copying them at every chunk would cost
// quadratic time when they come one by one. So a `Held` is a length over a store that several states share. Whoever holds the full
// length of the store may append in place, for nobody can see beyond his own length; whoever holds less of it (an old state) copies.
// The store doubles, but never beyond what is known to be needed, and its size follows the bytes received, not those announced.

export type Held = { readonly store: Store; readonly length: number };

/** Shared. Bytes below `filled` never change. */
type Store = { readonly bytes: Uint8Array; filled: number };

/** The held bytes and `source[from, to)` after them. `atMost` is the largest length ever needed. */
export const hold = (held: Held | undefined, source: Uint8Array, from: number, to: number, atMost: number): Held => {
  const before = held === undefined ? 0 : held.length;
  const length = before + to - from;
  const store =
    held !== undefined && held.store.filled === before && held.store.bytes.length >= length ? held.store : grown(held, length, atMost);
  store.bytes.set(view(source, from, to), before);
  store.filled = length;
  return { store, length };
};

/** The held bytes; what is appended later is not seen through it. */
export const heldBytes = (held: Held | undefined): Uint8Array =>
  held === undefined ? new Uint8Array(0) : view(held.store.bytes, 0, held.length);

/** A window on the same memory, a plain Uint8Array whatever subclass the source is. */
export const view = (source: Uint8Array, from: number, to: number): Uint8Array =>
  new Uint8Array(source.buffer, source.byteOffset + from, to - from);

const grown = (held: Held | undefined, length: number, atMost: number): Store => {
  if (held === undefined) return { bytes: new Uint8Array(length), filled: 0 };
  const bytes = new Uint8Array(Math.max(length, Math.min(2 * length, atMost)));
  bytes.set(view(held.store.bytes, 0, held.length));
  return { bytes, filled: held.length };
};
