// One Valkey process as far as replication is concerned. Facts, not wishes: what is here was measured on real servers or is
// numbered in ASSUMPTIONS.md. A process knows nothing of Kubernetes and nothing of epochs, but for the marker in its data.
import type { Command, Epoch, Marker, PodName, Reading, Reply, ReplicationId, RunId, Uid } from "@gungnir/core";
import { epoch, podName, replicationId, replicationOffset } from "@gungnir/core";

/** One thing in the data set: a client's write, or a marker. `at` is the replication offset after it. */
export type Item = { readonly id: string; readonly at: bigint };

/**
 * The state of a replica's link. *Up* is reported before anything streams; *closing* is a link whose source is gone while bytes
 * that were already sent still arrive, and is reported as up, too.
 */
export type Link = "connecting" | "syncing" | "up" | "streaming" | "closing";

export type Role =
  | { readonly _tag: "Primary" }
  /** `of` is an address; undefined is quarantine (`127.0.0.1 1`), which is also what a freeze leaves behind. */
  | { readonly _tag: "Replica"; readonly of: string | undefined; readonly link: Link; readonly inFlight: readonly Item[] };

export type Process = {
  readonly pod: PodName;
  readonly uid: Uid;
  readonly runId: RunId;
  readonly address: string;
  /** Stopped by a signal: connections stay open, nothing is read. */
  readonly hung: boolean;
  readonly loading: boolean;
  readonly role: Role;
  readonly replid: ReplicationId;
  /** How many histories this process began, so that each gets a name of its own. */
  readonly histories: number;
  readonly offset: bigint;
  /** Keeps a window of its stream. Who has none takes a new history with the first replica that attaches. */
  readonly backlog: boolean;
  /** The history before ours, and how much of it we share. */
  readonly before?: { readonly replid: ReplicationId; readonly upTo: bigint };
  readonly items: readonly Item[];
  readonly minReplicas: number;
  /** Replication users that exist here. */
  readonly users: readonly string[];
  /** Commands written to a process that does not read, obeyed in this order when it does. */
  readonly queue: readonly Command[];
  /** After a full sync the append-only file is written anew: until that is over a death brings back what was there before. */
  readonly onDisk?: readonly Item[];
  /** Milliseconds for which CLIENT PAUSE still holds writes back. */
  readonly pause?: number;
  /** Its link ended behind a write that a pause held back: it forgot where it was in the stream, and asks for everything. */
  readonly forgotPlace?: true;
  /** A FAILOVER of its own, until the target has taken over. */
  readonly failover?: Failover;
  /** `replica-priority`, where it is not the usual one. */
  readonly priority?: number;
  /** Where A-9 does not hold: its data is gone as soon as a full sync begins. */
  readonly flushesFirst?: true;
  /** The operator's password is no longer its own: whoever asks or commands with it is turned away. */
  readonly locked?: true;
  /** Its log cannot be written. */
  readonly diskFull?: true;
};

/** *Waiting*: still the primary, writes are held back, the target is to have everything. *Asking*: a replica of it already. */
export type Failover = {
  readonly state: "waiting" | "asking";
  readonly to: string;
  /** Whose order it is; the process does not know, properties do. */
  readonly epoch: Epoch;
};

export const QUARANTINE: Role = { _tag: "Replica", of: undefined, link: "connecting", inFlight: [] };
export const PRIMARY: Role = { _tag: "Primary" };

/** A process that was just started. Its history is new, whatever its volume holds: an append-only file carries no history. */
export const boot = (life: {
  readonly pod: PodName;
  readonly uid: Uid;
  readonly runId: RunId;
  readonly address: string;
  readonly items: readonly Item[];
  readonly role: Role;
  readonly loading: boolean;
  readonly priority?: number | undefined;
  readonly habits?: { readonly flushesFirst?: true; readonly keepsHistory?: true } | undefined;
}): Process => ({
  pod: life.pod,
  uid: life.uid,
  runId: life.runId,
  address: life.address,
  hung: false,
  loading: life.loading,
  role: life.role,
  replid: replicationId(`${life.runId}/0`),
  histories: 0,
  backlog: life.habits?.keepsHistory === true,
  offset: 0n,
  items: life.items.map((item) => ({ id: item.id, at: 0n })),
  minReplicas: 0,
  users: [],
  queue: [],
  ...(life.priority === undefined ? {} : { priority: life.priority }),
  ...(life.habits?.flushesFirst === true ? { flushesFirst: true } : {}),
});

