// The encoders that take part; ours first.
import type { Encoder } from "./encoder.ts";
import { ours, oursAnew } from "./ours.ts";
import { ioredis, iovalkey, redisClient } from "./peers.ts";

export { type Encoder, passOf, perWrite } from "./encoder.ts";

export const encoders: readonly Encoder[] = [ours, oursAnew, redisClient, ioredis, iovalkey];
