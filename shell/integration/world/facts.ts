// Scripts that go straight to what was measured on real servers and what the world model was once wrong about, or what chance rarely
// finds. Each is run on both sides like a generated one; the situations it is there for have to come up.
import type { Name, Script, Step } from "./step.ts";

export type Fact = { readonly name: string; readonly script: Script; readonly witnesses: readonly string[] };

const promote = (at: Name, minReplicas = 0): Step => ({ _tag: "Promote", at, minReplicas });
const admit = (at: Name, member: Name): Step => ({ _tag: "Admit", at, member });
const follow = (at: Name, of: Name): Step => ({ _tag: "Follow", at, of });
const on = (
  tag: "Freeze" | "Fence" | "Write" | "Stall" | "Flow" | "HoldSync" | "LetSync" | "Hang" | "Wake" | "Pause" | "Unpause" | "Abort",
  at: Name,
): Step => ({
  _tag: tag,
  at,
});
const wait = (at: Name, replicas: number): Step => ({ _tag: "Wait", at, replicas });
const attach = (at: Name, of: Name): Script => [admit(of, at), follow(at, of)];
const crash = (at: Name, tail: "in flight" | "unsent"): Step => ({ _tag: "Crash", at, tail });
const start = (at: Name, volume: "kept" | "lost"): Step => ({ _tag: "Start", at, volume });
const cut = (one: Name, other: Name): Step => ({ _tag: "Cut", one, other });
const heal = (one: Name, other: Name): Step => ({ _tag: "Heal", one, other });

const ONE: Script = [promote("a"), ...attach("b", "a")];
const TWO: Script = [...ONE, ...attach("c", "a"), on("Write", "a"), wait("a", 2)];

