// Goldens of refusals: for every first word of an error that the readers know and one server can be made to say, a situation in which it
// says it. (DENIED needs a client from elsewhere, NOGOODSLAVE a Sentinel.)

import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { dial, until } from "./server.ts";
import { type Situation, textIn, withLine } from "./states.ts";

export const errors: readonly Situation[] = [
  {
    name: "errors",
    state: "refusals of a primary: of a wrong command, of a full memory, of a disk that does not write, of missing replicas",
    enter: async (start, capture) => {
      const server = await start(["--enable-protected-configs", "local"]);
      await withLine(server, async (line) => {
        await line.ask([
          ["SET", "text", "value"],
          ["ACL", "SETUSER", "reader", "on", ">secret", "~*", "+get", "+hello", "+auth"],
          ["XGROUP", "CREATE", "stream", "group", "$", "MKSTREAM"],
        ]);
        await capture(server, [
          ["UNKNOWN", "\r\ncommand"],
          ["GET"],
          ["INCR", "text"],
          ["LPUSH", "text", "value"],
          ["EVALSHA", "0".repeat(40), 0],
          ["SCRIPT", "KILL"],
          ["XGROUP", "CREATE", "stream", "group", "$"],
          ["MULTI"],
          ["NEVER"],
          ["EXEC"],
          ["HELLO", 9],
          ["AUTH", "reader", "wrong"],
          ["AUTH", "reader", "secret"],
          ["SET", "text", "value"],
        ]);
        await line.ask([["CONFIG", "SET", "maxmemory", 1]]);
        await capture(server, [["SET", "text", "value"]]);
        await line.ask([["CONFIG", "SET", "maxmemory", 0, "min-replicas-to-write", 1]]);
        await capture(server, [["SET", "text", "value"]]);
        await line.ask([["CONFIG", "SET", "min-replicas-to-write", 0, "save", "3600 1"]]);
        const gone = await mkdtemp(join(server.folder, "gone-"));
        await line.ask([["CONFIG", "SET", "dir", gone]]);
        await rm(gone, { recursive: true });
        await line.ask([["BGSAVE"]]);
        await until(async () => textIn(await line.ask([["INFO", "persistence"]])).includes("rdb_last_bgsave_status:err"));
        await capture(server, [["SET", "text", "value"], ["PING"]]);
      });
    },
  },
  {
    name: "errors-of-a-stranger",
    state: "a process that wants a password",
    enter: async (start, capture) => {
      // The HELLO of every capture is refused here as well.
      const server = await start(["--requirepass", "secret"]);
      await capture(server, [["PING"], ["AUTH", "wrong"]]);
    },
  },
  {
    name: "errors-of-a-replica",
    state: "a replica whose link is down and which may not serve what it has",
    enter: async (start, capture) => {
      const server = await start(["--replicaof", "127.0.0.1 1", "--replica-serve-stale-data", "no"]);
      await capture(server, [["GET", "key"], ["PING"]]);
      await withLine(server, (line) => line.ask([["CONFIG", "SET", "replica-serve-stale-data", "yes"]]));
      await capture(server, [["SET", "key", "value"], ["SYNC"]]);
    },
  },
  {
    name: "errors-of-a-busy-process",
    state: "a process whose script does not end; first one that only reads, then one that has written",
    enter: async (start, capture) => {
      const server = await start(["--busy-reply-threshold", "1"]);
      for (const script of ["while true do end", "redis.call('SET', 'key', 'value') while true do end"]) {
        const line = await dial(server);
        void line.ask([["EVAL", script, 0]]).catch(() => undefined);
        await until(async () => textIn(await withLine(server, (other) => other.ask([["PING"]]))).startsWith("-BUSY "));
        await capture(server, [["PING"], ["ROLE"], ["INFO", "replication"]]);
        if (script.includes("SET")) await capture(server, [["SCRIPT", "KILL"]]);
        else
          await withLine(server, async (other) => {
            await other.ask([["SCRIPT", "KILL"]]);
            await until(async () => textIn(await other.ask([["PING"]])) === "+PONG\r\n");
          });
        line.close();
      }
    },
  },
];
