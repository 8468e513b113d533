// A chunk larger than any that a socket hands over: decoded piece by piece, for places in a chunk are 32-bit integers and its text is a
// string, neither of which may be as large as a Uint8Array.

import type { Decoded } from "./decode.ts";
import type { State } from "./state.ts";
import type { Message, Payload } from "./value.ts";

type Any = State<Payload, bigint | number>;
type AnyDecoded = Decoded<Payload, bigint | number>;

/** Bytes of a chunk that is decoded at once. */
export const largest = 2 ** 28;

export const inParts = (
  decode: (state: Any, chunk: Uint8Array) => AnyDecoded,
  state: Any,
  chunk: Uint8Array,
  size: number = largest,
): AnyDecoded => {
  const values: Message<Payload, bigint | number>[] = [];
  let decoded: AnyDecoded = { state, values, error: undefined };
  for (let from = 0; from < chunk.length; from += size) {
    decoded = decode(decoded.state, chunk.subarray(from, from + size));
    for (const value of decoded.values) values.push(value);
  }
  return { state: decoded.state, values, error: decoded.error };
};
