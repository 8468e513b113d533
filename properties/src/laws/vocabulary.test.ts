// RC-1 and ST-1: what core says is said in its own words, in everything that a few worlds can come to: an action of a kind that goes with its
// reason, or a wait with a reason and an end that is still ahead. Logs, metrics and Events are made of these words.
import { type Action, type Decision, type Reason, type WaitReason, step } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { explore } from "../explore/explore.ts";
import { always } from "../explore/model.ts";
import { ANSWER_LOST } from "../models/answers-lost.ts";
import { BOOTSTRAP } from "../models/bootstrap.ts";
import { MEMBER_DIES } from "../models/members-change.ts";
import { searched } from "../models/question.ts";
import { SWITCHOVERS } from "../models/switchover.ts";
import type { Step, World } from "../world/world.ts";
import { anyRun, stepsOf } from "./runs.ts";

type Kinds = readonly [Action["_tag"], ...Action["_tag"][]];

/** Each reason, and what may be done for it. */
const DONE_FOR: { readonly [reason in Reason]: Kinds } = {
  PrimaryDead: ["Claim"],
  PrimaryMissing: ["Claim"],
  PrimarySilent: ["Claim"],
  PrimaryDemoted: ["Claim"],
  CandidateUnusable: ["Claim"],
  Requested: ["Claim"],
  ScaleDown: ["Claim"],
  PodLeaving: ["Claim"],
  NodeLeaving: ["Claim"],
  SwitchoverFailed: ["Claim"],
  WritesPaused: ["Pause"],
  WritesResumed: ["Unpause"],
  HandedOver: ["HandOver"],
  SwitchoverUndone: ["Publish"],
  ClientsClosed: ["Disconnect"],
  Bootstrap: ["Claim"],
  Adopted: ["Claim"],
  VolumeReturned: ["Claim"],
  DataLost: ["Claim"],
  LossAllowed: ["Claim"],
  SecretMarked: ["Apply"],
  WritesUnrouted: ["RouteWrites"],
  WritesRouted: ["RouteWrites"],
  MemberFrozen: ["Freeze"],
  OldPrimaryFenced: ["Fence"],
  CandidateElected: ["Elect"],
  LossRisked: ["Elect"],
  OldPrimaryKept: ["Elect"],
  CandidatePromoted: ["Promote"],
  MemberRepointed: ["Follow", "Admit"],
  MemberAdmitted: ["Admit", "Follow"],
  DatasetMarked: ["Mark"],
  PrimaryPublished: ["Publish"],
  StrayPrimaryDemoted: ["Fence"],
  HistoryContinued: ["Enlist"],
  MemberJoining: ["Enlist"],
  MemberStreaming: ["Enlist"],
  MemberLeft: ["Enlist"],
  MemberCutOff: ["Expel"],
  MinReplicasRaised: ["Configure"],
  MinReplicasLowered: ["Configure"],
  WaitReplicasChanged: ["Enlist"],
  RetiredCertified: ["Enlist"],
  ObjectMissing: ["Create"],
  ObjectDrifted: ["Apply"],
  StatusChanged: ["Report"],
};

/** A list of all of them, which the compiler holds complete. */
const listed = <const Names extends readonly WaitReason[]>(
  names: Names & ([WaitReason] extends [Names[number]] ? unknown : never),
): ReadonlySet<string> => new Set(names);
const WAITS = listed([
  "NotLeading",
  "NothingRead",
  "SnapshotForgotten",
  "WriteInFlight",
  "CommandInFlight",
  "RefusedLately",
  "ClusterDeleting",
  "RecordTooNew",
  "Suspicion",
  "NoWitness",
  "PrimaryAliveElsewhere",
  "Drain",
  "FreezeQuorumMissing",
  "WriteLease",
  "FreezePending",
  "BestCandidateExcluded",
  "NoCandidate",
  "CandidateSilent",
  "CandidateBehind",
  "HandoverPending",
  "FollowersMissing",
  "DataMissing",
  "DataFound",
  "BootstrapBlocked",
  "BootstrapPending",
  "PrimaryUnknown",
  "PrimaryNotServing",
  "ReplicaSyncing",
  "BarrierNotReached",
  "LeavePending",
  "ScaleDownHeld",
  "ForeignObject",
  "SpecInvalid",
  "ObjectUnconfirmed",
  "StatusThrottled",
]);

const misspoken = (decision: Decision, now: number): string | undefined => {
  switch (decision._tag) {
    case "Act": {
      const kinds: readonly string[] = DONE_FOR[decision.because] ?? [];
      return kinds.includes(decision.action._tag) ? undefined : `"${decision.action._tag}" because "${decision.because}"`;
    }
    case "Wait":
      if (!WAITS.has(decision.because)) return `waits because "${decision.because}"`;
      if (decision.detail?.trim() === "") return `waits because ${decision.because}, and tells an empty detail`;
      return decision.until !== undefined && decision.until <= now ? `waits because ${decision.because} for what is past` : undefined;
    case "Settled":
      return undefined;
    default:
      return `decides ${JSON.stringify(decision)}`;
  }
};

test.prop([anyRun])("RC-1 every decision is an action with a reason that goes with it, or a wait for what is ahead", (run) => {
  for (const { event, decision } of stepsOf(run)) expect(misspoken(decision, event.now)).toBeUndefined();
});

const SPOKEN = always<World>("RC-1", (world) => misspoken(world.operator.decision, 0));

it.each([BOOTSTRAP, ANSWER_LOST, MEMBER_DIES, ...SWITCHOVERS.slice(0, 1)])("RC-1 and so in everything that can follow: $name", (asked) => {
  const { violations, complete } = explore<World, Step>(searched(asked, { step }), [SPOKEN]);
  expect(violations.map(({ message }) => message)).toEqual([]);
  expect(complete).toBe(true);
});
