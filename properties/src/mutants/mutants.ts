// Known failures of operators in this field, each put back into core by a patch of its text (PROPERTIES.md, section 10). A
// property nobody has seen fail is no property: the check fails when one of these survives.
import type { Mutant } from "./patch.ts";

export const MUTANTS: readonly Mutant[] = [
  {
    id: "D-04",
    what: "ordinal 0 always boots as primary",
    patches: [
      {
        file: "objects/scripts.ts",
        find: '  --replica-announce-ip "$POD_IP" \\\\\n  --replicaof 127.0.0.1 1\n',
        replace: '  --replica-announce-ip "$POD_IP" \\\\\n  $(case "$(hostname)" in *-0) ;; *) echo --replicaof 127.0.0.1 1 ;; esac)\n',
      },
    ],
  },
  {
    id: "D-07",
    what: "no fencing of the old primary: it is not told, and too few replicas are taken from it",
    patches: [
      {
        file: "failover.ts",
        find: "firstOf(...freezeAll(observation, record), fence(observation, record, intent))",
        replace: "firstOf(...freezeAll(observation, record))",
      },
      {
        file: "record.ts",
        find: "Math.max(1, record.members.length - record.waitReplicas + 1)",
        replace: "Math.min(1, record.members.length)",
      },
    ],
  },
  {
    id: "D-09",
    what: "a never-synced process can be promoted; unknown counts as 0",
    patches: [
      {
        file: "membership.ts",
        find: "const isWhole = holdsHistory(record, reading)",
        replace: "const isWhole = true || holdsHistory(record, reading)",
      },
      {
        file: "promotion.ts",
        find: "const [best] = frozen.filter((one) => holdsHistory(record, one.reading)).toSorted(byMerit);",
        replace: "const [best] = frozen.toSorted(byMerit);",
      },
    ],
  },
  {
    id: "D-10",
    what: "the write Service selects all pods",
    patches: [
      {
        file: "objects/client-service.ts",
        find: "const selector = { [POD_NAME_LABEL]: writesGoTo(record) };",
        replace: 'const selector = { "app.kubernetes.io/instance": owner.name };',
      },
    ],
  },
  {
    id: "F-1",
    what: "promote before freezing",
    patches: [
      {
        file: "failover.ts",
        find: "firstOf(...freezeAll(observation, record), fence(observation, record, intent))",
        replace: "firstOf(fence(observation, record, intent))",
      },
      {
        file: "membership.ts",
        find: "began < observation.epochSince || !isFrozen(reading)) return [];",
        replace: "began < observation.epochSince) return [];",
      },
      {
        file: "promoting.ts",
        find: 'intent.kind === "Failover" ? firstOf(...freezeAll(observation, record)) : undefined',
        replace: "undefined",
      },
    ],
  },
  {
    id: "F-2",
    what: "freeze at 0 ms: bytes that are on their way are cut off",
    patches: [{ file: "freezing.ts", find: "const DRAIN_MS = 200;", replace: "const DRAIN_MS = 0;" }],
  },
  {
    id: "F-3",
    what: "offsets read before the freeze decide",
    patches: [
      {
        file: "performed.ts",
        find: "health: memory.health.map((one) => (one.target.uid === uid ? commanded(one, now) : one)),",
        replace: `health: memory.health.map((one) => {
      if (one.target.uid !== uid) return one;
      const { last } = one;
      if (action._tag !== "Freeze" || last?.reply._tag !== "Reading") return commanded(one, now);
      const reading = { ...last.reply.reading, upstream: { host: "127.0.0.1", port: 1, up: false, syncing: false } };
      return { ...one, last: { began: now, reply: { _tag: "Reading" as const, reading } } };
    }),`,
      },
    ],
  },
  {
    id: "F-5",
    what: "decide on a view older than one's own write",
    patches: [
      {
        file: "performed.ts",
        find: ": written(landed, action, outcome, now)",
        replace: ": landed",
      },
    ],
  },
  {
    id: "F-13",
    what: "a member dropped without being cut off",
    patches: [
      {
        file: "leaving.ts",
        find: "const barrier = observation.barrier?.key === barrierKey(expel) ? observation.barrier : undefined;",
        replace: "const barrier = { offset: acting.reading.offset, at: observation.now };",
      },
      { file: "leaving.ts", find: "barrier === undefined || isAdmitted", replace: "barrier === undefined" },
    ],
  },
  {
    id: "F-14",
    what: "a member dropped before the others caught up",
    patches: [
      {
        file: "leaving.ts",
        find: "!holdEverything(observation, acting, followers",
        replace: "false && !holdEverything(observation, acting, followers",
      },
    ],
  },
];
