// Two operators: each with its own memory and its own view of the API, one Lease between them. Either may stand still between any two of
// its steps, for as long as it likes: the other then takes the Lease, and what the first had permission for arrives late, before or
// after it goes on. Nothing here decides anything: who leads, what is done, and who is let in are core's own decisions.
import type { Action, Leadership, Outcome } from "@gungnir/core";
import { initialMemory, instant, isCommand } from "@gungnir/core";
import { carryOut } from "./effect.ts";
import type { Delivery } from "./effect.ts";
import { nobodyLeads } from "./lease.ts";
import type { LeaseState } from "./lease.ts";
import { OPERATOR } from "./operator.ts";
import type { Core, Operator } from "./operator.ts";
import { isOpen } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import { entered, isIn, sessionAt } from "./sessions.ts";
import type { Session } from "./sessions.ts";
import { hasNews } from "./steps.ts";
import type { Moment } from "./workings.ts";
import type { Scenario, Step, Surroundings, World } from "./world.ts";

export type Who = 0 | 1;
export const BOTH: readonly Who[] = [0, 1];

/** What there is where two operators are; the first one is where the only one is elsewhere. */
export type Team = {
  readonly second: Operator;
  readonly lease: LeaseState;
  /** Who stand still. */
  readonly paused: readonly Who[];
  /** Whose action was permitted before a pause, and has not arrived yet. */
  readonly late: readonly Who[];
  /** Whose action arrived while it stood still: the answer waits for nobody. */
  readonly arrived: readonly Who[];
  readonly sessions: readonly Session[];
  /** Some late command was read by nobody, because a later leader had been there. For the witness. */
  readonly shutOut: boolean;
};
/** A moment, or a world, with two operators. */
export type Shared<One = Moment> = One & { readonly team: Team };

export const isShared = <One extends object>(one: One & { readonly team?: Team }): one is Shared<One> => one.team !== undefined;

export const operatorOf = (one: { readonly operator: Operator; readonly team?: Team }, who: Who = 0): Operator =>
  who === 1 && one.team !== undefined ? one.team.second : one.operator;

export const withOperator = <One extends { readonly operator: Operator; readonly team?: Team }>(
  one: One,
  operator: Operator,
  who: Who = 0,
): One => (who === 1 && one.team !== undefined ? { ...one, team: { ...one.team, second: operator } } : { ...one, operator });

export const isLeading = ({ memory }: Operator): boolean => memory.leadership._tag === "Leading";

/**
 * Who does not lead any more forgets everything but what is under way: when it leads again it begins with a list of everything, and what it
 * knew before counts for nothing. So it is as good as forgotten from the moment its permit ends (`unreduced` keeps it).
 */
export const dismissed = (operator: Operator, core: Core, now: number): Operator => {
  const { memory, decision } = core.step(initialMemory, { now: instant(now), _tag: "Lease", leadership: { _tag: "Standby" } });
  return { memory: { ...memory, inFlight: operator.memory.inFlight }, decision, read: undefined, term: operator.term };
};

/** Who may act, as far as it knows, and goes about it; else the first. */
export const actingIn = (world: World): Operator =>
  world.team !== undefined && isLeading(world.team.second) && !world.team.paused.includes(1) ? world.team.second : world.operator;

/** A second operator that waits, and a Lease that nobody has asked for yet. */
export const joinedBySecond = (world: World, core: Core): Shared<World> => {
  const second = dismissed({ ...world.operator, memory: initialMemory, term: 0 }, core, world.now);
  return { ...world, team: { second, lease: nobodyLeads(), paused: [], late: [], arrived: [], sessions: [], shutOut: false } };
};

/**
 * What the operators themselves may do next. Who stands by reads only where somebody asks for everything (`unreduced`): it forgets what it
 * read when it begins to lead (regressions/0023), so nothing depends on it.
 */
export const teamSteps = (moment: Shared, { kinds, unreduced }: Scenario): readonly Step[] => {
  const { around, team } = moment;
  const steps: Step[] = [];
  let isBusy = false;
  for (const who of BOTH) {
    const operator = operatorOf(moment, who);
    const isPaused = team.paused.includes(who);
    if (team.late.includes(who)) steps.push({ _tag: "Arrive", who });
    if (isPaused) steps.push({ _tag: "Resume", who });
    else if (team.late.includes(who)) isBusy = true;
    else if (operator.memory.inFlight.length > 0) {
      isBusy = true;
      steps.push({ _tag: "Act", who });
    } else if (hasNews(operator, around) && (isLeading(operator) || unreduced === true)) {
      isBusy ||= isLeading(operator);
      steps.push({ _tag: "Read", who });
    }
    const mayPause = around.faults > 0 && kinds.includes("operator pauses") && !isPaused && isLeading(operator);
    if (mayPause) steps.push({ _tag: "Fault", kind: "operator pauses", who });
  }
  return isBusy ? steps : [{ _tag: "Tick" }, ...steps];
};

