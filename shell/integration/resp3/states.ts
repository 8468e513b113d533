// The situations of which goldens are kept: how a server is brought into each, and what it is asked there. Every situation is made once,
// and asked in both protocols on connections of their own.

import { setTimeout as sleep } from "node:timers/promises";
import { type Argument, dial, type Line, type Server, until } from "./server.ts";

export type Asked = readonly Argument[];
export type Situation = {
  /** Also the name of the file. */
  readonly name: string;
  /** In a sentence. */
  readonly state: string;
  /** Brings servers into the state, asks in it, and leaves it. */
  readonly enter: (start: Start, capture: Capture) => Promise<void>;
};
type Start = (options?: readonly string[]) => Promise<Server>;
/** Asks these things of this server, in both protocols. */
type Capture = (server: Server, commands: readonly Asked[]) => Promise<void>;

const info: Asked = ["INFO", "server", "persistence", "replication", "keyspace"];
const probe: readonly Asked[] = [["PING"], ["ROLE"], info];
const quarantine = ["--replicaof", "127.0.0.1 1"];

export const situations: readonly Situation[] = [
  {
    name: "primary",
    state: "a primary without replicas, in every question that the readers know",
    enter: async (start, capture) => {
      const server = await start(["--repl-backlog-ttl", "0"]);
      const admin = await dial(server);
      await admin.ask([
        ["SET", "key", "value"],
        ["ACL", "SETUSER", "repl-web-1", "on", ">secret", "+psync", "+replconf", "+ping", "(~a* +get)", "(%R~b* &c +@read)"],
        ["ACL", "SETUSER", "nobody", "off"],
        ["CLIENT", "SETNAME", "admin=1"],
      ]);
      await capture(server, [
        ...probe,
        ["CLIENT", "ID"],
        ["CLIENT", "INFO"],
        ["CLIENT", "LIST"],
        ["CLIENT", "KILL", "TYPE", "replica"],
        ["CLIENT", "KILL", "127.0.0.2:1"],
        ["ACL", "WHOAMI"],
        ["ACL", "LIST"],
        ["ACL", "USERS"],
        ["ACL", "GETUSER", "default"],
        ["ACL", "GETUSER", "repl-web-1"],
        ["ACL", "GETUSER", "unheard-of"],
        ["WAIT", 0, 0],
        ["WAITAOF", 0, 0, 0],
        ["FAILOVER"],
        ["FAILOVER", "ABORT"],
        ["CONFIG", "GET", "min-replicas-to-write", "replica-priority"],
        ["FUNCTION", "STATS"],
      ]);
      admin.close();
    },
  },
  {
    name: "linked",
    state: "a primary with a replica that streams, and that replica",
    enter: async (start, capture) => {
      const [primary, replica] = await linked(start);
      const again: Asked = ["REPLICAOF", "127.0.0.1", primary.port];
      await capture(primary, [...probe, ["CLIENT", "LIST", "TYPE", "replica"], ["WAIT", 1, 1000], ["WAIT", 2, 10]]);
      await capture(replica, [...probe, ["CLIENT", "LIST", "TYPE", "primary"], again, ["FAILOVER"]]);
    },
  },
  {
    name: "quarantined",
    state: "a replica of an address where nobody listens",
    enter: async (start, capture) => {
      const server = await start(quarantine);
      await capture(server, [...probe, ["REPLICAOF", "127.0.0.1", 1]]);
    },
  },
  {
    name: "syncing",
    state: "a primary that sends its data set, slowly, and the replica that receives it",
    enter: async (start, capture) => {
      const primary = await start(["--rdb-key-save-delay", "200000", "--rdbcompression", "no"]);
      const replica = await start();
      await withLine(primary, async (line) => {
        await line.ask([["DEBUG", "POPULATE", 100, "key", 100_000]]);
      });
      await withLine(replica, async (line) => {
        await line.ask([["REPLICAOF", "127.0.0.1", primary.port]]);
        await until(async () => textIn(await line.ask([["ROLE"]])).includes("$4\r\nsync\r\n"));
      });
      await capture(primary, probe);
      await capture(replica, probe);
    },
  },
  {
    name: "loading",
    state: "a process that reads its data set, slowly",
    enter: async (start, capture) => {
      const server = await start([
        "--key-load-delay",
        "50000",
        "--loading-process-events-interval-bytes",
        "1024",
        "--rdbcompression",
        "no",
      ]);
      const line = await dial(server);
      await line.ask([["DEBUG", "POPULATE", 300, "key", 2000]]);
      // The reply comes when all is loaded, which nobody waits for.
      void line.ask([["DEBUG", "RELOAD"]]).catch(() => undefined);
      await until(async () => {
        const answer = await withLine(server, (other) => other.ask([["PING"]]));
        return textIn(answer).startsWith("-LOADING");
      });
      await capture(server, [...probe, ["GET", "key"]]);
      line.close();
    },
  },
  {
    name: "handing-over",
    state: "a primary whose FAILOVER waits for its replica, which hangs; then the same after FORCE, when it asks the replica to take over",
    enter: async (start, capture) => {
      const [primary, replica] = await linked(start);
      replica.process.kill("SIGSTOP");
      await withLine(primary, async (line) => {
        await line.ask([["SET", "key", "the replica has it not"], ["FAILOVER"]]);
        await capture(primary, [...probe, ["FAILOVER"], ["CLIENT", "PAUSE", 1000, "WRITE"]]);
        await line.ask([
          ["FAILOVER", "ABORT"],
          ["FAILOVER", "TO", "127.0.0.1", replica.port, "FORCE", "TIMEOUT", 1],
        ]);
        await until(async () => textIn(await line.ask([["INFO", "replication"]])).includes("failover-in-progress"));
        await capture(primary, [...probe, ["FAILOVER"]]);
        await line.ask([["FAILOVER", "ABORT"]]);
      });
      replica.process.kill("SIGCONT");
    },
  },
  {
    name: "paused",
    state: "a primary that holds writes back",
    enter: async (start, capture) => {
      const server = await start();
      await withLine(server, async (line) => {
        await line.ask([["CLIENT", "PAUSE", 60_000, "WRITE"]]);
        await capture(server, [...probe, ["INFO", "clients"], ["CLIENT", "PAUSE", 60_000, "WRITE"]]);
        await line.ask([["CLIENT", "UNPAUSE"]]);
      });
    },
  },
];

/** A primary and a replica whose link is up and has acknowledged. */
const linked = async (start: Start): Promise<readonly [primary: Server, replica: Server]> => {
  const primary = await start(["--repl-ping-replica-period", "1"]);
  const replica = await start(["--replicaof", `127.0.0.1 ${primary.port}`]);
  await withLine(primary, async (line) => {
    await until(async () =>
      textIn(
        await line.ask([
          ["SET", "key", "value"],
          ["WAIT", 1, 100],
        ]),
      ).endsWith(":1\r\n"),
    );
  });
  await sleep(1100); // so that the replica's own acknowledgement of a second has come, and no lag is half a second old
  return [primary, replica];
};

export const withLine = async <Answer>(server: Server, use: (line: Line) => Promise<Answer>): Promise<Answer> => {
  const line = await dial(server);
  try {
    return await use(line);
  } finally {
    line.close();
  }
};

export const textIn = ({ bytes }: { readonly bytes: Uint8Array }): string => Buffer.from(bytes).toString("latin1");
