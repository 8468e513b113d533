// One contestant on one line of the table, in a process of its own: what another row or another contestant has left in the caches of the
// engine would be measured too. It does what it is told over IPC and sleeps in between, so that the rounds of all can take turns.
//
//   node --expose-gc worker.ts KIND CONTESTANT ROW MODE CLOCK       { passes } → { sum, bytes, seconds };  "allocations" → { perUnit }
import { flushCompileCache } from "node:module";
import { GCProfiler } from "node:v8";
import { timed } from "./passes.ts";

const [kind = "", contestant = "", row = "", mode = "", clock = ""] = process.argv.slice(2);
const { pass, units } = timed(kind, contestant, row, mode);
const first = pass();

const nobody = new Int32Array(new SharedArrayBuffer(4));

/** Linux adds to a thread's time when the thread stops running, or else every 4 ms: a twelfth of a round. So it stops for a moment. */
const seconds = (): number => {
  if (clock !== "cpu") return performance.now() / 1000;
  Atomics.wait(nobody, 0, 0, 0.01);
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
};

const round = (passes: number): object => {
  globalThis.gc?.();
  const begun = seconds();
  for (let done = 0; done < passes; done++)
    if (pass().sum !== first.sum) throw new Error(`${contestant}, ${row}, ${mode}: two passes do not read the same`);
  return { ...first, seconds: seconds() - begun };
};

/** Bytes that one reply or command makes the engine allocate, on its heap and outside; null when some were collected meanwhile. */
const allocations = (): object => {
  globalThis.gc?.();
  const profiler = new GCProfiler();
  profiler.start();
  const before = process.memoryUsage();
  pass();
  const after = process.memoryUsage();
  const collections = profiler.stop().statistics.length;
  const bytes = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
  return { perUnit: collections > 0 ? null : bytes / units };
};

process.on("message", (order: unknown) => {
  const passes: unknown = typeof order === "object" && order !== null ? Reflect.get(order, "passes") : undefined;
  process.send?.(typeof passes === "number" ? round(passes) : allocations());
});
flushCompileCache(); // it is killed in the end
process.send?.({ ready: true });
