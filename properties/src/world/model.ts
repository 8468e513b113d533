// The world as a model for the explorer: which steps are enabled, and what each does.
//
// Two things keep it small, both said in ASSUMPTIONS.md: time passes for the operator only when it has nothing left to do at
// this moment, and an action and its answer are one step unless a fault separates them.
import type { Model } from "../explore/model.ts";
import { editSpec } from "./api.ts";
import { canonical } from "./canonical.ts";
import { hearAcknowledgements, writable, writeTo } from "./clients.ts";
import { carryOut, obeyQueue } from "./effect.ts";
import { describe } from "./describe.ts";
import { faults, strike } from "./faults.ts";
import { afterStep } from "./history.ts";
import { missingOrdinals, startPod, surplusPod, unreported } from "./kubelet.ts";
import { hearOutcome, readApi } from "./operator.ts";
import { connect } from "./handover.ts";
import { deliver, finishSync, forgetPlaces, linkOf, stream, withProcess } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import { show } from "./show.ts";
import { ARRIVAL, onPod, tick } from "./time.ts";
import type { Scenario, Setting, Step, World } from "./world.ts";
import { pendingAction } from "./world.ts";

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

export const keyOf = (world: World, scenario: Scenario): string => {
  const { now, operator, ...around } = world;
  // The decision follows from the memory.
  const state = { ...around, memory: operator.memory, read: operator.read, term: operator.term };
  return canonical(state, { now, ...cutoffs(scenario) });
};

/**
 * How old an instant can be and still matter, by the field it is in: the longest time that core compares it with. The law of
 * keys is checked on these numbers: one that is too small lets two states with different futures share a key.
 */
const cutoffs = ({ spec }: Scenario) => {
  const patience = 2 * spec.downAfter;
  const oldest = Math.max(patience, spec.failoverTimeout, spec.recoveryWait) + spec.pingInterval;
  return {
    oldest,
    of: {
      since: patience,
      lastHeard: patience,
      unlinkedSince: patience,
      advancedFrom: spec.downAfter + 2_000 + spec.pingInterval,
      replicaSince: 2 * spec.pingInterval,
      steadyFrom: 2 * ARRIVAL,
      commandedAt: 1,
      notBefore: 0,
      asked: spec.pingInterval,
      began: spec.downAfter,
    },
  };
};

// --- which steps ----------------------------------------------------------------------------------------------------

const steps = (world: World, { scenario }: Setting): readonly Step[] => [
  ...operatorSteps(world),
  ...replicationSteps(world.nodes.valkey, scenario.early.includes("links") || scenario.slow.includes("links")),
  ...(scenario.early.includes("kubelet") || scenario.slow.includes("kubelet") ? podSteps(world) : []),
  ...(mayWrite(world, scenario)
    ? writable(world.api, world.nodes, world.clients).map((process): Step => ({ _tag: "Write", process: process.runId }))
    : []),
  ...(scenario.recovers ? recoveries(world.nodes.valkey) : []),
  ...world.late.map((_, index): Step => ({ _tag: "Late", index })),
  ...(world.edits.length > 0 ? [{ _tag: "Edit" } as const] : []),
  ...faults(world, scenario),
];

/** When every fault is over and a new primary published, a further write is like one in a world where nothing happened. */
const mayWrite = (world: World, scenario: Scenario): boolean => {
  const { record } = world.api.cluster;
  const isOver = world.faults === 0 && scenario.faults > 0 && record?.intent === undefined && (record?.primary?.epoch ?? 1) > 1;
  return world.clients.written < scenario.writes && !isOver;
};

/** What was decided is done before anything more is read, and time passes when there is nothing left to do. */
const operatorSteps = (world: World): readonly Step[] => {
  if (pendingAction(world) !== undefined) return [{ _tag: "Act" }];
  return [{ _tag: hasNews(world) ? "Read" : "Tick" }];
};
const hasNews = ({ operator, api }: World): boolean => operator.read !== api.version || operator.memory.forgottenAt !== undefined;

const replicationSteps = (valkey: Valkey, links: boolean): readonly Step[] =>
  valkey.processes.flatMap((process): readonly Step[] => {
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
      return catchUp({ ...world, operator: readApi(core, world.operator, world.api, world.now) }, setting);
    case "Act":
      return catchUp(act(world, setting), setting);
    case "Tick":
      return catchUp(tick(world, setting), setting);
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
      const { outcome: _, ...acted } = carryOut(world, action);
      return { ...acted, late: world.late.filter((_action, index) => index !== step.index) };
    }
    case "Edit": {
      const [edit, ...edits] = world.edits;
      return edit === undefined ? world : meddled({ ...world, api: editSpec(world.api, edit), edits }, step);
    }
    case "Fault":
      return meddled(strike(world, step, setting), step);
  }
};

const withValkey = (world: World, valkey: Valkey): World => ({ ...world, nodes: { ...world.nodes, valkey } });

/** Acknowledgements are heard after every step. */
const settle = (world: World, scenario: Scenario): World => {
  const valkey = forgetPlaces(world.nodes.valkey);
  const forgotten = valkey === world.nodes.valkey ? world : withValkey(world, valkey);
  const clients = hearAcknowledgements(valkey, world.clients, scenario.spec.waitReplicas);
  return afterStep(clients === world.clients ? forgotten : { ...forgotten, clients });
};

/** From here on a write may be refused for what somebody else wrote. */
const meddled = (world: World, step: Step): World =>
  step._tag === "Edit" || (step._tag === "Fault" && MEDDLING.includes(step.kind))
    ? { ...world, history: { ...world.history, foreign: true } }
    : world;
const MEDDLING: readonly string[] = ["foreign write", "operator restarts", "answer lost", "request lost", "delayed"];

const act = (world: World, { core }: Setting): World => {
  const action = pendingAction(world);
  if (action === undefined) return world;
  const { outcome, ...acted } = carryOut(world, action);
  return { ...acted, operator: hearOutcome(core, world.operator, action, outcome, world.now) };
};

/**
 * What nobody else can come between without a difference is one step with what went before: reports are written, and, where
 * the watch is not slow, what the operator itself or the kubelet's clock changed is read.
 */
const catchUp = (world: World, setting: Setting): World => {
  let caught = world;
  for (let round = 0; round < 8; round++) {
    const action = pendingAction(caught);
    if (action?._tag === "Report" && !setting.scenario.kinds.some((kind) => LOSSES.includes(kind))) caught = act(caught, setting);
    else if (action === undefined && hasNews(caught) && !setting.scenario.slow.includes("watch"))
      caught = { ...caught, operator: readApi(setting.core, caught.operator, caught.api, caught.now) };
    else return caught;
  }
  return caught;
};
const LOSSES: readonly string[] = ["answer lost", "request lost", "delayed"];

const onProcess = (world: World, step: Extract<Step, { _tag: "Attach" | "FinishSync" | "Stream" | "Deliver" | "Load" }>): World => {
  const { valkey } = world.nodes;
  const process = valkey.processes.find((other) => other.runId === step.process);
  if (process === undefined) return world;
  switch (step._tag) {
    case "Attach":
      return withValkey(world, connect(valkey, process) ?? valkey);
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
