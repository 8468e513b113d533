// One line of the table: a process for each contestant, and rounds in turns (ABC ABC …), so that whatever slows the machine down for a
// while slows down all of them.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "./arguments.ts";
import type { Entry } from "./entries.ts";
import { HIREDIS } from "./target.ts";
import { withFolder } from "./temporary.ts";
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
const ROUND_S = 0.05;
const WARM_S = 0.3;

/** The figures of every contestant, in the order asked. Throws where two of them did not read the same. */
export const measure = async (asked: Asked): Promise<readonly Measured[]> => {
  const { kind, row, mode } = asked.entry;
  const figures = await withFolder((folder) => rounds(asked, folder));
  const allocatedBy = ({ contestant }: Figures): Promise<number | undefined> =>
    asked.allocations && contestant !== HIREDIS
      ? measureAllocations({ kind, contestant, row, mode, clock: asked.clock })
      : Promise.resolve(undefined);
  return inPairs(figures, async (each) => ({ ...each, allocated: await allocatedBy(each) }));
};

/** Two at a time, which is what any machine bears; only where no time is taken. */
const inPairs = async <One, Result>(all: readonly One[], body: (one: One) => Promise<Result>): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (let at = 0; at < all.length; at += 2) results.push(...(await Promise.all(all.slice(at, at + 2).map(body))));
  return results;
};

type Figures = Omit<Measured, "allocated">;

type Contestant = { readonly contestant: string; readonly worker: Worker; passes: number; readonly bytesPerSecond: number[] };

const rounds = async (asked: Asked, folder: string): Promise<readonly Figures[]> => {
  const workers: Contestant[] = [];
  try {
    await inPairs(asked.contestants, async (contestant) => {
      const { kind, row, mode } = asked.entry;
      const worker = await startJavaScript({ kind, contestant, row, mode, clock: asked.clock });
      workers.push({ contestant, worker, passes: 1, bytesPerSecond: [] });
    });
    workers.sort((one, other) => asked.contestants.indexOf(one.contestant) - asked.contestants.indexOf(other.contestant));
    const foreign = await startForeign(asked, folder);
    if (foreign !== undefined) workers.push({ contestant: HIREDIS, worker: foreign, passes: 1, bytesPerSecond: [] });
    const sums = new Set<number>();
    for (const { worker } of workers) sums.add((await worker.round(1)).sum);
    if (sums.size > 1)
      throw new Error(`${asked.entry.row}, ${asked.entry.mode}: ${asked.contestants.join(", ")} did not all read the same`);
    for (const each of workers) each.passes = await warm(each.worker);
    for (let round = 0; round < asked.rounds; round++)
      for (const { worker, passes, bytesPerSecond } of workers) {
        const { bytes, seconds } = await worker.round(passes);
        bytesPerSecond.push((passes * bytes) / seconds);
      }
    return workers.map(({ contestant, bytesPerSecond }) => ({ contestant, bytesPerSecond }));
  } finally {
    for (const { worker } of workers) worker.stop();
  }
};

const startForeign = async ({ entry: { foreign }, clock, hiredis }: Asked, folder: string): Promise<Worker | undefined> => {
  if (hiredis === undefined || foreign === undefined) return undefined;
  const { chunks } = foreign.stream();
  const file = join(folder, "stream");
  await writeFile(file, lengthPrefixed(chunks));
  const bytes = chunks.reduce((all, chunk) => all + chunk.length, 0);
  return startHiredis(hiredis, { file, task: foreign.task, bytes, clock });
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
