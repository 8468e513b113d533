/**
 * What an operator heard and what it made of it, one line each: enough to make every decision again. The lines are JSON (one object
 * a line, `v` first), so that they can be kept, cut and searched with ordinary tools; offsets are `{"$bigint":"…"}`.
 *
 * No secret is in them: core never sees one.
 */
import { type Decision } from "./decision.ts";
import type { Event } from "./event.ts";
import { type Result, err, ok } from "./result.ts";

export type TraceEntry = {
  /** Which start of which operator. */
  readonly by: string;
  /** `<namespace>/<name>`. */
  readonly cluster: string;
  /** The first of its memory: nothing was remembered before this event. */
  readonly fresh: boolean;
  readonly event: Event;
  readonly decision: Decision;
};

const VERSION = 1;

export const traceLine = ({ by, cluster, fresh, event, decision }: TraceEntry): string =>
  JSON.stringify({ v: VERSION, by, cluster, ...(fresh ? { fresh } : {}), event, decision }, write);

/** Err says what is wrong with the line, and what to do about it. */
export const readTraceLine = (line: string): Result<TraceEntry, string> => {
  const parsed = parse(line);
  if (typeof parsed !== "object" || parsed === null) return err("is not a JSON object; a trace has one on each line");
  const { v, by, cluster, fresh, event, decision } = { ...parsed } as { readonly [field in "v" | keyof TraceEntry]?: unknown };
  if (v !== VERSION) return err(`has version ${JSON.stringify(v) ?? "none"}; this version reads ${VERSION}: use the one that wrote it`);
  if (typeof by !== "string" || typeof cluster !== "string") return err("lacks `by` or `cluster`");
  if (!isTagged(event) || typeof Object.entries(event).find(([name]) => name === "now")?.[1] !== "number")
    return err("lacks an event with `now`");
  if (!isTagged(decision)) return err("lacks a decision");
  // The parse edge: what was written from these types is of these types. A decision that does not follow from it shows all the same.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return ok({ by, cluster, fresh: fresh === true, event: event as Event, decision: decision as Decision });
};

/** Equal decisions have equal text. */
export const decisionText = (decision: Decision): string => JSON.stringify(sorted(JSON.parse(JSON.stringify(decision, write))));

const write = (_: string, value: unknown): unknown => (typeof value === "bigint" ? { $bigint: String(value) } : value);

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line, (_, value: unknown) => {
      const digits = typeof value === "object" && value !== null && "$bigint" in value ? value.$bigint : undefined;
      return typeof digits === "string" && /^-?\d+$/.test(digits) ? BigInt(digits) : value;
    });
  } catch {
    return undefined; // The caller says which line it was.
  }
};

const isTagged = (value: unknown): value is { readonly _tag: string } =>
  typeof value === "object" && value !== null && "_tag" in value && typeof value._tag === "string";

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
};
