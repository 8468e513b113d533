// A search that several shards share, from its beginning to its end: level after level, each shard takes its steps, hands over
// what is not its own, and hears which numbers that was given. The result is that of `exploreFair`.
import type { Trace, Violation } from "./explore.ts";
import { rebuild } from "./explore.ts";
import type { FairExploration } from "./fair.ts";
import { judgeForEver } from "./fair.ts";
import { merge } from "./merge.ts";
import type { Property } from "./model.ts";
import type { ShardGraph, Sighting, Task } from "./shard.ts";
import { Shard } from "./shard.ts";

/** How far a shard is when a level is complete. */
export type Report = Shard<unknown, unknown>["progress"];

/** All that is known when every shard has ended. */
export type Ended = {
  readonly reports: readonly Report[];
  readonly graphs: readonly ShardGraph[];
  /** Nothing was left to be looked at. */
  readonly complete: boolean;
  readonly seconds: number;
};

/** The shards of a search in one thread, one after the other; for tests of what threads do at once. */
export const searchInTurns = <State, Step>(tasks: readonly Task<State, Step>[], maxStates = Infinity): Ended => {
  const started = performance.now();
  const shards = tasks.map((task, me) => new Shard(task, me, tasks.length));
  const reports = (): readonly Report[] => shards.map((shard) => shard.progress);
  while (goesOn(reports(), maxStates)) {
    const batches = shards.map((shard) => shard.expand());
    const numbers = batches.map((out, from) => out.map((batch, to) => shards[to]?.accept(from, batch) ?? new Int32Array(0)));
    for (const [from, shard] of shards.entries()) shard.finish(numbers[from] ?? []);
  }
  const ended = reports();
  return {
    reports: ended,
    graphs: shards.map((shard) => shard.graph()),
    complete: isComplete(ended),
    seconds: (performance.now() - started) / 1000,
  };
};

/** Something is left to look at, nothing is violated yet, and the bound is not reached. */
export const goesOn = (reports: readonly Report[], maxStates: number): boolean =>
  !isComplete(reports) &&
  !reports.some(({ sightings }) => sightings.some(isViolation)) &&
  reports.reduce((sum, { states }) => sum + states, 0) < maxStates;

export const isComplete = (reports: readonly Report[]): boolean => reports.every(({ frontier }) => frontier === 0);
const isViolation = ({ message }: Sighting): boolean => message !== undefined;

/** What the shards found, as one exploration. `task` is asked for traces and for what is promised for ever. */
export const conclude = <State, Step>(task: Task<State, Step>, ended: Ended): FairExploration<State, Step> => {
  const started = performance.now();
  const { model, promises, properties } = task;
  const { recorded, numberOf } = merge(model.name, ended.graphs);
  const traceTo = (sighting: Sighting): Trace<State, Step> => {
    const trace = rebuild(model, recorded.parents, recorded.vias, numberOf(sighting.state));
    if (sighting.via === undefined) return trace;
    const last = trace.steps.reduce((state, step) => model.next(state, step), trace.initial);
    const step = model.steps(last)[sighting.via];
    return step === undefined ? trace : { ...trace, steps: [...trace.steps, step] };
  };
  const first = (property: Property<State, Step>): Sighting | undefined =>
    ended.reports
      .flatMap(({ sightings }) => sightings.filter((sighting) => sighting.property === property.id))
      .toSorted((one, other) => numberOf(one.state) - numberOf(other.state))[0];
  const violations: Violation<State, Step>[] = [];
  const witnesses = new Map<string, Trace<State, Step>>();
  for (const property of properties) {
    const sighting = first(property);
    if (sighting?.message !== undefined) violations.push({ property: property.id, message: sighting.message, trace: traceTo(sighting) });
    else if (sighting !== undefined) witnesses.set(property.id, traceTo(sighting));
  }
  const complete = ended.complete && violations.length === 0;
  const forEver = complete && promises.length > 0 ? judgeForEver(model, promises, recorded) : { fairComponents: 0, lassos: [] };
  return {
    model: model.name,
    states: recorded.graph.states,
    transitions: ended.reports.reduce((sum, { transitions }) => sum + transitions, 0),
    depth: Math.max(...ended.graphs.map(({ levels }) => lastGrowth(levels))),
    complete,
    violations: violations.toSorted((one, other) => one.trace.steps.length - other.trace.steps.length),
    witnesses,
    ...forEver,
    seconds: ended.seconds + (performance.now() - started) / 1000,
  };
};

/** The last level in which there was anything new. */
const lastGrowth = (levels: readonly number[]): number => levels.findLastIndex((count, level) => count > (levels[level - 1] ?? 0));
