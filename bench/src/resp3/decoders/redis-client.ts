// The decoder of @redis/client (node-redis), and the one of ioredis 6, which began as a copy of it. Both are given the shapes that are
// fastest to make and to read: a map as a flat array of keys and values, a set as an array.
import { Decoder as RedisClientDecoder } from "@redis/client/dist/lib/RESP/decoder.js";
import { Decoder as IoredisDecoder } from "ioredis/built/resp/decoder.js";
import { consumerOf } from "./leaves.ts";
import type { Mode } from "./rows.ts";
import type { Decoder } from "./decoder.ts";

/** By the type byte: `+`, `$`, `%`, `~`. */
const typeMapping = (mode: Mode) => ({
  ...(mode === "bytes" ? { 43: Buffer, 36: Buffer } : {}),
  37: Array,
  126: Array,
});

const decoderOf = (name: string, Class: typeof RedisClientDecoder | typeof IoredisDecoder): Decoder => ({
  name,
  protocol: 3,
  pass: (mode, task) => {
    const consume = consumerOf(mode, task);
    const mapping = typeMapping(mode);
    let sum = 0;
    const take = (reply: unknown): void => {
      sum = consume(sum, reply);
    };
    const decoder = new Class({
      onReply: take,
      onPush: take,
      onErrorReply: (error) => {
        throw error;
      },
      getTypeMapping: () => mapping,
    });
    return (chunks) => {
      sum = 0;
      for (const chunk of chunks) decoder.write(chunk);
      return sum;
    };
  },
});

export const redisClient = decoderOf("@redis/client", RedisClientDecoder);
export const ioredis = decoderOf("ioredis", IoredisDecoder);
