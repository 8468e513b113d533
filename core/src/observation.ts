/**
 * Everything one decision may depend on; nothing else is in scope of `decide`.
 */
import type { Action } from "./decision.ts";
import type { Cluster, OwnedKind } from "./cluster.ts";
import type { Identity, Marker } from "./record.ts";
import type { Epoch, Instant, PodName, ReplicationId, ReplicationOffset, RunId, Uid } from "./units.ts";

/** A lease held: `until` is on our own clock and ends before anybody else may take it. `founded` and `term` order leaders. */
export type Leadership =
  | { readonly _tag: "Leading"; readonly term: number; readonly founded: string; readonly since: Instant; readonly until: Instant }
  | { readonly _tag: "Standby" };

/** Where a process takes its data from, as its own ROLE and INFO say. */
export type Upstream = {
  readonly host: string;
  readonly port: number;
  /** `master_link_status:up` and ROLE says connected. */
  readonly up: boolean;
  readonly syncing: boolean;
};
/** One replica as its primary sees it. */
export type Downstream = { readonly host: string; readonly online: boolean; readonly offset: ReplicationOffset };

/** What one process said of itself in one probe. Unknown is unknown, never zero. */
export type Reading = {
  readonly runId: RunId;
  readonly role: "primary" | "replica";
  /** Only of a replica. */
  readonly upstream?: Upstream;
  readonly offset: ReplicationOffset;
  readonly replid: ReplicationId;
  readonly replidBefore?: ReplicationId;
  /** Bytes up to which `replidBefore` is the same data as ours. */
  readonly forkedAt?: ReplicationOffset;
  readonly priority: number;
  readonly downstream: readonly Downstream[];
  readonly minReplicas: number;
  /** A FAILOVER of its own is under way: it serves no writes and obeys no REPLICAOF. */
  readonly handingOver?: true;
  /** Names of the replication users that exist. */
  readonly users: readonly string[];
  /** A foreign cluster's marker is `Foreign`: such a process is neither followed nor promoted. */
  readonly marker: Marker | "Absent" | "Foreign";
  /** No key and no marker. */
  readonly empty: boolean;
};

/** One answer of one probe. Everything but a reading means: alive, but not of use. */
export type Reply =
  | { readonly _tag: "Reading"; readonly reading: Reading }
  /** It cannot write to its disk: PING and writes are refused, all else is answered and obeyed (measured), so that it says who it is. */
  | { readonly _tag: "Misconfigured"; readonly text: string; readonly runId?: RunId; readonly reading?: Reading }
  | {
      readonly _tag: "Loading" | "MasterDown" | "Busy" | "NoAuth" | "MaxClients" | "Unexpected";
      readonly text: string;
      readonly runId?: RunId;
    };

/** A process as the operator addresses it: where, and in which life of the pod. */
export type Target = { readonly pod: PodName; readonly uid: Uid; readonly address: string };

/**
 * Evidence about one process. Evidence may be lost at any moment, and only time is lost with it. `began` is when a probe
 * was sent: what it says was true no earlier. All other instants are those of the end of an answer.
 */
export type Health = {
  readonly target: Target;
  /** When the present window began: the term, the first sight of the process, or the end of a pause of our own. */
  readonly since: Instant;
  /** When the latest probe was sent. */
  readonly asked?: Instant;
  /** The last answer of any kind: the process runs. */
  readonly lastHeard?: Instant;
  /** A probe failed and nothing was heard since: ask faster. */
  readonly late: boolean;
  /** The last answer, and when its probe began; dropped when the process was commanded since. */
  readonly last?: { readonly began: Instant; readonly reply: Reply };
  /** The run id that answered last. */
  readonly runId?: RunId;
  /** Sent time of the first of the readings since which the offset has not changed. */
  readonly steadyFrom?: Instant;
  /** Sent time of the older of the two latest readings between which the offset rose, in one run and history. */
  readonly advancedFrom?: Instant;
  /** The upstream to which the link is up, the offset when it came up, and whether it has risen since. */
  readonly link?: { readonly host: string; readonly offset: ReplicationOffset; readonly streamed: boolean };
  /** Since when it has said that it is no linked replica. */
  readonly unlinkedSince?: Instant;
  /** Since when it has said that it is a replica. */
  readonly replicaSince?: Instant;
  /** A Follow may still be executed: only a Freeze that was answered tells for certain where it stands. */
  readonly unsettled?: true;
  /** When it last gave a reading. */
  readonly lastReading?: Instant;
  /** When the last command to it was performed: what it said in answer to earlier probes no longer counts. */
  readonly commandedAt?: Instant;
};

/** An action that was sent and whose outcome has not been heard. */
export type InFlight = { readonly action: Action; readonly since: Instant };

/** An action that was refused, or could not be sent, is not tried again before `notBefore`. */
export type Refusal = { readonly key: string; readonly why: string; readonly notBefore: Instant; readonly times: number };

/**
 * What was acknowledged with the help of a member that leaves (or under a smaller W) has to be on those that remain: set
 * by the command named `key`, its offset is the primary's in the first reading that began after it.
 */
export type Barrier = { readonly epoch: Epoch; readonly key: string; readonly at: Instant; readonly offset?: ReplicationOffset };

/** Writes to this process are held back from `from` (what was read since then is the last word) until `until`. */
export type Pause = { readonly pod: Identity; readonly from: Instant; readonly until: Instant };

export type Observation = {
  readonly now: Instant;
  readonly leadership: Leadership;
  readonly cluster: Cluster;
  /** Sorted by pod name, then UID. */
  readonly health: readonly Health[];
  readonly inFlight: readonly InFlight[];
  readonly refused: readonly Refusal[];
  /** When this leader first saw the record's present epoch, or that there is no record; deadlines count from here. */
  readonly epochSince: Instant;
  readonly barrier?: Barrier;
  readonly paused?: Pause;
  /** Processes that were told to step down, or to close their clients, in the present epoch. */
  readonly fenced: readonly RunId[];
  /** Types of which a write of ours is not in the snapshot yet. */
  readonly unconfirmed: readonly OwnedKind[];
};
