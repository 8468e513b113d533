// The encoder. A command's arguments travel as counted bytes, so nothing inside them can become protocol: no quoting, no injection.
// Each value has one canonical encoding, the RESP3 one without streaming; decoding it gives the value back.

import { isFormat } from "./bulk.ts";
import { spellDouble, within64Bits } from "./numbers.ts";
import { err, ok, type Result } from "../result.ts";
import { bytesOf } from "./text.ts";
import type { Entry, Message } from "./value.ts";

/** Text is sent as UTF-8, bytes as they are, numbers in decimal. */
export type Argument = string | Uint8Array | number | bigint;

/** At least a name: the server skips an empty command without a reply, and every reply after it would answer the wrong request. */
export type Command = readonly [Argument, ...Argument[]];

/** A request to a server. */
export const encodeCommand = (command: Command): Uint8Array => {
  const parts = [bytesOf(`*${command.length}\r\n`)];
  for (const argument of command) pushBody(parts, "$", argument instanceof Uint8Array ? argument : bytesOf(String(argument)));
  return joined(parts);
};

/** Several requests in one write. */
export const encodeCommands = (commands: readonly Command[]): Uint8Array => joined(commands.map(encodeCommand));

/** A value that no encoding stands for, and which rule it breaks. */
export type Unencodable = { readonly _tag: "Unencodable"; readonly type: Message["_tag"]; readonly rule: string };

/** A value as a server would send it. Iterative, like the decoder. */
export const encode = (message: Message): Result<Uint8Array, Unencodable> => {
  const parts: Uint8Array[] = [];
  const todo: Message[] = [message];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const broken = encodeOne(parts, todo, next);
    if (broken !== undefined) return err({ _tag: "Unencodable", type: next._tag, rule: broken });
  }
  return ok(joined(parts));
};

/** Writes what stands before the inner values, and leaves those to do, the first one on top. Returns the rule that is broken, if one is. */
const encodeOne = (parts: Uint8Array[], todo: Message[], message: Message): string | undefined => {
  switch (message._tag) {
    case "Simple":
    case "Error":
      if (message.bytes.some((byte) => byte === 0x0d || byte === 0x0a)) return "no CR or LF; send it as a Bulk or a BulkError";
      parts.push(bytesOf(message._tag === "Simple" ? "+" : "-"), message.bytes, crlf);
      return undefined;
    case "Integer":
      if (within64Bits(message.value) === undefined) return "from -2^63 to 2^63-1; send it as a BigNumber";
      parts.push(bytesOf(`:${message.value}\r\n`));
      return undefined;
    case "BigNumber":
      parts.push(bytesOf(`(${message.value}\r\n`));
      return undefined;
    case "Double":
      parts.push(bytesOf(`,${spellDouble(message.value)}\r\n`));
      return undefined;
    case "Boolean":
      parts.push(bytesOf(message.value ? "#t\r\n" : "#f\r\n"));
      return undefined;
    case "Null":
      parts.push(bytesOf("_\r\n"));
      return undefined;
    case "Bulk":
      pushBody(parts, "$", message.bytes);
      return undefined;
    case "BulkError":
      pushBody(parts, "!", message.bytes);
      return undefined;
    case "Verbatim":
      if (!isFormat(message.format)) return "a format of three printable ASCII characters, such as txt";
      parts.push(bytesOf(`=${message.bytes.length + 4}\r\n${message.format}:`), message.bytes, crlf);
      return undefined;
    case "Array":
      return aggregate(parts, todo, `*${message.items.length}`, message.items);
    case "Set":
      return aggregate(parts, todo, `~${message.items.length}`, message.items);
    case "Push":
      return aggregate(parts, todo, `>${message.items.length}`, message.items);
    case "Map":
      return aggregate(parts, todo, `%${message.entries.length}`, flat(message.entries));
    case "Attributed":
      return aggregate(parts, todo, `|${message.attributes.length}`, [...flat(message.attributes), message.value]);
  }
};

const crlf = Uint8Array.of(0x0d, 0x0a);

const pushBody = (parts: Uint8Array[], type: "$" | "!", bytes: Uint8Array): void => {
  parts.push(bytesOf(`${type}${bytes.length}\r\n`), bytes, crlf);
};

const aggregate = (parts: Uint8Array[], todo: Message[], header: string, items: readonly Message[]): undefined => {
  parts.push(bytesOf(`${header}\r\n`));
  for (let at = items.length - 1; at >= 0; at -= 1) {
    const item = items[at];
    if (item !== undefined) todo.push(item);
  }
};

const flat = (entries: readonly Entry[]): readonly Message[] => entries.flat();

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};
