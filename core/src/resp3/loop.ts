// How decode.ts keeps its contract: a loop that takes one value a turn and puts it where it belongs, into the innermost open aggregate
// (`items`, `count` of `expected`) or out (`values`).
//
//   chunk   … $ 5 CR LF h e l l o CR LF : 4 2 CR LF …
//             ▲ ▲ ▲     ▲         ▲
//            at │ to    from      to        `from` and `to` move from the line to the payload
//               from
//
// What most replies are made of (whole lines and payloads, spelled as servers spell them) it takes by sight. Whatever is not at once a value
// or the opening of an aggregate (cut off, out of limits, spelled oddly, wrong) it leaves to step.ts, which reads it from its first
// byte, by all of the rules; so the part that is fast decides nothing but speed.
//
// What was done for speed, each of it measured: all is in one function, as local variables; its constants are its own, for an imported one
// is looked up at every use; places are 32-bit integers (`| 0`); lists have room made once, by what was received, never by what was
// announced; short texts of a chunk are slices of one; values have four shapes, as many as an engine tells apart in line.

import type { Decoded } from "./decode.ts";
import { closed, type Frame, type Kind, nothing, opened, reopened, seal, whole } from "./frame.ts";
import { excess, no, types, yes } from "./header.ts";
import { hold } from "./held.ts";
import { readDouble } from "./numbers.ts";
import { isNullAt, lineEnd } from "./marks.ts";
import { inParts, largest } from "./parts.ts";
import { asciiOf, leaf, type Made } from "./payload.ts";
import { stillPending } from "./pending.ts";
import type { State } from "./state.ts";
import { step } from "./step.ts";
import type { Payload } from "./value.ts";

