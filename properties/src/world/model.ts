// The world as a model for the explorer: which steps are enabled, and what each does.
//
// Two things keep it small, both said in ASSUMPTIONS.md: time passes for the operator only when it has nothing left to do at
// this moment, and an action and its answer are one step unless a fault separates them.
import { nextProbe } from "@gungnir/core";
import type { Action } from "@gungnir/core";
import type { Model } from "../explore/model.ts";
import { editSpec } from "./api.ts";
import { canonical } from "./canonical.ts";
import { closeConnections, hearAcknowledgements, writable, writeTo } from "./clients.ts";
import { obey } from "./commands.ts";
import { describeFault, faults, strike } from "./faults.ts";
import { afterAction, afterReadings, afterStep } from "./history.ts";
import {
  endProcess,
  missingOrdinals,
  probeReadiness,
  report,
  runningIn,
  startContainer,
  startPod,
  surplusPod,
  unreported,
} from "./kubelet.ts";
import { withPods } from "./api.ts";
import { hearOutcome, OPERATOR, perform, probeAll, readApi } from "./operator.ts";
import { attach, beat, deliver, finishSync, isOpen, linkOf, stream, withProcess } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import { show } from "./show.ts";
import type { Scenario, Setting, Step, World } from "./world.ts";
import { describeAction, pendingAction } from "./world.ts";

export const worldModel = (setting: Setting, initial: World): Model<World, Step> => ({
  name: setting.scenario.name,
  initial: [initial],
  steps: (world) => steps(world, setting),
  next: (world, step) => settle(next(world, step, setting), setting.scenario),
  key: (world) => keyOf(world, setting.scenario),
  describe,
  show,
  fault: (step) => (step._tag === "Fault" ? step.kind : undefined),
});

/** The longest time that anything is compared with, in these worlds. */
const oldest = ({ spec }: Scenario): number => Math.max(2 * spec.downAfter, spec.failoverTimeout, spec.recoveryWait) + spec.pingInterval;

export const keyOf = (world: World, scenario: Scenario): string => {
  const { now, operator, ...around } = world;
  // The decision follows from the memory.
  return canonical({ ...around, memory: operator.memory, read: operator.read, term: operator.term }, { now, oldest: oldest(scenario) });
};

// --- which steps ----------------------------------------------------------------------------------------------------

const steps = (world: World, { scenario }: Setting): readonly Step[] => [
  ...operatorSteps(world),
  ...replicationSteps(world.nodes.valkey),
  ...podSteps(world),
  ...(world.clients.written < scenario.writes
    ? writable(world.api, world.nodes, world.clients).map((process): Step => ({ _tag: "Write", process: process.runId }))
    : []),
  ...(scenario.recovers ? recoveries(world.nodes.valkey) : []),
  ...world.late.map((_, index): Step => ({ _tag: "Late", index })),
  ...(world.edits.length > 0 ? [{ _tag: "Edit" } as const] : []),
  ...faults(world, scenario),
];

/** What was decided is done before anything more is read, and time passes when there is nothing left to do. */
const operatorSteps = (world: World): readonly Step[] => {
  if (pendingAction(world) !== undefined) return [{ _tag: "Act" }];
  const hasNews = world.operator.read !== world.api.version || world.operator.memory.forgottenAt !== undefined;
  return [{ _tag: hasNews ? "Read" : "Tick" }];
};

const replicationSteps = (valkey: Valkey): readonly Step[] =>
  valkey.processes.flatMap((process): readonly Step[] => {
    if (process.hung) return [];
    if (process.loading) return [{ _tag: "Load", process: process.runId }];
    const step = (tag: "Attach" | "FinishSync" | "Stream" | "Deliver"): Step => ({ _tag: tag, process: process.runId });
    switch (linkOf(process)) {
      case undefined:
        return [];
      case "connecting":
        return attach(valkey, process) === undefined ? [] : [step("Attach")];
      case "syncing":
        return finishSync(valkey, process) === undefined ? [] : [step("FinishSync")];
      case "up":
      case "streaming":
        return stream(valkey, process) === undefined ? [] : [step("Stream")];
      case "closing":
        return [step("Deliver")];
    }
  });

