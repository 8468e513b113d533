// The adversary: what can go wrong, each at the price of one from the budget. A kind is what a scenario allows and a swarm
// switches off.
import type { PodName, RunId } from "@gungnir/core";
import { touch, withPods } from "./api.ts";
import { describeAction, pendingAction, primaryOf } from "./world.ts";
import type { Scenario, Surroundings, World } from "./world.ts";
import { handsOn, typed } from "./by-hand.ts";
import type { HandStep } from "./by-hand.ts";
import { endProcess } from "./kubelet.ts";
import { OPERATOR } from "./operator.ts";
import type { Who } from "./team.ts";
import type { Process } from "./process.ts";
import { followers, isOpen, linkOf, pathKey, withProcess } from "./replication.ts";

export type FaultStep =
  /**
   * SIGKILL; what was sent arrives, or nothing was sent that had not arrived. The volume keeps the data, or is lost, or holds what was
   * there before a full sync, because the file was not yet written anew.
   */
  | {
      readonly _tag: "Fault";
      readonly kind: "crash" | "crash, volume rolled back" | "crash, volume lost";
      readonly process: RunId;
      readonly tail: "in flight" | "unsent";
    }
  | { readonly _tag: "Fault"; readonly kind: "hang"; readonly process: RunId }
  /** The operator and a process no longer hear each other. */
  | { readonly _tag: "Fault"; readonly kind: "cut off from the operator"; readonly process: RunId }
  /** A process hears nobody of the cluster; its clients still reach it. */
  | { readonly _tag: "Fault"; readonly kind: "isolated"; readonly process: RunId }
  /** The operator hears nobody; all others hear each other. */
  | { readonly _tag: "Fault"; readonly kind: "operator cut off" }
  /** The operator's password is no longer that of a process. */
  | { readonly _tag: "Fault"; readonly kind: "locked out"; readonly process: RunId }
  /** The node of a pod is to be emptied: nothing happens to the pod yet. */
  | { readonly _tag: "Fault"; readonly kind: "node cordoned"; readonly pod: PodName }
  /** The pod is deleted with its time to end: its process lives until its preStop lets it go. */
  | { readonly _tag: "Fault"; readonly kind: "pod asked to go"; readonly pod: PodName }
  /** The pod object goes, its process at once or never told. */
  | { readonly _tag: "Fault"; readonly kind: "pod deleted" | "pod deleted by force"; readonly pod: PodName }
  /** What somebody types at a process, past the operator. */
  | HandStep
  /** What it would go on from in its source's stream is no longer kept there: it needs everything. */
  | { readonly _tag: "Fault"; readonly kind: "backlog too small"; readonly process: RunId }
  /** Its log cannot be written: it refuses writes, and PING too, and answers whatever else it is asked. */
  | { readonly _tag: "Fault"; readonly kind: "disk full"; readonly process: RunId }
  | { readonly _tag: "Fault"; readonly kind: "operator restarts" }
  /** One of two operators stands still. */
  | { readonly _tag: "Fault"; readonly kind: "operator pauses"; readonly who: Who }
  | { readonly _tag: "Fault"; readonly kind: "foreign write" }
  /** The action has its effect, and the answer is lost; or it is lost itself; or it arrives later than its sender believes. */
  | { readonly _tag: "Fault"; readonly kind: "answer lost" | "request lost" | "delayed" };

/** `isActing`: the operator has something to do, so that its answer can be lost. */
export const faults = (world: Surroundings, scenario: Scenario, isActing: boolean): readonly FaultStep[] =>
  world.faults === 0 ? [] : scenario.kinds.flatMap((kind) => faultsOf(world, scenario, kind, isActing));

