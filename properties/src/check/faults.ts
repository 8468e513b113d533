// Every fault that the world has to contain, and where it is: in which phases of the protocol the models met it, whether the simulation
// strikes with it, and which tests do. What is never a step of its own, because it is so in every world, names where the world has it.
import { alwaysNext } from "../explore/model.ts";
import { explore } from "../explore/explore.ts";
import { table } from "../explore/print.ts";
import type { Question } from "../models/question.ts";
import { searched } from "../models/question.ts";
import { type Kind, KINDS, MORE_KINDS } from "../simulation/strikes.ts";
import { isStable } from "../specification/liveness.ts";
import type { FaultStep } from "../world/faults.ts";
import { isPrimary } from "../world/process.ts";
import type { Step, World } from "../world/world.ts";
import { CORE } from "../check.ts";

type Fault = {
  readonly says: string;
  readonly kinds: readonly FaultStep["kind"][];
  readonly strikes: readonly Kind[];
  /** Files of tests that are about it. */
  readonly tests: readonly string[];
};

const fault = (says: string, kinds: Fault["kinds"], strikes: Fault["strikes"], ...tests: readonly string[]): Fault => ({
  says,
  kinds,
  strikes,
  tests: tests.map((file) => (/^(core|shell)\//.test(file) ? file : `properties/src/${file}`)),
});
const scenario = (name: string): string => `shell/integration/scenarios/${name}.test.ts`;

export const FAULTS: readonly Fault[] = [
  fault("API: a request is lost", ["request lost"], ["messages lost or late"]),
  fault("API: refused for a reason of its own, or a conflict", [], [], "laws/step.test.ts", "laws/requests.test.ts"),
  fault("API: applied, and the answer is lost", ["answer lost"], ["messages lost or late"], "regressions/driven-recovery.test.ts"),
  fault("API: a write or a command arrives late", ["delayed"], ["messages lost or late"]),
  fault("API: down for a while", [], ["API server down"], scenario("outages")),
  fault("API: the watch goes back to an older state", [], ["watch goes back"], "core/src/remember.test.ts"),
  fault("API: several changes are seen as one, a pod made anew as an update", [], [], "models/answers-lost.ts", "laws/down.test.ts"),
  fault("API: somebody else writes", ["foreign write"], ["foreign write"], scenario("shape")),
  fault("API: the cluster is deleted and made anew", [], [], "core/src/remember.test.ts", scenario("shape")),
  fault("API: denied by quota or rights", [], [], "laws/step.test.ts", scenario("told")),
  fault("operator: it ends, and another begins", ["operator restarts"], ["operator crashes"], scenario("outages")),
  fault("operator: it stands still", ["operator pauses"], ["operator stands still"], "laws/silence.test.ts"),
  fault("operator: the Lease is gone, or somebody else's", [], ["Lease deleted"], "models/leadership.test.ts"),
  fault("operator: a command of a former leader arrives", ["operator pauses"], ["messages lost or late"], "laws/session.test.ts"),
  fault("operator: a record or a status of another version", [], [], "core/src/read.test.ts", "laws/waits.test.ts"),
  fault("pods: a process is killed", ["crash"], ["crash"], scenario("failovers")),
  fault("pods: a process hangs, and may wake", ["hang"], ["hang"], scenario("failovers")),
  fault("pods: killed, and its volume is empty", ["crash, volume lost"], ["crash, volume lost"], scenario("recovery")),
  fault("pods: killed, and its volume is what it was before a full sync", ["crash, volume rolled back"], []),
  fault("pods: it dies, is started, and dies again and again", ["crash"], ["crash"], "models/by-hand.ts"),
  fault("pods: started again in place before anybody missed it", ["crash"], ["crash"], "models/scenario-reboot.ts"),
  fault("pods: its data is read for long, and it says that it is a primary", [], [], "models/scenario-reboot.ts", "laws/probe.test.ts"),
  fault("pods: what is told of them is older than what is", [], [], "models/fairness.test.ts", "core/src/read.test.ts"),
  fault("pods: the node says nothing more", [], [], "shell/integration/e2e/scenarios/nodes.ts"),
  fault("pods: one is Pending for ever", [], [], "shell/integration/e2e/scenarios/shape.ts"),
  fault("pods: somebody else at an address that was ours", [], [], "laws/decisions.test.ts", "laws/candidates.test.ts"),
  fault("pods: deleted", ["pod deleted"], ["pod deleted"]),
  fault("pods: their node is to be emptied", ["node cordoned"], ["node cordoned"], "regressions/driven-drain.test.ts"),
  fault(
    "pods: deleted with time to end",
    ["pod asked to go"],
    ["pod asked to go"],
    "regressions/driven-drain.test.ts",
    scenario("switchover"),
  ),
  fault("pods: deleted by force, its process lives on", ["pod deleted by force"], ["pod deleted by force"]),
  fault("pods: the disk is full", ["disk full"], ["disk full"], "laws/probe.test.ts", scenario("told")),
  fault("pods: all at once", [], [], scenario("recovery")),
  fault("Valkey: it does not let the operator in", ["locked out"], ["locked out"], "laws/probe.test.ts"),
  fault("Valkey: BUSY, LOADING, maxclients", [], [], "laws/probe.test.ts", "regressions/driven-elections.test.ts"),
  fault("Valkey: a stream lags, or is cut off in the middle", ["crash"], ["dies in the middle of its stream"], "models/scenario-choice.ts"),
  fault("Valkey: a full sync keeps the old data until its end; up before it streams", [], [], "world/replication.test.ts"),
  fault("Valkey: min-replicas changed by hand", [], [], "laws/replication.test.ts"),
  fault("Valkey: what a replica would go on from is no longer kept", ["backlog too small"], ["backlog too small"]),
  fault("Valkey: REPLICAOF typed at the primary", ["demoted by hand"], ["demoted by hand"], "models/by-hand.ts"),
  fault("Valkey: REPLICAOF NO ONE typed at a replica", ["promoted by hand"], [], "models/by-hand.ts"),
  fault("Valkey: FAILOVER typed at the primary", ["handed over by hand"], [], "models/by-hand.ts"),
  fault("Valkey: FLUSHALL typed at the primary", ["flushed by hand"], [], "models/by-hand.ts"),
  fault("network: the operator and a process do not hear each other", ["cut off from the operator"], ["cut off from the operator"]),
  fault("network: the operator hears nobody", ["operator cut off"], [], "laws/down.test.ts"),
  fault("network: a process hears nobody but its clients", ["isolated"], ["isolated"]),
  fault("a person: a switchover is asked for in between", [], ["switchover asked for"]),
  fault("a person: more pods are wanted, or fewer, in between", [], ["scaled"], "models/scale.ts"),
  fault("network: one way of a path is cut: it is done, and nobody hears so", ["answer lost"], ["messages lost or late"]),
  fault(
    "network: a path stands still, its connections open",
    ["cut off from the operator", "isolated"],
    ["isolated"],
    "shell/integration/e2e/scenarios/partitions.ts",
  ),
  fault("clients: connections kept open, writes of which nobody knows", [], [], "world/clients.ts"),
  fault("clocks: steps of the wall clock", [], [], "laws/leadership.test.ts"),
  fault("clocks: rates that differ", [], [], "models/leadership.test.ts"),
];

const PHASES = ["beginning", "stable", "joining", "claimed", "elected", "promoted", "granted", "switching"] as const;
type Phase = (typeof PHASES)[number];

/** How far the protocol was when it struck. */
const phaseOf = (world: World): Phase => {
  const { record } = world.api.cluster;
  if (record === undefined || (record.primary === undefined && record.intent === undefined)) return "beginning";
  const { intent } = record;
  if (intent === undefined) return isStable(world) ? "stable" : "joining";
  if (intent.kind === "Grant") return "granted";
  if (intent.kind === "Switchover") return "switching";
  const { candidate } = intent;
  if (candidate === undefined) return "claimed";
  const process = world.nodes.valkey.processes.find((one) => one.runId === candidate.runId);
  return process !== undefined && isPrimary(process) ? "promoted" : "elected";
};

export type Met = ReadonlyMap<FaultStep["kind"], ReadonlyMap<Phase, number>>;

/** In how many transitions of these models each kind struck in each phase. */
export const met = (questions: readonly Question[], say: (line: string) => void): Met => {
  const seen = new Map<FaultStep["kind"], Map<Phase, number>>();
  const watching = alwaysNext<World, Step>("faults", (before, step) => {
    if (step._tag !== "Fault") return undefined;
    const phases = seen.get(step.kind) ?? new Map<Phase, number>();
    const phase = phaseOf(before);
    seen.set(step.kind, phases.set(phase, (phases.get(phase) ?? 0) + 1));
    return undefined;
  });
  for (const asked of questions) {
    const { states } = explore(searched(asked, CORE), [watching]);
    say(`${asked.name}: ${states} states`);
  }
  return seen;
};

export const faultTable = (found: Met): string =>
  table([
    ["fault", ...PHASES, "simulated", "tests"],
    ...FAULTS.map(({ says, kinds, strikes, tests }) => [
      says,
      ...PHASES.map((phase) => {
        const times = kinds.reduce((sum, kind) => sum + (found.get(kind)?.get(phase) ?? 0), 0);
        return times === 0 ? "" : String(times);
      }),
      strikes.length === 0 ? "" : "yes",
      tests.join(", "),
    ]),
  ]);

/** Kinds that no line above speaks of: there has to be none. */
export const untold = (found: Met): readonly string[] => [
  ...[...found.keys()].filter((kind) => !FAULTS.some((one) => one.kinds.includes(kind))),
  ...[...KINDS, ...MORE_KINDS].filter((kind) => !FAULTS.some((one) => one.strikes.includes(kind))),
];
