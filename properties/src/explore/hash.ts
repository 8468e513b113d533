// Hashes of leaves, and how they are put together: quick, spread well enough for a table, and the same in every run.
import type { Primitive } from "./values.ts";

export const mixed = (hash: number, next: number): number => {
  const product = Math.imul(hash ^ next, 0x9e3779b1);
  return product ^ (product >>> 15);
};

/** Texts differ at their ends more often than in their middle: of a long one the ends count. */
const LONG = 24;

export const hashOf = (leaf: Primitive): number => {
  if (typeof leaf === "string") return hashOfText(leaf);
  if (typeof leaf === "number") return mixed(3, leaf | 0);
  if (typeof leaf === "bigint") return mixed(5, Number(BigInt.asIntN(32, leaf)));
  return leaf === true ? 0x2545f491 : 0x1b873593;
};

const hashOfText = (text: string): number => {
  let hash = text.length;
  const skipped = text.length > LONG ? text.length - LONG : 0;
  for (let index = 0; index < text.length; index++) {
    if (index === LONG / 2) index += skipped;
    hash = Math.imul(hash, 31) + text.charCodeAt(index);
  }
  return hash;
};
