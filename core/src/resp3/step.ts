// One step of the decoder, with all of the rules and none of the haste: the next line, or what an earlier chunk broke off in, as far as
// this chunk goes. The loop in decode.ts takes the usual lines itself and comes here for the others; without its shortcuts it would say the
// same, only slower.

import { type CutNumber, spelled } from "./cut-number.ts";
import type { Failure } from "./failure.ts";
import type { Kind } from "./frame.ts";
import { takeBody } from "./bulk.ts";
import { excess, type Line, malformed, type Place, readHeader, types } from "./header.ts";
import { hold, joined, joinedBriefly, type Piece } from "./held.ts";
import { leaf, type Made } from "./payload.ts";
import type { Pending, Streamed } from "./state.ts";

/** What a step comes to; `next` is where in the chunk the next one begins. A `Pending` has used the chunk up. */
export type Step =
  | { readonly _tag: "Whole"; readonly value: Made; readonly next: number }
  | { readonly _tag: "Open"; readonly kind: Kind; readonly isStreamed: boolean; readonly expected: number; readonly next: number }
  | { readonly _tag: "EndOfAggregate"; readonly next: number }
  | { readonly _tag: "Streamed"; readonly streamed: Streamed; readonly next: number }
  | Exclude<Pending, CutNumber>
  | Failure;

/** Where a step is taken: this far into a chunk that begins at byte `consumed` of the connection; there is something left in it. */
export type Input = Place & { readonly chunk: Uint8Array; readonly consumed: number; readonly pending: Pending | undefined };

export const step = (input: Input, from: number): Step => {
  const { pending } = input;
  if (pending?._tag === "Body") return takeBody(input, pending, from);
  return takeLine(input, pending?._tag === "Number" ? spelled(pending) : pending?.held, from);
};

const takeLine = (input: Input, held: Piece | undefined, from: number): Step => {
  const { chunk, consumed, options } = input;
  if (held === undefined && types[chunk[from] ?? 0] === 0) return malformed("UnknownType", chunk, from, consumed);
  const { lineBytes } = options.limits;
  // The index of the first byte of this line; negative when it came in an earlier chunk.
  const start = held === undefined ? from : from - held.total;
  let cr = from - 1;
  if (held === undefined || held.source[held.to - 1] !== CR) {
    const last = start + 1 + lineBytes;
    const stop = Math.min(chunk.length, last + 1);
    cr = Math.max(from, start + 1);
    while (cr < stop && chunk[cr] !== CR && chunk[cr] !== LF) cr += 1;
    if (cr > last) return excess("lineBytes", lineBytes, lineBytes + 1, consumed + start);
    if (cr < stop && chunk[cr] === LF) return malformed("LineFeed", chunk, cr, consumed);
  }
  if (cr + 1 >= chunk.length) return { _tag: "Line", held: hold(held, chunk, from, chunk.length) };
  if (chunk[cr + 1] !== LF) return malformed("CarriageReturn", chunk, cr + 1, consumed);
  const at = consumed + start;
  const next = cr + 2;
  if (held === undefined) return follow(input, { source: chunk, from, to: cr, at }, next);
  // A line that is only looked at needs no memory of its own.
  const isKept =
    options.payload !== "text" && (held.source[held.from] === PLUS || held.source[held.from] === MINUS || held.before !== undefined);
  const source = (isKept ? joined : joinedBriefly)(held, chunk, from, Math.max(from, cr));
  return follow(input, { source, from: 0, to: cr - start, at }, next);
};

/** What the line says; its payload, if it announces one, as far as it has come. */
const follow = (input: Input, line: Line, next: number): Step => {
  const header = readHeader(line, input);
  switch (header._tag) {
    case "Whole":
      return { _tag: "Whole", value: header.value, next };
    case "Open":
      return { _tag: "Open", kind: header.kind, isStreamed: header.isStreamed, expected: header.expected, next };
    case "Payload":
      return takeBody(
        input,
        { _tag: "Body", kind: header.kind, missing: header.size, held: input.streamed?.held, afterCr: false, upTo: 0 },
        next,
      );
    case "StreamedString":
      return { _tag: "Streamed", streamed: { held: undefined }, next };
    case "EndOfString":
      return { _tag: "Whole", value: streamedString(input), next };
    case "EndOfAggregate":
      return { _tag: "EndOfAggregate", next };
    case "Malformed":
    case "Excess":
      return header;
  }
};

const streamedString = ({ options, streamed }: Place): Made => {
  const source = streamed?.held === undefined ? nothingYet : joined(streamed.held, nothingYet, 0, 0);
  return leaf("Bulk", options.payload, source, 0, source.length);
};

const nothingYet = new Uint8Array(0);

const CR = 0x0d;
const LF = 0x0a;
const PLUS = 0x2b;
const MINUS = 0x2d;
