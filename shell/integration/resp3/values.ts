// Goldens of every type the server can say, and of the commands whose replies show them best.

import type { Asked, Situation } from "./states.ts";
import { withLine } from "./states.ts";

/** The words DEBUG PROTOCOL knows. */
export const debugTypes = [
  "string",
  "integer",
  "double",
  "null",
  "array",
  "set",
  "map",
  "attrib",
  "push",
  "verbatim",
  "true",
  "false",
  "bignum",
] as const;

const script =
  "redis.setresp(3); return {1, {2, {3}}, {map={a=true}}, {double=3.5}, false, {big_number='170141183460469231731687303715884105728'}, " +
  "redis.error_reply('INNER error'), {set={x=true}}, {verbatim_string={format='mkd', string='*b*'}}}";

export const values: Situation = {
  name: "values",
  state: "every type of reply, by DEBUG PROTOCOL, by a script and by commands about data",
  enter: async (start, capture) => {
    const server = await start();
    const octets = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    await withLine(server, async (line) => {
      await line.ask([
        ["SET", "octets", octets],
        ["HSET", "hash", "field", "value", "", octets],
        ["ZADD", "sorted", 1.5, "one and a half", "-inf", "least", 1e21, "much"],
        ["SADD", "set", "a"],
        ["RPUSH", "list", "first", "", "third"],
        ["SET", "largest", 2n ** 63n - 1n],
      ]);
    });
    const commands: readonly Asked[] = [
      ...debugTypes.map((type): Asked => ["DEBUG", "PROTOCOL", type]),
      ["EVAL", script, 0],
      ["GET", "octets"],
      ["GET", "nothing"],
      ["HGETALL", "hash"],
      ["HGETALL", "nothing"],
      ["ZRANGE", "sorted", 0, -1, "WITHSCORES"],
      ["ZSCORE", "sorted", "much"],
      ["SMEMBERS", "set"],
      ["LRANGE", "list", 0, -1],
      ["INCRBY", "largest", 0],
      ["MGET", "octets", "nothing"],
      ["MEMORY", "STATS"],
      ["COMMAND", "DOCS", "ping"],
      ["CONFIG", "GET", "maxmemory*"],
      ["SUBSCRIBE", "channel"],
    ];
    await capture(server, commands);
  },
};
