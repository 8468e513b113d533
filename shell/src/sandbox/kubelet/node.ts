// The Node object and its heartbeat: registered once, kept alive by a Lease every ten seconds, as the real kubelet does.
import { arch, cpus, platform, release, totalmem } from "node:os";
import { type Api, pathTo, warn } from "../clients/api.ts";
import { timestamp } from "../clients/resource.ts";

export type NodeInput = {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
};

const LEASES = "kube-node-lease";
const HEARTBEAT_MS = 10_000;
const LEASE_SECONDS = 40;

/** Registers the node (throws when the API server refuses) and renews its Lease until `signal`. */
export const registerNode = async (api: Api, node: NodeInput, signal: AbortSignal): Promise<void> => {
  const architecture = arch() === "x64" ? "amd64" : arch();
  const labels = {
    "kubernetes.io/hostname": node.name,
    "kubernetes.io/os": platform(),
    "kubernetes.io/arch": architecture,
    ...node.labels,
  };
  const path = pathTo("nodes", undefined, node.name);
  const created = await api.create(pathTo("nodes"), { apiVersion: "v1", kind: "Node", metadata: { name: node.name, labels }, spec: {} });
  if (created._tag === "Conflict") await api.patch(path, { metadata: { labels } });
  else if (created._tag !== "Done") throw new Error(`registering node ${node.name}: ${created.message}`);
  const outcome = await api.patch(`${path}/status`, { status: statusOf(node, architecture) });
  if (outcome._tag !== "Done") throw new Error(`status of node ${node.name}: ${outcome.message}`);
  // A real API server taints new nodes until a controller finds them ready; there is none here, and we just said so.
  await api.patch(path, { spec: { taints: null } });
  await renew(api, node.name, signal);
};

const statusOf = (node: NodeInput, architecture: string): object => {
  const now = timestamp();
  const resources = {
    cpu: String(cpus().length),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: "1000",
    "ephemeral-storage": "100Gi",
  };
  const healthy = (type: string): object => ({
    type,
    status: "False",
    reason: `KubeletHasNo${type}`,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  });
  return {
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: "InternalIP", address: node.address },
      { type: "Hostname", address: node.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: node.port } },
    conditions: [
      {
        type: "Ready",
        status: "True",
        reason: "KubeletReady",
        message: "processes of this machine stand for containers",
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
      ...["MemoryPressure", "DiskPressure", "PIDPressure"].map(healthy),
    ],
    nodeInfo: {
      architecture,
      operatingSystem: platform(),
      kernelVersion: release(),
      osImage: "this machine",
      containerRuntimeVersion: "process://1.0.0",
      kubeletVersion: "v1.32.0-sandbox",
      kubeProxyVersion: "v1.32.0-sandbox",
      machineID: node.name,
      systemUUID: node.name,
      bootID: node.name,
    },
  };
};

/** Now, to the microsecond that a Lease wants and this clock does not have. */
const renewTime = (): string => `${new Date().toISOString().slice(0, -1)}000Z`;

const renew = async (api: Api, name: string, signal: AbortSignal): Promise<void> => {
  const spec = (): object => ({ holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime: renewTime() });
  const collection = pathTo("coordination.k8s.io/v1/leases", LEASES);
  const once = async (): Promise<void> => {
    const patched = await api.patch(`${collection}/${name}`, { spec: spec() });
    if (patched._tag === "Done" || signal.aborted) return;
    if (patched._tag !== "Missing") return warn("kubelet", `lease of node ${name} not renewed: ${patched.message}`);
    await api.create(pathTo("namespaces"), { apiVersion: "v1", kind: "Namespace", metadata: { name: LEASES } });
    const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace: LEASES }, spec: spec() };
    const created = await api.create(collection, lease);
    if (created._tag !== "Done") warn("kubelet", `lease of node ${name} not created: ${created.message}`);
  };
  await once();
  const timer = setInterval(() => void once(), HEARTBEAT_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
};
