// Who was dropped although he answers comes back later each time, and so does a candidate that did not take over: else a broken link, or a process that
// refuses the role, costs a write of the record with every look. Forgotten once he streams, or is another process.
import {
  type Action,
  type FailoverRecord,
  type Memory,
  type Outcome,
  epoch,
  instant,
  remember,
  resourceVersion,
  runId,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { clusterWith, identityOf, leader, readingOf, record, replied, replyOf, silent } from "./cluster.ts";

const made = clusterWith({ downAfter: 1_000, pingInterval: 200 });
const HEARD = [0, 1, 2].reduce<Memory>(
  (memory, ordinal) => remember(memory, replied(ordinal, 100, replyOf(readingOf(ordinal, 10n)))),
  leader(made, 0),
);

let version = 20;
/** The record was written, at 300. */
const written = (memory: Memory, known: FailoverRecord): Memory => {
  const action: Action = { _tag: "Enlist", epoch: known.epoch, record: known, at: made.version };
  const outcome: Outcome = { _tag: "Done", version: resourceVersion(String(++version)) };
  const inFlight = [{ action, since: instant(200) }];
  return remember({ ...memory, inFlight }, { now: instant(300), _tag: "Performed", action, outcome });
};
const members = (...ordinals: readonly number[]): FailoverRecord => ({
  ...record,
  members: record.members.filter((one) => ordinals.some((ordinal) => one.pod === `web-${ordinal}`)),
});
const joining: FailoverRecord = { ...record, members: record.members.map((one) => ({ ...one, state: "Joining" })) };
const pausesOf = ({ refused }: Memory) => refused.map(({ key, why, notBefore, times }) => [key, why, notBefore - 300, times]);
const LEFT = "Join/web-2/run-2";

test("who is dropped and answers is left alone for twice D, and twice as long each time, up to ten minutes", () => {
  let memory = written(HEARD, members(1));
  expect(pausesOf(memory)).toEqual([[LEFT, "left", 2_000, 1]]);
  for (const [count, pause] of [4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 600_000, 600_000].entries()) {
    memory = written(written(memory, joining), members(1));
    expect(pausesOf(memory)).toEqual([[LEFT, "left", pause, Math.min(count + 2, 10)]]);
  }
  expect(pausesOf(written(memory, joining))).toHaveLength(1);
  expect(pausesOf(written(memory, record))).toEqual([]);
});

test("not who is silent, whom nobody knows, or who is one of several that goes with a claim", () => {
  expect(pausesOf(written(remember(HEARD, silent(2, 200)), members(1)))).toEqual([]);
  expect(pausesOf(written({ ...HEARD, health: [] }, members(1)))).toEqual([]);
  const intent = { kind: "Failover", old: identityOf(0), evidence: "Dead" } as const;
  expect(pausesOf(written(HEARD, { ...members(1), epoch: epoch(4), intent }))).toEqual([]);
  expect(pausesOf(written({ ...HEARD, cluster: { ...made, record: { ...record, intent } } }, members(1)))).toEqual([]);
});

test("of a process that is gone nothing is remembered; other pauses stay", () => {
  const other = { key: "Apply/Service/web", why: "x", notBefore: instant(400), times: 1 };
  const dropped = written(HEARD, members(1));
  const waiting: Memory = { ...dropped, refused: [other, ...dropped.refused] };
  expect(written(waiting, members(1)).refused.map(({ key }) => key)).toEqual([other.key, LEFT]);
  const restarted = remember(waiting, replied(2, 250, replyOf(readingOf(2, 0n, { runId: runId("second") }))));
  expect(written(restarted, members(1)).refused.map(({ key }) => key)).toEqual([other.key]);
  const unheard = remember(HEARD, {
    now: instant(200),
    _tag: "Lease",
    leadership: { _tag: "Leading", term: 2, founded: "", since: instant(0), until: instant(9_999) },
  });
  expect(written({ ...unheard, refused: dropped.refused }, members(1)).refused).toEqual([]);
});

test("a candidate that did not take over is left alone for D", () => {
  const intent = { kind: "Switchover", old: identityOf(0), candidate: identityOf(1), evidence: "Requested" } as const;
  const switching: Memory = { ...HEARD, cluster: { ...made, record: { ...record, intent } } };
  expect(pausesOf(written(switching, record))).toEqual([["HandOver/web-1/run-1", "it did not take over in time", 1_000, 1]]);
});
