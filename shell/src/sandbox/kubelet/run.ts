// One run of a container: from the start of its process to its end, with hooks and probes in between.
//
//   start ──▶ postStart ──▶ startup probe ──▶ readiness and liveness probes ──▶ exit
//                                                         │
//                                     stop: preStop, SIGTERM, what is left of the grace period, SIGKILL
import { randomBytes } from "node:crypto";
import type { Container, Probe, Terminated } from "../clients/pod.ts";
import { timestamp } from "../clients/resource.ts";
import type { Launch } from "./launch.ts";
import type { ContainerLog } from "./log.ts";
import { type Mounts, rewritePaths } from "./mounts.ts";
import { type Attempt, attempt, startProber, type Target } from "./probe.ts";
import type { LocalProcess, Processes, StartRequest } from "./processes.ts";

export type Run = {
  readonly containerID: string;
  readonly startedAt: string;
  readonly ended: Promise<Terminated>;
  /** Hooks and grace as Kubernetes has them; zero grace kills at once. Resolves when the process is gone. */
  readonly stop: (graceMs: number) => Promise<void>;
  /** A further process in the same surroundings: `kubectl exec`. */
  readonly execute: (command: readonly string[], stdin: boolean) => LocalProcess | { readonly problem: string };
};

export type RunInput = {
  readonly launch: Launch;
  readonly container: Container;
  readonly podIP: string;
  readonly mounts: Mounts;
  readonly log: ContainerLog;
  readonly processes: Processes;
  readonly owner: Readonly<Record<string, string>>;
  /** The pod's grace period: what a container that fails its liveness probe is given to end. */
  readonly graceMs: number;
  readonly becameStarted: () => void;
  readonly becameReady: (ready: boolean) => void;
  readonly event: (type: "Normal" | "Warning", reason: string, message: string) => void;
};

/** What a shell reports for a command it cannot start is 127; the container runtimes say 128 and StartError. */
const START_ERROR = 128;
const OUTPUT_LIMIT = 4_096;
/** Kubernetes lets a container have this much after preStop, even when the hook used up the grace period. */
const LEAST_GRACE_MS = 2_000;