/** It stands still; what it had permission for is on its way. */
export const paused = ({ team, ...moment }: Shared, who: Who): Shared => {
  const isActing = operatorOf({ ...moment, team }, who).memory.inFlight.length > 0;
  return { ...moment, team: { ...team, paused: added(team.paused, who), late: isActing ? added(team.late, who) : team.late } };
};

/** It goes on; `answer`: it has to be told that nobody knows what became of its action. */
export const resumed = ({ team, ...moment }: Shared, who: Who): { readonly moment: Shared; readonly answer: boolean } => {
  const answer = team.arrived.includes(who);
  return { moment: { ...moment, team: { ...team, paused: without(team.paused, who), arrived: without(team.arrived, who) } }, answer };
};

/** A late action has arrived; whether its sender hears so is told by whether it stands still. */
export const arrived = ({ team, ...moment }: Shared, who: Who): { readonly moment: Shared; readonly isHeard: boolean } => {
  const isHeard = !team.paused.includes(who);
  const after = { ...team, late: without(team.late, who), arrived: isHeard ? team.arrived : added(team.arrived, who) };
  return { moment: { ...moment, team: after }, isHeard };
};

const added = (all: readonly Who[], who: Who): readonly Who[] => [...all, who].toSorted((one, other) => one - other);
const without = (all: readonly Who[], who: Who): readonly Who[] => all.filter((one) => one !== who);

/** An action of one of them, in the session of its own term. */
export const carryOutAs = (
  moment: Shared,
  { action, who, isLate }: { readonly action: Action; readonly who: Who; readonly isLate: boolean },
  { core, delivery }: { readonly core: Core; readonly delivery: Delivery },
): { readonly around: Surroundings; readonly team: Team; readonly outcome: Outcome } => {
  const { around, team } = moment;
  const { valkey } = around.nodes;
  if (!isCommand(action) || !valkey.processes.some((process) => process.runId === action.pod.runId))
    return { ...carryOut(around, action, delivery), team };
  const { term } = operatorOf(moment, who);
  const { runId } = action.pod;
  // What is late was written to a connection that was open; a new one is not made to somebody who does not answer.
  if (isLate && (sessionAt(team.sessions, runId)?.latest ?? term) > term && !isIn(team.sessions, runId, term))
    return nobodyReads({ ...moment, team: { ...team, shutOut: true } });
  if ((isLate || !isReachable(valkey, runId)) && !isIn(team.sessions, runId, term)) return nobodyReads(moment);
  const sessions = entered(team.sessions, runId, term, core);
  if (sessions === undefined) return nobodyReads(moment);
  return { ...carryOut(around, action, delivery), team: sessions === team.sessions ? team : { ...team, sessions } };
};

const nobodyReads = ({ around, team }: Shared) => ({
  around,
  team,
  outcome: { _tag: "Unknown", why: "the connection was closed" } as const,
});

/** Whoever answers lets a leader in. */
export const isReachable = (valkey: Valkey, runId: string): boolean => {
  const process = valkey.processes.find((other) => other.runId === runId);
  return process !== undefined && !process.hung && !process.loading && process.locked !== true && isOpen(valkey, OPERATOR, process.address);
};

/** Users go with their process. */
export const ofTheLiving = (team: Team, { processes }: Valkey): Team => {
  const isAlive = ({ runId }: Session): boolean => processes.some((process) => process.runId === runId);
  return team.sessions.every(isAlive) ? team : { ...team, sessions: team.sessions.filter(isAlive) };
};

/** Whether somebody with a later term was let in before. */
export const isSuperseded = (world: World, who: Who, runId: Session["runId"]): boolean =>
  (sessionAt(world.team?.sessions ?? [], runId)?.latest ?? 0) > operatorOf(world, who).term;

export const isSameLeadership = (one: Leadership, other: Leadership): boolean =>
  one._tag === "Standby" || other._tag === "Standby" ? one._tag === other._tag : one.until === other.until && one.term === other.term;
