// The two marks that the loop in loop.ts knows by sight and does not meet at every turn.

/** Where a line ends that has nothing but its end after `from`; 0 where it is not all there, or too long, or odd. */
export const lineEnd = (chunk: Uint8Array, from: number, end: number, lineBytes: number): number => {
  const last = from + lineBytes < end - 1 ? from + lineBytes : end - 1;
  let to = from;
  while (to < last && (chunk[to] ?? 0) > CR) to += 1;
  return to + 1 < end && chunk[to] === CR && chunk[to + 1] === LF ? to : 0;
};

/** `+OK` and CRLF. */
export const isOkayAt = (chunk: Uint8Array, at: number, end: number): boolean =>
  at + 4 < end && chunk[at] === PLUS && chunk[at + 1] === 0x4f && chunk[at + 2] === 0x4b && chunk[at + 3] === CR && chunk[at + 4] === LF;

/** `-1` and CRLF in place of a length. */
export const isNullAt = (chunk: Uint8Array, from: number, end: number): boolean =>
  from + 3 < end && chunk[from] === MINUS && chunk[from + 1] === 0x31 && chunk[from + 2] === CR && chunk[from + 3] === LF;

const CR = 0x0d;
const LF = 0x0a;
const PLUS = 0x2b;
const MINUS = 0x2d;
