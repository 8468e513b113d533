// What never ends, or never comes: liveness broken in one place each. Each is found by a lasso: a round that goes on for ever, with
// everybody doing what is his.
import { OPERATOR_RESTARTS } from "../../models/answers-lost.ts";
import { AGAIN_AND_AGAIN, TYPED } from "../../models/by-hand.ts";
import { BEGINNING, FORCED } from "../../models/narrow.ts";
import { HANGS_FOR_EVER, MEMBER_HANGS_FOR_EVER, PLAIN_SWITCHOVER, TWO_PLAIN_DEATHS } from "../../models/narrow-lasting.ts";
import { PRIMARY_HANGS } from "../../models/primary-hangs.ts";
import { ABSENT_REPLICA } from "../../models/scenario-reboot.ts";
import { NODES_LEAVE } from "../../models/scenario-leaving.ts";
import { type Mutant, byTest, inCore, inModel } from "../mutant.ts";

const healing = byTest("properties/src/models/healing.test.ts");
const switchover = byTest("properties/src/regressions/driven-switchover.test.ts");

export const LASTING: readonly Mutant[] = [
  {
    id: "L-1",
    what: "a hung primary that was told to step down is waited for until it says so",
    patches: [
      inCore(
        "freezing.ts",
        'return health.late || health.last !== undefined || health.commandedAt === undefined ? undefined : wait(undefined, "FreezePending");',
        'return wait(undefined, "FreezePending");',
      ),
    ],
    expected: [inModel("LV-2 core", HANGS_FOR_EVER)],
  },
  {
    id: "L-2",
    what: "a member that hangs for ever goes on counting",
    patches: [
      inCore(
        "membership.ts",
        "      if (isSilent) return [{ member, dueAt: after(inEpoch(silent), patience) }];",
        "      if (isSilent) return [];",
      ),
    ],
    expected: [inModel("LV-1 core", MEMBER_HANGS_FOR_EVER)],
  },
  {
    id: "L-3",
    what: "a primary that was given up and is still there is left what it is",
    patches: [
      inCore(
        "replication.ts",
        "const demoting = firstOf(...strays(observation, record, primary));",
        "const demoting = firstOf(...strays(observation, record, primary).slice(0, 0));",
      ),
    ],
    expected: [inModel("LV-1", FORCED), inModel("LV-5", TYPED), healing("LV-4", "pods in whatever roles, writes routed to anybody")],
  },
  {
    id: "L-4",
    what: "a replica that follows somebody already is left there: after a switchover in a chain",
    patches: [
      inCore("attach.ts", "if (reading.upstream?.host !== acting.host || reading.upstream.port !== port) {", "if (isFrozen(reading)) {"),
    ],
    expected: [
      inModel("LV-1", PLAIN_SWITCHOVER),
      inModel("FO-21", PLAIN_SWITCHOVER),
      healing("LV-4", "pods in whatever roles, writes routed to anybody"),
    ],
  },
  {
    id: "L-4 old",
    what: "in a failover the others are sent to where the old primary was",
    patches: [
      inCore(
        "attach.ts",
        "primary: acting.identity.pod, host: acting.host, port } as const;",
        "primary: acting.identity.pod, host: observation.cluster.pods.find((one) => one.uid === record.primary?.uid)?.address ?? acting.host, port } as const;",
      ),
    ],
    expected: [inModel("FO-21 only", PRIMARY_HANGS)],
  },
  {
    id: "L-5",
    what: "a new cluster waits for pods to be ready, which none is before there is a primary",
    patches: [
      inCore(
        "bootstrap.ts",
        "  const [lowest] = answers;\n",
        '  if (cluster.pods.some((pod) => !pod.ready)) return wait(undefined, "BootstrapPending", "not all pods are ready");\n  const [lowest] = answers;\n',
      ),
    ],
    expected: [inModel("LV-1", BEGINNING)],
  },
  {
    id: "L-6",
    what: "there is one failover in a cluster's life",
    patches: [
      inCore(
        "claims.ts",
        'import { type Reason, type Stance } from "./decision.ts";',
        'import { type Reason, type Stance, wait } from "./decision.ts";',
      ),
      inCore(
        "claims.ts",
        "  const old: Identity = record.primary ?? lost;\n",
        '  if (record.epoch > 1) return wait(undefined, "Suspicion");\n  const old: Identity = record.primary ?? lost;\n',
      ),
    ],
    expected: [inModel("LV-2", TWO_PLAIN_DEATHS), inModel("LV-6", AGAIN_AND_AGAIN)],
  },
  {
    id: "L-7",
    what: "what a former leader has begun is left to him",
    patches: [
      inCore(
        "failover.ts",
        "  if (intent === undefined) return steady(observation, record);\n",
        '  if (intent === undefined) return steady(observation, record);\n  if (observation.leadership._tag === "Leading" && observation.leadership.since >= observation.epochSince) return wait(undefined, "CandidateSilent");\n',
      ),
    ],
    expected: [inModel("LV-1", OPERATOR_RESTARTS)],
  },
  {
    id: "L-7 anew",
    what: "what a former leader has begun is claimed anew",
    patches: [
      inCore(
        "failover.ts",
        "  if (intent === undefined) return steady(observation, record);\n",
        '  if (intent === undefined) return steady(observation, record);\n  if (record.primary !== undefined && observation.leadership._tag === "Leading" && observation.leadership.since >= observation.epochSince) return claimFailover(observation, record, record.primary, "CandidateUnusable");\n',
      ),
    ],
    expected: [byTest("properties/src/models/ends.test.ts")("RC-15", "RC-15, FO-13, LV-9 operator restarts at any step")],
  },
  {
    id: "L-9",
    what: "the role travels from one node that is to be emptied to the next, and back",
    patches: [inCore("handover.ts", '(demand.evidence !== "NodeLeaving" || pod.nodeLeaving !== true);', "true;")],
    expected: [inModel("LV-8 moves", NODES_LEAVE)],
  },
  {
    id: "L-10",
    what: "a hold for want of data is for ever: the volume that comes back is not looked at",
    patches: [
      inCore(
        "recovery.ts",
        'if (returned !== undefined) return claimGrant(observation, record, intent, returned, "VolumeReturned");',
        "void returned;",
      ),
    ],
    expected: [inModel("LV-1 healed", ABSENT_REPLICA)],
  },
  {
    id: "L-8",
    what: "an old primary that fell silent in the middle of its handover is waited for",
    patches: [
      inCore(
        "switching.ts",
        'if (from === undefined) return now >= stuckAt ? failed(observation, record, candidate) : wait(stuckAt, "HandoverPending");',
        'if (from === undefined) return wait(stuckAt, "HandoverPending");',
      ),
    ],
    expected: [switchover("FO-15", "0037 the old primary follows its candidate")],
  },
];
