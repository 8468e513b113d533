// A chunk that is one bulk and nothing else, as the answer to a question is that waited for it (INFO, GET): seen at a glance, because there
// the fixed cost of a call is what decoding costs.

/** Where the payload begins, which ends before the last CRLF of the chunk; 0 where it is not so, or not spelled as usual. */
export const aloneFrom = (chunk: Uint8Array, end: number): number => {
  if (chunk[0] !== DOLLAR || end < shortest || chunk[end - 1] !== LF || chunk[end - 2] !== CR || chunk[1] === ZERO) return 0;
  const stop = end < longest ? end - 2 : longest;
  let size = 0;
  let to = 1;
  for (; to < stop; to += 1) {
    const digit = (chunk[to] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    size = (Math.imul(size, 10) + digit) | 0;
  }
  return to > 1 && to + 4 + size === end && chunk[to] === CR && chunk[to + 1] === LF ? to + 2 : 0;
};

/** `$1`, CRLF, one byte, CRLF. */
const shortest = 7;
/** The type byte and eight digits. */
const longest = 9;

const DOLLAR = 0x24;
const ZERO = 0x30;
const CR = 0x0d;
const LF = 0x0a;
