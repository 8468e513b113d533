// What a consumer makes of the leaves it reads: one 32-bit number, the same for every contestant on the same row, so that nobody is
// fast by leaving something unread. A leaf costs a multiplication and, where it has a payload, its length and two of its characters
// (a rope is flattened by that, a lazy view is opened): far less than decoding it.

/** The sum so far with one more number, of which the lowest 32 bits count. */
export const mix = (sum: number, leaf: number): number => (Math.imul(sum, 31) + leaf) | 0;

export const mixText = (sum: number, text: string): number =>
  text.length === 0 ? mix(sum, 0) : mix(sum, (text.length << 16) ^ (text.charCodeAt(0) << 8) ^ text.charCodeAt(text.length - 1));

/** Of ASCII the same as `mixText` of the text. */
export const mixBytes = (sum: number, bytes: Uint8Array): number =>
  bytes.length === 0 ? mix(sum, 0) : mix(sum, (bytes.length << 16) ^ ((bytes[0] ?? 0) << 8) ^ (bytes[bytes.length - 1] ?? 0));

/** Of the same bytes as a place in others. */
export const mixWindow = (sum: number, { source, from, to }: Place): number =>
  from === to ? mix(sum, 0) : mix(sum, ((to - from) << 16) ^ ((source[from] ?? 0) << 8) ^ (source[to - 1] ?? 0));
type Place = { readonly source: Uint8Array; readonly from: number; readonly to: number };

/** To the nearest 1/1024: one of the peers reads doubles with an error in the last places. */
export const mixDouble = (sum: number, double: number): number => mix(sum, Math.floor(double * 1024 + 0.5));

/** What opens an aggregate of so many elements (a map: keys and values), and what the leaves without a payload count. */
export const mixOpen = (sum: number, elements: number): number => mix(sum, 0x10000 + elements);
export const NULL = 0x201;
export const FALSE = 0x202;
export const TRUE = 0x203;
