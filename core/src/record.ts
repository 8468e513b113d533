/**
 * The record: what must survive a crash of the operator. It lives in `status.failover` of the ValkeyCluster and is only
 * ever written by compare-and-swap on the object's resourceVersion (FAILOVER section 2). Where a failover *stands* is not
 * in here: that is computed from the record and from what is seen.
 */
import type { Epoch, PodName, ReplicationId, RunId, Uid } from "./units.ts";

/** One Valkey process: a pod name alone is no identity, nor is a pod UID (a container restarts in place). */
export type Identity = { readonly pod: PodName; readonly uid: Uid; readonly runId: RunId };

/** Who holds the data set, since which epoch, and in which replication history. */
export type Primary = Identity & {
  readonly epoch: Epoch;
  readonly replid: ReplicationId;
  /** The history that this one continues: members that have not re-attached yet are still in it. */
  readonly replidBefore?: ReplicationId;
  /** Where it was when it was published: a leader that never saw its pod finds it there (regressions/0040). */
  readonly address?: string;
};

/**
 * A replica that counts. *Joining* from before it may attach, *Streaming* once it was seen to stream. Both count in N.
 */
export type Member = Identity & { readonly state: "Joining" | "Streaming" };

/** Written into the data set itself; orders data sets of different epochs, and volumes when the record is gone. */
export type Marker = { readonly epoch: Epoch; readonly seq: number; readonly pod: PodName };

/** Why authority was claimed. */
export type Evidence =
  /** The kubelet reports the container terminated, or another run id answers in the same pod UID. */
  | "Dead"
  /** The pod object is gone, or has a new UID; the process may live on, unreachable. */
  | "Missing"
  /** No answer for `downAfterMs`, while another process of the cluster answered. */
  | "Silent"
  /** The recorded process answers as a replica: a human's order, or a fence obeyed late. */
  | "Demoted"
  /** The candidate of the epoch before restarted, vanished, or was silent beyond the intent's deadline. */
  | "CandidateUnusable"
  /** The user asked for it by annotation. */
  | "Requested"
  /** A scale-down would remove the primary. */
  | "ScaleDown"
  /** The primary's pod is being deleted, and its process still serves. */
  | "PodLeaving"
  /** The primary's node was cordoned or is being drained: its pod is about to be evicted. */
  | "NodeLeaving"
  /** A switchover got stuck after the handover was ordered: which of the two holds the role is found out by freezing both. */
  | "SwitchoverFailed"
  /** A new cluster: every process is empty. */
  | "Bootstrap"
  /** It was a primary already, and there was no record. */
  | "Adopted"
  /** No freeze quorum, but the recorded primary's own volume is back, its marker equal to the record's. */
  | "VolumeReturned"
  /** Persistence is off and every process of the record is certified dead: the data is gone, and that is recorded. */
  | "DataLost"
  /** The user accepted the loss by annotation. */
  | "LossAllowed";

/**
 * What an epoch was claimed for. A *Failover* without a candidate is fencing, with one it is promoting. A *Grant* (a
 * bootstrap, or a volume come back) names its candidate in the claim itself and needs no freeze quorum. A *Switchover* hands
 * the role over while both live, and the old one goes on serving until it does.
 */
export type Intent =
  | FailoverIntent
  | { readonly kind: "Grant"; readonly old?: Identity; readonly candidate: Identity; readonly evidence: Evidence }
  | { readonly kind: "Switchover"; readonly old: Identity; readonly candidate: Identity; readonly evidence: Evidence };

export type FailoverIntent = {
  readonly kind: "Failover";
  readonly old: Identity;
  readonly candidate?: Identity;
  readonly evidence: Evidence;
  /** The candidate was named without a freeze quorum, or past the best data: what may be lost by it. */
  readonly lossPossible?: string;
};

/** A process that lost its role without a death certificate: demoted on contact, forgotten when certified. */
export type Retired = Identity & { readonly address?: string };

export type FailoverRecord = {
  /** Of this schema; a newer one is never overwritten by an older operator. */
  readonly version: 1;
  readonly epoch: Epoch;
  /** Absent only until the first publication. */
  readonly primary?: Primary;
  readonly intent?: Intent;
  /** Sorted by pod name. */
  readonly members: readonly Member[];
  /** W: how many members acknowledge what `WAIT` promises. */
  readonly waitReplicas: number;
  /** What `min-replicas-to-write` of the primary may not be above (when lowered) or below (when raised). */
  readonly minReplicas: number;
  readonly marker?: Marker;
  /** The marker that members may still carry that the last Mark had not reached. */
  readonly markerBefore?: Marker;
  /** At most 16, oldest first. */
  readonly retired: readonly Retired[];
};

/** How many recorded processes may be remembered as possibly alive. */
export const RETIRED_LIMIT = 16;

/** These three and no more: a member, a primary and a retired one are identities too, and bring along what does not belong there. */
export const identityOf = ({ pod, uid, runId }: Identity): Identity => ({ pod, uid, runId });

export const isSameProcess = (a: Identity, b: Identity): boolean => a.pod === b.pod && a.uid === b.uid && a.runId === b.runId;

/** Orders markers by (epoch, seq); an absent one is older than any. */
export const compareMarkers = (a: Marker | undefined, b: Marker | undefined): number =>
  a === undefined || b === undefined ? Number(a !== undefined) - Number(b !== undefined) : a.epoch - b.epoch || a.seq - b.seq;

/**
 * How many members must be frozen before one may be promoted: any W of N acknowledgements and any N - W + 1 frozen
 * members have a member in common, so what `WAIT W` promised is among the frozen (FAILOVER 3.4).
 */
export const freezeQuorum = (record: FailoverRecord): number => Math.max(1, record.members.length - record.waitReplicas + 1);
