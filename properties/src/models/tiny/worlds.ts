// The worlds, by what happens in them. Between them they meet every decision that core takes about roles and members, as far as a world of
// one cluster has an occasion for it.
import { ALLOW_DATA_LOSS } from "@gungnir/core";
import { FO_6 } from "../../specification/choice.ts";
import { FO_17, LE_1 } from "../../specification/leaders.ts";
import { LIVENESS, LV_1, LV_2, RC_7 } from "../../specification/liveness.ts";
import { FO_22_PLAIN, SAFETY } from "../../specification/safety.ts";
import { following } from "../../world/api.ts";
import { SPEC } from "../../world/begin.ts";
import type { FaultStep } from "../../world/faults.ts";
import type { Process } from "../../world/process.ts";
import { type Valkey, withProcess } from "../../world/replication.ts";
import { detach, promote } from "../../world/roles.ts";
import type { World } from "../../world/world.ts";
import type { Tiny } from "./tiny.ts";

const PAIR = { ...SPEC, replicas: 2 };
const ALONE = { ...SPEC, replicas: 1 };
const anybody = (...kinds: FaultStep["kind"][]) => ({ faults: 1, kinds, victims: "anybody" }) as const;
const primary = (...kinds: FaultStep["kind"][]) => ({ faults: 1, kinds, victims: "primary" }) as const;
const two = (...kinds: FaultStep["kind"][]) => ({ faults: 2, kinds, victims: "anybody" }) as const;

const BEGINNINGS: readonly Tiny[] = [
  { name: "one pod begins", begins: "with nothing", scenario: { spec: ALONE, early: ["kubelet"] } },
  { name: "a pair begins, pods at any time", begins: "with nothing", scenario: { spec: PAIR, early: ["kubelet"] } },
  { name: "a pair begins, and one dies", begins: "with nothing", scenario: { spec: PAIR, ...anybody("crash") } },
  { name: "three begin, and one hangs for ever", begins: "with nothing", scenario: { ...anybody("hang"), recovers: false } },
  { name: "three begin, and the operator restarts", begins: "with nothing", scenario: anybody("operator restarts") },
  { name: "three begin, and an answer is lost", begins: "with nothing", scenario: anybody("answer lost") },
];

const LOSSES: readonly Tiny[] = [
  { name: "the primary dies while somebody writes", scenario: { ...primary("crash"), writes: 1 } },
  { name: "anybody dies and loses the volume", scenario: anybody("crash, volume lost") },
  { name: "the primary hangs and wakes", scenario: { ...primary("hang"), writes: 1 } },
  { name: "the primary hangs for ever", scenario: { ...primary("hang"), recovers: false, writes: 1 } },
  { name: "a replica hangs and wakes", scenario: { faults: 1, kinds: ["hang"], victims: "replicas" } },
  {
    name: "a pair's replica hangs for ever",
    scenario: { spec: PAIR, faults: 1, kinds: ["hang"], victims: "replicas", recovers: false, writes: 1 },
  },
  { name: "a pair's primary is isolated", scenario: { spec: PAIR, ...primary("isolated"), writes: 1 } },
  { name: "the operator loses sight of somebody", scenario: anybody("cut off from the operator") },
  { name: "the operator hears nobody", scenario: anybody("operator cut off") },
  { name: "somebody turns the operator away", scenario: anybody("locked out") },
  { name: "the primary is demoted by hand", scenario: primary("demoted by hand") },
  { name: "the primary dies and reads its data for long", scenario: { ...primary("crash"), habits: { loadsSlowly: true } } },
  { name: "the primary dies, the next in line has priority 0", scenario: { ...primary("crash"), habits: { priorities: { "web-1": 0 } } } },
  {
    name: "the primary dies, one with priority 0 has the most",
    scenario: { ...primary("crash"), writes: 1, slow: ["streams"], habits: { priorities: { "web-1": 0 } } },
  },
];

/** What was acknowledged is not promised where availability is preferred; that a loss is on record is. */
const AVAILABLE = [...SAFETY.filter(({ id }) => !["FO-3", "FO-5", "FO-5 published"].includes(id)), FO_6];

const TWO_LOSSES: readonly Tiny[] = [
  { name: "a pair, both die", scenario: { spec: PAIR, ...two("crash") } },
  { name: "a pair, both die and lose their volumes", scenario: { spec: PAIR, ...two("crash, volume lost") }, liveness: LIVENESS },
  {
    name: "a pair in memory alone, both die",
    scenario: { spec: { ...PAIR, persistence: { ...SPEC.persistence, enabled: false } }, ...two("crash") },
    liveness: LIVENESS,
  },
  { name: "a pair, both hang for ever", scenario: { spec: PAIR, ...two("hang"), recovers: false }, liveness: LIVENESS },
  {
    name: "a pair, availability preferred, both hang",
    scenario: { spec: { ...PAIR, onMissingQuorum: "PreferAvailability" }, ...two("hang"), recovers: false },
    safety: AVAILABLE,
    liveness: LIVENESS,
  },
  { name: "the primary dies, and a request is lost", scenario: { faults: 2, kinds: ["crash", "request lost"] } },
  { name: "the primary dies, and an answer is lost", scenario: { faults: 2, kinds: ["crash", "answer lost"] } },
  { name: "the primary dies, and the operator restarts", scenario: { faults: 2, kinds: ["crash", "operator restarts"] } },
  { name: "the primary dies, and somebody writes to the object", scenario: { faults: 2, kinds: ["crash", "foreign write"] } },
];

