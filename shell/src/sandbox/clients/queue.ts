// A level-triggered work queue: a key is worked on by one at a time, however often it is asked for meanwhile, and again after a failure.
import { warn } from "./api.ts";

export type Queue = { readonly add: (key: string) => void; readonly addAfter: (key: string, ms: number) => void };

/** The pause after a failure doubles from 20 ms to 5 s. */
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 5_000;

export const workQueue = (name: string, signal: AbortSignal, work: (key: string) => Promise<void>): Queue => {
  const waiting = new Set<string>();
  const running = new Set<string>();
  const failures = new Map<string, number>();

  const start = (key: string): void => {
    if (signal.aborted || running.has(key) || !waiting.delete(key)) return;
    running.add(key);
    void work(key)
      .then(() => void failures.delete(key))
      .catch((problem: unknown) => {
        if (signal.aborted) return;
        const count = (failures.get(key) ?? 0) + 1;
        failures.set(key, count);
        if (count > 1) warn(name, `${key}: ${problem instanceof Error ? problem.message : String(problem)}`);
        addAfter(key, Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (count - 1)));
      })
      .finally(() => {
        running.delete(key);
        start(key);
      });
  };
  const add = (key: string): void => {
    waiting.add(key);
    // In a later turn: the changes one watch chunk brings are then worked on together.
    setImmediate(() => start(key));
  };
  const addAfter = (key: string, ms: number): void => {
    setTimeout(() => add(key), ms).unref();
  };
  return { add, addAfter };
};
