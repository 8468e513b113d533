// RESP-7 to RESP-10: what the codec does with streams that are too much, or not RESP at all.

import { bytesOf, decode, describe, encode, initial, type Limits, type Message, strictness, type Value } from "@gungnir/core/resp3";
import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyValue, concatenated, cutAt, cuts, nearlyWire, octets, wireOf } from "./arbitrary.ts";

// Seen to fail: a limit compared with >= instead of >; entries of a map counted twice; the four bytes `txt:` counted as text.
law.prop([anyValue, fc.constantFrom("depth", "lineBytes", "bulkBytes", "elements"), cuts])(
  "RESP-7 a limit is exact: what just fits is taken, and one less is refused by the name of that limit",
  (value, limit, places) => {
    const exact = measured(value);
    const chunks = cutAt(wireOf(value), places);
    expect(decodeChunks(chunks, exact)).toEqual({ values: [value], error: undefined });
    fc.pre(exact[limit] > 0);
    const { values, error } = decodeChunks(chunks, { ...exact, [limit]: exact[limit] - 1 });
    expect(values).toEqual([]);
    expect(error).toMatchObject({ _tag: "Excess", limit, allowed: exact[limit] - 1 });
  },
);

// Seen to fail: `new Array(count)`; a bulk's bytes allocated when announced.
test("RESP-7 memory follows what was received, not what was announced", () => {
  const announcements = [
    "$536870912\r\na",
    "*16777216\r\n".repeat(100),
    "%16777216\r\n".repeat(100),
    "=536870912\r\ntxt:",
    "$?\r\n;536870912\r\na",
  ];
  const before = process.memoryUsage();
  const states = Array.from({ length: 200 }, (_, index) => decode(initial(), bytesOf(announcements[index % announcements.length] ?? "")));
  const after = process.memoryUsage();
  expect(states.every(({ error }) => error === undefined)).toBe(true);
  expect(after.arrayBuffers - before.arrayBuffers + after.heapUsed - before.heapUsed).toBeLessThan(32 * 2 ** 20);
});

// Seen to fail: bytes before the chunk shown in a message.
law.prop([fc.oneof(nearlyWire, octets)])("RESP-8 any bytes give values, a failure or neither, and never an exception", (bytes) => {
  const { values, error } = decode(initial(), bytes);
  for (const value of values) expect(encode(value)._tag).toBe("Ok");
  if (error !== undefined) expect(describe(error)).toMatch(/at byte \d+ of the connection/);
});

// Seen to fail: an encoder that calls itself for each item.
test("RESP-8 a million levels are a failure, or a value where they are allowed", () => {
  const depth = 1_000_000;
  const wire = bytesOf(`${"*1\r\n".repeat(depth)}:1\r\n`);
  expect(decode(initial(), wire).error).toMatchObject({ _tag: "Excess", limit: "depth", allowed: 128, needed: 129 });
  const [value] = decode(initial({ limits: { depth } }), wire).values;
  expect(value === undefined ? undefined : wireOf(value).length).toBe(wire.length);
});

// Seen to fail (not within the time a test has): held bytes copied at every chunk; lines searched again from their start.
test("RESP-8 a large value that comes byte by byte takes linear time", () => {
  const size = 2 ** 19;
  const streams = [`$${size}\r\n${"a".repeat(size)}\r\n`, `+${"a".repeat(size)}\r\n`, `*${size / 4}\r\n${":1\r\n".repeat(size / 4)}`];
  for (const stream of streams) {
    let state = initial({ limits: { lineBytes: size } });
    let found = 0;
    for (const byte of bytesOf(stream)) {
      const decoded = decode(state, Uint8Array.of(byte));
      ({ state } = decoded);
      found += decoded.values.length;
    }
    expect(found).toBe(1);
  }
}, 15_000);

test("RESP-8 64 MiB without a line end are refused at the limit", () => {
  const chunk = new Uint8Array(65_536).fill(0x2b);
  let state = initial();
  for (let sent = 0; sent < 1024; sent += 1) ({ state } = decode(state, chunk));
  expect(state.failure).toMatchObject({ _tag: "Excess", limit: "lineBytes" });
});

// Seen to fail: the failure forgotten at the next chunk.
law.prop([fc.array(anyValue, { maxLength: 3 }), fc.constantFrom(...malformedWires()), nearlyWire])(
  "RESP-9 malformed stays malformed, and what came before it is delivered",
  (before, broken, after) => {
    const first = decode(initial(), concatenated([...before.map(wireOf), bytesOf(broken)]));
    expect(first.values).toEqual(before);
    expect(first.error?._tag).toBe("Malformed");
    expect(decode(first.state, after)).toEqual({ state: first.state, values: [], error: first.error });
  },
);

// Seen to fail: `+5` refused; `$01` accepted; a carriage return accepted inside a line when it was the last byte of a chunk.
law.prop([fc.constantFrom(...strictness), cuts])(
  "RESP-10 every row of the strictness table, however it is cut",
  ({ wire, outcome }, places) => {
    const { values, error } = decodeChunks(cutAt(bytesOf(wire), places), {});
    switch (outcome._tag) {
      case "Accepted":
        expect(values.map(wireOf)).toEqual([bytesOf(outcome.canonical)]);
        return;
      case "Incomplete":
        expect({ values, error }).toEqual({ values: [], error: undefined });
        return;
      case "Malformed":
        expect(error).toMatchObject({ _tag: "Malformed", reason: outcome.reason });
        return;
      case "Excess":
        expect(error).toMatchObject({ _tag: "Excess", limit: outcome.limit });
    }
  },
);

const decodeChunks = (chunks: readonly Uint8Array[], limits: Partial<Limits>) => {
  const values: Message[] = [];
  let state = initial({ limits });
  let error;
  for (const chunk of chunks) {
    const decoded = decode(state, chunk);
    values.push(...decoded.values);
    ({ state, error } = decoded);
  }
  return { values, error };
};

/** The smallest limits within which a value's canonical encoding stays. */
const measured = (value: Value): Limits => {
  const none: Limits = { depth: 0, lineBytes: headerLength(value), bulkBytes: 0, elements: 0 };
  switch (value._tag) {
    case "Bulk":
    case "BulkError":
    case "Verbatim":
      return { ...none, bulkBytes: value.bytes.length };
    case "Array":
    case "Set":
      return around(none, value.items.length, value.items);
    case "Map":
      return around(none, value.entries.length, value.entries.flat());
    case "Attributed":
      return around(none, value.attributes.length, [...value.attributes.flat(), value.value]);
    case "Simple":
    case "Error":
    case "Integer":
    case "Null":
    case "Boolean":
    case "Double":
    case "BigNumber":
      return none;
  }
};

const around = (own: Limits, elements: number, inner: readonly Value[]): Limits => {
  const all = inner.map(measured);
  const largest = (limit: keyof Limits): number => all.reduce((most, one) => Math.max(most, one[limit]), 0);
  return {
    depth: 1 + largest("depth"),
    lineBytes: Math.max(own.lineBytes, largest("lineBytes")),
    bulkBytes: largest("bulkBytes"),
    elements: Math.max(elements, largest("elements")),
  };
};

const headerLength = (value: Value): number => wireOf(value).findIndex((byte) => byte === 0x0d) - 1;

function malformedWires(): [string, ...string[]] {
  const [first = "", ...rest] = strictness.flatMap(({ wire, outcome }) => (outcome._tag === "Malformed" ? [wire] : []));
  return [first, ...rest];
}
