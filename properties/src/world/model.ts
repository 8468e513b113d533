// The world as a model for the explorer: which steps are enabled, and what each does.
//
// Two things keep it small, both said in ASSUMPTIONS.md: time passes for the operator only when it has nothing left to do at
// this moment, and an action and its answer are one step unless a fault separates them.
import type { Action, Event, Outcome } from "@gungnir/core";
import type { Model } from "../explore/model.ts";
import { canonical } from "./canonical.ts";
import { describe } from "./describe.ts";
import { carryOut } from "./effect.ts";
import type { Operator } from "./operator.ts";
import { show } from "./show.ts";
import { enabled, hasNews, operatorStep } from "./steps.ts";
import { happen, settle } from "./surroundings.ts";
import { ARRIVAL } from "./time.ts";
import { plainWorkings } from "./workings.ts";
import type { Moment, Workings } from "./workings.ts";
import type { Scenario, Setting, Step, World } from "./world.ts";
import { pendingAction } from "./world.ts";

export const worldModel = (setting: Setting, initial: World): Model<World, Step> => ({
  ...modelWith(plainWorkings(setting), setting.scenario),
  initial: [initial],
  key: (world) => keyOf(world, setting.scenario),
});

/** The model but for its beginning and its key, made of these parts. */
export const modelWith = (workings: Workings, scenario: Scenario): Omit<Model<World, Step>, "initial" | "key"> => ({
  name: scenario.name,
  steps: (world) => {
    const { around, operator } = workings.split(world);
    return enabled(around, operatorStep(operator, around), scenario, workings);
  },
  next: (world, step) => {
    const before = workings.split(world);
    const moment = next(before, step, workings, scenario);
    return workings.join({ ...moment, around: settle(moment.around, scenario, workings) }, before.around);
  },
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
export const cutoffs = ({ spec, edits, kinds }: Scenario) => {
  const patience = 2 * spec.downAfter;
  // A handover that got stuck is given up five seconds after its epoch was seen first.
  const isHandedOver = edits.length > 0 || kinds.includes("pod asked to go");
  const known = isHandedOver ? Math.max(patience, 5_000) : patience;
  const oldest = Math.max(patience, spec.failoverTimeout, spec.recoveryWait) + spec.pingInterval;
  return {
    oldest,
    of: {
      since: known,
      lastHeard: patience,
      unlinkedSince: patience,
      advancedFrom: spec.downAfter + 2_000 + spec.pingInterval,
      replicaSince: 2 * spec.pingInterval,
      steadyFrom: 2 * ARRIVAL,
      commandedAt: 1,
      notBefore: 0,
      asked: spec.pingInterval,
      began: spec.downAfter + 2_000 + spec.pingInterval,
    },
  };
};

const next = (moment: Moment, step: Step, workings: Workings, scenario: Scenario): Moment => {
  switch (step._tag) {
    case "Read":
      return catchUp(read(moment, workings), workings, scenario);
    case "Act":
      return catchUp(act(moment, workings), workings, scenario);
    case "Tick":
      return catchUp(tick(moment, workings), workings, scenario);
    case "Fault":
      return fault({ ...moment, around: happen(moment.around, step, workings) }, step.kind, workings);
    case "Attach":
    case "FinishSync":
    case "Stream":
    case "Deliver":
    case "Load":
    case "Write":
    case "StartPod":
    case "RemovePod":
    case "Report":
    case "Restart":
    case "Wake":
    case "Heal":
    case "Late":
    case "Edit":
      return { ...moment, around: happen(moment.around, step, workings) };
  }
};

/** What a fault does to the operator; what it does to everything else is done. */
const fault = (moment: Moment, kind: Extract<Step, { _tag: "Fault" }>["kind"], workings: Workings): Moment => {
  switch (kind) {
    case "operator restarts":
      return { ...moment, operator: workings.start(moment.operator.term + 1, moment.now) };
    case "answer lost":
    case "request lost":
    case "delayed":
      return misperform(moment, kind, workings);
    case "crash":
    case "crash, volume rolled back":
    case "crash, volume lost":
    case "hang":
    case "cut off from the operator":
    case "isolated":
    case "operator cut off":
    case "locked out":
    case "pod asked to go":
    case "pod deleted":
    case "pod deleted by force":
    case "demoted by hand":
    case "foreign write":
      return moment;
  }
};

/** The operator hears nothing: neither that it happened nor that it did not. */
const misperform = (moment: Moment, how: "answer lost" | "request lost" | "delayed", workings: Workings): Moment => {
  const action = pendingAction(moment);
  if (action === undefined) return moment;
  const done = how === "answer lost" ? carryOut(moment.around, action, workings).around : moment.around;
  const around = how === "delayed" ? { ...done, late: [...done.late, action] } : done;
  return { ...moment, around, operator: hearOutcome(moment, action, { _tag: "Unknown", why: "no answer in time" }, workings) };
};

const read = ({ around, operator, now }: Moment, workings: Workings): Moment => {
  const isConsistent = operator.read === undefined || operator.memory.forgottenAt !== undefined;
  const told = fold(operator, workings.tell(around.api, now, isConsistent), workings);
  return { around, operator: { ...told, read: around.api.version }, now };
};

const act = (moment: Moment, workings: Workings): Moment => {
  const action = pendingAction(moment);
  if (action === undefined) return moment;
  const { around, outcome } = carryOut(moment.around, action, workings);
  return { ...moment, around, operator: hearOutcome(moment, action, outcome, workings) };
};

/** Until the decision's own timer, or the next probe; then every process it knows of is asked, and each answers or does not. */
const tick = (moment: Moment, workings: Workings): Moment => {
  const passed = workings.untilNext(moment.operator, moment.now);
  const around = workings.pass(moment.around, passed);
  const { now, operator } = workings.later(moment, passed);
  let probed = operator;
  for (const { target } of operator.memory.health) probed = fold(probed, workings.probe(around.nodes.valkey, target, now), workings);
  probed = fold(probed, workings.woke(now), workings);
  const history = workings.afterReadings(around.history, probed.memory.health);
  return { around: history === around.history ? around : { ...around, history }, operator: probed, now };
};

const fold = (operator: Operator, event: Event, workings: Workings): Operator => {
  const { memory, decision } = workings.step(operator.memory, event);
  return { ...operator, memory, decision };
};

const hearOutcome = ({ operator, now }: Moment, action: Action, outcome: Outcome, workings: Workings): Operator =>
  fold(operator, workings.performed(action, outcome, now), workings);

/**
 * What nobody else can come between without a difference is one step with what went before: reports are written, and, where
 * the watch is not slow, what the operator itself or the kubelet's clock changed is read.
 */
const catchUp = (moment: Moment, workings: Workings, { kinds, slow }: Scenario): Moment => {
  let caught = moment;
  for (let round = 0; round < 8; round++) {
    const action = pendingAction(caught);
    if (action?._tag === "Report" && !kinds.some((kind) => LOSSES.includes(kind))) caught = act(caught, workings);
    else if (action === undefined && hasNews(caught.operator, caught.around) && !slow.includes("watch")) caught = read(caught, workings);
    else return caught;
  }
  return caught;
};
const LOSSES: readonly string[] = ["answer lost", "request lost", "delayed"];
