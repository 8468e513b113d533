// S3m: which members an election may count on. Who is taken for frozen, though he can still acknowledge, or lacks what was acknowledged without him,
// makes a promise of nothing.
import {
  type FailoverRecord,
  type Health,
  type Reading,
  type Reply,
  frozenMembers,
  frozenPrimary,
  hasFreezeQuorum,
  instant,
  isFrozen,
  replicationOffset,
  runId,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { DETACHED } from "../regressions/driven.ts";
import { identityOf, readingOf, record, replyOf } from "./cluster.ts";
import { EPOCH, healthOf, saying, seeing, stateOf, SILENT } from "./member.ts";

// --- Who is frozen ------------------------------------------------------------------------------------------------------

const frozen = (changes: Partial<Reading> = {}): Reply => saying({ upstream: DETACHED, ...changes });
const counted = (health: Health, known = record) => frozenMembers(seeing(health), known).map((one) => one.identity.pod);

const at = (changes: Partial<Reading>) => isFrozen(readingOf(1, 1n, changes));

test("frozen is a replica of nobody, and only that", () => {
  expect(at({ upstream: DETACHED })).toBe(true);
  const { upstream: _, ...primary } = readingOf(1, 1n);
  const strangers = [
    at({ role: "primary", upstream: DETACHED }),
    at({ upstream: { ...DETACHED, port: 6379 } }),
    at({ upstream: { ...DETACHED, host: "h" } }),
  ];
  expect([...strangers, isFrozen(primary)]).toEqual([false, false, false, false]);
});

test("a member counts that is frozen by its word of this epoch, whole, and let go of nobody", () => {
  const well = healthOf(1, frozen());
  expect(frozenMembers(seeing(well), record)).toEqual([
    { identity: identityOf(1), reading: readingOf(1, 100n, { users: [], upstream: DETACHED }), isOld: false },
  ]);
  expect(counted({ ...well, last: { began: instant(EPOCH), reply: frozen() } })).toEqual(["web-1"]);
  const none: readonly Health[] = [
    healthOf(1, saying()),
    { ...well, last: { began: instant(EPOCH - 1), reply: frozen() } },
    healthOf(1, frozen({ runId: runId("restarted") })),
    healthOf(1, frozen({ users: ["repl-web-2"] })),
    healthOf(1, frozen({ upstream: { ...DETACHED, syncing: true } })),
    { ...well, unsettled: true },
    healthOf(1, frozen({ marker: "Absent" })),
    { ...well, ...SILENT },
  ];
  expect(none.map((one) => counted(one))).toEqual(none.map(() => []));
});

test("a Joining member counts once it has the record's mark, or if it never held anything", () => {
  const { marker } = record;
  if (marker === undefined) throw new Error("the record of the laws has a mark");
  const joined = (changes: Partial<Reading>) => counted(healthOf(1, frozen(changes)), stateOf("Joining"));
  expect(joined({})).toEqual(["web-1"]);
  expect(joined({ marker: { ...marker, seq: 2 } })).toEqual(["web-1"]);
  expect(joined({ marker: { ...marker, seq: 0 } })).toEqual([]);
  expect(joined({ marker: "Absent", offset: replicationOffset(0n) })).toEqual(["web-1"]);
  expect(joined({ marker: "Absent" })).toEqual([]);
  expect(counted(healthOf(1, frozen({ marker: { ...marker, seq: 0 } })))).toEqual(["web-1"]);
  expect(counted(healthOf(1, frozen({ marker: "Absent", offset: replicationOffset(0n) })))).toEqual([]);
});

const old = (reply: Reply, known: FailoverRecord = record) => {
  const observation = { ...seeing(healthOf(1, frozen())), health: [healthOf(0, reply)] };
  return frozenPrimary(observation, known).map(({ identity, isOld }) => [identity, isOld]);
};

test("the old primary counts though it still lets others in: it was told to step down, and holds what it acknowledged", () => {
  const stepped = replyOf(readingOf(0, 100n, { role: "replica", upstream: DETACHED }));
  expect(old(stepped)).toEqual([[identityOf(0), true]]);
  expect(old(replyOf(readingOf(0, 100n)))).toEqual([]);
  expect(old(replyOf(readingOf(0, 0n, { role: "replica", upstream: DETACHED, marker: "Absent" })))).toEqual([]);
  const { primary: _, ...nobody } = record;
  expect(old(stepped, nobody)).toEqual([]);
});

test("N - W + 1 frozen members have one among them that holds what W of N acknowledged", () => {
  const both = seeing(healthOf(1, frozen()), {});
  const two = { ...both, health: [healthOf(1, frozen()), healthOf(2, replyOf(readingOf(2, 100n, { users: [], upstream: DETACHED })))] };
  expect([hasFreezeQuorum(both, record), hasFreezeQuorum(two, record)]).toEqual([false, true]);
  expect(hasFreezeQuorum(both, { ...record, waitReplicas: 2 })).toBe(true);
});
