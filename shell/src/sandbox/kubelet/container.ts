// A container over all its runs: when it is started again, when it waits, and what its status says meanwhile.
//
// The first restart comes at once; after that the pause is 10 s and doubles to five minutes, and is forgotten after ten minutes of
// running: the kubelet's own numbers. A death is reported before anything else happens, because the operator waits for it.
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Container, ContainerState, ContainerStatus, Pod, Terminated } from "../clients/pod.ts";
import { timestamp } from "../clients/resource.ts";
import { type LaunchInput, prepareLaunch } from "./launch.ts";
import { type ContainerLog, openLog } from "./log.ts";
import type { LocalProcess, Processes } from "./processes.ts";
import { type Run, startRun } from "./run.ts";

export type ContainerInput = Omit<LaunchInput, "pod"> & {
  readonly pod: () => Pod;
  readonly restartPolicy: string;
  readonly processes: Processes;
  readonly backOffMs: number;
  /** What an earlier kubelet said of this container, if one ran it. */
  readonly earlier: ContainerStatus | undefined;
  readonly changed: () => void;
  readonly event: (type: "Normal" | "Warning", reason: string, message: string, fieldPath: string) => void;
};

export type RunningContainer = {
  readonly name: string;
  readonly status: () => ContainerStatus;
  /** Whether it will never run again by itself. */
  readonly isFinished: () => boolean;
  readonly finished: Promise<void>;
  /** Resolves when it first counts as started: what the containers after a restartable init container wait for. */
  readonly started: Promise<void>;
  readonly stop: (graceMs: number) => Promise<void>;
  readonly execute: Run["execute"];
  readonly logPath: (previous: boolean) => string | undefined;
  readonly currentLog: () => ContainerLog | undefined;
};

const LONGEST_BACK_OFF_MS = 300_000;
const RESET_AFTER_MS = 600_000;
const PREPARE_AGAIN_MS = 500;
const LONGEST_PREPARE_MS = 10_000;

