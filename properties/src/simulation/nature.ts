// What goes on without anybody's doing: links come up, bytes arrive, pods are started, primaries ping, clients write.
import { lately } from "../explore/remembered.ts";
import { beat } from "../world/replication.ts";
import { elapse } from "../world/pause.ts";
import { happen } from "../world/surroundings.ts";
import { enabled } from "../world/steps.ts";
import { obeyQueue } from "../world/effect.ts";
import { probeReadiness } from "../world/kubelet.ts";
import { writable } from "../world/clients.ts";
import type { Scenario, Step, Surroundings } from "../world/world.ts";

export type Stage = {
  readonly scenario: Scenario;
  readonly random: () => number;
  readonly after: (ms: number, what: () => void) => void;
  readonly present: () => Surroundings;
  readonly change: (next: Surroundings) => void;
  /** Judges a step that nobody took. */
  readonly moved: (before: Surroundings, taken: Step) => void;
};

const TICK_MS = 50;
export const MOST_WRITES = 240;

/** A full sync takes a third of a second, or ten seconds: large data sets are where a replica is met that has nothing yet. */
const SYNCS = { small: 0.3, large: 0.005 };
/** How likely each is within a tick. */
const CHANCES: { readonly [tag in Step["_tag"]]?: number } = {
  Attach: 0.3,
  Load: 0.3,
  StartPod: 0.03,
  Restart: 0.04,
  Report: 0.1,
  RemovePod: 0.05,
};

export const natureOf = ({ scenario, random, after, present, change, moved }: Stage) => {
  const between = (least: number, most: number): number => least + random() * (most - least);
  const slowly: Scenario = { ...scenario, writes: 0, recovers: false };
  const quickly: Scenario = { ...slowly, slow: [], early: [] };
  const chances: typeof CHANCES = { ...CHANCES, FinishSync: random() < 0.5 ? SYNCS.small : SYNCS.large };
  // Most ticks find what the one before found.
  const slowIn = lately((around: Surroundings) => enabled(around, "Tick", slowly).filter(({ _tag }) => chances[_tag] !== undefined));
  const quickIn = lately((around: Surroundings) =>
    enabled(around, "Tick", quickly).filter(({ _tag }) => _tag === "Stream" || _tag === "Deliver"),
  );
  const take = (step: Step): void => {
    const before = present();
    change(happen(before, step));
    if (step._tag === "Attach" || step._tag === "FinishSync") moved(before, step);
  };
  const tick = (): void => {
    after(TICK_MS, tick);
    const elapsed = elapse(present().nodes.valkey, TICK_MS);
    if (elapsed !== present().nodes.valkey) change(obeyQueue({ ...present(), nodes: { ...present().nodes, valkey: elapsed } }));
    for (const possible of slowIn(present())) if (random() < (chances[possible._tag] ?? 0)) take(possible);
    for (let round = 0; round < 6; round++) {
      const moves = quickIn(present()).filter(() => random() < 0.8);
      if (moves.length === 0) break;
      for (const move of moves) take(move);
    }
  };
  const second = (): void => {
    after(1_000, second);
    const around = present();
    const nodes = { ...around.nodes, valkey: beat(around.nodes.valkey) };
    change({ ...around, nodes, api: probeReadiness(around.api, nodes) });
  };
  const write = (): void => {
    const { api, nodes, clients } = present();
    const all = writable(api, nodes, clients);
    const process = all[Math.floor(random() * all.length)];
    if (process !== undefined && clients.written < MOST_WRITES) take({ _tag: "Write", process: process.runId });
  };
  const writeNowAndThen = (): void => {
    write();
    after(between(5_000, 60_000), writeNowAndThen);
  };
  return {
    begin: (): void => {
      after(0, tick);
      after(0, second);
      after(20_000, writeNowAndThen);
    },
    /** Whatever can be lost is lost around a fault. */
    writeMuch: (): void => {
      for (let one = 0; one < 8; one++) after(between(0, 4_000), write);
    },
  };
};
