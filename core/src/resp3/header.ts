// One whole line: what its type byte says it is.

import { beginAggregate, deliver, endStreamed, isStreamed } from "./aggregates.ts";
import { beginBody, beginPieces } from "./bulk.ts";
import { view } from "./held.ts";
import { readBigNumber, readDouble, readInteger } from "./numbers.ts";
import { type Line, type Run, unreadable } from "./state.ts";
import { ascii, bytesOf } from "./text.ts";
import type { Value } from "./value.ts";

/** A whole line is `source[from, to)`; `start` is where it began, relative to the chunk. */
export const takeHeader = (run: Run, source: Uint8Array, from: number, to: number, start: number): boolean => {
  const type = String.fromCharCode(source[from] ?? 0);
  const line: Line = { source, from: from + 1, to, start };
  if (run.pieces !== undefined && type !== ";") return unreadable(run, "Chunk", line);
  switch (type) {
    case "+":
      return deliver(run, { _tag: "Simple", bytes: view(source, line.from, to) });
    case "-":
      return deliver(run, { _tag: "Error", bytes: view(source, line.from, to) });
    case ":": {
      const value = readInteger(source, line.from, to);
      return value === undefined ? unreadable(run, "Integer", line) : deliver(run, { _tag: "Integer", value });
    }
    case ",": {
      const value = readDouble(source, line.from, to);
      return value === undefined ? unreadable(run, "Double", line) : deliver(run, { _tag: "Double", value });
    }
    case "(": {
      const value = readBigNumber(source, line.from, to);
      return value === undefined ? unreadable(run, "BigNumber", line) : deliver(run, { _tag: "BigNumber", value });
    }
    case "#": {
      const spelling = ascii(source, line.from, to);
      if (spelling !== "t" && spelling !== "f") return unreadable(run, "Boolean", line);
      return deliver(run, { _tag: "Boolean", value: spelling === "t" });
    }
    case "_":
      return line.from === to ? deliver(run, nothing) : unreadable(run, "Null", line);
    case "$":
      return isNull(line) ? deliver(run, nothing) : isStreamed(line) ? beginPieces(run) : beginBody(run, "Bulk", line);
    case "!":
      return beginBody(run, "BulkError", line);
    case "=":
      return beginBody(run, "Verbatim", line);
    case ";":
      return run.pieces === undefined ? unreadable(run, "Chunk", line) : beginBody(run, "Chunk", line);
    case "*":
      return isNull(line) ? deliver(run, nothing) : beginAggregate(run, "Array", line);
    case "~":
      return beginAggregate(run, "Set", line);
    case "%":
      return beginAggregate(run, "Map", line);
    case "|":
      return beginAggregate(run, "Attributed", line);
    case ">":
      return run.top === undefined ? beginAggregate(run, "Push", line) : unreadable(run, "NestedPush", line);
    case ".":
      return endStreamed(run, line);
    default:
      return unreadable(run, "UnknownType", line);
  }
};

/** The bytes a line may begin with. */
export const types: ReadonlySet<number> = new Set(bytesOf("+-:$*_#,(!=%~|>;."));

const nothing: Value = { _tag: "Null" };

/** `-1` in place of a length. */
const isNull = ({ source, from, to }: Line): boolean => to - from === 2 && source[from] === 0x2d && source[from + 1] === 0x31;
