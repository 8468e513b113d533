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
//     lazy   places in the chunk.
//   So copy (`bytes.slice()`) what is kept for long and is small beside its chunk.

import type { Failure } from "./failure.ts";
import { fast } from "./fast.ts";
import { seal } from "./frame.ts";
import { begin, deliver, endStreamed, type Run } from "./run.ts";
import type { State } from "./state.ts";
import { step } from "./step.ts";
import type { Bytes, Message, Payload } from "./value.ts";

export type Decoded<P extends Payload = Bytes, I extends bigint | number = bigint> = {
  readonly state: State<P, I>;
  readonly values: readonly Message<P, I>[];
  readonly error: Failure | undefined;
};

/** The messages completed by this chunk, and the state to go on from. */
export function decode<P extends Payload, I extends bigint | number>(state: State<P, I>, chunk: Uint8Array): Decoded<P, I>;
export function decode(state: State<Payload, bigint | number>, chunk: Uint8Array) {
  const { options, consumed, frame, pending, streamed, failure } = state;
  const end = chunk.length;
  if (failure !== undefined || end === 0) return { state, values: none, error: failure };
  if (end > largest) return inParts(state, chunk);
  const run: Run = {
    options,
    chunk,
    consumed,
    at: 0,
    frame,
    values: [],
    filled: 0,
    pending,
    streamed,
    failure,
    buffer: undefined,
    text: undefined,
    origin: 0,
    isAscii: true,
    okay: okays[options.payload],
  };
  const mayHurry = options.limits.lineBytes >= 9;
  while (run.at < end && run.failure === undefined) {
    if (mayHurry && run.pending === undefined && run.streamed === undefined) fast(run);
    if (run.at < end && run.failure === undefined) slow(run);
  }
  run.values.length = run.filled;
  seal(run.frame);
  return {
    state: { options, consumed: consumed + end, frame: run.frame, pending: run.pending, streamed: run.streamed, failure: run.failure },
    values: run.values,
    error: run.failure,
  };
}

/** Places in a chunk are 32-bit integers, and the text of a chunk a string. */
const largest = 2 ** 28;

const inParts = (state: State<Payload, bigint | number>, chunk: Uint8Array): Decoded<Payload, bigint | number> => {
  const values: Message<Payload, bigint | number>[] = [];
  let decoded: Decoded<Payload, bigint | number> = { state, values, error: undefined };
  for (let from = 0; from < chunk.length; from += largest) {
    decoded = decode(decoded.state, chunk.subarray(from, from + largest));
    for (const value of decoded.values) values.push(value);
  }
  return { state: decoded.state, values, error: decoded.error };
};

const slow = (run: Run): void => {
  const taken = step(run, run.pending, run, run.at);
  run.pending = undefined;
  switch (taken._tag) {
    case "Whole":
      run.streamed = undefined;
      run.at = taken.next;
      deliver(run, taken.value);
      return;
    case "Open":
      run.at = taken.next;
      begin(run, taken.kind, taken.expected);
      return;
    case "EndOfAggregate":
      run.at = taken.next;
      if (run.frame !== undefined) endStreamed(run, run.frame);
      return;
    case "Streamed":
      run.at = taken.next;
      run.streamed = taken.streamed;
      return;
    case "Line":
    case "Body":
      run.at = run.chunk.length;
      run.pending = taken;
      return;
    case "Malformed":
    case "Excess":
      run.failure = taken;
  }
};

const okays = {
  bytes: { _tag: "Simple", bytes: Uint8Array.of(0x4f, 0x4b) },
  text: { _tag: "Simple", text: "OK" },
  lazy: undefined,
} as const;

const none: readonly never[] = [];

/** Between two messages: a connection that ends elsewhere has lost part of a reply. */
export const isBetweenMessages = ({ failure, frame, pending, streamed }: State<Payload, bigint | number>): boolean =>
  failure === undefined && frame === undefined && pending === undefined && streamed === undefined;
