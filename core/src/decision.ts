/**
 * What `decide` can answer: one effect, a wait with a reason, or nothing to do. Every effect carries the condition under
 * which it is still right; `because` is a closed union: it is the log line, the metric label, the reason of the
 * Kubernetes Event, and what a regression names.
 */
import type { OwnedKind, Status } from "./cluster.ts";
import type { JsonObject } from "./json.ts";
import type { FailoverRecord, Identity, Marker } from "./record.ts";
import type { Epoch, Instant, PodName, ResourceVersion, Uid } from "./units.ts";

/** An object as it should be. */
export type Desired = {
  readonly kind: OwnedKind;
  readonly name: string;
  /** The whole manifest, metadata and owner reference included. */
  readonly manifest: JsonObject;
  /** Names `{{name}}` in the string values of a Secret that the shell fills with fresh random text when it is created. */
  readonly generate: readonly string[];
};

/** Writes to the Kubernetes API: refused by the server when the condition no longer holds. */
export type Write =
  /** Refused if it exists. */
  | { readonly _tag: "Create"; readonly object: Desired }
  | { readonly _tag: "Apply"; readonly object: Desired; readonly uid: Uid; readonly at: ResourceVersion }
  /** The linearization point: from its swap on, this epoch's intent is the one that counts. */
  | { readonly _tag: "Claim"; readonly epoch: Epoch; readonly record: FailoverRecord; readonly at: ResourceVersion }
  | { readonly _tag: "Elect"; readonly epoch: Epoch; readonly record: FailoverRecord; readonly at: ResourceVersion }
  | { readonly _tag: "Enlist"; readonly epoch: Epoch; readonly record: FailoverRecord; readonly at: ResourceVersion }
  | { readonly _tag: "Publish"; readonly epoch: Epoch; readonly record: FailoverRecord; readonly at: ResourceVersion }
  /** The whole write Service, rendered from the record; `to` is what its selector then says. */
  | {
      readonly _tag: "RouteWrites";
      readonly epoch: Epoch;
      readonly to: PodName | "nobody";
      readonly object: Desired;
      readonly uid: Uid;
      readonly at: ResourceVersion;
    }
  /** Never writes the record. */
  | { readonly _tag: "Report"; readonly status: Status; readonly at: ResourceVersion };

/** Commands to one Valkey process, bound by the lease's deadline and the process's run id. */
export type Command =
  /** Detach and keep everything: its offset cannot advance any more. `abort`: it is in the middle of a FAILOVER of its own. */
  | { readonly _tag: "Freeze"; readonly pod: Identity; readonly epoch: Epoch; readonly abort?: true }
  /** Create the replication user of a member on the primary. */
  | { readonly _tag: "Admit"; readonly pod: Identity; readonly epoch: Epoch; readonly member: Identity }
  /** Delete replication users on the primary: their links break at once and cannot come back. */
  | { readonly _tag: "Expel"; readonly pod: Identity; readonly epoch: Epoch; readonly users: readonly string[] }
  | {
      readonly _tag: "Follow";
      readonly pod: Identity;
      readonly epoch: Epoch;
      readonly primary: PodName;
      readonly host: string;
      readonly port: number;
    }
  | { readonly _tag: "Promote"; readonly pod: Identity; readonly epoch: Epoch; readonly minReplicas: number }
  /** Demote and close its clients; written to the open connection, an answer is not waited for. */
  | { readonly _tag: "Fence"; readonly pod: Identity; readonly epoch: Epoch; readonly abort?: true }
  | { readonly _tag: "Configure"; readonly pod: Identity; readonly epoch: Epoch; readonly minReplicas: number }
  | { readonly _tag: "Mark"; readonly pod: Identity; readonly epoch: Epoch; readonly marker: Marker }
  /** Hold writes back, so that the candidate can have everything. */
  | { readonly _tag: "Pause"; readonly pod: Identity; readonly epoch: Epoch; readonly forMs: number }
  | { readonly _tag: "Unpause"; readonly pod: Identity; readonly epoch: Epoch }
  /** The primary itself hands the role to a replica that has everything, and follows it. */
  | {
      readonly _tag: "HandOver";
      readonly pod: Identity;
      readonly epoch: Epoch;
      readonly to: PodName;
      readonly host: string;
      readonly port: number;
    }
  /** Close the clients of a process that is no primary any more: they would write to it for ever. */
  | { readonly _tag: "Disconnect"; readonly pod: Identity; readonly epoch: Epoch };

export type Action = Write | Command;

/** Why an action is taken. */
export type Reason =
  | "PrimaryDead"
  | "PrimaryMissing"
  | "PrimarySilent"
  | "PrimaryDemoted"
  | "CandidateUnusable"
  | "Requested"
  | "ScaleDown"
  | "PodLeaving"
  | "NodeLeaving"
  | "SwitchoverFailed"
  | "WritesPaused"
  | "WritesResumed"
  | "HandedOver"
  | "SwitchoverUndone"
  | "ClientsClosed"
  | "Bootstrap"
  | "Adopted"
  | "VolumeReturned"
  | "DataLost"
  | "LossAllowed"
  | "SecretMarked"
  | "WritesUnrouted"
  | "WritesRouted"
  | "MemberFrozen"
  | "OldPrimaryFenced"
  | "CandidateElected"
  | "LossRisked"
  | "OldPrimaryKept"
  | "CandidatePromoted"
  | "MemberRepointed"
  | "MemberAdmitted"
  | "DatasetMarked"
  | "PrimaryPublished"
  | "StrayPrimaryDemoted"
  | "HistoryContinued"
  | "MemberJoining"
  | "MemberStreaming"
  | "MemberLeft"
  | "MemberCutOff"
  | "MinReplicasRaised"
  | "MinReplicasLowered"
  | "WaitReplicasChanged"
  | "RetiredCertified"
  | "ObjectMissing"
  | "ObjectDrifted"
  | "StatusChanged";

