// Any value of the protocol, any stream of them, any way to cut a stream, and any other way to spell a value than the canonical one.

import { bytesOf, encode, type Entry, type Message, type Push, type Value } from "@gungnir/core/resp3";
import * as fc from "fast-check";

export const octets = fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(bytes));

/** What a simple string may hold: any octet but the two that end its line. */
export const lineOctets = octets.map((bytes) => bytes.filter((byte) => byte !== 0x0d && byte !== 0x0a));

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -20n, max: 20n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 10n ** 15n, 10n ** 15n - 1n, -(10n ** 15n)),
);

const leaf: fc.Arbitrary<Value> = fc.oneof(
  lineOctets.map((bytes): Value => ({ _tag: "Simple", bytes })),
  lineOctets.map((bytes): Value => ({ _tag: "Error", bytes })),
  int64.map((value): Value => ({ _tag: "Integer", value })),
  octets.map((bytes): Value => ({ _tag: "Bulk", bytes })),
  octets.map((bytes): Value => ({ _tag: "BulkError", bytes })),
  fc.constant<Value>({ _tag: "Null" }),
  fc.boolean().map((value): Value => ({ _tag: "Boolean", value })),
  fc
    .oneof(fc.double(), fc.constantFrom(-0, 0, Number.NaN, 1e21, 5e-324, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY))
    .map((value): Value => ({ _tag: "Double", value })),
  fc.bigInt().map((value): Value => ({ _tag: "BigNumber", value })),
  fc.tuple(fc.constantFrom("txt", "mkd", ":::", "  ~"), octets).map(([format, bytes]): Value => ({ _tag: "Verbatim", format, bytes })),
);

const { value } = fc.letrec<{ value: Value; items: Value[]; entries: Entry[] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small", withCrossShrink: true },
    leaf,
    tie("items").map((items): Value => ({ _tag: "Array", items })),
    tie("items").map((items): Value => ({ _tag: "Set", items })),
    tie("entries").map((entries): Value => ({ _tag: "Map", entries })),
    fc.tuple(tie("entries"), tie("value")).map(([attributes, inner]): Value => ({ _tag: "Attributed", attributes, value: inner })),
  ),
  items: fc.array(tie("value"), { maxLength: 4 }),
  entries: fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }),
}));

export const anyValue: fc.Arbitrary<Value> = value;
export const anyPush: fc.Arbitrary<Push> = fc.array(value, { maxLength: 4 }).map((items) => ({ _tag: "Push", items }));
export const anyMessage: fc.Arbitrary<Message> = fc.oneof({ weight: 4, arbitrary: anyValue }, { weight: 1, arbitrary: anyPush });

/** The canonical bytes of a message that is known to have some. */
export const wireOf = (message: Message): Uint8Array => {
  const encoded = encode(message);
  if (encoded._tag === "Err") throw new Error(`the arbitrary made what cannot be encoded: ${encoded.problem.rule}`);
  return encoded.value;
};

/** Bytes that are often nearly RESP: whole messages, other spellings, noise, and edits of all of them. */
export const nearlyWire: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.array(
      fc.oneof(
        anyMessage.map(wireOf),
        otherSpelling().map(({ wire }) => wire),
        fc.uint8Array({ maxLength: 8 }).map((bytes) => new Uint8Array(bytes)),
        fc.stringMatching(/^[-+:$*_#,(!=%~|>;.][-+?0-9a-z.:]{0,4}\r\n$/).map(bytesOf),
      ),
      { maxLength: 5 },
    ),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(0x0a, 0x0d, 0x2d, 0x30, 0x3f, 0xff)), { maxLength: 2 }),
  )
  .map(([parts, edits]) => {
    const bytes = concatenated(parts);
    for (const [at, byte] of edits) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  });

/** Where to cut; used modulo the length. */
export const cuts = fc.array(fc.nat(), { maxLength: 12 });

export const cutAt = (bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] => {
  const sorted = places.map((place) => place % (bytes.length + 1)).toSorted((left, right) => left - right);
  const starts = [0, ...sorted];
  return starts.map((start, index) => bytes.slice(start, starts[index + 1] ?? bytes.length));
};

export const concatenated = (parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** A value and another way to write it than the encoder's: streamed, with signs, with leading zeros, with the nulls of RESP2. */
export function otherSpelling(): fc.Arbitrary<{ value: Value; wire: Uint8Array }> {
  return fc.tuple(value, fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 20 })).map(([spelled, choices]) => {
    let used = 0;
    const choose = (options: number): number => (choices[used++ % choices.length] ?? 0) % options;
    return { value: spelled, wire: spell(spelled, choose) };
  });
}

const spell = (spelled: Value, choose: (options: number) => number): Uint8Array => {
  const all = (values: readonly Value[]): Uint8Array[] => values.map((inner) => spell(inner, choose));
  const aggregate = (type: string, count: number, values: readonly Value[]): Uint8Array =>
    type !== "|" && choose(2) === 0
      ? concatenated([bytesOf(`${type}?\r\n`), ...all(values), bytesOf(".\r\n")])
      : concatenated([bytesOf(`${type}${count}\r\n`), ...all(values)]);
  switch (spelled._tag) {
    case "Integer":
    case "BigNumber": {
      const sign = spelled.value < 0n ? "-" : (["", "+", spelled.value === 0n ? "-" : ""][choose(3)] ?? "");
      const digits = String(spelled.value).replace("-", "");
      return bytesOf(`${spelled._tag === "Integer" ? ":" : "("}${sign}${"0".repeat(choose(4))}${digits}\r\n`);
    }
    case "Null":
      return bytesOf(["_\r\n", "$-1\r\n", "*-1\r\n"][choose(3)] ?? "");
    case "Bulk":
      return choose(2) === 0 ? wireOf(spelled) : streamedString(spelled.bytes, choose);
    case "Array":
      return aggregate("*", spelled.items.length, spelled.items);
    case "Set":
      return aggregate("~", spelled.items.length, spelled.items);
    case "Map":
      return aggregate("%", spelled.entries.length, spelled.entries.flat());
    case "Attributed":
      return aggregate("|", spelled.attributes.length, [...spelled.attributes.flat(), spelled.value]);
    case "Simple":
    case "Error":
    case "BulkError":
    case "Verbatim":
    case "Boolean":
    case "Double":
      return wireOf(spelled);
  }
};

const streamedString = (bytes: Uint8Array, choose: (options: number) => number): Uint8Array => {
  const parts = [bytesOf("$?\r\n")];
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.slice(at, at + 1 + choose(5));
    parts.push(bytesOf(`;${piece.length}\r\n`), piece, bytesOf("\r\n"));
    at += piece.length;
  }
  return concatenated([...parts, bytesOf(";0\r\n")]);
};
