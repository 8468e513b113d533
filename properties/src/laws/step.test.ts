// RC and LE-6: what is true of `step` in every memory that any events can make.
import {
  type Action,
  type Event,
  type Memory,
  type Desired,
  epoch,
  instant,
  isCommand,
  resourceVersion,
  runId,
  step,
  uid,
} from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Driven, cluster, following, serving } from "../regressions/driven.ts";
import { identityOf, leader, readingOf, replied, replyOf, clusterWith } from "./cluster.ts";
import { observedOf } from "./objects.ts";
import { type Move, STRAY, anyClusterRead, anyRun, commandsIn, stepsOf, writesIn } from "./runs.ts";

const frozen = <Value>(value: Value): Value => {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
};

test.prop([anyRun])("RC-1 step answers everything, throws nothing, and changes nothing that it was given", (run) => {
  const all = stepsOf(run, (memory: Memory, event: Event) => step(frozen(memory), frozen(event)));
  expect(all.every(({ decision }) => ["Act", "Wait", "Settled"].includes(decision._tag))).toBe(true);
  // The same again: nothing else was in scope.
  expect(stepsOf(run)).toEqual(all);
});

test.prop([anyRun])("RC-2 without news a run of actions ends", (run) => {
  let acting = 0;
  for (const { decision } of stepsOf(run)) {
    acting = decision._tag === "Act" ? acting + 1 : 0;
    expect(acting).toBeLessThan(20); // each concerns another object or process
  }
});

test.prop([anyRun])("RC-3 one write to the API and one command to a process at a time", (run) => {
  for (const { memory } of stepsOf(run)) {
    expect(writesIn(memory).length).toBeLessThanOrEqual(1);
    const asked = commandsIn(memory).map((command) => command.pod.uid);
    expect(new Set(asked).size).toBe(asked.length);
  }
});

/** The like of it that was never sent: of another epoch, to another life, on another version. */
const strangers = (action: Action): readonly Action[] => {
  if (isCommand(action)) {
    return [
      { ...action, epoch: epoch(77) },
      { ...action, pod: { ...action.pod, runId: runId("another life") } },
    ];
  }
  return "at" in action ? [{ ...action, at: resourceVersion("99") }] : [];
};

test.prop([anyRun, fc.constantFrom("Done", "Conflict", "Unknown")])(
  "RC-4 an outcome of nothing that is under way changes nothing",
  (run, _tag) => {
    const last = stepsOf(run).at(-1);
    if (last === undefined) return;
    const { memory, event } = last;
    const others = [STRAY, ...memory.inFlight.flatMap(({ action }): readonly Action[] => strangers(action))];
    for (const action of others) {
      const outcome = _tag === "Done" ? ({ _tag } as const) : ({ _tag, why: "late" } as const);
      const after = step(memory, { now: event.now, _tag: "Performed", action, outcome });
      const woken = step(memory, { now: event.now, _tag: "Woke" });
      expect(after).toEqual(woken);
    }
  },
);

test.prop([anyRun])("RC-12 while the cluster is being deleted nothing is made and nobody is commanded", (run) => {
  for (const { memory, decision } of stepsOf(run)) if (memory.cluster?.deleting === true) expect(decision._tag).toBe("Wait");
});

test.prop([anyRun])("RC-14 the same moment again decides nothing again", (run) => {
  const last = stepsOf(run).at(-1);
  if (last === undefined || last.decision._tag === "Act") return;
  const again = step(last.memory, { now: last.event.now, _tag: "Woke" });
  expect(again).toEqual({ memory: last.memory, decision: last.decision });
});

test.prop([anyRun])("LE-6 nothing is begun without a permit that covers it", (run) => {
  for (const { memory, event, decision } of stepsOf(run)) {
    if (decision._tag !== "Act") continue;
    expect(memory.leadership._tag).toBe("Leading");
    if (memory.leadership._tag === "Leading") expect(memory.leadership.until - event.now).toBeGreaterThanOrEqual(250);
  }
});

