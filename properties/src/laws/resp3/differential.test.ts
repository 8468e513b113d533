// RESP-13, the half without a server: a second implementation reads the same RESP2 streams and says the same. It is the most used parser
// of its kind; where it is known to be wrong (lengths below -1, terminators that are not there, text for numbers, deep nesting) it is not
// asked. For bytes it gets each stream whole and we get it cut, for its bytes mode throws a RangeError when a cut falls into the terminator
// of a bulk; for text both get the same chunks.

import { createRequire } from "node:module";
import { decode, initial, type Message, type Value } from "@gungnir/core/resp3";
import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect } from "vitest";
import { concatenated, cutAt, cuts, octets, wireOf } from "./arbitrary.ts";

type Peer = { readonly execute: (chunk: Buffer) => void };
type PeerOptions = {
  readonly returnReply: (reply: unknown) => void;
  readonly returnError: (error: Error) => void;
  readonly returnFatalError: (error: Error) => void;
  readonly returnBuffers: boolean;
  readonly stringNumbers: boolean;
};

/** It has no types of its own. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const PeerParser = createRequire(import.meta.url)("redis-parser") as new (options: PeerOptions) => Peer;

// Seen to fail: integers of more than 15 digits read through a number; a null array read as an array.
law.prop([fc.array(anyRespTwo(), { maxLength: 6 }), cuts])(
  "RESP-13 a second parser reads the same from any RESP2 stream",
  (values, places) => {
    const stream = concatenated(values.map(inRespTwo));
    const theirs: unknown[] = [];
    const peer = new PeerParser({
      returnReply: (reply) => theirs.push(asTheirs(reply)),
      returnError: (error) => theirs.push({ error: error.message }),
      returnFatalError: (error) => theirs.push({ fatal: error.message }),
      returnBuffers: true,
      stringNumbers: true,
    });
    peer.execute(Buffer.from(stream));
    const ours: Message[] = [];
    let state = initial();
    for (const chunk of cutAt(stream, places)) {
      const decoded = decode(state, chunk);
      ours.push(...decoded.values);
      ({ state } = decoded);
    }
    expect(ours.map(asPlain)).toEqual(theirs);
    expect(ours).toHaveLength(values.length);
  },
);

// Seen to fail: a bulk that came in two chunks without its first part.
law.prop([fc.array(anyRespTwo(), { minLength: 1, maxLength: 6 }), cuts])(
  "RESP-13 and the same text from the same chunks",
  (values, places) => {
    const stream = concatenated(values.map(inRespTwo).map(printable));
    const chunks = cutAt(stream, places);
    const theirs: unknown[] = [];
    const peer = new PeerParser({
      returnReply: (reply) => theirs.push(asTheirs(reply)),
      returnError: (error) => theirs.push({ error: error.message }),
      returnFatalError: (error) => theirs.push({ fatal: error.message }),
      returnBuffers: false,
      stringNumbers: true,
    });
    for (const chunk of chunks.filter(({ length }) => length > 0)) peer.execute(Buffer.from(chunk));
    const ours: Message[] = [];
    let state = initial();
    for (const chunk of chunks) {
      const decoded = decode(state, chunk);
      ours.push(...decoded.values);
      ({ state } = decoded);
    }
    expect(ours.map(asPlain)).toEqual(theirs);
  },
);

/** Octets outside of ASCII as a letter: text mode would have to know that they are no text. */
const printable = (wire: Uint8Array): Uint8Array => wire.map((octet) => (octet < 0x80 ? octet : 0x61));

function anyRespTwo(): fc.Arbitrary<Value> {
  const line = fc.stringMatching(/^[A-Z]{1,6}[ -~]{0,20}$/).map((text) => new TextEncoder().encode(text));
  const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      octets.map((bytes): Value => ({ _tag: "Bulk", bytes })),
      line.map((bytes): Value => ({ _tag: "Simple", bytes })),
      line.map((bytes): Value => ({ _tag: "Error", bytes })),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((number): Value => ({ _tag: "Integer", value: number })),
      fc.constant<Value>({ _tag: "Null" }),
      fc.array(tie("value"), { maxLength: 5 }).map((items): Value => ({ _tag: "Array", items })),
    ),
  }));
  return value;
}

const inRespTwo = (value: Value): Uint8Array => {
  if (value._tag === "Null") return new TextEncoder().encode("$-1\r\n");
  if (value._tag !== "Array") return wireOf(value);
  return concatenated([new TextEncoder().encode(`*${value.items.length}\r\n`), ...value.items.map(inRespTwo)]);
};

/** Its values: Buffers for every text, integers as text, Errors, arrays and null. */
const asTheirs = (reply: unknown): unknown => {
  if (Array.isArray(reply)) return reply.map(asTheirs);
  if (reply instanceof Uint8Array) return Buffer.from(reply).toString("latin1");
  return reply instanceof Error ? { error: reply.message } : reply;
};

const asPlain = (message: Message): unknown => {
  if (message._tag === "Array") return message.items.map(asPlain);
  if (message._tag === "Bulk" || message._tag === "Simple") return Buffer.from(message.bytes).toString("latin1");
  if (message._tag === "Error") return { error: Buffer.from(message.bytes).toString("latin1") };
  if (message._tag === "Integer") return String(message.value);
  return message._tag === "Null" ? null : message;
};
