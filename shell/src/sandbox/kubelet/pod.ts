// One pod from its binding to its end: address, volumes, init containers, containers; then the grace period and the last delete.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Api, pathTo, warn } from "../clients/api.ts";
import type { Recorder } from "../clients/events.ts";
import { type Container, type ContainerStatus, isTerminating, type Pod, type PodStatus } from "../clients/pod.ts";
import { type Condition, timestamp } from "../clients/resource.ts";
import { type RunningContainer, runContainer } from "./container.ts";
import type { Addresses } from "./environment.ts";
import type { Images } from "./images.ts";
import type { AddressPool } from "./network.ts";
import type { Processes } from "./processes.ts";
import { statusReporter } from "./reporter.ts";
import { podStatus } from "./status.ts";
import { mountsOf, prepareVolumes, refreshVolumes, type Folders, type VolumeSources } from "./volumes.ts";

export type PodHost = {
  readonly api: Api;
  readonly hostIP: string;
  /** Where pods have their folders. */
  readonly root: string;
  readonly processes: Processes;
  readonly images: Images;
  readonly addresses: AddressPool;
  readonly sources: (namespace: string) => VolumeSources;
  readonly event: Recorder;
  readonly backOffMs: number;
  /** Aborted when the kubelet stops: nothing is written or deleted any more. */
  readonly signal: AbortSignal;
};

export type PodWorker = {
  readonly uid: string;
  readonly pod: () => Pod;
  /** The object changed: a deletion starts the grace period, a shorter one cuts it. */
  readonly update: (pod: Pod) => void;
  /** The object is gone while processes may still run. */
  readonly remove: () => void;
  /** A ConfigMap or Secret may have changed. */
  readonly refresh: () => void;
  readonly container: (name: string | undefined) => RunningContainer | undefined;
  readonly ended: Promise<void>;
};

const AGAIN_MS = 100;
const LONGEST_MS = 5_000;
/**
 * From the first sign of its deletion a pod is there for at least so long, as on a real node, which has a network and mounts to take down.
 * `kubectl delete` looks, lists and then watches: a pod that went and came back within that is waited for until it goes once more.
 */
const TEARDOWN_MS = 500;
/** What a process gets between SIGTERM and SIGKILL when its pod's object is already gone. */
const GONE_GRACE_MS = 1_000;

