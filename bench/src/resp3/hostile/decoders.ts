// The decoders as a table of hostile input needs them: fed chunk by chunk, and asked in the end what became of it. The peers have the
// settings a client has that sets none.
import { Decoder as RedisClientDecoder } from "@redis/client/dist/lib/RESP/decoder.js";
import { decode, describe, initial, type Limits, type Message, shown as shownBytes, type Value } from "@gungnir/core/resp3";
import { Decoder as IoredisDecoder } from "ioredis/built/resp/decoder.js";
import RedisParser from "redis-parser";

export type Fed = {
  /** Throws what the decoder throws, and an error where it reports one. */
  readonly feed: (chunk: Buffer) => void;
  readonly replies: () => number;
  /** The first replies, for people. */
  readonly shown: () => readonly string[];
};

export type Contestant = { readonly name: string; readonly protocol: 2 | 3; readonly start: () => Fed };

export class Refused extends Error {}

/** As many as an input of the small ones can have. */
const KEPT = 4;

/** Deeper than this nothing is shown: to show what is nested a million times must not overflow either. */
const SHOWN_DEPTH = 3;

const ourselves = (limits: Partial<Limits>): Fed => {
  let state = initial({ limits });
  let count = 0;
  const shown: string[] = [];
  return {
    feed: (chunk) => {
      const { state: next, values, error } = decode(state, chunk);
      state = next;
      for (const value of values) {
        if (shown.length < KEPT) shown.push(spelled(value, SHOWN_DEPTH));
        count += 1;
      }
      if (error !== undefined) throw new Refused(describe(error));
    },
    replies: () => count,
    shown: () => shown,
  };
};

const spelled = (value: Message, depth: number): string => {
  if (depth === 0) return "…";
  const listed = (items: readonly Value[]): string =>
    `[${items
      .slice(0, 3)
      .map((item) => spelled(item, depth - 1))
      .join(", ")}]`;
  switch (value._tag) {
    case "Simple":
    case "Error":
    case "Bulk":
    case "BulkError":
    case "Verbatim":
      return shownBytes(value.bytes.subarray(0, 20));
    case "Integer":
    case "Boolean":
    case "Double":
      return String(value.value);
    case "BigNumber":
      return "a big number";
    case "Null":
      return "null";
    case "Array":
    case "Set":
    case "Push":
      return listed(value.items);
    case "Map":
      return `map of ${value.entries
        .slice(0, 3)
        .map(([key, one]) => `${spelled(key, depth - 1)} to ${spelled(one, depth - 1)}`)
        .join(", ")}`;
    case "Attributed":
      return spelled(value.value, depth - 1);
  }
};

const fail = (error: Error): void => {
  throw new Refused(error.message);
};

const peer = (make: (take: (reply: unknown) => void) => (chunk: Buffer) => void): Fed => {
  let count = 0;
  const shown: string[] = [];
  const take = (reply: unknown): void => {
    if (shown.length < KEPT) shown.push(said(reply, SHOWN_DEPTH));
    count += 1;
  };
  return { feed: make(take), replies: () => count, shown: () => shown };
};

const said = (reply: unknown, depth: number): string => {
  if (depth === 0) return "…";
  if (Buffer.isBuffer(reply)) return reply.toString("utf8", 0, 20);
  if (typeof reply === "string") return reply.slice(0, 20);
  if (typeof reply === "bigint") return "a big number";
  if (Array.isArray(reply))
    return `[${reply
      .slice(0, 3)
      .map((item) => said(item, depth - 1))
      .join(", ")}]`;
  if (typeof reply !== "object" || reply === null) return String(reply);
  if (Object.getPrototypeOf(reply) !== Object.prototype) return "an object with a foreign prototype";
  return `{ ${Object.entries(reply)
    .slice(0, 3)
    .map(([key, value]) => `${key}: ${said(value, depth - 1)}`)
    .join(", ")} }`;
};

const decoderOf = (Class: typeof RedisClientDecoder | typeof IoredisDecoder) => (): Fed =>
  peer((take) => {
    const decoder = new Class({ onReply: take, onPush: take, onErrorReply: fail, getTypeMapping: () => ({}) });
    return (chunk) => decoder.write(chunk);
  });

const unlimited: Limits = { depth: 2 ** 40, lineBytes: 2 ** 40, bulkBytes: 2 ** 40, elements: 2 ** 40 };

export const contestants: readonly Contestant[] = [
  { name: "ours", protocol: 3, start: () => ourselves({}) },
  { name: "ours, without limits", protocol: 3, start: () => ourselves(unlimited) },
  {
    name: "redis-parser",
    protocol: 2,
    start: () =>
      peer((returnReply) => {
        const parser = new RedisParser({ returnReply, returnError: fail, returnBuffers: false });
        return (chunk) => parser.execute(chunk);
      }),
  },
  { name: "@redis/client", protocol: 3, start: decoderOf(RedisClientDecoder) },
  { name: "ioredis", protocol: 3, start: decoderOf(IoredisDecoder) },
];
