// A round for people to read: from the earliest state of a fair component through everything that makes it fair, and back.
import type { Recorded } from "./fair.ts";

type Round = { readonly start: number; readonly through: readonly number[] };

/** A closed walk in the component that meets a bad state, takes each action taken there, and passes where others are not enabled. */
export const roundThrough = (
  recorded: Recorded,
  states: readonly number[],
  within: (state: number) => boolean,
  bad: (state: number) => boolean,
): Round => {
  const members = new Set(states);
  const inside = (state: number): boolean => members.has(state) && within(state);
  const start = states.filter(bad).reduce((least, state) => Math.min(least, state), Number.MAX_SAFE_INTEGER);
  const through: number[] = [];
  let at = start;
  const go = (path: readonly number[]): void => {
    through.push(...path);
    at = through.at(-1) ?? start;
  };
  for (const [label, from, to] of takenOnce(recorded, states, inside)) {
    if (passes(recorded, start, through, label)) continue;
    go(shortest(recorded, at, (state) => state === from, inside));
    go([to]);
  }
  for (const state of disablers(recorded, states)) {
    if (!through.includes(state)) go(shortest(recorded, at, (other) => other === state, inside));
  }
  if (at !== start || through.length === 0) go(shortest(recorded, at, (state) => state === start, inside, true));
  return { start, through };
};

/** For each fair action taken inside, one edge that takes it. */
const takenOnce = (recorded: Recorded, states: readonly number[], inside: (state: number) => boolean) => {
  const found = new Map<number, readonly [label: number, from: number, to: number]>();
  for (const state of states) {
    for (const [to, label] of edges(recorded, state)) {
      if (label >= 0 && inside(to) && !found.has(label)) found.set(label, [label, state, to]);
    }
  }
  return [...found.values()];
};

/** States that excuse the actions never taken inside: in each of them one of those is not enabled. */
const disablers = (recorded: Recorded, states: readonly number[]): readonly number[] => {
  const members = new Set(states);
  const taken = new Set<number>();
  const enabledIn = new Map<number, Set<number>>();
  for (const state of states) {
    for (const [to, label] of edges(recorded, state)) {
      if (label < 0) continue;
      if (members.has(to)) taken.add(label);
      enabledIn.set(label, (enabledIn.get(label) ?? new Set()).add(state));
    }
  }
  return [...enabledIn].filter(([label]) => !taken.has(label)).flatMap(([, enabled]) => states.find((state) => !enabled.has(state)) ?? []);
};

const passes = (recorded: Recorded, start: number, through: readonly number[], label: number): boolean =>
  through.some((to, index) => {
    const from = index === 0 ? start : (through[index - 1] ?? start);
    return edges(recorded, from).some(([target, other]) => target === to && other === label);
  });

const edges = (recorded: Recorded, state: number): readonly (readonly [to: number, label: number])[] => {
  const found: (readonly [number, number])[] = [];
  const end = recorded.graph.offsets.at(state + 1);
  for (let edge = recorded.graph.offsets.at(state); edge < end; edge++)
    found.push([recorded.graph.targets.at(edge), recorded.labels.at(edge)]);
  return found;
};

/** The states after `from` on a shortest way to one that is `wanted`; with `atLeastOne` not the empty way. */
const shortest = (
  recorded: Recorded,
  from: number,
  wanted: (state: number) => boolean,
  inside: (state: number) => boolean,
  atLeastOne = false,
): readonly number[] => {
  if (wanted(from) && !atLeastOne) return [];
  const cameFrom = new Map<number, number>();
  const queue = [from];
  for (const state of queue) {
    for (const [to] of edges(recorded, state)) {
      if (!inside(to) || cameFrom.has(to)) continue;
      cameFrom.set(to, state);
      if (wanted(to)) return pathTo(cameFrom, from, to);
      queue.push(to);
    }
  }
  return []; // a state where nothing happens any more
};

const pathTo = (cameFrom: ReadonlyMap<number, number>, from: number, to: number): readonly number[] => {
  const path = [to];
  for (let state = cameFrom.get(to); state !== undefined && state !== from; state = cameFrom.get(state)) path.push(state);
  return path.toReversed();
};
