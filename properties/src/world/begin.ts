// Where models begin: a world in which nothing exists but the ValkeyCluster, and the same world once core has made of it
// what it wants, by a schedule without faults. So no model begins in a state that somebody imagined.
import type { Spec } from "@gungnir/core";
import { milliseconds } from "@gungnir/core";
import { emptyApi } from "./api.ts";
import { NO_CLIENTS } from "./clients.ts";
import { worldModel } from "./model.ts";
import { startOperator } from "./operator.ts";
import { joinedBySecond } from "./team.ts";
import { pendingAction } from "./world.ts";
import type { Scenario, Setting, Step, World } from "./world.ts";

/** Durations as short as their ratios allow: D is two probes, every deadline two D. */
export const SPEC: Spec = {
  replicas: 3,
  image: "valkey/valkey:8.0",
  port: 6379,
  persistence: { enabled: true, storageSize: "1Gi" },
  resources: {},
  downAfter: milliseconds(1_000),
  pingInterval: milliseconds(500),
  failoverTimeout: milliseconds(2_000),
  waitReplicas: 1,
  onMissingQuorum: "PreferConsistency",
  recoveryWait: milliseconds(2_000),
  labels: {},
  annotations: {},
  nodeSelector: {},
};

const START = 1_700_000_000_000; // some instant

/** The namespace holds the ValkeyCluster and nothing else. */
export const nothingYet = ({ core, scenario }: Setting): World => ({
  now: START,
  api: emptyApi(scenario.spec),
  nodes: {
    valkey: { processes: [], cuts: [] },
    volumes: [],
    lives: [],
    ...(scenario.habits === undefined ? {} : { habits: scenario.habits }),
  },
  operator: startOperator(core, 1, START),
  clients: NO_CLIENTS,
  late: [],
  faults: scenario.faults,
  edits: scenario.edits,
  history: { promoted: [], frozen: [], confirmed: [], owed: [], foreign: false, troubled: [] },
});

/** The order in which an orderly world proceeds: what is due at once before the passing of time. */
const ORDER: readonly Step["_tag"][] = [
  "Read",
  "Act",
  "StartPod",
  "RemovePod",
  "Report",
  "Restart",
  "Load",
  "Attach",
  "FinishSync",
  "Stream",
  "Deliver",
  "Tick",
];
const MANY = 2_000;
const QUIET_TICKS = 12; // longer than any deadline of SPEC

/** Runs without faults, writes and edits until nothing changes but the time; throws with the last decision when that never comes. */
export const runUntilQuiet = (setting: Setting, from: World): { readonly world: World; readonly steps: readonly Step[] } => {
  const model = worldModel(setting, from);
  const steps: Step[] = [];
  let world = from;
  let quiet = 0;
  while (steps.length < MANY) {
    const enabled = model.steps(world);
    const step = ORDER.flatMap((tag) => enabled.find((candidate) => candidate._tag === tag) ?? [])[0];
    if (step === undefined) throw new Error(`${setting.scenario.name}: nothing is enabled`);
    const before = world;
    world = model.next(world, step);
    steps.push(step);
    quiet = step._tag === "Tick" && world.api === before.api && pendingAction(world) === undefined ? quiet + 1 : 0;
    if (quiet === QUIET_TICKS) return { world, steps };
  }
  throw new Error(
    `${setting.scenario.name}: not quiet after ${MANY} steps; the last decision is ${JSON.stringify(world.operator.decision)}`,
  );
};

/** The world of a healthy, settled cluster; clients are connected to its primary. */
export const settledWorld = (setting: Setting): World => {
  const alone = runUntilQuiet(setting, nothingYet(setting)).world;
  const world = setting.scenario.operators === 2 ? runUntilQuiet(setting, joinedBySecond(alone, setting.core)).world : alone;
  return asIfNothingWere(world);
};

/**
 * The same after the others lost their volumes and the primary died, all at once: its volume was granted the role, and still holds what that
 * former life left on it. What such a volume is taken for is asked of what comes after (regressions/0039).
 */
export const agedWorld = (setting: Setting): World => {
  const settled = settledWorld(setting);
  const model = worldModel(setting, settled);
  const primary = settled.api.cluster.record?.primary?.runId;
  const died = settled.nodes.valkey.processes.reduce((world, { runId }): World => {
    const kind = runId === primary ? "crash" : "crash, volume lost";
    return model.next({ ...world, faults: world.faults + 1 }, { _tag: "Fault", kind, process: runId, tail: "unsent" });
  }, settled);
  return asIfNothingWere(runUntilQuiet(setting, died).world);
};

const asIfNothingWere = (world: World): World => {
  const primary = world.api.cluster.record?.primary?.runId;
  return {
    ...world,
    clients: { ...NO_CLIENTS, connections: primary === undefined ? [] : [primary] },
    history: { ...world.history, frozen: [], owed: [], foreign: false, troubled: [] },
  };
};

export const scenario = (over: Partial<Scenario> & { readonly name: string }): Scenario => ({
  spec: SPEC,
  writes: 0,
  faults: 0,
  kinds: [],
  victims: "primary",
  slow: [],
  early: ["links", "kubelet"],
  recovers: true,
  edits: [],
  ...over,
});
