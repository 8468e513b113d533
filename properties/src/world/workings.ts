// The parts that a world's steps are made of. The model calls them through here, so that parts that remember what they have
// worked out (compact.ts) can stand in their place; they say the same.
import type { Action, Event, Leadership, Outcome, Target } from "@gungnir/core";
import { instant } from "@gungnir/core";
import { write } from "./api.ts";
import type { Api } from "./api.ts";
import { hearAcknowledgements } from "./clients.ts";
import { afterReadings } from "./history.ts";
import { probe, send, startOperator, tell } from "./operator.ts";
import type { Core, Operator } from "./operator.ts";
import type { Valkey } from "./replication.ts";
import { podSteps, replicationSteps } from "./steps.ts";
import type { Possible } from "./steps.ts";
import { replicate, tidy } from "./surroundings.ts";
import type { Happening, Settling } from "./surroundings.ts";
import { dismissed } from "./team.ts";
import type { Team } from "./team.ts";
import { drift, flow, pass, untilNext } from "./time.ts";
import type { Drift, Flow } from "./time.ts";
import type { History, Scenario, Setting, Surroundings, World } from "./world.ts";

/** A world taken apart. */
export type Moment = { readonly around: Surroundings; readonly operator: Operator; readonly now: number; readonly team?: Team };

export type Workings = Possible &
  Happening &
  Settling & {
    readonly split: (world: World) => Moment;
    /** Put together again; `before` were the surroundings. */
    readonly join: (moment: Moment, before: Surroundings) => World;

    readonly pass: (around: Surroundings, milliseconds: number) => Surroundings;
    readonly afterReadings: (history: History, health: Operator["memory"]["health"]) => History;

    readonly step: Core["step"];
    readonly start: (term: number, now: number) => Operator;
    readonly untilNext: (operator: Operator, now: number) => number;
    /** The clock goes on. */
    readonly later: (moment: Moment, milliseconds: number) => Moment;
    readonly tell: (api: Api, now: number, isConsistent: boolean) => Event;
    readonly probe: (valkey: Valkey, target: Target, now: number) => Event;
    readonly performed: (action: Action, outcome: Outcome, now: number) => Event;
    readonly woke: (now: number) => Event;
    /** What the Lease permits from now on. */
    readonly led: (leadership: Leadership, now: number) => Event;
    readonly dismissed: (operator: Operator, now: number) => Operator;
    /** A later leader has been there. */
    readonly turnedAway: (target: Target, now: number) => Event;
  };

export const plainWorkings = ({ core, scenario }: Setting): Workings => ({
  split: (world) => ({
    around: world,
    operator: world.operator,
    now: world.now,
    ...(world.team === undefined ? {} : { team: world.team }),
  }),
  join: ({ around, operator, now, team }) => ({ ...around, operator, now, ...(team === undefined ? {} : { team }) }),
  replicationSteps,
  podSteps,
  replicate,
  tidy,
  acknowledge: hearAcknowledgements,
  write,
  send,
  pass: (around, milliseconds) => pass(around, milliseconds, scenario, driftOf(scenario)),
  afterReadings,
  step: core.step,
  start: (term, now) => startOperator(core, term, now),
  untilNext: (operator, now) => untilNext(operator, now, scenario),
  later: (moment, milliseconds) => ({ ...moment, now: moment.now + milliseconds }),
  tell,
  probe: (valkey, target, now) => probe(valkey, target, scenario.spec.port, now),
  performed: (action, outcome, now) => ({ now: instant(now), _tag: "Performed", action, outcome }),
  woke: (now) => ({ now: instant(now), _tag: "Woke" }),
  led: (leadership, now) => ({ now: instant(now), _tag: "Lease", leadership }),
  dismissed: (operator, now) => dismissed(operator, core, now),
  turnedAway: (target, now) => ({ now: instant(now), _tag: "Silent", target, began: instant(now), why: "Reset" }),
});

/** What a while makes of objects and processes; the part about processes may be one that remembers. */
export const driftOf =
  (scenario: Scenario, flowOf: Flow = (valkey, passed) => flow(valkey, passed, scenario)): Drift =>
  (api, nodes, passed) =>
    drift({ api, nodes }, passed, scenario, flowOf);
