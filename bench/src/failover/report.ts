// What is printed for people and written for machines; the shape of the latter is described in bench/README.md.
import { figures, medians, ratiosOf, spreads, type Measured, type Spread } from "./figures.ts";
import type { Fault } from "./rig.ts";

export type Run = {
  readonly fault: Fault;
  readonly downAfterMs: number;
  readonly ours: readonly Measured[];
  readonly sentinel: readonly Measured[];
};

/** The documented JSON. A contestant that was not run is null. */
export const figuresOf = (runs: readonly Run[], seed: number): object => ({
  seed,
  runs: runs.map(({ fault, downAfterMs, ours, sentinel }) => {
    const [mine, theirs] = [spreads(ours), spreads(sentinel)];
    return {
      fault,
      downAfterMs,
      trials: Math.max(ours.length, sentinel.length),
      ours: ours.length === 0 ? null : medians(mine),
      sentinel: sentinel.length === 0 ? null : medians(theirs),
      ratios: ours.length === 0 || sentinel.length === 0 ? null : ratiosOf(mine, theirs),
      spread: { ours: ours.length === 0 ? null : mine, sentinel: sentinel.length === 0 ? null : theirs },
    };
  }),
});

const titles = { firstWrite: "first accepted write", clientsTold: "clients told", linked: "all replicas linked" };

export const table = (runs: readonly Run[]): string =>
  runs
    .flatMap((run) => {
      const [mine, theirs] = [spreads(run.ours), spreads(run.sentinel)];
      const ratios = ratiosOf(mine, theirs);
      const rows = figures.map((figure) =>
        [titles[figure].padEnd(22), cell(mine[figure]), cell(theirs[figure]), ratioCell(ratios[figure])].join("  ").trimEnd(),
      );
      const count = `${run.ours.length} trials of ours, ${run.sentinel.length} of Sentinel`;
      const head = [
        "seconds, median (min–max)".padEnd(22),
        "Gungnir".padStart(24),
        "three Sentinels".padStart(24),
        "ratio".padStart(7),
      ].join("  ");
      return [`${run.fault} of the primary, D = ${run.downAfterMs / 1000} s: ${count}`, head, ...rows, ""];
    })
    .join("\n");

const cell = ({ median, min, max }: Spread): string =>
  (Number.isNaN(median) ? "–" : `${median.toFixed(3)} (${min.toFixed(3)}–${max.toFixed(3)})`).padStart(24);

const ratioCell = (ratio: number): string => (Number.isNaN(ratio) ? "–" : ratio.toFixed(3)).padStart(7);
