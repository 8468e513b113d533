// Who follows whom, and who has acknowledged what.

import { type Command, type Endpoint, flag, option } from "./arguments.ts";

export const role = (): Command => ["ROLE"];

/** Begins to follow; a process that already does says so behind its OK. */
export const replicaOf = ({ host, port }: Endpoint): Command => ["REPLICAOF", host, port];

/** Becomes a primary, with the data it has. */
export const replicaOfNoOne = (): Command => ["REPLICAOF", "NO", "ONE"];

export type Failover =
  /** To this replica once its offset is that of the primary; by force also if it is not within the time. */
  | { readonly to: Endpoint; readonly timeoutMs?: number; readonly force?: never }
  | { readonly to: Endpoint; readonly timeoutMs: number; readonly force: true }
  /** To the first replica whose offset is that of the primary. */
  | { readonly to?: never; readonly timeoutMs?: number; readonly force?: never };

/** OK when it has begun: ROLE and INFO say how it goes on. */
export const failover = (how: Failover = {}): Command => [
  "FAILOVER",
  ...(how.to === undefined ? [] : ["TO", how.to.host, how.to.port, ...flag("FORCE", how.force)]),
  ...option("TIMEOUT", how.timeoutMs),
];

export const failoverAbort = (): Command => ["FAILOVER", "ABORT"];

/** How many replicas have acknowledged what this connection wrote; 0 ms waits for ever. */
export const wait = (replicas: number, timeoutMs: number): Command => ["WAIT", replicas, timeoutMs];

/** The same of what is on disk: here (0 or 1), and on replicas. */
export const waitAof = (local: 0 | 1, replicas: number, timeoutMs: number): Command => ["WAITAOF", local, replicas, timeoutMs];
