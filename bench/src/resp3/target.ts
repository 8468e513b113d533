// What is to be reached on a line of the table, and whether it is.
import { type Spread, spreadOf } from "./statistics.ts";

export type Target = {
  /** Least ratio of ours to one of the peers, or to the fastest of them in JavaScript. */
  readonly least: number;
  readonly against: string;
};

export const BEST = "the best in JavaScript";
export const HIREDIS = "hiredis";
/** Ours with bytes read where they are: a second way to reach what is aimed at where payloads are bytes. */
export const WINDOWS = "ours, windows";
/** What making the values of ours costs alone: ours can come near it and not below. */
export const FLOOR = "ours, made only";

export type Ratios = {
  readonly best: Spread | undefined;
  readonly hiredis: Spread | undefined;
  readonly of: (peer: string) => Spread | undefined;
};

/**
 * From bytes per second of ours and of each peer, a figure a turn; `undefined` where one of two was not measured. It is of each turn that a
 * ratio is made: a machine is at half its speed for a while, and then both are. The best peer is the one over which ours has least.
 */
export const ratiosOf = (ours: readonly number[] | undefined, peers: ReadonlyMap<string, readonly number[]>): Ratios => {
  const over = (theirs: readonly number[] | undefined): Spread | undefined =>
    ours === undefined || theirs === undefined ? undefined : spreadOf(ours.map((figure, turn) => figure / (theirs[turn] ?? Number.NaN)));
  const inJavaScript = [...peers].flatMap(([name, figures]) => (name === HIREDIS ? [] : (over(figures) ?? [])));
  const best = inJavaScript.toSorted((one, other) => one.median - other.median)[0];
  return { best, hiredis: over(peers.get(HIREDIS)), of: (peer) => over(peers.get(peer)) };
};

export const reached = ({ against }: Target, { best, of }: Ratios): number | undefined => (against === BEST ? best : of(against))?.median;

export const isMet = (target: Target, ratios: Ratios): boolean | undefined => {
  const ratio = reached(target, ratios);
  return ratio === undefined ? undefined : ratio >= target.least;
};
