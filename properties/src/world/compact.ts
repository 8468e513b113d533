// The world model, made to be searched fast: worlds are in normal form, equal parts of them are one object, and what a part of a
// step makes of given parts is worked out once. It has the states, the steps and the promises of `worldModel` and one key for
// what has one key there; only its clock stands still, so traces are shown by running their steps in `worldModel`.
import type { Action } from "@gungnir/core";
import type { Model } from "../explore/model.ts";
import { Parcels } from "../explore/parcels.ts";
import { remembered, rememberedOfTwo } from "../explore/remembered.ts";
import type { Portable } from "../explore/shard.ts";
import { cutoffs, modelWith } from "./model.ts";
import { Normal, NOW } from "./normal.ts";
import type { Core, Operator } from "./operator.ts";
import type { Setting, Step, Surroundings, World } from "./world.ts";
import { plainWorkings } from "./workings.ts";
import type { Moment, Workings } from "./workings.ts";

/** A world in normal form; its surroundings and what its operator knows are kept values. */
type Compact = World & { readonly around: Surroundings; readonly mind: Mind };

/** What a state is told by, beside its surroundings: the decision follows from the memory, and the term is in it. */
type Mind = Pick<Operator, "memory" | "read">;

export const compactModel = (setting: Setting, initial: World): Model<World, Step> => compactly(setting, initial).model;

/** The model, and how its states travel to a thread that has one like it. */
export const compactly = (setting: Setting, initial: World): { readonly model: Model<World, Step>; readonly portable: Portable<World> } => {
  const normal = new Normal(cutoffs(setting.scenario));
  const { values } = normal;
  const minds: Minds = rememberedOfTwo((memory, read) => values.keep({ memory, read }));
  const workings = compactWorkings(setting, normal, minds);
  const compactOf = (world: World): Compact => (isCompact(world) ? world : normalized(normal, minds, world));
  const model = {
    ...modelWith({ ...workings, split: (world) => momentOf(compactOf(world)) }, setting.scenario),
    initial: [normalized(normal, minds, initial)],
    key: (world: World) => {
      const { around, mind } = compactOf(world);
      return `${values.idOf(around)} ${values.idOf(mind)}`;
    },
  };
  const parcels = new Parcels<Packed>(values);
  const portable: Portable<World> = {
    // What the operator knows of: what core makes of it is then worked out in one thread only.
    owner: (world) => values.hashOf(compactOf(world).mind) >>> 1,
    write: (to, worlds) =>
      parcels.pack(
        to,
        worlds.map((world) => packed(normal, compactOf(world))),
      ),
    read: (from, message) => parcels.unpack(from, message).map((state) => unpacked(state)),
  };
  return { model, portable };
};

type Packed = { readonly around: Surroundings; readonly mind: Mind; readonly decision: Operator["decision"]; readonly term: number };

const packed = ({ values }: Normal, { around, mind, operator: { decision, term } }: Compact): Packed =>
  values.keep({ around, mind, decision, term });

const unpacked = ({ around, mind, decision, term }: Packed): Compact => ({
  ...around,
  now: NOW,
  operator: { ...mind, decision, term },
  around,
  mind,
});

const isCompact = (world: World): world is Compact => "mind" in world;

const momentOf = ({ around, operator, now }: Compact): Moment => ({ around, operator, now });

/** Any world, put into normal form. */
const normalized = (normal: Normal, minds: Minds, world: World): Compact => {
  const { now, operator, api, nodes, clients, late, faults, edits, history } = world;
  const { memory, decision } = operator;
  const known = normal.keepFrom({ memory, decision }, now - NOW);
  const around = normal.values.keep({ api, nodes, clients, late, faults, edits, history });
  return joined(normal, minds, { around, operator: { ...operator, ...known }, now: NOW });
};

type Minds = (memory: Operator["memory"], read: Operator["read"]) => Mind;

const joined = (normal: Normal, minds: Minds, { around, operator }: Moment): Compact => {
  const { values } = normal;
  const mind = minds(operator.memory, operator.read);
  const ranking = normal.ranking(around, mind);
  if (ranking === undefined) return { ...around, now: NOW, operator, around, mind };
  const [ranked, known] = [values.change(around, ranking), values.change(mind, ranking)];
  const decision = values.change(operator.decision, ranking);
  return { ...ranked, now: NOW, operator: { ...operator, ...known, decision }, around: ranked, mind: known };
};

const compactWorkings = (setting: Setting, normal: Normal, minds: Minds): Workings => {
  const { values } = normal;
  const step = rememberedOfTwo<Parameters<Core["step"]>[0], Parameters<Core["step"]>[1], ReturnType<Core["step"]>>((memory, event) => {
    const stepped = setting.core.step(memory, event);
    return { memory: values.keep(stepped.memory), decision: values.keep(stepped.decision) };
  });
  const plain = plainWorkings({ ...setting, core: { step } });
  const byAction = rememberedOfTwo((around: Surroundings, action: Action) => {
    const effected = plain.carryOut(around, action);
    return { around: values.keep(effected.around), outcome: values.keep(effected.outcome) };
  });
  const performed = rememberedOfTwo((action: Action, outcome: Parameters<Workings["performed"]>[1]) =>
    plain.performed(action, outcome, NOW),
  );
  const told = remembered((api: Surroundings["api"]) => values.keep(plain.tell(api, NOW, false)));
  const toldAfresh = remembered((api: Surroundings["api"]) => values.keep(plain.tell(api, NOW, true)));
  const probed = rememberedOfTwo((valkey: Surroundings["nodes"]["valkey"], target: Parameters<Workings["probe"]>[1]) =>
    values.keep(plain.probe(valkey, target, NOW)),
  );
  const passed = rememberedOfTwo((around: Surroundings, milliseconds: number) => values.keep(plain.pass(around, milliseconds)));
  const woke = plain.woke(NOW);
  const afterReadings = rememberedOfTwo((history: Surroundings["history"], health: Operator["memory"]["health"]) =>
    values.keep(plain.afterReadings(history, health)),
  );
  return {
    ...plain,
    join: (moment) => joined(normal, minds, moment),
    enabled: rememberedOfTwo((around, own) => plain.enabled(around, own)),
    happen: rememberedOfTwo((around, step_) => values.keep(plain.happen(around, step_))),
    carryOut: byAction,
    pass: passed,
    settle: remembered((around: Surroundings) => values.keep(plain.settle(around))),
    afterReadings,
    together: (around, change) => values.keep(plain.together(around, change)),
    step,
    start: (term) => {
      const started = plain.start(term, NOW);
      return { ...started, memory: values.keep(started.memory), decision: values.keep(started.decision) };
    },
    later: ({ around, operator }, milliseconds) => ({
      around,
      operator: { ...operator, memory: normal.older(operator.memory, milliseconds) },
      now: NOW,
    }),
    tell: (api, _, isConsistent) => (isConsistent ? toldAfresh(api) : told(api)),
    probe: (valkey, target) => probed(valkey, target),
    performed: (action, outcome) => performed(action, values.keep(outcome)),
    woke: () => woke,
  };
};