const podSteps = (world: World): readonly Step[] => {
  const surplus = surplusPod(world.api);
  return [
    ...missingOrdinals(world.api).map((ordinal): Step => ({ _tag: "StartPod", ordinal })),
    ...(surplus === undefined ? [] : [{ _tag: "RemovePod", pod: surplus.name } as const]),
    ...unreported(world.api, world.nodes).map((pod): Step => ({ _tag: "Report", pod: pod.name })),
    ...world.api.pods.filter((pod) => pod.container._tag === "Terminated").map((pod): Step => ({ _tag: "Restart", pod: pod.name })),
  ];
};

const recoveries = (valkey: Valkey): readonly Step[] => [
  ...valkey.processes.filter((process) => process.hung).map((process): Step => ({ _tag: "Wake", process: process.runId })),
  ...(valkey.cuts.length > 0 ? [{ _tag: "Heal", path: "all" } as const] : []),
];

// --- what each does -------------------------------------------------------------------------------------------------

const next = (world: World, step: Step, setting: Setting): World => {
  const { core } = setting;
  const { nodes } = world;
  switch (step._tag) {
    case "Read":
      return { ...world, operator: readApi(core, world.operator, world.api, world.now) };
    case "Act": {
      const action = pendingAction(world);
      if (action === undefined) return world;
      const acted = afterAction(world, carryOut(world, action), action);
      return { ...acted, operator: hearOutcome(core, world.operator, action, acted.outcome, world.now) };
    }
    case "Tick":
      return tick(world, setting);
    case "Attach":
    case "FinishSync":
    case "Stream":
    case "Deliver":
    case "Load":
      return onProcess(world, step);
    case "Write": {
      const process = nodes.valkey.processes.find((other) => other.runId === step.process);
      if (process === undefined) return world;
      const { valkey, clients } = writeTo(nodes.valkey, world.clients, process);
      return { ...world, nodes: { ...nodes, valkey }, clients };
    }
    case "StartPod":
      return { ...world, ...startPod(world, step.ordinal) };
    case "RemovePod":
    case "Report":
    case "Restart":
      return onPod(world, step);
    case "Wake": {
      const process = nodes.valkey.processes.find((other) => other.runId === step.process);
      return process === undefined ? world : obeyQueue(withValkey(world, withProcess(nodes.valkey, { ...process, hung: false })));
    }
    case "Heal":
      return obeyQueue(withValkey(world, { ...nodes.valkey, cuts: [] }));
    case "Late": {
      const action = world.late[step.index];
      if (action === undefined) return world;
      const { outcome: _, ...acted } = afterAction(world, carryOut(world, action), action);
      return { ...acted, late: world.late.filter((_action, index) => index !== step.index) };
    }
    case "Edit": {
      const [edit, ...edits] = world.edits;
      return edit === undefined ? world : { ...world, api: editSpec(world.api, edit), edits };
    }
    case "Fault":
      return strike(world, step, setting);
  }
};

const withValkey = (world: World, valkey: Valkey): World => ({ ...world, nodes: { ...world.nodes, valkey } });

/** Acknowledgements are heard after every step. */
const settle = (world: World, scenario: Scenario): World => {
  const clients = hearAcknowledgements(world.nodes.valkey, world.clients, scenario.spec.waitReplicas);
  return afterStep(clients === world.clients ? world : { ...world, clients });
};

const carryOut = (world: World, action: Action) => {
  const effect = perform(world.api, world.nodes, action);
  const closed = effect.clientsClosedOf;
  const clients = closed === undefined ? world.clients : closeConnections(world.clients, closed.runId);
  return { ...world, api: effect.api, nodes: effect.nodes, clients, outcome: effect.outcome };
};

