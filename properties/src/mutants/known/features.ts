// Of our own features, beyond what other operators were seen to do wrong: switchover, availability, adoption.
import { type Mutant, byTest, inCore } from "../mutant.ts";

const switchover = byTest("properties/src/regressions/driven-switchover.test.ts");
const availability = byTest("properties/src/regressions/driven-availability.test.ts");
const adoption = byTest("properties/src/regressions/driven-adoption.test.ts");
const decisions = byTest("properties/src/laws/decisions.test.ts");

export const FEATURES: readonly Mutant[] = [
  {
    id: "N-1",
    what: "a handover without equal offsets",
    patches: [inCore("switching.ts", "to.replid === from.replid && to.offset >= from.offset;", "to.replid === from.replid;")],
    expected: [switchover("FO-22", "a candidate that does not catch up is not waited for")],
  },
  {
    id: "N-2",
    what: "a handover while writes go on",
    patches: [
      inCore(
        "switching.ts",
        "const pause = pauseOf(observation, old);",
        "const pause = pauseOf(observation, old) ?? { runId: old.runId, from: observation.epochSince, until: observation.now };",
      ),
    ],
    expected: [switchover("FO-22", "a switchover on request")],
  },
  {
    id: "N-3",
    what: "a frozen member keeps its users: whom a handover was ordered to takes the role from it",
    patches: [
      inCore("membership.ts", 'if (state !== "Old" && reading.users.length > 0) return [];', ""),
      inCore("freezing.ts", "health?.unsettled !== true && reading.users.length === 0) {", "health?.unsettled !== true) {"),
    ],
    expected: [decisions("FO-3", "FO-3 a frozen member that lets somebody in")],
  },
  {
    id: "N-4",
    what: "PreferAvailability does not wait for the old primary's write lease",
    patches: [
      inCore(
        "availability.ts",
        'if (!isCertifiedDead(observation, intent.old) && observation.now < expires) return wait(expires, "WriteLease", intent.old.pod);',
        "void expires;",
      ),
    ],
    expected: [availability("FO-6", "PreferAvailability waits for the write lease")],
  },
  {
    id: "N-5",
    what: "what may be lost is not recorded before the promotion",
    patches: [
      inCore(
        "availability.ts",
        "candidate: candidate.identity, lossPossible: lossOf(record, frozen, whole[0], candidate) }",
        "candidate: candidate.identity }",
      ),
    ],
    expected: [availability("FO-6", "PreferAvailability waits for the write lease")],
  },
  {
    id: "N-6",
    what: "of two primaries without a record the one with the lower mark is adopted",
    patches: [
      inCore(
        "adopting.ts",
        "compareMarkers(markerOf(b.reading), markerOf(a.reading)) || followers",
        "compareMarkers(markerOf(a.reading), markerOf(b.reading)) || followers",
      ),
    ],
    expected: [adoption("S6", "of two primaries the one with the later mark is adopted")],
  },
  {
    id: "N-7",
    what: "a handover that got stuck is waited for for ever",
    patches: [
      inCore(
        "switching.ts",
        "return now >= stuckAt || isGone(observation, candidate) ?",
        "return isGone(observation, candidate) && now < epochSince ?",
      ),
    ],
    expected: [switchover("FO-15", "a handover that gets stuck")],
  },
  {
    id: "N-8",
    what: "writes that were held back for a switchover are not let go",
    patches: [inCore("failover.ts", "resume(observation, record),", "undefined,")],
    expected: [switchover("FO-22", "a candidate that does not catch up is not waited for")],
  },
  {
    id: "N-9",
    what: "the clients of who handed over are left where they are",
    patches: [inCore("replication.ts", "...record.retired.map((one) => part(observation, record, acting, one)),", "")],
    expected: [switchover("FO-22", "a switchover on request")],
  },
];
