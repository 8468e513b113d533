// The codec of @gungnir/core, by its door.
import { decode, describe, infoScan, initial, type Message, text, type Value } from "@gungnir/core/resp3";
import { FALSE, mix, mixBytes, mixDouble, mixOpen, mixText, NULL, TRUE } from "../checksum.ts";
import { mixFields, wanted } from "./fields.ts";
import type { Mode, Task } from "./rows.ts";
import type { Decoder, Pass } from "./decoder.ts";

export const ours: Decoder = {
  name: "ours",
  protocol: 3,
  pass: (mode, task) => passOf(consumerOf(mode, task)),
};

type Consumer = (sum: number, message: Message) => number;

const consumerOf = (mode: Mode, task: Task): Consumer => (task === "fields" ? mixInfo : leavesOf(mode));

const passOf = (consume: Consumer): Pass => {
  let state = initial();
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

const leavesOf = (mode: Mode): Consumer => {
  const mixPayload =
    mode === "bytes"
      ? mixBytes
      : (sum: number, bytes: Uint8Array): number => {
          const read = text(bytes);
          if (read._tag === "Err") throw new Error("a text that is none");
          return mixText(sum, read.value);
        };
  const mixAll = (sum: number, items: readonly Value[]): number => {
    let all = mixOpen(sum, items.length);
    for (const item of items) all = mixLeaves(all, item);
    return all;
  };
  const mixLeaves: Consumer = (sum, message) => {
    switch (message._tag) {
      case "Simple":
      case "Bulk":
      case "Verbatim":
        return mixPayload(sum, message.bytes);
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

const mixInfo: Consumer = (sum, message) => {
  if (message._tag !== "Bulk") throw new Error(`INFO is no bulk but ${message._tag}`);
  return mixFields(sum, scan(message.bytes));
};
