// The encoder. A command's arguments travel as counted bytes, so nothing inside them can become protocol: no quoting, no injection.
//
//   initialOutput ── write(output, requests) ──► { output, chunks, error }
//                      ▲                            │
//                      └────────────────────────────┘   with the next requests of the same connection
//
// The contract:
// - An argument is a string (sent as UTF-8; half a surrogate pair as the three bytes of its number, so that two strings never become the
//   same bytes), bytes (sent as they are), a finite number (in the decimal JavaScript writes, which reads back as the same number;
//   -0 is sent as 0) or a bigint. NaN and the infinities are refused: where a command knows them they have a name, such as "+inf".
// - Side-effect-free as seen from outside: an output may be written to again, and chunks handed out never change. (The output handed back is
//   the one that was given, but for `initialOutput`: it is a place to write to, which changes inside, and cannot be frozen.)
// - The chunks are to be sent in their order. Small arguments are copied into shared blocks; bytes of 4096 and more are chunks of their
//   own, the very bytes given: do not write into them before they are sent.
// - All or nothing: with an error there are no chunks, and the output is as it was.
// - A request that never changes is prepared once and costs a copy from then on.

import { begin, beginAlone, chunksOf, drop, type Output, REFERENCE_BYTES, refer, room, type Run, whole } from "./encode-block.ts";
import { LINE_BYTES, putBytes, putLine, putStrings, putText } from "./encode-argument.ts";
import type { Unencodable } from "./encode-value.ts";
import { err, ok, type Result } from "../result.ts";

export type Argument = string | Uint8Array | number | bigint;

/** At least a name: the server skips an empty command without a reply, and every reply after it would answer the wrong request. */
export type Command = readonly [Argument, ...Argument[]];

/** Commands in the bytes they are sent in, and how many replies they will have. */
export type Prepared = { readonly _tag: "Prepared"; readonly bytes: Uint8Array; readonly replies: number };

export type Request = Command | Prepared;

export type Written =
  | { readonly output: Output; readonly chunks: readonly Uint8Array[]; readonly error: undefined }
  | { readonly output: Output; readonly chunks: readonly []; readonly error: Unencodable };

/** The bytes of several requests, and the output to go on with. */
export const write = (output: Output, requests: readonly Request[]): Written => {
  const first = requests[0];
  if (first !== undefined && requests.length === 1 && isPrepared(first)) return { output, chunks: [first.bytes], error: undefined };
  const run = begin(output);
  for (const request of requests) {
    const problem = isPrepared(request) ? putPrepared(run, request) : putCommand(run, request);
    if (problem !== undefined) {
      drop(run);
      return { output, chunks: [], error: problem };
    }
  }
  return { output: run, chunks: chunksOf(run), error: undefined };
};

/** A request to a server, in one piece. */
export const encodeCommand = (command: Command): Result<Uint8Array, Unencodable> => encodeCommands([command]);

/** Several requests in one piece. */
export const encodeCommands = (commands: readonly Command[]): Result<Uint8Array, Unencodable> => {
  const run = beginAlone(expectedBytes(commands));
  for (const command of commands) {
    const problem = putCommand(run, command);
    if (problem !== undefined) return err(problem);
  }
  return ok(whole(chunksOf(run)));
};

/** Commands that never change, encoded once. */
export const prepare = (...commands: readonly Command[]): Result<Prepared, Unencodable> => {
  const encoded = encodeCommands(commands);
  return encoded._tag === "Err" ? encoded : ok({ _tag: "Prepared", bytes: encoded.value, replies: commands.length });
};

/** How many replies the server will send to it. */
export const repliesTo = (request: Request): number => (isPrepared(request) ? request.replies : 1);

const isPrepared = (request: Request): request is Prepared => !Array.isArray(request);

const putPrepared = (run: Run, { bytes }: Prepared): undefined => {
  if (bytes.length >= REFERENCE_BYTES) return refer(run, bytes);
  room(run, bytes.length);
  run.bytes.set(bytes, run.at);
  run.at += bytes.length;
};

const ASTERISK = 0x2a;
const DOLLAR = 0x24;

const putCommand = (run: Run, command: Command): Unencodable | undefined => {
  const count = command.length;
  room(run, LINE_BYTES);
  run.at = putLine(run.bytes, run.at, ASTERISK, count);
  for (let index = putStrings(run, command, 0); index < count; index = putStrings(run, command, index + 1)) {
    const argument = command[index];
    if (typeof argument === "string") putText(run, argument);
    else if (typeof argument === "bigint") putText(run, argument.toString());
    else if (typeof argument === "number" && Number.isFinite(argument)) putText(run, argument.toString());
    else if (argument instanceof Uint8Array) putBytes(run, DOLLAR, argument);
    else return refused(command, index);
  }
  // The types do not allow it, but not everybody's code is checked.
  return count === 0 ? { _tag: "Unencodable", type: "Command", rule: nameless } : undefined;
};

const nameless = "a command without a name; give it one, for the server would skip it and send no reply";

const refused = (command: Command, index: number): Unencodable => {
  const [name] = command;
  const argument: unknown = command[index];
  const what = typeof argument === "number" ? String(argument) : argument === null ? "null" : typeof argument;
  return {
    _tag: "Unencodable",
    type: "Command",
    rule:
      `argument ${index} of ${typeof name === "string" ? name : "a command"} is ${what}; allowed are a string, bytes, a finite number ` +
      `and a bigint${typeof argument === "number" ? '; where the command knows infinity, send the string "+inf" or "-inf"' : ""}`,
  };
};

/** Right where all is short and ASCII; else there will be another piece. */
const expectedBytes = (commands: readonly Command[]): number => {
  let expected = 0;
  for (const command of commands) {
    expected += 24;
    for (const argument of command) {
      const isCounted = typeof argument === "string" || argument instanceof Uint8Array;
      expected += 24 + (isCounted ? Math.min(argument.length, REFERENCE_BYTES) : 24);
    }
  }
  return expected;
};
