// What a client says about its own connection, and about those of others.

import { type AtLeastOne, type Command, flag, type Octets, onOff, option } from "./arguments.ts";

/** PONG, or the message back; a primary that cannot write to its disk answers MISCONF. */
export const ping = (message?: Octets): Command => (message === undefined ? ["PING"] : ["PING", message]);

export const echo = (message: Octets): Command => ["ECHO", message];

export type Login = { readonly user: string; readonly password: string };

export const auth = ({ user, password }: Login): Command => ["AUTH", user, password];

/** Which protocol is spoken from the reply on, and who speaks. Without a protocol it only asks. */
export const hello = (protocol?: 2 | 3, { login, name }: { readonly login?: Login; readonly name?: string } = {}): Command =>
  protocol === undefined
    ? ["HELLO"]
    : ["HELLO", protocol, ...(login === undefined ? [] : ["AUTH", login.user, login.password]), ...option("SETNAME", name)];

/** The connection as it was when it was accepted. */
export const reset = (): Command => ["RESET"];

export const clientId = (): Command => ["CLIENT", "ID"];
export const clientInfo = (): Command => ["CLIENT", "INFO"];
export const clientGetName = (): Command => ["CLIENT", "GETNAME"];

/** A name without blanks; an empty one takes it away. */
export const clientSetName = (name: string): Command => ["CLIENT", "SETNAME", name];

/** Which library speaks, in which version. */
export const clientSetInfo = (attribute: "LIB-NAME" | "LIB-VER", text: string): Command => ["CLIENT", "SETINFO", attribute, text];

/** Not to be disconnected when the server runs out of memory for its clients. */
export const clientNoEvict = (isOn: boolean): Command => ["CLIENT", "NO-EVICT", onOff(isOn)];

/** Reading a key does not make it look used. */
export const clientNoTouch = (isOn: boolean): Command => ["CLIENT", "NO-TOUCH", onOff(isOn)];

/** MASTER, which servers of every version know; those from 8 on take PRIMARY as well. */
export type ClientType = "NORMAL" | "MASTER" | "REPLICA" | "PUBSUB";

export type ClientSelection = { readonly type: ClientType } | { readonly ids: AtLeastOne<number | bigint> };

/** One line a connection. */
export const clientList = (selection?: ClientSelection): Command => {
  if (selection === undefined) return ["CLIENT", "LIST"];
  return "type" in selection ? ["CLIENT", "LIST", "TYPE", selection.type] : ["CLIENT", "LIST", "ID", ...selection.ids];
};

type Filter = {
  readonly id: number | bigint;
  readonly type: ClientType;
  readonly user: string;
  /** `address:port` of the client. */
  readonly address: string;
  /** `address:port` of the server that it is connected to. */
  readonly localAddress: string;
  readonly olderThanSeconds: number;
};

/** At least one filter: a connection is closed when all of them hold. */
export type ClientFilter = { [Name in keyof Filter]: Pick<Filter, Name> & Partial<Omit<Filter, Name>> }[keyof Filter];

/** How many were closed. The one that asks is spared, unless it says otherwise: its reply would be lost. */
export const clientKill = (filter: ClientFilter, { spareMe = true }: { readonly spareMe?: boolean } = {}): Command => [
  "CLIENT",
  "KILL",
  ...option("ID", filter.id),
  ...option("TYPE", filter.type),
  ...option("USER", filter.user),
  ...option("ADDR", filter.address),
  ...option("LADDR", filter.localAddress),
  "SKIPME",
  spareMe ? "YES" : "NO",
  ...option("MAXAGE", filter.olderThanSeconds),
];

/** Clients are held up for so long: those that write, or all of them. It ends by itself. */
export const clientPause = (forMs: number, who: "WRITE" | "ALL"): Command => ["CLIENT", "PAUSE", forMs, who];
export const clientUnpause = (): Command => ["CLIENT", "UNPAUSE"];

export type Tracking = {
  /** Everything under these prefixes, whoever reads it; none of them is everything. */
  readonly broadcast?: readonly Octets[];
  /** Not what this connection writes itself. */
  readonly exceptOwn?: boolean;
};

/** Pushes of keys that changed. It needs RESP3, where a push takes nobody's reply. */
export const clientTracking = (isOn: boolean, { broadcast, exceptOwn }: Tracking = {}): Command => [
  "CLIENT",
  "TRACKING",
  onOff(isOn),
  ...(broadcast ?? []).flatMap((prefix) => ["PREFIX", prefix]),
  ...flag("BCAST", broadcast !== undefined),
  ...flag("NOLOOP", exceptOwn),
];
