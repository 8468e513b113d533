// Every interleaving, breadth first, so that the first violation found is a shortest one. A state is kept only while its
// successors are due; what stays is a fingerprint, its parent's number and the index of the step that led to it, twenty
// bytes in all, from which any trace is rebuilt by running the model again.
import { Fingerprints } from "./fingerprints.ts";
import type { Model, Property, Safety } from "./model.ts";
import { Numbers } from "./numbers.ts";

export type Trace<State, Step> = { readonly initial: State; readonly steps: readonly Step[] };

export type Violation<State, Step> = { readonly property: string; readonly message: string; readonly trace: Trace<State, Step> };

export type Exploration<State, Step> = {
  readonly model: string;
  readonly states: number;
  readonly transitions: number;
  /** Steps from an initial state to the farthest state. */
  readonly depth: number;
  /** Every reachable state was visited: neither a bound nor a violation ended the search. */
  readonly complete: boolean;
  /** At most one for each property: the shortest. */
  readonly violations: readonly Violation<State, Step>[];
  /** For each `sometimes` the shortest trace to a witness; a missing one was not found. */
  readonly witnesses: ReadonlyMap<string, Trace<State, Step>>;
  readonly seconds: number;
};

export type Progress = { readonly states: number; readonly transitions: number; readonly depth: number; readonly frontier: number };

export type Bounds<State, Step> = {
  readonly maxStates?: number;
  readonly maxDepth?: number;
  /** Look no further once something is violated (the default), or once everything asked for was violated. */
  readonly stop?: "first violation" | "all violated";
  readonly progress?: (progress: Progress) => void;
  /** Sees the graph go by: `fair` builds its own copy from this. */
  readonly visit?: (from: number, step: Step, to: number) => void;
  readonly discover?: (id: number, state: State, parent: number, via: number) => void;
};

const PROGRESS_EVERY = 50_000; // states
const NO_PARENT = -1;

export const explore = <State, Step>(
  model: Model<State, Step>,
  properties: readonly Property<State, Step>[],
  bounds: Bounds<State, Step> = {},
): Exploration<State, Step> => {
  const started = performance.now();
  const seen = new Fingerprints();
  const parents = new Numbers();
  const vias = new Numbers(); // the index of the step among the parent's; of the initial state if there is no parent
  const violations: Violation<State, Step>[] = [];
  const witnesses = new Map<string, Trace<State, Step>>();
  let unviolated = properties.filter(isSafety);
  let ofStates = unviolated.filter((property) => property._tag === "Always");
  let ofSteps = unviolated.filter((property) => property._tag === "AlwaysNext");
  let unwitnessed = properties.filter((property) => property._tag === "Sometimes");
  let transitions = 0;
  let depth = 0;
  let complete = true;
  const maxStates = bounds.maxStates ?? 10_000_000;
  const maxDepth = bounds.maxDepth ?? Number.MAX_SAFE_INTEGER;

  const keyOf = model.numbers ?? model.key;
  const trace = (id: number): Trace<State, Step> => rebuild(model, parents, vias, id);
  const violated = (property: string, message: string, to: Trace<State, Step>): void => {
    violations.push({ property, message, trace: to });
    unviolated = unviolated.filter((other) => other.id !== property);
    ofStates = ofStates.filter((other) => other.id !== property);
    ofSteps = ofSteps.filter((other) => other.id !== property);
  };
  const enough = (): boolean => violations.length > 0 && (bounds.stop !== "all violated" || unviolated.length === 0);

  const discover = (id: number, state: State, parent: number, via: number): void => {
    parents.push(parent);
    vias.push(via);
    bounds.discover?.(id, state, parent, via);
    for (const property of ofStates) {
      const message = property.violation(state);
      if (message !== undefined) violated(property.id, message, trace(id));
    }
    for (const property of unwitnessed) {
      if (!property.witness(state)) continue;
      witnesses.set(property.id, trace(id));
      unwitnessed = unwitnessed.filter((other) => other.id !== property.id);
    }
    if (seen.size % PROGRESS_EVERY === 0) bounds.progress?.({ states: seen.size, transitions, depth, frontier: seen.size - id });
  };

  let frontier: State[] = [];
  let first = 0; // the number of frontier[0]
  for (const [index, state] of model.initial.entries()) {
    const size = seen.size;
    const id = seen.intern(keyOf(state));
    if (id < size) continue;
    frontier.push(state);
    discover(id, state, NO_PARENT, index);
  }

  search: while (frontier.length > 0 && !enough()) {
    if (depth >= maxDepth) {
      complete = false;
      break;
    }
    const next: State[] = [];
    const firstOfNext = first + frontier.length;
    let fromId = first - 1;
    for (const from of frontier) {
      fromId++;
      let via = -1;
      for (const step of model.steps(from)) {
        via++;
        const to = model.next(from, step);
        transitions++;
        for (const property of ofSteps) {
          const message = property.violation(from, step, to);
          if (message === undefined) continue;
          const before = trace(fromId);
          violated(property.id, message, { initial: before.initial, steps: [...before.steps, step] });
        }
        const size = seen.size;
        const toId = seen.intern(keyOf(to));
        if (toId === size) {
          next.push(to);
          discover(toId, to, fromId, via);
        }
        bounds.visit?.(fromId, step, toId);
        if (enough()) break search;
        if (seen.size >= maxStates) {
          complete = false;
          break search;
        }
      }
    }
    frontier = next;
    first = firstOfNext;
    if (next.length > 0) depth++;
  }

  return {
    model: model.name,
    states: seen.size,
    transitions,
    depth,
    complete: complete && !enough(),
    violations,
    witnesses,
    seconds: (performance.now() - started) / 1000,
  };
};

const isSafety = <State, Step>(property: Property<State, Step>): property is Safety<State, Step> => property._tag !== "Sometimes";

/** Walks the parents back to the beginning, then the model forward again. */
export const rebuild = <State, Step>(model: Model<State, Step>, parents: Numbers, vias: Numbers, id: number): Trace<State, Step> => {
  const indices: number[] = [];
  let at = id;
  for (; parents.at(at) !== NO_PARENT; at = parents.at(at)) indices.push(vias.at(at));
  const initial = model.initial[vias.at(at)];
  if (initial === undefined) throw new Error(`${model.name}: initial state ${vias.at(at)} is gone`);
  const steps: Step[] = [];
  let state: State = initial;
  for (const index of indices.toReversed()) {
    const step = model.steps(state)[index];
    if (step === undefined) throw new Error(`${model.name}: the model is not deterministic, step ${index} is gone`);
    steps.push(step);
    state = model.next(state, step);
  }
  return { initial, steps };
};
