// The loop: take an input, change it, judge it, and keep it if the codec did something new with it: a block of its source that had never
// run, or a new kind of result (see behaviour.ts). The same seed tries the same inputs for as long as nothing is known from V8's coverage,
// which is the form of it in `npm test`.

import { behaviourOf } from "./behaviour.ts";
import type { Coverage } from "./coverage.ts";
import { slowdownBy } from "./growth.ts";
import { type Violation, violationBy } from "./laws.ts";
import { minimised } from "./minimise.ts";
import { mutated } from "./mutate.ts";
import { type Random, randomOf } from "./random.ts";

export type Failure = Violation & { readonly input: Uint8Array };
export type Progress = { readonly inputs: number; readonly pool: number; readonly kept: number; readonly blocks: number };
export type Run = Progress & { readonly failure: Failure | undefined; readonly found: readonly Uint8Array[] };

export type Plan = {
  readonly seed: number;
  readonly corpus: readonly Uint8Array[];
  /** Asked before each batch, with how many inputs there were. */
  readonly goesOn: (inputs: number) => boolean;
  readonly coverage?: Coverage;
  /** Heard after each batch. */
  readonly progress?: (progress: Progress) => void;
  /** Bytes of an input. */
  readonly longest: number;
};

/** Judges the corpus itself, and then what comes of it, until told to stop or a law is broken. */
export const fuzz = async ({ seed, corpus, goesOn, coverage, progress, longest }: Plan): Promise<Run> => {
  const random = randomOf(seed);
  const pool = [...corpus];
  const found: Uint8Array[] = [];
  const behaviours = new Set<string>();
  let inputs = 0;
  const soFar = (): Progress => ({ inputs, pool: pool.length, kept: found.length, blocks: coverage?.blocks() ?? 0 });
  const keep = (input: Uint8Array): void => {
    pool.push(input);
    found.push(input);
  };
  const isNew = (input: Uint8Array): boolean => {
    const before = behaviours.size;
    for (const words of behaviourOf(input)) behaviours.add(words);
    return behaviours.size > before;
  };

  for (const input of corpus) {
    const failure = judge(input, false);
    inputs += 1;
    isNew(input);
    if (failure !== undefined) return { ...soFar(), failure, found };
  }
  coverage?.learn(await coverage.unseen());
  while (goesOn(inputs)) {
    const batch = Array.from({ length: BATCH }, () => mutated(random, chosen(random, pool), chosen(random, pool), longest));
    for (const input of batch) {
      const failure = judge(input, random.below(GROWTH_EVERY) === 0);
      inputs += 1;
      if (failure !== undefined) return { ...soFar(), failure, found };
      if (isNew(input)) keep(input);
    }
    const blocks = (await coverage?.unseen()) ?? [];
    if (coverage !== undefined && blocks.length > 0) {
      // One of the batch ran them: each is judged again alone.
      for (const input of batch) {
        violationBy(input);
        const own = await coverage.unseen();
        if (own.length > 0) keep(input);
        coverage.learn(own);
      }
      coverage.learn(blocks);
    }
    progress?.(soFar());
  }
  return { ...soFar(), failure: undefined, found };
};

/** Few enough that a batch is soon over, enough that reading the coverage costs little beside it. */
const BATCH = 64;
/** The law of linear time takes a thousand times as long as all the others. */
const GROWTH_EVERY = 3000;

const judge = (input: Uint8Array, withGrowth: boolean): Failure | undefined => {
  const violation = violationBy(input);
  if (violation !== undefined) {
    const smallest = minimised(input, (candidate) => violationBy(candidate)?.law === violation.law);
    return { ...(violationBy(smallest) ?? violation), input: smallest };
  }
  const slowdown = withGrowth ? slowdownBy(input) : undefined;
  if (slowdown === undefined) return undefined;
  const smallest = minimised(input, (candidate) => slowdownBy(candidate) !== undefined, 60);
  return { ...slowdown, input: smallest };
};

/** The shorter of two, for it costs less and says as much; half of the time one of the latest, which nobody has tried much. */
const chosen = (random: Random, pool: readonly Uint8Array[]): Uint8Array => {
  const latest = Math.min(50, pool.length);
  const one = pool[random.below(2) === 0 ? pool.length - 1 - random.below(latest) : random.below(pool.length)] ?? nothing;
  const other = pool[random.below(pool.length)] ?? nothing;
  return one.length < other.length ? one : other;
};

const nothing = new Uint8Array(0);
