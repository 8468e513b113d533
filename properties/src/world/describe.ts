// A step in words.
import { describeFault } from "./faults.ts";
import type { Step, World } from "./world.ts";
import { describeAction, pendingAction } from "./world.ts";

export const describe = (step: Step, before?: World): string => {
  const who = "who" in step ? step.who : undefined;
  const action = before === undefined ? undefined : pendingAction(before, who);
  const by = who === undefined ? "" : `operator ${who}: `;
  switch (step._tag) {
    case "Read":
      return who === undefined ? "operator reads" : `${by}reads`;
    case "Act":
      return action === undefined ? "operator acts" : `${by}${describeAction(action)}`;
    case "Arrive":
      return `${by}${action === undefined ? "its action" : describeAction(action)} arrives late`;
    case "Resume":
      return `${by}goes on`;
    case "Tick":
      return "time passes";
    case "Attach":
    case "FinishSync":
    case "Stream":
    case "Deliver":
    case "Load":
    case "Write":
    case "Wake":
      return `${step._tag} ${step.process}`;
    case "StartPod":
      return `StartPod ${step.ordinal}`;
    case "RemovePod":
    case "Report":
    case "Restart":
      return `${step._tag} ${step.pod}`;
    case "Heal":
      return "paths heal";
    case "Late":
      return "a late action arrives";
    case "Edit":
      return "the spec is edited";
    case "Fault":
      return describeFault(before, step);
  }
};
