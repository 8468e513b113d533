// Little processor time is no death: for many minutes clients write while, once in each, far more wants to run than can, and sometimes one node
// gets next to nothing of the rest. Nobody may take over, nothing may be lost, and the operator may neither grow nor write while it is calm.
import { setTimeout as sleep } from "node:timers/promises";
import { generator } from "@gungnir/properties";
import { pathTo } from "../../../src/sandbox/clients/api.ts";
import { at } from "../../scenarios/reading.ts";
import type { Subject } from "../../scenarios/subject.ts";
import { countWrites, writesBetween } from "../api-writes.ts";
import type { Resident } from "../backend.ts";
import { employ, median } from "../measure.ts";
import { livesOf, nodeOf } from "../pods.ts";
import type { Scenario } from "../scenario.ts";
import { demand, type Stage } from "../stage.ts";

const SEED = 49_046;
const MINUTE_MS = 60_000;
const BURST_MS = 15_000;
/** So long after a burst kubelets and controllers may still have something to say of it. */
const SETTLED_MS = 15_000;
/** An hour of writes has to find room in the memory of three pods and of this program. */
const PAUSE_MS = 20;
const MOST_MIB = 120;
/** Between the medians of the second and of the last quarter: what collections of garbage leave to chance. */
const MARGIN_MIB = 4;

const whose = ["nobody's", "the primary's", "the leader's", "every"] as const;
export type Burst = { readonly offsetMs: number; readonly squeezed: (typeof whose)[number] };

/** One burst a minute, early enough in it to be over, and told of, before the next. */
export const burstsOf = (seed: number, minutes: number): readonly Burst[] => {
  const random = generator(seed);
  return Array.from({ length: minutes }, () => ({
    offsetMs: Math.round(random() * (MINUTE_MS - BURST_MS - SETTLED_MS)),
    squeezed: whose[Math.floor(random() * whose.length)] ?? "nobody's",
  }));
};

const nodesOf = async (stage: Stage, subject: Subject, { squeezed }: Burst): Promise<readonly string[]> => {
  if (squeezed === "nobody's") return [];
  if (squeezed === "every") return stage.backend.nodes;
  const node = squeezed === "the leader's" ? await stage.backend.operator.node() : await nodeOf(stage, subject, subject.primary());
  return node === undefined ? [] : [node];
};

type Sample = readonly Resident[];

const medianOf = (who: string, part: readonly Sample[]): number =>
  median(part.flatMap((sample) => sample.flatMap((one) => (one.who === who ? [one.mebibytes] : []))));

/** How much more the last quarter's median is than the second's, of the process that grew most; no number where there is no quarter. */
export const growthOf = (samples: readonly Sample[]): number => {
  const quarter = Math.floor(samples.length / 4);
  if (quarter === 0) return Number.NaN;
  const everybody = new Set(samples.flatMap((sample) => sample.map(({ who }) => who)));
  return Math.max(
    ...[...everybody].map((who) => medianOf(who, samples.slice(3 * quarter)) - medianOf(who, samples.slice(quarter, 2 * quarter))),
  );
};

const lease = pathTo("coordination.k8s.io/v1/leases", "gungnir-system", "gungnir-operator");

const starved = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject, PAUSE_MS);
  const { ledger } = clients.workload;
  const lives = async (): Promise<string> => `${await livesOf(stage, subject.namespace)}; ${await livesOf(stage, "gungnir-system")}`;
  const told = async (): Promise<string> => JSON.stringify(at(await stage.get(subject.path), "status", "history"));
  const transitions = async (): Promise<number> => Number(at(await stage.get(lease), "spec", "leaseTransitions") ?? 0);
  const before = { epoch: subject.epoch(), lives: await lives(), told: await told(), transitions: await transitions() };
  await sleep(SETTLED_MS);
  let counted = await countWrites(stage);
  const calm: string[] = [];
  const samples: Sample[] = [];
  const lines: string[] = [];
  const began = performance.now();
  for (const [minute, burst] of burstsOf(SEED, stage.minutes).entries()) {
    const from = began + minute * MINUTE_MS;
    await sleep(Math.max(0, from + burst.offsetMs - performance.now()));
    const atBurst = await countWrites(stage);
    calm.push(...writesBetween(counted, atBurst));
    const nodes = await nodesOf(stage, subject, burst);
    const relieve = stage.keep(await stage.backend.faults.starve(nodes));
    await sleep(BURST_MS);
    await relieve();
    await sleep(SETTLED_MS);
    counted = await countWrites(stage);
    const sample = await stage.backend.operator.resident();
    samples.push(sample);
    lines.push(
      `minute ${minute + 1} of ${stage.minutes}: ${burst.squeezed} node squeezed (${nodes.join(" ")}); operators ${sample
        .map(({ mebibytes }) => mebibytes.toFixed(1))
        .join(
          " and ",
        )} MiB; acknowledged ${ledger.acknowledged("plain")} and ${ledger.acknowledged("wait")}, longest gap of the minute ${Math.round(
        ledger.longestGap(from),
      )} ms; epoch ${subject.epoch()}; API writes around the burst: ${writesBetween(atBurst, counted).join(", ") || "none"}, in calm: ${
        calm.join(", ") || "none"
      }`,
    );
    stage.say(`  ${lines.at(-1) ?? ""}`);
    demand(subject.epoch() === before.epoch, `epoch ${subject.epoch()}: somebody took over from a primary that was only slow`);
  }
  stage.history.push({ samples, lines });
  const highest = Math.max(...samples.flatMap((sample) => sample.map(({ mebibytes }) => mebibytes)));
  const growth = growthOf(samples);
  stage.figure("minutes", stage.minutes);
  stage.figure("gap ms", ledger.longestGap(began));
  stage.figure("highest RSS MiB", highest.toFixed(1));
  if (!Number.isNaN(growth)) stage.figure("grown MiB", growth.toFixed(1));
  stage.figure("Lease changed hands", (await transitions()) - before.transitions);
  stage.figure("writes in calm", counted.size === 0 ? "not counted here" : calm.join(", ") || 0);
  await subject.whole();
  const ready = await subject.condition("Ready");
  await clients.reckon({ plain: "kept", reads: "current" });
  demand(ready["status"] === "True", `Ready is ${String(ready["status"])}: ${String(ready["message"])}`);
  demand((await told()) === before.told, `status.history has something new: ${await told()}`);
  demand((await lives()) === before.lives, `pods are others than before: ${before.lives} and now ${await lives()}`);
  // From its sources, as a process of this machine, it is bigger.
  const isInstalled = stage.backend.lacks.installed === undefined;
  demand(!isInstalled || highest <= MOST_MIB, `${highest.toFixed(1)} MiB resident; at most ${MOST_MIB} MiB is the aim`);
  demand(Number.isNaN(growth) || growth <= MARGIN_MIB, `grown by ${growth.toFixed(1)} MiB; at most ${MARGIN_MIB} MiB is chance`);
  demand(calm.length === 0, `while nothing happened there were ${calm.join(", ")}`);
};

export const endurance: readonly Scenario[] = [
  {
    name: "starved",
    what: "an hour (--minutes N) of load, in each minute 15 s of far too little processor time: no failover, nothing lost, no growth",
    needs: ["starve"],
    isLong: true,
    play: starved,
  },
];
