// What is written and what answers mean: requests, commands, the Lease, users.
import { LEADER_PAUSES_IN_FAILOVER } from "../../models/two-operators.ts";
import { type Mutant, byTest, inCore, inModel } from "../mutant.ts";

const lease = byTest("properties/src/laws/leadership.test.ts");
const commands = byTest("properties/src/laws/commands.test.ts");
const requests = byTest("properties/src/laws/requests.test.ts");
const session = byTest("properties/src/laws/session.test.ts");
const stepping = byTest("properties/src/laws/step.test.ts");
const decisions = byTest("properties/src/laws/decisions.test.ts");
const contenders = byTest("core/src/leadership.test.ts");

export const WIRE: readonly Mutant[] = [
  {
    id: "D-01",
    what: "the Lease is never created",
    patches: [inCore("leadership.ts", "seen: gone(memory, now), stale: false };", "seen: gone(memory, now), stale: true };")],
    expected: [lease("LE-7", "a contender without a rival leads, and stays"), contenders("LE-7", "nobody's Lease is created at once")],
  },
  {
    id: "D-11",
    what: "an error reply counts as success",
    patches: [
      inCore(
        "commands.ts",
        "if (error !== undefined) return { why:",
        "if (error !== undefined) return undefined;\n  if (error !== undefined) return { why:",
      ),
    ],
    expected: [commands("FO-16", "done only if every piece is answered")],
  },
  {
    id: "D-28",
    what: "a renewal that failed counts as renewed",
    patches: [
      inCore(
        "leadership.ts",
        '    case "Conflict":\n    case "Unknown":\n      return { ...next, stale: true };',
        '    case "Conflict":\n      return { ...next, stale: true };\n    case "Unknown":\n      return next.held === undefined ? { ...next, stale: true } : { ...next, stale: true, held: { ...next.held, sent: now } };',
      ),
    ],
    expected: [lease("LE-3", "LE-3 leader only by a confirmed write")],
  },
  {
    id: "D-29",
    what: "no compare-and-swap on the Lease",
    patches: [
      inCore("lease.ts", "body: { metadata: { resourceVersion: request.at }, spec: request.spec },", "body: { spec: request.spec },"),
    ],
    expected: [lease("LE-2", "LE-2 every write is a compare-and-swap")],
  },
  {
    id: "D-30",
    what: "the lease is not checked before an effect",
    patches: [
      inCore(
        "decide.ts",
        'if (leadership._tag === "Standby" || after(now, COMMAND_DEADLINE_MS) > leadership.until) {',
        'if (leadership._tag === "Standby" || now > after(now, COMMAND_DEADLINE_MS)) {',
      ),
    ],
    expected: [stepping("LE-6", "LE-6 nothing is begun without a permit")],
  },
  {
    id: "D-31",
    what: "expiry by a remote clock; unparseable means free",
    patches: [
      inCore(
        "leadership.ts",
        "  return after(since, Math.max((lease.durationSeconds ?? 0) * 1000, timing.duration));",
        '  const renewed = globalThis["Date"].parse(lease.renewTime ?? "");\n  return Number.isNaN(renewed) ? since : after(instant(renewed), Math.max((lease.durationSeconds ?? 0) * 1000, timing.duration));',
      ),
    ],
    expected: [lease("LE-8", "LE-8 a Lease in which anything is missing"), lease("LE-4", "LE-4 the clocks of others decide nothing")],
  },
  {
    id: "D-32",
    what: "no release on shutdown",
    patches: [
      inCore("leadership.ts", '? { ...memory, stopping: "Releasing" } : memory;', '? { ...memory, stopping: "Released" } : memory;'),
    ],
    expected: [contenders("LE-9", "on the way out the Lease is given back")],
  },
  {
    id: "D-33",
    what: "transitions are not counted",
    patches: [inCore("leadership.ts", "leaseTransitions: (lease.transitions ?? 0) + 1 }", "leaseTransitions: lease.transitions ?? 0 }")],
    expected: [lease("LE-11", "LE-11 transitions counts changes of holder")],
  },
  {
    id: "D-34",
    what: "writes without preconditions",
    patches: [
      inCore(
        "requests.ts",
        "body: withMetadata(withoutGenerated(write.object), { uid: write.uid, resourceVersion: write.at }),",
        "body: withMetadata(withoutGenerated(write.object), {}),",
      ),
    ],
    expected: [requests("RC-10", "creation is POST; whatever is applied carries UID and version")],
  },
  {
    id: "D-34 foreign",
    what: "objects of somebody else are overwritten",
    patches: [inCore("objects.ts", "if (!observed.owned)", "if (false && !observed.owned)")],
    expected: [byTest("properties/src/laws/repairs.test.ts")("RC-8", "RC-8 an object that somebody else controls")],
  },
  {
    id: "D-35",
    what: "one transient error marks the cluster Failed",
    patches: [
      inCore(
        "status.ts",
        "const { record } = observation.cluster;\n  if (record === undefined || (record.primary",
        'const { record } = observation.cluster;\n  if (observation.refused.length > 0) return "Failed";\n  if (record === undefined || (record.primary',
      ),
    ],
    expected: [decisions("RC-5", "RC-5 one transient error (of a Claim)")],
  },
  {
    id: "D-56",
    what: "answers that are stale, come twice or belong to somebody else are obeyed",
    patches: [
      inCore(
        "performed.ts",
        "  if (at < 0) return memory;\n",
        '  if (at < 0) return outcome._tag === "Done" && !isCommand(action) ? written(memory, action, outcome, now) : isCommand(action) ? obeyed(memory, action, now) : memory;\n',
      ),
    ],
    expected: [
      stepping("RC-4", "RC-4 an outcome of nothing that is under way"),
      byTest("core/src/remember.test.ts")("RC-4", "an outcome that answers nothing in flight"),
    ],
  },
  {
    id: "F-4",
    what: "FAILOVER ABORT without holding the writes: between it and the demotion the old primary serves",
    patches: [
      inCore(
        "commands.ts",
        "[commands.multi(), commands.failoverAbort(), detach, commands.exec()] : [detach];",
        "[commands.failoverAbort(), detach] : [detach];",
      ),
    ],
    expected: [decisions("FO-22", "FO-22 an abort and the demotion are one"), commands("FO-16", "done only if every piece is answered")],
  },
  {
    id: "F-11",
    what: "a late command of an older term is obeyed: the users of earlier terms stay",
    patches: [
      inCore(
        "session.ts",
        "first === undefined ? [] : [commands.aclDelUser(first, ...rest)];",
        "first === undefined || rest.length >= 0 ? [] : [];",
      ),
    ],
    expected: [inModel("FO-17", LEADER_PAUSES_IN_FAILOVER), session("FO-18", "however the steps of two leaders are mixed")],
  },
  {
    id: "F-11 later",
    what: "a leader that finds a later one's user goes on all the same",
    patches: [inCore("session.ts", "if (later !== undefined) {", "if (false && later !== undefined) {")],
    expected: [session("FO-18", "however the steps of two leaders are mixed")],
  },
  {
    id: "N-19",
    what: "a time-out counts as a refusal: what may have happened is taken not to have",
    patches: [
      inCore(
        "requests.ts",
        'new Set(["NotSent", "Refused", "Unresolved", "Credentials"])',
        'new Set(["NotSent", "Refused", "Unresolved", "Credentials", "Timeout"])',
      ),
    ],
    expected: [requests("SH-2", "what may have happened or not is unknown")],
  },
  {
    id: "N-20",
    what: "an intent that is over is left in the record",
    patches: [
      inCore(
        "requests.ts",
        "  intent: record.intent === undefined ? null : wholeIntent(record.intent),",
        "  ...(record.intent === undefined ? {} : { intent: wholeIntent(record.intent) }),",
      ),
    ],
    expected: [requests("FO-7", "the record is what was written, and nothing of the one before")],
  },
];
