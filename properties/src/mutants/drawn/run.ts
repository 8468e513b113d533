// Runs a program of ours for a limited time: a mutant that turns round for ever would hold up whoever asks.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export type Ended = { readonly out: string; readonly said: string; readonly isEnded: boolean };

export const runFor = async (milliseconds: number, program: string, args: readonly string[], input: string): Promise<Ended> => {
  // Cases of each law: fewer than in a whole check, for a mutant that nobody finds is asked for all of them.
  const env = { GUNGNIR_RUNS: "60", ...process.env };
  const child = spawn(process.execPath, ["--conditions=gungnir-source", program, ...args], { stdio: ["pipe", "pipe", "pipe"], env });
  let isEnded = true;
  const clock = setTimeout(() => {
    isEnded = false;
    child.kill("SIGKILL");
  }, milliseconds);
  const closed = new Promise<void>((done, failed) => void child.on("close", () => done()).on("error", failed));
  child.stdin.on("error", () => undefined); // it may have ended before it read anything; that it did is what is told
  child.stdin.end(input);
  const [out, said] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  clearTimeout(clock);
  return { out, said, isEnded };
};
