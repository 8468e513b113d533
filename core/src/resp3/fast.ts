// The loop for what most replies are made of: whole lines and payloads, spelled as servers spell them, all in one chunk.
//
//   chunk   … $ 5 CR LF h e l l o CR LF : 4 2 CR LF …
//             ▲ ▲ ▲     ▲         ▲
//            at │ to    from      to        `from` and `to` move from the line to the payload
//               from
//
// It takes one value a turn and puts it where it belongs: into the innermost open aggregate (`items`, `count` of `expected`) or out
// (`values`). Whatever is not at once a value or the opening of an aggregate (cut off, out of limits, spelled oddly, wrong) it leaves
// where it is and returns: step.ts reads it again from its first byte, by all of the rules. So this file decides nothing but speed.
//
// What it does for speed, each of it measured: numbers and places are local variables, the constants of this file and no other (an
// imported one is looked up at every use), places are 32-bit integers (`| 0`; decode.ts cuts chunks that are larger), lists have
// room made for them once, by what was received (never by what was announced), and a chunk of short texts is made one text and sliced.

import { type Frame, type Kind, nothing, whole } from "./frame.ts";
import { no, yes } from "./header.ts";
import { integerOf, smallBigints, smallNumbers } from "./integers.ts";
import { readDouble } from "./numbers.ts";
import { asciiOf, leaf, type Made } from "./payload.ts";
import { deliver, type Run } from "./run.ts";

export const fast = (run: Run): void => {
  const { chunk, options } = run;
  const { limits } = options;
  const end = chunk.length | 0;
  let at = run.at | 0;
  let frame = run.frame;
  let items: Made[] | undefined = frame !== undefined && !frame.isSealed && frame.expected > 0 ? frame.items : undefined;
  let expected = frame === undefined ? 0 : frame.expected;
  let count = frame === undefined ? 0 : frame.count;
  const values = run.values;
  let filled = run.filled;
  let budget = (end / 3) | 0;
  while (at < end) {
    let from = (at + 1) | 0;
    let to = from;
    let number = 0;
    const stop = from + 9 < end ? from + 9 : end;
    let byte = 0;
    while (to < stop) {
      byte = chunk[to] ?? 0;
      if (byte < 0x30 || byte > 0x39) break;
      number = number * 10 + byte - 0x30;
      to += 1;
    }
    const isLine = byte === CR && to + 1 < end && chunk[to + 1] === LF;
    let value: Made | undefined;
    let kind: Kind;
    const type = chunk[at] ?? 0;
    switch (type) {
      case DOLLAR:
        if (isLine && to > from && (to === from + 1 || chunk[from] !== 0x30) && number <= limits.bulkBytes) {
          from = (to + 2) | 0;
          to = (from + number) | 0;
          if (to + 1 < end && chunk[to] === CR && chunk[to + 1] === LF) value = string(run, "Bulk", from, to);
        }
        break;
      case PLUS:
        if (
          to + 3 < end &&
          byte === 0x4f &&
          chunk[to + 1] === 0x4b &&
          chunk[to + 2] === CR &&
          chunk[to + 3] === LF &&
          run.okay !== undefined
        ) {
          value = run.okay;
          to += 2;
          break;
        }
        to = lineEnd(run, from, end);
        if (to > 0) value = string(run, "Simple", from, to);
        break;
      case MINUS:
        to = lineEnd(run, from, end);
        if (to > 0) value = string(run, "Error", from, to);
        break;
      case COLON:
        if (isLine && to > from) {
          if (options.integers === "bigint") value = number < 1024 ? smallBigints[number] : { _tag: "Integer", value: BigInt(number) };
          else value = number < 1024 ? smallNumbers[number] : { _tag: "Integer", value: number };
        } else {
          const isNegative = type === COLON && byte === MINUS && to === from;
          let scale = 1;
          let rest = 0;
          if (isNegative) to += 1;
          const first = to;
          const last = to + 6 < end ? to + 6 : end;
          while (to < last) {
            byte = chunk[to] ?? 0;
            if (byte < 0x30 || byte > 0x39) break;
            rest = rest * 10 + byte - 0x30;
            scale *= 10;
            to += 1;
          }
          if (byte === CR && to > first && to - from <= limits.lineBytes && to + 1 < end && chunk[to + 1] === LF) {
            value = integerOf(isNegative ? 0 - rest : number * scale + rest, options.integers);
          }
        }
        break;
      case UNDERSCORE:
        if (isLine && to === from) value = nothing;
        break;
      case HASH:
        to = (from + 1) | 0;
        if (to + 1 < end && chunk[to] === CR && chunk[to + 1] === LF)
          value = chunk[from] === 0x74 ? yes : chunk[from] === 0x66 ? no : undefined;
        break;
      case COMMA: {
        to = lineEnd(run, from, end);
        const double = to > 0 ? readDouble(chunk, from, to) : undefined;
        if (double !== undefined) value = { _tag: "Double", value: double };
        break;
      }
      default: {
        switch (type) {
          case ASTERISK:
            kind = "Array";
            break;
          case PERCENT:
            kind = "Map";
            break;
          case TILDE:
            kind = "Set";
            break;
          default:
            kind = "Push";
            if (type !== GREATER || frame !== undefined) to = from;
            break;
        }
        const isLength = isLine && to > from && (to === from + 1 || chunk[from] !== 0x30);
        const depth: number = frame === undefined ? 1 : frame.depth + 1;
        if (!isLength || number > limits.elements || depth > limits.depth) break;
        if (number === 0) value = whole(kind, []);
        else {
          if (frame !== undefined) frame.count = count;
          expected = kind === "Map" ? 2 * number : number;
          count = 0;
          if (expected <= budget) {
            budget -= expected;
            // oxlint-disable-next-line unicorn/no-new-array -- six times as fast as making one of length 0 longer
            items = new Array<Made>(expected);
          } else items = [];
          const inner: Frame = { parent: frame, kind, depth, expected, items, count, isSealed: false };
          frame = inner;
          at = (to + 2) | 0;
          continue;
        }
      }
    }
    if (value === undefined) break;
    at = (to + 2) | 0;
    if (items !== undefined) {
      if (count + 1 !== expected) {
        items[count] = value;
        count += 1;
        continue;
      }
    } else if (frame === undefined) {
      if (filled === values.length) roomFor(values, filled, at, end);
      values[filled] = value;
      filled += 1;
      continue;
    }
    if (frame !== undefined) frame.count = count;
    run.at = at;
    run.frame = frame;
    run.filled = filled;
    deliver(run, value);
    ({ frame, filled } = run);
    items = frame !== undefined && !frame.isSealed && frame.expected > 0 ? frame.items : undefined;
    expected = frame === undefined ? 0 : frame.expected;
    count = frame === undefined ? 0 : frame.count;
    if (run.failure !== undefined) return;
  }
  if (frame !== undefined) frame.count = count;
  run.at = at;
  run.frame = frame;
  run.filled = filled;
};