const TO_THE_SECOND = [{ switchover: "1 web-1" }];
const HANDOVERS: readonly Tiny[] = [
  { name: "the role is asked for", scenario: { edits: TO_THE_SECOND, writes: 1 }, safety: [...SAFETY, FO_22_PLAIN] },
  { name: "the role is asked for, and lags", scenario: { spec: PAIR, edits: TO_THE_SECOND, writes: 1, slow: ["streams"] } },
  { name: "the role is asked for, and the primary dies", scenario: { spec: PAIR, edits: TO_THE_SECOND, ...primary("crash") } },
  {
    name: "the role is asked for, and the primary hangs",
    scenario: { spec: PAIR, edits: TO_THE_SECOND, ...primary("hang"), recovers: false },
  },
  {
    name: "the role is asked for, and the next one hangs",
    scenario: { spec: PAIR, edits: TO_THE_SECOND, faults: 1, kinds: ["hang"], victims: "replicas", recovers: false },
  },
  { name: "the role is asked for, and an answer is lost", scenario: { edits: TO_THE_SECOND, ...primary("answer lost") } },
  {
    name: "the role is asked for of somebody who is not there",
    scenario: { edits: [{ switchover: "1 web-7" }, { switchover: "9 web-1" }] },
  },
  { name: "somebody's node is to be emptied", scenario: anybody("node cordoned") },
  { name: "all nodes are to be emptied", scenario: { spec: PAIR, ...two("node cordoned") } },
  { name: "somebody's pod is asked to go", scenario: anybody("pod asked to go") },
  { name: "somebody's pod is deleted", scenario: anybody("pod deleted", "pod deleted by force") },
];

const SHAPES: readonly Tiny[] = [
  { name: "scaled up and down", scenario: { edits: [{ replicas: 4 }, { replicas: 2 }], early: ["kubelet"] } },
  { name: "the primary is scaled away", scenario: { spec: PAIR, edits: [...TO_THE_SECOND, { replicas: 1 }] } },
  { name: "WAIT asks for two, and for one again", scenario: { edits: [{ waitReplicas: 2 }, { waitReplicas: 1 }], writes: 1 } },
  { name: "scaled down while the primary dies", scenario: { edits: [{ replicas: 2 }], ...primary("crash") } },
];

const touched = (world: World, change: Partial<World["api"]["cluster"]>): World => {
  const at = following(world.api.version);
  return { ...world, api: { ...world.api, version: at, cluster: { ...world.api.cluster, ...change, version: at } } };
};
/** Somebody wiped the status, and with it who is primary. */
const forgets = (world: World): World => touched(world, { record: undefined, status: undefined });
/** The loss of epoch 2's data is accepted before there is any. */
const accepts = (world: World): World => touched(world, { annotations: { [ALLOW_DATA_LOSS]: "2" } });

/** Without a record nobody is a member, and there is no epoch that the next one could follow. */
const UNRECORDED = SAFETY.filter(({ id }) => !["FO-7", "S3m counted"].includes(id));

/** The processes changed by hand, each that is asked for. */
const byHand =
  (change: (valkey: Valkey, process: Process) => Valkey, ...ordinals: readonly number[]) =>
  (world: World): World => {
    const names = ordinals.map((ordinal) => `web-${ordinal}`);
    const valkey = names.reduce((all, name) => {
      const process = all.processes.find((one) => one.pod === name);
      return process === undefined ? all : change(all, process);
    }, world.nodes.valkey);
    return { ...world, nodes: { ...world.nodes, valkey } };
  };
const hung = (valkey: Valkey, process: Process): Valkey => withProcess(valkey, { ...process, hung: true });

const RECOVERIES: readonly Tiny[] = [
  { name: "the record is wiped", scenario: {}, before: forgets, safety: UNRECORDED },
  { name: "the record is wiped, and anybody dies", scenario: { spec: PAIR, ...anybody("crash") }, before: forgets, safety: UNRECORDED },
  {
    name: "the record is wiped, and nobody has a role",
    scenario: { spec: PAIR, ...anybody("operator restarts") },
    before: (world) => forgets(byHand(detach, 0, 1)(world)),
    safety: UNRECORDED,
  },
  {
    name: "the record is wiped, and two have the role",
    scenario: anybody("operator restarts"),
    before: (world) => forgets(byHand(promote, 1)(world)),
    safety: UNRECORDED,
  },
  { name: "a replica is promoted by hand", scenario: { spec: PAIR, ...anybody("crash") }, before: byHand(promote, 1) },
  {
    name: "availability preferred, one hangs already, and the primary does",
    scenario: { spec: { ...SPEC, onMissingQuorum: "PreferAvailability" }, ...primary("hang"), recovers: false },
    before: byHand(hung, 2),
    safety: AVAILABLE,
    liveness: LIVENESS,
  },
  { name: "a loss is accepted beforehand", scenario: { spec: PAIR, ...two("crash, volume lost") }, before: accepts, liveness: LIVENESS },
];

const LEADERS: readonly Tiny[] = [
  {
    name: "the leader stands still",
    scenario: { operators: 2, faults: 1, kinds: ["operator pauses"] },
    safety: [...SAFETY, FO_17, LE_1],
    liveness: [LV_1, LV_2, RC_7],
  },
];

export const TINY: readonly Tiny[] = [...BEGINNINGS, ...LOSSES, ...TWO_LOSSES, ...HANDOVERS, ...SHAPES, ...RECOVERIES, ...LEADERS];
