// npm run bench:failover: how long clients cannot write when the primary is gone, under this operator and under three
// Sentinels, on the same machine, in the same run, taking turns trial by trial. What the figures mean and do not mean is
// said in bench/README.md.
import { writeFile } from "node:fs/promises";
import { findValkey, type Valkey } from "@gungnir/shell/sandbox/valkey-binary";
import { parseArguments, usage, type Arguments } from "./arguments.ts";
import { startGungnir } from "./gungnir.ts";
import { startLoad } from "./load.ts";
import { measure } from "./measure.ts";
import type { Measured } from "./figures.ts";
import { figuresOf, table, type Run } from "./report.ts";
import { pause, type Fault, type Rig } from "./rig.ts";
import { startSentinel } from "./sentinel.ts";

/** A crash that the kubelet certifies, at the default D; and a hang that only silence tells, at a D where that is all. */
const questions = [
  { fault: "SIGKILL", downAfterMs: 5_000 },
  { fault: "SIGSTOP", downAfterMs: 1_000 },
] as const satisfies readonly { readonly fault: Fault; readonly downAfterMs: number }[];

/** Longer than any timer of either side (Sentinel greets every 2 s), so that a fault meets them at every angle. */
const longestPhaseMs = 2_000;

type Contestant = { readonly name: "ours" | "sentinel"; readonly start: (downAfterMs: number) => Promise<Rig> };

const bench = async ({ trials, seed, json, only }: Arguments, contestants: readonly Contestant[]): Promise<number> => {
  const random = randomFrom(seed);
  console.log(
    `seed ${seed}, ${trials} trials per fault, half of them under load, ${contestants.map(({ name }) => name).join(" and ")} in turns\n`,
  );
  const runs: Run[] = [];
  let failed = 0;
  for (const { fault, downAfterMs } of questions) {
    const measured: Record<Contestant["name"], Measured[]> = { ours: [], sentinel: [] };
    for (let trial = 0; trial < trials; trial++) {
      const phaseMs = Math.round(random() * longestPhaseMs);
      for (const { name, start } of contestants) {
        const label = `${fault} ${String(trial + 1).padStart(String(trials).length)}/${trials} ${name.padEnd(8)} ${trial % 2 === 1 ? "load" : "idle"}`;
        try {
          const figures = await runTrial(await start(downAfterMs), { fault, downAfterMs, phaseMs, isLoaded: trial % 2 === 1 });
          measured[name].push(figures);
          const { firstWrite, clientsTold, linked } = figures;
          console.log(`${label}  write ${firstWrite.toFixed(3)}  told ${clientsTold.toFixed(3)}  linked ${linked.toFixed(3)}`);
        } catch (error) {
          failed += 1;
          console.log(`${label}  FAILED: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
    runs.push({ fault, downAfterMs, ...measured });
  }
  console.log(`\n${table(runs)}`);
  if (failed > 0) console.log(`${failed} trials failed and are in no figure`);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(figuresOf(runs, seed), undefined, 2)}\n`);
  return only === "both" && runs.some((run) => run.ours.length === 0 || run.sentinel.length === 0) ? 1 : failed === 0 ? 0 : 1;
};

type Trial = { readonly fault: Fault; readonly downAfterMs: number; readonly phaseMs: number; readonly isLoaded: boolean };

/** One failover of one fresh set of processes, which are gone afterwards. */
const runTrial = async (rig: Rig, { fault, downAfterMs, phaseMs, isLoaded }: Trial): Promise<Measured> => {
  let stopLoad: (() => Promise<void>) | undefined;
  try {
    if (isLoaded) stopLoad = await startLoad(rig.writeTargets);
    await pause(phaseMs);
    return await measure(rig, fault, downAfterMs + 30_000);
  } finally {
    await stopLoad?.();
    await rig.stop();
  }
};

/** Numbers in [0, 1) that a seed repeats (mulberry32). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const contestantsOf = (only: Arguments["only"], valkey: Valkey): readonly Contestant[] => {
  const all: readonly Contestant[] = [
    { name: "ours", start: startGungnir },
    { name: "sentinel", start: (downAfterMs) => startSentinel(valkey, downAfterMs) },
  ];
  return all.filter(({ name }) => only === "both" || only === name);
};

const parsed = parseArguments(process.argv.slice(2));
if (parsed === "help") console.log(usage);
else if ("problem" in parsed) {
  console.error(`${parsed.problem}\n\n${usage}`);
  process.exitCode = 2;
} else process.exitCode = await bench(parsed, contestantsOf(parsed.only, await findValkey()));
