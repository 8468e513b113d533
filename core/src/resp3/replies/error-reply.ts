// An error reply, typed by its first word. The word is the part of an error that servers promise; the rest is prose.
// It is compared whole: BUSYGROUP and BUSYKEY are not BUSY.

import { shown } from "../text.ts";
import { bare, type Value } from "../value.ts";

export type ErrorReply = {
  readonly kind: ErrorKind;
  /** The first word, whether known or not. */
  readonly prefix: string;
  /** All of it, for logs; octets that are not text are shown as \xNN. */
  readonly message: string;
};

export type ErrorKind = (typeof knownPrefixes)[number] | "MAXCLIENTS" | "OTHER";

/** The error a value is, or undefined. */
export const errorReply = (value: Value): ErrorReply | undefined => {
  const inner = bare(value);
  if (inner._tag !== "Error" && inner._tag !== "BulkError") return undefined;
  const message = shown(inner.bytes);
  const prefix = message.slice(0, message.search(/\s|$/));
  return { kind: kindOf(prefix, message), prefix, message };
};

/** What an operator treats differently. The server's own shared errors, and the ones of its replication and cluster commands. */
const knownPrefixes = [
  "LOADING", // the data set is being read from disk
  "MASTERDOWN", // a replica without link that may not serve stale data
  "BUSY", // a script or function does not return
  "NOAUTH", // no credentials on this connection
  "WRONGPASS", // wrong credentials
  "NOPERM", // the user may not do this
  "MISCONF", // the disk refuses to persist
  "READONLY", // a write to a replica
  "NOREPLICAS", // fewer good replicas than min-replicas-to-write
  "OOM", // above maxmemory, and nothing may be evicted
  "NOMASTERLINK", // asked for a sync by a replica while without a link itself
  "NOGOODSLAVE", // of a Sentinel: no replica is fit to be promoted
  "INPROG", // of a Sentinel: a failover is in progress
  "NOPROTO", // HELLO with a protocol that is not spoken here
  "UNKILLABLE", // SCRIPT KILL of a script that has written
  "NOTBUSY", // SCRIPT KILL of nothing
  "NOSCRIPT", // EVALSHA of what was never loaded
  "EXECABORT", // EXEC after a command that was refused
  "WRONGTYPE", // a key that holds another type
  "UNBLOCKED", // a blocked command ended because the role changed
  "DENIED", // protected mode
  "ERR", // everything without a word of its own
] as const;

const known: ReadonlyMap<string, ErrorKind> = new Map(knownPrefixes.map((prefix) => [prefix, prefix]));

/** The one that has no word of its own and matters: the server answers it instead of accepting the connection. */
const tooManyClients = /^ERR max number of clients (?:\+ cluster connections )?reached/;

const kindOf = (prefix: string, message: string): ErrorKind =>
  tooManyClients.test(message) ? "MAXCLIENTS" : (known.get(prefix) ?? "OTHER");
