// The decoder: bytes in, messages out. A function of a state, so it knows no socket, no session and no request.
//
//   initial() ── decode(state, chunk) ──► { state, values, error }
//                      ▲                      │
//                      └──────────────────────┘   with the next chunk, however the stream was cut
//
// The contract:
// - RESP2 and RESP3 alike. `$-1`, `*-1` and `_` are one Null. Streamed strings, arrays, sets and maps (`$?`, `*?`, `~?`, `%?`) become the
//   same values as counted ones; streamed pushes, attributes, errors and verbatim strings do not exist. What exactly is accepted of each
//   number and marker is the table in strictness.ts.
// - The values of a stream do not depend on how it was cut into chunks, and neither does the failure.
// - Incomplete is not malformed: with a part of a reply there is no value and no error. Malformed stays malformed: a state that has
//   failed answers everything with the same failure. Values before the failure are delivered with it.
// - Side-effect-free as seen from outside: a state may be decoded from again, with other bytes, and is as it was.
// - Iterative: nesting costs memory, never stack. Time is linear in the bytes received; memory follows them, whatever they announce.
// - Do not write into a chunk once it was decoded, nor into bytes that were returned: states and values look into both, and equal values
//   may be one object. What is returned is valid for as long as you keep it:
//     bytes  windows on the chunk, or on a copy where a value came in several chunks: one keeps the whole chunk alive;
//     text   strings, which may be slices of one string made of the whole chunk, and keep that alive;
//     lazy   places in the chunk, in a copy where a value came in several, or in what there is one of.
//   So copy (`bytes.slice()`) what is kept for long and is small beside its chunk; a copy of ours may be a window too, on a block of 64 KiB
//   that the host shares out.
// - There is one object each of what says nothing or little: empty strings and aggregates, Null, the booleans, integers from -16 to 255,
//   and `+OK`: a million of them in an array cost a million references.

import type { Failure } from "./failure.ts";
import type { State } from "./state.ts";
import type { Bytes, Message, Payload } from "./value.ts";

export { decode } from "./loop.ts";

export type Decoded<P extends Payload = Bytes, I extends bigint | number = bigint> = {
  readonly state: State<P, I>;
  readonly values: readonly Message<P, I>[];
  readonly error: Failure | undefined;
};

/** Between two messages: a connection that ends elsewhere has lost part of a reply. */
export const isBetweenMessages = ({ failure, frame, pending, streamed }: State<Payload, bigint | number>): boolean =>
  failure === undefined && frame === undefined && pending === undefined && streamed === undefined;
