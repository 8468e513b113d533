// A value as a server would send it. Each value has one canonical encoding, the RESP3 one without streaming; decoding it gives the value
// back. Iterative, like the decoder.

import { isFormat } from "./bulk.ts";
import { beginAlone, chunksOf, room, type Run, whole } from "./encode-block.ts";
import { putBytes, putEnd, putLine } from "./encode-argument.ts";
import { spellDouble, within64Bits } from "./numbers.ts";
import { err, ok, type Result } from "../result.ts";
import type { Entry, Message } from "./value.ts";

/** What no encoding stands for, and the rule it breaks. */
export type Unencodable = { readonly _tag: "Unencodable"; readonly type: Message["_tag"] | "Command"; readonly rule: string };

/** A message of any type, in one piece. */
export const encode = (message: Message): Result<Uint8Array, Unencodable> => {
  const run = beginAlone(FIRST_BYTES);
  const todo: Message[] = [message];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const broken = putMessage(run, todo, next);
    if (broken !== undefined) return err({ _tag: "Unencodable", type: next._tag, rule: broken });
  }
  return ok(whole(chunksOf(run)));
};

/** Enough for a line or two. */
const FIRST_BYTES = 64;

/** Writes what stands before the inner values, and leaves those to do, the first one on top. Returns the rule that is broken, if one is. */
const putMessage = (run: Run, todo: Message[], message: Message): string | undefined => {
  switch (message._tag) {
    case "Simple":
      return putSimple(run, "+", message.bytes);
    case "Error":
      return putSimple(run, "-", message.bytes);
    case "Integer":
      if (within64Bits(message.value) === undefined) return "from -2^63 to 2^63-1; send it as a BigNumber";
      return putWord(run, `:${message.value}\r\n`);
    case "BigNumber":
      return putWord(run, `(${message.value}\r\n`);
    case "Double":
      return putWord(run, `,${spellDouble(message.value)}\r\n`);
    case "Boolean":
      return putWord(run, message.value ? "#t\r\n" : "#f\r\n");
    case "Null":
      return putWord(run, "_\r\n");
    case "Bulk":
      return putBytes(run, 0x24, message.bytes);
    case "BulkError":
      return putBytes(run, 0x21, message.bytes);
    case "Verbatim": {
      const { format, bytes } = message;
      if (!isFormat(format)) return "a format of three printable ASCII characters, such as txt";
      putWord(run, `=${bytes.length + 4}\r\n${format}:`);
      putOctets(run, bytes);
      return putEnd(run);
    }
    case "Array":
      return putItems(run, todo, 0x2a, message.items);
    case "Set":
      return putItems(run, todo, 0x7e, message.items);
    case "Push":
      return putItems(run, todo, 0x3e, message.items);
    case "Map":
      return putEntries(run, todo, 0x25, message.entries);
    case "Attributed":
      todo.push(message.value);
      return putEntries(run, todo, 0x7c, message.attributes);
  }
};

const putSimple = (run: Run, type: string, line: Uint8Array): string | undefined => {
  if (line.includes(0x0d) || line.includes(0x0a)) return "no CR or LF; send it as a Bulk or a BulkError";
  putWord(run, type);
  putOctets(run, line);
  return putEnd(run);
};

/** ASCII of our own. */
const putWord = (run: Run, word: string): undefined => {
  room(run, word.length);
  for (let index = 0; index < word.length; index += 1) run.bytes[run.at + index] = word.charCodeAt(index);
  run.at += word.length;
};

const putOctets = (run: Run, octets: Uint8Array): void => {
  room(run, octets.length);
  run.bytes.set(octets, run.at);
  run.at += octets.length;
};

const putItems = (run: Run, todo: Message[], type: number, items: readonly Message[]): undefined => {
  putHeader(run, type, items.length);
  for (let at = items.length - 1; at >= 0; at -= 1) {
    const item = items[at];
    if (item !== undefined) todo.push(item);
  }
};

const putEntries = (run: Run, todo: Message[], type: number, entries: readonly Entry[]): undefined => {
  putHeader(run, type, entries.length);
  for (let at = entries.length - 1; at >= 0; at -= 1) {
    const entry = entries[at];
    if (entry !== undefined) todo.push(entry[1], entry[0]);
  }
};

const putHeader = (run: Run, type: number, count: number): void => {
  room(run, 24);
  run.at = putLine(run.bytes, run.at, type, count);
};
