// redis-parser 3.0.0, the parser of RESP2 that most clients in JavaScript have used; and iovalkey, which has it make Buffers of everything
// and turns these into strings afterwards, with a function of its own.
import { convertBufferToString } from "iovalkey/built/utils/index.js";
import RedisParser from "redis-parser";
import { consumerOf } from "./leaves.ts";
import type { Decoder, Pass } from "./decoder.ts";

const passOf = (returnBuffers: boolean, consume: (sum: number, reply: unknown) => number): Pass => {
  let sum = 0;
  const parser = new RedisParser({
    returnReply: (reply) => {
      sum = consume(sum, reply);
    },
    returnError: (error) => {
      throw error;
    },
    returnBuffers,
  });
  return (chunks) => {
    sum = 0;
    for (const chunk of chunks) parser.execute(chunk);
    return sum;
  };
};

export const redisParser: Decoder = {
  name: "redis-parser",
  protocol: 2,
  pass: (mode, task) => passOf(mode === "bytes", consumerOf(mode, task)),
};

export const iovalkey: Decoder = {
  name: "iovalkey",
  protocol: 2,
  pass: (mode, task) => {
    const consume = consumerOf(mode, task);
    return passOf(true, mode === "bytes" ? consume : (sum, reply) => consume(sum, convertBufferToString(reply, "utf8")));
  },
};
