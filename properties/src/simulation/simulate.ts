// One seed, one run: half an hour of virtual time of one cluster, several operators, real durations, and faults of the kinds that a swarm
// left in. The operators run core's own `step` and `stepLease`; everything around them is the world of the explorer, driven by a
// clock instead of by every interleaving. So what is too long or too many to be searched is at least walked through.
import {
  type Action,
  type Authority,
  type Cluster,
  type Leadership,
  type Outcome,
  compareAuthorities,
  initialMemory,
  leaseTiming,
  step,
} from "@gungnir/core";
import { generator } from "../explore/random.ts";
import { readCluster } from "../world/api.ts";
import { NO_CLIENTS } from "../world/clients.ts";
import { carryOut } from "../world/effect.ts";
import { nothingYet } from "../world/begin.ts";
import { afterReadings } from "../world/history.ts";
import { type Core, probe } from "../world/operator.ts";
import { processAt } from "../world/replication.ts";
import { settle } from "../world/surroundings.ts";
import type { Step, Surroundings, World } from "../world/world.ts";
import { agenda } from "./agenda.ts";
import { drawn } from "./draw.ts";
import { endOf, surroundingsOf } from "./ends.ts";
import { judge, oscillation, saysLoss } from "./judge.ts";
import { type Kind, SILENCING, strikeAt } from "./strikes.ts";
import type { Fate, Ground } from "./ground.ts";
import { lastBytes } from "./last-bytes.ts";
import { LeaseServer } from "./lease-server.ts";
import { natureOf } from "./nature.ts";
import { Operator } from "./operator.ts";

export type Options = { readonly seed: number; readonly minutes?: number; readonly core?: Core; readonly story?: (line: string) => void };

export type Run = {
  readonly seed: number;
  readonly pods: number;
  readonly operators: number;
  /** Virtual. */
  readonly minutes: number;
  /** The faults end before the run does, and everything has to heal. */
  readonly heals: boolean;
  readonly faults: { readonly [kind in Kind]?: number };
  readonly failovers: number;
  readonly acknowledged: number;
  readonly violation: { readonly property: string; readonly message: string; readonly at: number } | undefined;
  /** How it ended: stable, or held by name. */
  readonly end: string;
};

const EPOCH = 1_700_000_000_000;
const SETTLED = { _tag: "Settled" } as const;
/** How long a healed cluster may take: the longest patience of core, twice, and the Lease. */
const HEALING_MS = 300_000;
/** So long after a claim nobody's last bytes are cut off; a little less than core's patience. */
const PATIENCE_MS = 150;

