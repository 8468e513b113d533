// What a process says about itself, how it is configured, and how it ends.

import { type Argument } from "../encode.ts";
import { type AtLeastOne, type Command, flag } from "./arguments.ts";

export type InfoSection =
  | "server"
  | "clients"
  | "memory"
  | "persistence"
  | "stats"
  | "replication"
  | "cpu"
  | "modules"
  | "commandstats"
  | "errorstats"
  | "latencystats"
  | "cluster"
  | "keyspace"
  | "default"
  | "all"
  | "everything";

/** One text of all sections asked for, of one instant. */
export const info = (...sections: readonly InfoSection[]): Command => ["INFO", ...sections];

/** Names, or patterns with `*`. */
export const configGet = (...names: AtLeastOne<string>): Command => ["CONFIG", "GET", ...names];

/** All or nothing: a name or a value that is refused leaves the others as they were. At least one. */
export const configSet = (first: Setting, ...rest: readonly Setting[]): Command => ["CONFIG", "SET", ...first, ...rest.flat()];

export type Setting = readonly [name: string, value: Argument];

/** Into the file it was started with; without one that is an error. */
export const configRewrite = (): Command => ["CONFIG", "REWRITE"];
export const configResetStat = (): Command => ["CONFIG", "RESETSTAT"];

export type Shutdown = {
  /** Whether the data set is written before; as configured where it is not said. */
  readonly save?: boolean;
  /** Without waiting for replicas that lag behind. */
  readonly now?: boolean;
  /** Whatever goes wrong on the way. */
  readonly force?: boolean;
};

/** Answered only with an error: a process that ends says nothing. */
export const shutdown = ({ save, now, force }: Shutdown = {}): Command => [
  "SHUTDOWN",
  ...flag("NOSAVE", save === false),
  ...flag("SAVE", save),
  ...flag("NOW", now),
  ...flag("FORCE", force),
];
export const shutdownAbort = (): Command => ["SHUTDOWN", "ABORT"];

export const bgSave = ({ evenLater }: { readonly evenLater?: boolean } = {}): Command => ["BGSAVE", ...flag("SCHEDULE", evenLater)];
export const bgRewriteAof = (): Command => ["BGREWRITEAOF"];
/** Seconds since 1970. */
export const lastSave = (): Command => ["LASTSAVE"];
export const dbSize = (): Command => ["DBSIZE"];

/** What the server says of its own commands; `client|kill` is a part of a command. */
export const commandInfo = (...names: readonly string[]): Command => ["COMMAND", "INFO", ...names];
export const commandDocs = (...names: readonly string[]): Command => ["COMMAND", "DOCS", ...names];
