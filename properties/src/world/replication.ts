// How data moves between processes. Everything here is one small step, because between any two of them a process may die, a
// link may be cut, or a client may be told that its write is safe.
//
//   connecting ──▶ up ──▶ streaming          partial: the history is one, the offset within it
//        └──▶ syncing ──▶ up                  full: the old data and the old offset until the flush, then the source's
import { replicationId, replicationUser } from "@gungnir/core";

import type { Item, Link, Process } from "./process.ts";
import { isPrimary, withItem } from "./process.ts";

/** Processes, and the pairs of addresses between which nothing passes. */
export type Valkey = { readonly processes: readonly Process[]; readonly cuts: readonly string[] };

/** The user as which a pod's process attaches. */
export const userOf = replicationUser;

export const pathKey = (one: string, other: string): string => (one < other ? `${one}|${other}` : `${other}|${one}`);
export const isOpen = (valkey: Valkey, one: string, other: string): boolean => !valkey.cuts.includes(pathKey(one, other));

export const processAt = (valkey: Valkey, address: string | undefined): Process | undefined =>
  address === undefined ? undefined : valkey.processes.find((process) => process.address === address);
export const withProcess = (valkey: Valkey, changed: Process): Valkey => ({
  ...valkey,
  processes: valkey.processes.map((process) => (process.runId === changed.runId ? changed : process)),
});

/** Attached and served: what the source counts as online. */
export const followers = (valkey: Valkey, source: Process): readonly Process[] =>
  valkey.processes.filter(
    (process) =>
      process.role._tag === "Replica" &&
      process.role.of === source.address &&
      isLinked(process.role.link) &&
      !process.hung &&
      isOpen(valkey, process.address, source.address),
  );
const isLinked = (link: Link): boolean => link === "up" || link === "streaming";
/** Whose connection the source has, whether or not anything still comes through it: what it lists, until it misses them. */
export const isAttached = (process: Process, source: Process): boolean =>
  process.role._tag === "Replica" && process.role.of === source.address && isLinked(process.role.link);

/** The source a replica can take data from right now, if there is one. */
export const sourceOf = (valkey: Valkey, replica: Process): Process | undefined => {
  const source = senderOf(valkey, replica);
  return source === undefined || source.hung ? undefined : source;
};
/** The source whose bytes reach a replica: a hung one has sent what it executed. */
const senderOf = (valkey: Valkey, replica: Process): Process | undefined => {
  if (replica.role._tag !== "Replica" || replica.hung || replica.loading) return undefined;
  const source = processAt(valkey, replica.role.of);
  if (source === undefined || source.loading || source.runId === replica.runId) return undefined;
  return isOpen(valkey, replica.address, source.address) ? source : undefined;
};

/** A link may be made: the source serves (quarantine answers NOMASTERLINK) and knows the replica's user. */
const serves = (source: Process, replica: Process): boolean =>
  (isPrimary(source) || (source.role._tag === "Replica" && isLinked(source.role.link))) && source.users.includes(userOf(replica));

/** Whether the replica's data is a beginning of the source's, so that only the rest is sent. */
export const canContinue = (source: Process, replica: Process): boolean =>
  replica.forgotPlace !== true &&
  ((replica.replid === source.replid && replica.offset <= source.offset) ||
    (source.before !== undefined && replica.replid === source.before.replid && replica.offset <= source.before.upTo));

/** `connecting` to `up` or `syncing`; undefined where nothing can happen. */
export const attach = (valkey: Valkey, replica: Process): Valkey | undefined => {
  const source = sourceOf(valkey, replica);
  if (source === undefined || linkOf(replica) !== "connecting" || !serves(source, replica)) return undefined;
  if (!canContinue(source, replica)) {
    const syncing = linked(replica, "syncing");
    return withProcess(withBacklog(valkey, source), replica.flushesFirst === true ? { ...syncing, items: [], offset: 0n } : syncing);
  }
  if (replica.replid === source.replid) return withProcess(valkey, linked(replica, "up"));
  const adopted: Process = { ...replica, replid: source.replid, before: { replid: replica.replid, upTo: replica.offset } };
  return withProcess(dropFollowers(valkey, replica, "in flight"), linked(adopted, "up"));
};

/** A primary that never had a replica knows no stream to continue: measured, it takes a new history and forgets the one before. */
const withBacklog = (valkey: Valkey, source: Process): Valkey => {
  if (source.backlog) return valkey;
  const { before: _, ...begun } = beginHistory(source);
  return withProcess(valkey, { ...begun, backlog: true });
};

/** The end of a full sync: the flush and the source's data in one. Everything the replica had is gone, the history before too, and its own replicas. */
export const finishSync = (valkey: Valkey, replica: Process): Valkey | undefined => {
  const source = sourceOf(valkey, replica);
  if (source === undefined || linkOf(replica) !== "syncing") return undefined;
  const { before: _, forgotPlace: __, ...rest } = linked(replica, "up");
  const synced = { ...rest, onDisk: replica.items, backlog: true, replid: source.replid, offset: source.offset, items: source.items };
  return withProcess(dropFollowers(valkey, replica, "in flight"), synced);
};

/** Every append-only file is whole again. */
export const rewriteFiles = (valkey: Valkey): Valkey =>
  valkey.processes.some((process) => process.onDisk !== undefined)
    ? { ...valkey, processes: valkey.processes.map((process) => rewritten(process)) }
    : valkey;
const rewritten = (process: Process): Process => {
  const { onDisk: _, ...rest } = process;
  return rest;
};

/**
 * The next item of the stream arrives at the replica and is acknowledged. A pause holds it back like any other write (measured). One that
 * cannot write its log takes none either: a server ends itself at the first (measured), which is the fault "crash".
 */
