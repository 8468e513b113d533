// ROLE: the shortest question whose answer says what a process is, to whom it listens, and how far it is.
//
//   primary   *3  "master" :offset  *n of *3 (ip port offset, all three strings)
//   replica   *5  "slave" host :port link :offset        (offset -1: not known)
//   sentinel  *2  "sentinel" *n of names                 refused: an operator has no business with one
//
// Shapes and words in roleCommand of the server's replication.c.

import { ok, type Result } from "../../result.ts";
import type { Value } from "../value.ts";
import { integerOf, itemsOf, notRead, type NotRead, offsetOf, textOf, unexpected, wholeOf } from "./reading.ts";

export type Role =
  | { readonly _tag: "Primary"; readonly offset: bigint; readonly replicas: readonly RoleReplica[] }
  | { readonly _tag: "Replica"; readonly ip: string; readonly port: number; readonly link: Link; readonly offset: bigint | undefined };

/** As the primary sees it. `offset` is the last one the replica acknowledged. */
export type RoleReplica = { readonly ip: string; readonly port: number; readonly offset: bigint };

/** `connected` is streaming, or about to; every other link is not. */
export type Link = (typeof links)[number];

export const readRole = (value: Value): Result<Role, NotRead> => {
  const items = itemsOf(value) ?? [];
  const [word, ...parts] = items;
  const role = textOf(word);
  if (role === "master" && parts.length === 2) return primaryOf(parts);
  if (role === "slave" && parts.length === 4) return replicaOf(parts);
  return notRead("the reply of ROLE on a primary or a replica", value);
};

const links = ["none", "connect", "connecting", "handshake", "sync", "connected", "unknown"] as const;

const primaryOf = ([offsetPart, replicaPart]: readonly Value[]): Result<Role, NotRead> => {
  const offset = offsetOf(integerOf(offsetPart));
  if (offset === undefined) return unexpected("the offset of a primary, from 0 to 2^63-1", offsetPart);
  const items = itemsOf(replicaPart);
  if (items === undefined) return unexpected("the replicas of a primary, an array", replicaPart);
  const replicas: RoleReplica[] = [];
  for (const item of items) {
    const replica = listedOf(item);
    if (replica === undefined) return unexpected("a replica as its address, its port and its offset", item);
    replicas.push(replica);
  }
  return ok({ _tag: "Primary", offset, replicas });
};

const listedOf = (value: Value): RoleReplica | undefined => {
  const items = itemsOf(value);
  if (items?.length !== 3) return undefined;
  const ip = textOf(items[0]);
  const port = wholeOf(integerOf(items[1]), ports);
  const offset = offsetOf(integerOf(items[2]));
  return ip === undefined || port === undefined || offset === undefined ? undefined : { ip, port, offset };
};

const replicaOf = ([hostPart, portPart, linkPart, offsetPart]: readonly Value[]): Result<Role, NotRead> => {
  const ip = textOf(hostPart);
  if (ip === undefined) return unexpected("the address of the primary, a text", hostPart);
  const port = wholeOf(integerOf(portPart), ports);
  if (port === undefined) return unexpected("the port of the primary, from 0 to 65535", portPart);
  const word = textOf(linkPart);
  const link = links.find((one) => one === word);
  if (link === undefined) return unexpected(`the link of a replica, one of ${links.join(", ")}`, linkPart);
  const offset = integerOf(offsetPart);
  if (offset === undefined || offset < -1n) return unexpected("the offset of a replica, from -1 to 2^63-1", offsetPart);
  return ok({ _tag: "Replica", ip, port, link, offset: offsetOf(offset) });
};

/** 0 is what a replica announces before its port is known. */
const ports = { from: 0, to: 65_535 };
