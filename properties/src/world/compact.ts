// The world model, made to be searched fast: worlds are in normal form, equal parts of them are one object, and what a part of a
// step makes of given parts is worked out once. It has the states, the steps and the promises of `worldModel` and one key for
// what has one key there; only its clock stands still, so traces are shown by running their steps in `worldModel`.
import type { Action } from "@gungnir/core";
import type { Model } from "../explore/model.ts";
import { remembered, rememberedOfTwo } from "../explore/remembered.ts";
import { cutoffs, modelWith } from "./model.ts";
import { Normal, NOW } from "./normal.ts";
import type { Core, Operator } from "./operator.ts";
import type { Setting, Step, Surroundings, World } from "./world.ts";
import { plainWorkings } from "./workings.ts";
import type { Moment, Workings } from "./workings.ts";

/** A world in normal form; its surroundings and what its operator knows are kept values. */
type Compact = World & { readonly around: Surroundings; readonly mind: object };

export const compactModel = (setting: Setting, initial: World): Model<World, Step> => {
  const normal = new Normal(cutoffs(setting.scenario));
  const { values } = normal;
  const workings = compactWorkings(setting, normal);
  const compactOf = (world: World): Compact => (isCompact(world) ? world : normalized(normal, world));
  return {
    ...modelWith({ ...workings, split: (world) => momentOf(compactOf(world)) }, setting.scenario),
    initial: [normalized(normal, initial)],
    key: (world) => {
      const { around, mind } = compactOf(world);
      return `${values.idOf(around)} ${values.idOf(mind)}`;
    },
  };
};

const isCompact = (world: World): world is Compact => "mind" in world;

const momentOf = ({ around, operator, now }: Compact): Moment => ({ around, operator, now });

/** Any world, put into normal form. */
const normalized = (normal: Normal, world: World): Compact => {
  const { now, operator, api, nodes, clients, late, faults, edits, history } = world;
  const passed = now - NOW;
  return joined(normal, {
    around: normal.values.keep({ api, nodes, clients, late, faults, edits, history }),
    operator: {
      ...operator,
      memory: normal.older(operator.memory, passed),
      decision: normal.older(operator.decision, passed),
    },
    now: NOW,
  });
};

/** What a state is told by: the decision follows from the memory. */
const mindOf = (normal: Normal, { memory, read, term }: Operator): Pick<Operator, "memory" | "read" | "term"> =>
  normal.values.keep({ memory, read, term });

const joined = (normal: Normal, { around, operator }: Moment): Compact => {
  const { values } = normal;
  const mind = mindOf(normal, operator);
  const ranking = normal.ranking(around, mind);
  if (ranking === undefined) return { ...around, now: NOW, operator, around, mind };
  const [ranked, known] = [values.change(around, ranking), values.change(mind, ranking)];
  const decision = values.change(values.keep(operator.decision), ranking);
  return { ...ranked, now: NOW, operator: { ...known, decision }, around: ranked, mind: known };
};

const compactWorkings = (setting: Setting, normal: Normal): Workings => {
  const { values } = normal;
  const step = rememberedOfTwo<Parameters<Core["step"]>[0], Parameters<Core["step"]>[1], ReturnType<Core["step"]>>((memory, event) => {
    const stepped = setting.core.step(memory, event);
    return { memory: normal.older(stepped.memory, 0), decision: values.keep(stepped.decision) };
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
    join: (moment) => joined(normal, moment),
    enabled: rememberedOfTwo((around, own) => plain.enabled(around, own)),
    happen: rememberedOfTwo((around, step_) => values.keep(plain.happen(around, step_))),
    carryOut: byAction,
    pass: passed,
    settle: remembered((around: Surroundings) => values.keep(plain.settle(around))),
    afterReadings,
    together: (around, change) => values.keep(plain.together(around, change)),
    step,
    start: (term) => plain.start(term, NOW),
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
