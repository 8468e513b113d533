// Which steps are enabled.
import type { Api } from "./api.ts";
import { faults } from "./faults.ts";
import type { Nodes } from "./kubelet.ts";
import { leavingPods, missingOrdinals, surplusPod, unreported } from "./kubelet.ts";
import { connect } from "./handover.ts";
import { deliver, finishSync, linkOf, stream } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import { writable } from "./clients.ts";
import type { Operator } from "./operator.ts";
import type { Scenario, Step, Surroundings } from "./world.ts";

/** The one step of the operator: what was decided is done before anything more is read, and time passes when nothing is left to do. */
export const operatorStep = (operator: Operator, around: Surroundings): "Act" | "Read" | "Tick" => {
  if (operator.memory.inFlight.length > 0) return "Act";
  return hasNews(operator, around) ? "Read" : "Tick";
};

export const hasNews = (operator: Operator, { api }: Surroundings): boolean =>
  operator.read !== api.version || operator.memory.forgottenAt !== undefined;

export type Possible = {
  readonly replicationSteps: (valkey: Valkey, scenario: Scenario) => readonly Step[];
  readonly podSteps: (api: Api, nodes: Nodes, scenario: Scenario) => readonly Step[];
};

/** Everything that can happen in a moment in which the operator's step is `own`. */
export const enabled = (
  around: Surroundings,
  own: "Act" | "Read" | "Tick",
  scenario: Scenario,
  possible: Possible = POSSIBLE,
): readonly Step[] => [
  { _tag: own },
  // News may be late: time passes first.
  ...(own === "Read" && scenario.slow.includes("watch") ? [{ _tag: "Tick" } as const] : []),
  ...others(around, scenario, possible),
  ...faults(around, scenario, own === "Act"),
];

/** Everything that is neither an operator's step nor a fault. */
export const others = (around: Surroundings, scenario: Scenario, possible: Possible): readonly Step[] => [
  ...possible.replicationSteps(around.nodes.valkey, scenario),
  ...possible.podSteps(around.api, around.nodes, scenario),
  ...(mayWrite(around, scenario)
    ? writable(around.api, around.nodes, around.clients).map((process): Step => ({ _tag: "Write", process: process.runId }))
    : []),
  ...(scenario.recovers ? recoveries(around.nodes.valkey) : []),
  ...around.late.map((_, index): Step => ({ _tag: "Late", index })),
  ...(around.edits.length > 0 ? [{ _tag: "Edit" } as const] : []),
];

/** When every fault is over and a new primary published, a further write is like one in a world where nothing happened. */
const mayWrite = (around: Surroundings, scenario: Scenario): boolean => {
  const { record } = around.api.cluster;
  const isOver = around.faults === 0 && scenario.faults > 0 && record?.intent === undefined && (record?.primary?.epoch ?? 1) > 1;
  return around.clients.written < scenario.writes && (!isOver || scenario.habits?.writesOn === true);
};

export const replicationSteps = (valkey: Valkey, { early, slow }: Scenario): readonly Step[] => {
  const links = early.includes("links") || slow.includes("links");
  return valkey.processes.flatMap((process): readonly Step[] => {
    if (process.hung) return [];
    if (process.loading) return [{ _tag: "Load", process: process.runId }];
    const step = (tag: "Attach" | "FinishSync" | "Stream" | "Deliver"): Step => ({ _tag: tag, process: process.runId });
    switch (linkOf(process)) {
      case undefined:
        return [];
      case "connecting":
        return !links || connect(valkey, process) === undefined ? [] : [step("Attach")];
      case "syncing":
        return !links || finishSync(valkey, process) === undefined ? [] : [step("FinishSync")];
      case "up":
      case "streaming":
        return stream(valkey, process) === undefined ? [] : [step("Stream")];
      case "closing":
        return deliver(valkey, process) === undefined ? [] : [step("Deliver")];
    }
  });
};

/** Pods are started and removed at any time; else they keep to the clock. */
export const isKubeletFree = ({ early, slow }: Scenario): boolean => early.includes("kubelet") || slow.includes("kubelet");

export const podSteps = (api: Api, nodes: Nodes, scenario: Scenario): readonly Step[] => {
  if (!isKubeletFree(scenario)) return [];
  const surplus = surplusPod(api);
  return [
    ...missingOrdinals(api).map((ordinal): Step => ({ _tag: "StartPod", ordinal })),
    ...(surplus === undefined ? [] : [{ _tag: "RemovePod", pod: surplus.name } as const]),
    ...leavingPods(api, nodes)
      .filter((pod) => pod !== surplus)
      .map((pod): Step => ({ _tag: "RemovePod", pod: pod.name })),
    ...unreported(api, nodes).map((pod): Step => ({ _tag: "Report", pod: pod.name })),
    ...api.pods.filter((pod) => pod.container._tag === "Terminated").map((pod): Step => ({ _tag: "Restart", pod: pod.name })),
  ];
};

const recoveries = (valkey: Valkey): readonly Step[] => [
  ...valkey.processes
    .filter((process) => process.hung || process.locked === true || process.diskFull === true)
    .map((process): Step => ({ _tag: "Wake", process: process.runId })),
  ...(valkey.cuts.length > 0 ? [{ _tag: "Heal", path: "all" } as const] : []),
];

const POSSIBLE: Possible = { replicationSteps, podSteps };
