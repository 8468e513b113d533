// The operator's log as the demonstration reads it: of its JSON lines those that say what was decided, with their instants
// brought to the clock of this process. Everything else it writes is kept for whoever has to find out what went wrong.
import { isRecord } from "../kubernetes/answer.ts";
import type { Logged } from "./timeline.ts";

export type OperatorLog = {
  readonly accept: (line: string) => void;
  readonly decisions: readonly Logged[];
  readonly lastLines: readonly string[];
};

const keptLines = 40;

/** A log to be filled line by line. */
export const newLog = (): OperatorLog => {
  const decisions: Logged[] = [];
  const lastLines: string[] = [];
  const accept = (line: string): void => {
    lastLines.push(line);
    if (lastLines.length > keptLines) lastLines.shift();
    const decision = decisionIn(line);
    if (decision !== undefined) decisions.push(decision);
  };
  return { accept, decisions, lastLines };
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
