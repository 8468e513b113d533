// Users and what they may do.

import { type AtLeastOne, type Command } from "./arguments.ts";

export const aclWhoAmI = (): Command => ["ACL", "WHOAMI"];
export const aclUsers = (): Command => ["ACL", "USERS"];
export const aclList = (): Command => ["ACL", "LIST"];
export const aclGetUser = (user: string): Command => ["ACL", "GETUSER", user];

/** One rule, as it stands in an ACL file. Rules are applied in their order to what the user already may. */
export type AclRule =
  | "on"
  | "off"
  | "nopass"
  | "resetpass"
  | "reset"
  | "allkeys"
  | "resetkeys"
  | "allchannels"
  | "resetchannels"
  | "allcommands"
  | "nocommands"
  | "clearselectors"
  | "sanitize-payload"
  | "skip-sanitize-payload"
  /** A password in plain text, added or taken away; by its SHA-256 with `#` and `!`. */
  | `${">" | "<" | "#" | "!"}${string}`
  /** A pattern of keys, for reading or writing or both. */
  | `${"~" | "%R~" | "%W~" | "%RW~"}${string}`
  /** A pattern of channels. */
  | `&${string}`
  /** A command, `command|part`, or `@category`. */
  | `${"+" | "-"}${string}`
  /** A selector: rules of its own. */
  | `(${string})`;

/** Makes the user if there is none; without `reset` it keeps what it already may. */
export const aclSetUser = (user: string, ...rules: readonly AclRule[]): Command => ["ACL", "SETUSER", user, ...rules];

/** How many there were; their connections are closed. */
export const aclDelUser = (...users: AtLeastOne<string>): Command => ["ACL", "DELUSER", ...users];

/** Whether the user might run this command, without running it. */
export const aclDryRun = (user: string, command: Command): Command => ["ACL", "DRYRUN", user, ...command];

/** From the file the server was started with, and into it. */
export const aclLoad = (): Command => ["ACL", "LOAD"];
export const aclSave = (): Command => ["ACL", "SAVE"];
