// The decoders in JavaScript that take part; ours first, in three ways.
import type { Decoder } from "./decoder.ts";
import { ours, oursLazy, oursWithBigints } from "./ours.ts";
import { ioredis, redisClient } from "./redis-client.ts";
import { iovalkey, redisParser } from "./redis-parser.ts";

export type { Decoder, Pass } from "./decoder.ts";

export const decoders: readonly Decoder[] = [ours, oursWithBigints, oursLazy, redisParser, redisClient, ioredis, iovalkey];
