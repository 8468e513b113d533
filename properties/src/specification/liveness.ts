// What must come about once the faults stop. READ THIS to know what is promised to happen, and under which fairness.
import type { WaitReason } from "@gungnir/core";
import { eventually } from "../explore/model.ts";
import type { Eventually, Fairness } from "../explore/model.ts";
import { WRITE_SERVICE } from "../world/api.ts";
import { selectedPods } from "../world/clients.ts";
import { isPrimary } from "../world/process.ts";
import { actingIn } from "../world/team.ts";
import type { Step, World } from "../world/world.ts";
import { LV_1_CORE, LV_1_HEALED, LV_2_CORE } from "./lasting.ts";
import { hasLastingTrouble, isStable } from "./stable.ts";

export { isStable } from "./stable.ts";

/** Holds that only a human, a returning volume or a returning process ends: named, reported, and allowed to last. */
export const NAMED_HOLDS: readonly WaitReason[] = [
  "DataMissing",
  "DataFound",
  "BootstrapBlocked",
  "BestCandidateExcluded",
  "FreezeQuorumMissing",
  "ScaleDownHeld",
];

const holdsByName = (world: World): boolean => {
  const { decision } = actingIn(world);
  return decision._tag === "Wait" && NAMED_HOLDS.includes(decision.because);
};

/** Eventually for ever: objects as wanted, one primary, all others linked to it, the Service points to it; or a named hold. */
export const LV_1: Eventually<World> = eventually(
  "LV-1",
  "eventually always",
  (world) => isStable(world) || holdsByName(world) || hasLastingTrouble(world),
);

/** However long a fault lasts: if a freeze quorum is left, writes get a primary again. */
export const LV_2: Eventually<World> = eventually("LV-2", "infinitely often", (world) => {
  const { record } = world.api.cluster;
  const primary = world.nodes.valkey.processes.find((process) => process.runId === record?.primary?.runId);
  const isServed =
    primary !== undefined && isPrimary(primary) && !primary.hung && selectedPods(world.api, WRITE_SERVICE)[0] === primary.pod;
  return isServed || holdsByName(world) || hasLastingTrouble(world);
});

/** Quiet: from some point on the operator changes nothing any more. */
export const RC_7: Eventually<World> = eventually("RC-7", "eventually always", (world) => actingIn(world).memory.inFlight.length === 0);

/**
 * Whom something is owed: the operator reads, acts and lives on in time; links are made and data moves, pods are started, removed and what
 * became of them is told. Each of these is needed (LV-11, models/fairness.test.ts). Not owed is that what is cut heals or is started again,
 * that what was sent before a death arrives, that what is late comes at all, or that users go on.
 */
export const FAIRNESS: Fairness<Step> = (step) => {
  switch (step._tag) {
    case "Read":
    case "Act":
      return step.who === undefined ? step._tag : `${step._tag} ${step.who}`;
    case "Arrive":
      return `${step._tag} ${step.who}`;
    case "Tick":
      return step._tag;
    case "Attach":
    case "FinishSync":
    case "Stream":
    case "Load":
      return `${step._tag} ${step.process.split(":")[0]}`;
    case "StartPod":
      return `StartPod ${step.ordinal}`;
    case "RemovePod":
    case "Report":
      return `${step._tag} ${step.pod}`;
    case "Deliver":
    case "Restart":
    case "Late":
    case "Edit":
    case "Write":
    case "Wake":
    case "Resume":
    case "Heal":
    case "Fault":
      return undefined;
  }
};

export const LIVENESS: readonly Eventually<World>[] = [LV_1, LV_2, LV_1_CORE, LV_2_CORE, RC_7];

/** And where no fault takes the data of a volume. */
export const LIVENESS_KEPT: readonly Eventually<World>[] = [...LIVENESS, LV_1_HEALED];
