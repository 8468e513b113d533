// What an operator wants of INFO server, persistence and replication, with the types these facts have. `undefined` is "not known": the line
// was missing or is not what the server writes. Nothing here has a default, for a default offset of 0 or a default `loading: false`
// would let a process be judged by what it never said.
//
// The names are the field's; the names of the wire, where they differ, are at `scan` below.

import { ok, type Result } from "../../result.ts";
import type { Value } from "../value.ts";
import { fieldScan } from "./info.ts";
import { bytesIn, decimal, notRead, type NotRead, offsetOf, wholeOf } from "./reading.ts";

export type InfoReplication = {
  /** 40 hexadecimal digits, new with every process. */
  readonly runId: string | undefined;
  readonly uptimeSeconds: number | undefined;
  readonly loading: boolean | undefined;
  readonly asyncLoading: boolean | undefined;
  readonly role: "primary" | "replica" | undefined;
  /** The replication history that is written now, and the one it continues up to `secondReplOffset`; forty zeros for none. */
  readonly replid: string | undefined;
  readonly replid2: string | undefined;
  /** -1 for none. */
  readonly secondReplOffset: bigint | undefined;
  /** Bytes of this history: produced by a primary; on a replica, processed. */
  readonly replOffset: bigint | undefined;
  readonly connectedReplicas: number | undefined;
  /** The lines slaveN that could be read, by N. Fewer than `connectedReplicas` means that some could not. */
  readonly replicas: readonly InfoReplica[];
  /** Only where min-replicas-to-write is set. */
  readonly goodReplicas: number | undefined;
  /** How far the FAILOVER is that this process was asked for. */
  readonly failover: FailoverState | undefined;
  /** The rest only on a replica. */
  readonly primaryHost: string | undefined;
  readonly primaryPort: number | undefined;
  readonly link: "up" | "down" | undefined;
  readonly syncInProgress: boolean | undefined;
  /** Bytes processed, and bytes received, of the primary's stream. */
  readonly replicaOffset: bigint | undefined;
  readonly replicaReadOffset: bigint | undefined;
  /** 0 is never promoted. */
  readonly priority: number | undefined;
};

/** `Waiting`: writes are paused until the target has the whole stream. `InProgress`: this process has become a replica and asks the target to take over. */
export type FailoverState = "None" | "Waiting" | "InProgress";

/** `state` is a word of the server: wait_bgsave, send_bulk, online and others. */
export type InfoReplica = {
  readonly ip: string;
  readonly port: number;
  readonly state: string;
  readonly offset: bigint | undefined;
  readonly lagSeconds: number | undefined;
};

/** Reads the reply of INFO, whichever of the three sections it has. */
export const readInfoReplication = (value: Value): Result<InfoReplication, NotRead> => {
  const bytes = bytesIn(value);
  return bytes === undefined ? notRead("the text of INFO", value) : ok(infoReplication(bytes));
};

/** The same of the text itself, or of the part `[from, to)` of a chunk it arrived in. */
export const infoReplication = (info: Uint8Array, from = 0, to: number = info.length): InfoReplication => {
  const { text, integer, numbered } = scan(info, from, to);
  return {
    runId: identifier(text("run_id")),
    uptimeSeconds: whole(integer("uptime_in_seconds")),
    loading: flag(integer("loading")),
    asyncLoading: flag(integer("async_loading")),
    role: roles.get(text("role") ?? ""),
    replid: identifier(text("master_replid")),
    replid2: identifier(text("master_replid2")),
    secondReplOffset: secondOffset(integer("second_repl_offset")),
    replOffset: offsetOf(integer("master_repl_offset")),
    connectedReplicas: whole(integer("connected_slaves")),
    replicas: numbered.flatMap(([, line]) => replicaOf(line) ?? []),
    goodReplicas: whole(integer("min_slaves_good_slaves")),
    failover: failovers.get(text("master_failover_state") ?? ""),
    primaryHost: text("master_host") || undefined,
    primaryPort: port(integer("master_port")),
    link: linkOf(text("master_link_status")),
    syncInProgress: flag(integer("master_sync_in_progress")),
    replicaOffset: offsetOf(integer("slave_repl_offset")),
    replicaReadOffset: offsetOf(integer("slave_read_repl_offset")),
    priority: whole(integer("slave_priority")),
  };
};

const scan = fieldScan(
  [
    "run_id",
    "uptime_in_seconds",
    "loading",
    "async_loading",
    "role",
    "master_replid",
    "master_replid2",
    "second_repl_offset",
    "master_repl_offset",
    "connected_slaves",
    "min_slaves_good_slaves",
    "master_host",
    "master_port",
    "master_link_status",
    "master_sync_in_progress",
    "slave_repl_offset",
    "slave_read_repl_offset",
    "slave_priority",
    "master_failover_state",
  ],
  ["slave"],
);

const roles: ReadonlyMap<string, "primary" | "replica"> = new Map([
  ["master", "primary"],
  ["slave", "replica"],
]);

const failovers: ReadonlyMap<string, FailoverState> = new Map([
  ["no-failover", "None"],
  ["waiting-for-sync", "Waiting"],
  ["failover-in-progress", "InProgress"],
]);

/** `ip=10.0.0.2,port=6379,state=online,offset=123,lag=0`, and since 8.1 `,type=replica`. */
const replicaOf = (line: string | undefined): InfoReplica | undefined => {
  const parts = new Map(line?.split(",").map(pair));
  const ip = parts.get("ip");
  const replicaPort = port(decimal(parts.get("port")));
  const state = parts.get("state");
  if (ip === undefined || ip === "" || replicaPort === undefined || state === undefined || state === "") return undefined;
  return { ip, port: replicaPort, state, offset: offsetOf(decimal(parts.get("offset"))), lagSeconds: whole(decimal(parts.get("lag"))) };
};

const pair = (part: string): [string, string | undefined] => {
  const at = part.indexOf("=");
  return at === -1 ? [part, undefined] : [part.slice(0, at), part.slice(at + 1)];
};

const identifier = (value: string | undefined): string | undefined =>
  value !== undefined && /^[0-9a-f]{40}$/.test(value) ? value : undefined;

const flag = (value: bigint | undefined): boolean | undefined => {
  if (value === 1n) return true;
  return value === 0n ? false : undefined;
};

const linkOf = (value: string | undefined): "up" | "down" | undefined => (value === "up" || value === "down" ? value : undefined);

const secondOffset = (value: bigint | undefined): bigint | undefined => (value === -1n ? -1n : offsetOf(value));
const whole = (value: bigint | undefined): number | undefined => wholeOf(value, { from: 0, to: Number.MAX_SAFE_INTEGER });
const port = (value: bigint | undefined): number | undefined => wholeOf(value, { from: 0, to: 65_535 });
