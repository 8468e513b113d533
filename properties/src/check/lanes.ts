// A step of the world as an arrow between lanes, or as a mark on one: what a page draws.
import type { Action, RunId } from "@gungnir/core";
import { isCommand } from "@gungnir/core";
import { describe } from "../world/describe.ts";
import { type Step, type World, describeAction, pendingAction } from "../world/world.ts";

export type Drawn = {
  readonly label: string;
  readonly from: string;
  /** The same lane as `from` for what concerns nobody else. */
  readonly to: string;
  readonly kind: "message" | "lost" | "fault" | "time" | "data";
};

export const OPERATOR_LANE = "operator";
export const API_LANE = "API server";
export const CLIENTS_LANE = "clients";

/** Every pod that ever was has a lane, between those who talk to it. */
export const lanesOf = (worlds: readonly World[]): readonly string[] => {
  const pods = worlds.flatMap((world) => [...world.api.pods.map((pod) => pod.name), ...world.nodes.valkey.processes.map((one) => one.pod)]);
  return [OPERATOR_LANE, API_LANE, ...[...new Set<string>(pods)].toSorted(), CLIENTS_LANE];
};

export const drawn = (before: World, step: Step): Drawn => {
  const label = describe(step, before);
  const on = (lane: string, kind: Drawn["kind"] = "message"): Drawn => ({ label, from: lane, to: lane, kind });
  const between = (from: string, to: string, kind: Drawn["kind"] = "message"): Drawn => ({ label, from, to, kind });
  const podOf = (runId: RunId): string => before.nodes.valkey.processes.find((one) => one.runId === runId)?.pod ?? API_LANE;
  const sent = (action: Action | undefined, kind: Drawn["kind"]): Drawn =>
    action === undefined
      ? on(OPERATOR_LANE, kind)
      : {
          ...between(OPERATOR_LANE, isCommand(action) ? action.pod.pod : API_LANE, kind),
          label: kind === "message" ? describeAction(action) : label,
        };
  switch (step._tag) {
    case "Read":
      return between(API_LANE, OPERATOR_LANE);
    case "Act":
      return sent(pendingAction(before, step.who), "message");
    case "Arrive":
      return { ...sent(pendingAction(before, step.who), "message"), label };
    case "Resume":
      return on(OPERATOR_LANE);
    case "Late":
      return { ...sent(before.late[step.index], "message"), label };
    case "Tick":
      return on(OPERATOR_LANE, "time");
    case "Attach":
    case "FinishSync":
    case "Stream":
    case "Deliver":
      return between(sourceOf(before, step.process) ?? podOf(step.process), podOf(step.process), "data");
    case "Load":
    case "Wake":
      return on(podOf(step.process));
    case "Write":
      return between(CLIENTS_LANE, podOf(step.process), "data");
    case "StartPod":
    case "Edit":
      return on(API_LANE);
    case "RemovePod":
    case "Restart":
      return on(step.pod);
    case "Report":
      return between(step.pod, API_LANE);
    case "Heal":
      return on(OPERATOR_LANE);
    case "Fault":
      if ("process" in step) return on(podOf(step.process), "fault");
      if ("pod" in step) return on(step.pod, "fault");
      if (step.kind === "operator restarts" || step.kind === "operator pauses") return on(OPERATOR_LANE, "fault");
      if (step.kind === "foreign write") return on(API_LANE, "fault");
      return sent(pendingAction(before), "lost");
  }
};

const sourceOf = (world: World, runId: RunId): string | undefined => {
  const role = world.nodes.valkey.processes.find((one) => one.runId === runId)?.role;
  if (role?._tag !== "Replica" || role.of === undefined) return undefined;
  const { of } = role;
  return world.nodes.valkey.processes.find((one) => one.address === of)?.pod;
};
