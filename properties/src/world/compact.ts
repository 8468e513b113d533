// The world model, made to be searched fast: worlds are in normal form, equal parts of them are one object, and what a part of a
// step makes of given parts is worked out once. It has the states, the steps and the promises of `worldModel` and one key for
// what has one key there; only its clock stands still, so traces are shown by running their steps in `worldModel`.
import type { Action, Command, Event, Memory, Outcome, Target, Write } from "@gungnir/core";
import type { Model } from "../explore/model.ts";
import { numbered, numberedOfTwo, numberedWith } from "../explore/numbered.ts";
import { Parcels } from "../explore/parcels.ts";
import { remembered } from "../explore/remembered.ts";
import type { Portable } from "../explore/shard.ts";
import type { Change } from "../explore/values.ts";
import type { Api } from "./api.ts";
import type { Clients } from "./clients.ts";
import type { Nodes } from "./kubelet.ts";
import { cutoffs, modelWith } from "./model.ts";
import { Normal, NOW } from "./normal.ts";
import { reach, replied, silent } from "./operator.ts";
import type { Operator } from "./operator.ts";
import { answer } from "./process.ts";
import type { Attached, Process } from "./process.ts";
import type { Valkey } from "./replication.ts";
import type { ReplicationStep } from "./surroundings.ts";
import type { Team } from "./team.ts";
import { isKubeletFree } from "./steps.ts";
import { flow, pass } from "./time.ts";
import { driftOf, plainWorkings } from "./workings.ts";
import type { Moment, Workings } from "./workings.ts";
import type { History, Setting, Step, World } from "./world.ts";

/** A world in normal form: all that is in it is kept. Of its surroundings and its operators the parts are. */
type Compact = World & { readonly isNormal: true };

export const compactModel = (setting: Setting, initial: World): Model<World, Step> => compactly(setting, initial).model;

/** The model, and how its states travel to a thread that has one like it. */
export const compactly = (setting: Setting, initial: World): { readonly model: Model<World, Step>; readonly portable: Portable<World> } => {
  const normal = new Normal(cutoffs(setting.scenario));
  const { values } = normal;
  const workings = compactWorkings(setting, normal);
  const compactOf = (world: World): Compact => (isCompact(world) ? world : normalized(normal, world));
  const numbers = (world: World): readonly number[] => numbersOf(normal, compactOf(world));
  const model = {
    ...modelWith({ ...workings, split: (world) => momentOf(compactOf(world)) }, setting),
    initial: [normalized(normal, initial)],
    numbers,
    key: (world: World) => numbers(world).join(" "),
  };
  const parcels = new Parcels<Packed>(values);
  const portable: Portable<World> = {
    // The record seldom changes: most steps stay in one thread, and what core makes of what it knows is worked out in one only.
    owner: (world) => {
      const { cluster } = compactOf(world).api;
      return values.hashOf(cluster.record ?? cluster) >>> 1;
    },
    write: (to, worlds) =>
      parcels.pack(
        to,
        worlds.map((world) => packed(normal, compactOf(world))),
      ),
    read: (from, message) => parcels.unpack(from, message).map((state) => ({ ...state, now: NOW, isNormal: true })),
  };
  return { model, portable };
};

/** The decision follows from the memory, and the term is in it. */
const numbersOf = ({ values, numberOf }: Normal, world: Compact): readonly number[] => {
  const { api, nodes, clients, late, faults, edits, history, operator, team } = world;
  const numbers = [
    values.idOf(api),
    values.idOf(nodes),
    values.idOf(clients),
    values.idOf(late),
    faults,
    values.idOf(edits),
    values.idOf(history),
    values.idOf(operator.memory),
    numberOf(operator.read),
  ];
  if (team !== undefined) numbers.push(values.idOf(team));
  return numbers;
};

type Packed = Omit<Compact, "now" | "isNormal">;

const packed = ({ values }: Normal, { api, nodes, clients, late, faults, edits, history, operator, team }: Compact): Packed =>
  values.keep({ api, nodes, clients, late, faults, edits, history, operator, ...sharing(team) });

const noSteps = (): readonly Step[] => NO_STEPS;
const NO_STEPS: readonly Step[] = [];

const sharing = (team: Team | undefined): { readonly team?: Team } => (team === undefined ? NOBODY_ELSE : { team });
const NOBODY_ELSE = {};

const isCompact = (world: World): world is Compact => "isNormal" in world;

const momentOf = (world: Compact): Moment =>
  world.team === undefined
    ? { around: world, operator: world.operator, now: NOW }
    : { around: world, operator: world.operator, now: NOW, team: world.team };

/** Any world, put into normal form. */
const normalized = (normal: Normal, world: World): Compact => {
  const { now, operator } = world;
  const { memory, decision } = operator;
  const { team, ...known } = normal.keepFrom({ memory, decision, ...sharing(world.team) }, now - NOW);
  return joined(normal, { around: world, operator: { ...operator, ...known }, now: NOW, ...sharing(team) });
};

