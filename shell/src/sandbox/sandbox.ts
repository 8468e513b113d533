// A whole small cluster: API server, kubelet, controllers with the Service proxy, the CRDs, and the operator unless it is not wanted.
//
//      this process                    child processes, each ended with this one
//   ┌────────────────┐   starts   ┌────────────┐  HTTPS  ┌──────────────────────────┐
//   │ startSandbox   ├───────────▶│ API server │◀────────┤ kubelet ── pods' processes │
//   │ holds 127.x/16 │            └────────────┘◀────────┤ controllers, proxy         │
//   └────────────────┘                          ◀────────┤ operator                   │
//                                                        └──────────────────────────┘
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import type { ApiClient } from "../kubernetes/client.ts";
import { type ApiServerKind, apiServerOfEnvironment, type RequestCount, startApiServer } from "./api-server.ts";
import { type Child, nodeEntry, startChild } from "./child.ts";
import { type Api, openApi } from "./clients/api.ts";
import { asResource, isObject } from "./clients/resource.ts";
import { claimNetwork, type Network } from "./kubelet/network.ts";
import { recordedProcesses } from "./kubelet/processes.ts";
import { applyManifests, crdFolder, readManifests } from "./manifests.ts";
import { RULES_SINCE_MINOR, servable } from "./older-server.ts";
import { operatorAccount, startOperator, writeAccountKubeconfig } from "./operator-process.ts";
import type { ServerVersion } from "./real-apiserver.ts";

export type SandboxOptions = {
  /** Start the operator as well (default true). */
  readonly operator?: boolean;
  readonly operatorArgs?: readonly string[];
  readonly operatorEnvironment?: Readonly<Record<string, string>>;
  /** Every line the operator writes, as it is written. */
  readonly operatorLine?: (line: string) => void;
  /** Start the operator again when it has ended, as a Deployment would (default false: tests end it on purpose). */
  readonly restartOperator?: boolean;
  /** Our own API server, or kube-apiserver and etcd from KUBEBUILDER_ASSETS; if not said, what GUNGNIR_API_SERVER says, else our own. */
  readonly apiServer?: ApiServerKind;
  /** Where everything is kept; given, it is left in place at the end, else a temporary folder is made and removed. */
  readonly folder?: string;
  readonly port?: number;
  /** Pause before the second restart of a container, default 10 000 as in Kubernetes. */
  readonly restartBackOffMs?: number;
  /** Labels of the node, beside the usual ones. */
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /** Apply the checkout's CRDs and the operator's access (default true). */
  readonly manifests?: boolean;
  readonly progress?: (what: string) => void;
};

/** At most one start of the operator in this time. */
const RESTART_MS = 2_000;

export type ContainerName = { readonly namespace?: string; readonly pod: string; readonly container?: string };

export type Sandbox = {
  readonly server: string;
  /** Of Kubernetes: an older real API server lacks what came later. */
  readonly version: ServerVersion;
  /** Writes since the API server started (our own counts reads as well), by user, verb and resource. */
  readonly requests: () => Promise<readonly RequestCount[]>;
  /** The administrator's. */
  readonly kubeconfig: string;
  /** The operator's ServiceAccount's; made even when the operator is not started. */
  readonly operatorKubeconfig: string;
  readonly adminClient: ApiClient;
  readonly api: Api;
  readonly folder: string;
  readonly network: Omit<Network, "release">;
  /** Bearer token of the kubelet's own endpoint. */
  readonly kubeletToken: string;
  readonly pids: () => {
    readonly apiServer: number;
    readonly kubelet: number;
    readonly controllers: number;
    readonly operator: number | undefined;
  };
  /** The process that stands for a running container; undefined while there is none. For faults: kill it, stop it. */
  readonly processOf: (container: ContainerName) => number | undefined;
  /** One more operator (or the first), under a name of its own. */
  readonly startOperator: (options?: {
    readonly name?: string;
    readonly args?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
  }) => Promise<Child>;
  /** Starts the API server again, after something ended it; the sandbox's own needs a folder for that. */
  readonly startApiServerAgain: () => Promise<void>;
  readonly operatorLog: string;
  /** Rejects never; resolves, in words, when a part that should run has ended by itself. */
  readonly broken: Promise<string>;
  readonly stop: () => Promise<void>;
};

