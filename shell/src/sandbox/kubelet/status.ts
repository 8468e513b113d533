// The status of a pod as a function of its containers: phase, conditions, addresses. Nothing here acts or waits.
import type { ContainerStatus, Pod, PodStatus } from "../clients/pod.ts";
import { type Condition, timestamp } from "../clients/resource.ts";

export type StatusInput = {
  readonly pod: Pod;
  readonly podIP: string;
  readonly hostIP: string;
  readonly startTime: string;
  readonly isInitialized: boolean;
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  /** Set when a container will not run again; a pod with all set is over. */
  readonly finished: ReadonlySet<string>;
  /** Set when an init container failed for good. */
  readonly failed: boolean;
  readonly previous: readonly Condition[];
};

const own = ["PodScheduled", "Initialized", "ContainersReady", "Ready"];

export const podStatus = (input: StatusInput): PodStatus => {
  const { pod, containers } = input;
  const phase = phaseOf(input);
  const unready = containers.filter((container) => !container.ready).map((container) => container.name);
  const areReady = phase === "Running" && unready.length === 0;
  const gates = pod.spec.readinessGates ?? [];
  const openGates = gates.every(({ conditionType }) =>
    pod.status?.conditions?.some((condition) => condition.type === conditionType && condition.status === "True"),
  );
  const notReady = { reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` };
  const foreign = (pod.status?.conditions ?? []).filter((condition) => !own.includes(condition.type));
  const conditions = [
    condition(input.previous, "PodScheduled", true),
    condition(input.previous, "Initialized", input.isInitialized, { reason: "ContainersNotInitialized" }),
    condition(input.previous, "ContainersReady", areReady, notReady),
    condition(input.previous, "Ready", areReady && openGates, areReady ? { reason: "ReadinessGatesNotReady" } : notReady),
    ...foreign,
  ];
  return {
    phase,
    reason: null,
    message: null,
    conditions,
    hostIP: input.hostIP,
    hostIPs: [{ ip: input.hostIP }],
    podIP: input.podIP,
    podIPs: [{ ip: input.podIP }],
    startTime: input.startTime,
    ...(input.initContainers.length > 0 && { initContainerStatuses: input.initContainers }),
    containerStatuses: containers,
    qosClass: "Burstable",
  };
};

// Running means that every container was created and at least one runs or is about to be restarted.
const wasCreated = (container: ContainerStatus): boolean =>
  !("waiting" in container.state) || container.lastState.terminated !== undefined || container.restartCount > 0;

const phaseOf = ({ containers, isInitialized, finished, failed }: StatusInput): string => {
  if (failed) return "Failed";
  if (!isInitialized) return "Pending";
  const isOver = containers.every((container) => finished.has(container.name));
  if (isOver && containers.every(({ state }) => "terminated" in state)) {
    return containers.every(({ state }) => "terminated" in state && state.terminated.exitCode === 0) ? "Succeeded" : "Failed";
  }
  return containers.every(wasCreated) ? "Running" : "Pending";
};

const condition = (
  previous: readonly Condition[],
  type: string,
  holds: boolean,
  why: { readonly reason?: string; readonly message?: string } = {},
): Condition => {
  const status = holds ? "True" : "False";
  const before = previous.find((each) => each.type === type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : undefined;
  return { type, status, ...(!holds && why), lastTransitionTime: lastTransitionTime ?? timestamp() };
};
