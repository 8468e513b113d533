// What an operator wants of INFO server, persistence and replication, with the types these facts have. `undefined` is "not known": the line
// was missing or is not what the server writes. Nothing here has a default, for a default offset of 0 or a default `loading: false`
// would let a process be judged by what it never said.
//
// The names are the field's; the names of the wire, where they differ, are at `scan` below.

import { ok, type Result } from "../../result.ts";
import type { Value } from "../value.ts";
import { infoScan, numberedFields } from "./info.ts";
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

/** The same of the text itself. */
export const infoReplication = (info: Uint8Array): InfoReplication => {
  const field = scan(info);
  return {
    runId: identifier(field("run_id")),
    uptimeSeconds: whole(field("uptime_in_seconds")),
    loading: flag(field("loading")),
    asyncLoading: flag(field("async_loading")),
    role: roles.get(field("role") ?? ""),
    replid: identifier(field("master_replid")),
    replid2: identifier(field("master_replid2")),
    secondReplOffset: secondOffset(field("second_repl_offset")),
    replOffset: offset(field("master_repl_offset")),
    connectedReplicas: whole(field("connected_slaves")),
    replicas: numberedFields(info, "slave").flatMap(([, line]) => replicaOf(line) ?? []),
    goodReplicas: whole(field("min_slaves_good_slaves")),
    primaryHost: field("master_host") || undefined,
    primaryPort: port(field("master_port")),
    link: linkOf(field("master_link_status")),
    syncInProgress: flag(field("master_sync_in_progress")),
    replicaOffset: offset(field("slave_repl_offset")),
    replicaReadOffset: offset(field("slave_read_repl_offset")),
    priority: whole(field("slave_priority")),
  };
};

const scan = infoScan([
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
]);

const roles: ReadonlyMap<string, "primary" | "replica"> = new Map([
  ["master", "primary"],
  ["slave", "replica"],
]);

/** `ip=10.0.0.2,port=6379,state=online,offset=123,lag=0`, and since 8.1 `,type=replica`. */
const replicaOf = (line: string | undefined): InfoReplica | undefined => {
  const parts = new Map(line?.split(",").map(pair));
  const ip = parts.get("ip");
  const replicaPort = port(parts.get("port"));
  const state = parts.get("state");
  if (ip === undefined || ip === "" || replicaPort === undefined || state === undefined || state === "") return undefined;
  return { ip, port: replicaPort, state, offset: offset(parts.get("offset")), lagSeconds: whole(parts.get("lag")) };
};

const pair = (part: string): [string, string | undefined] => {
  const at = part.indexOf("=");
  return at === -1 ? [part, undefined] : [part.slice(0, at), part.slice(at + 1)];
};

const identifier = (value: string | undefined): string | undefined =>
  value !== undefined && /^[0-9a-f]{40}$/.test(value) ? value : undefined;

const flag = (value: string | undefined): boolean | undefined => {
  if (value === "1") return true;
  return value === "0" ? false : undefined;
};

const linkOf = (value: string | undefined): "up" | "down" | undefined => (value === "up" || value === "down" ? value : undefined);

const secondOffset = (value: string | undefined): bigint | undefined => (value === "-1" ? -1n : offset(value));
const offset = (value: string | undefined): bigint | undefined => offsetOf(decimal(value));
const whole = (value: string | undefined): number | undefined => wholeOf(decimal(value), { from: 0, to: Number.MAX_SAFE_INTEGER });
const port = (value: string | undefined): number | undefined => wholeOf(decimal(value), { from: 0, to: 65_535 });