/** The messages completed by this chunk, and the state to go on from. */
export function decode<P extends Payload, I extends bigint | number>(state: State<P, I>, chunk: Uint8Array): Decoded<P, I>;
export function decode(state: State<Payload, bigint | number>, chunk: Uint8Array) {
  const { options, consumed } = state;
  let { frame, pending, streamed, failure } = state;
  const end = chunk.length | 0;
  if (failure !== undefined || end === 0) return { state, values: none, error: failure };
  if (chunk.length > largest) return inParts(decode, state, chunk);
  if (pending !== undefined) {
    const still = stillPending(pending, options, chunk);
    if (still !== undefined)
      return { state: { options, consumed: consumed + end, frame, pending: still, streamed, failure }, values: none, error: failure };
  }
  const { limits, payload, integers, digits } = options;
  let values: Made[] | undefined;
  let filled = 0;
  // Of `frame`, where it is this call's own.
  let items: Made[] | undefined;
  let count = 0;
  let expected = 0;
  // What the payloads of this chunk are cut from.
  let buffer: ArrayBufferLike | undefined;
  let text: string | undefined;
  let origin = 0;
  let isAscii = true;
  let room = (end / 3) | 0;
  // A frame of this call that was closed, to be used again.
  let spare: Frame | undefined;
  let isPlain = pending === undefined && streamed === undefined && limits.lineBytes >= 9;

  let at = 0;
  while (at < end) {
    let value: Made | undefined;
    let kind: Kind | undefined;
    let isStreamed = false;
    let size = 0;
    if (isPlain) {
      const type = chunk[at] ?? 0;
      let tag: "Bulk" | "Simple" | "Error" | undefined;
      let from = (at + 1) | 0;
      let to = from;
      let number = 0;
      let byte = 0;
      let isCut = false;
      if (type === 0x3a) {
        // :
        byte = chunk[to] ?? 0;
        const isNegative = byte === MINUS;
        if (isNegative) to += 1;
        const first = to;
        const stop = to + 15 < end ? to + 15 : end;
        let magnitude = 0;
        while (to < stop) {
          byte = chunk[to] ?? 0;
          if (byte < 0x30 || byte > 0x39) break;
          magnitude = magnitude * 10 + byte - 0x30;
          to += 1;
        }
        isCut = to === end;
        if (byte === CR && to > first && to + 1 < end && chunk[to + 1] === LF && to - from <= limits.lineBytes) {
          if (isNegative) magnitude = 0 - magnitude;
          value = to === from + 1 ? digits[magnitude] : { _tag: "Integer", value: integers === "bigint" ? BigInt(magnitude) : magnitude };
        }
      } else {
        const stop = to + 9 < end ? to + 9 : end;
        while (to < stop) {
          byte = chunk[to] ?? 0;
          if (byte < 0x30 || byte > 0x39) break;
          number = number * 10 + byte - 0x30;
          to += 1;
        }
        isCut = to === end;
        const isLine = byte === CR && to + 1 < end && chunk[to + 1] === LF;
        switch (type) {
          case 0x24: // $
            if (isLine && to > from && (to === from + 1 || chunk[from] !== 0x30) && number <= limits.bulkBytes) {
              from = (to + 2) | 0;
              to = (from + number) | 0;
              if (to > end) {
                const held = from < end ? hold(undefined, chunk, from, end) : undefined;
                pending = { _tag: "Body", kind: "Bulk", missing: to - end, held, afterCr: false };
                at = end;
                continue;
              }
              if (to + 1 < end && chunk[to] === CR && chunk[to + 1] === LF) tag = "Bulk";
            } else if (byte === MINUS && isNullAt(chunk, from, end)) {
              value = nothing;
              to = (from + 2) | 0;
            }
            break;
          case 0x2b: // +
            if (to + 3 < end && byte === 0x4f && chunk[to + 1] === 0x4b && chunk[to + 2] === CR && chunk[to + 3] === LF) {
              value = options.okay;
              to += 2;
              if (value !== undefined) break;
            }
            to = lineEnd(chunk, from, end, limits.lineBytes) | 0;
            if (to > 0) tag = "Simple";
            break;
          case MINUS:
            to = lineEnd(chunk, from, end, limits.lineBytes) | 0;
            if (to > 0) tag = "Error";
            break;
          case 0x2a: // *
            if (byte === MINUS && isNullAt(chunk, from, end)) {
              value = nothing;
              to = (from + 2) | 0;
            } else kind = "Array";
            break;
          case 0x25: // %
            kind = "Map";
            break;
          case 0x7e: // ~
            kind = "Set";
            break;
          case 0x3e: // >
            if (frame === undefined) kind = "Push";
            break;
          case 0x5f: // _
            if (isLine && to === from) value = nothing;
            break;
          case 0x23: // #
            to = (from + 1) | 0;
            if (to + 1 < end && chunk[to] === CR && chunk[to + 1] === LF) {
              value = chunk[from] === 0x74 ? yes : chunk[from] === 0x66 ? no : undefined;
            }
            break;
          case 0x2c: {
            // ,
            to = lineEnd(chunk, from, end, limits.lineBytes) | 0;
            const double = to > 0 ? readDouble(chunk, from, to) : undefined;
            if (double !== undefined) value = { _tag: "Double", value: double };
            break;
          }
        }
        if (tag !== undefined) {
          if (text !== undefined) value = { _tag: tag, text: text.slice(from - origin, to - origin) };
          else if (payload === "bytes") {
            if (buffer === undefined) {
              buffer = chunk.buffer;
              origin = chunk.byteOffset;
            }
            value = { _tag: tag, bytes: new Uint8Array(buffer, origin + from, to - from) };
          } else if (payload === "lazy") value = { _tag: tag, source: chunk, from, to };
          else {
            if (isAscii && (to - from) * 2 < end - from && end - from > little) {
              text = asciiOf(chunk, from, end);
              origin = from;
              isAscii = text !== undefined;
            }
            value = text === undefined ? leaf(tag, payload, chunk, from, to) : { _tag: tag, text: text.slice(0, to - from) };
          }
        } else if (kind !== undefined) {
          const depth = frame === undefined ? 1 : frame.depth + 1;
          const isLength = isLine && to > from && (to === from + 1 || chunk[from] !== 0x30);
          if (isLength && number <= limits.elements && depth <= limits.depth) {
            size = kind === "Map" ? 2 * number : number;
            if (size === 0) value = whole(kind, []);
          } else kind = undefined;
        }
      }
      if (value !== undefined || kind !== undefined) at = (to + 2) | 0;
      else if (isCut && end - at <= limits.lineBytes && types[type] !== 0) {
        pending = { _tag: "Line", held: hold(undefined, chunk, at, end) };
        at = end;
        continue;
      }
    }
    if (value === undefined && kind === undefined) {
      if (items !== undefined && frame !== undefined) frame.count = count;
      const taken = step({ options, frame, streamed, pending, chunk, consumed }, at);
      pending = undefined;
      isPlain = limits.lineBytes >= 9 && taken._tag !== "Streamed";
      switch (taken._tag) {
        case "Whole":
          streamed = undefined;
          at = taken.next | 0;
          ({ value } = taken);
          break;
        case "Open":
          at = taken.next | 0;
          ({ kind, isStreamed, expected: size } = taken);
          break;
        case "EndOfAggregate":
          at = taken.next | 0;
          if (frame === undefined) break;
          value = closed(frame);
          frame = frame.parent;
          items = undefined;
          break;
        case "Streamed":
          at = taken.next | 0;
          ({ streamed } = taken);
          continue;
        case "Line":
        case "Body":
          at = end;
          pending = taken;
          continue;
        case "Malformed":
        case "Excess":
          at = end;
          failure = taken;
          continue;
      }
    }
    if (value === undefined) {
      if (kind === undefined) continue;
      if (items !== undefined && frame !== undefined) frame.count = count;
      count = 0;
      expected = size;
      const least = size <= room && !isStreamed ? size : 1;
      room -= least;
      // oxlint-disable-next-line unicorn/no-new-array -- one kind of array, for one kind of store; and with all the room it needs
      items = new Array<Made>(least);
      frame = opened(spare, frame, kind, isStreamed, expected, items);
      spare = undefined;
      continue;
    }
    for (;;) {
      if (items === undefined) {
        if (frame === undefined) {
          if (values === undefined) values = [value];
          else {
            if (filled === crowd) values.length = filled + Math.ceil((filled / at) * (end - at) * 1.1);
            if (filled < values.length) values[filled] = value;
            else values.push(value);
          }
          filled += 1;
          break;
        }
        if (frame.isSealed) frame = reopened(frame);
        ({ items, count, expected } = frame);
      }
      if (count < items.length) items[count] = value;
      else items.push(value);
      count += 1;
      if (count !== expected || frame === undefined) break;
      frame.count = count;
      if (frame.isStreamed) {
        const { elements } = limits;
        failure = excess("elements", elements, elements + 1, consumed + at);
        at = end;
        break;
      }
      value = closed(frame);
      spare = frame;
      frame = frame.parent;
      items = undefined;
    }
  }
  if (values !== undefined && values.length !== filled) values.length = filled;
  if (frame !== undefined) {
    if (items !== undefined) frame.count = count;
    seal(frame);
  }
  const next: typeof state = { options, consumed: consumed + end, frame, pending, streamed, failure };
  return { state: next, values: values ?? none, error: failure };
}

/** With so many messages in a chunk, room is made for all that may follow. */
const crowd = 16;

/** A chunk with less left is not worth a text of its own, nor is one that is mostly this payload. */
const little = 200;
const none: readonly never[] = [];

const CR = 0x0d;
const LF = 0x0a;
const MINUS = 0x2d;
