// `npm run simulation -- --seeds 1000`: many seeds on all cores, the first violation with its story. A seed is a run: the same seed tells
// the same story on every machine.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { table } from "../explore/print.ts";
import { CORE } from "../check.ts";
import { MUTANTS } from "../mutants/mutants.ts";
import { plant, uproot } from "../mutants/patch.ts";
import { coreIn } from "../mutants/search.ts";
import { type Run, simulate } from "./simulate.ts";

const HELP = `gungnir simulation: half an hour of virtual time a seed, on the core that runs

  --seeds N      so many seeds (default 100)
  --from N       beginning with this one (default 1)
  --minutes N    virtual minutes a seed (default 30)
  --workers N    threads (default: all cores)
  --mutant ID    with this known failure put back in: how many seeds until it is noticed
  --story N      tell this seed's story and nothing else
  --help
`;

type Share = {
  readonly from: number;
  readonly step: number;
  readonly end: number;
  readonly minutes: number;
  readonly planted: string | undefined;
};

const wholeIn = (text: string | undefined, standard: number, flag: string): number => {
  if (text === undefined) return standard;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  process.stderr.write(`--${flag} is ${JSON.stringify(text)}; allowed is a whole number from 1\n\n${HELP}`);
  return process.exit(2);
};

const options = () => {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      options: { seeds: text, from: text, minutes: text, workers: text, story: text, mutant: text, help: { type: "boolean" } },
    }).values;
  } catch (problem) {
    process.stderr.write(`${problem instanceof Error ? problem.message : String(problem)}\n\n${HELP}`);
    return process.exit(2);
  }
};

const isShare = (data: unknown): data is Share => typeof data === "object" && data !== null && "step" in data;
const isRun = (data: unknown): data is Run => typeof data === "object" && data !== null && "seed" in data;

const work = async ({ from, step, end, minutes, planted }: Share): Promise<void> => {
  const core = planted === undefined ? CORE : await coreIn(planted);
  // A thread's port: there is no other origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  for (let seed = from; seed < end; seed += step) parentPort?.postMessage(simulate({ seed, minutes, core }));
};

/** A folder with the known failure in it; undefined where none is asked for. */
const plantedFor = (id: string | undefined): string | undefined => {
  if (id === undefined) return undefined;
  const mutant = MUTANTS.find((one) => one.id === id);
  if (mutant !== undefined) return plant(mutant);
  process.stderr.write(`--mutant is ${JSON.stringify(id)}; allowed: ${MUTANTS.map((one) => one.id).join(", ")}\n\n${HELP}`);
  return process.exit(2);
};

const faults = (run: Run): number => Object.values(run.faults).reduce((sum, times) => sum + times, 0);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const main = async (): Promise<number> => {
  const asked = options();
  if (asked.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const minutes = wholeIn(asked.minutes, 30, "minutes");
  if (asked.story !== undefined) {
    const run = simulate({ seed: wholeIn(asked.story, 1, "story"), minutes, story: (line) => void process.stdout.write(`${line}\n`) });
    process.stdout.write(`${JSON.stringify(run)}\n`);
    return run.violation === undefined ? 0 : 1;
  }
  const [from, seeds] = [wholeIn(asked.from, 1, "from"), wholeIn(asked.seeds, 100, "seeds")];
  const step = Math.min(seeds, wholeIn(asked.workers, availableParallelism(), "workers"));
  const began = performance.now();
  const runs: Run[] = [];
  const planted = plantedFor(asked.mutant);
  const workers: Worker[] = [];
  await Promise.all(
    Array.from({ length: step }, async (_, index) => {
      const share: Share = { from: from + index, step, end: from + seeds, minutes, planted };
      const worker = new Worker(new URL(import.meta.url), { workerData: share });
      workers.push(worker);
      worker.on("message", (run: unknown) => {
        if (!isRun(run)) return;
        runs.push(run);
        if (run.violation !== undefined) process.stderr.write(`seed ${run.seed}: ${run.violation.property}: ${run.violation.message}\n`);
        // Of a known failure the first sign is enough.
        if (run.violation !== undefined && planted !== undefined) for (const other of workers) void other.terminate();
        if (runs.length % 50 === 0) process.stderr.write(`${runs.length} of ${seeds} seeds\n`);
      });
      await new Promise<void>((resolve, reject) => worker.once("exit", () => resolve()).once("error", reject));
    }),
  );
  if (planted !== undefined) uproot(planted);
  const seconds = (performance.now() - began) / 1000;
  const broken = runs.filter((run) => run.violation !== undefined).toSorted((a, b) => a.seed - b.seed);
  const ends = [...new Set(runs.filter((run) => run.heals).map((run) => run.end))];
  process.stdout.write(
    `${table([
      [
        "seeds",
        "virtual minutes each",
        "seconds",
        "seeds a day",
        "faults (median)",
        "failovers (median)",
        "ends of those that heal",
        "violations",
      ],
      [
        `${from}..${from + seeds - 1}`,
        String(minutes),
        seconds.toFixed(1),
        Math.round((runs.length / seconds) * 86_400).toString(),
        String(median(runs.map(faults))),
        String(median(runs.map((run) => run.failovers))),
        ends.map((end) => `${end} ${runs.filter((run) => run.heals && run.end === end).length}`).join(", "),
        String(broken.length),
      ],
    ])}\n`,
  );
  for (const { seed, violation } of broken.slice(0, 10)) {
    process.stdout.write(`seed ${seed}: ${violation?.property}: ${violation?.message}; npm run simulation -- --story ${seed} tells it\n`);
  }
  return broken.length === 0 ? 0 : 1;
};

const data: unknown = workerData;
if (!isMainThread && isShare(data)) await work(data);
else process.exitCode = await main();
