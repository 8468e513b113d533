// Integers as values. Small ones, of which replies are full, exist once: a reply of a million of them costs a million references.

import type { Made } from "./payload.ts";
import type { IntegerKind } from "./state.ts";

/** Those from here to 255. */
export const leastShared = -16;

const shared = Array.from({ length: 256 - leastShared }, (_, index) => index + leastShared);

/** The integer `n` at `n - leastShared`. */
export const sharedBigints: readonly Made[] = shared.map((value) => ({ _tag: "Integer", value: BigInt(value) }));
export const sharedNumbers: readonly Made[] = shared.map((value) => ({ _tag: "Integer", value }));

/** An integer as it was asked for: as a number only where a number is exact; a small one is the one that there is. */
export const integerOf = (value: number | bigint, kind: IntegerKind): Made => {
  if (typeof value === "number") {
    const small =
      value < 256 && value >= leastShared ? (kind === "bigint" ? sharedBigints : sharedNumbers)[value - leastShared] : undefined;
    return small ?? { _tag: "Integer", value: kind === "bigint" ? BigInt(value) : value };
  }
  return { _tag: "Integer", value: kind === "number" && isExact(value) ? Number(value) : value };
};

const isExact = (value: bigint): boolean => value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
