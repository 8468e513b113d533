// Choices from a seed: the same seed makes the same choices, so that an input and the way it was cut can be had again.

import { generator } from "../explore/random.ts";

export type Random = {
  /** A whole number from 0 to below `end`; 0 where there is none. */
  readonly below: (end: number) => number;
  readonly pick: <Item>(items: readonly Item[]) => Item | undefined;
};

export const randomOf = (seed: number): Random => {
  const next = generator(seed);
  const below = (end: number): number => (end < 1 ? 0 : Math.floor(next() * end));
  return { below, pick: (items) => items[below(items.length)] };
};

/** A seed that depends on every byte (FNV-1a): what is chosen for an input depends on nothing else. */
export const seedOf = (bytes: Uint8Array): number => {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
};
