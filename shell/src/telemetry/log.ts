// Structured log lines: one JSON object a line on standard output. Levels only say how urgent a line is to a person; what
// happened stands in the fields, under the names core gave it.
import type { LogLevel } from "../config.ts";
import { LOG_LEVELS } from "../config.ts";

export type Fields = Readonly<Record<string, unknown>>;
export type Log = (level: LogLevel, message: string, fields?: Fields) => void;

/** Lines less severe than `least` are left out. `write` gets whole lines. */
export function jsonLog(least: LogLevel, write: (line: string) => void): Log {
  const most = LOG_LEVELS.indexOf(least);
  return (level, message, fields = {}) => {
    if (LOG_LEVELS.indexOf(level) > most) return;
    write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }, spelled)}\n`);
  };
}

// Offsets are bigints, which JSON has no word for; as strings they keep every digit.
function spelled(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
