// The decoders in JavaScript that take part.
import type { Contestant } from "./contestant.ts";
import { ours } from "./ours.ts";
import { ioredis, redisClient } from "./redis-client.ts";
import { iovalkey, redisParser } from "./redis-parser.ts";

export type { Contestant, Pass } from "./contestant.ts";

export const contestants: readonly Contestant[] = [ours, redisParser, redisClient, ioredis, iovalkey];
