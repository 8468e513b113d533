// What an operator heard and decided survives being written down: SH-7 replays traces, and a line that came back changed would accuse an
// operator that did right, or acquit one that did not. A line that cannot be read says what is wrong with it.
import { type Decision, type TraceEntry, decisionText, instant, readTraceLine, traceLine } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { anyRun, stepsOf } from "./runs.ts";

test.prop([anyRun], { numRuns: 12 })("SH-7 what was written is what is read, on one line, version first", (run) => {
  for (const [at, { event, decision }] of stepsOf(run).entries()) {
    const entry: TraceEntry = { by: "op-1", cluster: "default/web", fresh: at === 0, event, decision };
    const line = traceLine(entry);
    expect(line).not.toContain("\n");
    expect(line.startsWith('{"v":1,"by":"op-1","cluster":"default/web",')).toBe(true);
    expect(line.includes('"fresh"')).toBe(at === 0);
    expect(readTraceLine(line)).toEqual({ _tag: "Ok", value: entry });
    expect(decisionText(decision)).toBe(decisionText(decision));
  }
});

const entry: TraceEntry = {
  by: "op",
  cluster: "default/web",
  fresh: true,
  event: { now: instant(5), _tag: "Woke" },
  decision: { _tag: "Settled" },
};
/** The line of an entry with some fields otherwise; undefined leaves one out. */
const lineWith = (changes: { readonly [field: string]: unknown }): string => JSON.stringify({ v: 1, ...entry, ...changes });
const problemOf = (line: string): string => {
  const read = readTraceLine(line);
  return read._tag === "Err" ? read.problem : "";
};

it.each<readonly [string, readonly string[]]>([
  ["is not a JSON object; a trace has one on each line", ["", "{", "null", "7", '"text"', '{"v":1,']],
  ["has version 2; this version reads 1: use the one that wrote it", [lineWith({ v: 2 })]],
  ['has version "1"; this version reads 1: use the one that wrote it', [lineWith({ v: "1" })]],
  ["has version none; this version reads 1: use the one that wrote it", [lineWith({ v: undefined }), "{}", "[]"]],
  [
    "lacks `by` or `cluster`",
    [lineWith({ by: undefined }), lineWith({ by: 1 }), lineWith({ cluster: undefined }), lineWith({ cluster: {} })],
  ],
  [
    "lacks an event with `now`",
    [
      undefined,
      null,
      "Woke",
      7,
      {},
      { now: 5 },
      { now: 5, _tag: 7 },
      { _tag: "Woke" },
      { _tag: "Woke", now: "5" },
      { later: 5, _tag: "Woke" },
    ].map((event) => lineWith({ event })),
  ],
  ["lacks a decision", [undefined, null, "Settled", {}, { _tag: 7 }, { tag: "Settled" }].map((decision) => lineWith({ decision }))],
])("SH-7 a line that cannot be read %s", (problem, lines) => {
  for (const line of lines) expect({ line, problem: problemOf(line) }).toEqual({ line, problem });
});

it("SH-7 only a memory's first line says so, and only by `true`", () => {
  expect(readTraceLine(lineWith({}))).toEqual({ _tag: "Ok", value: entry });
  for (const fresh of [undefined, false, 1, "true"])
    expect(readTraceLine(lineWith({ fresh }))).toEqual({ _tag: "Ok", value: { ...entry, fresh: false } });
});

/** What becomes of a value in an event. */
const readBack = (value: unknown): unknown => {
  const read = readTraceLine(lineWith({ event: { now: 5, _tag: "Woke", value } }));
  return read._tag === "Ok" ? Object.entries(read.value.event).find(([name]) => name === "value")?.[1] : read;
};

it("SH-7 whole numbers of any size are read back, and what only looks like one is left as it is", () => {
  for (const [text, value] of [
    ["0", 0n],
    ["9223372036854775807", 9_223_372_036_854_775_807n],
    ["-12", -12n],
  ] as const)
    expect(readBack({ $bigint: text })).toBe(value);
  for (const other of [
    { $bigint: "1x" },
    { $bigint: "x1" },
    { $bigint: "" },
    { $bigint: "-" },
    { $bigint: 7 },
    { $big: "7" },
    null,
    "7",
    7,
  ])
    expect(readBack(other)).toEqual(other);
});

const anyInner = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>(null, 1, "b", true, 2n ** 60n),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3 }),
  ),
})).value;
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
/** The same with the fields of every object the other way round. */
const reversed = (value: unknown): unknown => {
  if (isList(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, inner]) => [name, reversed(inner)]),
  );
};
/** As a decision that carries the value; what decisions there are makes no difference to their text. */
const carrying = (value: unknown): Decision => Object.assign({ _tag: "Settled" } as const, { value });

test.prop([anyInner, anyInner])(
  "SH-7 equal decisions have equal text, whatever the order of their fields, and others have not",
  (one, other) => {
    expect(decisionText(carrying(reversed(one)))).toBe(decisionText(carrying(one)));
    expect(decisionText(carrying(one)) === decisionText(carrying(other))).toBe(JSON.stringify(plain(one)) === JSON.stringify(plain(other)));
  },
);
it("SH-7 an empty list and an empty object are two decisions", () => {
  expect(decisionText(carrying([]))).not.toBe(decisionText(carrying({})));
});
/** In one order of fields, as far as three names go. */
const plain = (value: unknown): unknown => {
  if (typeof value === "bigint") return { big: String(value) };
  if (isList(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = new Map(Object.entries(value));
  return { fields: ["a", "b", "c"].map((name) => (entries.has(name) ? [plain(entries.get(name))] : [])) };
};
