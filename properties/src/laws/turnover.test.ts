// What a change of who counts does to what is remembered: whoever is enlisted has time of his own to attach, whoever left although he answers comes back
// later each time, and of processes that are gone nothing is kept. Else a replica with a broken link joins and leaves with every look (regressions/0010).
import {
  type Action,
  type FailoverRecord,
  type Health,
  type Memory,
  type Refusal,
  after,
  epoch,
  instant,
  remember,
  resourceVersion,
  runId,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { serving } from "../regressions/driven.ts";
import { identityOf, leader, record } from "./cluster.ts";
import { SWITCHING, mind, moment, streaming } from "./situation.ts";

const NOW = instant(1_000);
const [one, two] = [identityOf(1), identityOf(2)].map((identity) => ({ ...identity, state: "Streaming" as const }));
if (one === undefined || two === undefined) throw new Error("two members");
const unlinked = (ordinal: number, changes: Partial<Health> = {}) =>
  mind(ordinal, streaming(ordinal), { unlinkedSince: instant(7), ...changes });
const HEALTH = [mind(0, serving(100n)), unlinked(1), unlinked(2)];

/** What is remembered after `next` was written in the place of `before`. */
const turned = (before: FailoverRecord | "none", next: FailoverRecord, changes: Partial<Memory> = {}): Memory => {
  const made = moment({ record: before }).cluster;
  const action: Action = { _tag: "Enlist", epoch: next.epoch, record: next, at: made.version };
  const memory: Memory = { ...leader(made, 0), folded: NOW, health: HEALTH, inFlight: [{ action, since: NOW }], ...changes };
  return remember(memory, { now: NOW, _tag: "Performed", action, outcome: { _tag: "Done", version: resourceVersion("11") } });
};
const withMembers = (...members: FailoverRecord["members"]): FailoverRecord => ({ ...record, members });
const since = (memory: Memory) => memory.health.map((health) => health.unlinkedSince);
const pause = (key: string, why: string, ms: number, times = 1): Refusal => ({ key, why, notBefore: after(NOW, ms), times });

test("whoever is enlisted is unlinked since now, and nobody else", () => {
  expect(since(turned(withMembers(one), withMembers(one, two)))).toEqual([undefined, 7, NOW]);
  expect(since(turned(withMembers(one, two), withMembers(one, two)))).toEqual([undefined, 7, 7]);
  expect(since(turned(withMembers(), withMembers(one, two)))).toEqual([undefined, NOW, NOW]);
  // Another process in the same pod is another one.
  expect(since(turned(withMembers({ ...one, runId: runId("former") }, two), withMembers(one, two)))).toEqual([undefined, NOW, 7]);
  // Before there was a record nobody was a member.
  expect(since(turned("none", withMembers(one)))).toEqual([undefined, NOW, 7]);
  // Who is linked stays so.
  const linked = turned(withMembers(one), withMembers(one, two), {
    health: [HEALTH[0], HEALTH[1], mind(2, streaming(2))].flatMap((health) => health ?? []),
  });
  expect(linked.health.at(2)).toStrictEqual(mind(2, streaming(2)));
});

test("whoever left although he answers is left alone for 2 D, and for longer each time", () => {
  const left = (changes: Partial<Memory> = {}) => turned(withMembers(one, two), withMembers(one), changes).refused;
  expect(left()).toEqual([pause("Join/web-2/run-2", "left", 2_000)]);
  expect(left({ refused: [pause("Join/web-2/run-2", "left", -1)] })).toEqual([pause("Join/web-2/run-2", "left", 4_000, 2)]);
  expect(left({ health: [unlinked(1), unlinked(2, { late: true })] })).toEqual([]);
  expect(left({ health: [unlinked(1)] })).toEqual([]);
  expect(turned(withMembers(one, two), withMembers(one, two)).refused).toEqual([]);
});

test("whoever is left out while a failover stands, or by one, did not leave", () => {
  const standing: FailoverRecord = { ...SWITCHING, epoch: epoch(3), intent: { kind: "Failover", old: identityOf(0), evidence: "Silent" } };
  expect(turned(standing, withMembers(one)).refused).toEqual([]);
  expect(turned(withMembers(one, two), { ...standing, members: [one] }).refused).toEqual([]);
});

test("who did not take over is not asked again for D; who did is", () => {
  const { intent: _, ...undone } = SWITCHING;
  const didNot = [pause("HandOver/web-1/run-1", "it did not take over in time", 1_000)];
  expect(turned(SWITCHING, undone).refused).toEqual(didNot);
  const primary = { ...identityOf(1), epoch: epoch(4), replid: SWITCHING.primary?.replid };
  const taken = primary.replid === undefined ? undone : { ...undone, primary: { ...primary, replid: primary.replid } };
  expect(turned(SWITCHING, taken).refused).toEqual([]);
  // Records that nobody of us writes: of a primary that is not named it is not known.
  const { primary: __, ...nobody } = undone;
  const { primary: ___, ...unnamed } = SWITCHING;
  expect(turned(SWITCHING, nobody).refused).toEqual([]);
  expect(turned(unnamed, undone).refused).toEqual([]);
  expect(turned(SWITCHING, SWITCHING).refused).toEqual([]);
  const kept: FailoverRecord = {
    ...SWITCHING,
    intent: { kind: "Failover", old: identityOf(0), candidate: identityOf(1), evidence: "Silent" },
  };
  expect(turned(kept, undone).refused).toEqual([]);
});

const pauses = (...keys: readonly string[]) => keys.map((key) => pause(key, "as it was", 500));
test("a pause ends where who was to wait streams, or is gone; others are kept", () => {
  const joins = pauses("Claim", "HandOver/web-9/gone", "Join/web-1/run-1", "Join/web-2/run-2", "Join/web-9/gone");
  const keys = (next: FailoverRecord) => turned(next, next, { refused: joins }).refused.map(({ key }) => key);
  expect(keys(withMembers())).toEqual(["Claim", "HandOver/web-9/gone", "Join/web-1/run-1", "Join/web-2/run-2"]);
  expect(keys(withMembers(one, { ...two, state: "Joining" }))).toEqual(["Claim", "HandOver/web-9/gone", "Join/web-2/run-2"]);
});
