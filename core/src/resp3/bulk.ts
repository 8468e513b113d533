// Bulk strings, bulk errors and verbatim strings, counted and streamed: a number of bytes, whatever they are, and CRLF.

import { deliver } from "./aggregates.ts";
import { hold, heldBytes, view } from "./held.ts";
import { readLength } from "./numbers.ts";
import { type BodyKind, excess, fail, type Line, lineStart, malformed, type Phase, type Run, unreadable } from "./state.ts";
import { ascii, shown } from "./text.ts";

/** The line `$?`. */
export const beginPieces = (run: Run): boolean => {
  run.pieces = { held: undefined };
  return true;
};

/** The line `$n`, `!n`, `=n` or `;n`. */
export const beginBody = (run: Run, kind: BodyKind, line: Line): boolean => {
  const size = readLength(line.source, line.from, line.to);
  if (size === undefined) return unreadable(run, "Length", line);
  if (kind === "Verbatim" && size < verbatimHead) return unreadable(run, "Verbatim", line);
  const total = size + (run.pieces?.held?.length ?? 0);
  const payload = kind === "Verbatim" ? total - verbatimHead : total;
  if (payload > run.limits.bulkBytes) return excess(run, "bulkBytes", payload, line.start);
  if (kind === "Chunk" && size === 0) return endPieces(run);
  run.phase = { _tag: "Body", kind, size, held: undefined };
  return true;
};

export const takeBody = (run: Run, body: Extract<Phase, { _tag: "Body" }>): boolean => {
  const { chunk, position } = run;
  const missing = body.size - (body.held?.length ?? 0);
  const end = Math.min(chunk.length, position + missing);
  run.position = end;
  if (end - position < missing) {
    if (end > position) run.phase = { ...body, held: hold(body.held, chunk, position, end, body.size) };
    return false;
  }
  const bytes = body.held === undefined ? view(chunk, position, end) : heldBytes(hold(body.held, chunk, position, end, body.size));
  run.phase = { _tag: "End", kind: body.kind, bytes, afterCr: false };
  return true;
};

export const takeEnd = (run: Run, end: Extract<Phase, { _tag: "End" }>): boolean => {
  if (run.position === run.chunk.length) return false;
  if (run.chunk[run.position] !== (end.afterCr ? LF : CR)) return malformed(run, "Terminator", run.position);
  run.position += 1;
  if (!end.afterCr) {
    run.phase = { ...end, afterCr: true };
    return true;
  }
  run.phase = lineStart;
  switch (end.kind) {
    case "Bulk":
    case "BulkError":
      return deliver(run, { _tag: end.kind, bytes: end.bytes });
    case "Chunk":
      run.pieces = { held: hold(run.pieces?.held, end.bytes, 0, end.bytes.length, run.limits.bulkBytes) };
      return true;
    case "Verbatim": {
      const format = ascii(end.bytes, 0, verbatimHead - 1);
      if (!isFormat(format) || end.bytes[verbatimHead - 1] !== 0x3a) {
        return fail(run, {
          _tag: "Malformed",
          reason: "Verbatim",
          found: shown(view(end.bytes, 0, verbatimHead)),
          at: run.consumed + run.position,
        });
      }
      return deliver(run, { _tag: "Verbatim", format, bytes: view(end.bytes, verbatimHead, end.bytes.length) });
    }
  }
};

/** `txt:` and `mkd:` are the formats in use. */
export const isFormat = (format: string): boolean => /^[\x20-\x7e]{3}$/.test(format);
const verbatimHead = 4;

const endPieces = (run: Run): boolean => {
  const bytes = heldBytes(run.pieces?.held);
  run.pieces = undefined;
  return deliver(run, { _tag: "Bulk", bytes });
};

const CR = 0x0d;
const LF = 0x0a;
