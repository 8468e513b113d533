// A trace as a table for people, and as TypeScript to paste into regressions/.
import type { Trace } from "./explore.ts";
import type { Model } from "./model.ts";

/** One row a step; a cell is blank where nothing changed, so that the eye finds what did. */
export const traceTable = <State, Step>(model: Model<State, Step>, trace: Trace<State, Step>): string => {
  const rows: { readonly step: string; readonly shown: Readonly<Record<string, string>> }[] = [
    { step: "(begin)", shown: model.show(trace.initial) },
  ];
  let state: State = trace.initial;
  for (const step of trace.steps) {
    const description = model.describe(step, state);
    state = model.next(state, step);
    rows.push({ step: description, shown: model.show(state) });
  }
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.shown)))];
  const cells = rows.map((row, index) => [
    String(index),
    row.step,
    ...columns.map((column) => {
      const now = row.shown[column] ?? "";
      return index > 0 && rows[index - 1]?.shown[column] === now ? "" : now;
    }),
  ]);
  return table([["#", "step", ...columns], ...cells]);
};

/** Left-aligned columns; the first row is the heading. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => (row[column] ?? "").padEnd(width))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join("\n");
};

/** A constant holding the steps, to be given to `replays`. */
export const traceSource = <State, Step>(model: Model<State, Step>, name: string, trace: Trace<State, Step>): string => {
  let state: State = trace.initial;
  const lines = trace.steps.map((step) => {
    const description = model.describe(step, state);
    state = model.next(state, step);
    return `  ${JSON.stringify(step)}, // ${description}`;
  });
  return [`// ${model.name}`, `export const ${name}: readonly Step[] = [`, ...lines, "];", ""].join("\n");
};
