// The table that a run ends with: a line a scenario, with the time it took and its figures.
import type { Figures } from "./stage.ts";

export type Row = {
  /** From 1, with `--times`. */
  readonly round: number;
  readonly name: string;
  readonly outcome: "passed" | "failed" | "not on this backend";
  readonly seconds: number;
  readonly why: string | undefined;
  readonly figures: Figures;
};

/** The writes and reads are acknowledged/lost and answered/missing. */
export const lineOf = ({ name, outcome, seconds, why, figures }: Row): string => {
  const shown = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
  const words = why === undefined ? shown : [...shown, why];
  return `${outcome === "passed" ? "ok    " : outcome === "failed" ? "FAILED" : "–     "} ${name.padEnd(26)}${`${seconds.toFixed(0)} s`.padStart(6)}  ${
    outcome === "not on this backend" ? `${outcome}: ` : ""
  }${words.join(", ")}`;
};

export const headOf = (): string =>
  "       scenario                   time  figures (plain, WAIT 1: acknowledged/lost; reads: answered/missing)";
