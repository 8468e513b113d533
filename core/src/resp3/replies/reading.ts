// What every reader of a reply says when the reply is not what was asked for: the server refused, or the shape is another one. Neither is
// ever read as a default: an unread offset is not 0, an unread role is not "replica".

import { err, ok, type Result } from "../../result.ts";
import { ascii, shown, text } from "../text.ts";
import { bare, type Entry, type Value } from "../value.ts";
import { type ErrorReply, errorReply } from "./error-reply.ts";

export type NotRead =
  | { readonly _tag: "Refused"; readonly reply: ErrorReply }
  | { readonly _tag: "Unexpected"; readonly expected: string; readonly found: string };

/** `Refused` when the server answered with an error, `Unexpected` for any other value. */
export const notRead = (expected: string, value: Value): Result<never, NotRead> => {
  const reply = errorReply(value);
  return reply === undefined ? unexpected(expected, value) : err({ _tag: "Refused", reply });
};

/** A part of a reply that is not what belongs there; the server did answer, so not even an error in its place is a refusal. */
export const unexpected = (expected: string, part: Value | undefined): Result<never, NotRead> =>
  err({ _tag: "Unexpected", expected, found: part === undefined ? "nothing" : summary(part) });

/** A string of any of the three kinds, if it is UTF-8. */
export const textOf = (value: Value | undefined): string | undefined => {
  const bytes = bytesIn(value);
  if (bytes === undefined) return undefined;
  const read = text(bytes);
  return read._tag === "Ok" ? read.value : undefined;
};

/** The bytes of a string of any of the three kinds. */
export const bytesIn = (value: Value | undefined): Uint8Array | undefined => {
  const inner = value === undefined ? undefined : bare(value);
  return inner?._tag === "Bulk" || inner?._tag === "Verbatim" || inner?._tag === "Simple" ? inner.bytes : undefined;
};

/** An integer, also where the server sends it as a string. */
export const integerOf = (value: Value | undefined): bigint | undefined => {
  const inner = value === undefined ? undefined : bare(value);
  return inner?._tag === "Integer" ? inner.value : decimal(textOf(inner));
};

/** The items of an array, or of a set. */
export const itemsOf = (value: Value | undefined): readonly Value[] | undefined => {
  const inner = value === undefined ? undefined : bare(value);
  return inner?._tag === "Array" || inner?._tag === "Set" ? inner.items : undefined;
};

/** The items of an array or a set of texts. */
export const textsOf = (value: Value | undefined): readonly string[] | undefined => {
  const texts: string[] = [];
  for (const item of itemsOf(value) ?? [undefined]) {
    const read = textOf(item);
    if (read === undefined) return undefined;
    texts.push(read);
  }
  return texts;
};

/** The fields of a map with keys of text, or of the flat array that stands for one in RESP2; the first of two with one name. */
export const fieldsOf = (value: Value): Result<ReadonlyMap<string, Value>, NotRead> => {
  const entries = entriesOf(value);
  if (entries._tag === "Err") return entries;
  const fields = new Map<string, Value>();
  for (const [key, field] of entries.value) {
    const name = textOf(key);
    if (name !== undefined && !fields.has(name)) fields.set(name, field);
  }
  return ok(fields);
};

/** The entries of a map, or of the flat array that stands for one in RESP2. */
export const entriesOf = (value: Value): Result<readonly Entry[], NotRead> => {
  const inner = bare(value);
  if (inner._tag === "Map") return ok(inner.entries);
  if (inner._tag !== "Array" || inner.items.length % 2 !== 0) return notRead("a map, or an array of keys and values", inner);
  const entries: Entry[] = [];
  for (let at = 0; at < inner.items.length; at += 2) {
    const key = inner.items[at];
    const item = inner.items[at + 1];
    if (key !== undefined && item !== undefined) entries.push([key, item]);
  }
  return ok(entries);
};

/** A decimal integer of 64 bits in its one spelling, as servers write them; anything else is not a number. */
export const decimal = (spelling: string | undefined): bigint | undefined => {
  if (spelling === undefined || !/^(?:0|-?[1-9]\d{0,18})$/.test(spelling)) return undefined;
  const value = BigInt(spelling);
  return BigInt.asIntN(64, value) === value ? value : undefined;
};

/** The same of the bytes `[from, to)`. */
export const decimalAt = (bytes: Uint8Array, from: number, to: number): bigint | undefined => {
  const isNegative = from < to && bytes[from] === MINUS;
  const start = isNegative ? from + 1 : from;
  if (to - start > exactDigits) return decimal(ascii(bytes, from, to));
  if (start >= to || (bytes[start] === ZERO && (isNegative || to - start > 1))) return undefined;
  let value = 0;
  for (let at = start; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = 10 * value + digit;
  }
  return BigInt(isNegative ? -value : value);
};

/** As many digits as a number holds exactly, whatever they are. */
const exactDigits = 15;
const MINUS = 0x2d;
const ZERO = 0x30;

/** A replication offset; servers send -1 where they know none. */
export const offsetOf = (value: bigint | undefined): bigint | undefined => (value !== undefined && value >= 0n ? value : undefined);

/** A whole number within bounds. */
export const wholeOf = (value: bigint | undefined, { from, to }: { from: number; to: number }): number | undefined =>
  value !== undefined && value >= BigInt(from) && value <= BigInt(to) ? Number(value) : undefined;

const summary = (value: Value): string => {
  const inner = bare(value);
  switch (inner._tag) {
    case "Simple":
    case "Error":
    case "Bulk":
    case "BulkError":
    case "Verbatim":
      return `${inner._tag} "${shown(inner.bytes.subarray(0, 64))}"`;
    case "Integer":
    case "BigNumber":
    case "Boolean":
    case "Double":
      return `${inner._tag} ${String(inner.value)}`;
    case "Null":
      return "Null";
    case "Array":
    case "Set":
      return `${inner._tag} of ${inner.items.length}`;
    case "Map":
      return `Map of ${inner.entries.length}`;
  }
};
