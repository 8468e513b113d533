// What is to be reached on a line of the table, and whether it is.

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
  readonly best: number | undefined;
  readonly hiredis: number | undefined;
  readonly of: (peer: string) => number | undefined;
};

/** From bytes per second of ours and of each peer; `undefined` where one of two was not measured. */
export const ratiosOf = (ours: number | undefined, peers: ReadonlyMap<string, number>): Ratios => {
  const over = (theirs: number | undefined): number | undefined => (ours === undefined || theirs === undefined ? undefined : ours / theirs);
  const inJavaScript = [...peers].flatMap(([name, figure]) => (name === HIREDIS ? [] : [figure]));
  const best = inJavaScript.length === 0 ? undefined : over(Math.max(...inJavaScript));
  return { best, hiredis: over(peers.get(HIREDIS)), of: (peer) => over(peers.get(peer)) };
};

export const reached = ({ against }: Target, { best, of }: Ratios): number | undefined => (against === BEST ? best : of(against));

export const isMet = (target: Target, ratios: Ratios): boolean | undefined => {
  const ratio = reached(target, ratios);
  return ratio === undefined ? undefined : ratio >= target.least;
};