export const stream = (valkey: Valkey, replica: Process): Valkey | undefined => {
  const source = senderOf(valkey, replica);
  const link = linkOf(replica);
  if (source === undefined || replica.pause !== undefined || replica.diskFull === true || (link !== "up" && link !== "streaming"))
    return undefined;
  const item = source.items.find((other) => other.at > replica.offset);
  if (item === undefined) return undefined;
  return withProcess(valkey, { ...linked(replica, "streaming"), items: withItem(replica.items, item), offset: item.at });
};

/** Bytes sent by a source that is gone arrive all the same. */
export const deliver = (valkey: Valkey, replica: Process): Valkey | undefined => {
  if (replica.role._tag !== "Replica" || replica.role.link !== "closing" || replica.hung) return undefined;
  if (!isOpen(valkey, replica.address, replica.role.of ?? "")) return undefined;
  const [item, ...rest] = replica.role.inFlight;
  if (item === undefined || replica.pause !== undefined) return withProcess(valkey, unlinked(valkey, replica));
  return withProcess(valkey, {
    ...replica,
    items: withItem(replica.items, item),
    offset: item.at,
    role: { ...replica.role, inFlight: rest },
  });
};

/**
 * A period of the primary's own ping: whoever hears it and has everything has a byte more. A primary goes on with it for as long as it
 * has replicas, whether or not they hear: cut off, its offset runs ahead of its data.
 */
export const beat = (valkey: Valkey): Valkey => {
  const hasReplicas = (source: Process): boolean => valkey.processes.some((process) => isAttached(process, source));
  const beating = valkey.processes.filter((process) => isPrimary(process) && !process.hung && hasReplicas(process));
  let beaten = valkey;
  for (const source of beating) {
    for (const follower of followers(valkey, source)) {
      if (follower.offset < source.offset && source.items.some((item) => item.at > follower.offset)) continue;
      beaten = withProcess(beaten, { ...linked(follower, "streaming"), offset: source.offset + 1n });
    }
    beaten = withProcess(beaten, { ...source, offset: source.offset + 1n });
  }
  return beaten;
};

/**
 * The source's side of its links ends: it died or took another history. A demotion alone keeps them: whoever is attached stays,
 * and only newcomers are refused. What was sent before a death still arrives; what was cut on purpose does not.
 */
export const dropFollowers = (
  valkey: Valkey,
  source: Process,
  sent: "in flight" | "nothing",
  isMeant: (follower: Process) => boolean = () => true,
): Valkey => ({
  ...valkey,
  processes: valkey.processes.map((process) => {
    if (process.role._tag !== "Replica" || process.role.of !== source.address || !isMeant(process)) return process;
    // What is closing was the link to a former life of the source.
    if (process.role.link === "connecting" || process.role.link === "closing") return process;
    const streams = isLinked(process.role.link) && isOpen(valkey, process.address, source.address);
    const inFlight = streams && sent === "in flight" ? source.items.filter((item) => item.at > process.offset) : [];
    // Whom no word reaches goes on believing that it is linked.
    const isDeaf = isLinked(process.role.link) && !isOpen(valkey, process.address, source.address);
    return inFlight.length === 0 && !isDeaf ? unlinked(valkey, process) : linked(process, "closing", inFlight);
  }),
});

/** Its link is over. Behind a write that a pause holds back, its place in the stream goes with it (measured). */
export const unlinked = (valkey: Valkey, replica: Process): Process => {
  const forgets = replica.pause !== undefined && isHoldingBack(valkey, replica);
  return linked(forgets ? { ...replica, forgotPlace: true } : replica, "connecting");
};
const isHoldingBack = (valkey: Valkey, replica: Process): boolean => {
  if (replica.role._tag === "Replica" && replica.role.link === "closing") return replica.role.inFlight.length > 0;
  const source = senderOf(valkey, replica);
  return source !== undefined && isAttached(replica, source) && source.items.some((item) => item.at > replica.offset);
};

/** A client's write, or a marker, applied at a primary. */
export const append = (valkey: Valkey, primary: Process, id: string): Valkey => {
  const at = primary.offset + 1n;
  return withProcess(valkey, { ...primary, offset: at, items: withItem(primary.items, { id, at }) });
};

/** Where an item stands in the stream matters only until everybody is past it; then it is forgotten, so that equal worlds look equal. */
export const forgetPlaces = (valkey: Valkey): Valkey => {
  let least: bigint | undefined;
  for (const { offset } of valkey.processes) if (least === undefined || offset < least) least = offset;
  const floor = least ?? 0n;
  const isDone = (item: Item): boolean => item.at > 0n && item.at <= floor;
  if (!valkey.processes.some((process) => process.items.some(isDone))) return valkey;
  const forget = (item: Item): Item => (isDone(item) ? { id: item.id, at: 0n } : item);
  return {
    ...valkey,
    processes: valkey.processes.map((process) => (process.items.some(isDone) ? { ...process, items: process.items.map(forget) } : process)),
  };
};

/** A promoted process begins a history and remembers the one it continues. */
export const beginHistory = (process: Process): Process => ({
  ...process,
  histories: process.histories + 1,
  replid: replicationId(`${process.runId}/${process.histories + 1}`),
  before: { replid: process.replid, upTo: process.offset },
});

export const linkOf = (process: Process): Link | undefined => (process.role._tag === "Replica" ? process.role.link : undefined);
const linked = (replica: Process, link: Link, inFlight: readonly Item[] = []): Process =>
  replica.role._tag === "Replica" ? { ...replica, role: { ...replica.role, link, inFlight } } : replica;