const faultsOf = (world: Surroundings, scenario: Scenario, kind: FaultStep["kind"], isActing: boolean): readonly FaultStep[] => {
  const { valkey } = world.nodes;
  const victims = valkey.processes.filter(
    (process) => scenario.victims === "anybody" || (process.runId === primaryOf(world)) === (scenario.victims === "primary"),
  );
  switch (kind) {
    case "crash":
    case "crash, volume rolled back":
    case "crash, volume lost":
      return victims
        .filter((process) => kind !== "crash, volume rolled back" || process.onDisk !== undefined)
        .flatMap((process) => tails(world, process).map((tail): FaultStep => ({ _tag: "Fault", kind, process: process.runId, tail })));
    case "hang":
      return victims.filter((process) => !process.hung).map((process) => ({ _tag: "Fault", kind, process: process.runId }));
    case "cut off from the operator":
    case "isolated":
      return victims
        .filter((process) => isOpen(valkey, OPERATOR, process.address))
        .map((process) => ({ _tag: "Fault", kind, process: process.runId }));
    case "operator cut off":
      return valkey.processes.some((process) => isOpen(valkey, OPERATOR, process.address)) ? [{ _tag: "Fault", kind }] : [];
    case "locked out":
      return victims.filter((process) => process.locked !== true).map((process) => ({ _tag: "Fault", kind, process: process.runId }));
    case "node cordoned":
    case "pod asked to go":
    case "pod deleted":
    case "pod deleted by force":
      return world.api.pods
        .filter((pod) => !(kind === "pod asked to go" ? pod.deleting : kind === "node cordoned" && pod.nodeLeaving === true))
        .filter((pod) => victims.some((process) => process.uid === pod.uid))
        .map((pod) => ({ _tag: "Fault", kind, pod: pod.name }));
    case "demoted by hand":
    case "promoted by hand":
    case "handed over by hand":
    case "flushed by hand":
      return handsOn(world, kind, victims);
    case "backlog too small":
      return victims
        .filter((process) => linkOf(process) === "connecting" && process.forgotPlace !== true)
        .map((process) => ({ _tag: "Fault", kind, process: process.runId }));
    case "disk full":
      return victims.filter((process) => process.diskFull !== true).map((process) => ({ _tag: "Fault", kind, process: process.runId }));
    case "operator restarts":
    case "foreign write":
      return [{ _tag: "Fault", kind }];
    case "operator pauses": // team.ts says whose
      return [];
    case "answer lost":
    case "request lost":
    case "delayed":
      return !isActing ? [] : [{ _tag: "Fault", kind }];
  }
};

/** Two ways to die differ only while somebody is behind. */
const tails = (world: Surroundings, process: Process): readonly ("in flight" | "unsent")[] =>
  followers(world.nodes.valkey, process).some((follower) => process.items.some((item) => item.at > follower.offset))
    ? ["in flight", "unsent"]
    : ["unsent"];

