// Of our own features, beyond what other operators were seen to do wrong: switchover, availability, adoption.
import { ENDED, LAGGING } from "../../models/narrow-switchover.ts";
import { AVAILABLE } from "../../models/scenario-availability.ts";
import { type Mutant, byTest, inCore, inModel } from "../mutant.ts";

const switchover = byTest("properties/src/regressions/driven-switchover.test.ts");
const availability = byTest("properties/src/regressions/driven-availability.test.ts");
const adoption = byTest("properties/src/regressions/driven-adoption.test.ts");
const drain = byTest("properties/src/regressions/driven-drain.test.ts");
const decisions = byTest("properties/src/laws/decisions.test.ts");

export const FEATURES: readonly Mutant[] = [
  {
    id: "N-1",
    what: "a handover without equal offsets",
    patches: [inCore("switching.ts", "to.replid === from.replid && to.offset >= from.offset;", "to.replid === from.replid;")],
    expected: [
      inModel("FO-22 plain writes", LAGGING),
      switchover("FO-22", "a candidate that does not catch up is not waited for"),
      inModel("FO-22", ENDED),
    ],
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
    expected: [inModel("FO-22 plain writes", LAGGING), switchover("FO-22", "a switchover on request"), inModel("FO-22", ENDED)],
  },
  {
    id: "N-3",
    what: "a frozen member keeps its users: whom a handover was ordered to takes the role from it",
    patches: [
      inCore("membership.ts", 'if (state !== "Old" && reading.users.length > 0) return [];', ""),
      inCore("freezing.ts", "health.unsettled !== true && reading.users.length === 0) {", "health.unsettled !== true) {"),
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
        "candidate: candidate.identity, lossPossible: lossOf(record, frozen, whole[0] ?? candidate, candidate) }",
        "candidate: candidate.identity }",
      ),
    ],
    expected: [availability("FO-6", "PreferAvailability waits for the write lease"), inModel("FO-6", AVAILABLE)],
  },
  {
    id: "N-6",
    what: "of two primaries without a record the one with the lower mark is adopted",
    patches: [
      inCore(
        "adopting.ts",
        "compareMarkers(markerOf(b.reading), markerOf(a.reading)) || onlineReplicas",
        "compareMarkers(markerOf(a.reading), markerOf(b.reading)) || onlineReplicas",
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
  {
    id: "N-10",
    what: "the old primary is not let in at the candidate before the handover: what the candidate acknowledges is on nobody",
    patches: [
      inCore("switching.ts", "if (!to.users.includes(replicationUser(old))) {", "if (false && !to.users.includes(replicationUser(old))) {"),
    ],
    expected: [switchover("FO-22", "a switchover on request")],
  },
  {
    id: "N-11",
    what: "the candidate is published while the old primary still says that it is one",
    patches: [
      inCore("switching.ts", 'if (from?.role === "replica" || isLost) return publish', "if (from !== undefined || isLost) return publish"),
    ],
    expected: [decisions("FO-8", "FO-8 the candidate is not published while")],
  },
  {
    id: "N-12",
    what: "a candidate that did not take over is asked again at once",
    patches: [inCore("turnover.ts", "refused: untaken.reduce(", "refused: untaken.slice(0, 0).reduce(")],
    expected: [decisions("LV-8", "LV-8 who did not take over in time")],
  },
  {
    id: "N-13",
    what: "a request of an earlier epoch is taken for one of this",
    patches: [
      inCore(
        "handover.ts",
        "if (at !== String(record.epoch) || to === primary.pod) return undefined;",
        "if (at === undefined || to === primary.pod) return undefined;",
      ),
    ],
    expected: [decisions("LV-8", "LV-8 a request is of one epoch")],
  },
  {
    id: "N-14",
    what: "who lags, or does not carry the mark, is a candidate",
    patches: [
      inCore(
        "handover.ts",
        "const isWhole = reading.replid === own.replid && carries(reading, marker) && reading.priority > 0;",
        "const isWhole = true;",
      ),
    ],
    expected: [decisions("FO-22", "FO-22 nobody is handed the role")],
  },
  {
    id: "N-14 full",
    what: "who cannot write to its disk is not asked to hand over",
    patches: [
      inCore("handover.ts", "const own = ownWordNow(observation, primary)?.reading;", "const own = readingNow(observation, primary);"),
    ],
    expected: [drain("RC-19", "a primary that cannot write to its disk keeps its role")],
  },
  {
    id: "N-14 target",
    what: "the role goes to one that cannot write to its disk either",
    patches: [
      inCore(
        "handover.ts",
        "const reading = readingNow(observation, identity);",
        "const reading = ownWordNow(observation, identity)?.reading;",
      ),
    ],
    expected: [drain("RC-19", "nobody is handed the role who cannot write")],
  },
  {
    id: "N-15",
    what: "the write lease is counted from the claim, and not from when the last replica was taken away",
    patches: [
      inCore(
        "availability.ts",
        "healthOf(observation, identity)?.commandedAt ?? observation.epochSince);",
        "void identity, observation.epochSince);",
      ),
    ],
    expected: [availability("FO-6", "PreferAvailability waits for the write lease")],
  },
  {
    id: "N-16",
    what: "PreferAvailability is done whatever the policy says",
    patches: [inCore("availability.ts", 'if (observation.cluster.spec.onMissingQuorum !== "PreferAvailability") return undefined;', "")],
    expected: [availability("FO-6", "by default nobody is elected from half of the members")],
  },
  {
    id: "N-17",
    what: "where it cannot be said which of two primaries is the latest, one of them is adopted",
    patches: [
      inCore(
        "adopting.ts",
        "if (next !== undefined && byClaim(top, next) === 0) {",
        "if (false && next !== undefined && byClaim(top, next) === 0) {",
      ),
    ],
    expected: [adoption("S6", "nobody is touched where it cannot be said")],
  },
  {
    id: "N-18",
    what: "a primary is adopted although somebody else holds a later data set",
    patches: [inCore("adopting.ts", "if (fuller !== undefined) {", "if (false && fuller !== undefined) {")],
    expected: [adoption("S6", "nobody is touched where it cannot be said")],
  },
];
