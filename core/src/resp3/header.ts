// One whole line, whatever it is, read with every rule there is: what the fast loop in decode.ts does not know by sight comes here.

import type { Failure, Limits, Reason } from "./failure.ts";
import { depthOf, empties, type Frame, type Kind, nothing } from "./frame.ts";
import { integerOf } from "./integers.ts";
import { readBigNumber, readDouble, readInteger, readLength } from "./numbers.ts";
import { view } from "./held.ts";
import { type Made, leaf } from "./payload.ts";
import type { BodyKind, Options, Streamed } from "./state.ts";
import { bytesOf, shown } from "./text.ts";

/** What a line says. A value that is complete with it, also an empty aggregate, is one; `size` is that of the payload after the line. */
export type Header =
  | { readonly _tag: "Whole"; readonly value: Made }
  | { readonly _tag: "Open"; readonly kind: Kind; readonly isStreamed: boolean; readonly expected: number }
  | { readonly _tag: "Payload"; readonly kind: BodyKind; readonly size: number }
  | { readonly _tag: "StreamedString" }
  | { readonly _tag: "EndOfString" }
  | { readonly _tag: "EndOfAggregate" }
  | Failure;

/** A whole line is `source[from, to)` with its type byte and without CRLF; it begins at byte `at` of the connection. */
export type Line = { readonly source: Uint8Array; readonly from: number; readonly to: number; readonly at: number };

/** Where the line stands: in which aggregate, and in which streamed string. */
export type Place = { readonly options: Options; readonly frame: Frame | undefined; readonly streamed: Streamed | undefined };

export const readHeader = (line: Line, place: Place): Header => {
  const { source, to } = line;
  const { payload, integers } = place.options;
  const from = line.from + 1;
  if ((source[line.from] === SEMICOLON) !== (place.streamed !== undefined)) return unreadable("Chunk", line);
  switch (source[line.from] ?? 0) {
    case PLUS:
      return { _tag: "Whole", value: leaf("Simple", payload, source, from, to) };
    case MINUS:
      return { _tag: "Whole", value: leaf("Error", payload, source, from, to) };
    case COLON: {
      const value = readInteger(source, from, to);
      return value === undefined ? unreadable("Integer", line) : { _tag: "Whole", value: integerOf(value, integers) };
    }
    case COMMA: {
      const value = readDouble(source, from, to);
      return value === undefined ? unreadable("Double", line) : { _tag: "Whole", value: { _tag: "Double", value } };
    }
    case PARENTHESIS: {
      const value = readBigNumber(source, from, to);
      return value === undefined ? unreadable("BigNumber", line) : { _tag: "Whole", value: { _tag: "BigNumber", value } };
    }
    case HASH: {
      const value = to - from === 1 ? source[from] : undefined;
      if (value !== 0x74 && value !== 0x66) return unreadable("Boolean", line);
      return { _tag: "Whole", value: value === 0x74 ? yes : no };
    }
    case UNDERSCORE:
      return from === to ? isNothing : unreadable("Null", line);
    case DOLLAR:
      if (isNull(line)) return isNothing;
      return isStreamed(line) ? { _tag: "StreamedString" } : body("Bulk", line, place);
    case EXCLAMATION:
      return body("BulkError", line, place);
    case EQUALS:
      return body("Verbatim", line, place);
    case SEMICOLON:
      return body("Chunk", line, place);
    case ASTERISK:
      return isNull(line) ? isNothing : aggregate("Array", line, place);
    case TILDE:
      return aggregate("Set", line, place);
    case PERCENT:
      return aggregate("Map", line, place);
    case BAR:
      return counted("Attributed", line, place);
    case GREATER:
      return place.frame === undefined ? counted("Push", line, place) : unreadable("NestedPush", line);
    case DOT:
      return from === to && mayEnd(place.frame) ? { _tag: "EndOfAggregate" } : unreadable("End", line);
    default:
      return unreadable("UnknownType", line);
  }
};

/** Fails with what the line says, as far as a human needs to recognise what is speaking at the other end. */
export const unreadable = (reason: Reason, { source, from, to, at }: Line): Failure => ({
  _tag: "Malformed",
  reason,
  found: shown(view(source, from, Math.min(to, from + 1 + shownBytes))),
  at,
});

