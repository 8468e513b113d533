// Losing the primary and making another one: what is done in the wrong order, on too little, or not at all.
import { BEGINNING, DEATH, FORCED, HANG, PAIR, TWO_CUT_OFF } from "../../models/narrow.ts";
import { OUTLIVES_UNLED, OUTLIVES_VOLUME } from "../../models/outlives.ts";
import { PRIORITY } from "../../models/scenario-choice.ts";
import { WATCH_LAGS } from "../../models/answers-lost.ts";
import { type Mutant, byTest, inCore, inModel } from "../mutant.ts";

const objects = byTest("properties/src/laws/objects.test.ts");
const promotion = byTest("properties/src/laws/promotion.test.ts");
const decisions = byTest("properties/src/laws/decisions.test.ts");
const elections = byTest("properties/src/regressions/driven-elections.test.ts");
const adoption = byTest("properties/src/regressions/driven-adoption.test.ts");

export const ELECTIONS: readonly Mutant[] = [
  {
    id: "D-04",
    what: "ordinal 0 always boots as primary",
    patches: [
      inCore(
        "objects/scripts.ts",
        '  --replica-announce-ip "$POD_IP" \\\\\n  --replicaof 127.0.0.1 1\n',
        '  --replica-announce-ip "$POD_IP" \\\\\n  $(case "$(hostname)" in *-0) ;; *) echo --replicaof 127.0.0.1 1 ;; esac)\n',
      ),
    ],
    expected: [inModel("FO-11", BEGINNING)],
  },
  {
    id: "D-05",
    what: "the recorded primary is told to follow an older one that comes back, and what came since is erased",
    patches: [
      inCore(
        "replication.ts",
        'attempt(observation, { _tag: "Fence", pod, epoch, ...aborting(reading) }, "StrayPrimaryDemoted")',
        'attempt(observation, { _tag: "Follow", pod: { pod: primary.pod, uid: primary.uid, runId: primary.runId }, epoch, primary: pod.pod, host: health.target.address, port: observation.cluster.spec.port }, "MemberRepointed")',
      ),
    ],
    expected: [inModel("FO-12", FORCED)],
  },
  {
    id: "D-06",
    what: "the primary's identity is hard-coded",
    patches: [
      inCore(
        "objects/client-service.ts",
        "? NOBODY : record.primary.pod;",
        '? NOBODY : (record.primary.pod.replace(/\\d+$/, "0") as PodName);',
      ),
    ],
    expected: [objects("RES-2", "RES-2 the write Service selects the recorded primary"), inModel("FO-2", DEATH)],
  },
  {
    id: "D-07",
    what: "no fencing of the old primary: it is not told, and too few replicas are taken from it",
    patches: [
      inCore(
        "failover.ts",
        "firstOf(...freezeAll(observation, record), fence(observation, record, intent))",
        "firstOf(...freezeAll(observation, record))",
      ),
      inCore("record.ts", "Math.max(1, record.members.length - record.waitReplicas + 1)", "Math.min(1, record.members.length)"),
    ],
    expected: [inModel("FO-3", TWO_CUT_OFF)],
  },
  {
    id: "D-09",
    what: "a never-synced process can be promoted; unknown counts as 0",
    patches: [
      inCore("membership.ts", "const isWhole = holdsHistory(record, reading)", "const isWhole = true || holdsHistory(record, reading)"),
      inCore(
        "promotion.ts",
        "const [best] = frozen.filter((one) => holdsHistory(record, one.reading)).toSorted(byMerit);",
        "const [best] = frozen.toSorted(byMerit);",
      ),
    ],
    expected: [inModel("S5", PAIR), promotion("SEL-2", "SEL-2 the choice is one of the eligible")],
  },
  {
    id: "D-10",
    what: "the write Service selects all pods",
    patches: [
      inCore(
        "objects/client-service.ts",
        "const selector = { [POD_NAME_LABEL]: writesGoTo(record) };",
        'const selector = { "app.kubernetes.io/instance": owner.name };',
      ),
    ],
    expected: [inModel("FO-1", BEGINNING), objects("RES-2", "RES-2 the write Service selects the recorded primary")],
  },
  {
    id: "D-12",
    what: "the Service is switched before the promotion is confirmed",
    patches: [
      inCore(
        "objects/client-service.ts",
        "  record?.primary === undefined ||",
        '  record?.intent?.kind === "Failover" && record.intent.candidate !== undefined ? record.intent.candidate.pod : record?.primary === undefined ||',
      ),
    ],
    expected: [inModel("FO-2", DEATH), objects("RES-2", "RES-2 the write Service selects the recorded primary")],
  },
  {
    id: "D-13",
    what: "a crash between promotion and switch leaves nothing recorded: the candidate is promoted without being on record",
    patches: [
      inCore(
        "failover.ts",
        'return attempt(observation, { _tag: "Elect", epoch: record.epoch, record: elected, at: observation.cluster.version }, because);',
        'void elected;\n      return attempt(observation, { _tag: "Promote", pod: choice.candidate.identity, epoch: record.epoch, minReplicas: 0 }, because);',
      ),
    ],
    expected: [inModel("FO-11", DEATH)],
  },
  {
    id: "D-14",
    what: "a scale-down deletes the primary",
    patches: [
      inCore(
        "objects/stateful-set.ts",
        "return Math.max(spec.replicas, ...ordinals.map((ordinal) => ordinal + 1));",
        "void ordinals;\n  return spec.replicas;",
      ),
    ],
    expected: [objects("RC-18", "RC-18 no pod that holds data that counts")],
  },
  {
    id: "D-15",
    what: "priority 0 is promoted",
    patches: [inCore("promotion.ts", "return best.isOld || best.reading.priority > 0 ?", "return true || best.reading.priority > 0 ?")],
    expected: [promotion("SEL-6", "SEL-6 priority 0 is never promoted"), inModel("SEL-6 priority", PRIORITY)],
  },
  {
    id: "D-15 histories",
    what: "offsets of different histories are compared",
    patches: [
      inCore(
        "promotion.ts",
        "return isNewer || known.includes(reading.replid) ||",
        "return true || isNewer || known.includes(reading.replid) ||",
      ),
    ],
    expected: [promotion("SEL-8", "SEL-8 a history that is neither")],
  },
  {
    id: "F-1",
    what: "promote before freezing",
    patches: [
      inCore(
        "failover.ts",
        "firstOf(...freezeAll(observation, record), fence(observation, record, intent))",
        "firstOf(fence(observation, record, intent))",
      ),
      inCore(
        "membership.ts",
        "began < observation.epochSince || !isFrozen(reading)) return [];",
        "began < observation.epochSince) return [];",
      ),
      inCore("promoting.ts", 'intent.kind === "Failover" ? firstOf(...freezeAll(observation, record)) : undefined', "undefined"),
    ],
    expected: [inModel("FO-3", HANG)],
  },
  {
    id: "F-2",
    what: "freeze at 0 ms: bytes that are on their way are cut off",
    patches: [inCore("freezing.ts", "const DRAIN_MS = 200;", "const DRAIN_MS = 0;")],
    expected: [inModel("FO-5 tail", DEATH)],
  },
  {
    id: "F-3",
    what: "offsets read before the freeze decide",
    patches: [
      inCore(
        "performed.ts",
        "health: memory.health.map((one) => (one.target.uid === uid ? commanded(one, now) : one)),",
        `health: memory.health.map((one) => {
      if (one.target.uid !== uid) return one;
      const { last } = one;
      if (action._tag !== "Freeze" || last?.reply._tag !== "Reading") return commanded(one, now);
      const reading = { ...last.reply.reading, upstream: { host: "127.0.0.1", port: 1, up: false, syncing: false } };
      return { ...one, last: { began: now, reply: { _tag: "Reading" as const, reading } } };
    }),`,
      ),
    ],
    expected: [inModel("FO-5", HANG)],
  },
  {
    id: "F-5",
    what: "decide on a view older than one's own write",
    patches: [inCore("performed.ts", ": written(landed, action, outcome, now)", ": landed")],
    expected: [
      inModel("FO-7 own writes", DEATH),
      inModel("FO-7 own writes", WATCH_LAGS),
      byTest("properties/src/laws/stale-reads.test.ts")("RC-16", "RC-16 in a failover"),
      byTest("properties/src/laws/rest.test.ts")("RC-2", "RC-2 with its own outcomes for news"),
    ],
  },
  {
    id: "F-6",
    what: "who has most beats who has the latest: the one with more replicas is adopted, whatever the marks say",
    patches: [
      inCore(
        "adopting.ts",
        "compareMarkers(markerOf(b.reading), markerOf(a.reading)) || onlineReplicas(b.reading) - onlineReplicas(a.reading);",
        "onlineReplicas(b.reading) - onlineReplicas(a.reading) || compareMarkers(markerOf(b.reading), markerOf(a.reading));",
      ),
    ],
    expected: [adoption("S6", "of two primaries the one with the later mark is adopted")],
  },
  {
    id: "F-7",
    what: "nothing is done before all pods answer",
    patches: [
      inCore(
        "membership.ts",
        "frozenMembers(observation, record).length >= freezeQuorum(record);",
        "frozenMembers(observation, record).length >= record.members.length;",
      ),
    ],
    expected: [elections("LV-2", "0014 a member that refuses its Freeze holds up no quorum")],
  },
  {
    id: "F-7 candidate",
    what: "a candidate that answers with nothing of use is waited for, for ever",
    patches: [inCore("promoting.ts", "return isSilent || isUseless\n", "return isSilent || (isUseless && now < epochSince)\n")],
    expected: [elections("FO-14", "0022 an elected candidate that answers nothing of use")],
  },
  {
    id: "F-8",
    what: "one unreachable pod aborts the survey",
    patches: [
      inCore("adopting.ts", "if (known.length < cluster.spec.replicas && now < patience) {", "if (known.length < cluster.spec.replicas) {"),
    ],
    expected: [decisions("LV-4", "LV-4 one pod that never answers")],
  },
  {
    id: "L-11",
    what: "a process that outlives its pod is elected, given up because it has none, and elected again, for ever",
    patches: [inCore("membership.ts", "if (runningPod(observation.cluster, identity) === undefined) return [];", "void runningPod;")],
    expected: [
      elections("LV-8", "0038 a candidate whose pod is deleted by force"),
      byTest("properties/src/laws/electing.test.ts")("FO-5", "FO-5 elected is who is among enough that are frozen"),
    ],
  },
  {
    id: "P-11",
    what: "a volume that was rolled back is promoted while the process that wrote more lives on without its pod",
    patches: [
      inCore(
        "recovery.ts",
        "const isAllThereIs = isCertifiedDead(observation, primary) && (isEverybodyHere || record.members.length === 0);",
        "const isAllThereIs = isEverybodyHere || record.members.length === 0;",
      ),
    ],
    expected: [
      byTest("properties/src/regressions/driven-recovery.test.ts")("FO-5", "0039 a volume older than the record's mark"),
      inModel("FO-5 published", OUTLIVES_VOLUME),
    ],
  },
  {
    id: "L-12",
    what: "a leader that never saw the primary's pod knows of no place where its process is: it stays a primary for ever",
    patches: [
      inCore(
        "claims.ts",
        "const address = healthOf(observation, lost)?.target.address ?? recorded;",
        "void recorded;\n  const address = healthOf(observation, lost)?.target.address;",
      ),
    ],
    expected: [
      byTest("properties/src/regressions/driven-recovery.test.ts")("LV-5", "0040 a leader that never saw the primary's pod"),
      inModel("LV-1", OUTLIVES_UNLED),
    ],
  },
  {
    id: "L-13",
    what: "a candidate that was promoted and cannot write to its disk is waited for without an end",
    patches: [inCore("promoting.ts", 'const canWrite = health?.last?.reply._tag !== "Misconfigured";', "const canWrite = true;")],
    expected: [elections("LV-7", "0041 a candidate that was promoted and cannot write")],
  },
  {
    id: "N-20 full",
    what: "a switchover publishes a candidate that cannot write to its disk",
    patches: [
      inCore(
        "switching.ts",
        "heard(observation, wordNow(observation, candidate))",
        "heard(observation, wordNow(observation, candidate) ?? ownWordNow(observation, candidate))",
      ),
    ],
    expected: [byTest("properties/src/laws/switching.test.ts")("FO-2", "a candidate that cannot write to its disk is not published")],
  },
];
