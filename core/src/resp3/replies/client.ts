// CLIENT: who is connected. LIST and INFO are text, a line for each connection with `name=value` pairs between spaces; values hold colons
// and may hold equals signs, but never a space or a line end, which the server refuses in the names clients give themselves.

import { err, ok, type Result } from "../../result.ts";
import { shown } from "../text.ts";
import type { Value } from "../value.ts";
import { bytesIn, decimal, integerOf, notRead, type NotRead, textOf, wholeOf } from "./reading.ts";

/** What a line says; undefined is unknown, or empty where the server leaves a name empty. */
export type Client = {
  readonly id: bigint;
  /** Of the other end: `host:port`, `[v6]:port` or a path of a Unix socket. */
  readonly address: string | undefined;
  readonly localAddress: string | undefined;
  readonly name: string | undefined;
  readonly user: string | undefined;
  readonly ageSeconds: number | undefined;
  readonly idleSeconds: number | undefined;
  /** One letter each: S a replica, M the primary, P a subscriber, N none of the others. */
  readonly flags: string | undefined;
  readonly protocol: 2 | 3 | undefined;
  /** The last command, `client|list`. */
  readonly command: string | undefined;
};

/** The reply of CLIENT LIST, or of CLIENT INFO: that is a list of one. */
export const readClients = (value: Value): Result<readonly Client[], NotRead> => {
  const list = textOf(value);
  if (list === undefined) return notRead("lines with a connection each", value);
  const clients: Client[] = [];
  for (const line of list.split("\n")) {
    if (line === "") continue;
    const client = clientOf(line);
    if (client === undefined) return err({ _tag: "Unexpected", expected: "a line with id=N of a connection", found: line.slice(0, 64) });
    clients.push(client);
  }
  return ok(clients);
};

/** The reply of CLIENT ID. */
export const readClientId = (value: Value): Result<bigint, NotRead> => {
  const id = integerOf(value);
  return id === undefined || id < 0n ? notRead("the id of a connection", value) : ok(id);
};

/** The reply of CLIENT KILL with filters: how many were closed. Its old form with an address answers OK, for one. */
export const readKilled = (value: Value): Result<number, NotRead> => {
  const bytes = bytesIn(value);
  if (bytes !== undefined && shown(bytes) === "OK") return ok(1);
  const killed = wholeOf(integerOf(value), whole);
  return killed === undefined ? notRead("the number of connections that were closed", value) : ok(killed);
};

const clientOf = (line: string): Client | undefined => {
  const fields = new Map(line.replace(/\r$/, "").split(" ").map(pairOf));
  const id = decimal(fields.get("id"));
  if (id === undefined || id < 0n) return undefined;
  const named = (name: string): string | undefined => fields.get(name) || undefined;
  return {
    id,
    address: named("addr"),
    localAddress: named("laddr"),
    name: named("name"),
    user: named("user"),
    ageSeconds: wholeOf(decimal(fields.get("age")), whole),
    idleSeconds: wholeOf(decimal(fields.get("idle")), whole),
    flags: named("flags"),
    protocol: protocols.get(fields.get("resp") ?? ""),
    command: named("cmd"),
  };
};

const pairOf = (part: string): [name: string, value: string] => {
  const at = part.indexOf("=");
  return at === -1 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
};

const protocols: ReadonlyMap<string, 2 | 3> = new Map([
  ["2", 2],
  ["3", 3],
]);
const whole = { from: 0, to: Number.MAX_SAFE_INTEGER };
