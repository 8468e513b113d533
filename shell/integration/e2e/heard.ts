// What an operator wrote, as every backend keeps it, and how much memory its process holds.
import { readFile } from "node:fs/promises";
import { lineIn, type LogLine } from "../scenarios/reading.ts";
import type { Operator, Resident } from "./backend.ts";

export type Heard = Pick<Operator, "log" | "onLine"> & {
  /** Takes one line of output; what is no JSON line is left out. */
  readonly hear: (text: string) => void;
};

export const heard = (): Heard => {
  const log: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  return {
    log,
    onLine: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hear: (text) => {
      const line = lineIn(text);
      if (line === undefined) return;
      log.push(line);
      for (const listener of listeners) listener(line);
    },
  };
};

/** The only process of the operator, where it is one of this machine. */
export const residentOf = async (pid: number): Promise<readonly Resident[]> => {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1];
  return [{ who: `process ${pid}`, mebibytes: Number(kibibytes) / 1024 }];
};
