// Which steps mean anything where a script stands: the others are left out on both sides, so that a script can be shortened.
import { valkeyHalf } from "@gungnir/properties";
import { type Believed, processOf } from "./believed.ts";
import type { Name, Step } from "./step.ts";

/** Whether the step means anything now; one that does not is left out on both sides. */
export const isApplicable = (state: Believed, step: Step): boolean => {
  const process = "at" in step ? processOf(state.valkey, step.at) : undefined;
  const isUp = process !== undefined && !process.hung;
  switch (step._tag) {
    case "Freeze":
    case "Fence":
    case "Promote":
    case "Configure":
    case "Admit":
    case "Expel":
    case "Mark":
    case "Pause":
    case "Unpause":
    case "Disconnect":
      return process !== undefined;
    case "Follow":
      return process !== undefined && step.at !== step.of;
    case "HandOver":
    case "Failover":
      return isUp && !valkeyHalf.isBlocked(process) && step.at !== step.to && !isGhost(state, process, step.to);
    case "Abort":
      return isUp && !valkeyHalf.isBlocked(process);
    case "Write":
      return isUp && state.held[step.at] === undefined;
    case "Wait":
      return isUp && state.held[step.at] === undefined && valkeyHalf.isPrimary(process) && state.lastWrite[step.at] !== undefined;
    case "Cut":
      return step.one !== step.other && valkeyHalf.isOpen(state.valkey, step.one, step.other);
    case "Heal":
      return !valkeyHalf.isOpen(state.valkey, step.one, step.other);
    case "Stall":
      return !state.stalled.includes(step.at);
    case "Flow":
      return state.stalled.includes(step.at);
    case "HoldSync":
      return !state.holding.includes(step.at);
    case "LetSync":
      return state.holding.includes(step.at);
    case "Hang":
      return isUp;
    case "Wake":
      return process?.hung === true;
    case "Crash":
      return process !== undefined;
    case "Start":
      return process === undefined;
  }
};

/**
 * Who was cut off and then turned away is still in the list of the source that could not hear it. The model keeps no such list, so a
 * handover to a ghost is not tried.
 */
const isGhost = ({ valkey }: Believed, source: valkeyHalf.Process, name: Name): boolean => {
  const process = processOf(valkey, name);
  return !valkeyHalf.isOpen(valkey, source.address, name) && (process === undefined || !valkeyHalf.isAttached(process, source));
};