/** Why nothing is done for now. */
export type WaitReason =
  | "NotLeading"
  | "NothingRead"
  | "SnapshotForgotten"
  | "WriteInFlight"
  | "CommandInFlight"
  | "RefusedLately"
  | "ClusterDeleting"
  | "RecordTooNew"
  | "Suspicion"
  | "NoWitness"
  | "PrimaryAliveElsewhere"
  | "Drain"
  | "FreezeQuorumMissing"
  | "WriteLease"
  | "FreezePending"
  | "BestCandidateExcluded"
  | "NoCandidate"
  | "CandidateSilent"
  | "CandidateBehind"
  | "HandoverPending"
  | "FollowersMissing"
  | "DataMissing"
  | "DataFound"
  | "BootstrapBlocked"
  | "BootstrapPending"
  | "PrimaryUnknown"
  | "PrimaryNotServing"
  | "ReplicaSyncing"
  | "BarrierNotReached"
  | "LeavePending"
  | "ScaleDownHeld"
  | "ForeignObject"
  | "SpecInvalid"
  | "ObjectUnconfirmed"
  | "StatusThrottled";

export type Decision =
  | { readonly _tag: "Act"; readonly action: Action; readonly because: Reason }
  | { readonly _tag: "Wait"; readonly until: Instant | undefined; readonly because: WaitReason; readonly detail?: string }
  | { readonly _tag: "Settled" };

/** What one concern makes of an observation; undefined is content. A hold stops replication (and what changes pods). */
export type Stance =
  | Extract<Decision, { _tag: "Act" | "Wait" }>
  | { readonly _tag: "Hold"; readonly until: Instant | undefined; readonly because: WaitReason; readonly detail?: string }
  | undefined;

export const act = (action: Action, because: Reason): Extract<Decision, { _tag: "Act" }> => ({ _tag: "Act", action, because });
export const wait = (until: Instant | undefined, because: WaitReason, detail?: string): Extract<Decision, { _tag: "Wait" }> =>
  detail === undefined ? { _tag: "Wait", until, because } : { _tag: "Wait", until, because, detail };
/** Somebody has to end it, so it always says what about. */
export const hold = (until: Instant | undefined, because: WaitReason, detail: string): Extract<Stance, { _tag: "Hold" }> => ({
  _tag: "Hold",
  until,
  because,
  detail,
});

export const isCommand = (action: Action): action is Command => {
  switch (action._tag) {
    case "Create":
    case "Apply":
    case "Claim":
    case "Elect":
    case "Enlist":
    case "Publish":
    case "RouteWrites":
    case "Report":
      return false;
    case "Freeze":
    case "Admit":
    case "Expel":
    case "Follow":
    case "Promote":
    case "Fence":
    case "Configure":
    case "Mark":
    case "Pause":
    case "Unpause":
    case "HandOver":
    case "Disconnect":
      return true;
  }
};

/** Names what an action is about, whatever version or epoch it carries: a refusal is remembered under it. */
export const keyOf = (action: Action): string => {
  switch (action._tag) {
    case "Create":
    case "Apply":
      return `${action._tag}/${action.object.kind}/${action.object.name}`;
    case "Claim":
    case "Elect":
    case "Enlist":
    case "Publish":
    case "RouteWrites":
    case "Report":
      return action._tag;
    case "Admit":
      return `Admit/${action.pod.pod}/${action.member.pod}`;
    case "Freeze":
    case "Expel":
    case "Follow":
    case "Promote":
    case "Fence":
    case "Configure":
    case "Mark":
    case "Pause":
    case "Unpause":
    case "HandOver":
    case "Disconnect":
      return `${action._tag}/${action.pod.pod}`;
  }
};

/** Waits that somebody has to end, or that last: they name the decision and the status before any passing one. */
const LASTING: ReadonlySet<WaitReason> = new Set<WaitReason>([
  "RecordTooNew",
  "RefusedLately",
  "NoWitness",
  "PrimaryAliveElsewhere",
  "FreezeQuorumMissing",
  "BestCandidateExcluded",
  "NoCandidate",
  "DataMissing",
  "DataFound",
  "BootstrapBlocked",
  "PrimaryNotServing",
  "ScaleDownHeld",
  "ForeignObject",
  "SpecInvalid",
]);
export const isLasting = (reason: WaitReason): boolean => LASTING.has(reason);

/** Is it the same thing, about the same process or version, in the same epoch? */
export const isSameAction = (a: Action, b: Action): boolean =>
  keyOf(a) === keyOf(b) && ("epoch" in a ? a.epoch : 0) === ("epoch" in b ? b.epoch : 0) && versionOf(a) === versionOf(b);
const versionOf = (action: Action): string => ("at" in action ? action.at : isCommand(action) ? action.pod.runId : "");

/** What a barrier was set for. */
export const barrierKey = (action: Extract<Action, { _tag: "Expel" | "Configure" }>): string =>
  action._tag === "Expel" ? `Expel ${action.users.join(" ")}` : `Configure ${action.minReplicas}`;
