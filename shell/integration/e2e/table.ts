// The table that a run prints: a line a scenario, with the time it took, what became of writes and reads, and its other figures.
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

/** Figures that most scenarios have get a column each. */
const columns = ["plain", "WAIT 1", "reads"] as const;
const WIDTH = 13;
const words = { passed: "ok", failed: "FAILED", "not on this backend": "–" } as const;

const line = (outcome: string, name: string, time: string, counts: readonly string[], rest: string): string =>
  `${outcome.padEnd(6)} ${name.padEnd(22)}${time.padStart(7)}${counts.map((count) => count.padStart(WIDTH)).join("")}  ${rest}`.trimEnd();

export const headOf = (): string =>
  [
    line("", "scenario", "time", columns, "besides"),
    line("", "", "", ["taken/lost", "taken/lost", "read/missing"], "(seconds from the fault, unless it says what)"),
  ].join("\n");

export const lineOf = ({ name, outcome, seconds, why, figures }: Row): string => {
  const counts = columns.map((column) => String(figures[column] ?? ""));
  const others = Object.entries(figures).flatMap(([figure, value]) =>
    columns.some((column) => column === figure) ? [] : [shown(figure, value)],
  );
  const rest = [...others, ...(why === undefined ? [] : [outcome === "not on this backend" ? `${outcome}: ${why}` : why])];
  return line(words[outcome], name, `${seconds.toFixed(0)} s`, counts, rest.join(", "));
};

/** Milliseconds are for programs. */
const shown = (figure: string, value: number | string): string =>
  figure.endsWith(" ms") && typeof value === "number" ? `${figure.slice(0, -3)} ${(value / 1000).toFixed(1)}` : `${figure} ${value}`;
