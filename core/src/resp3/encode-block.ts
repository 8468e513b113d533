// Where encoded bytes are written: blocks that are filled from the front, shared by many small commands.
//
//   block  │ PING… │ SET… │ GET… │           free            │
//                  └──chunk of one call──┘   ▲ filled
//
// Memory of its own for every command would cost more than the command. A chunk handed out is a window on a block; bytes below
// `filled` are never written again, so a chunk stays as it is. An `Output` is a place in a block: whoever stands at `filled` may write on,
// whoever stands before it (an output used twice) gets a new block, so an old output can be used again and disturbs nobody.
//
// A payload too large to be worth copying is no part of a block: it becomes a chunk of its own between two windows, by reference.

export type Output = { readonly block: Block; readonly at: number };

/** Shared. Bytes below `filled` never change. */
type Block = { readonly bytes: Uint8Array<ArrayBuffer>; readonly buffer: ArrayBuffer; filled: number };

/**
 * The work of one call. Memory begins where its buffer begins, which is kept beside it: to ask for it takes as long as a small command.
 * Bytes from `start` to `at` are written and not yet handed out.
 */
export type Run = {
  bytes: Uint8Array<ArrayBuffer>;
  buffer: ArrayBuffer;
  start: number;
  at: number;
  readonly size: number;
  chunks: Uint8Array[] | undefined;
};

/** Holds hundreds of small commands; a connection that is idle keeps no more than this. */
export const BLOCK_BYTES = 16_384;

/** From here on a payload is passed by reference: one more piece for the socket to gather is cheaper than to copy as much. */
export const REFERENCE_BYTES = 4096;

const blockOf = (buffer: ArrayBuffer): Block => ({ bytes: new Uint8Array(buffer), buffer, filled: 0 });

const none = blockOf(new ArrayBuffer(0));

/** Nothing written, and no memory taken before something is. */
export const initialOutput: Output = { block: none, at: 0 };

export const begin = ({ block, at }: Output): Run => {
  if (block.filled !== at) return { bytes: none.bytes, buffer: none.buffer, start: 0, at: 0, size: BLOCK_BYTES, chunks: undefined };
  return { bytes: block.bytes, buffer: block.buffer, start: at, at, size: BLOCK_BYTES, chunks: undefined };
};

/** For bytes that nobody continues: as much memory as they are expected to need. */
export const beginAlone = (size: number): Run => {
  const { bytes, buffer } = blockOf(new ArrayBuffer(size));
  return { bytes, buffer, start: 0, at: 0, size: 256, chunks: undefined };
};

/** Where the next call may go on. */
export const end = ({ bytes, buffer, at }: Run, output: Output): Output => {
  const { block } = output;
  if (bytes === block.bytes) {
    block.filled = at;
    return { block, at };
  }
  // Full: whoever writes to this output once more must not write over what was handed out of it.
  if (block.filled === output.at) block.filled = block.bytes.length;
  // A larger one was made for one long string, and would be kept for the sake of the few bytes behind it.
  return bytes.length > BLOCK_BYTES ? initialOutput : { block: { bytes, buffer, filled: at }, at };
};

/** Makes sure that so many bytes can be written at `run.at` of `run.bytes`. */
export const room = (run: Run, length: number): void => {
  if (run.at + length <= run.bytes.length) return;
  handOut(run);
  ({ bytes: run.bytes, buffer: run.buffer } = blockOf(new ArrayBuffer(Math.max(run.size, length))));
  run.start = 0;
  run.at = 0;
};

/** All chunks. Mostly it is one, for which no list has to grow. */
export const chunksOf = (run: Run): readonly Uint8Array[] => {
  const { buffer, start, at, chunks } = run;
  if (chunks === undefined) return at === start ? [] : [new Uint8Array(buffer, start, at - start)];
  handOut(run);
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
