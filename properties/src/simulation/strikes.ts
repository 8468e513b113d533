// The faults of a simulation: those of the world, and those that need a clock. Each that lasts ends by itself.
import { editSpec } from "../world/api.ts";
import { writable } from "../world/clients.ts";
import type { FaultStep } from "../world/faults.ts";
import { faults } from "../world/faults.ts";
import { unreported } from "../world/kubelet.ts";
import { happen } from "../world/surroundings.ts";
import type { Scenario, Surroundings } from "../world/world.ts";
import type { LeaseServer } from "./lease-server.ts";
import type { Operator } from "./operator.ts";

export const KINDS = [
  "crash",
  "crash, volume lost",
  "dies in the middle of its stream",
  "hang",
  "cut off from the operator",
  "isolated",
  "pod deleted",
  "pod deleted by force",
  "demoted by hand",
  "foreign write",
  "operator crashes",
  "operator stands still",
  "API server down",
  "messages lost or late",
  "watch goes back",
  "Lease deleted",
  "switchover asked for",
] as const;
/** Drawn apart, so that a seed without them tells what it always told. */
export const MORE_KINDS = ["scaled", "pod asked to go", "node cordoned", "locked out", "backlog too small", "disk full"] as const;
export type Kind = (typeof KINDS)[number] | (typeof MORE_KINDS)[number];
/** What silences a process and leaves its data. */
export const SILENCING: readonly Kind[] = ["crash", "hang", "isolated", "pod deleted"];

export type Scene = {
  readonly around: Surroundings;
  readonly scenario: Scenario;
  readonly random: () => number;
  readonly operators: readonly Operator[];
  readonly lease: LeaseServer;
  readonly present: () => Surroundings;
  readonly change: (next: Surroundings) => void;
  readonly after: (ms: number, what: () => void) => void;
  readonly outage: (ms: number) => void;
  readonly lossy: (ms: number) => void;
  readonly goBack: () => void;
  /** Whom alone it may hit. */
  readonly victims: "primary" | undefined;
};

/** Whether there was anything to strike. */
export const strikeAt = (kind: Kind, scene: Scene): boolean => {
  const { random, operators, after } = scene;
  const between = (least: number, most: number): number => least + random() * (most - least);
  const operator = operators[Math.floor(random() * operators.length)];
  switch (kind) {
    case "operator crashes":
      if (operator === undefined || !operator.isAlive) return false;
      operator.kill();
      after(between(500, 20_000), () => operator.start());
      return true;
    case "operator stands still":
      operator?.pause(between(500, 40_000));
      return operator !== undefined;
    case "API server down":
      scene.outage(between(500, 40_000));
      return true;
    case "messages lost or late":
      scene.lossy(between(1_000, 15_000));
      return true;
    case "watch goes back":
      scene.goBack();
      return true;
    case "Lease deleted":
      scene.lease.remove();
      return true;
    case "switchover asked for":
      return askForSwitchover(scene);
    case "dies in the middle of its stream":
      return dieStreaming(scene, between);
    case "scaled":
      return scale(scene, between);
    case "pod asked to go":
    case "node cordoned":
    case "locked out":
    case "backlog too small":
    case "disk full":
    case "crash":
    case "crash, volume lost":
    case "hang":
    case "cut off from the operator":
    case "isolated":
    case "pod deleted":
    case "pod deleted by force":
    case "demoted by hand":
    case "foreign write":
      return strikeWorld(kind, scene, between);
  }
};

/** No fault, but it comes between others: somebody wants another pod to be the primary. */
const askForSwitchover = ({ around, random, change }: Scene): boolean => {
  const { record } = around.api.cluster;
  const pod = around.api.pods[Math.floor(random() * around.api.pods.length)];
  if (record === undefined || pod === undefined || pod.name === record.primary?.pod) return false;
  change({ ...around, api: editSpec(around.api, { switchover: `${record.epoch} ${pod.name}` }) });
  return true;
};

/** No fault either: somebody wants more pods, or fewer, but as many as WAIT asks for. */
const scale = ({ around, scenario, change }: Scene, between: (least: number, most: number) => number): boolean => {
  const replicas = Math.floor(between(scenario.spec.waitReplicas + 1, 8));
  if (replicas === around.api.cluster.spec.replicas) return false;
  change({ ...around, api: editSpec(around.api, { replicas }) });
  return true;
};

/** A primary dies with much of what it was told still on its way, and its death is reported at once. */
const dieStreaming = (scene: Scene, between: (least: number, most: number) => number): boolean => {
  const { scenario, change, after, present } = scene;
  let around = present();
  for (let one = 0; one < BURST && around.clients.written < scenario.writes; one++) {
    const [process] = writable(around.api, around.nodes, around.clients);
    if (process === undefined) return false;
    around = happen(around, { _tag: "Write", process: process.runId });
  }
  const deaths = faults({ ...around, faults: 1 }, { ...scenario, kinds: ["crash"], victims: "primary" }, false);
  const step = deaths.find((death) => death.kind === "crash" && death.tail === "in flight");
  if (step === undefined) return false;
  change({ ...happen({ ...around, faults: 1 }, step), faults: 0 });
  after(between(2, 15), () => {
    for (const pod of unreported(present().api, present().nodes)) change(happen(present(), { _tag: "Report", pod: pod.name }));
  });
  return true;
};
/** Writes at once: so many that they take longer to arrive than a death takes to be heard of. */
const BURST = 16;

const strikeWorld = (kind: FaultStep["kind"], scene: Scene, between: (least: number, most: number) => number): boolean => {
  const { scenario, random, change, after, present } = scene;
  const around: Surroundings = { ...scene.around, faults: 1 };
  // Twice as often whoever is primary: that is where it matters.
  const victims = scene.victims ?? (random() < 0.5 ? "primary" : "anybody");
  const possible = faults(around, { ...scenario, kinds: [kind], victims }, false);
  const step = possible[Math.floor(random() * possible.length)];
  if (step === undefined) return false;
  change({ ...happen(around, step), faults: 0 });
  if (step.kind === "hang" || step.kind === "locked out" || step.kind === "disk full") {
    const { process } = step;
    after(between(500, 60_000), () => change(happen(present(), { _tag: "Wake", process })));
  }
  if (step.kind === "isolated" || step.kind === "cut off from the operator") {
    after(between(500, 60_000), () => change(happen(present(), { _tag: "Heal", path: "all" })));
  }
  return true;
};
