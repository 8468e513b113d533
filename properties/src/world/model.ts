// The world as a model for the explorer: which steps are enabled, and what each does.
//
// Two things keep it small, both said in ASSUMPTIONS.md: time passes for the operator only when it has nothing left to do at
// this moment, and an action and its answer are one step unless a fault separates them.
import type { Action, Event, Outcome } from "@gungnir/core";
import type { Model } from "../explore/model.ts";
import { canonical } from "./canonical.ts";
import { describe } from "./describe.ts";
import { carryOut } from "./effect.ts";
import { faults } from "./faults.ts";
import type { Core, Operator } from "./operator.ts";
import { show } from "./show.ts";
import { enabled, hasNews, operatorStep, others } from "./steps.ts";
import { happen, settle } from "./surroundings.ts";
import { arrived, carryOutAs, isShared, ofTheLiving, operatorOf, paused, resumed, teamSteps, withOperator } from "./team.ts";
import type { Shared, Who } from "./team.ts";
import { relieved, tickShared } from "./team-time.ts";
import type { Relief } from "./team-time.ts";
import { ARRIVAL } from "./time.ts";
import { plainWorkings } from "./workings.ts";
import type { Moment, Workings } from "./workings.ts";
import type { Scenario, Setting, Step, World } from "./world.ts";
import { pendingAction } from "./world.ts";

export const worldModel = (setting: Setting, initial: World): Model<World, Step> => ({
  ...modelWith(plainWorkings(setting), setting),
  initial: [initial],
  key: (world) => keyOf(world, setting.scenario),
});

/** The model but for its beginning and its key, made of these parts. */
export const modelWith = (workings: Workings, setting: Setting): Omit<Model<World, Step>, "initial" | "key"> => ({
  name: setting.scenario.name,
  steps: (world) => {
    const { scenario } = setting;
    const moment = workings.split(world);
    const { around, operator } = moment;
    if (!isShared(moment)) return enabled(around, operatorStep(operator, around), scenario, workings);
    return [...teamSteps(moment, scenario), ...others(around, scenario, workings), ...faults(around, scenario, false)];
  },
  next: (world, step) => {
    const { scenario } = setting;
    const before = workings.split(world);
    const moment = next(before, step, workings, setting);
    const around = settle(moment.around, scenario, workings);
    const { team } = moment;
    return workings.join(
      team === undefined ? { ...moment, around } : { ...moment, around, team: ofTheLiving(team, around.nodes.valkey) },
      before.around,
    );
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
  const isHandedOver = edits.length > 0 || kinds.includes("pod asked to go") || kinds.includes("node cordoned");
  // The write lease of an old primary, where availability is preferred, is as long.
  const isLeased = spec.onMissingQuorum === "PreferAvailability";
  const known = isHandedOver || isLeased ? Math.max(patience, 5_000) : patience;
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
      commandedAt: isLeased ? 5_000 : 1,
      notBefore: 0,
      asked: spec.pingInterval,
      began: spec.downAfter + 2_000 + spec.pingInterval,
    },
  };
};