export const runPod = (host: PodHost, first: Pod): PodWorker => {
  let pod = first;
  const namespace = first.metadata.namespace ?? "default";
  const uid = first.metadata.uid ?? "";
  const folder = join(host.root, uid);
  const addresses: Addresses = { podIP: host.addresses.take(first.status?.podIP), hostIP: host.hostIP };
  const startTime = first.status?.startTime ?? timestamp();
  const sources = host.sources(namespace);
  const containers = new Map<string, RunningContainer>();
  const stop = new AbortController();
  let folders: Folders = new Map();
  let isInitialized = false;
  let failed = false;
  const gone = new AbortController();
  let conditions: readonly Condition[] = first.status?.conditions ?? [];

  const statusOf = (container: Container, reason: string): ContainerStatus =>
    containers.get(container.name)?.status() ?? {
      name: container.name,
      image: container.image,
      imageID: "",
      restartCount: 0,
      ready: false,
      started: false,
      state: { waiting: { reason } },
      lastState: {},
    };
  const current = (): PodStatus => {
    const status = podStatus({
      pod,
      podIP: addresses.podIP,
      hostIP: addresses.hostIP,
      startTime,
      isInitialized,
      failed,
      initContainers: (pod.spec.initContainers ?? []).map((each) => statusOf(each, "PodInitializing")),
      containers: pod.spec.containers.map((each) => statusOf(each, isInitialized ? "ContainerCreating" : "PodInitializing")),
      finished: new Set([...containers.values()].filter((each) => each.isFinished()).map((each) => each.name)),
      previous: conditions,
    });
    conditions = status.conditions ?? [];
    return status;
  };
  const reporter = statusReporter(host.api, first, current, host.signal);
  const event = (type: "Normal" | "Warning", reason: string, message: string, fieldPath?: string): void => {
    if (!host.signal.aborted) host.event(pod, "Pod", type, reason, message, fieldPath);
  };

  const start = (container: Container, restartPolicy: string): RunningContainer => {
    const earlier = [...(first.status?.initContainerStatuses ?? []), ...(first.status?.containerStatuses ?? [])].find(
      (status) => status.name === container.name && !("waiting" in status.state && status.lastState?.terminated === undefined),
    );
    const running = runContainer(container, {
      pod: () => pod,
      container,
      addresses,
      mounts: mountsOf(container, folders),
      sources,
      images: host.images,
      folder,
      restartPolicy,
      processes: host.processes,
      backOffMs: host.backOffMs,
      earlier,
      changed: reporter.report,
      event,
    });
    containers.set(container.name, running);
    return running;
  };

  const volumes = async (): Promise<boolean> => {
    let pause = AGAIN_MS;
    while (!stop.signal.aborted) {
      try {
        folders = await prepareVolumes(pod, addresses, join(folder, "volumes"), sources);
        return true;
      } catch (problem) {
        event("Warning", "FailedMount", problem instanceof Error ? problem.message : String(problem));
        await new Promise((done) => setTimeout(done, pause));
        pause = Math.min(pause * 2, LONGEST_MS);
      }
    }
    return false;
  };

  const initialize = async (): Promise<boolean> => {
    const policy = pod.spec.restartPolicy ?? "Always";
    for (const container of pod.spec.initContainers ?? []) {
      if (stop.signal.aborted) return false;
      const isSidecar = container.restartPolicy === "Always";
      const running = start(container, isSidecar ? "Always" : policy === "Never" ? "Never" : "OnFailure");
      await (isSidecar ? Promise.race([running.started, running.finished]) : running.finished);
      const { state } = running.status();
      if (!isSidecar && !("terminated" in state && state.terminated.exitCode === 0)) return false;
    }
    return true;
  };

  const live = async (): Promise<void> => {
    mkdirSync(folder, { recursive: true });
    reporter.report();
    if (!(await volumes())) return;
    isInitialized = await initialize();
    if (stop.signal.aborted) return;
    failed = !isInitialized;
    if (isInitialized) for (const container of pod.spec.containers) start(container, pod.spec.restartPolicy ?? "Always");
    reporter.report();
  };
  const begun = live().catch((problem: unknown) => {
    warn(
      "kubelet",
      `pod ${namespace}/${first.metadata.name}: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`,
    );
    event("Warning", "FailedCreatePodSandBox", String(problem));
  });

  const stopAll = async (graceMs: number): Promise<void> => {
    stop.abort();
    const running = [...containers.values()];
    for (const each of running) if (!each.isFinished()) event("Normal", "Killing", `Stopping container ${each.name}`);
    await Promise.all(running.map((each) => each.stop(graceMs)));
    await begun;
    await Promise.all([...containers.values()].map((each) => each.stop(0)));
  };

  const ended = Promise.withResolvers<void>();
  let stopping: { readonly done: Promise<void>; graceMs: number } | undefined;
  const end = (graceMs: number): void => {
    if (stopping !== undefined) {
      if (graceMs >= stopping.graceMs) return;
      stopping.graceMs = graceMs;
      setTimeout(() => containers.forEach((each) => void each.stop(0)), graceMs);
      return;
    }
    stopping = { graceMs, done: finish(graceMs) };
  };
  const finish = async (graceMs: number): Promise<void> => {
    const takenDown = sleep(TEARDOWN_MS, undefined, { signal: AbortSignal.any([gone.signal, host.signal]) }).catch(() => undefined);
    await stopAll(graceMs);
    reporter.report();
    await reporter.settled();
    await takenDown; // at once when the object is gone already, or the kubelet stops
    await lastDelete();
    host.addresses.give(addresses.podIP);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    ended.resolve();
  };
  const lastDelete = async (): Promise<void> => {
    let pause = AGAIN_MS;
    while (!gone.signal.aborted && !host.signal.aborted) {
      const outcome = await host.api.remove(pathTo("pods", namespace, first.metadata.name), { uid, graceSeconds: 0 });
      if (outcome._tag === "Done" || outcome._tag === "Missing" || outcome._tag === "Conflict") return;
      warn("kubelet", `last delete of ${namespace}/${first.metadata.name}: ${outcome.message}`);
      await new Promise((done) => setTimeout(done, pause));
      pause = Math.min(pause * 2, LONGEST_MS);
    }
  };
  const update = (next: Pod): void => {
    pod = next;
    if (!isTerminating(next)) return;
    const graceMs = (next.metadata.deletionGracePeriodSeconds ?? next.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    end(graceMs);
  };

  update(first);
  return {
    uid,
    pod: () => pod,
    update,
    remove: () => {
      gone.abort();
      end(GONE_GRACE_MS);
    },
    refresh: () => {
      if (!isInitialized || stop.signal.aborted) return;
      void refreshVolumes(pod, addresses, folders, sources).catch((problem: unknown) => event("Warning", "FailedMount", String(problem)));
    },
    container: (name) => containers.get(name ?? pod.spec.containers[0]?.name ?? ""),
    ended: ended.promise,
  };
};
