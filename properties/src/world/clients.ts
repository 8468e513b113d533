// Clients that write and wait. They keep their connections, to whatever became of the process at the other end, and open new
// ones through the write Service; so a demoted primary goes on being written to until somebody closes what is open.
import type { Json, JsonObject, PodName, RunId } from "@gungnir/core";
import { nameOf } from "@gungnir/core";
import { NAME, objectOf } from "./api.ts";
import type { Api } from "./api.ts";
import { hasEnoughReplicas } from "./commands.ts";
import type { Nodes } from "./kubelet.ts";
import { runningIn } from "./kubelet.ts";
import { isPaused } from "./pause.ts";
import { holds, isPrimary } from "./process.ts";
import type { Process } from "./process.ts";
import { append, followers } from "./replication.ts";
import type { Valkey } from "./replication.ts";

export type Clients = {
  /** Processes to which a connection is open. */
  readonly connections: readonly RunId[];
  readonly written: number;
  /** Writes that wait for their acknowledgement, and where. */
  readonly waiting: readonly { readonly id: string; readonly at: RunId }[];
  /** Writes whose `WAIT` was answered with W or more. */
  readonly acknowledged: readonly string[];
};

export const NO_CLIENTS: Clients = { connections: [], written: 0, waiting: [], acknowledged: [] };

/** The pods a Service selects: what a new connection may reach. Asked often, and objects change seldom. */
export const selectedPods = (api: Api, service: string): readonly PodName[] => {
  const known = selections.get(api);
  if (known?.service === service) return known.pods;
  const pods = selectedIn(api, service);
  selections.set(api, { service, pods });
  return pods;
};
const selections = new WeakMap<Api, { readonly service: string; readonly pods: readonly PodName[] }>();

const selectedIn = (api: Api, service: string): readonly PodName[] => {
  const selector = selectorOf(objectOf(api, "Service", service)?.manifest);
  if (selector === undefined || Object.keys(selector).length === 0) return [];
  return api.pods
    .filter((pod) => Object.entries(selector).every(([label, value]) => labelOf(pod.name, label) === value))
    .map((pod) => pod.name);
};

const selectorOf = (manifest: JsonObject | undefined): JsonObject | undefined => {
  const spec = manifest?.["spec"];
  return isObject(spec) && isObject(spec["selector"]) ? spec["selector"] : undefined;
};
const isObject = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
/** Labels that the StatefulSet's template and controller give every pod. */
const labelOf = (pod: PodName, label: string): string | undefined => {
  switch (label) {
    case "statefulset.kubernetes.io/pod-name":
      return pod;
    case "app.kubernetes.io/name":
      return "valkey";
    case "app.kubernetes.io/instance":
      return NAME;
    case "app.kubernetes.io/managed-by":
      return "gungnir";
    default:
      return undefined;
  }
};

/** Where the next write may go: connections that are open, and whomever the Service selects. */
export const writable = (api: Api, nodes: Nodes, clients: Clients): readonly Process[] => {
  const selected = selectedPods(api, nameOf(NAME).client);
  const reachable = api.pods.filter((pod) => selected.includes(pod.name)).flatMap((pod) => runningIn(nodes, pod)?.runId ?? []);
  return nodes.valkey.processes.filter(
    (process) =>
      (clients.connections.includes(process.runId) || reachable.includes(process.runId)) &&
      isPrimary(process) &&
      !process.hung &&
      !process.loading &&
      process.diskFull !== true &&
      !isPaused(process) &&
      (nodes.habits?.isLenient === true || hasEnoughReplicas(nodes.valkey, process)),
  );
};

export const writeTo = (valkey: Valkey, clients: Clients, process: Process): { readonly valkey: Valkey; readonly clients: Clients } => {
  const id = `w${clients.written + 1}`;
  return {
    valkey: append(valkey, process, id),
    clients: {
      ...clients,
      connections: clients.connections.includes(process.runId) ? clients.connections : [...clients.connections, process.runId].toSorted(),
      written: clients.written + 1,
      waiting: [...clients.waiting, { id, at: process.runId }],
    },
  };
};

/** Answers every WAIT that can be answered. Acknowledgements travel at once: the worst case, for they cannot be taken back. */
export const hearAcknowledgements = (valkey: Valkey, clients: Clients, waitReplicas: number): Clients => {
  if (clients.waiting.length === 0) return clients;
  const waiting: Clients["waiting"][number][] = [];
  const acknowledged: string[] = [];
  for (const one of clients.waiting) {
    const primary = valkey.processes.find((process) => process.runId === one.at);
    if (primary === undefined || !isPrimary(primary) || !clients.connections.includes(one.at)) continue; // ambiguous, and stays so
    const copies = followers(valkey, primary).filter((follower) => holds(follower, one.id)).length;
    if (copies >= waitReplicas && !primary.hung) acknowledged.push(one.id);
    else waiting.push(one);
  }
  if (waiting.length === clients.waiting.length) return clients;
  return { ...clients, waiting, acknowledged: [...clients.acknowledged, ...acknowledged].toSorted() };
};

export const closeConnections = (clients: Clients, to: RunId): Clients => ({
  ...clients,
  connections: clients.connections.filter((connection) => connection !== to),
});
