// Of a former primary that goes on, of what is told of a cluster that is well, and of an update that restarts by itself.
import { MORE_TO_WAIT_FOR } from "../../models/members-change.ts";
import { RAISED, TOLD_AFTER, UNSEEN_AND_ROUTED, UNSEEN_AND_WRITTEN } from "../../models/narrow-stale.ts";
import { type Mutant, byTest, inCore, inModel } from "../mutant.ts";

const update = byTest("properties/src/regressions/driven-update.test.ts");

export const STALE: readonly Mutant[] = [
  {
    id: "P-10",
    what: "one frozen member is enough: who is out of reach goes on with the others, and what they acknowledge is lost",
    patches: [inCore("record.ts", "Math.max(1, record.members.length - record.waitReplicas + 1)", "Math.min(1, record.members.length)")],
    expected: [inModel("FO-4", UNSEEN_AND_WRITTEN)],
  },
  {
    id: "P-7",
    what: "writes go to the old primary until the next one is published",
    patches: [
      inCore(
        "objects/client-service.ts",
        'record?.primary === undefined || (record.intent !== undefined && record.intent.kind !== "Switchover") ? NOBODY : record.primary.pod;',
        "record?.primary === undefined ? NOBODY : record.primary.pod;",
      ),
    ],
    expected: [inModel("FO-10", UNSEEN_AND_ROUTED)],
  },
  {
    id: "P-8",
    what: "the status goes on naming whoever was the first primary",
    patches: [inCore("status.ts", "    masterPod: primary,", "    masterPod: cluster.status?.masterPod || primary,")],
    expected: [inModel("LV-1 told", TOLD_AFTER)],
  },
  {
    id: "P-9",
    what: "whoever waits for what more replicas are to hold asks for it again and again, and never puts it on record",
    patches: [
      inCore(
        "replication.ts",
        "const barrier = observation.barrier?.key === barrierKey(action) ? observation.barrier : undefined;",
        "const barrier = observation.barrier?.key !== barrierKey(action) ? observation.barrier : undefined;",
      ),
    ],
    expected: [inModel("LV-1 told", RAISED), inModel("RC-7", MORE_TO_WAIT_FOR)],
  },
  {
    id: "RC-19",
    what: "a change of the template restarts pods by itself, in an order that asks nobody who is primary",
    patches: [inCore("objects/stateful-set.ts", 'updateStrategy: { type: "OnDelete" }', 'updateStrategy: { type: "RollingUpdate" }')],
    expected: [update("RC-19", "RC-19 a template that changed restarts nobody")],
  },
];
