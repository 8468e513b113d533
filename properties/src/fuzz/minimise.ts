// A smaller input that breaks the same law: tokens left out first, then runs of bytes, then single bytes made plain, as long as that helps.

import { bytesOfTokens, joined, tokensOf } from "./tokens.ts";

/** `isBroken` is asked at most `patience` times. */
export const minimised = (input: Uint8Array, isBroken: (bytes: Uint8Array) => boolean, patience = 3000): Uint8Array => {
  const left = { asks: patience };
  let smallest = input;
  const tryIt = (candidate: Uint8Array): boolean => {
    if (left.asks === 0 || !isSmaller(candidate, smallest)) return false;
    left.asks -= 1;
    if (!isBroken(candidate)) return false;
    smallest = candidate;
    return true;
  };
  const pass = (): Uint8Array => {
    leaveOut(() => tokensOf(smallest), bytesOfTokens, tryIt);
    leaveOut(() => Array.from(smallest, (byte) => Uint8Array.of(byte)), joined, tryIt);
    for (let at = 0; at < smallest.length; at += 1) for (const plain of PLAIN) if (tryIt(smallest.with(at, plain))) break;
    return smallest;
  };
  for (let before = input; pass() !== before; before = smallest);
  return smallest;
};

/** Runs of pieces, from half of them down to one. */
const leaveOut = <Piece>(
  pieces: () => readonly Piece[],
  together: (pieces: readonly Piece[]) => Uint8Array,
  tryIt: (candidate: Uint8Array) => boolean,
): void => {
  for (let run = Math.ceil(pieces().length / 2); run > 0; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    for (let at = 0; at < pieces().length;) if (!tryIt(together(pieces().toSpliced(at, run)))) at += run;
  }
};

/** Shorter, or as long and plainer: nearer to the front of PLAIN. */
const isSmaller = (candidate: Uint8Array, than: Uint8Array): boolean => {
  if (candidate.length !== than.length) return candidate.length < than.length;
  return weight(candidate) < weight(than);
};

const PLAIN: readonly number[] = [0x30, 0x31, 0x61];

const weight = (bytes: Uint8Array): number => {
  let sum = 0;
  for (const byte of bytes) {
    const rank = PLAIN.indexOf(byte);
    sum += rank < 0 ? PLAIN.length : rank;
  }
  return sum;
};
