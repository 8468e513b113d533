// RESP-2, RESP-5, RESP-6 and RESP-9 for every way values may be asked for: as bytes, as text, as windows, with integers as bigints or as numbers. What
// arrives is what the default says, in another form; where a form cannot say it, it says so instead of altering it.

import {
  bytesOf,
  decode,
  type Failure,
  initial,
  type IntegerKind,
  type Message,
  type Payload,
  type PayloadKind,
  type Push,
  type State,
  type Value,
  windowBytes,
  windowText,
} from "@gungnir/core/resp3";
import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyMessage, concatenated, cutAt, cuts, nearlyWire, octets, otherSpelling, wireOf } from "./arbitrary.ts";

type Any = State<Payload, bigint | number>;
type AnyMessage = Message<Payload, bigint | number>;
type AnyValue = Value<Payload, bigint | number>;

const payloads: readonly PayloadKind[] = ["bytes", "text", "lazy"];
const integers: readonly IntegerKind[] = ["bigint", "number"];
const ways = payloads.flatMap((payload) => integers.map((integer) => ({ payload, integers: integer })));
const way = fc.constantFrom(...ways);

/** Many small messages, so that a chunk has its texts cut from one, among others whose chunk is no ASCII. */
const ascii = fc.string({ unit: "binary-ascii", maxLength: 30 }).map((text): Message => ({ _tag: "Bulk", bytes: bytesOf(text) }));
const crowd = fc
  .oneof(fc.array(ascii, { minLength: 20, maxLength: 60 }), fc.array(fc.oneof(ascii, anyMessage), { minLength: 20, maxLength: 60 }))
  .map((messages) => concatenated(messages.map(wireOf)));
const stream = fc.oneof(
  nearlyWire,
  crowd,
  otherSpelling().map(({ wire }) => wire),
);

// Seen to fail: the slices of a chunk's text counted from its beginning instead of from the first of them; text made of a chunk that is not
// ASCII; the memory that joins what came in pieces handed out.
law.prop([stream, cuts, way])(
  "RESP-2 whatever form is asked for, the values and the failure are the same, however the stream is cut",
  (bytes, places, options) => {
    const expected = heard([bytes], initial());
    expect(heard(cutAt(bytes, places), initial(options))).toEqual(expected);
    expect(heard([bytes], initial(options))).toEqual(expected);
  },
);

law.prop([nearlyWire, way])("RESP-2 not even when every byte comes alone", (bytes, options) => {
  expect(
    heard(
      Array.from(bytes, (byte) => Uint8Array.of(byte)),
      initial(options),
    ),
  ).toEqual(heard([bytes], initial()));
});

const nested = fc
  .array(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 })
  .map((arrays) =>
    bytesOf(
      `*${arrays.length}\r\n${arrays.map((items) => `*${items.length}\r\n${items.map((item) => `:${item}\r\n`).join("")}`).join("")}`,
    ),
  );

// Seen to fail: another's items written over; a frame of an earlier call changed.
law.prop([fc.oneof(stream, nested), fc.nat(), cuts, way])(
  "RESP-2 a state may be used again, in every form, and what it gave before stays what it was",
  (bytes, place, places, options) => {
    const at = place % (bytes.length + 1);
    const begun = decode<Payload, bigint | number>(initial(options), bytes.subarray(0, at));
    const given = raw(cutAt(bytes.subarray(at), places), begun.state);
    for (const other of ["01\r\n:77\r\n:78\r\n:79\r\n.\r\n", ":77\r\n:78\r\n:79\r\n.\r\n", "\r\n:77\r\n", "\n+x\r\n"])
      raw([bytesOf(other)], begun.state);
    const values = [...begun.values, ...given.values].map(plainMessage);
    expect({ values, error: begun.error ?? given.error }).toEqual(heard([bytes], initial()));
  },
);

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// Seen to fail: U+FFFD that was sent taken for no text; a payload that is no UTF-8 as text with U+FFFD in it.
law.prop([
  fc.array(fc.oneof(octets, fc.string({ unit: "binary" }).map(bytesOf), fc.constantFrom(bytesOf("\u{fffd}"), bytesOf("a\u{fffd}é"))), {
    maxLength: 30,
  }),
])("RESP-6 text is what the bytes are, or the bytes", (all) => {
  const expected = all.map(asText);
  const wire = concatenated(all.map((bytes) => wireOf({ _tag: "Bulk", bytes })));
  const { values } = decode(initial({ payload: "text" }), wire);
  wire.fill(0x78); // what is text refers to no chunk
  expect(values).toEqual(expected);
});

const asText = (bytes: Uint8Array): unknown => {
  try {
    return { _tag: "Bulk", text: strict.decode(bytes) };
  } catch {
    return { _tag: "Bulk", text: undefined, bytes };
  }
};

test("integers beyond what a number holds are bigints, also where numbers are asked for", () => {
  const wire = bytesOf(":9007199254740991\r\n:9007199254740992\r\n:-9007199254740991\r\n:-9007199254740992\r\n:-0\r\n:12\r\n:-7\r\n");
  expect(decode(initial({ integers: "number" }), wire).values.map((value) => (value._tag === "Integer" ? value.value : value))).toEqual([
    9_007_199_254_740_991,
    9_007_199_254_740_992n,
    -9_007_199_254_740_991,
    -9_007_199_254_740_992n,
    0,
    12,
    -7,
  ]);
});

/** Everything a stream says, in the form that is the default. */
const heard = (chunks: readonly Uint8Array[], from: Any) => {
  const { values, error } = raw(chunks, from);
  return { values: values.map(plainMessage), error };
};

const raw = (chunks: readonly Uint8Array[], from: Any): { readonly values: readonly AnyMessage[]; readonly error: Failure | undefined } => {
  const values: AnyMessage[] = [];
  let state = from;
  let error: Failure | undefined;
  for (const chunk of chunks) {
    const decoded = decode(state, chunk);
    values.push(...decoded.values);
    ({ state, error } = decoded);
  }
  return { values, error };
};

const plainMessage = (message: AnyMessage): Message => (message._tag === "Push" ? plainPush(message) : plain(message));
const plainPush = ({ items }: Push<Payload, bigint | number>): Push => ({ _tag: "Push", items: items.map(plain) });
const plainEntry = ([key, value]: readonly [AnyValue, AnyValue]): readonly [Value, Value] => [plain(key), plain(value)];

const plain = (value: AnyValue): Value => {
  switch (value._tag) {
    case "Simple":
    case "Error":
    case "Bulk":
    case "BulkError":
      return { _tag: value._tag, bytes: plainBytes(value) };
    case "Verbatim":
      return { _tag: "Verbatim", format: value.format, bytes: plainBytes(value) };
    case "Integer":
      return { _tag: "Integer", value: BigInt(value.value) };
    case "Array":
    case "Set":
      return { _tag: value._tag, items: value.items.map(plain) };
    case "Map":
      return { _tag: "Map", entries: value.entries.map(plainEntry) };
    case "Attributed":
      return { _tag: "Attributed", attributes: value.attributes.map(plainEntry), value: plain(value.value) };
    case "Null":
    case "Boolean":
    case "Double":
    case "BigNumber":
      return value;
  }
};

const plainBytes = (payload: Payload): Uint8Array => {
  if ("source" in payload) {
    const read = windowText(payload);
    const bytes = windowBytes(payload);
    return read === undefined ? new Uint8Array(bytes) : bytesOf(read);
  }
  return "bytes" in payload ? payload.bytes : bytesOf(payload.text);
};
