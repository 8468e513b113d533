// Where encoded bytes are written: blocks that are filled from the front, shared by many small commands.
//
//   block  │ PING… │ SET… │ GET… │           free            │
//                  └──chunk of one call──┘   ▲ at
//
// Memory of its own for every command would cost more than the command. A chunk handed out is a window on a block, and what lies before `at`
// is never written again, so a chunk stays as it is. That is all that can be seen from outside: an `Output` says where there is room, and
// nothing of what was written. So a connection has one and the same for as long as it lasts, and an old one is as good as a new one.
//
// A payload too large to be worth copying is no part of a block: it becomes a chunk of its own between two windows, by reference.

/**
 * Memory to write to, and the work of one call. It begins where its buffer begins, which is kept beside it: to ask for it takes as long as
 * a small command. Bytes from `start` to `at` are written and not yet handed out; between calls there are none, and no `chunks`.
 */
export type Run = {
  bytes: Uint8Array<ArrayBuffer>;
  buffer: ArrayBuffer;
  start: number;
  at: number;
  readonly size: number;
  chunks: Uint8Array[] | undefined;
};

export type Output = Readonly<Run>;

/** Holds hundreds of small commands; a connection that is idle keeps no more than this. */
export const BLOCK_BYTES = 16_384;

/** From here on a payload is passed by reference: one more piece for the socket to gather is cheaper than to copy as much. */
export const REFERENCE_BYTES = 4096;

const nothing = new ArrayBuffer(0);

const runOf = (buffer: ArrayBuffer, size: number): Run => ({
  bytes: new Uint8Array(buffer),
  buffer,
  start: 0,
  at: 0,
  size,
  chunks: undefined,
});

/** Nothing written, and no memory taken before something is. It is everybody's, and so it is never written to. */
export const initialOutput: Output = runOf(nothing, BLOCK_BYTES);

/** Where the call before threw in the middle, what it had written is not sent. */
export const begin = (output: Output): Run => {
  if (output === initialOutput) return runOf(nothing, BLOCK_BYTES);
  drop(output);
  return output;
};

/** For bytes that nobody continues: as much memory as they are expected to need. */
export const beginAlone = (size: number): Run => runOf(new ArrayBuffer(size), 256);

/** As if nothing had been written since the call before. */
export const drop = (run: Run): void => {
  run.at = run.start;
  run.chunks = undefined;
  if (run.bytes.length > BLOCK_BYTES) take(run, nothing);
};

/** Makes sure that so many bytes can be written at `run.at` of `run.bytes`. */
export const room = (run: Run, length: number): void => {
  if (run.at + length > run.bytes.length) more(run, length);
};

const more = (run: Run, length: number): void => {
  handOut(run);
  take(run, new ArrayBuffer(Math.max(run.size, length)));
};

const take = (run: Run, buffer: ArrayBuffer): void => {
  run.bytes = new Uint8Array(buffer);
  run.buffer = buffer;
  run.start = 0;
  run.at = 0;
};

/** All chunks, which are then somebody else's. Mostly it is one, for which no list has to grow. */
export const chunksOf = (run: Run): readonly Uint8Array[] => {
  const { buffer, start, at, chunks } = run;
  if (chunks === undefined) {
    run.start = at;
    return at === start ? [] : [new Uint8Array(buffer, start, at - start)];
  }
  handOut(run);
  run.chunks = undefined;
  // A larger one was made for one long string, and would be kept for the sake of the few bytes behind it.
  if (run.bytes.length > BLOCK_BYTES) take(run, nothing);
  return chunks;
};

/** What was written so far becomes a chunk. */
const handOut = (run: Run): void => {
  const { buffer, start, at } = run;
  if (at === start) return;
  run.chunks ??= [];
  run.chunks.push(new Uint8Array(buffer, start, at - start));
  run.start = at;
};

/** A payload as a chunk of its own. */
export const refer = (run: Run, payload: Uint8Array): undefined => {
  handOut(run);
  run.chunks ??= [];
  run.chunks.push(payload);
};

/** All chunks as one. */
export const whole = (chunks: readonly Uint8Array[]): Uint8Array => {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
};