/** Room for as many values as the rest of the chunk will have if it goes on as it began. */
const roomFor = (values: Made[], filled: number, at: number, end: number): void => {
  values.length = filled < 16 ? 16 : filled + Math.ceil((filled / at) * (end - at) * 1.1) + 16;
};

const string = (run: Run, _tag: "Bulk" | "Simple" | "Error", from: number, to: number): Made => {
  const { text, chunk } = run;
  if (text !== undefined) return { _tag, text: text.slice(from - run.origin, to - run.origin) };
  const { payload } = run.options;
  if (payload === "bytes") {
    let { buffer } = run;
    if (buffer === undefined) {
      buffer = chunk.buffer;
      run.buffer = buffer;
      run.origin = chunk.byteOffset;
    }
    return { _tag, bytes: new Uint8Array(buffer, run.origin + from, to - from) };
  }
  if (payload === "lazy") return { _tag, source: chunk, from, to };
  if (run.isAscii && (to - from) * 2 < chunk.length - from) {
    run.text = asciiOf(chunk, from, chunk.length);
    run.origin = from;
    run.isAscii = run.text !== undefined;
  }
  return leaf(_tag, payload, chunk, from, to);
};

const lineEnd = (run: Run, from: number, end: number): number => {
  const { chunk } = run;
  const { lineBytes } = run.options.limits;
  const last = from + lineBytes < end - 1 ? from + lineBytes : end - 1;
  let to = from;
  while (to < last && (chunk[to] ?? 0) > CR) to += 1;
  return to + 1 < end && chunk[to] === CR && chunk[to + 1] === LF ? to : 0;
};

const CR = 0x0d;
const LF = 0x0a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const COLON = 0x3a;
const COMMA = 0x2c;
const HASH = 0x23;
const UNDERSCORE = 0x5f;
const DOLLAR = 0x24;
const ASTERISK = 0x2a;
const TILDE = 0x7e;
const PERCENT = 0x25;
const GREATER = 0x3e;
