// Local processes that end with us.
//
// A container here is an ordinary process of this machine, in a process group of its own. Three measures see to it that none is left
// over: the kernel kills it when the kubelet dies (parent-death signal, set by `setpriv` where the machine has it), the group is killed
// when its leader exits (what the end of a PID namespace does to a container), and every pid is recorded in the state folder with its
// start time, so that the next kubelet ends what a killed one left behind without ever hitting a stranger who got the same number.
import { spawn } from "node:child_process";
import { accessSync, constants, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants as osConstants } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { isObject } from "../clients/resource.ts";

export type Exit = { readonly code: number; readonly signal: number | undefined };

export type LocalProcess = {
  readonly pid: number;
  readonly stdin: Writable | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** At once when the process ends: the death certificate waits for nothing else. */
  readonly exited: Promise<Exit>;
  /** When its output has been read to the end as well. */
  readonly closed: Promise<void>;
  /** To the leader alone, as the runtime signals PID 1 of a container. */
  readonly terminate: () => void;
  /** SIGKILL to the whole group. */
  readonly kill: () => void;
};

export type StartRequest = {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: boolean;
  /** What is written beside the pid in the state folder: who this is, for people and for fault injection. */
  readonly owner: Readonly<Record<string, string>>;
};

export type Processes = {
  /** Starts a process; the message of why it could not be started otherwise. */
  readonly start: (request: StartRequest) => LocalProcess | { readonly problem: string };
  /** SIGTERM to all, SIGKILL to what is left after `graceMs`. */
  readonly stopAll: (graceMs: number) => Promise<void>;
};

export type Recorded = { readonly pid: number; readonly startTime: string; readonly owner: Readonly<Record<string, string>> };

const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => isExecutable(path));

/** Ends what an earlier kubelet left, then hands out processes recorded under `folder`. */
export const openProcesses = (folder: string): Processes => {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const pid = Number(name);
    const path = join(folder, name);
    const now = Number.isSafeInteger(pid) && pid > 1 ? startTimeOf(pid) : undefined;
    // A dead leader's number is not given away while its group has members; a living stranger has another start time.
    if (pid > 1 && (now === undefined || now === readRecord(path)?.startTime)) killGroup(pid, "SIGKILL");
    rmSync(path, { force: true });
  }
  const running = new Map<number, LocalProcess>();

  const start = (request: StartRequest): LocalProcess | { readonly problem: string } => {
    const [command = "", ...rest] = request.argv;
    const program = findExecutable(command, request.environment["PATH"] ?? "", request.cwd);
    if (program === undefined) return { problem: `exec: "${command}": no such executable in PATH ${request.environment["PATH"] ?? ""}` };
    const argv = setpriv === undefined ? [program, ...rest] : [setpriv, "--pdeathsig", "KILL", "--", program, ...rest];
    const child = spawn(argv[0] ?? program, argv.slice(1), {
      cwd: request.cwd,
      env: request.environment,
      detached: true,
      stdio: [request.stdin ? "pipe" : "ignore", "pipe", "pipe"],
    });
    child.stdin?.on("error", () => undefined); // a process that ended does not read on: no news
    const { pid } = child;
    if (pid === undefined) {
      child.on("error", () => undefined);
      return { problem: `exec: "${program}" could not be started in ${request.cwd}` };
    }
    const record = join(folder, String(pid));
    writeRecord(record, { startTime: startTimeOf(pid) ?? "", owner: request.owner });
    const exited = new Promise<Exit>((done) => {
      child.once("error", () => done({ code: 128, signal: undefined }));
      child.once("exit", (code, signal) => {
        killGroup(pid, "SIGKILL");
        rmSync(record, { force: true });
        running.delete(pid);
        const number = signal === null ? undefined : osConstants.signals[signal];
        done({ code: code ?? 128 + (number ?? 0), signal: number });
      });
    });
    const closed = new Promise<void>((done) => void child.once("close", () => done()));
    const local: LocalProcess = {
      pid,
      stdin: child.stdin ?? undefined,
      stdout: child.stdout ?? undefined,
      stderr: child.stderr ?? undefined,
      exited,
      closed,
      terminate: () => void child.kill("SIGTERM"),
      kill: () => killGroup(pid, "SIGKILL"),
    };
    running.set(pid, local);
    return local;
  };

  const stopAll = async (graceMs: number): Promise<void> => {
    const all = [...running.values()];
    for (const each of all) each.terminate();
    const timer = setTimeout(() => all.forEach((each) => running.has(each.pid) && each.kill()), graceMs);
    await Promise.all(all.map((each) => each.exited));
    clearTimeout(timer);
  };
  return { start, stopAll };
};

/** The recorded processes of a state folder that are still the ones recorded. */
export const recordedProcesses = (folder: string): readonly Recorded[] =>
  readdirSync(folder).flatMap((name) => {
    const pid = Number(name);
    const path = join(folder, name);
    if (!Number.isSafeInteger(pid) || pid <= 1) return [];
    const record = readRecord(path);
    if (record !== undefined && record.startTime === startTimeOf(pid)) return [{ pid, ...record }];
    return [];
  });

const readRecord = (path: string): Omit<Recorded, "pid"> | undefined => {
  try {
    const record: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (!isObject(record) || typeof record["startTime"] !== "string" || !isObject(record["owner"])) return undefined;
    const owner = Object.fromEntries(Object.entries(record["owner"]).map(([key, value]) => [key, String(value)]));
    return { startTime: record["startTime"], owner };
  } catch {
    return undefined;
  }
};

const writeRecord = (path: string, record: Omit<Recorded, "pid">): void => {
  try {
    writeFileSync(path, JSON.stringify(record));
  } catch {
    // A full disk must not keep a container from running; the parent-death signal still covers it.
  }
};

/** Field 22 of /proc/PID/stat, in clock ticks since boot: with the pid it names a process for as long as the machine runs. */
const startTimeOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state = "Z", ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie has ended; where nobody collects orphans it keeps its entry for ever.
    return "ZX".includes(state) ? undefined : rest[18];
  } catch {
    return undefined;
  }
};

const killGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group: that is what was wanted.
  }
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export const findExecutable = (command: string, path: string, cwd: string): string | undefined => {
  if (command === "") return undefined;
  if (isAbsolute(command) || command.includes("/")) {
    const absolute = resolve(cwd, command);
    return isExecutable(absolute) ? absolute : undefined;
  }
  return path
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((candidate) => isExecutable(candidate));
};