export const startRun = (input: RunInput): Run => {
  const { container, launch } = input;
  const startedAt = timestamp();
  const containerID = `process://${randomBytes(16).toString("hex")}`;
  const base = { containerID, startedAt };
  const surroundings: Omit<StartRequest, "argv"> = { environment: launch.environment, cwd: launch.cwd, stdin: false, owner: input.owner };
  const process = input.processes.start({ ...surroundings, argv: launch.argv, owner: { ...input.owner, containerID } });
  if ("problem" in process) {
    input.log.end();
    const ended = { ...base, exitCode: START_ERROR, reason: "StartError", message: process.problem, finishedAt: timestamp() };
    return { ...base, ended: Promise.resolve(ended), stop: () => Promise.resolve(), execute: () => process };
  }
  process.stdout?.on("data", (chunk: Buffer) => input.log.write("stdout", chunk));
  process.stderr?.on("data", (chunk: Buffer) => input.log.write("stderr", chunk));
  void process.closed.then(input.log.end);

  let over = false;
  const probers = new Set<{ readonly stop: () => void }>();
  const stopProbers = (): void => {
    for (const prober of probers) prober.stop();
    probers.clear();
  };
  const ended = process.exited.then(({ code, signal }): Terminated => {
    over = true;
    stopProbers();
    const reason = code === 0 ? "Completed" : "Error";
    return { ...base, exitCode: code, ...(signal !== undefined && { signal }), reason, finishedAt: timestamp() };
  });

  const execute: Run["execute"] = (command, stdin) =>
    over
      ? { problem: `container ${container.name} is not running` }
      : input.processes.start({ ...surroundings, stdin, argv: command.map((part) => rewritePaths(part, input.mounts)) });
  const target: Target = {
    podIP: input.podIP,
    container,
    run: (command, timeoutMs) => runToEnd(execute(command, false), command, timeoutMs),
  };

  let stopping: Promise<void> | undefined;
  let kill = (): void => process.kill();
  const stop = (graceMs: number): Promise<void> => {
    if (graceMs <= 0) kill();
    stopping ??= stopGently(graceMs);
    return stopping;
  };
  const stopGently = async (graceMs: number): Promise<void> => {
    const began = performance.now();
    const cut = Promise.withResolvers<void>();
    kill = () => {
      process.kill();
      cut.resolve();
    };
    const { preStop } = container.lifecycle ?? {};
    if (preStop !== undefined && graceMs > 0 && !over) {
      const hook = await Promise.race([attempt(preStop, target, graceMs), ended.then(() => undefined), cut.promise.then(() => undefined)]);
      if (hook?.succeeded === false) input.event("Warning", "FailedPreStopHook", `PreStopHook failed: ${hook.output}`);
    }
    if (!over && graceMs > 0) process.terminate();
    const left = Math.max(graceMs - (performance.now() - began), graceMs > 0 && preStop !== undefined ? LEAST_GRACE_MS : 0);
    const timer = setTimeout(() => process.kill(), left);
    await ended;
    clearTimeout(timer);
  };

  const probe = (kind: "Startup" | "Readiness" | "Liveness", spec: Probe, changed: (succeeds: boolean, output: string) => void): void => {
    const failed = (output: string): void => input.event("Warning", "Unhealthy", `${kind} probe failed: ${output}`);
    probers.add(startProber({ probe: spec, target, changed, failed }));
  };
  const restartAfter = (kind: string, spec: Probe): void => {
    input.event("Normal", "Killing", `Container ${container.name} failed ${kind} probe, will be restarted`);
    stopProbers();
    const own = spec.terminationGracePeriodSeconds;
    void stop(own === undefined ? input.graceMs : own * 1000);
  };
  const isStarted = (): void => {
    if (over) return;
    stopProbers();
    input.becameStarted();
    const { readinessProbe, livenessProbe } = container;
    if (readinessProbe === undefined) input.becameReady(true);
    else probe("Readiness", readinessProbe, (succeeds) => input.becameReady(succeeds));
    if (livenessProbe !== undefined) {
      probe("Liveness", livenessProbe, (succeeds) => void (succeeds || restartAfter("liveness", livenessProbe)));
    }
  };
  const begin = async (): Promise<void> => {
    const { postStart } = container.lifecycle ?? {};
    if (postStart !== undefined) {
      const hook = await attempt(postStart, target, input.graceMs);
      if (!hook.succeeded && !over) {
        input.event("Warning", "FailedPostStartHook", `PostStartHook failed: ${hook.output}`);
        void stop(input.graceMs);
        return;
      }
    }
    const { startupProbe } = container;
    if (startupProbe === undefined) isStarted();
    else probe("Startup", startupProbe, (succeeds) => (succeeds ? isStarted() : restartAfter("startup", startupProbe)));
  };
  void begin();
  return { ...base, ended, stop, execute };
};

const runToEnd = (
  process: LocalProcess | { readonly problem: string },
  command: readonly string[],
  timeoutMs: number,
): Promise<Attempt> => {
  if ("problem" in process) return Promise.resolve({ succeeded: false, output: process.problem });
  let output = "";
  const collect = (chunk: Buffer): void => void (output.length < OUTPUT_LIMIT && (output += chunk.toString("utf8")));
  process.stdout?.on("data", collect);
  process.stderr?.on("data", collect);
  return new Promise((done) => {
    const timer = setTimeout(() => {
      process.kill();
      done({ succeeded: false, output: `command "${command.join(" ")}" timed out after ${timeoutMs} ms` });
    }, timeoutMs);
    void Promise.all([process.exited, process.closed]).then(([{ code }]) => {
      clearTimeout(timer);
      done({ succeeded: code === 0, output: output.slice(0, OUTPUT_LIMIT) });
    });
  });
};
