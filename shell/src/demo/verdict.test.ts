import { describe, expect, it } from "vitest";
import { missingStages, shownTimeline, timelineOf, type Evidence, type RecordSeen } from "./timeline.ts";
import { allHold, requirementsOf, straysAmong, type Episode, type Findings } from "./verdict.ts";

const [old, next] = ["a".repeat(40), "b".repeat(40)];
const primary = { pod: "web-1", runId: next, epoch: 2 };
const intent = (candidate?: typeof primary) => ({ kind: "Failover", candidate });
const seen = (at: number, rest: Partial<RecordSeen>): RecordSeen => ({
  at,
  epoch: 2,
  primary: { pod: "web-0", runId: old, epoch: 1 },
  intent: undefined,
  ...rest,
});

const evidence: Evidence = {
  fault: 1_000,
  epoch: 2,
  records: [seen(500, { epoch: 1 }), seen(1_020, { intent: intent() }), seen(1_060, { intent: intent(primary) }), seen(1_090, { primary })],
  primaries: [
    { at: 10, pod: "web-0", runId: old },
    { at: 1_070, pod: "web-1", runId: next },
  ],
  log: [
    { at: 400, epoch: 1, action: "Claim", because: "Bootstrap" },
    { at: 1_010, epoch: 2, action: "Claim", because: "PrimaryDead" },
    { at: 1_050, epoch: 2, action: "Elect", because: "CandidateElected" },
  ],
  firstWriteAfter: (instant) => instant + 80,
};

const timeline = timelineOf(evidence);
const enough = { plain: 1_200, wait: 1_100 };
const episode: Episode = { name: "SIGKILL", epochBefore: 1, epochAfter: 2, timeline, writesBefore: enough, writesAfter: enough };
const tally = { acknowledged: 5_000, lost: 0, ambiguous: 1, ambiguousKept: 1, refused: 2 };
const good: Findings = {
  episodes: [episode],
  writes: { tallies: { plain: { ...tally, lost: 3 }, wait: tally }, losses: [] },
  finalEpoch: 2,
  strays: [],
  unsettled: [],
};
const failures = (findings: Findings): readonly string[] => requirementsOf(findings).flatMap(({ holds, what }) => (holds ? [] : [what]));

describe("the timeline", () => {
  it("takes each stage from where it is known", () => {
    expect(timeline.instants).toEqual({
      fault: 1_000,
      detected: 1_010,
      claimed: 1_020,
      frozen: 1_050,
      elected: 1_060,
      promoted: 1_070,
      published: 1_090,
      "first write": 1_100,
    });
    expect(shownTimeline(timeline)).toMatch(/published +\+90 ms/);
  });

  it("does not guess a stage that nobody saw", () => {
    expect(missingStages(timelineOf({ ...evidence, log: [], primaries: [] }))).toEqual(["detected", "frozen", "promoted"]);
  });
});

describe("the verdict", () => {
  it("is good when everything promised was kept, lost plain writes included in what is not promised", () => {
    expect(allHold(requirementsOf(good))).toBe(true);
  });

  it("names a lost WAIT write with its pods", () => {
    const losses = [{ key: "demo:wait:7", kind: "wait" as const, missingOn: ["web-2"] }];
    const [first] = requirementsOf({ ...good, writes: { ...good.writes, losses } });
    expect(first).toMatchObject({ holds: false, found: "1 lost: demo:wait:7 not on web-2" });
  });

  it("refuses a second epoch, at once or later, a missing stage, too few writes, a stray primary and an unsettled end", () => {
    expect(failures({ ...good, episodes: [{ ...episode, epochAfter: 3 }] })).toEqual(["SIGKILL: exactly one new epoch"]);
    expect(failures({ ...good, finalEpoch: 3 })).toEqual(["SIGKILL: exactly one new epoch"]);
    const incomplete = timelineOf({ ...evidence, firstWriteAfter: () => undefined });
    expect(failures({ ...good, episodes: [{ ...episode, timeline: incomplete }] })).toEqual(["SIGKILL: every stage was seen"]);
    const few = { plain: 1_200, wait: 999 };
    expect(failures({ ...good, episodes: [{ ...episode, writesAfter: few }] })).toEqual([
      "SIGKILL: at least 1000 writes of each kind before and after",
    ]);
    expect(failures({ ...good, strays: [{ at: 1, pod: "web-0", runId: old }], unsettled: ["web-2 has no link"] })).toHaveLength(2);
  });

  it("calls a stray whoever was primary without a record that named it", () => {
    const restarted = { at: 1_200, pod: "web-0", runId: "c".repeat(40) };
    const before = seen(0, { epoch: 1 });
    expect(straysAmong([...evidence.primaries, restarted], [before, ...evidence.records])).toEqual([restarted]);
  });
});