export const runContainer = (container: Container, input: ContainerInput): RunningContainer => {
  const { earlier } = input;
  let restartCount = earlier === undefined ? 0 : earlier.restartCount + (wasRunning(earlier) ? 1 : 0);
  let last: Terminated | undefined = earlier === undefined ? undefined : terminatedOf(earlier);
  let state: ContainerState = { waiting: { reason: "ContainerCreating" } };
  let ready = false;
  let started = false;
  let imageID = "";
  let containerID: string | undefined;
  let run: Run | undefined;
  let log: ContainerLog | undefined;
  let previousLog: string | undefined;
  let backOff = { pauseMs: 0, startedAt: 0 };
  const stopAsked = new AbortController();
  const finished = Promise.withResolvers<void>();
  const firstStarted = Promise.withResolvers<void>();
  let isFinished = false;

  const become = (next: ContainerState): void => {
    state = next;
    input.changed();
  };
  const event: (type: "Normal" | "Warning", reason: string, message: string) => void = (type, reason, message) =>
    input.event(type, reason, message, `spec.containers{${container.name}}`);

  const launched = async (): Promise<Run | undefined> => {
    let pause = PREPARE_AGAIN_MS;
    for (;;) {
      const launch = await prepareLaunch({ ...input, container, pod: input.pod() });
      if (stopAsked.signal.aborted) return undefined;
      if (launch._tag === "Launch") {
        imageID = launch.image.id;
        event("Normal", "Pulled", `Container image "${container.image}" is served by ${launch.image.id} of this machine`);
        previousLog = log?.path;
        log = openLog(join(input.folder, "logs", container.name, `${restartCount}.log`));
        const pod = input.pod();
        const owner = { namespace: pod.metadata.namespace ?? "", pod: pod.metadata.name, container: container.name };
        const { addresses, mounts, processes } = input;
        const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
        return startRun({
          launch,
          container,
          podIP: addresses.podIP,
          mounts,
          log,
          processes,
          owner,
          graceMs,
          event,
          becameStarted: () => {
            started = true;
            firstStarted.resolve();
            input.changed();
          },
          becameReady: (value) => {
            if (ready === value) return;
            ready = value;
            input.changed();
          },
        });
      }
      event("Warning", "Failed", `${launch.reason}: ${launch.message}`);
      const reason = launch.reason === "ErrImagePull" && pause > PREPARE_AGAIN_MS ? "ImagePullBackOff" : launch.reason;
      become({ waiting: { reason, message: launch.message } });
      await sleep(pause, stopAsked.signal);
      if (stopAsked.signal.aborted) return undefined;
      pause = Math.min(pause * 2, LONGEST_PREPARE_MS);
    }
  };

  const runOnce = async (): Promise<Terminated | undefined> => {
    run = await launched();
    if (run === undefined) return undefined;
    if (stopAsked.signal.aborted) void run.stop(0);
    ({ containerID } = run);
    backOff = { ...backOff, startedAt: performance.now() };
    event("Normal", "Started", `Started container ${container.name}`);
    become({ running: { startedAt: run.startedAt } });
    const terminated = await run.ended;
    run = undefined;
    ready = false;
    started = false;
    become({ terminated });
    return terminated;
  };

  const waitToRestart = async (): Promise<void> => {
    if (performance.now() - backOff.startedAt > RESET_AFTER_MS) backOff = { ...backOff, pauseMs: 0 };
    const { pauseMs } = backOff;
    backOff = { ...backOff, pauseMs: pauseMs === 0 ? input.backOffMs : Math.min(pauseMs * 2, LONGEST_BACK_OFF_MS) };
    if (pauseMs === 0) return;
    const message = `back-off ${pauseMs / 1000}s restarting failed container=${container.name} pod=${input.pod().metadata.name}`;
    event("Warning", "BackOff", `Back-off restarting failed container ${container.name}`);
    become({ waiting: { reason: "CrashLoopBackOff", message } });
    await sleep(pauseMs, stopAsked.signal);
  };

  const live = async (): Promise<void> => {
    if (earlier !== undefined && !mayRestart(input.restartPolicy, last)) {
      if (last !== undefined) become({ terminated: last });
      return;
    }
    for (;;) {
      const terminated = await runOnce();
      if (terminated === undefined || stopAsked.signal.aborted || !mayRestart(input.restartPolicy, terminated)) return;
      await nextTurn(); // the report of the death goes out before the start of a process holds up this thread
      last = terminated;
      await waitToRestart();
      if (stopAsked.signal.aborted) return;
      restartCount += 1;
    }
  };
  void live().then(() => {
    isFinished = true;
    if (!("terminated" in state) && last !== undefined) become({ terminated: last });
    finished.resolve();
    input.changed();
  });

  return {
    name: container.name,
    status: () => ({
      name: container.name,
      image: container.image,
      imageID,
      ...(containerID !== undefined && { containerID }),
      restartCount,
      ready,
      started,
      state,
      lastState: last === undefined || ("terminated" in state && state.terminated === last) ? {} : { terminated: last },
    }),
    isFinished: () => isFinished,
    finished: finished.promise,
    started: firstStarted.promise,
    stop: async (graceMs) => {
      stopAsked.abort();
      await run?.stop(graceMs);
      await finished.promise;
    },
    execute: (command, stdin): LocalProcess | { readonly problem: string } =>
      run?.execute(command, stdin) ?? { problem: `container ${container.name} is not running` },
    logPath: (previous) => (previous ? previousLog : log?.path),
    currentLog: () => log,
  };
};

const wasRunning = (status: ContainerStatus): boolean => "running" in status.state;

/** The end an earlier kubelet reported, or, where it died before it could, the one that a restart of the node means. */
const terminatedOf = (status: ContainerStatus): Terminated | undefined => {
  if ("terminated" in status.state) return status.state.terminated;
  if (!("running" in status.state)) return status.lastState.terminated;
  const { startedAt } = status.state.running;
  const message = "the sandbox's kubelet was stopped, and its processes with it";
  const base = { exitCode: 137, reason: "ContainerStatusUnknown", message, startedAt, finishedAt: timestamp() };
  return { ...base, containerID: status.containerID ?? "" };
};

const mayRestart = (policy: string, terminated: Terminated | undefined): boolean =>
  terminated === undefined || policy === "Always" || (policy === "OnFailure" && terminated.exitCode !== 0);

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      done();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
