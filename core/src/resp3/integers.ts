// Integers as values. Those of one digit, of which replies are full, exist once: a reply of a million of them costs a million references.

import type { Made } from "./payload.ts";
import type { IntegerKind } from "./state.ts";

export const digitsOf: Readonly<Record<IntegerKind, readonly Made[]>> = {
  bigint: Array.from({ length: 10 }, (_, value): Made => ({ _tag: "Integer", value: BigInt(value) })),
  number: Array.from({ length: 10 }, (_, value): Made => ({ _tag: "Integer", value })),
};

/** An integer as it was asked for: as a number only where a number is exact. */
export const integerOf = (value: number | bigint, kind: IntegerKind): Made => {
  if (typeof value === "number") return { _tag: "Integer", value: kind === "bigint" ? BigInt(value) : value };
  return { _tag: "Integer", value: kind === "number" && isExact(value) ? Number(value) : value };
};

const isExact = (value: bigint): boolean => value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
