// What happens for ever. An infinite run of a finite model ends up going round in one strongly connected component; it is
// fair when every action that stays enabled there is also taken there. So a promise about infinite runs is broken exactly
// when some fair component breaks it, and the counterexample is a lasso: a way into the component, and a round in it.
//
//        ●──▶●──▶●──▶●        stem
//                ▲   │
//                ●◀──●        round: every fair action is taken on it, or is somewhere on it not enabled
//
// Faults are budgets in the state, so that no component contains one: "once the faults stop" is every component. A state
// with no step at all counts as a round of nothing.
import { components } from "./components.ts";
import type { Graph } from "./components.ts";
import { Labels, NO_LABEL } from "./labels.ts";
import { explore, rebuild } from "./explore.ts";
import type { Bounds, Exploration, Trace } from "./explore.ts";
import { roundThrough } from "./lasso.ts";
import type { Eventually, Fairness, Model, Property } from "./model.ts";
import { Numbers } from "./numbers.ts";

export type Lasso<State, Step> = { readonly property: string; readonly stem: Trace<State, Step>; readonly round: readonly Step[] };

export type FairExploration<State, Step> = Exploration<State, Step> & {
  /** Components with a fair round in them, or a state where nothing happens any more. */
  readonly fairComponents: number;
  /** One for each broken promise. */
  readonly lassos: readonly Lasso<State, Step>[];
};

export const exploreFair = <State, Step>(
  model: Model<State, Step>,
  promises: readonly Eventually<State>[],
  fairness: Fairness<Step>,
  properties: readonly Property<State, Step>[] = [],
  bounds: Bounds<State, Step> = {},
): FairExploration<State, Step> => {
  const recorder = new Recorder(model.name, promises, fairness);
  const exploration = explore(model, properties, { ...bounds, visit: recorder.visit, discover: recorder.discover });
  if (!exploration.complete) return { ...exploration, fairComponents: 0, lassos: [] }; // a part of the graph proves nothing about for ever
  const started = performance.now();
  const forEver = judgeForEver(model, promises, recorder.finish(exploration.states));
  return { ...exploration, ...forEver, seconds: exploration.seconds + (performance.now() - started) / 1000 };
};

/** What the graph of a finished exploration says of what is promised for ever. */
export const judgeForEver = <State, Step>(
  model: Model<State, Step>,
  promises: readonly Eventually<State>[],
  recorded: Recorded,
): { readonly fairComponents: number; readonly lassos: readonly Lasso<State, Step>[] } => {
  let fairComponents = 0;
  components(recorded.graph, everywhere, (states) => {
    if (isFair(recorded, states, everywhere)) fairComponents++;
  });
  const lassos: Lasso<State, Step>[] = [];
  for (const [index, promise] of promises.entries()) {
    const meets = (state: number): boolean => ((recorded.goals.at(state) >> index) & 1) === 1;
    // To meet the goal only finitely often, a run must at last stay outside of it; to leave it again and again, it must go
    // round through a state outside of it.
    const within = promise.form === "infinitely often" ? (state: number): boolean => !meets(state) : everywhere;
    let broken: readonly number[] | undefined;
    components(recorded.graph, within, (states) => {
      if (broken !== undefined && earliest(broken) < earliest(states)) return; // an earlier state has a shorter stem
      if (states.some((state) => !meets(state)) && isFair(recorded, states, within)) broken = states;
    });
    if (broken === undefined) continue;
    const round = roundThrough(recorded, broken, within, (state) => !meets(state));
    const rebuilt = (id: number): Trace<State, Step> => rebuild(model, recorded.parents, recorded.vias, id);
    lassos.push({ property: promise.id, stem: rebuilt(round.start), round: walk(model, rebuilt, round) });
  }
  return { fairComponents, lassos };
};

const everywhere = (): boolean => true;

const earliest = (states: readonly number[]): number => states.reduce((least, state) => Math.min(least, state), Number.MAX_SAFE_INTEGER);

/** The graph of a finished exploration. The index of an edge among its state's is the index of the step in the model. */
export type Recorded = {
  readonly graph: Graph;
  /** Of each edge the number of its fair action, or -1. */
  readonly labels: Numbers;
  /** Of each state one bit for each promise whose goal it meets. */
  readonly goals: Numbers;
  readonly parents: Numbers;
  readonly vias: Numbers;
};

class Recorder<State, Step> {
  readonly #offsets = new Numbers();
  readonly #targets = new Numbers();
  readonly #labels = new Numbers();
  readonly #goals = new Numbers();
  readonly #parents = new Numbers();
  readonly #vias = new Numbers();
  readonly #names: Labels;
  readonly #promises: readonly Eventually<State>[];
  readonly #fairness: Fairness<Step>;

  constructor(model: string, promises: readonly Eventually<State>[], fairness: Fairness<Step>) {
    this.#names = new Labels(model);
    this.#promises = promises;
    this.#fairness = fairness;
  }

  readonly discover = (_id: number, state: State, parent: number, via: number): void => {
    this.#goals.push(this.#promises.reduce((bits, promise, index) => bits | (promise.goal(state) ? 1 << index : 0), 0));
    this.#parents.push(parent);
    this.#vias.push(via);
  };

  readonly visit = (from: number, step: Step, to: number): void => {
    this.#openUpTo(from);
    this.#targets.push(to);
    this.#labels.push(this.#names.of(this.#fairness(step)));
  };

  finish(states: number): Recorded {
    this.#openUpTo(states);
    const graph = { states, offsets: this.#offsets, targets: this.#targets };
    return { graph, labels: this.#labels, goals: this.#goals, parents: this.#parents, vias: this.#vias };
  }

  #openUpTo(state: number): void {
    while (this.#offsets.length <= state) this.#offsets.push(this.#targets.length);
  }
}

/** Whether a run can stay in these states for ever and be owed nothing. */
const isFair = (recorded: Recorded, states: readonly number[], within: (state: number) => boolean): boolean => {
  const members = new Set(states);
  let [edges, inner, taken, alwaysEnabled] = [0, 0, 0, -1];
  for (const state of states) {
    let enabled = 0;
    const end = recorded.graph.offsets.at(state + 1);
    for (let edge = recorded.graph.offsets.at(state); edge < end; edge++) {
      edges++;
      const label = recorded.labels.at(edge);
      const bit = label === NO_LABEL ? 0 : 1 << label;
      enabled |= bit;
      const to = recorded.graph.targets.at(edge);
      if (!members.has(to) || !within(to)) continue;
      inner++;
      taken |= bit;
    }
    alwaysEnabled &= enabled;
  }
  if (edges === 0) return true; // nothing happens any more
  return inner > 0 && (alwaysEnabled & ~taken) === 0;
};

/** The steps of a round, found by where they lead: a representative of the same key may list its steps in another order. */
const walk = <State, Step>(
  model: Model<State, Step>,
  rebuilt: (id: number) => Trace<State, Step>,
  round: { readonly start: number; readonly through: readonly number[] },
): readonly Step[] => {
  const end = (trace: Trace<State, Step>): State => trace.steps.reduce((state, step) => model.next(state, step), trace.initial);
  let state = end(rebuilt(round.start));
  return round.through.map((id) => {
    const wanted = model.key(end(rebuilt(id)));
    const step = model.steps(state).find((candidate) => model.key(model.next(state, candidate)) === wanted);
    if (step === undefined) throw new Error(`${model.name}: two states of one key have different futures; checkKey finds them`);
    state = model.next(state, step);
    return step;
  });
};
