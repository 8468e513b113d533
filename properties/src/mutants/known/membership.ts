// Who counts, and what is done about those that do and do not.
import { CANDIDATE_DIES, REPLICA_DEATH, UNSEEN } from "../../models/narrow.ts";
import { type Mutant, byTest, inCore, inModel } from "../mutant.ts";

const decisions = byTest("properties/src/laws/decisions.test.ts");
const members = byTest("properties/src/regressions/driven-members.test.ts");

export const MEMBERSHIP: readonly Mutant[] = [
  {
    id: "F-12",
    what: "min-replicas is relaxed, and a member dropped, on the word of a primary that is out of reach",
    patches: [
      inCore(
        "leaving.ts",
        'import { readingNow, soonest } from "./down.ts";',
        'import { healthOf, readingNow, soonest } from "./down.ts";',
      ),
      inCore(
        "leaving.ts",
        "  if (barrier === undefined || isAdmitted) return attempt",
        '  if (healthOf(observation, acting.identity)?.late === true) {\n    const rest = without(record.members, due);\n    return enlist(observation, lowered(record, rest, rest, acting), "MemberLeft");\n  }\n  if (barrier === undefined || isAdmitted) return attempt',
      ),
    ],
    expected: [inModel("S3m cut off", UNSEEN)],
  },
  {
    id: "F-13",
    what: "a member dropped without being cut off",
    patches: [
      inCore(
        "leaving.ts",
        "const barrier = observation.barrier?.key === barrierKey(expel) ? observation.barrier : undefined;",
        "const barrier = { offset: acting.reading.offset, at: observation.now };",
      ),
      inCore("leaving.ts", "barrier === undefined || isAdmitted", "barrier === undefined"),
    ],
    expected: [inModel("S3m cut off", REPLICA_DEATH)],
  },
  {
    id: "F-14",
    what: "a member dropped before the others caught up",
    patches: [
      inCore("leaving.ts", "!holdEverything(observation, acting, followers", "false && !holdEverything(observation, acting, followers"),
    ],
    expected: [inModel("S3m covered", REPLICA_DEATH)],
  },
  {
    id: "F-15",
    what: "a frozen member that threw its data away, and has not synced since, counts",
    patches: [inCore("membership.ts", ' && (state !== "Joining" || hasSyncedSince(record, reading));', ";\n  void hasSyncedSince;")],
    expected: [members("FO-5", "0015 a member that has not synced since")],
  },
  {
    id: "F-16",
    what: "two targets in one epoch",
    patches: [
      inCore(
        "claims.ts",
        'const intent: Intent = { kind: "Failover", old: identityOf(old), evidence };\n  const epoch = nextEpoch(record.epoch);',
        'const intent: Intent = { kind: "Failover", old: identityOf(old), evidence };\n  const epoch = evidence === "CandidateUnusable" ? record.epoch : nextEpoch(record.epoch);',
      ),
    ],
    expected: [decisions("FO-7", "FO-7 every claim raises the epoch"), inModel("FO-8", CANDIDATE_DIES)],
  },
  {
    id: "F-17",
    what: "replication touches frozen pods",
    patches: [
      inCore(
        "replication.ts",
        "if (record?.primary === undefined || record.intent !== undefined) return undefined;",
        "if (record?.primary === undefined) return undefined;",
      ),
    ],
    expected: [decisions("S3m", "S3m while a failover stands")],
  },
  {
    id: "F-18",
    what: "the Service is not rewritten at a claim where it says nobody already",
    patches: [
      inCore(
        "routing.ts",
        'textAt(service.manifest, "metadata", "annotations", ROUTED_EPOCH) === String(record.epoch)',
        'textAt(service.manifest, "metadata", "annotations", ROUTED_EPOCH) !== ""',
      ),
    ],
    expected: [decisions("S8", "S8 the Service is written once after every claim")],
  },
];