/** Until the decision's own timer, or the next probe. */
const tick = (world: World, { core, scenario }: Setting): World => {
  const now = world.now + untilNext(world, scenario);
  const isLong = now - world.now >= ARRIVAL;
  const valkey = isLong ? beat(arrive(world.nodes.valkey)) : world.nodes.valkey;
  const nodes = { ...world.nodes, valkey };
  const operator = probeAll(core, world.operator, nodes, scenario.spec.port, now);
  return afterReadings({ ...world, now, nodes, operator, api: probeReadiness(world.api, nodes) });
};

/** Whoever was commanded is asked at once, offsets are compared every 20 ms while they drain, and else each period. */
const untilNext = ({ now, operator }: World, { spec }: Scenario): number => {
  const { decision, memory } = operator;
  const isAsked = memory.health.some((health) => nextProbe(memory, health.target) <= now || (health.last === undefined && !health.late));
  const isDraining = decision._tag === "Wait" && decision.because === "Drain";
  const soon = isAsked ? 1 : isDraining ? ARRIVAL : spec.pingInterval;
  const due = decision._tag === "Wait" && decision.until !== undefined ? decision.until - now : soon;
  return Math.max(1, Math.min(soon, due));
};
/** Milliseconds after which what was in flight has arrived. */
const ARRIVAL = 20;

/** What was sent arrives, over every link whose two ends run and that is not cut. */
const arrive = (valkey: Valkey): Valkey =>
  valkey.processes.reduce((arrived, { runId }) => {
    let at = arrived;
    for (;;) {
      const process = at.processes.find((other) => other.runId === runId);
      const moved = process === undefined ? undefined : (deliver(at, process) ?? stream(at, process));
      if (moved === undefined) return at;
      at = moved;
    }
  }, valkey);

const onProcess = (world: World, step: Extract<Step, { _tag: "Attach" | "FinishSync" | "Stream" | "Deliver" | "Load" }>): World => {
  const { valkey } = world.nodes;
  const process = valkey.processes.find((other) => other.runId === step.process);
  if (process === undefined) return world;
  switch (step._tag) {
    case "Attach":
      return withValkey(world, attach(valkey, process) ?? valkey);
    case "FinishSync":
      return withValkey(world, finishSync(valkey, process) ?? valkey);
    case "Stream":
      return withValkey(world, stream(valkey, process) ?? valkey);
    case "Deliver":
      return withValkey(world, deliver(valkey, process) ?? valkey);
    case "Load":
      return withValkey(world, withProcess(valkey, { ...process, loading: false }));
  }
};

const onPod = (world: World, step: Extract<Step, { _tag: "RemovePod" | "Report" | "Restart" }>): World => {
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

/** Commands that waited are obeyed, in order, by every process that can read again. */
const obeyQueue = (world: World): World => {
  let obeyed = world;
  for (const { runId } of world.nodes.valkey.processes) {
    for (;;) {
      const process = obeyed.nodes.valkey.processes.find((other) => other.runId === runId);
      const command = process?.queue[0];
      if (process === undefined || command === undefined || process.hung || !isOpen(obeyed.nodes.valkey, OPERATOR, process.address)) break;
      const shorter = { ...process, queue: process.queue.slice(1) };
      const done = obey(withProcess(obeyed.nodes.valkey, shorter), shorter, command);
      const clients = done.clientsClosed ? closeConnections(obeyed.clients, runId) : obeyed.clients;
      const { outcome: _, ...after } = afterAction(obeyed, { ...withValkey(obeyed, done.valkey), clients, outcome: done.outcome }, command);
      obeyed = after;
    }
  }
  return obeyed;
};

// --- words ----------------------------------------------------------------------------------------------------------

const describe = (step: Step, before?: World): string => {
  const action = before === undefined ? undefined : pendingAction(before);
  switch (step._tag) {
    case "Read":
      return "operator reads";
    case "Act":
      return action === undefined ? "operator acts" : describeAction(action);
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