/** A cluster of which only the custom resource exists; each creation meets its fate, and what was made is read. Answers with what was made, in order. */
const created = (fates: readonly ("Done" | "Refused" | "Unknown")[]): readonly Desired[] => {
  const { record: _, ...nothing } = clusterWith({ downAfter: 1_000, pingInterval: 200 }, { pods: [] });
  const made: Desired[] = [];
  let stepped = step(leader(nothing, 1_000), { now: instant(1_000), _tag: "Woke" });
  for (const [round, fate] of fates.entries()) {
    const now = instant(1_000 + round * 100);
    if (stepped.decision._tag === "Act") {
      const { action } = stepped.decision;
      if (action._tag === "Create" && fate === "Done") made.push(action.object);
      const outcome = fate === "Done" ? DONE : fate === "Refused" ? REFUSED : UNKNOWN;
      // What is decided on the outcome alone is not carried out: it is decided again, once what was made is read.
      const told = step(stepped.memory, { now, _tag: "Performed", action, outcome }).memory;
      stepped = { ...stepped, memory: { ...told, inFlight: [] } };
    }
    const there = { ...nothing, objects: made.map(observedOf) };
    stepped = step(stepped.memory, { now, _tag: "Read", cluster: there, consistent: { began: now } });
  }
  return made;
};
const DONE = { _tag: "Done", version: resourceVersion("20"), uid: uid("made") } as const;
const REFUSED = { _tag: "Refused", why: "403", transient: true } as const;
const UNKNOWN = { _tag: "Unknown", why: "no answer" } as const;

test.prop([fc.array(fc.constantFrom("Done", "Refused", "Unknown"), { minLength: 4, maxLength: 30 })])(
  "RC-11 a StatefulSet is made only when all that its pods need is there",
  (fates) => {
    const kinds = created(fates).map((one) => one.kind);
    const at = kinds.indexOf("StatefulSet");
    if (at >= 0) expect(kinds.slice(0, at).toSorted()).toEqual(expect.arrayContaining(["ConfigMap", "Secret", "Service"]));
    expect(new Set(created(fates).map((one) => `${one.kind} ${one.name}`)).size).toBe(kinds.length);
  },
);

it("RC-11 was asked of runs that make a StatefulSet", () => {
  expect(created(Array.from({ length: 12 }, () => "Done" as const)).map((one) => one.kind)).toContain("StatefulSet");
});

it("RC-3 two members of one primary are let in one after the other", () => {
  const driven = new Driven(cluster());
  driven.fate = (action) => (action._tag === "Admit" ? "held" : undefined);
  driven.says(0, serving(9n, { users: [], downstream: [] }));
  driven.says(1, following(1, 9n, false));
  driven.says(2, following(2, 9n, false));
  driven.until(400);
  expect(driven.told("Admit")).toHaveLength(1);
  driven.land();
  driven.until(800);
  expect(driven.told("Admit")).toHaveLength(2);
});

it("RC-20 a primary that falls silent is replaced although no object can be written", () => {
  const driven = new Driven(cluster()); // refuses every object
  driven.says(0, serving(9n));
  driven.says(1, following(1, 9n));
  driven.says(2, following(2, 9n));
  driven.until(1_000);
  driven.says(0, "silent");
  driven.until(6_000);
  expect(driven.taken.some(({ action }) => action._tag === "Create")).toBe(true);
  expect(driven.told("Promote")).toEqual(["Promote web-1 CandidatePromoted"]);
});

it("the runs reach commands, writes, settled memories and deletions", () => {
  const runs: readonly (readonly Move[])[] = fc.sample(anyRun, { numRuns: 300, seed: 1 });
  const all = runs.flatMap((run) => stepsOf(run));
  const tags = new Set(all.flatMap(({ decision }) => (decision._tag === "Act" ? [decision.action._tag] : [])));
  expect([...tags].toSorted()).toEqual(expect.arrayContaining(["Claim", "Create", "Fence", "Freeze", "Report"]));
  expect(all.some(({ memory }) => memory.inFlight.length > 1)).toBe(true);
  expect(all.some(({ memory }) => memory.cluster?.deleting === true)).toBe(true);
  expect(fc.sample(anyClusterRead, 50).some((one) => one.record === undefined)).toBe(true);
  expect(
    step(leader(clusterWith({ downAfter: 1_000, pingInterval: 200 }), 0), replied(1, 1, replyOf(readingOf(1, 1n)))).decision._tag,
  ).not.toBe("Settled");
  expect(identityOf(1).pod).toBe("web-1");
});
