// What stands in objects of the API and in the operator's log, read without a belief about their shape.
import { isRecord } from "../../src/kubernetes/answer.ts";

export type LogLine = Readonly<Record<string, unknown>>;

/** What lies at a path of fields. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((here, key) => (isRecord(here) ? here[key] : undefined), value);

export const listOf = (value: unknown): readonly LogLine[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** A line of the log; undefined where it is none. */
export const lineIn = (line: string): LogLine | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
