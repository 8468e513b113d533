// What passes with time: probes, pings, bytes under way, and whatever somebody does within a period because nothing keeps him.
import { nextProbe } from "@gungnir/core";
import { withPods } from "./api.ts";
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
import type { Operator } from "./operator.ts";
import { elapse } from "./pause.ts";
import { beat, deliver, finishSync, rewriteFiles, stream } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import type { Scenario, Step, Surroundings } from "./world.ts";

/** What a while makes of everything but the operator: within a period everybody does what is his, who is not slow. */
export const pass = (before: Surroundings, passed: number, scenario: Scenario): Surroundings => {
  const isPeriod = passed >= scenario.spec.pingInterval;
  const around = resume(isPeriod ? withFiles(before) : before, passed);
  const kept = isPeriod && !scenario.slow.includes("kubelet") ? keepPods(around) : around;
  const linked = isPeriod && !scenario.slow.includes("links") ? link(kept.nodes.valkey) : kept.nodes.valkey;
  const valkey = passed >= ARRIVAL ? beat(arrive(linked, !scenario.slow.includes("streams"))) : linked;
  const nodes = { ...kept.nodes, valkey };
  return afterLinks(kept.nodes.valkey, { ...kept, nodes, api: probeReadiness(kept.api, nodes) });
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
const keepPods = (around: Surroundings): Surroundings => {
  let kept = around;
  for (const pod of unreported(kept.api, kept.nodes)) kept = { ...kept, api: report(kept.api, pod) };
  for (const pod of kept.api.pods.filter((other) => other.container._tag === "Terminated"))
    kept = { ...kept, ...startContainer(kept, pod) };
  for (const pod of leavingPods(kept.api, kept.nodes)) kept = onPod(kept, { _tag: "RemovePod", pod: pod.name });
  for (let pod = surplusPod(kept.api); pod !== undefined; pod = surplusPod(kept.api))
    kept = onPod(kept, { _tag: "RemovePod", pod: pod.name });
  for (const ordinal of missingOrdinals(kept.api)) kept = { ...kept, ...startPod(kept, ordinal) };
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

export const onPod = (world: Surroundings, step: Extract<Step, { _tag: "RemovePod" | "Report" | "Restart" }>): Surroundings => {
  const pod = world.api.pods.find((other) => other.name === step.pod);
  if (pod === undefined) return world;
  switch (step._tag) {
    case "RemovePod": {
      const process = runningIn(world.nodes, pod);
      const api = withPods(
        world.api,
        world.api.pods.filter((other) => other !== pod),
      );
      return { ...world, api, nodes: process === undefined ? world.nodes : endProcess(world.nodes, process, process.items, "nothing") };
    }
    case "Report":
      return { ...world, api: report(world.api, pod) };
    case "Restart":
      return { ...world, ...startContainer(world, pod) };
  }
};
