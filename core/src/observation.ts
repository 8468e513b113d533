/**
 * Everything one decision may depend on; nothing else is in scope of `decide`.
 */
import type { Action, Reason } from "./decision.ts";
import type { Cluster } from "./cluster.ts";
import type { Marker } from "./record.ts";
import type { Epoch, Instant, PodName, ReplicationId, ReplicationOffset, RunId, Uid } from "./units.ts";

/** A lease held: `until` is on our own clock and ends before anybody else may take it. */
export type Leadership =
  { readonly _tag: "Leading"; readonly term: number; readonly since: Instant; readonly until: Instant } | { readonly _tag: "Standby" };

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
  | { readonly _tag: "Loading" | "MasterDown" | "Busy" | "NoAuth" | "Misconfigured" | "MaxClients" | "Unexpected"; readonly text: string };

/** A process as the operator addresses it: where, and in which life of the pod. */
export type Target = { readonly pod: PodName; readonly uid: Uid; readonly address: string };

/**
 * Evidence about one process. Evidence may be lost at any moment, and only time is lost with it. Instants of a window are
 * those of the end of an answer; `began` is when the probe was sent, so what it says was true no earlier.
 */
export type Health = {
  readonly target: Target;
  /** When the present window began: the term, the first sight of the process, or the end of a pause of our own. */
  readonly since: Instant;
  /** The last answer of any kind: the process runs. */
  readonly lastHeard?: Instant;
  /** A probe was late or refused and nothing was heard since: ask faster. */
  readonly late: boolean;
  /** The last answer, and when its probe began; dropped when the process was commanded since. */
  readonly last?: { readonly began: Instant; readonly reply: Reply };
  /** The last reading survives later answers that were no reading, not a command. */
  readonly reading?: { readonly began: Instant; readonly reading: Reading };
  /** Since when every reading has had this offset. Two equal ones at least 20 ms apart are a steady offset. */
  readonly steadySince?: Instant;
  /** Began of the older of the two latest readings between which the offset rose, in one run and history. */
  readonly advancedFrom?: Instant;
  /** The upstream whose link came up, the offset then, and whether it has risen since. */
  readonly link?: { readonly host: string; readonly offset: ReplicationOffset; readonly streamed: boolean };
  /** Since when it has not been linked to the recorded primary. */
  readonly unlinkedSince?: Instant;
  /** Since when the recorded primary has answered as a replica. */
  readonly replicaSince?: Instant;
  /** Every run id that ever answered, newest last, at most two: another one in the same pod UID is a death certificate. */
  readonly runIds: readonly RunId[];
  /** Commands are not obeyed before this reading: when the last command to it was performed. */
  readonly commandedAt?: Instant;
};

/** An action that was sent and whose outcome has not been heard. */
export type InFlight = { readonly action: Action; readonly since: Instant };

/** An action that was refused, or could not be sent, is not tried again before `notBefore`. */
export type Refusal = { readonly key: string; readonly why: string; readonly notBefore: Instant; readonly times: number };

/** A cut-off or a higher W waits until enough members hold everything up to `offset` of the primary. */
export type Barrier = { readonly epoch: Epoch; readonly key: string; readonly offset: ReplicationOffset };

export type Observation = {
  readonly now: Instant;
  readonly leadership: Leadership;
  readonly cluster: Cluster;
  readonly health: readonly Health[];
  readonly inFlight: readonly InFlight[];
  readonly refused: readonly Refusal[];
  /** When this leader first saw the record's present intent; deadlines count from here. */
  readonly intentSince: Instant;
  /** When this leader first saw the present want of a quorum, a primary or a record. */
  readonly missingSince?: Instant;
  readonly barrier?: Barrier;
  /** Processes that were told to step down, by epoch: told once per epoch and process. */
  readonly fenced: readonly { readonly epoch: Epoch; readonly runId: RunId; readonly pod: PodName }[];
  readonly lastReason?: Reason;
};
