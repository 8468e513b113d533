// Every reader, on values it was never meant for: it answers, what it answers is within its type's bounds, and an error of the server is
// never anything but a refusal.

import {
  errorReply,
  infoReplication,
  infoScan,
  type Message,
  numberedFields,
  readAclList,
  readAclUser,
  readAclUsers,
  readAclWhoami,
  readClientId,
  readClients,
  readFailover,
  readHello,
  readInfoReplication,
  readKilled,
  readOk,
  readRole,
  readWait,
  readWaitAof,
  type Value,
} from "@gungnir/core/resp3";

type Read = { readonly _tag: "Ok"; readonly value: unknown } | { readonly _tag: "Err"; readonly problem: { readonly _tag: string } };

const readers: Readonly<Record<string, (value: Value) => Read>> = {
  readAclList,
  readAclUser,
  readAclUsers,
  readAclWhoami,
  readClientId,
  readClients,
  readFailover,
  readHello,
  readInfoReplication,
  readKilled,
  readOk,
  readRole,
  readWait,
  readWaitAof,
};

/** What is wrong with a reader, for these values and for the stream itself read as the text of INFO. */
export const brokenReader = (bytes: Uint8Array, messages: readonly Message[]): string | undefined => {
  for (const message of messages) {
    const value: Value = message._tag === "Push" ? { _tag: "Array", items: message.items } : message;
    const isError = errorReply(value) !== undefined;
    for (const [name, read] of Object.entries(readers)) {
      const result = read(value);
      if (result._tag === "Ok" && isError) return `${name} read an error of the server as an answer`;
      if (result._tag === "Err" && (result.problem._tag === "Refused") !== isError)
        return `${name} says ${result.problem._tag} of ${value._tag}`;
      const unknown = result._tag === "Ok" ? outOfBounds(result.value) : undefined;
      if (unknown !== undefined) return `${name} answers with ${unknown}`;
    }
  }
  return outOfBounds(infoReplication(bytes)) ?? brokenScan(bytes);
};

/** A number that stands for nothing: not whole, below 0, or an offset above 64 bits. */
const outOfBounds = (read: unknown): string | undefined => {
  if (typeof read === "number") return Number.isSafeInteger(read) && read >= 0 ? undefined : `the number ${read}`;
  if (typeof read === "bigint") return read >= -1n && read < 2n ** 63n ? undefined : `the number ${read}`;
  if (typeof read !== "object" || read === null) return undefined;
  for (const field of Object.values(read)) {
    const found = outOfBounds(field);
    if (found !== undefined) return found;
  }
  return undefined;
};

const names = ["role", "loading", "x", "txt", "master_host"] as const;
const scan = infoScan(names);

/** The scan against the obvious way to read lines. */
const brokenScan = (bytes: Uint8Array): string | undefined => {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1").split("\n");
  const field = scan(bytes);
  for (const name of names) {
    const found = new Set(lines.flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).replace(/\r$/, "")] : [])));
    const [only] = found;
    const expected = found.size === 1 ? textOf(only ?? "") : undefined;
    if (field(name) !== expected) return `infoScan reads ${name} as ${String(field(name))}, which is ${String(expected)}`;
  }
  const numbers = numberedFields(bytes, "slave").map(([number]) => number);
  return numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0))
    ? undefined
    : "numberedFields out of order, or one twice";
};

/** What is not UTF-8 is no text. */
const textOf = (latin1: string): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(latin1, "latin1"));
  } catch {
    return undefined;
  }
};
