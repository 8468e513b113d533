// What passes with time: probes, pings, bytes under way, and whatever somebody does within a period because nothing keeps him.
import { nextProbe } from "@gungnir/core";
import { withPods } from "./api.ts";
import type { Api } from "./api.ts";
import { obeyQueue } from "./effect.ts";
import { connect } from "./handover.ts";
import { afterLinks } from "./history.ts";
import {
  endProcess,
  leavingPods,
  missingOrdinals,
  probeReadiness,
  report,
  runningIn,
  startContainer,
  startPod,
  surplusPod,
  unreported,
} from "./kubelet.ts";
import type { Nodes } from "./kubelet.ts";
import type { Operator } from "./operator.ts";
import { elapse } from "./pause.ts";
import { beat, deliver, finishSync, rewriteFiles, stream } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import type { Scenario, Step, Surroundings } from "./world.ts";

/** Of what is not the operator's: objects, and what runs. */
export type Stage = Pick<Surroundings, "api" | "nodes">;
/** What a while makes of objects and processes. */
export type Drift = (api: Api, nodes: Nodes, passed: number) => Stage;
/** What it makes of processes alone. */
export type Flow = (valkey: Valkey, passed: number) => Valkey;

/** What a while makes of everything but the operator: within a period everybody does what is his, who is not slow. */
export const pass = (before: Surroundings, passed: number, scenario: Scenario, drift: Drift): Surroundings => {
  const around = resume(passed >= scenario.spec.pingInterval ? withFiles(before) : before, passed);
  const { api, nodes } = drift(around.api, around.nodes, passed);
  return api === around.api && nodes === around.nodes ? around : afterLinks(around.nodes.valkey, { ...around, api, nodes });
};

export const drift = (stage: Stage, passed: number, { slow, spec }: Scenario, flow: Flow): Stage => {
  const kept = passed >= spec.pingInterval && !slow.includes("kubelet") ? keepPods(stage) : stage;
  const valkey = flow(kept.nodes.valkey, passed);
  const nodes = valkey === kept.nodes.valkey ? kept.nodes : { ...kept.nodes, valkey };
  return { api: probeReadiness(kept.api, nodes), nodes };
};

export const flow = (valkey: Valkey, passed: number, { slow, spec, habits }: Scenario): Valkey => {
  const linked = passed >= spec.pingInterval && !slow.includes("links") ? link(valkey) : valkey;
  const arrived = passed >= ARRIVAL && habits?.arrivesLate !== true ? arrive(linked, !slow.includes("streams")) : linked;
  return passed >= ARRIVAL && habits?.neverPings !== true ? beat(arrived) : arrived;
};

/** A rewrite of an append-only file takes no longer than a period. */
const withFiles = (around: Surroundings): Surroundings => {
  const valkey = rewriteFiles(around.nodes.valkey);
  return valkey === around.nodes.valkey ? around : { ...around, nodes: { ...around.nodes, valkey } };
};

/** Pauses end, and what waited behind them is obeyed. */
const resume = (around: Surroundings, passed: number): Surroundings => {
  const valkey = elapse(around.nodes.valkey, passed);
  return valkey === around.nodes.valkey ? around : obeyQueue({ ...around, nodes: { ...around.nodes, valkey } });
};

/** Deaths are reported, containers restarted, pods started and removed. */
const keepPods = (stage: Stage): Stage => {
  let kept = stage;
  for (const pod of unreported(kept.api, kept.nodes)) kept = { api: report(kept.api, pod), nodes: kept.nodes };
  for (const pod of kept.api.pods.filter((other) => other.container._tag === "Terminated")) kept = startContainer(kept, pod);
  for (const pod of leavingPods(kept.api, kept.nodes)) kept = onPod(kept, { _tag: "RemovePod", pod: pod.name });
  for (let pod = surplusPod(kept.api); pod !== undefined; pod = surplusPod(kept.api))
    kept = onPod(kept, { _tag: "RemovePod", pod: pod.name });
  for (const ordinal of missingOrdinals(kept.api)) kept = startPod(kept, ordinal);
  return kept;
};

/** Whoever was commanded is asked at once, offsets are compared every 20 ms while they drain, and else each period. */
export const untilNext = ({ decision, memory }: Operator, now: number, { spec }: Scenario): number => {
  const isAsked = memory.health.some((health) => nextProbe(memory, health.target) <= now || (health.last === undefined && !health.late));
  const isDraining = decision._tag === "Wait" && decision.because === "Drain";
  const soon = isAsked ? 0 : isDraining ? ARRIVAL : spec.pingInterval;
  const due = decision._tag === "Wait" && decision.until !== undefined ? decision.until - now : soon;
  return Math.max(0, Math.min(soon, due));
};
/** Milliseconds after which what was in flight has arrived. */
export const ARRIVAL = 20;

/** Every link that can be made is made. */
const link = (valkey: Valkey): Valkey =>
  valkey.processes.reduce((made, { runId }) => {
    const process = (at: Valkey) => at.processes.find((other) => other.runId === runId);
    const connecting = process(made);
    const attached = connecting === undefined ? made : (connect(made, connecting) ?? made);
    const syncing = process(attached);
    return syncing === undefined ? attached : (finishSync(attached, syncing) ?? attached);
  }, valkey);

/** What was sent arrives, over every link whose two ends run and that is not cut. */
const arrive = (valkey: Valkey, level: boolean): Valkey =>
  valkey.processes.reduce((arrived, { runId }) => {
    let at = arrived;
    for (;;) {
      const process = at.processes.find((other) => other.runId === runId);
      const moved = process === undefined ? undefined : (deliver(at, process) ?? (level ? stream(at, process) : undefined));
      if (moved === undefined) return at;
      at = moved;
    }
  }, valkey);

export const onPod = (world: Stage, step: Extract<Step, { _tag: "RemovePod" | "Report" | "Restart" }>): Stage => {
  const pod = world.api.pods.find((other) => other.name === step.pod);
  if (pod === undefined) return world;
  switch (step._tag) {
    case "RemovePod": {
      const process = runningIn(world.nodes, pod);
      const api = withPods(
        world.api,
        world.api.pods.filter((other) => other !== pod),
      );
      return { api, nodes: process === undefined ? world.nodes : endProcess(world.nodes, process, process.items, "nothing") };
    }
    case "Report":
      return { api: report(world.api, pod), nodes: world.nodes };
    case "Restart":
      return startContainer(world, pod);
  }
};
