// What a script is made of. A step names processes by letters and nothing else, so that a script is plain data: printed, kept,
// and replayed with steps left out.
import type { Command, Identity } from "@gungnir/core";
import { epoch, podName, replicationUser, runId, uid } from "@gungnir/core";

export const NAMES = ["a", "b", "c"] as const;
export type Name = (typeof NAMES)[number];

export type Step =
  // The operator's commands, as core writes them.
  | { readonly _tag: "Freeze" | "Fence"; readonly at: Name; readonly abort?: true }
  | { readonly _tag: "Promote" | "Configure"; readonly at: Name; readonly minReplicas: number }
  | { readonly _tag: "Follow"; readonly at: Name; readonly of: Name }
  | { readonly _tag: "Admit" | "Expel"; readonly at: Name; readonly member: Name }
  | { readonly _tag: "Mark"; readonly at: Name; readonly seq: number }
  // Clients.
  | { readonly _tag: "Write"; readonly at: Name }
  | { readonly _tag: "Wait"; readonly at: Name; readonly replicas: number }
  // The network: between two processes nothing passes; what goes to one of them stays under way.
  | { readonly _tag: "Cut" | "Heal"; readonly one: Name; readonly other: Name }
  | { readonly _tag: "Stall" | "Flow"; readonly at: Name }
  /** A full sync of it begins and does not end. */
  | { readonly _tag: "HoldSync" | "LetSync"; readonly at: Name }
  // Signals and volumes.
  | { readonly _tag: "Hang" | "Wake"; readonly at: Name }
  | { readonly _tag: "Crash"; readonly at: Name; readonly tail: "in flight" | "unsent" }
  | { readonly _tag: "Start"; readonly at: Name; readonly volume: "kept" | "lost" }
  // A planned switchover, and a human's own.
  | { readonly _tag: "Pause" | "Unpause" | "Disconnect"; readonly at: Name }
  | { readonly _tag: "HandOver" | "Failover"; readonly at: Name; readonly to: Name }
  | { readonly _tag: "Abort"; readonly at: Name };

export type Script = readonly Step[];

/** Whom a step is about: nothing can be asked of a process that is down. */
export const subjectOf = (step: Step): Name | undefined => ("at" in step ? step.at : undefined);

export const describeStep = (step: Step): string => {
  switch (step._tag) {
    case "Promote":
    case "Configure":
      return `${step._tag} ${step.at} min ${step.minReplicas}`;
    case "Follow":
      return `${step.at} follows ${step.of}`;
    case "Admit":
    case "Expel":
      return `${step._tag} ${step.member} at ${step.at}`;
    case "Mark":
      return `Mark ${step.at} seq ${step.seq}`;
    case "Wait":
      return `Wait for ${step.replicas} at ${step.at}`;
    case "Cut":
    case "Heal":
      return `${step._tag} ${step.one}-${step.other}`;
    case "Crash":
      return `Crash ${step.at}, ${step.tail}`;
    case "Start":
      return `Start ${step.at}, volume ${step.volume}`;
    case "HandOver":
    case "Failover":
      return `${step._tag} ${step.at} to ${step.to}`;
    case "Freeze":
    case "Fence":
      return `${step._tag} ${step.at}${step.abort === true ? ", aborting" : ""}`;
    case "Disconnect":
    case "Write":
    case "Stall":
    case "Flow":
    case "HoldSync":
    case "LetSync":
    case "Hang":
    case "Wake":
    case "Pause":
    case "Unpause":
    case "Abort":
      return `${step._tag} ${step.at}`;
  }
};

/** Who a process is: the pod and its UID stay, the run id is the life's. */
export const identityOf = (name: Name, life: number): Identity => ({
  pod: podName(name),
  uid: uid(`${name}:u1`),
  runId: runId(`${name}:r${life}`),
});

/** A pause that no script outlives. */
const LONG_MS = 600_000;

/** The command of core that a step stands for. */
export const commandOf = (
  step: Step,
  who: (name: Name) => Identity,
  address: (name: Name) => string,
  port: number,
): Command | undefined => {
  const at = subjectOf(step);
  if (at === undefined) return undefined;
  const base = { pod: who(at), epoch: epoch(1) };
  switch (step._tag) {
    case "Freeze":
    case "Fence":
      return { _tag: step._tag, ...base, ...(step.abort === true ? { abort: true } : {}) };
    case "Unpause":
    case "Disconnect":
      return { _tag: step._tag, ...base };
    case "Pause":
      return { _tag: "Pause", ...base, forMs: LONG_MS };
    case "HandOver":
      return { _tag: "HandOver", ...base, to: podName(step.to), host: address(step.to), port };
    case "Promote":
    case "Configure":
      return { _tag: step._tag, ...base, minReplicas: step.minReplicas };
    case "Follow":
      return { _tag: "Follow", ...base, primary: podName(step.of), host: address(step.of), port };
    case "Admit":
      return { _tag: "Admit", ...base, member: who(step.member) };
    case "Expel":
      return { _tag: "Expel", ...base, users: [replicationUser(who(step.member))] };
    case "Mark":
      return { _tag: "Mark", ...base, marker: { epoch: epoch(1), seq: step.seq, pod: podName(at) } };
    case "Write":
    case "Wait":
    case "Cut":
    case "Heal":
    case "Stall":
    case "Flow":
    case "HoldSync":
    case "LetSync":
    case "Hang":
    case "Wake":
    case "Crash":
    case "Start":
    case "Failover":
    case "Abort":
      return undefined;
  }
};

/** A script as `describe` printed it for a replay; throws where it is none. */
export const parseScript = (text: string): Script => {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new Error("a script is a JSON array of steps, as printed after a difference");
  return parsed.map((step: unknown, index) => {
    if (isStep(step)) return step;
    throw new Error(
      `step ${index + 1} of the script, ${JSON.stringify(step)}, is none: it needs a _tag, and names among ${NAMES.join(", ")}`,
    );
  });
};

/** Scripts are printed by us: that a tag has the fields of its kind is not checked again. */
const isStep = (value: unknown): value is Step =>
  typeof value === "object" && value !== null && "_tag" in value && typeof value._tag === "string";
