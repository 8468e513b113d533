// The line of a number or a length that a chunk breaks off in, as what it says so far and not as its bytes: most lines are such, and one that
// comes in two chunks is then as soon read as one that comes in one. What is spelled as nobody spells it becomes bytes again (`spelled`),
// for step.ts and its rules.

import type { Piece } from "./held.ts";

/** `type`, perhaps a minus, so many digits (which are an exact number), perhaps a carriage return. */
export type CutNumber = {
  readonly _tag: "Number";
  readonly type: number;
  readonly isNegative: boolean;
  readonly digits: number;
  readonly magnitude: number;
  readonly hasCr: boolean;
};

export const mostDigits = 15;

/** What `chunk[at, end)` begins, which is known to have only digits after its type byte and its minus, up to a carriage return. */
export const numberAt = (chunk: Uint8Array, at: number, end: number): CutNumber => {
  const isNegative = at + 1 < end && chunk[at + 1] === MINUS;
  const first = at + (isNegative ? 2 : 1);
  let to = first;
  let magnitude = 0;
  while (to < end && chunk[to] !== CR) {
    magnitude = magnitude * 10 + (chunk[to] ?? 0) - ZERO;
    to += 1;
  }
  return { _tag: "Number", type: chunk[at] ?? 0, isNegative, digits: to - first, magnitude, hasCr: to < end };
};

/** With one byte more, if that is a digit or the carriage return and has its place there. */
export const longer = ({ type, isNegative, digits, magnitude, hasCr }: CutNumber, byte: number): CutNumber | undefined => {
  if (hasCr) return undefined;
  if (byte === MINUS && digits === 0 && !isNegative) return { _tag: "Number", type, isNegative: true, digits, magnitude, hasCr };
  if (byte === CR) return digits === 0 ? undefined : { _tag: "Number", type, isNegative, digits, magnitude, hasCr: true };
  if (byte < ZERO || byte > NINE || digits === mostDigits) return undefined;
  return { _tag: "Number", type, isNegative, digits: digits + 1, magnitude: magnitude * 10 + byte - ZERO, hasCr };
};

/** Its bytes. */
export const spelled = ({ type, isNegative, digits, magnitude, hasCr }: CutNumber): Piece => {
  const number = digits === 0 ? "" : String(magnitude).padStart(digits, "0");
  const line = `${String.fromCharCode(type)}${isNegative ? "-" : ""}${number}${hasCr ? "\r" : ""}`;
  const source = Uint8Array.from(line, (character) => character.charCodeAt(0));
  return { before: undefined, source, from: 0, to: source.length, total: source.length, store: undefined };
};

const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const CR = 0x0d;
