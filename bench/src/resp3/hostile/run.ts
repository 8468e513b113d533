// Starts a worker with bounds of time and memory, and says what became of it. The bound of memory is kept from outside: that of the engine
// does not see Buffers, and one of the address space is more than the engine reserves by itself.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { type Figures, figuresIn } from "./outcome.ts";

export const bounds = { seconds: 20, bytes: 3 * 2 ** 30 } as const;

const POLL_MS = 20;

/** Runs a program that writes its figures as one line of JSON. */
export const bounded = (program: string, args: readonly string[]): Promise<Figures> =>
  new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const kill = (): boolean => child.kill("SIGKILL");
    process.once("exit", kill); // it has no bounds when nobody watches
    let [output, complaints] = ["", ""];
    let ended: string | undefined;
    const end = (why: string): void => {
      ended ??= why;
      kill();
    };
    const late = setTimeout(() => end(`more than ${bounds.seconds} s`), bounds.seconds * 1000);
    const watch = setInterval(() => {
      void residentBytes(child.pid ?? 0).then((bytes) => {
        if (bytes > bounds.bytes) end(`more than ${bounds.bytes / 2 ** 30} GiB`);
      });
    }, POLL_MS);
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
    child.on("error", fail);
    child.on("close", (code, signal) => {
      process.off("exit", kill);
      clearTimeout(late);
      clearInterval(watch);
      if (code === 0 && output.endsWith("\n")) return done(figuresIn(output));
      const isFull = complaints.includes("heap out of memory") || complaints.includes("heap limit");
      const how =
        ended ??
        (isFull ? "heap out of memory" : (signal ?? complaints.split("\n").find((line) => line.includes("Error")) ?? `exit code ${code}`));
      done({ outcome: { _tag: "Died", how }, replies: 0, shown: [], seconds: Number.NaN, fedBytes: 0, peakBytes: Number.NaN });
    });
  });

/** Of a process that is still there; Linux only, elsewhere nothing is watched. */
const residentBytes = async (pid: number): Promise<number> => {
  const statm = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => "");
  return Number(statm.split(" ")[1] ?? 0) * 4096;
};
