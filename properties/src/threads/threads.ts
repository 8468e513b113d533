/* oxlint-disable typescript/no-unsafe-type-assertion -- a message between threads is what the other end sent */
// A search by several threads at once, each with a shard.
import { totalmem } from "node:os";
import { MessageChannel, Worker } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type { Progress } from "../explore/explore.ts";
import type { ShardGraph } from "../explore/shard.ts";
import { Mail } from "./mail.ts";
import type { Order } from "./thread.ts";
import type { Ended, Report } from "../explore/together.ts";
import { goesOn, isComplete } from "../explore/together.ts";

export type Threads = {
  readonly threads: number;
  readonly maxStates?: number;
  readonly progress?: (progress: Progress) => void;
};

/** Of the machine's memory, for all threads together. */
const MEMORY = 0.7;

/** `module`, by its address, exports `task: (name) => Task`; every thread asks it for `name`. */
export const searchInThreads = async (module: string, name: string, { threads, maxStates, progress }: Threads): Promise<Ended> => {
  const started = performance.now();
  const self = import.meta.url;
  const workers = Array.from({ length: threads }, (_, me) => {
    const order: Order = { module, name, me, shards: threads };
    const argv = self.endsWith(".ts") ? ["--conditions=gungnir-source"] : [];
    return new Worker(new URL(self.endsWith(".ts") ? "thread.ts" : "thread.js", self), {
      workerData: order,
      execArgv: argv,
      resourceLimits: { maxOldGenerationSizeMb: Math.floor((MEMORY * totalmem()) / threads / 2 ** 20) },
    });
  });
  const failed = new Promise<never>((_, reject) => {
    for (const worker of workers) worker.once("error", reject);
  });
  try {
    return await Promise.race([failed, conduct(workers)]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  async function conduct(all: readonly Worker[]): Promise<Ended> {
    const mails = all.map((worker) => new Mail(worker));
    const ports = channels(threads);
    for (const [me, worker] of all.entries()) {
      const own = ports.map((row) => row[me]);
      worker.postMessage(
        { ports: own },
        own.filter((port) => port !== undefined),
      );
    }
    let depth = 0;
    let reports = (await Promise.all(mails.map((mail) => mail.take()))) as Report[];
    while (goesOn(reports, maxStates ?? Infinity)) {
      for (const mail of mails) mail.send("level");
      reports = (await Promise.all(mails.map((mail) => mail.take()))) as Report[];
      depth++;
      const sum = (of: (report: Report) => number): number => reports.reduce((total, report) => total + of(report), 0);
      progress?.({
        states: sum((one) => one.states),
        transitions: sum((one) => one.transitions),
        depth,
        frontier: sum((one) => one.frontier),
      });
    }
    for (const mail of mails) mail.send("end");
    const graphs = (await Promise.all(mails.map((mail) => mail.take()))) as ShardGraph[];
    return { reports, graphs, complete: isComplete(reports), seconds: (performance.now() - started) / 1000 };
  }
};

/** Of each pair a channel: row `to` holds, for each shard, its port to `to`. */
const channels = (shards: number): readonly (readonly (MessagePort | undefined)[])[] => {
  const ports: (MessagePort | undefined)[][] = Array.from({ length: shards }, () => Array.from({ length: shards }, () => undefined));
  for (let one = 0; one < shards; one++) {
    for (let other = one + 1; other < shards; other++) {
      const { port1, port2 } = new MessageChannel();
      const [toOther, toOne] = [ports[other], ports[one]];
      if (toOther !== undefined) toOther[one] = port1;
      if (toOne !== undefined) toOne[other] = port2;
    }
  }
  return ports;
};
