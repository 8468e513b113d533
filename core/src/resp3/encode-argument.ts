// One payload as counted bytes: `$n CRLF payload CRLF`. This is where the time goes, so it is written for the machine.
//
// A string's length in bytes stands before the string, and is not known before it is encoded. Nearly all strings are ASCII, where it is
// the number of characters: so that length is written first, then the string, and only if the string turns out to be something else the
// length is put right. A short string is written character by character (a native call costs as much as twenty characters), a longer
// one natively.

import { host } from "./encode-host.ts";
import { REFERENCE_BYTES, refer, room, type Run } from "./encode-block.ts";
import { bytesOf } from "./text.ts";

const { writeUtf8, encodeUtf8 } = host;

const CR = 0x0d;
const LF = 0x0a;
const DOLLAR = 0x24;
const ZERO = 0x30;

/** More than a type byte, the digits of any length and two CRLF take. */
export const LINE_BYTES = 24;

/** Up to here writing each character is faster than a native call. */
const SHORT = 19;

/**
 * Writes the arguments from this place on for as long as they are ASCII strings and there is room, and answers with the place of the first
 * one that is not written. No allocation in here, no call but that of the host, and `run` is only told at the end: that is what makes it
 * fast.
 */
export const putStrings = (run: Run, command: readonly unknown[], from: number): number => {
  const { bytes } = run;
  const last = bytes.length - LINE_BYTES;
  let { at } = run;
  let index = from;
  for (; index < command.length; index += 1) {
    const string = command[index];
    if (typeof string !== "string") break;
    const { length } = string;
    if (at + length > last) break;
    if (length > SHORT) {
      const text = putLine(bytes, at, DOLLAR, length);
      const written = writeUtf8(bytes, string, text);
      if (written !== length) {
        run.at = at;
        putOther(run, string, text, written);
        return index + 1;
      }
      bytes[text + length] = CR;
      bytes[text + length + 1] = LF;
      at = text + length + 2;
      continue;
    }
    bytes[at] = DOLLAR;
    let body = at + 4;
    if (length < 10) bytes[at + 1] = ZERO + length;
    else {
      bytes[at + 1] = ZERO + 1;
      bytes[at + 2] = ZERO + length - 10;
      body = at + 5;
    }
    bytes[body - 2] = CR;
    bytes[body - 1] = LF;
    let all = 0;
    let next = 0;
    for (; next + 3 < length; next += 4) {
      const first = string.charCodeAt(next);
      const second = string.charCodeAt(next + 1);
      const third = string.charCodeAt(next + 2);
      const fourth = string.charCodeAt(next + 3);
      all |= first | second | third | fourth;
      bytes[body + next] = first;
      bytes[body + next + 1] = second;
      bytes[body + next + 2] = third;
      bytes[body + next + 3] = fourth;
    }
    for (; next < length; next += 1) {
      const code = string.charCodeAt(next);
      all |= code;
      bytes[body + next] = code;
    }
    if (all >= 0x80) break;
    bytes[body + length] = CR;
    bytes[body + length + 1] = LF;
    at = body + length + 2;
  }
  run.at = at;
  return index;
};

export const putText = (run: Run, string: string): undefined => {
  const { length } = string;
  room(run, length + LINE_BYTES);
  const { bytes } = run;
  const body = putLine(bytes, run.at, DOLLAR, length);
  const written = writeUtf8(bytes, string, body);
  if (written !== length) return putOther(run, string, body, written);
  bytes[body + length] = CR;
  bytes[body + length + 1] = LF;
  run.at = body + length + 2;
};

export const putBytes = (run: Run, type: number, payload: Uint8Array): undefined => {
  const { length } = payload;
  const isLarge = length >= REFERENCE_BYTES;
  room(run, LINE_BYTES + (isLarge ? 0 : length));
  const body = putLine(run.bytes, run.at, type, length);
  if (isLarge) {
    run.at = body;
    refer(run, payload);
  } else {
    run.bytes.set(payload, body);
    run.at = body + length;
  }
  return putEnd(run);
};

/** A type byte, a length and CRLF. */
export const putLine = (bytes: Uint8Array, at: number, type: number, length: number): number => {
  bytes[at] = type;
  const next = putDigits(bytes, at + 1, length);
  bytes[next] = CR;
  bytes[next + 1] = LF;
  return next + 2;
};

export const putEnd = (run: Run): undefined => {
  room(run, 2);
  run.bytes[run.at] = CR;
  run.bytes[run.at + 1] = LF;
  run.at += 2;
};

/** A whole number from 0 to 2^53 in decimal. */
const putDigits = (bytes: Uint8Array, at: number, number: number): number => {
  if (number < 10) {
    bytes[at] = ZERO + number;
    return at + 1;
  }
  if (number < 100) {
    const tens = (number / 10) | 0;
    bytes[at] = ZERO + tens;
    bytes[at + 1] = ZERO + number - 10 * tens;
    return at + 2;
  }
  const digits = String(number);
  for (let index = 0; index < digits.length; index += 1) bytes[at + index] = digits.charCodeAt(index);
  return at + digits.length;
};

/** Hosts replace half a surrogate pair, so a string with one is encoded by us. */
const utf8Of = (string: string): Uint8Array => (string.isWellFormed() ? encodeUtf8(string) : bytesOf(string));

/** Not ASCII, and written behind a line that says the number of characters. In bytes the length takes as many digits, or one more. */
const putOther = (run: Run, string: string, guess: number, length: number): undefined => {
  const { bytes, at } = run;
  const isWhole = at + 3 * string.length + LINE_BYTES <= bytes.length && string.isWellFormed();
  if (!isWhole) return putBytes(run, DOLLAR, utf8Of(string));
  const body = at + String(length).length + 3;
  if (body !== guess) bytes.copyWithin(body, guess, guess + length);
  putLine(bytes, at, DOLLAR, length);
  run.at = body + length;
  return putEnd(run);
};
