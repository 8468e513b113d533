// One row: a process for each contestant, and rounds in turns (ABC ABC …), so that whatever slows the machine down for a while slows
// down all of them.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Mode } from "./rows.ts";

export type Measured = { readonly contestant: string; readonly bytesPerSecond: readonly number[] };

export type Asked = { readonly contestants: readonly string[]; readonly mode: Mode; readonly row: string; readonly rounds: number };

/** The figures of every contestant, in the order asked. Throws where two of them did not read the same. */
export const measureRow = async ({ contestants, mode, row, rounds }: Asked): Promise<readonly Measured[]> => {
  const workers: { contestant: string; child: ChildProcess; figures: number[] }[] = [];
  try {
    let checksum: number | undefined;
    for (const contestant of contestants) {
      const child = fork(join(import.meta.dirname, "worker.ts"), [contestant, mode, row], {
        execArgv: [...process.execArgv, "--expose-gc"],
      });
      workers.push({ contestant, child, figures: [] });
      const read = numberIn(await answer(child), "checksum");
      checksum ??= read;
      if (read !== checksum) throw new Error(`${row}, ${mode}: ${contestant} read something else than ${contestants[0]}`);
    }
    for (let round = 0; round < rounds; round++)
      for (const { child, figures } of workers) {
        child.send("round");
        figures.push(numberIn(await answer(child), "bytesPerSecond"));
      }
    return workers.map(({ contestant, figures }) => ({ contestant, bytesPerSecond: figures }));
  } finally {
    for (const { child } of workers) child.kill("SIGKILL");
  }
};

/** The next message of a worker; throws when it ends instead. */
const answer = async (child: ChildProcess): Promise<unknown> => {
  const ended = new AbortController();
  try {
    const said: readonly unknown[] = await Promise.race([
      once(child, "message", ended),
      once(child, "exit", ended).then(([code, signal]: unknown[]) => {
        throw new Error(`a worker ended with ${String(code ?? signal)}`);
      }),
    ]);
    return said[0];
  } finally {
    ended.abort();
  }
};

const numberIn = (message: unknown, name: string): number => {
  const value: unknown = typeof message === "object" && message !== null ? Reflect.get(message, name) : undefined;
  if (typeof value !== "number") throw new Error(`a worker answered without ${name}`);
  return value;
};