/** A moment put into normal form. */
const joined = (normal: Normal, { around, operator, team }: Moment): Compact => {
  const { values } = normal;
  const api = values.keep(around.api);
  const nodes = values.keep(around.nodes);
  const late = values.keep(around.late);
  const shared = team === undefined ? undefined : values.keep(team);
  const known = shared === undefined ? [api, nodes, late, operator.memory] : [api, nodes, late, operator.memory, shared];
  const ranking = normal.ranking(known, operator.read);
  const isRanked = ranking === undefined;
  const world: Compact = {
    isNormal: true,
    now: NOW,
    api: isRanked ? api : values.change(api, ranking),
    nodes: isRanked ? nodes : values.change(nodes, ranking),
    clients: values.keep(around.clients),
    late: isRanked ? late : values.change(late, ranking),
    faults: around.faults,
    edits: values.keep(around.edits),
    history: values.keep(around.history),
    operator: isRanked ? operator : rankedOperator(normal, operator, ranking),
  };
  if (shared === undefined) return world;
  return { ...world, team: isRanked ? shared : values.change(shared, ranking) };
};

const rankedOperator = (normal: Normal, operator: Operator, ranking: Change): Operator => ({
  memory: normal.values.change(operator.memory, ranking),
  decision: normal.values.change(operator.decision, ranking),
  read: normal.ranked(operator.read, ranking),
  term: operator.term,
});

const compactWorkings = (setting: Setting, normal: Normal): Workings => {
  const { values } = normal;
  const { scenario } = setting;
  const plain = plainWorkings(setting);
  const told = numbered(values, (api: Api) => values.keep(plain.tell(api, NOW, false)));
  const toldAfresh = numbered(values, (api: Api) => values.keep(plain.tell(api, NOW, true)));
  const performed = numberedOfTwo(values, (action: Action, outcome: Outcome) => values.keep(plain.performed(action, outcome, NOW)));
  const woke = values.keep(plain.woke(NOW));
  const answers = numberedOfTwo(values, (process: Process, attached: readonly Attached[]) =>
    values.keep(answer(process, attached, scenario.spec.port)),
  );
  const flows = numberedWith(values, (valkey: Valkey, passed: number) => values.keep(flow(valkey, passed, scenario)));
  // Steps go out into traces; their copies stay here.
  const keptStep = remembered((step: ReplicationStep) => values.keep({ ...step }));
  const replicated = numberedOfTwo(values, (valkey: Valkey, step: ReplicationStep) => values.keep(plain.replicate(valkey, step)));
  const plainDrift = driftOf(scenario, flows);
  const drifts = remembered((passed: number) =>
    numberedOfTwo(values, (api: Api, nodes: Nodes) => values.keep(plainDrift(api, nodes, passed))),
  );
  return {
    ...plain,
    join: (moment) => joined(normal, moment),
    replicationSteps: numbered(values, (valkey: Valkey) => plain.replicationSteps(valkey, scenario)),
    podSteps: isKubeletFree(scenario) ? numberedOfTwo(values, (api: Api, nodes: Nodes) => plain.podSteps(api, nodes, scenario)) : noSteps,
    replicate: (valkey, step) => replicated(valkey, keptStep(step)),
    tidy: numbered(values, (valkey: Valkey) => values.keep(plain.tidy(valkey, scenario))),
    acknowledge: numberedOfTwo(values, (valkey: Valkey, clients: Clients) =>
      values.keep(plain.acknowledge(valkey, clients, scenario.spec.waitReplicas)),
    ),
    write: numberedOfTwo(values, (api: Api, action: Write) => {
      const written = plain.write(api, action);
      return { api: values.keep(written.api), outcome: values.keep(written.outcome) };
    }),
    send: numberedOfTwo(values, (valkey: Valkey, command: Command) => {
      const { valkey: after, outcome, clientsClosed } = plain.send(valkey, command);
      return { valkey: values.keep(after), outcome: values.keep(outcome), clientsClosed };
    }),
    pass: (around, milliseconds) => pass(around, milliseconds, scenario, (api, nodes, passed) => drifts(passed)(api, nodes)),
    afterReadings: numberedOfTwo(values, (history: History, health: Memory["health"]) => values.keep(plain.afterReadings(history, health))),
    step: numberedOfTwo(values, (memory: Memory, event: Event) => {
      const stepped = plain.step(memory, event);
      return { memory: values.keep(stepped.memory), decision: values.keep(stepped.decision) };
    }),
    start: (term) => {
      const started = plain.start(term, NOW);
      return { ...started, memory: values.keep(started.memory), decision: values.keep(started.decision) };
    },
    later: ({ around, operator, team }, milliseconds) => ({
      around,
      operator: { ...operator, memory: normal.older(operator.memory, milliseconds) },
      now: NOW,
      ...sharing(team === undefined ? undefined : { ...team, second: normal.older(values.keep(team.second), milliseconds) }),
    }),
    tell: (api, _, isConsistent) => (isConsistent ? toldAfresh(api) : told(api)),
    probe: numberedOfTwo(values, (valkey: Valkey, target: Target) => {
      const reached = reach(valkey, target);
      return values.keep(
        typeof reached === "string"
          ? silent(target, reached, NOW)
          : replied(target, answers(reached.process, values.keep(reached.attached)), NOW),
      );
    }),
    performed,
    woke: () => woke,
    led: (leadership) => values.keep(plain.led(leadership, NOW)),
    dismissed: (operator) => {
      const left = plain.dismissed(operator, NOW);
      return { ...left, memory: values.keep(left.memory), decision: values.keep(left.decision) };
    },
    turnedAway: numbered(values, (target: Target) => values.keep(plain.turnedAway(target, NOW))),
  };
};
