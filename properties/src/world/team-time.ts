// What passes with time where two operators are: the Lease first, then whoever leads asks the processes it knows of.
import type { Event } from "@gungnir/core";
import { contend, leadershipAt, leaseAfter } from "./lease.ts";
import type { Core, Operator } from "./operator.ts";
import { processAt } from "./replication.ts";
import { entered } from "./sessions.ts";
import { BOTH, isLeading, isReachable, isSameLeadership, operatorOf, withOperator } from "./team.ts";
import type { Shared, Who } from "./team.ts";
import type { Moment, Workings } from "./workings.ts";

export type Means = {
  readonly core: Core;
  readonly workings: Workings;
  readonly fold: (operator: Operator, event: Event, workings: Workings) => Operator;
  readonly catchUp: (moment: Moment, who: Who) => Moment;
  /** Between two turns of somebody with nothing to do. */
  readonly turn: number;
  /** Nothing is forgotten before its time. */
  readonly unreduced: boolean;
};

export type Relief = Pick<Means, "core" | "workings" | "fold" | "unreduced">;

/** Until the first of those who run has something to do; then each has its turn. */
export const tickShared = (moment: Shared, means: Means): Moment => {
  const { workings, turn } = means;
  const running = BOTH.filter((who) => !moment.team.paused.includes(who));
  const passed = running.reduce((least, who) => {
    const operator = operatorOf(moment, who);
    return isLeading(operator) ? Math.min(least, workings.untilNext(operator, moment.now)) : least;
  }, turn);
  const around = workings.pass(moment.around, passed);
  const aged = workings.later({ ...moment, around }, passed);
  let after: Moment = aged.team === undefined ? aged : { ...aged, team: { ...aged.team, lease: leaseAfter(aged.team.lease, passed) } };
  for (const who of BOTH) after = running.includes(who) ? turnOf(after, who, means) : means.unreduced ? after : relieved(after, who, means);
  return after;
};

/** A permit that is over is over, whether or not its holder is awake to see it. */
export const relieved = (moment: Moment, who: Who, { core, workings, fold, unreduced }: Relief): Moment => {
  const { now, team } = moment;
  const operator = operatorOf(moment, who);
  if (team === undefined || !isLeading(operator)) return moment;
  const leadership = leadershipAt(team.lease, who, now, core);
  if (leadership._tag === "Leading") return moment;
  const told = unreduced ? fold(operator, workings.led(leadership, now), workings) : workings.dismissed(operator, now);
  return withOperator(moment, told, who);
};

const turnOf = (moment: Moment, who: Who, { core, workings, fold, catchUp, unreduced }: Means): Moment => {
  if (moment.team === undefined) return moment;
  const { now } = moment;
  const lease = contend(moment.team.lease, who, core);
  const leadership = leadershipAt(lease, who, now, core);
  let operator = operatorOf(moment, who);
  const before = operator.memory.leadership;
  if (leadership._tag === "Standby" && before._tag === "Leading") {
    operator = operatorOf(relieved({ ...moment, team: { ...moment.team, lease } }, who, { core, workings, fold, unreduced }), who);
  } else if (!isSameLeadership(before, leadership)) {
    const told = fold(operator, workings.led(leadership, now), workings);
    operator = leadership._tag === "Leading" ? { ...told, term: leadership.term } : told;
  }
  const isNew = leadership._tag === "Leading" && (before._tag === "Standby" || before.term !== leadership.term);
  let { sessions } = moment.team;
  // A leader that begins lists before it asks: whom to ask is in what it lists.
  if (leadership._tag === "Leading" && !isNew) {
    const { valkey } = moment.around.nodes;
    for (const { target } of operator.memory.health) {
      const process = processAt(valkey, target.address);
      const isThere = process !== undefined && isReachable(valkey, process.runId);
      const admitted = isThere ? entered(sessions, process.runId, operator.term, core) : sessions;
      const heard = admitted === undefined ? workings.turnedAway(target, now) : workings.probe(valkey, target, now);
      sessions = admitted ?? sessions;
      operator = fold(operator, heard, workings);
    }
  }
  operator = fold(operator, workings.woke(now), workings);
  const team = { ...moment.team, lease, sessions };
  const history = isLeading(operator) ? workings.afterReadings(moment.around.history, operator.memory.health) : moment.around.history;
  const around = history === moment.around.history ? moment.around : { ...moment.around, history };
  const turned = withOperator({ ...moment, around, team }, operator, who);
  return isLeading(operator) ? catchUp(turned, who) : turned;
};
