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
// - Returned bytes are windows on the chunk, or on a copy where a value came in several chunks. They are valid as long as the caller does
//   not write into the chunk, and keep it alive: copy (`bytes.slice()`) what is kept for long.

import type { Failure } from "./failure.ts";
import { takeBody, takeEnd } from "./bulk.ts";
import { takeHeader, types } from "./header.ts";
import { type Held, hold } from "./held.ts";
import { excess, lineStart, malformed, type Run, type State } from "./state.ts";
import type { Message } from "./value.ts";

export type Decoded = { readonly state: State; readonly values: readonly Message[]; readonly error: Failure | undefined };

/** The messages completed by this chunk, and the state to go on from. */
export const decode = (state: State, chunk: Uint8Array): Decoded => {
  if (state.failure !== undefined) return { state, values: [], error: state.failure };
  const run: Run = { ...state, chunk, position: 0, owner: {}, values: [] };
  while (advance(run));
  const { limits, phase, top, pieces, failure } = run;
  const consumed = state.consumed + run.position;
  return { state: { limits, phase, top, pieces, consumed, failure }, values: run.values, error: failure };
};

/** Between two messages: a connection that ends elsewhere has lost part of a reply. */
export const isBetweenMessages = (state: State): boolean =>
  state.failure === undefined && state.top === undefined && state.pieces === undefined && state.phase === lineStart;

const CR = 0x0d;
const LF = 0x0a;

/** Takes one line, body or terminator. False when the chunk is used up or the stream has failed. */
const advance = (run: Run): boolean => {
  switch (run.phase._tag) {
    case "Line":
      return takeLine(run, run.phase.held);
    case "Body":
      return takeBody(run, run.phase);
    case "End":
      return takeEnd(run, run.phase);
  }
};

const takeLine = (run: Run, held: Held | undefined): boolean => {
  const { chunk, position: from, limits } = run;
  if (from === chunk.length) return false;
  if (held === undefined && !types.has(chunk[from] ?? 0)) return malformed(run, "UnknownType", from);
  // The index of the first byte of this line; negative when it came in an earlier chunk.
  const start = held === undefined ? from : from - held.length;
  let cr = from - 1;
  if (held === undefined || held.store.bytes[held.length - 1] !== CR) {
    const beyond = start + 1 + limits.lineBytes;
    const stop = Math.min(chunk.length, beyond + 1);
    cr = Math.max(from, start + 1);
    while (cr < stop && chunk[cr] !== CR && chunk[cr] !== LF) cr += 1;
    if (cr > beyond) return excess(run, "lineBytes", limits.lineBytes + 1, start);
    if (cr < stop && chunk[cr] === LF) return malformed(run, "LineFeed", cr);
  }
  if (cr + 1 >= chunk.length) {
    run.phase = { _tag: "Line", held: hold(held, chunk, from, chunk.length, limits.lineBytes + 2) };
    run.position = chunk.length;
    return false;
  }
  if (chunk[cr + 1] !== LF) return malformed(run, "CarriageReturn", cr + 1);
  run.position = cr + 2;
  run.phase = lineStart;
  if (held === undefined) return takeHeader(run, chunk, from, cr, start);
  const whole = cr < from ? held : hold(held, chunk, from, cr, limits.lineBytes + 2);
  return takeHeader(run, whole.store.bytes, 0, cr - start, start);
};
