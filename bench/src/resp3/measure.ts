// One line of the table: processes for each contestant, and rounds in turns (ABC CBA ABC …), so that what slows the machine down for a while
// slows down all of them in the same turn, and what one process is lucky with is one figure among several.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "./arguments.ts";
import type { Entry } from "./entries.ts";
import { HIREDIS } from "./target.ts";
import { withFolder } from "./temporary.ts";
import { lengthPrefixed, measureAllocations, startHiredis, startJavaScript, type Worker } from "./workers.ts";

export type Measured = {
  readonly contestant: string;
  /** One figure a turn; the same place is the same turn for everybody. */
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

/**
 * Processes of each contestant on each line; they take its rounds in turns. Where memory lies, which is different in each, is worth a third of
 * the speed on rows of much memory.
 */
const PROCESSES = 3;

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
const inPairs = async <One, Result>(all: readonly One[], body: (one: One) => Promise<Result>): Promise<Result[]> => {
  const results: Result[] = [];
  for (let at = 0; at < all.length; at += 2) results.push(...(await Promise.all(all.slice(at, at + 2).map(body))));
  return results;
};

type Figures = Omit<Measured, "allocated">;

type Contestant = { readonly contestant: string; readonly workers: readonly Worker[]; passes: number; readonly bytesPerSecond: number[] };

const rounds = async (asked: Asked, folder: string): Promise<readonly Figures[]> => {
  const started: Worker[] = [];
  const start = async (begin: () => Promise<Worker>): Promise<Worker> => {
    const worker = await begin();
    started.push(worker);
    return worker;
  };
  try {
    const all: readonly Contestant[] = (await startAll(asked, folder, start)).map((each) => ({ ...each, passes: 1, bytesPerSecond: [] }));
    const sums = new Set<number>();
    for (const { workers } of all) for (const worker of workers) sums.add((await worker.round(1)).sum);
    if (sums.size > 1)
      throw new Error(`${asked.entry.row}, ${asked.entry.mode}: ${asked.contestants.join(", ")} did not all read the same`);
    await inPairs(all, async (each) => {
      for (const worker of each.workers) each.passes = await warm(worker, each.passes);
    });
    for (let turn = 0; turn < asked.rounds; turn++)
      for (const { workers, passes, bytesPerSecond } of turn % 2 === 0 ? all : all.toReversed()) {
        const round = await workers[turn % workers.length]?.round(passes);
        if (round !== undefined) bytesPerSecond.push((passes * round.bytes) / round.seconds);
      }
    return all.map(({ contestant, bytesPerSecond }) => ({ contestant, bytesPerSecond }));
  } finally {
    for (const worker of started) worker.stop();
  }
};

type Started = { readonly contestant: string; readonly workers: readonly Worker[] };

const startAll = async (
  asked: Asked,
  folder: string,
  start: (begin: () => Promise<Worker>) => Promise<Worker>,
): Promise<readonly Started[]> => {
  const { kind, row, mode } = asked.entry;
  const places = Array.from({ length: Math.min(PROCESSES, asked.rounds) }, (_, place) => place);
  const jobs = asked.contestants.flatMap((contestant) => places.map(() => ({ kind, contestant, row, mode, clock: asked.clock })));
  const workers = await inPairs(jobs, async (job) => ({ contestant: job.contestant, worker: await start(() => startJavaScript(job)) }));
  const foreign = await foreignOf(asked, folder);
  if (foreign !== undefined)
    for (const _ of places) workers.push({ contestant: HIREDIS, worker: await start(() => Promise.resolve(startHiredis(...foreign))) });
  return [...Map.groupBy(workers, ({ contestant }) => contestant)].map(([contestant, those]) => ({
    contestant,
    workers: those.map(({ worker }) => worker),
  }));
};

/** What hiredis is started with, where it takes part. */
const foreignOf = async (
  { entry: { foreign }, clock, hiredis }: Asked,
  folder: string,
): Promise<Parameters<typeof startHiredis> | undefined> => {
  if (hiredis === undefined || foreign === undefined) return undefined;
  const { chunks } = foreign.stream();
  const file = join(folder, "stream");
  await writeFile(file, lengthPrefixed(chunks));
  const bytes = chunks.reduce((all, chunk) => all + chunk.length, 0);
  return [hiredis, { file, task: foreign.task, bytes, clock }];
};

/** Runs a worker until its code is warm, and answers with the number of passes that make a round; `first` is a guess. */
const warm = async (worker: Worker, first: number): Promise<number> => {
  let passes = first;
  for (let spent = 0; ;) {
    const { seconds } = await worker.round(passes);
    spent += seconds;
    const wanted = Math.max(1, Math.round((passes * ROUND_S) / Math.max(seconds, 1e-6)));
    if (spent >= WARM_S && wanted <= passes * 2) return wanted;
    passes = Math.min(wanted, passes * 4);
  }
};