/** Fails with the byte that cannot be. */
export const malformed = (reason: Reason, chunk: Uint8Array, position: number, consumed: number): Failure => ({
  _tag: "Malformed",
  reason,
  found: shown(view(chunk, position, position + 1)),
  at: consumed + position,
});

export const excess = (limit: keyof Limits, allowed: number, needed: number, at: number): Failure => ({
  _tag: "Excess",
  limit,
  allowed,
  needed,
  at,
});

/** Not 0 for the bytes a line may begin with. */
export const types: Uint8Array = new Uint8Array(256);
for (const byte of bytesOf("+-:$*_#,(!=%~|>;.")) types[byte] = 1;

export const yes: Made = { _tag: "Boolean", value: true };
export const no: Made = { _tag: "Boolean", value: false };
const isNothing: Header = { _tag: "Whole", value: nothing };

const body = (kind: BodyKind, line: Line, { options, streamed: before }: Place): Header => {
  const size = readLength(line.source, line.from + 1, line.to);
  if (size === undefined) return unreadable("Length", line);
  if (kind === "Verbatim" && size < verbatimHead) return unreadable("Verbatim", line);
  const payload = kind === "Verbatim" ? size - verbatimHead : size + (before?.held?.total ?? 0);
  const { bulkBytes } = options.limits;
  if (payload > bulkBytes) return excess("bulkBytes", bulkBytes, payload, line.at);
  return kind === "Chunk" && size === 0 ? { _tag: "EndOfString" } : { _tag: "Payload", kind, size };
};

/** `txt:`, say, which stands before the text. */
export const verbatimHead = 4;

const counted = (kind: Kind, line: Line, { options: { limits }, frame }: Place): Header => {
  const count = readLength(line.source, line.from + 1, line.to);
  if (count === undefined) return unreadable("Length", line);
  const depth = depthOf(frame) + 1;
  if (depth > limits.depth) return excess("depth", limits.depth, depth, line.at);
  if (count > limits.elements) return excess("elements", limits.elements, count, line.at);
  const expected = kind === "Map" ? 2 * count : kind === "Attributed" ? 2 * count + 1 : count;
  return count === 0 && kind !== "Attributed"
    ? { _tag: "Whole", value: empties[kind] }
    : { _tag: "Open", kind, isStreamed: false, expected };
};

const aggregate = (kind: Kind, line: Line, place: Place): Header => {
  if (!isStreamed(line)) return counted(kind, line, place);
  const { depth: allowed, elements } = place.options.limits;
  const depth = depthOf(place.frame) + 1;
  if (depth > allowed) return excess("depth", allowed, depth, line.at);
  return { _tag: "Open", kind, isStreamed: true, expected: (kind === "Map" ? 2 * elements : elements) + 1 };
};

/** A streamed aggregate may end after whole entries. */
const mayEnd = (frame: Frame | undefined): boolean =>
  frame !== undefined && frame.isStreamed && (frame.kind !== "Map" || frame.count % 2 === 0);

/** `-1` in place of a length. */
const isNull = ({ source, from, to }: Line): boolean => to - from === 3 && source[from + 1] === MINUS && source[from + 2] === 0x31;

/** `?` in place of a length. */
const isStreamed = ({ source, from, to }: Line): boolean => to - from === 2 && source[from + 1] === 0x3f;

const shownBytes = 32;

export const PLUS = 0x2b;
export const MINUS = 0x2d;
export const COLON = 0x3a;
export const COMMA = 0x2c;
export const PARENTHESIS = 0x28;
export const HASH = 0x23;
export const UNDERSCORE = 0x5f;
export const DOLLAR = 0x24;
export const EXCLAMATION = 0x21;
export const EQUALS = 0x3d;
export const SEMICOLON = 0x3b;
export const ASTERISK = 0x2a;
export const TILDE = 0x7e;
export const PERCENT = 0x25;
export const BAR = 0x7c;
export const GREATER = 0x3e;
export const DOT = 0x2e;