/** Cannot serve a sync and cannot advance: what a freeze is for. */
export const isFrozen = (process: Process): boolean => process.role._tag === "Replica" && process.role.of === undefined;
export const isPrimary = (process: Process): boolean => process.role._tag === "Primary";
export const holds = (process: Process, item: string): boolean => process.items.some((other) => other.id === item);

const MARKER = "marker:";
const FLUSH = "flush:";
/** FLUSHALL, as it travels through the stream and stays in the data: what was there before it is gone, but for the marker. */
export const flushItem = (at: number): string => `${FLUSH}${at}`;
export const markerItem = (marker: Marker): string => `${MARKER}${marker.epoch}:${marker.seq}:${marker.pod}`;

/** Appends to a data set. A marker takes the place of the one before it: it is one library, loaded again; and a flush leaves it alone. */
export const withItem = (items: readonly Item[], item: Item): readonly Item[] => {
  const isMarker = (one: Item): boolean => one.id.startsWith(MARKER);
  if (item.id.startsWith(FLUSH)) return [...items.filter(isMarker), item];
  return isMarker(item) ? [...items.filter((other) => !isMarker(other)), item] : [...items, item];
};

/** The marker a data set carries: the newest one written into it. */
export const markerOf = (process: Process): Marker | "Absent" => {
  const text = process.items.findLast((item) => item.id.startsWith(MARKER))?.id;
  const [, claimed, seq, pod] = text?.split(":") ?? [];
  if (claimed === undefined || seq === undefined || pod === undefined) return "Absent";
  return { epoch: epoch(Number(claimed)), seq: Number(seq), pod: podName(pod) };
};

/** To PING and to every write. */
export const DISK_FULL = "MISCONF Errors writing to the AOF file: No space left on device";

/** What a source lists of a replica. */
export type Attached = Pick<Process, "address" | "offset">;

/** What ROLE, INFO, ACL LIST and FUNCTION LIST say, as core reads them. */
export const answer = (process: Process, followers: readonly Attached[], port: number): Reply => {
  if (process.locked === true) return { _tag: "NoAuth", text: "WRONGPASS invalid username-password pair or user is disabled." };
  if (process.loading) return { _tag: "Loading", text: "LOADING Valkey is loading the dataset in memory" };
  const reading = readingOf(process, followers, port);
  return process.diskFull === true
    ? { _tag: "Misconfigured", text: DISK_FULL, runId: process.runId, reading }
    : { _tag: "Reading", reading };
};

const readingOf = (process: Process, followers: readonly Attached[], port: number): Reading => {
  const { role } = process;
  const base: Omit<Reading, "role"> = {
    runId: process.runId,
    offset: replicationOffset(process.offset),
    replid: process.replid,
    priority: process.priority ?? 100,
    downstream: followers.map((follower) => ({
      host: follower.address,
      online: true,
      offset: replicationOffset(follower.offset),
    })),
    minReplicas: process.minReplicas,
    users: process.users,
    marker: markerOf(process),
    empty: process.items.length === 0,
    ...(process.failover === undefined ? {} : { handingOver: true }),
    ...(process.before === undefined ? {} : { replidBefore: process.before.replid, forkedAt: replicationOffset(process.before.upTo) }),
  };
  if (role._tag === "Primary") return { ...base, role: "primary" };
  const upstream = {
    host: role.of ?? "127.0.0.1",
    port: role.of === undefined ? 1 : port,
    up: role.link === "up" || role.link === "streaming" || role.link === "closing",
    syncing: role.link === "syncing",
  };
  return { ...base, role: "replica", upstream };
};
