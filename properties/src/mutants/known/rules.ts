// Rules that no known failure of somebody else speaks of, each in the simplest way in which it can be wrong: so that the law that states
// it has been seen to fail.
import { type Mutant, byTest, inCore } from "../mutant.ts";

const steps = byTest("properties/src/laws/step.test.ts");
const stale = byTest("properties/src/laws/stale-reads.test.ts");
const down = byTest("properties/src/laws/down.test.ts");
const silence = byTest("properties/src/laws/silence.test.ts");
const promotion = byTest("properties/src/laws/promotion.test.ts");
const status = byTest("properties/src/laws/status.test.ts");
const leadership = byTest("properties/src/laws/leadership.test.ts");
const endless = byTest("properties/src/models/fairness.test.ts");
const objects = byTest("properties/src/laws/objects.test.ts");

const SORTED = "const [best] = frozen.filter((one) => holdsHistory(record, one.reading)).toSorted(byMerit);";

export const RULES: readonly Mutant[] = [
  {
    id: "R-1",
    what: "what is decided depends on how often it was asked before",
    patches: [
      inCore("step.ts", "export const step = (", "let count = 0;\nexport const step = ("),
      inCore("step.ts", "{ action: decision.action, since: event.now }", "{ action: decision.action, since: event.now, count: ++count }"),
    ],
    expected: [steps("RC-1", "RC-1 step answers everything")],
  },
  {
    id: "R-2",
    what: "a write is begun while another one is under way, and so on without an end",
    patches: [
      inCore(
        "stance.ts",
        'return inFlight.some((one) => !isCommand(one.action)) ? wait(undefined, "WriteInFlight") : act(action, because);',
        "return act(action, because);",
      ),
    ],
    expected: [steps("RC-2", "RC-2 without news a run of actions ends"), steps("RC-3", "RC-3 one write to the API")],
  },
  {
    id: "R-3",
    what: "a second command is sent to a process before the first is answered",
    patches: [inCore("stance.ts", "one.action.pod.uid === action.pod.uid || isSameAction", "isSameAction")],
    expected: [steps("RC-3", "RC-3 two members of one primary")],
  },
  {
    id: "R-11",
    what: "a StatefulSet is made before what its pods need",
    patches: [inCore("objects.ts", 'const blocked = desired.kind === "StatefulSet" &&', "const blocked = false &&")],
    expected: [steps("RC-11", "RC-11 a StatefulSet is made only when")],
  },
  {
    id: "R-14",
    what: "being woken forgets what was refused",
    patches: [inCore("remember.ts", 'case "Woke":\n      return awake;', 'case "Woke":\n      return { ...awake, refused: [] };')],
    expected: [steps("RC-14", "RC-14 the same moment again decides nothing again")],
  },
  {
    id: "R-RC-16",
    what: "what a watch shows is believed, however old it is",
    patches: [
      inCore(
        "snapshot.ts",
        "return isAtLeast(next.asOf[source], known.asOf[source]) && (floor",
        "return true || isAtLeast(next.asOf[source], known.asOf[source]) && (floor",
      ),
    ],
    expected: [stale("RC-16", "RC-16 while a cluster begins"), stale("RC-16", "RC-16 in a failover")],
  },
  {
    id: "R-9",
    what: "objects go to the namespace of their cluster's name",
    patches: [inCore("objects/metadata.ts", "namespace: owner.namespace,", "namespace: owner.name,")],
    expected: [objects("RC-9", "RC-8, RC-9 every object is in the namespace")],
  },
  {
    id: "R-SD-3",
    what: "a reading does not count as a sign of life",
    patches: [
      inCore(
        "health.ts",
        "lastHeard: now,\n    late: false,\n    last: { began, reply },",
        'late: false,\n    ...defined("lastHeard", health.lastHeard),\n    ...defined("late", health.late),\n    last: { began, reply },',
      ),
    ],
    expected: [down("SD-3", "SD-3 one answer clears down")],
  },
  {
    id: "R-SD-6",
    what: "what is heard of one process is put down to all",
    patches: [
      inCore("targets.ts", "a.pod === b.pod && a.uid === b.uid && a.address === b.address", "a.uid.slice(0, 3) === b.uid.slice(0, 3)"),
    ],
    expected: [down("SD-6", "SD-6 an event for one process never changes another")],
  },
  {
    id: "R-SD-11",
    what: "a pause of our own is told by a fixed time, whatever the spec says",
    patches: [inCore("remember.ts", "Math.max(spec.downAfter / 2, 2 * spec.pingInterval)", "3_000")],
    expected: [silence("SD-11", "SD-11 all durations times c")],
  },
  {
    id: "R-LV-3",
    what: "silence is noticed an interval too late",
    patches: [
      inCore(
        "down.ts",
        "after(windowStart(observation, health), observation.cluster.spec.downAfter)",
        "after(windowStart(observation, health), observation.cluster.spec.downAfter + observation.cluster.spec.pingInterval)",
      ),
    ],
    expected: [silence("LV-3", "LV-3 who does not answer is claimed")],
  },
  {
    id: "R-SEL-1",
    what: "two candidates with equal data have no order",
    patches: [
      inCore(
        "promotion.ts",
        "rank(a) - rank(b) ||\n  compareText(a.identity.runId, b.identity.runId) ||\n  compareText(a.identity.pod, b.identity.pod);",
        "0;",
      ),
    ],
    expected: [promotion("SEL-1", "SEL-1 a strict total order")],
  },
  {
    id: "R-SEL-3",
    what: "whoever is named first is chosen",
    patches: [inCore("promotion.ts", SORTED, SORTED.replace(".toSorted(byMerit)", ""))],
    expected: [
      promotion("SEL-3", "SEL-3 neither the order nor a repetition"),
      promotion("SEL-4", "SEL-4 nobody eligible comes before"),
      promotion("SEL-5", "SEL-5 nobody frozen has more data"),
    ],
  },
  {
    id: "R-SEL-7",
    what: "a data set without a mark counts as one of ours",
    patches: [
      inCore(
        "promotion.ts",
        'if (reading.marker === "Absent" || reading.marker === "Foreign") return false;',
        'if (reading.marker === "Foreign") return false;',
      ),
    ],
    expected: [promotion("SEL-7", "SEL-7 unknown is ineligible")],
  },
  {
    id: "R-SEL-11",
    what: "offsets are compared as numbers, which are exact to 2^53 only",
    patches: [
      inCore(
        "promotion.ts",
        "return a.reading.offset === b.reading.offset ? 0 : a.reading.offset > b.reading.offset ? -1 : 1;",
        "return Number(b.reading.offset) - Number(a.reading.offset);",
      ),
    ],
    expected: [promotion("SEL-11", "SEL-10 SEL-11 more data wins")],
  },
  {
    id: "R-ST-2",
    what: "Ready counts members and does not ask whether writes reach the primary",
    patches: [
      inCore(
        "status.ts",
        "if (record?.primary === undefined || !isServing(observation)) return false;",
        "if (record?.primary === undefined) return false;",
      ),
    ],
    expected: [status("ST-2", "ST-2 Ready says that all is as it should be")],
  },
  {
    id: "R-ST-3",
    what: "a condition has a new time with every report",
    patches: [inCore("status.ts", "before?.status === value ? before.lastTransitionTime : timestampOf(now)", "timestampOf(now)")],
    expected: [status("ST-3", "ST-3 what is written says something new")],
  },
  {
    id: "R-LV-1",
    what: "who streams is never counted as streaming, so that nothing ever settles",
    patches: [inCore("replication.ts", "if (streaming.length > 0) {", "if (streaming.length > 99) {")],
    expected: [endless("LV-1", "LV-11 with all of it nothing is amiss")],
  },
  {
    id: "R-SEL-9",
    what: "one with more data that cannot be promoted keeps away the others",
    patches: [
      inCore(
        "promotion.ts",
        SORTED,
        "const [best] = frozen.toSorted(byMerit).filter((one, at) => at === 0 && holdsHistory(record, one.reading));",
      ),
    ],
    expected: [promotion("SEL-9", "SEL-9 an ineligible one added")],
  },
  {
    id: "R-RES-5",
    what: "two Services have one name",
    patches: [inCore("cluster.ts", "replicas: `${cluster}-replicas`,", "replicas: `${cluster}-client`,")],
    expected: [objects("RES-5", "RES-5 names are valid")],
  },
  {
    id: "R-RES-10",
    what: "a label of the spec asks for every pod to be made anew",
    patches: [
      inCore(
        "objects/pod.ts",
        "fingerprint({ pod: podSpec(owner), ...startedWith(owner) })",
        "fingerprint({ pod: podSpec(owner), labels: owner.spec.labels, ...startedWith(owner) })",
      ),
    ],
    expected: [objects("RES-10", "RES-10 what a server was started with shows")],
  },
  {
    id: "R-LE-1",
    what: "a permit lasts as long as others wait, by a clock that may be slower than theirs",
    patches: [
      inCore("leadership.ts", "const until = after(held.sent, timing.renewDeadline);", "const until = after(held.sent, timing.duration);"),
    ],
    expected: [byTest("properties/src/models/leadership.test.ts")("LE-1", "with pauses of any length and clocks at rates of their own")],
  },
  {
    id: "R-LV-10",
    what: "a contender waits twice as long as the Lease says",
    patches: [
      inCore(
        "leadership.ts",
        "return after(since, Math.max((lease.durationSeconds",
        "return after(since, 2 * Math.max((lease.durationSeconds",
      ),
    ],
    expected: [leadership("LV-10", "LV-10 a leader that renews no more is replaced")],
  },
  {
    id: "R-LE-10",
    what: "whoever reads its own name in the Lease takes it for its own",
    patches: [
      inCore(
        "leadership.ts",
        "written !== undefined && isLease(lease) && lease.holder === identity",
        "isLease(lease) && lease.holder === identity",
      ),
    ],
    expected: [leadership("LE-10", "LE-10 a process that finds its own name")],
  },
];