export const FACTS: readonly Fact[] = [
  {
    name: "a demotion keeps the replicas that are attached, and refuses newcomers",
    script: [...ONE, on("Write", "a"), on("Freeze", "a"), admit("a", "c"), follow("c", "a"), on("Write", "a")],
    witnesses: ["a frozen process keeps its replicas", "a write is refused by a replica"],
  },
  {
    name: "the protocol of a failover: freeze, promote, follow by partial resynchronisation, the old one too",
    script: [
      ...TWO,
      cut("a", "b"),
      cut("a", "c"),
      on("Freeze", "b"),
      on("Freeze", "c"),
      promote("c", 1),
      ...attach("b", "c"),
      on("Write", "c"),
      heal("a", "c"),
      on("Fence", "a"),
      ...attach("a", "c"),
    ],
    witnesses: ["a stream is continued in another's history", "two primaries"],
  },
  {
    name: "what a primary had sent when it died arrives, unless it is lost",
    script: [
      ...TWO,
      on("Stall", "b"),
      on("Write", "a"),
      on("Write", "a"),
      crash("a", "in flight"),
      on("Flow", "b"),
      start("a", "kept"),
      promote("b"),
      ...attach("a", "b"),
    ],
    witnesses: ["bytes under way arrive after their sender's end", "a process comes back with its data"],
  },
  {
    name: "what was lost with its sender does not arrive",
    script: [...TWO, on("Stall", "b"), on("Write", "a"), crash("a", "unsent"), on("Flow", "b")],
    witnesses: ["bytes under way are lost with their sender"],
  },
  {
    name: "who is promoted cuts its replicas, and what it had sent arrives all the same",
    script: [...ONE, on("Write", "a"), on("Stall", "b"), on("Write", "a"), on("Freeze", "a"), promote("a"), on("Flow", "b")],
    witnesses: [],
  },
  {
    name: "what was sent before its sender hung arrives",
    script: [...ONE, on("Hang", "b"), on("Write", "a"), on("Hang", "a"), on("Wake", "b")],
    witnesses: [],
  },
  {
    name: "who is cut off does not hear of the end of its source, nor of its successor",
    script: [...ONE, cut("a", "b"), crash("a", "in flight"), start("a", "kept"), heal("a", "b")],
    witnesses: ["who is cut off believes to be linked to the dead"],
  },
  {
    name: "in the middle of a full sync the old data and the old offset stand; broken off, they stay",
    script: [
      promote("a"),
      on("Write", "a"),
      promote("b"),
      on("Write", "b"),
      on("Write", "b"),
      on("HoldSync", "b"),
      ...attach("b", "a"),
      on("Write", "a"),
      crash("a", "unsent"),
      start("a", "kept"),
      promote("a"),
      admit("a", "b"),
      on("LetSync", "b"),
    ],
    witnesses: ["a full sync is in its middle", "a full sync is broken off", "a full sync replaces a data set"],
  },
  {
    name: "a full sync forgets the history before; its source's stays the source's",
    script: [...ONE, on("Write", "a"), on("Freeze", "b"), promote("b"), ...attach("c", "b"), ...attach("a", "b"), ...attach("c", "a")],
    witnesses: ["a chain of replicas"],
  },
  {
    name: "users are fences: deleted, the link breaks and does not come back",
    script: [...TWO, { _tag: "Expel", at: "a", member: "b" }, on("Write", "a"), wait("a", 2), admit("a", "b")],
    witnesses: ["a replica is cut off by its user", "a WAIT falls short"],
  },
  {
    name: "min-replicas refuses writes once who is cut off is missed, of the operator too",
    script: [
      ...ONE,
      { _tag: "Configure", at: "a", minReplicas: 1 },
      on("Write", "a"),
      cut("a", "b"),
      on("Write", "a"),
      { _tag: "Mark", at: "a", seq: 1 },
      heal("a", "b"),
      on("Write", "a"),
    ],
    witnesses: ["a write is refused for want of replicas"],
  },
  {
    name: "a pause holds writes back and nothing else, and the stream of a replica too",
    script: [
      ...ONE,
      on("Pause", "a"),
      on("Write", "a"),
      on("Unpause", "a"),
      on("Pause", "b"),
      on("Write", "a"),
      on("Unpause", "b"),
      wait("a", 1),
    ],
    witnesses: ["a write is held back, and done", "a replica's stream is held back"],
  },
  {
    name: "behind a mark that is held back the operator's connection is stuck",
    script: [
      ...ONE,
      on("Pause", "a"),
      { _tag: "Mark", at: "a", seq: 1 },
      on("Unpause", "a"),
      { _tag: "Configure", at: "a", minReplicas: 1 },
    ],
    witnesses: [],
  },
  {
    name: "a planned switchover: paused, level, handed over, the others repointed",
    script: [
      ...TWO,
      admit("b", "a"),
      on("Pause", "a"),
      { _tag: "HandOver", at: "a", to: "b" },
      { _tag: "Disconnect", at: "a" },
      ...attach("c", "b"),
      on("Write", "b"),
      on("Unpause", "a"),
      wait("b", 2),
    ],
    witnesses: ["a role is handed over"],
  },
  {
    name: "a handover to a dead target refuses roles and clients until it is aborted; then a history of its own begins",
    script: [
      ...TWO,
      on("Hang", "b"),
      { _tag: "HandOver", at: "a", to: "b" },
      on("Write", "a"),
      follow("a", "c"),
      { _tag: "Freeze", at: "a", abort: true },
      promote("a"),
      on("Wake", "b"),
    ],
    witnesses: ["a handover asks in vain", "a role is refused in the middle of a handover"],
  },
  {
    name: "a handover whose target became a primary is refused, and its sender is one again",
    script: [...TWO, { _tag: "HandOver", at: "a", to: "b" }, promote("b"), admit("b", "a")],
    witnesses: ["a handover asks in vain", "a handover is aborted", "two primaries"],
  },
  {
    name: "a frozen target that is asked takes over all the same",
    script: [...TWO, { _tag: "HandOver", at: "a", to: "b" }, on("Freeze", "b"), admit("b", "a")],
    witnesses: ["a handover asks in vain"],
  },
  {
    name: "a plain failover waits for its target, holding writes back, and goes on when that has everything",
    script: [
      ...TWO,
      admit("b", "a"),
      on("Stall", "b"),
      on("Write", "a"),
      { _tag: "Failover", at: "a", to: "b" },
      on("Write", "a"),
      on("Flow", "b"),
    ],
    witnesses: ["a handover waits"],
  },
  {
    name: "commands written to a hung process are obeyed in their order when it wakes",
    script: [
      ...TWO,
      on("Hang", "a"),
      on("Fence", "a"),
      promote("a", 1),
      { _tag: "Configure", at: "a", minReplicas: 0 },
      on("Freeze", "a"),
      on("Wake", "a"),
    ],
    witnesses: ["commands wait for a hung process"],
  },
  {
    name: "a volume that comes back carries data without a history; one that is lost carries neither",
    script: [
      ...TWO,
      crash("a", "unsent"),
      start("a", "kept"),
      promote("b"),
      ...attach("a", "b"),
      crash("a", "unsent"),
      start("a", "lost"),
      ...attach("a", "b"),
    ],
    witnesses: ["a process comes back with its data"],
  },
];
