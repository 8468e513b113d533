// ROLE: the shortest question whose answer says what a process is, to whom it listens, and how far it is.
//
//   primary   *3  "master" :offset  *n of *3 (ip port offset, all three strings)
//   replica   *5  "slave" host :port link :offset        (offset -1: not known)
//   sentinel  *2  "sentinel" *n of names                 refused: an operator has no business with one
//
// Shapes and words in roleCommand of the server's replication.c.

import { ok, type Result } from "../../result.ts";
import type { Value } from "../value.ts";
import { integerOf, itemsOf, notRead, type NotRead, offsetOf, textOf, wholeOf } from "./reading.ts";

export type Role =
  | { readonly _tag: "Primary"; readonly offset: bigint; readonly replicas: readonly RoleReplica[] }
  | { readonly _tag: "Replica"; readonly ip: string; readonly port: number; readonly link: Link; readonly offset: bigint | undefined };

/** As the primary sees it. `offset` is the last one the replica acknowledged. */
export type RoleReplica = { readonly ip: string; readonly port: number; readonly offset: bigint };

/** `connected` is streaming, or about to; every other link is not. */
export type Link = (typeof links)[number];

export const readRole = (value: Value): Result<Role, NotRead> => {
  const items = itemsOf(value);
  const role = items === undefined ? undefined : roleOf(items);
  return role === undefined ? notRead("the reply of ROLE on a primary or a replica", value) : ok(role);
};

const links = ["none", "connect", "connecting", "handshake", "sync", "connected", "unknown"] as const;

const roleOf = (items: readonly Value[]): Role | undefined => {
  const [word, ...rest] = items;
  const role = textOf(word);
  if (role === "master" && rest.length === 2) return primaryOf(rest);
  return role === "slave" && rest.length === 4 ? replicaOf(rest) : undefined;
};

const primaryOf = ([offsetValue, replicaValues]: readonly Value[]): Role | undefined => {
  const offset = offsetOf(integerOf(offsetValue));
  const replicas = itemsOf(replicaValues)?.map(listedOf);
  if (offset === undefined || replicas === undefined) return undefined;
  const whole = replicas.filter((replica) => replica !== undefined);
  return whole.length === replicas.length ? { _tag: "Primary", offset, replicas: whole } : undefined;
};

const listedOf = (value: Value): RoleReplica | undefined => {
  const items = itemsOf(value);
  if (items?.length !== 3) return undefined;
  const ip = textOf(items[0]);
  const port = wholeOf(integerOf(items[1]), ports);
  const offset = offsetOf(integerOf(items[2]));
  return ip === undefined || port === undefined || offset === undefined ? undefined : { ip, port, offset };
};

const replicaOf = ([host, portValue, linkValue, offsetValue]: readonly Value[]): Role | undefined => {
  const ip = textOf(host);
  const port = wholeOf(integerOf(portValue), ports);
  const word = textOf(linkValue);
  const link = links.find((one) => one === word);
  const offset = integerOf(offsetValue);
  if (ip === undefined || port === undefined || link === undefined || offset === undefined || offset < -1n) return undefined;
  return { _tag: "Replica", ip, port, link, offset: offsetOf(offset) };
};

/** 0 is what a replica announces before its port is known. */
const ports = { from: 0, to: 65_535 };