/** What a fault does to everything but the operator. */
export const strike = (world: Surroundings, step: FaultStep): Surroundings => {
  const struck: Surroundings = { ...world, faults: world.faults - 1 };
  const { nodes } = world;
  const victim = "process" in step ? nodes.valkey.processes.find((process) => process.runId === step.process) : undefined;
  switch (step.kind) {
    case "crash":
    case "crash, volume rolled back":
    case "crash, volume lost": {
      if (victim === undefined) return struck;
      const file = step.kind === "crash" ? victim.items : step.kind === "crash, volume lost" ? [] : (victim.onDisk ?? victim.items);
      const kept = world.api.cluster.spec.persistence.enabled ? file : [];
      const ended = endProcess(nodes, victim, kept, step.tail === "in flight" ? "in flight" : "nothing");
      const sent = ended.valkey.processes.flatMap((process) =>
        process.role._tag === "Replica" ? process.role.inFlight.map((item) => item.id) : [],
      );
      const owed = [...new Set([...world.history.owed, ...sent])].toSorted();
      return { ...struck, nodes: ended, history: { ...world.history, owed } };
    }
    case "hang":
      return changed(struck, victim, { hung: true });
    case "cut off from the operator":
      return victim === undefined ? struck : cut(struck, [pathKey(OPERATOR, victim.address)]);
    case "isolated":
      return victim === undefined
        ? struck
        : cut(struck, [
            pathKey(OPERATOR, victim.address),
            ...nodes.valkey.processes.filter((other) => other !== victim).map((other) => pathKey(victim.address, other.address)),
          ]);
    case "operator cut off":
      return cut(
        struck,
        nodes.valkey.processes.map((process) => pathKey(OPERATOR, process.address)),
      );
    case "locked out":
      return changed(struck, victim, { locked: true });
    case "backlog too small":
      return changed(struck, victim, { forgotPlace: true });
    case "disk full":
      return changed(struck, victim, { diskFull: true });
    case "node cordoned":
    case "pod asked to go": {
      const change = step.kind === "node cordoned" ? ({ nodeLeaving: true } as const) : { deleting: true };
      const pods = world.api.pods.map((pod) => (pod.name === step.pod ? { ...pod, ...change } : pod));
      return { ...struck, api: withPods(world.api, pods) };
    }
    case "pod deleted":
    case "pod deleted by force": {
      const pod = world.api.pods.find((other) => other.name === step.pod);
      const process = nodes.valkey.processes.find((other) => other.uid === pod?.uid);
      const api = withPods(
        world.api,
        world.api.pods.filter((other) => other.name !== step.pod),
      );
      const kept = process === undefined || !world.api.cluster.spec.persistence.enabled ? [] : process.items;
      const ended = process === undefined || step.kind === "pod deleted by force" ? nodes : endProcess(nodes, process, kept, "nothing");
      return { ...struck, api, nodes: ended };
    }
    case "demoted by hand":
    case "promoted by hand":
    case "handed over by hand":
    case "flushed by hand":
      return victim === undefined ? struck : typed(struck, step, victim);
    case "foreign write":
      return { ...struck, api: touch(world.api) };
    case "operator restarts":
    case "operator pauses":
    case "answer lost":
    case "request lost":
    case "delayed":
      return struck;
  }
};

const changed = (world: Surroundings, victim: Process | undefined, change: Partial<Process>): Surroundings =>
  victim === undefined ? world : { ...world, nodes: { ...world.nodes, valkey: withProcess(world.nodes.valkey, { ...victim, ...change }) } };

const cut = (world: Surroundings, paths: readonly string[]): Surroundings => ({
  ...world,
  nodes: {
    ...world.nodes,
    valkey: { ...world.nodes.valkey, cuts: [...new Set([...world.nodes.valkey.cuts, ...paths])].toSorted() },
  },
});

export const describeFault = (world: World | undefined, step: FaultStep): string => {
  const action = world === undefined ? undefined : pendingAction(world, step.kind === "operator pauses" ? step.who : 0);
  const about = action === undefined ? "" : ` of ${describeAction(action)}`;
  switch (step.kind) {
    case "crash":
    case "crash, volume rolled back":
    case "crash, volume lost":
      return `FAULT ${step.kind}: ${step.process}${step.tail === "in flight" ? ", bytes in flight" : ""}`;
    case "hang":
    case "cut off from the operator":
    case "isolated":
    case "locked out":
    case "backlog too small":
    case "disk full":
    case "demoted by hand":
    case "promoted by hand":
    case "flushed by hand":
      return `FAULT ${step.kind}: ${step.process}`;
    case "handed over by hand":
      return `FAULT ${step.kind}: ${step.process} to ${step.to}`;
    case "node cordoned":
    case "pod asked to go":
    case "pod deleted":
    case "pod deleted by force":
      return `FAULT ${step.kind}: ${step.pod}`;
    case "operator cut off":
    case "operator restarts":
    case "foreign write":
      return `FAULT ${step.kind}`;
    case "operator pauses":
      return `FAULT operator ${step.who} stands still${action === undefined ? "" : `, its ${describeAction(action)} under way`}`;
    case "answer lost":
    case "request lost":
    case "delayed":
      return `FAULT ${step.kind}${about}`;
  }
};
