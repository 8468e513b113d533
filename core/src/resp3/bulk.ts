// Bulk strings, bulk errors, verbatim strings and the chunks of streamed strings: a number of bytes, whatever they are, and CRLF.

import { malformed, verbatimHead } from "./header.ts";
import { hold, joined, joinedBriefly, view } from "./held.ts";
import { leaf, type PayloadKind, payloadOf } from "./payload.ts";
import type { Body } from "./state.ts";
import type { Input, Step } from "./step.ts";
import { ascii, shown } from "./text.ts";
import type { Window } from "./value.ts";

/** The payload, or the rest of it, and its CRLF, as far as this chunk has them. */
export const takeBody = ({ options: { payload }, chunk, consumed }: Input, body: Body, from: number): Step => {
  const { kind, held } = body;
  const end = Math.min(chunk.length, from + body.missing);
  const missing = body.missing - (end - from);
  const upTo = consumed + chunk.length;
  const cr = body.afterCr ? from - 1 : end;
  if (missing === 0 && cr >= from && cr < chunk.length && chunk[cr] !== CR) return malformed("Terminator", chunk, cr, consumed);
  if (missing > 0 || cr + 1 >= chunk.length) {
    const all = end > from ? hold(held, chunk, from, end) : held;
    return { _tag: "Body", kind, missing, held: all, upTo, afterCr: missing === 0 && cr < chunk.length };
  }
  if (chunk[cr + 1] !== LF) return malformed("Terminator", chunk, cr + 1, consumed);
  const next = cr + 2;
  if (kind === "Chunk") return { _tag: "Streamed", streamed: { held: end > from ? hold(held, chunk, from, end) : held }, next };
  if (held === undefined) {
    if (kind === "Verbatim") return verbatim(payload, { source: chunk, from, to: end }, next, consumed + next);
    return { _tag: "Whole", value: leaf(kind, payload, chunk, from, end), next };
  }
  // Text is made at once, and the bytes are not needed any longer.
  const source = (payload === "text" ? joinedBriefly : joined)(held, chunk, from, end);
  const to = held.total + end - from;
  if (kind === "Verbatim") return verbatim(payload, { source, from: 0, to }, next, consumed + next);
  return { _tag: "Whole", value: payload === "bytes" ? { _tag: kind, bytes: source } : leaf(kind, payload, source, 0, to), next };
};

const verbatim = (payload: PayloadKind, { source, from, to }: Window, next: number, at: number): Step => {
  const format = ascii(source, from, from + verbatimHead - 1);
  if (!isFormat(format) || source[from + verbatimHead - 1] !== 0x3a) {
    return { _tag: "Malformed", reason: "Verbatim", found: shown(view(source, from, from + verbatimHead)), at };
  }
  return { _tag: "Whole", value: { _tag: "Verbatim", format, ...payloadOf(payload, source, from + verbatimHead, to) }, next };
};

/** `txt:` and `mkd:` are the formats in use. */
export const isFormat = (format: string): boolean => /^[\x20-\x7e]{3}$/.test(format);

const CR = 0x0d;
const LF = 0x0a;