/** Starts all parts and resolves when they serve; on failure everything already started is ended again. */
export const startSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const isTemporary = options.folder === undefined;
  const folder = options.folder === undefined ? mkdtempSync(join(tmpdir(), "gungnir-sandbox-")) : resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (let last = undo.pop(); last !== undefined; last = undo.pop()) await last();
    if (isTemporary) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    return await start(options, folder, undo, stop);
  } catch (problem) {
    await stop();
    throw problem;
  }
};

const start = async (
  options: SandboxOptions,
  folder: string,
  undo: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Sandbox> => {
  const progress = options.progress ?? (() => undefined);
  const broken = Promise.withResolvers<string>();
  let isStopping = false;
  const keep = (child: Child): Child => {
    void child.exited.then((how) => isStopping || broken.resolve(how));
    undo.push(() => child.stop());
    return child;
  };
  // Services keep their addresses in the API server's data, so a folder used again needs its former range.
  const networkFile = join(folder, "network");
  const network = await claimNetwork(existsSync(networkFile) ? readFileSync(networkFile, "utf8").trim() : undefined);
  undo.push(network.release);
  writeFileSync(networkFile, network.podPrefix);

  progress("API server");
  const kubeconfig = join(folder, "admin.kubeconfig");
  const apiServer = await startApiServer({
    kind: options.apiServer ?? apiServerOfEnvironment(),
    folder,
    isKept: options.folder !== undefined,
    port: options.port ?? 0,
    serviceRange: network.serviceRange,
    kubeconfig,
  });
  apiServer.children.forEach(keep);
  let server = apiServer.children.at(-1);
  const api = await openApi(kubeconfig, "gungnir-sandbox");
  undo.push(() => api.client.close());
  const { authority } = accessOf(kubeconfig);
  const authorityFile = join(folder, "kubelet-client-ca.crt");
  writeFileSync(authorityFile, apiServer.kubeletClientAuthority ?? authority);

  const operatorKubeconfig = join(folder, "operator.kubeconfig");
  const runOperator: Sandbox["startOperator"] = async ({ name = "operator", args = [], environment = {} } = {}) => {
    const line = options.operatorLine ?? (() => undefined);
    const child = await startOperator({ kubeconfig: operatorKubeconfig, folder, name, args, environment, line });
    undo.push(() => child.stop());
    return child;
  };
  let operator: Child | undefined;
  const runOwnOperator = async (): Promise<void> => {
    const began = performance.now();
    operator = await runOperator({ args: operatorArgs(options), environment: options.operatorEnvironment ?? {} });
    if (options.restartOperator !== true) return;
    void operator.exited.then(async (how) => {
      if (isStopping) return;
      progress(`operator again: ${how}`);
      await new Promise((done) => setTimeout(done, Math.max(0, RESTART_MS - (performance.now() - began))));
      if (!isStopping) await runOwnOperator().catch((problem: unknown) => broken.resolve(String(problem)));
    });
  };
  const install = async (): Promise<void> => {
    if (options.manifests === false) return;
    const { minor, text } = apiServer.version;
    if (minor < RULES_SINCE_MINOR)
      progress(`CRDs without their rules: Kubernetes ${text} has none before 1.${RULES_SINCE_MINOR}; what they refuse becomes a condition`);
    await installManifests(api, minor);
    await writeAccountKubeconfig(api, operatorAccount, { path: operatorKubeconfig, server: api.client.server, authority });
    if (options.operator !== false) await runOwnOperator();
  };

  progress(`kubelet, controllers, Service proxy${options.operator === false ? "" : ", operator"}`);
  const kubeletToken = randomBytes(24).toString("hex");
  const stateFolder = join(folder, "node");
  const labels = Object.entries(options.nodeLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const entry = async (
    path: string,
    name: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Child> => {
    const { program, args: first } = nodeEntry(path);
    return keep(await startChild({ name, program, args: [...first, ...args], environment, log: join(folder, "logs", `${name}.log`) }));
  };
  const backOff = options.restartBackOffMs === undefined ? [] : ["--restart-back-off-ms", String(options.restartBackOffMs)];
  const kubeletArgs = [
    "--kubeconfig",
    kubeconfig,
    "--state-folder",
    stateFolder,
    "--address",
    network.nodeAddress,
    "--pod-prefix",
    network.podPrefix,
  ];
  // All are waited for, also when one fails: what has been started is ended by its pid.
  const [kubelet, controllers, installed] = await Promise.allSettled([
    entry("kubelet/main", "kubelet", [...kubeletArgs, "--client-ca", authorityFile, "--labels", labels.join(","), ...backOff], {
      SANDBOX_KUBELET_TOKEN: kubeletToken,
    }),
    entry("controllers/main", "controllers", ["--kubeconfig", kubeconfig, "--volume-folder", join(folder, "volumes")]),
    install(),
  ]);
  if (kubelet.status === "rejected") throw kubelet.reason;
  if (controllers.status === "rejected") throw controllers.reason;
  if (installed.status === "rejected") throw installed.reason;
  return {
    server: api.client.server,
    version: apiServer.version,
    requests: apiServer.requests,
    kubeconfig,
    operatorKubeconfig,
    adminClient: api.client,
    api,
    folder,
    network,
    kubeletToken,
    pids: () => ({
      apiServer: server?.pid ?? 0,
      kubelet: kubelet.value.pid,
      controllers: controllers.value.pid,
      operator: operator?.pid,
    }),
    processOf: ({ namespace = "default", pod, container }) =>
      recordedProcesses(join(stateFolder, "processes")).find(
        ({ owner }) =>
          owner["containerID"] !== undefined &&
          owner["namespace"] === namespace &&
          owner["pod"] === pod &&
          (container === undefined || owner["container"] === container),
      )?.pid,
    startOperator: runOperator,
    startApiServerAgain: async () => {
      server = keep(await apiServer.again());
    },
    operatorLog: join(folder, "logs", "operator.log"),
    broken: broken.promise,
    stop: async () => {
      isStopping = true;
      await stop();
    },
  };
};

/** The pages of the operator take a free port: several sandboxes live on one machine. */
const operatorArgs = (options: SandboxOptions): readonly string[] => ["--listen", "127.0.0.1:0", ...(options.operatorArgs ?? [])];

/** The API, the operator's account and what it may do. Its Deployment is not among them: here the operator is a process. */
const manifestsOfSandbox = [
  "valkeyclusters.yaml",
  "install/overlays/cluster/namespace.yaml",
  "install/base/service-account.yaml",
  "install/base/lease.yaml",
  "install/overlays/cluster/rbac.yaml",
];

const installManifests = async (api: Api, minor: number): Promise<void> => {
  const objects = manifestsOfSandbox.flatMap((path) => readManifests(join(crdFolder(), path)));
  await applyManifests(
    api,
    objects.flatMap((object) => asResource(servable(object, minor)) ?? []),
  );
};

/** The authority in a kubeconfig: whoever trusts the server trusts it. */
const accessOf = (kubeconfig: string): { readonly authority: string } => {
  const config: unknown = parse(readFileSync(kubeconfig, "utf8"));
  const clusters: unknown = isObject(config) ? config["clusters"] : undefined;
  const first: unknown = Array.isArray(clusters) ? clusters[0] : undefined;
  const cluster = isObject(first) ? first["cluster"] : undefined;
  const data = isObject(cluster) ? cluster["certificate-authority-data"] : undefined;
  if (typeof data !== "string") throw new Error(`${kubeconfig} has no certificate-authority-data`);
  return { authority: Buffer.from(data, "base64").toString("utf8") };
};