const next = (moment: Moment, step: Step, workings: Workings, setting: Setting): Moment => {
  const { core, scenario } = setting;
  const relief = { core, workings, fold, unreduced: scenario.unreduced === true };
  const caughtUp = (at: Moment, who: Who = 0): Moment => catchUp(at, who, workings, setting);
  switch (step._tag) {
    case "Read":
      return caughtUp(read(moment, step.who, workings), step.who);
    case "Act":
      return caughtUp(act(moment, step.who, workings, core), step.who);
    case "Tick":
      return isShared(moment)
        ? tickShared(moment, { ...relief, catchUp: caughtUp, turn: scenario.spec.pingInterval })
        : caughtUp(tick(moment, workings));
    case "Resume":
      return isShared(moment) ? resume(moment, step.who, relief) : moment;
    case "Arrive":
      return isShared(moment) ? arrive(moment, step.who, workings, core) : moment;
    case "Fault":
      return fault({ ...moment, around: happen(moment.around, step, workings) }, step, workings);
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
const fault = (moment: Moment, step: Extract<Step, { _tag: "Fault" }>, workings: Workings): Moment => {
  switch (step.kind) {
    case "operator pauses":
      return isShared(moment) ? paused(moment, step.who) : moment;
    case "operator restarts":
      return { ...moment, operator: workings.start(moment.operator.term + 1, moment.now) };
    case "answer lost":
    case "request lost":
    case "delayed":
      return misperform(moment, step.kind, workings);
    case "crash":
    case "crash, volume rolled back":
    case "crash, volume lost":
    case "hang":
    case "cut off from the operator":
    case "isolated":
    case "operator cut off":
    case "locked out":
    case "node cordoned":
    case "pod asked to go":
    case "pod deleted":
    case "pod deleted by force":
    case "demoted by hand":
    case "promoted by hand":
    case "handed over by hand":
    case "flushed by hand":
    case "backlog too small":
    case "disk full":
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
  return hearOutcome({ ...moment, around }, { action, outcome: UNHEARD }, workings);
};

const read = (moment: Moment, who: Who | undefined, workings: Workings): Moment => {
  const { around, now } = moment;
  const operator = operatorOf(moment, who);
  const isConsistent = operator.read === undefined || operator.memory.forgottenAt !== undefined;
  const told = fold(operator, workings.tell(around.api, now, isConsistent), workings);
  return withOperator(moment, { ...told, read: around.api.version }, who);
};

const act = (moment: Moment, who: Who | undefined, workings: Workings, core: Core): Moment => {
  const action = pendingAction(moment, who);
  if (action === undefined) return moment;
  const isLate = false;
  const { outcome, ...done } = isShared(moment)
    ? carryOutAs(moment, { action, who: who ?? 0, isLate }, { core, delivery: workings })
    : carryOut(moment.around, action, workings);
  return hearOutcome({ ...moment, ...done }, { action, outcome, who }, workings);
};

/** It goes on: its timers are due at once, and an answer that nobody waited for is lost. */
const resume = (moment: Shared, who: Who, relief: Relief): Moment => {
  const { workings } = relief;
  const { moment: awake, answer } = resumed(moment, who);
  const going = relieved(awake, who, relief);
  const action = pendingAction(going, who);
  if (answer && action !== undefined) return hearOutcome(going, { action, outcome: UNHEARD, who }, workings);
  const isWaiting = awake.team.late.includes(who);
  return isWaiting ? going : withOperator(going, fold(operatorOf(going, who), workings.woke(going.now), workings), who);
};

/** What was permitted before a pause has its effect, if anybody still reads it. */
const arrive = (moment: Shared, who: Who, workings: Workings, core: Core): Moment => {
  const action = pendingAction(moment, who);
  if (action === undefined) return moment;
  const { around, team, outcome } = carryOutAs(moment, { action, who, isLate: true }, { core, delivery: workings });
  const { moment: after, isHeard } = arrived({ ...moment, around, team }, who);
  return isHeard ? hearOutcome(after, { action, outcome, who }, workings) : after;
};
const UNHEARD: Outcome = { _tag: "Unknown", why: "no answer in time" };

/** Until the decision's own timer, or the next probe; then every process it knows of is asked, and each answers or does not. */
const tick = (moment: Moment, workings: Workings): Moment => {
  const passed = workings.untilNext(moment.operator, moment.now);
  const around = workings.pass(moment.around, passed);
  const { now, operator } = workings.later(moment, passed);
  const { valkey } = around.nodes;
  let { memory } = operator;
  for (const { target } of operator.memory.health) ({ memory } = workings.step(memory, workings.probe(valkey, target, now)));
  const told = workings.step(memory, workings.woke(now));
  const history = workings.afterReadings(around.history, told.memory.health);
  return {
    around: history === around.history ? around : { ...around, history },
    operator: { ...operator, memory: told.memory, decision: told.decision },
    now,
  };
};

const fold = (operator: Operator, event: Event, workings: Workings): Operator => {
  const { memory, decision } = workings.step(operator.memory, event);
  return { ...operator, memory, decision };
};

type Heard = { readonly action: Action; readonly outcome: Outcome; readonly who?: Who | undefined };
const hearOutcome = (moment: Moment, { action, outcome, who }: Heard, workings: Workings): Moment =>
  withOperator(moment, fold(operatorOf(moment, who), workings.performed(action, outcome, moment.now), workings), who);

/**
 * What nobody else can come between without a difference is one step with what went before: reports are written, and, where
 * the watch is not slow, what the operator itself or the kubelet's clock changed is read.
 */
const catchUp = (moment: Moment, who: Who, workings: Workings, { core, scenario }: Setting): Moment => {
  const { kinds, slow, unreduced } = scenario;
  let caught = moment;
  if (unreduced === true) return caught;
  for (let round = 0; round < 8; round++) {
    const action = pendingAction(caught, who);
    const operator = operatorOf(caught, who);
    if (action?._tag === "Report" && !kinds.some((kind) => LOSSES.includes(kind))) caught = act(caught, who, workings, core);
    else if (action === undefined && hasNews(operator, caught.around) && !slow.includes("watch")) caught = read(caught, who, workings);
    else return caught;
  }
  return caught;
};
const LOSSES: readonly string[] = ["answer lost", "request lost", "delayed"];
