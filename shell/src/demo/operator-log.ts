// The operator's log as the demonstration reads it: of its JSON lines those that say what was decided, with their instants
// brought to the clock of this process. Everything else it writes is kept for whoever has to find out what went wrong.
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { isRecord } from "../kubernetes/answer.ts";
import type { Logged } from "./timeline.ts";

export type OperatorLog = { readonly decisions: readonly Logged[]; readonly lastLines: () => readonly string[] };

const keptLines = 40;

/** Reads lines from the operator's output for as long as it writes. */
export const readLog = (outputs: readonly Readable[]): OperatorLog => {
  const decisions: Logged[] = [];
  const last: string[] = [];
  for (const output of outputs)
    createInterface({ input: output }).on("line", (line) => {
      last.push(line);
      if (last.length > keptLines) last.shift();
      const decision = decisionIn(line);
      if (decision !== undefined) decisions.push(decision);
    });
  return { decisions, lastLines: () => last };
};

/** The action a line says was decided, undefined for every other line. */
export const decisionIn = (line: string): Logged | undefined => {
  if (!line.startsWith("{")) return undefined;
  const fields = parsed(line);
  if (fields === undefined || fields["decision"] !== "Act") return undefined;
  const { time, epoch, action, because } = fields;
  if (typeof time !== "string" || typeof action !== "string" || typeof because !== "string") return undefined;
  return { at: Date.parse(time) - performance.timeOrigin, epoch: typeof epoch === "number" ? epoch : 0, action, because };
};

const parsed = (line: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
