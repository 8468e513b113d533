// Of promises that none of the known failures breaks, so that each has been seen to fail.
import { BEGINNING, HANG, PAIR_DIES, ONE_WIPED, PLAIN_DEATH, REPLICA_BACK } from "../../models/narrow.ts";
import { MORE_DATA } from "../../models/scenario-choice.ts";
import { type Mutant, inCore, inModel } from "../mutant.ts";

export const PROMISES: readonly Mutant[] = [
  {
    id: "P-1",
    what: "replicas are attached before they are counted",
    patches: [
      inCore(
        "replication.ts",
        "  if (joining.length > 0) {",
        "  if (joining.some((one) => readingNow(observation, one)?.upstream?.host === acting.host)) {",
      ),
      inCore(
        "replication.ts",
        "...staying(observation, record, acting).map((member)",
        '...[...staying(observation, record, acting), ...joiners(observation, record).map((one): Member => ({ ...one, state: "Joining" }))].map((member)',
      ),
      inCore("replication.ts", "    cutOff(observation, record, acting),\n", ""),
    ],
    expected: [inModel("S3m counted", REPLICA_BACK)],
  },
  {
    id: "P-2",
    what: "a pod is taken for the process that it once was: a restarted one counts as the member",
    patches: [
      inCore(
        "down.ts",
        'if (health?.last?.reply._tag !== "Reading" || health.last.reply.reading.runId !== identity.runId) return undefined;',
        'if (health?.last?.reply._tag !== "Reading") return undefined;',
      ),
      inCore(
        "membership.ts",
        "[{ identity: identityOf(identity), reading, isOld",
        "[{ identity: { ...identityOf(identity), runId: reading.runId }, reading, isOld",
      ),
    ],
    expected: [inModel("S3m promoted", PAIR_DIES)],
  },
  {
    id: "P-3",
    what: "a failover stops before the mark, and nothing ends the wait",
    patches: [
      inCore(
        "promoting.ts",
        ': attempt(observation, { _tag: "Mark", pod: identity, epoch: record.epoch, marker }, "DatasetMarked");',
        ': record.epoch > 1 ? wait(undefined, "FollowersMissing", "") : attempt(observation, { _tag: "Mark", pod: identity, epoch: record.epoch, marker }, "DatasetMarked");',
      ),
    ],
    expected: [inModel("LV-2", PLAIN_DEATH), inModel("LV-1", PLAIN_DEATH)],
  },
  {
    id: "P-4",
    what: "the status is written again and again",
    patches: [
      inCore(
        "status.ts",
        "if (cluster.status !== undefined && isSameStatus(cluster.status, status)) return undefined;",
        "if (cluster.status !== undefined && isSameStatus(cluster.status, status) && cluster.record?.intent !== undefined) return undefined;",
      ),
    ],
    expected: [inModel("RC-7", BEGINNING)],
  },
  {
    id: "P-5",
    what: "an empty process is promoted, and the others are made like it",
    patches: [
      inCore("membership.ts", "const isWhole = holdsHistory(record, reading)", "const isWhole = true || holdsHistory(record, reading)"),
      inCore(
        "promotion.ts",
        "const [best] = frozen.filter((one) => holdsHistory(record, one.reading)).toSorted(byMerit);",
        "const [best] = frozen.toSorted((a, b) => Number(b.reading.empty) - Number(a.reading.empty));",
      ),
    ],
    expected: [inModel("FO-12 wipe", ONE_WIPED)],
  },
  {
    id: "P-6",
    what: "the one with the least data is elected",
    patches: [
      inCore(
        "promotion.ts",
        "const [best] = frozen.filter((one) => holdsHistory(record, one.reading)).toSorted(byMerit);",
        "const [best] = frozen.filter((one) => holdsHistory(record, one.reading)).toSorted((a, b) => byMerit(b, a));",
      ),
    ],
    expected: [inModel("FO-5 published", HANG), inModel("SEL-5 data", MORE_DATA)],
  },
];
