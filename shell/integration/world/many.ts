// Many scripts, one seed each, some at a time: they wait for seconds of real servers, not for the processor.
import type { Valkey } from "../../src/sandbox/valkey-binary.ts";
import { claimNetwork } from "../../src/sandbox/kubelet/network.ts";
import { generated } from "./generate.ts";
import { type Difference, follow, type Next, type Ran, runScript } from "./run.ts";
import { shrink } from "./shrink.ts";
import { type Name, NAMES, type Script } from "./step.ts";
import { type Addresses, openTrial } from "./trial.ts";

export type Options = {
  readonly seed: number;
  /** Steps a script. */
  readonly length: number;
  readonly atOnce: number;
  /** Whether another script is begun, after so many. */
  readonly goesOn: (begun: number) => boolean;
  readonly onScript?: (done: Summary) => void;
};
export type Summary = {
  readonly scripts: number;
  readonly steps: number;
  /** The most states that stayed possible. */
  readonly beliefs: number;
  /** In how many scripts each situation was come into. */
  readonly witnesses: ReadonlyMap<string, number>;
};
export type Found = { readonly seed: number; readonly script: Script; readonly shrunk: Script; readonly difference: Difference };
export type Checked = Summary & { readonly found: Found | undefined };

const SHRINK_ATTEMPTS = 60;
const SHRINK_PATIENCE_MS = 5_000;

/** Runs scripts of consecutive seeds until told to stop or one differs, which is then made shorter. */
export const checkMany = async (valkey: Valkey, options: Options): Promise<Checked> => {
  const bench = await openBench(valkey);
  const witnesses = new Map<string, number>();
  let summary: Summary = { scripts: 0, steps: 0, beliefs: 0, witnesses };
  let begun = 0;
  let found: { readonly seed: number; readonly ran: Ran; readonly difference: Difference } | undefined;
  const work = async (): Promise<void> => {
    while (found === undefined && options.goesOn(begun)) {
      const seed = options.seed + begun;
      begun += 1;
      const ran = await bench.run(generated(seed, options.length));
      if (ran.difference !== undefined) found ??= { seed, ran, difference: ran.difference };
      for (const name of ran.witnesses) witnesses.set(name, (witnesses.get(name) ?? 0) + 1);
      summary = {
        scripts: summary.scripts + 1,
        steps: summary.steps + ran.taken.length,
        beliefs: Math.max(summary.beliefs, ran.beliefs),
        witnesses,
      };
      options.onScript?.(summary);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.atOnce }, () => work()));
    if (found === undefined) return { ...summary, found: undefined };
    const { seed, ran, difference } = found;
    let last = difference;
    const attempt = async (script: Script) => {
      const again = await bench.run(follow(script), SHRINK_PATIENCE_MS);
      if (again.difference !== undefined) last = again.difference;
      return { taken: again.taken, differs: again.difference !== undefined };
    };
    const shrunk = await shrink(ran.taken, attempt, SHRINK_ATTEMPTS);
    return { ...summary, found: { seed, script: ran.taken, shrunk, difference: last } };
  } finally {
    await bench.close();
  }
};

/** A place to run scripts in: a range of loopback addresses, three servers at a time. */
export type Bench = { readonly run: (next: Next, patienceMs?: number) => Promise<Ran>; readonly close: () => Promise<void> };

export const openBench = async (valkey: Valkey): Promise<Bench> => {
  const network = await claimNetwork();
  let trials = 0;
  const addressesOf =
    (trial: number) =>
    (name: Name): Addresses => {
      const rank = NAMES.indexOf(name) + 1;
      return { own: `${network.podPrefix}.${1 + (trial % 120)}.${rank}`, front: `${network.podPrefix}.${1 + (trial % 120)}.${100 + rank}` };
    };
  return {
    run: async (next, patienceMs) => {
      const trial = await openTrial(valkey, addressesOf((trials += 1)));
      try {
        return await runScript(trial, next, patienceMs);
      } finally {
        await trial.close();
      }
    },
    close: () => network.release(),
  };
};
