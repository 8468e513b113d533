// Seeing that something is wrong, or believing so.
import { TWO_DEATHS } from "../../models/narrow.ts";
import { LOCKED_OUT, NO_EVIDENCE } from "../../models/scenario-evidence.ts";
import { type Mutant, byTest, inCore, inModel } from "../mutant.ts";

const down = byTest("properties/src/laws/down.test.ts");
const probe = byTest("properties/src/laws/probe.test.ts");
const silence = byTest("properties/src/laws/silence.test.ts");
const ends = byTest("properties/src/models/ends.test.ts");
const stepping = byTest("properties/src/laws/step.test.ts");
const elections = byTest("properties/src/regressions/driven-elections.test.ts");

export const DETECTION: readonly Mutant[] = [
  {
    id: "D-08",
    what: "failover runs again every loop and flips between healthy pods",
    patches: [
      inCore(
        "down.ts",
        'if (health !== undefined && !health.late && health.lastHeard !== undefined) return { _tag: "Fine" };',
        'if (health !== undefined && !health.late && health.lastHeard !== undefined) return primary.pod.endsWith("-0") ? { _tag: "Fine" } : { _tag: "Lost", evidence: "Silent" };',
      ),
    ],
    expected: [inModel("FO-8 cause", TWO_DEATHS), ends("FO-9", "FO-9 whoever of them is primary")],
  },
  {
    id: "D-16",
    what: "an absent pod is not counted as down",
    patches: [
      inCore(
        "down.ts",
        'if (pod === undefined || pod.uid !== primary.uid) return { _tag: "Lost", evidence: "Missing" };',
        'if (pod === undefined || pod.uid !== primary.uid) return { _tag: "Suspect", until: undefined, because: "Suspicion" };',
      ),
    ],
    expected: [down("SD-4", "SD-4 a missing pod")],
  },
  {
    id: "D-17",
    what: "detection ten times slower than configured",
    patches: [
      inCore(
        "down.ts",
        "after(windowStart(observation, health), observation.cluster.spec.downAfter);",
        "after(windowStart(observation, health), 10 * observation.cluster.spec.downAfter);",
      ),
    ],
    expected: [down("SD-1", "SD-1 silent from exactly D")],
  },
  {
    id: "D-18",
    what: "the threshold by floor division: an interval that does not divide D fires too early",
    patches: [
      inCore(
        "down.ts",
        "after(windowStart(observation, health), observation.cluster.spec.downAfter);",
        `after(
    windowStart(observation, health),
    Math.floor(observation.cluster.spec.downAfter / observation.cluster.spec.pingInterval) * observation.cluster.spec.pingInterval,
  );`,
      ),
    ],
    expected: [down("SD-1", "SD-1 silent from exactly D")],
  },
  {
    id: "D-18 zero",
    what: "an interval of zero is accepted",
    patches: [
      inCore(
        "rules.ts",
        '"sentinel.pingIntervalMs": { minimum: 20, maximum: 60_000, standard: 500 }',
        '"sentinel.pingIntervalMs": { minimum: 0, maximum: 60_000, standard: 500 }',
      ),
    ],
    expected: [down("SD-2", "SD-2 an interval of zero")],
  },
  {
    id: "D-20",
    what: "a fault between the operator and everybody looks like a fault of the primary",
    patches: [inCore("down.ts", "if (!isWitnessed) return", "if (false && !isWitnessed) return")],
    expected: [down("SD-8", "SD-8 silence needs a witness"), inModel("SD-8 alone", NO_EVIDENCE)],
  },
  {
    id: "D-21",
    what: "each look at the API resets every counter",
    patches: [inCore("memory.ts", "health: healthOfTargets(memory.health, cluster, now),", "health: healthOfTargets([], cluster, now),")],
    expected: [down("SD-5", "SD-5 what we could not know")],
  },
  {
    id: "D-22",
    what: "evidence survives a loss of leadership",
    patches: [inCore("remember.ts", "health: memory.health.map((one) => firstSight(one.target, now)),", "health: memory.health,")],
    expected: [silence("SD-7", "SD-7 a new term begins")],
  },
  {
    id: "D-23",
    what: "state keyed by name without namespace: a data set of the same name elsewhere is ours",
    patches: [
      inCore(
        "marker.ts",
        'if (owner !== `${cluster.namespace}/${cluster.name}`) return "Foreign";',
        'if (owner?.split("/")[1] !== cluster.name) return "Foreign";',
      ),
    ],
    expected: [byTest("properties/src/laws/decisions.test.ts")("S12", "S12 a data set of another cluster")],
  },
  {
    id: "D-24",
    what: "LOADING and MASTERDOWN count as down",
    patches: [
      inCore(
        "health.ts",
        'if (reply._tag !== "Reading") return { ...alive,',
        'if (reply._tag === "Loading" || reply._tag === "MasterDown") return unheard(health, began);\n  if (reply._tag !== "Reading") return { ...alive,',
      ),
    ],
    expected: [down("SD-10", "SD-5 what is no reading is still a sign of life")],
  },
  {
    id: "D-24 password",
    what: "who does not let the operator in counts as down",
    patches: [
      inCore(
        "health.ts",
        'if (reply._tag !== "Reading") return { ...alive,',
        'if (reply._tag === "NoAuth") return unheard(health, began);\n  if (reply._tag !== "Reading") return { ...alive,',
      ),
    ],
    expected: [inModel("SD-10", LOCKED_OUT)],
  },
  {
    id: "D-24 disk",
    what: "a process that refuses PING for its disk's sake is taken to say nothing else",
    patches: [inCore("probe.ts", 'return said?._tag === "Reading" ? { reading: said.reading } : {};', "void said;\n  return {};")],
    expected: [probe("SD-10", "SD-10 who refuses PING for its disk's sake")],
  },
  {
    id: "D-24 demoted",
    what: "a primary that cannot write to its disk and says that it is a replica is left where it is, for ever",
    patches: [
      inCore(
        "down.ts",
        'health?.replicaSince !== undefined && selfOf(health)?.role === "replica"',
        'health?.replicaSince !== undefined && readingOf(health)?.role === "replica"',
      ),
    ],
    expected: [
      byTest("properties/src/regressions/driven-drain.test.ts")(
        "SD-10",
        "a primary that cannot write to its disk and says that it is a replica",
      ),
    ],
  },
  {
    id: "D-25",
    what: "no self-suspicion: a pause of our own counts as silence of theirs",
    patches: [
      inCore(
        "remember.ts",
        "const health = paused ? memory.health.map((one) => afresh(one, now)) : memory.health;",
        "const { health } = memory; void paused;",
      ),
    ],
    expected: [silence("SD-9", "SD-9 a pause of our own")],
  },
  {
    id: "D-26",
    what: "pods found by a label anyone can carry",
    patches: [
      inCore(
        "read/pod.ts",
        "if (life === undefined || ordinal === undefined || annotations[CLUSTER_UID] !== whose.uid) return undefined;",
        'if (life === undefined || ordinal === undefined || textAt(json, "metadata", "labels", "app.kubernetes.io/instance") !== whose.name) return undefined;',
      ),
    ],
    expected: [byTest("core/src/read.test.ts")("RES-2", "pods are recognised by the UID")],
  },
  {
    id: "D-27",
    what: "the probe reads from the wrong end and nobody notices",
    patches: [inCore("probe.ts", "const [pong, ...others] = values;", "const [pong, ...others] = values.toReversed();")],
    expected: [probe("SD-10", "whatever a process says of itself is read as it is")],
  },
  {
    id: "D-19",
    what: "health checking waits for resource sync",
    patches: [
      inCore(
        "decide.ts",
        "{ stance: failover, yieldsToHold: false },\n  { stance: objects, yieldsToHold: false },",
        "{ stance: objects, yieldsToHold: false },\n  { stance: failover, yieldsToHold: true },",
      ),
      inCore("decide.ts", 'stances.some((stance) => stance._tag === "Hold")', "stances.length > 0"),
    ],
    expected: [stepping("RC-20", "RC-20 a primary that falls silent"), elections("RC-20", "0014 an old primary that answers BUSY")],
  },
];
