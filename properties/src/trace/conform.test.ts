// SH-7: a trace that was written conforms, and each way in which it can be wrong shows.
import { type Event, type TraceEntry, initialMemory, instant, replicationOffset, step, traceLine } from "@gungnir/core";
import { expect, test } from "vitest";
import { clusterWith, readingOf, targetOf } from "../laws/cluster.ts";
import { conform } from "./conform.ts";

const reply = (now: number, offset: bigint): Event => ({
  now: instant(now),
  _tag: "Replied",
  target: targetOf(0),
  began: instant(now - 1),
  reply: { _tag: "Reading", reading: readingOf(0, replicationOffset(offset)) },
});
const events: readonly Event[] = [
  { now: instant(1), _tag: "Lease", leadership: { _tag: "Leading", term: 1, founded: "", since: instant(1), until: instant(1e9) } },
  { now: instant(2), _tag: "Read", cluster: clusterWith({ downAfter: 1000, pingInterval: 200 }), consistent: { began: instant(2) } },
  reply(10, 100n),
  reply(210, 2n ** 60n),
  { now: instant(220), _tag: "Woke" },
];
const entriesOf = (all: readonly Event[]): readonly TraceEntry[] => {
  let memory = initialMemory;
  return all.map((event, index) => {
    const next = step(memory, event);
    memory = next.memory;
    return { by: "one", cluster: "default/web", fresh: index === 0, event, decision: next.decision };
  });
};
const linesOf = (entries: readonly TraceEntry[]): readonly string[] => entries.map(traceLine);

test("what was written is decided again, offsets of 64 bits included", async () => {
  const found = await conform(linesOf(entriesOf(events)));
  expect(found).toMatchObject({ lines: 5, clusters: ["default/web"], problems: [] });
});

test("another decision is told, with both", async () => {
  const entries = entriesOf(events);
  const changed = entries.map((entry, at): TraceEntry => (at === 3 ? { ...entry, decision: { _tag: "Settled" } } : entry));
  const { problems } = await conform(linesOf(changed));
  expect(problems).toMatchObject([{ line: 4, kind: "Diverged" }]);
  expect(problems[0]?.message).toContain('decided {"_tag":"Settled"}, and step decides {"_tag":"');
});

test("what no world does is told: an offset that falls, an outcome of nothing, time that goes back", async () => {
  const odd = entriesOf([...events, reply(400, 50n)]);
  expect((await conform(linesOf(odd))).problems).toMatchObject([{ kind: "Implausible", message: expect.stringContaining("falls from") }]);
  const back = entriesOf([...events, { now: instant(100), _tag: "Woke" }]);
  expect((await conform(linesOf(back))).problems).toMatchObject([
    { kind: "Implausible", message: expect.stringContaining("time goes back") },
  ]);
});

test("a line that is none, of another version, or without its beginning is told by its number", async () => {
  const [first = "", second = ""] = linesOf(entriesOf(events));
  expect((await conform([first, "{"])).problems).toMatchObject([{ line: 2, kind: "Unreadable" }]);
  expect((await conform([first.replace('"v":1', '"v":2')])).problems[0]?.message).toContain("has version 2");
  expect((await conform([second])).problems[0]?.message).toContain("the beginning of default/web by one is missing");
});
