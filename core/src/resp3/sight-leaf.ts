// Payloads by sight: a bulk or a line of text that is whole in the chunk, as what was asked for.

import { lineEnd } from "./marks.ts";
import { asciiOf, leaf, type Made } from "./payload.ts";
import { cutBulk, cutText, type Scan } from "./scan.ts";
import { shortest, shortText } from "./short-text.ts";

/** The bulk whose payload of `size` bytes begins at `scan.at`, and whose line began at `at`. */
export const bulk = (scan: Scan, at: number, size: number): Made | undefined => {
  const { chunk, end, at: begin, kind } = scan;
  const to = begin + size;
  if (to + 1 >= end || size > scan.options.limits.bulkBytes || chunk[to] !== CR || chunk[to + 1] !== LF) return cutBulk(scan, at, to);
  scan.at = to + 2;
  if (kind === "text") {
    const { text, origin } = scan;
    if (text !== undefined && size > 0) return { _tag: "Bulk", text: text.slice(begin - origin, to - origin) };
    if (size <= shortest && size > 0 && end - begin <= little) {
      const short = shortText(chunk, begin, to);
      if (short !== undefined) return { _tag: "Bulk", text: short };
    }
    return payload(scan, "Bulk", begin, to);
  }
  if (kind === "lazy") return { _tag: "Bulk", source: chunk, from: begin, to };
  const { buffer } = scan;
  if (buffer === undefined || size === 0) return payload(scan, "Bulk", begin, to);
  return { _tag: "Bulk", bytes: new Uint8Array(buffer, scan.origin + begin, size) };
};

/** The line of text whose first byte after its type is `chunk[from]`. */
export const line = (scan: Scan, tag: "Simple" | "Error", from: number): Made | undefined => {
  const { chunk, end, options } = scan;
  const to = lineEnd(chunk, from, end, options.limits.lineBytes);
  if (to === 0) return cutText(scan, from - 1);
  scan.at = to + 2;
  return payload(scan, tag, from, to);
};

const payload = (scan: Scan, _tag: "Simple" | "Error" | "Bulk", from: number, to: number): Made => {
  const { chunk, end, options, origin } = scan;
  const kind = options.payload;
  if (from === to) return leaf(_tag, kind, chunk, from, to);
  switch (kind) {
    case "text": {
      if (scan.text !== undefined) return { _tag, text: scan.text.slice(from - origin, to - origin) };
      if (end - from <= little) {
        const short = to - from <= shortest ? shortText(chunk, from, to) : undefined;
        return short === undefined ? leaf(_tag, kind, chunk, from, to) : { _tag, text: short };
      }
      if (origin < 0 || (to - from) * 2 >= end - from) return leaf(_tag, kind, chunk, from, to);
      const all = asciiOf(chunk, from, end);
      scan.text = all;
      scan.origin = all === undefined ? -1 : from;
      return all === undefined ? leaf(_tag, kind, chunk, from, to) : { _tag, text: all.slice(0, to - from) };
    }
    case "bytes": {
      const buffer = scan.buffer ?? chunk.buffer;
      scan.buffer = buffer;
      scan.origin = chunk.byteOffset;
      return { _tag, bytes: new Uint8Array(buffer, scan.origin + from, to - from) };
    }
    case "lazy":
      return { _tag, source: chunk, from, to };
  }
};

/** A chunk with less left is not worth a text of its own, nor is one that is mostly this payload. */
const little = 200;

const CR = 0x0d;
const LF = 0x0a;
