// One line of the table: a process for each contestant, and rounds in turns (ABC ABC …), so that whatever slows the machine down for a
// while slows down all of them.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "./arguments.ts";
import type { Entry } from "./entries.ts";
import { lengthPrefixed, measureAllocations, startHiredis, startJavaScript, type Worker } from "./workers.ts";

export type Measured = {
  readonly contestant: string;
  /** One figure a round. */
  readonly bytesPerSecond: readonly number[];
  /** Of one reply or command; undefined where it was not measured, or could not be. */
  readonly allocated: number | undefined;
};

export type Asked = {
  readonly entry: Entry;
  readonly rounds: number;
  readonly allocations: boolean;
  readonly clock: Clock;
  /** Only these of the entry's, and the program of hiredis, if it takes part. */
  readonly contestants: readonly string[];
  readonly hiredis: string | undefined;
};

/** A round is long enough for the clock, and for garbage to be collected inside, which belongs to the cost. */
const ROUND_S = 0.06;
const WARM_S = 0.4;

/** The figures of every contestant, in the order asked. Throws where two of them did not read the same. */
export const measure = async ({ entry, rounds, allocations, clock, contestants, hiredis }: Asked): Promise<readonly Measured[]> => {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-bench-"));
  const workers: { contestant: string; worker: Worker; passes: number; figures: number[] }[] = [];
  try {
    for (const contestant of contestants) {
      const { kind, row, mode } = entry;
      workers.push({ contestant, worker: await startJavaScript({ kind, contestant, row, mode, clock }), passes: 1, figures: [] });
    }
    if (hiredis !== undefined && entry.foreign !== undefined) {
      const stream = entry.foreign.stream();
      const file = join(folder, "stream");
      await writeFile(file, lengthPrefixed(stream.chunks));
      const bytes = stream.chunks.reduce((all, chunk) => all + chunk.length, 0);
      workers.push({
        contestant: "hiredis",
        worker: startHiredis(hiredis, { file, task: entry.foreign.task, bytes, clock }),
        passes: 1,
        figures: [],
      });
    }
    const sums = new Set<number>();
    for (const each of workers) sums.add((await each.worker.round(1)).sum);
    if (sums.size > 1) throw new Error(`${entry.row}, ${entry.mode}: ${contestants.join(", ")} did not all read the same`);
    for (const each of workers) each.passes = await warm(each.worker);
    for (let round = 0; round < rounds; round++)
      for (const { worker, passes, figures } of workers) {
        const { bytes, seconds } = await worker.round(passes);
        figures.push((passes * bytes) / seconds);
      }
  } finally {
    for (const { worker } of workers) worker.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const measured: Measured[] = [];
  for (const { contestant, figures } of workers) {
    const { kind, row, mode } = entry;
    const isAsked = allocations && contestant !== "hiredis";
    const allocated = isAsked ? await measureAllocations({ kind, contestant, row, mode, clock }) : undefined;
    measured.push({ contestant, bytesPerSecond: figures, allocated });
  }
  return measured;
};

/** Runs a worker until its code is warm, and answers with the number of passes that make a round. */
const warm = async (worker: Worker): Promise<number> => {
  let passes = 1;
  for (let spent = 0; ;) {
    const { seconds } = await worker.round(passes);
    spent += seconds;
    const wanted = Math.max(1, Math.round((passes * ROUND_S) / Math.max(seconds, 1e-6)));
    if (spent >= WARM_S && wanted <= passes * 2) return wanted;
    passes = Math.min(wanted, passes * 4);
  }
};
