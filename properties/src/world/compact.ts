// The world model, made to be searched fast: worlds are in normal form, equal parts of them are one object, and what a part of a
// step makes of given parts is worked out once. It has the states, the steps and the promises of `worldModel` and one key for
// what has one key there; only its clock stands still, so traces are shown by running their steps in `worldModel`.
import type { Action, Outcome, Target } from "@gungnir/core";
import type { Model } from "../explore/model.ts";
import { Parcels } from "../explore/parcels.ts";
import { remembered, rememberedOfTwo } from "../explore/remembered.ts";
import type { Portable } from "../explore/shard.ts";
import type { Api } from "./api.ts";
import type { Clients } from "./clients.ts";
import type { Nodes } from "./kubelet.ts";
import { cutoffs, modelWith } from "./model.ts";
import { Normal, NOW } from "./normal.ts";
import type { Operator } from "./operator.ts";
import type { Valkey } from "./replication.ts";
import type { Setting, Step, Surroundings, World } from "./world.ts";
import type { Team } from "./team.ts";
import { flow, pass } from "./time.ts";
import { driftOf, plainWorkings } from "./workings.ts";
import type { Moment, Workings } from "./workings.ts";

/** A world in normal form; its surroundings and its operator's memory are kept values. */
type Compact = World & { readonly around: Surroundings };

export const compactModel = (setting: Setting, initial: World): Model<World, Step> => compactly(setting, initial).model;

/** The model, and how its states travel to a thread that has one like it. */
export const compactly = (setting: Setting, initial: World): { readonly model: Model<World, Step>; readonly portable: Portable<World> } => {
  const normal = new Normal(cutoffs(setting.scenario));
  const { values } = normal;
  const workings = compactWorkings(setting, normal);
  const compactOf = (world: World): Compact => (isCompact(world) ? world : normalized(normal, world));
  const model = {
    ...modelWith({ ...workings, split: (world) => momentOf(compactOf(world)) }, setting),
    initial: [normalized(normal, initial)],
    // The decision follows from the memory, and the term is in it.
    key: (world: World) => {
      const { around, operator, team } = compactOf(world);
      const key = `${values.idOf(around)} ${values.idOf(operator.memory)} ${operator.read}`;
      return team === undefined ? key : `${key} ${values.idOf(team)}`;
    },
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
    read: (from, message) => parcels.unpack(from, message).map((state) => unpacked(state)),
  };
  return { model, portable };
};

type Packed = { readonly around: Surroundings; readonly operator: Operator; readonly team?: Team };

const packed = ({ values }: Normal, { around, operator, team }: Compact): Packed => values.keep({ around, operator, ...sharing(team) });

const unpacked = ({ around, operator, team }: Packed): Compact => ({ ...around, now: NOW, operator, around, ...sharing(team) });

const sharing = (team: Team | undefined): { readonly team?: Team } => (team === undefined ? {} : { team });

const isCompact = (world: World): world is Compact => "around" in world;

const momentOf = ({ around, operator, now, team }: Compact): Moment => ({ around, operator, now, ...sharing(team) });

/** Any world, put into normal form. */
const normalized = (normal: Normal, world: World): Compact => {
  const { now, operator, api, nodes, clients, late, faults, edits, history } = world;
  const { memory, decision } = operator;
  const { team, ...known } = normal.keepFrom({ memory, decision, ...sharing(world.team) }, now - NOW);
  const around = normal.values.keep({ api, nodes, clients, late, faults, edits, history });
  return joined(normal, { around, operator: { ...operator, ...known }, now: NOW, ...sharing(team) }, around);
};

