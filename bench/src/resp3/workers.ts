// The processes that are measured, from outside: each runs its row as often as it is told and says how long that took.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cacheFolder } from "@gungnir/shell/sandbox/valkey-binary";
import type { Clock } from "./arguments.ts";

export type Round = { readonly sum: number; readonly bytes: number; readonly seconds: number };
export type Worker = { readonly round: (passes: number) => Promise<Round>; readonly stop: () => void };

/** What a process in JavaScript is started for. */
export type Job = {
  readonly kind: string;
  readonly contestant: string;
  readonly row: string;
  readonly mode: string;
  readonly clock: Clock;
};

export const startJavaScript = async (job: Job): Promise<Worker> => {
  const child = await forked(job, []);
  return {
    round: async (passes) => {
      const said = await asked(child, { passes });
      return { sum: numberIn(said, "sum"), bytes: numberIn(said, "bytes"), seconds: numberIn(said, "seconds") };
    },
    stop: () => child.kill("SIGKILL"),
  };
};

/** So many bytes of young objects that nothing of a pass is collected. */
const UNCOLLECTED = ["--min-semi-space-size=512", "--max-semi-space-size=512"];

/** Bytes allocated for one reply or command by code that is warm; undefined where some of them were collected meanwhile. */
export const measureAllocations = async (job: Job): Promise<number | undefined> => {
  const child = await forked(job, UNCOLLECTED);
  try {
    for (let pass = 0; pass < 8; pass++) await asked(child, { passes: 1 });
    const said = await asked(child, "allocations");
    return Reflect.get(said, "perUnit") === null ? undefined : numberIn(said, "perUnit");
  } finally {
    child.kill("SIGKILL");
  }
};

/** What a process in C is started for. */
export type Foreign = { readonly file: string; readonly task: string; readonly bytes: number; readonly clock: Clock };

/** `bytes` is what one pass of the file holds; see hiredis/bench.c for the rest. */
export const startHiredis = (program: string, { file, task, bytes, clock }: Foreign): Worker => {
  const child = spawn(program, [file, task, clock], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    round: async (passes) => {
      child.stdin.write(`${passes}\n`);
      const { value } = await lines.next();
      const [sum, seconds] = (value ?? "").split(" ");
      if (sum === undefined || seconds === undefined) throw new Error("hiredis ended without a figure");
      return { sum: Number(sum), bytes, seconds: Number(seconds) };
    },
    stop: () => child.kill("SIGKILL"),
  };
};

const forked = async ({ kind, contestant, row, mode, clock }: Job, options: readonly string[]): Promise<ChildProcess> => {
  const execArgv = [...process.execArgv, "--expose-gc", ...options];
  // Hundreds of processes load the same modules, which takes longer than the rounds of each; what the engine made of them is kept.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(cacheFolder(), "bench") };
  const child = fork(join(import.meta.dirname, "worker.ts"), [kind, contestant, row, mode, clock], { execArgv, env });
  await answer(child);
  return child;
};

const asked = (child: ChildProcess, order: string | object): Promise<object> => {
  const answered = answer(child);
  child.send(order);
  return answered;
};

/** The next message of a worker; throws when it ends instead. */
const answer = async (child: ChildProcess): Promise<object> => {
  const ended = new AbortController();
  try {
    const said: unknown = await Promise.race([
      once(child, "message", ended).then((values: unknown[]) => values[0]),
      once(child, "exit", ended).then(([code, signal]: unknown[]) => {
        throw new Error(`a worker ended with ${String(code ?? signal)}`);
      }),
    ]);
    if (typeof said !== "object" || said === null) throw new Error("a worker said something that is no answer");
    return said;
  } finally {
    ended.abort();
  }
};

const numberIn = (said: object, name: string): number => {
  const value: unknown = Reflect.get(said, name);
  if (typeof value !== "number") throw new Error(`a worker answered without ${name}`);
  return value;
};

/** Chunks as hiredis/bench.c reads them: each with its length before it. */
export const lengthPrefixed = (chunks: readonly Buffer[]): Buffer =>
  Buffer.concat(
    chunks.flatMap((chunk) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(chunk.length);
      return [length, chunk];
    }),
  );
