/**
 * A short text that two different values practically never share (64 bits of FNV-1a over the canonical JSON). It tells
 * changes apart; it keeps no secret and proves nothing against somebody who wants two values to collide.
 */
import { canonical } from "../fields.ts";
import type { Json } from "../json.ts";

export const fingerprint = (value: Json): string => {
  const text = canonical(value);
  // Two lanes of 32 bits with different beginnings, because 64-bit arithmetic on bigint is fifty times slower.
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ (unit + index), 0x01000193);
  }
  return hex(high) + hex(low);
};

const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, "0");
