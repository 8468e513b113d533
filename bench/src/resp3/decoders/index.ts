// The decoders in JavaScript that take part; ours first, in four ways, and what its values alone cost.
import type { Decoder } from "./decoder.ts";
import { ours, oursLazy, oursWindows, oursWithBigints } from "./ours.ts";
import { ioredis, redisClient } from "./redis-client.ts";
import { iovalkey, redisParser } from "./redis-parser.ts";
import { oursMade } from "./made-only.ts";

export type { Decoder, Pass } from "./decoder.ts";

export const decoders: readonly Decoder[] = [
  ours,
  oursWithBigints,
  oursLazy,
  oursWindows,
  oursMade,
  redisParser,
  redisClient,
  ioredis,
  iovalkey,
];