/** A moment put into normal form; `before` it was another, whose parts are kept. */
const joined = (normal: Normal, { around, operator, team }: Moment, before: Surroundings): Compact => {
  const { values } = normal;
  const parts = around === before ? around : keptParts(normal, around, before);
  const shared = team === undefined ? undefined : values.keep(team);
  const known = shared === undefined ? [operator.memory] : [operator.memory, shared];
  const ranking = normal.ranking(around === before ? [around, ...known] : [parts.api, parts.nodes, parts.late, ...known], operator.read);
  if (ranking === undefined) {
    const kept = values.keep(parts);
    return { ...kept, now: NOW, operator, around: kept, ...sharing(shared) };
  }
  const ranked: Surroundings = values.keep({
    ...parts,
    api: values.change(parts.api, ranking),
    nodes: values.change(parts.nodes, ranking),
    late: values.change(parts.late, ranking),
  });
  const first: Operator = {
    memory: values.change(operator.memory, ranking),
    decision: values.change(operator.decision, ranking),
    read: normal.ranked(operator.read, ranking),
    term: operator.term,
  };
  return {
    ...ranked,
    now: NOW,
    operator: first,
    around: ranked,
    ...sharing(shared === undefined ? undefined : values.change(shared, ranking)),
  };
};

const keptParts = ({ values }: Normal, around: Surroundings, before: Surroundings): Surroundings => ({
  api: around.api === before.api ? around.api : values.keep(around.api),
  nodes: around.nodes === before.nodes ? around.nodes : values.keep(around.nodes),
  clients: around.clients === before.clients ? around.clients : values.keep(around.clients),
  late: around.late === before.late ? around.late : values.keep(around.late),
  faults: around.faults,
  edits: around.edits === before.edits ? around.edits : values.keep(around.edits),
  history: around.history === before.history ? around.history : values.keep(around.history),
});

const compactWorkings = (setting: Setting, normal: Normal): Workings => {
  const { values } = normal;
  const { scenario } = setting;
  const plain = plainWorkings(setting);
  const told = remembered((api: Api) => values.keep(plain.tell(api, NOW, false)));
  const toldAfresh = remembered((api: Api) => values.keep(plain.tell(api, NOW, true)));
  const performed = rememberedOfTwo((action: Action, outcome: Outcome) => plain.performed(action, outcome, NOW));
  const woke = plain.woke(NOW);
  const forgotten = remembered((valkey: Valkey) => values.keep(plain.forgetPlaces(valkey)));
  const flows = rememberedOfTwo((valkey: Valkey, passed: number) => values.keep(flow(valkey, passed, scenario)));
  const plainDrift = driftOf(scenario, flows);
  const drifts = remembered((passed: number) => rememberedOfTwo((api: Api, nodes: Nodes) => values.keep(plainDrift(api, nodes, passed))));
  return {
    ...plain,
    join: (moment, before) => joined(normal, moment, before),
    replicationSteps: remembered((valkey: Valkey) => plain.replicationSteps(valkey, scenario)),
    podSteps: rememberedOfTwo((api: Api, nodes: Nodes) => plain.podSteps(api, nodes, scenario)),
    replicate: rememberedOfTwo((valkey, step) => values.keep(plain.replicate(valkey, step))),
    forgetPlaces: (valkey) => forgotten(values.keep(valkey)),
    acknowledge: rememberedOfTwo((valkey: Valkey, clients: Clients) =>
      values.keep(plain.acknowledge(valkey, clients, scenario.spec.waitReplicas)),
    ),
    write: rememberedOfTwo((api, action) => {
      const written = plain.write(api, action);
      return { api: values.keep(written.api), outcome: values.keep(written.outcome) };
    }),
    send: rememberedOfTwo((valkey, command) => {
      const { valkey: after, outcome, clientsClosed } = plain.send(valkey, command);
      return { valkey: values.keep(after), outcome: values.keep(outcome), clientsClosed };
    }),
    pass: (around, milliseconds) => pass(around, milliseconds, scenario, (api, nodes, passed) => drifts(passed)(api, nodes)),
    afterReadings: rememberedOfTwo((history, health) => values.keep(plain.afterReadings(history, health))),
    step: rememberedOfTwo((memory, event) => {
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
    probe: rememberedOfTwo((valkey, target) => values.keep(plain.probe(valkey, target, NOW))),
    performed: (action, outcome) => performed(action, values.keep(outcome)),
    woke: () => woke,
    led: (leadership) => values.keep(plain.led(leadership, NOW)),
    dismissed: (operator) => {
      const left = plain.dismissed(operator, NOW);
      return { ...left, memory: values.keep(left.memory), decision: values.keep(left.decision) };
    },
    turnedAway: remembered((target: Target) => values.keep(plain.turnedAway(target, NOW))),
  };
};
