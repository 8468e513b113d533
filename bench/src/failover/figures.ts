// From single measurements to the figures that are printed and written: medians, and ratios of medians.

/** One failover, in seconds from the fault. */
export type Measured = { readonly firstWrite: number; readonly clientsTold: number; readonly linked: number };

export type Spread = { readonly median: number; readonly min: number; readonly max: number };

export const figures = ["firstWrite", "clientsTold", "linked"] as const;
export type Figure = (typeof figures)[number];

/** Median, smallest and largest; of nothing, not-a-number. */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
};

const byFigure = <Value>(valueOf: (figure: Figure) => Value): Record<Figure, Value> => ({
  firstWrite: valueOf("firstWrite"),
  clientsTold: valueOf("clientsTold"),
  linked: valueOf("linked"),
});

export const spreads = (measured: readonly Measured[]): Record<Figure, Spread> =>
  byFigure((figure) => spreadOf(measured.map((each) => each[figure])));

export const medians = (spread: Record<Figure, Spread>): Record<Figure, number> => byFigure((figure) => round(spread[figure].median));

/** Ours divided by theirs: below one is faster. */
export const ratiosOf = (ours: Record<Figure, Spread>, theirs: Record<Figure, Spread>): Record<Figure, number> =>
  byFigure((figure) => round(ours[figure].median / theirs[figure].median));

/** To the tenth of a millisecond: what lies below is the clock of the poll. */
const round = (value: number): number => Math.round(value * 10_000) / 10_000;