export const simulate = ({ seed, minutes = 30, core = { step }, story }: Options): Run => {
  // Neighbouring seeds begin alike: they are spread.
  const random = generator(Math.imul(seed + 1, 0x9e3779b1));
  const between = (least: number, most: number): number => least + random() * (most - least);
  const pick = <One>(list: readonly One[]): One | undefined => list[Math.floor(random() * list.length)];
  const { pods, count, heals, scenario, swarm } = drawn(seed, random);
  const { spec } = scenario;
  const length = minutes * 60_000;

  let now = 0;
  let around: Surroundings = { ...surroundingsOf(nothingYet({ core, scenario })), clients: NO_CLIENTS };
  around = { ...around, history: { ...around.history, foreign: true } };
  const timed = agenda();
  const after = (ms: number, what: () => void): void => timed.add(now + ms, what);
  const lease = new LeaseServer();
  let apiDownUntil = 0;
  let lossyUntil = 0;
  let goesBack = false;
  let claimedAt = -Infinity;
  const claims: number[] = [];
  const older: Cluster[] = [];
  /** The latest leader that reached each process: commands of an earlier one find their connection closed. */
  const reached = new Map<string, Authority>();
  const faults: { [kind in Kind]?: number } = {};
  let failovers = 0;
  let violation: Run["violation"];

  const broken = (found: { readonly property: string; readonly message: string } | undefined): void => {
    if (found === undefined || violation !== undefined) return;
    violation = { ...found, at: now };
    story?.(`${at()} VIOLATED ${found.property}: ${found.message}`);
  };
  const at = (): string => `${(now / 1000).toFixed(3)}s`;
  const change = (next: Surroundings): void => {
    const before = around;
    around = settle(next, scenario);
    if (around.nodes !== before.nodes) seeToLastBytes(around);
    if (around.api !== before.api) {
      older.push(readCluster(before.api));
      if (older.length > 8) older.shift();
      for (const operator of operators) operator.changed();
    }
  };
  const seeToLastBytes = lastBytes({ random, after, present: () => around, change });
  const worldOf = (operator: Operator, action?: Action, late = false): World => ({
    ...around,
    late: action !== undefined && late ? [action] : [],
    now: operator.now,
    operator: {
      memory: action === undefined || late ? operator.memory : { ...operator.memory, inFlight: [{ action, since: operator.now }] },
      decision: operator.decision,
      read: around.api.version,
      term: operator.leadership._tag === "Leading" ? operator.leadership.term : 0,
    },
  });

  const ground: Ground = {
    get now() {
      return now;
    },
    epoch: EPOCH,
    lease,
    get isApiDown() {
      return now < apiDownUntil;
    },
    after,
    latency: () => between(1, random() < 0.02 ? 400 : 15),
    roundTrip: () => between(0.2, random() < 0.02 ? 120 : 3),
    watchLag: () => between(2, random() < 0.05 ? 3_000 : 40),
    delay: () => between(300, 20_000),
    fateOf: (): Fate => {
      if (now >= lossyUntil || random() < 0.7) return "arrives";
      return pick(["request lost", "answer lost", "delayed"] as const) ?? "arrives";
    },
    cluster: () => readCluster(around.api),
    seenBy: () => {
      const [old] = older;
      if (!goesBack || old === undefined) return readCluster(around.api);
      goesBack = false;
      after(100, () => operators.forEach((operator) => operator.changed()));
      return old;
    },
    probed: (operator, target) => {
      const { leadership } = operator;
      const heard = probe(around.nodes.valkey, target, spec.port, operator.now);
      const process = processAt(around.nodes.valkey, target.address);
      if (heard._tag !== "Replied" && heard._tag !== "Silent")
        return { now: operator.now, _tag: "Silent", target, began: operator.now, why: "Timeout" };
      if (heard._tag === "Silent" || process === undefined || leadership._tag !== "Leading") return heard;
      const known = reached.get(process.runId);
      if (known !== undefined && compareAuthorities(known, leadership) > 0)
        return { ...heard, reply: { _tag: "Unexpected", text: "a later leader was here" } };
      reached.set(process.runId, leadership);
      return heard;
    },
    decided: (operator, action, because) => {
      story?.(`${at()} ${operator.name} ${action._tag}${"pod" in action ? ` ${action.pod.pod}` : ""} ${because}`);
      broken(judge("sent", worldOf(operator, action), { _tag: "Act" }, worldOf(operator, action)));
    },
    heard: (operator) => {
      const history = afterReadings(around.history, operator.memory.health);
      if (history !== around.history) around = { ...around, history };
    },
    arrive: (operator, action, as, isLate) => arrive(operator, action, as, isLate),
  };

  const arrive = (
    operator: Operator,
    action: Action,
    as: Extract<Leadership, { readonly _tag: "Leading" }>,
    isLate: boolean,
  ): Outcome | undefined => {
    if (!("pod" in action) && now < apiDownUntil) return undefined;
    const runId = "pod" in action ? action.pod.runId : undefined;
    const known = runId === undefined ? undefined : reached.get(runId);
    if (known !== undefined && compareAuthorities(known, as) > 0) return { _tag: "Unknown", why: "closed by a later leader" };
    const before = worldOf(operator, action, isLate);
    const effected = carryOut(around, action);
    change(effected.around);
    const taken: Step = isLate ? { _tag: "Late", index: 0 } : { _tag: "Act" };
    broken(judge("arriving", before, taken, worldOf(operator)));
    if (action._tag === "Claim" && effected.outcome._tag === "Done") {
      claimedAt = now;
      claims.push(now);
      broken(oscillation(claims));
    }
    if ("record" in action && effected.outcome._tag === "Done" && saysLoss(around.api.cluster.record, before.api.cluster.record))
      around = { ...around, clients: { ...around.clients, acknowledged: [] } };
    if (!isLate && now < claimedAt + PATIENCE_MS) broken(judge("in haste", before, taken, worldOf(operator)));
    if (action._tag === "Publish" && effected.outcome._tag === "Done" && action.epoch > 1) {
      failovers += 1;
      story?.(`${at()} published ${action.record.primary?.pod ?? "nobody"} in epoch ${action.epoch}`);
    }
    return effected.outcome;
  };

  const operators = Array.from(
    { length: count },
    (_, index) =>
      new Operator(`operator-${index}`, {
        clock: { offset: Math.floor(between(-5_000, 5_000)), rate: between(0.98, 1.02) },
        timing: leaseTiming,
        core,
        ground,
      }),
  );

  const nature = natureOf({
    scenario,
    random,
    after,
    change,
    present: () => around,
    moved: (before, taken) => {
      broken(judge("moving", { ...before, ...bystander() }, taken, { ...around, ...bystander() }));
      // Whoever is all that a replica can get its first data from is in danger.
      if (taken._tag === "Attach" && isEmpty(taken.process) && random() < 0.3)
        after(between(200, 8_000), () => strike(SILENCING, "primary"));
    },
  });
  /** Nobody's step: whoever operates has no part in it. */
  const bystander = (): Pick<World, "now" | "operator"> => ({
    now: EPOCH + now,
    operator: { memory: initialMemory, decision: SETTLED, read: undefined, term: 0 },
  });
  const lastFault = heals ? length - HEALING_MS : length;
  const isEmpty = (runId: string): boolean =>
    around.nodes.valkey.processes.some((process) => process.runId === runId && process.items.length === 0);
  const strike = (kinds: readonly Kind[], victims?: "primary"): void => {
    const kind = pick(kinds);
    if (kind !== undefined && now < lastFault) {
      const struck = strikeAt(kind, {
        around,
        scenario,
        random,
        operators,
        change,
        after,
        outage: (ms) => void (apiDownUntil = Math.max(apiDownUntil, now + ms)),
        lossy: (ms) => void (lossyUntil = Math.max(lossyUntil, now + ms)),
        goBack: () => {
          goesBack = true;
          for (const operator of operators) operator.changed();
        },
        present: () => around,
        lease,
        victims,
      });
      if (struck) {
        faults[kind] = (faults[kind] ?? 0) + 1;
        story?.(`${at()} FAULT ${kind}`);
      }
    }
  };
  const strikeSoon = (): void => {
    if (random() < 0.8) nature.writeMuch();
    // What core has to survive comes in company: a second and a third fault before the first is dealt with.
    const blows = random() < 0.6 ? 1 : Math.floor(between(2, 4));
    for (let blow = 0; blow < blows; blow++) after(between(200, 1_500 * blows), () => strike(swarm));
    after(between(20_000, 150_000), strikeSoon);
  };

  for (const operator of operators) operator.start();
  nature.begin();
  after(between(30_000, 60_000), strikeSoon);
  for (;;) {
    const due = timed.next(length);
    if (due === undefined || violation !== undefined) break;
    now = due.at;
    due.what();
  }

  const leader = operators.find((operator) => operator.isAlive && operator.leadership._tag === "Leading") ?? operators[0];
  const last = leader === undefined ? undefined : worldOf(leader);
  const end = last === undefined ? "nobody" : endOf(last);
  if (heals && violation === undefined && end === "unstable")
    violation = {
      property: "LV-1",
      message: `not stable ${HEALING_MS / 1000} s after the last fault: ${JSON.stringify(leader?.decision)}`,
      at: now,
    };
  return {
    seed,
    pods,
    operators: count,
    minutes,
    heals,
    faults,
    failovers,
    acknowledged: around.clients.acknowledged.length,
    violation,
    end,
  };
};
