// Everything around one operator, and what can happen in it. One union of steps; each is small, so that anything may come
// between two of them. Faults are a budget in the state: every world is finite, and "once the faults stop" is a state.
import type { Action, Command, Epoch, PodName, RunId, Spec } from "@gungnir/core";
import { isCommand } from "@gungnir/core";
import type { Api, Edit } from "./api.ts";
import type { Clients } from "./clients.ts";
import type { FaultStep } from "./faults.ts";
import type { Habits, Nodes } from "./kubelet.ts";
import type { Core, Operator } from "./operator.ts";
import { operatorOf } from "./team.ts";
import type { Team, Who } from "./team.ts";

/** Everything but the operator and its clock. */
export type Surroundings = {
  readonly api: Api;
  readonly nodes: Nodes;
  readonly clients: Clients;
  /** Actions whose sender has given them up and that still arrive. */
  readonly late: readonly Action[];
  /** Faults that may still happen. */
  readonly faults: number;
  /** Spec edits that may still happen, in this order. */
  readonly edits: readonly Edit[];
  readonly history: History;
};

export type World = Surroundings & {
  /** Milliseconds on the operator's clock. */
  readonly now: number;
  readonly operator: Operator;
  /** The other operator, where there are two, and what is between them. */
  readonly team?: Team;
};

/** What properties must know of the past. It is in the key, and decides nothing. */
export type History = {
  /** Who was ever made primary by which epoch. */
  readonly promoted: readonly { readonly epoch: Epoch; readonly runId: RunId }[];
  /** Processes that could not advance at some moment since the present epoch was claimed. */
  readonly frozen: readonly RunId[];
  /** Promoted processes whose ROLE was read as primary afterwards. */
  readonly confirmed: readonly RunId[];
  /** What was on its way to somebody when its sender died, and has not been cut since. */
  readonly owed: readonly string[];
  /** Somebody else, or an earlier life of the operator, may have written what this one writes. */
  readonly foreign: boolean;
  /** Living processes that were hung, cut off, demoted or without their pod at some time: a reason to replace them. */
  readonly troubled: readonly RunId[];
};

export type Step =
  /** The watch tells the operator what the API server says. */
  | { readonly _tag: "Read"; readonly who?: Who }
  /** What the operator has decided is done, and it hears so. */
  | { readonly _tag: "Act"; readonly who?: Who }
  /** An operator that stood still goes on; what it had permission for before arrives, whether it goes on or not. */
  | { readonly _tag: "Resume" | "Arrive"; readonly who: Who }
  /** Time passes: probes, pings, readiness. */
  | { readonly _tag: "Tick" }
  | { readonly _tag: "Attach" | "FinishSync" | "Stream" | "Deliver" | "Load"; readonly process: RunId }
  | { readonly _tag: "Write"; readonly process: RunId }
  | { readonly _tag: "StartPod"; readonly ordinal: number }
  | { readonly _tag: "RemovePod" | "Report" | "Restart"; readonly pod: PodName }
  /** A hung process goes on, one that turned the operator away lets it in, a disk has room, a cut path heals: owed to nobody, no fault. */
  | { readonly _tag: "Wake"; readonly process: RunId }
  | { readonly _tag: "Heal"; readonly path: string }
  | { readonly _tag: "Late"; readonly index: number }
  | { readonly _tag: "Edit" }
  | FaultStep;

export type Scenario = {
  readonly name: string;
  readonly spec: Spec;
  readonly writes: number;
  readonly faults: number;
  /** The kinds that may happen. */
  readonly kinds: readonly FaultStep["kind"][];
  /** Whom faults of processes and paths may hit: whoever the record says is primary, the others, or anybody. */
  readonly victims: "primary" | "replicas" | "anybody";
  /** Who may take for ever; the others take a probe's period at most. */
  readonly slow: readonly ("links" | "kubelet" | "watch" | "streams")[];
  /** Who may also be done before the period is over, between any two steps of the others. */
  readonly early: readonly ("links" | "kubelet")[];
  /** Hung processes may wake, cut paths heal. */
  readonly recovers: boolean;
  readonly edits: readonly Edit[];
  readonly habits?: Habits;
  /** How many operators there are, if not one. */
  readonly operators?: 2;
  /** Nothing is left out or put together that could come at another time without a difference. */
  readonly unreduced?: boolean;
};

export type Setting = { readonly core: Core; readonly scenario: Scenario };

/** The oldest action that was decided and whose outcome is not known: the next to be done. */
export const pendingAction = (world: Pick<World, "operator" | "team">, who: Who = 0): Action | undefined =>
  operatorOf(world, who).memory.inFlight[0]?.action;

export const primaryOf = (world: Surroundings): RunId | undefined => world.api.cluster.record?.primary?.runId;

export const describeAction = (action: Action): string => {
  if (isCommand(action)) return `${action._tag} ${action.pod.pod}${objectOf(action)} (epoch ${action.epoch})`;
  switch (action._tag) {
    case "Create":
    case "Apply":
      return `${action._tag} ${action.object.kind}`;
    case "RouteWrites":
      return `RouteWrites to ${action.to} (epoch ${action.epoch})`;
    case "Claim":
    case "Elect":
    case "Enlist":
    case "Publish":
      return `${action._tag} (epoch ${action.epoch})`;
    case "Report":
      return `Report ${action.status.phase}`;
  }
};

const objectOf = (command: Command): string => {
  switch (command._tag) {
    case "Admit":
      return ` for ${command.member.pod}`;
    case "Expel":
      return ` of ${command.users.join(" ")}`;
    case "Follow":
      return ` of ${command.primary}`;
    case "Promote":
    case "Configure":
      return ` min ${command.minReplicas}`;
    case "HandOver":
      return ` to ${command.to}`;
    case "Freeze":
    case "Fence":
    case "Mark":
    case "Pause":
    case "Unpause":
    case "Disconnect":
      return "";
  }
};
