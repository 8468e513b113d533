// Integers as values. Small ones, of which replies are full, exist once: a reply of a million of them costs a million references.

import type { Made } from "./payload.ts";
import type { IntegerKind } from "./state.ts";

const smallIntegers = 1024;

export const smallBigints: readonly Made[] = Array.from({ length: smallIntegers }, (_, value): Made => ({
  _tag: "Integer",
  value: BigInt(value),
}));
export const smallNumbers: readonly Made[] = Array.from({ length: smallIntegers }, (_, value): Made => ({ _tag: "Integer", value }));

/** An integer as it was asked for: as a number only where a number is exact. */
export const integerOf = (value: number | bigint, kind: IntegerKind): Made => {
  if (kind === "bigint") {
    const small = value >= 0 && value < smallIntegers ? smallBigints[Number(value)] : undefined;
    return small ?? { _tag: "Integer", value: BigInt(value) };
  }
  const isExact = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
  return isExact ? numberOf(Number(value)) : { _tag: "Integer", value };
};

const numberOf = (value: number): Made => (value >= 0 ? smallNumbers[value] : undefined) ?? { _tag: "Integer", value };
