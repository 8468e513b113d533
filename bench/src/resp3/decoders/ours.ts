// The codec of @gungnir/core, by its door. `ours` has integers as numbers where these are exact, as the peers have them (who round the
// others); beside it, as asides, what it costs to have all integers as bigints, which is the codec's default, and the payloads as windows:
// read where they are, or made into text each.
import {
  type Bytes,
  decode,
  describe,
  infoScan,
  initial,
  type Message,
  type Payload,
  type State,
  type Text,
  type Value,
  type Window,
  windowText,
} from "@gungnir/core/resp3";
import { FALSE, mix, mixBytes, mixDouble, mixOpen, mixText, mixWindow, NULL, TRUE } from "../checksum.ts";
import { mixFields, wanted } from "./fields.ts";
import type { Decoder, Pass } from "./decoder.ts";

export const ours: Decoder = {
  name: "ours",
  protocol: 3,
  pass: (mode, task) => {
    if (task === "fields") return passOf(initial({ integers: "number" }), mixInfo);
    return mode === "bytes"
      ? passOf(initial({ integers: "number" }), leavesOf(mixOfBytes))
      : passOf(initial({ integers: "number", payload: "text" }), leavesOf(mixOfText));
  },
};

export const oursWithBigints: Decoder = {
  name: "ours, bigints",
  protocol: 3,
  pass: (mode) => (mode === "bytes" ? passOf(initial(), leavesOf(mixOfBytes)) : passOf(initial({ payload: "text" }), leavesOf(mixOfText))),
};

export const oursLazy: Decoder = {
  name: "ours, lazy",
  protocol: 3,
  pass: () => passOf(initial({ integers: "number", payload: "lazy" }), leavesOf(mixOfWindow)),
};

/** Payloads stay in the chunk, and the consumer reads its bytes there. */
export const oursWindows: Decoder = {
  name: "ours, windows",
  protocol: 3,
  pass: () => passOf(initial({ integers: "number", payload: "lazy" }), leavesOf(mixWindow)),
};

export type Integer = bigint | number;
export type Consumer<P extends Payload, I extends Integer> = (sum: number, message: Message<P, I>) => number;

const passOf = <P extends Payload, I extends Integer>(start: State<P, I>, consume: Consumer<P, I>): Pass => {
  let state = start;
  return (chunks) => {
    let sum = 0;
    for (const chunk of chunks) {
      const decoded = decode(state, chunk);
      if (decoded.error !== undefined) throw new Error(describe(decoded.error));
      state = decoded.state;
      for (const message of decoded.values) sum = consume(sum, message);
    }
    return sum;
  };
};

export const mixOfBytes = (sum: number, { bytes }: Bytes): number => mixBytes(sum, bytes);

export const mixOfText = (sum: number, { text }: Text): number => {
  if (text === undefined) throw new Error("a text that is none");
  return mixText(sum, text);
};

const mixOfWindow = (sum: number, window: Window): number => {
  const text = windowText(window);
  if (text === undefined) throw new Error("a text that is none");
  return mixText(sum, text);
};

export const leavesOf = <P extends Payload, I extends Integer>(mixPayload: (sum: number, payload: P) => number): Consumer<P, I> => {
  const mixAll = (sum: number, items: readonly Value<P, I>[]): number => {
    let all = mixOpen(sum, items.length);
    for (const item of items) all = mixLeaves(all, item);
    return all;
  };
  const mixLeaves: Consumer<P, I> = (sum, message) => {
    switch (message._tag) {
      case "Simple":
      case "Bulk":
      case "Verbatim":
        return mixPayload(sum, message);
      case "Integer":
        return mix(sum, Number(message.value));
      case "Array":
      case "Set":
      case "Push":
        return mixAll(sum, message.items);
      case "Map": {
        let all = mixOpen(sum, message.entries.length * 2);
        for (const [key, value] of message.entries) all = mixLeaves(mixLeaves(all, key), value);
        return all;
      }
      case "Null":
        return mix(sum, NULL);
      case "Boolean":
        return mix(sum, message.value ? TRUE : FALSE);
      case "Double":
        return Number.isInteger(message.value) ? mix(sum, message.value) : mixDouble(sum, message.value);
      case "Error":
      case "BulkError":
      case "BigNumber":
      case "Attributed":
        throw new Error(`a reply that no row has: ${message._tag}`);
    }
  };
  return mixLeaves;
};

const scan = infoScan(wanted);

const mixInfo: Consumer<Bytes, Integer> = (sum, message) => {
  if (message._tag !== "Bulk") throw new Error(`INFO is no bulk but ${message._tag}`);
  return mixFields(sum, scan(message.bytes));
};
