// A process of the sandbox: started, waited for until it says on one JSON line that it is ready, its output kept in a file, ended by its pid.
//
// It has a process group of its own, so that Ctrl-C reaches only the program in front, which then ends the others in order; and it is
// told by the kernel when that program dies (`setpriv`, where the machine has it) or by the closing of their channel.
import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { isObject } from "./clients/resource.ts";

export type Child = {
  readonly name: string;
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** How it ended, in words. */
  readonly exited: Promise<string>;
  /** SIGTERM, then SIGKILL after `graceMs`. */
  readonly stop: (graceMs?: number) => Promise<void>;
};

export type ChildOptions = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly log: string;
  /** Whether a line of its output says that it is ready; the default is the first line that is a JSON object. */
  readonly readyWithinMs?: number;
  /** Ready as soon as it runs: for programs that say nothing. */
  readonly isSilent?: boolean;
  readonly line?: (line: string) => void;
};

const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
const READY_WITHIN_MS = 30_000;
const GRACE_MS = 8_000;
const REMEMBERED_LINES = 20;

/** Starts a program; rejects with its last words when it ends, or says nothing for too long, before it is ready. */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  const { name, program, args } = options;
  mkdirSync(dirname(options.log), { recursive: true });
  const argv = setpriv === undefined ? [program, ...args] : [setpriv, "--pdeathsig", "TERM", "--", program, ...args];
  const child = spawn(argv[0] ?? program, argv.slice(1), {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, ...options.environment },
  });
  const log = createWriteStream(options.log, { flags: "a" });
  log.on("error", () => undefined); // a full disk costs the log, not the sandbox
  const lastWords: string[] = [];
  const ready = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      log.write(`${line}\n`);
      lastWords.push(line);
      if (lastWords.length > REMEMBERED_LINES) lastWords.shift();
      options.line?.(line);
      const said = stream === child.stdout ? jsonLine(line) : undefined;
      if (said !== undefined) ready.resolve(said);
    });
  }
  const ended = Promise.withResolvers<string>();
  child.once("error", (problem) => ended.resolve(`${name} could not be started: ${problem.message}`));
  child.once("exit", (code, signal) => ended.resolve(`${name} ended with ${signal ?? `exit code ${code ?? "unknown"}`}`));
  child.once("close", () => log.end());
  const { pid } = child;
  if (pid === undefined) throw new Error(await ended.promise);

  let isOver = false;
  void ended.promise.then(() => (isOver = true));
  const stop = async (graceMs = GRACE_MS): Promise<void> => {
    if (isOver) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await ended.promise;
    clearTimeout(timer);
  };
  if (options.isSilent === true) ready.resolve({});
  const withinMs = options.readyWithinMs ?? READY_WITHIN_MS;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${name} was not ready within ${withinMs} ms; its log is ${options.log}`)),
    withinMs,
  );
  const died = ended.promise.then((how): never => {
    throw new Error(`${how} before it was ready. It said:\n  ${lastWords.join("\n  ") || "nothing"}`);
  });
  try {
    const said = await Promise.race([ready.promise, late.promise, died]);
    return { name, pid, ready: said, exited: ended.promise, stop };
  } catch (problem) {
    await stop();
    throw problem;
  } finally {
    clearTimeout(timer);
    died.catch(() => undefined);
  }
};

const jsonLine = (line: string): Readonly<Record<string, unknown>> | undefined => {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** How a TypeScript or built entry of this package is run: with this Node, and from the sources where we are. */
export const nodeEntry = (path: string): { readonly program: string; readonly args: readonly string[] } => {
  const isSource = import.meta.filename.endsWith(".ts");
  const file = new URL(`./${path}.${isSource ? "ts" : "js"}`, import.meta.url).pathname;
  return { program: process.execPath, args: [...(isSource ? ["--conditions=gungnir-source"] : []), file] };
};
