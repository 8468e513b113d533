// The process kubelet: an ordinary API client that watches the pods bound to its node and runs them as local processes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Api, pathTo, warn } from "../clients/api.ts";
import { recorder } from "../clients/events.ts";
import { isFinished, type Pod } from "../clients/pod.ts";
import type { ConfigMap, PersistentVolume, PersistentVolumeClaim, Resource, Secret } from "../clients/resource.ts";
import { type Change, watchStore } from "../clients/store.ts";
import { localImages } from "./images.ts";
import { addressPool } from "./network.ts";
import { registerNode } from "./node.ts";
import { type PodHost, type PodWorker, runPod } from "./pod.ts";
import { openProcesses } from "./processes.ts";
import { type Find, serveKubelet } from "./server.ts";
import type { VolumeSources } from "./volumes.ts";

export type KubeletOptions = {
  readonly nodeName: string;
  readonly address: string;
  readonly port: number;
  /** First two numbers of pod addresses. */
  readonly podPrefix: string;
  readonly stateFolder: string;
  readonly token: string;
  readonly clientAuthority: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** The second restart's pause; the kubelet's is 10 s. */
  readonly backOffMs: number;
};

export type Kubelet = { readonly port: number; readonly stop: () => Promise<void> };

const STOP_GRACE_MS = 2_000;

/** Starts the node; resolves once it is registered and follows its pods. */
export const startKubelet = async (api: Api, options: KubeletOptions): Promise<Kubelet> => {
  const stop = new AbortController();
  const { signal } = stop;
  mkdirSync(options.stateFolder, { recursive: true });
  const processes = openProcesses(join(options.stateFolder, "processes"));
  const workers = new Map<string, PodWorker>();

  const refresh: Change<Resource> = (now, before) => {
    const namespace = (now ?? before)?.metadata.namespace;
    for (const worker of workers.values()) if (worker.pod().metadata.namespace === namespace) worker.refresh();
  };
  const configMaps = watchStore<ConfigMap>(api, { path: pathTo("configmaps"), signal, changed: refresh });
  const secrets = watchStore<Secret>(api, { path: pathTo("secrets"), signal, changed: refresh });

  const read = async <R extends Resource>(
    known: R | undefined,
    plural: string,
    namespace: string | undefined,
    name: string,
  ): Promise<R | undefined> => {
    if (known !== undefined) return known; // what a pod needs is often younger than what the watch has brought
    const outcome = await api.get<R>(pathTo(plural, namespace, name));
    return outcome._tag === "Done" ? outcome.object : undefined;
  };
  const claimFolder = async (namespace: string, name: string): Promise<string | undefined> => {
    const claim = await read<PersistentVolumeClaim>(undefined, "persistentvolumeclaims", namespace, name);
    const volumeName = claim?.status?.phase === "Bound" ? claim.spec.volumeName : undefined;
    if (volumeName === undefined) return undefined;
    const volume = await read<PersistentVolume>(undefined, "persistentvolumes", undefined, volumeName);
    return volume?.spec.hostPath?.path ?? volume?.spec.local?.path;
  };
  const sources = (namespace: string): VolumeSources => ({
    configMap: (name) => read(configMaps.get(namespace, name), "configmaps", namespace, name),
    secret: (name) => read(secrets.get(namespace, name), "secrets", namespace, name),
    claimFolder: (name) => claimFolder(namespace, name),
  });
  const host: PodHost = {
    api,
    hostIP: options.address,
    root: join(options.stateFolder, "pods"),
    processes,
    images: localImages(join(options.stateFolder, "images")),
    addresses: addressPool(options.podPrefix),
    sources,
    event: recorder(api, "kubelet", options.nodeName),
    backOffMs: options.backOffMs,
    signal,
  };

  const find: Find = ({ namespace, pod, container }) => {
    const worker = [...workers.values()].find(
      ({ pod: current }) => current().metadata.namespace === namespace && current().metadata.name === pod,
    );
    const found = worker?.container(container);
    if (found !== undefined) return found;
    return {
      problem: worker === undefined ? `pod ${namespace}/${pod} is not on this node` : `container ${container} not found in pod ${pod}`,
    };
  };
  const server = await serveKubelet({ ...options, find });
  const { nodeName: name, address, labels } = options;
  await registerNode(api, { name, address, port: server.port, labels }, signal);

  const changed: Change<Pod> = (now, before) => {
    const former = workers.get(before?.metadata.uid ?? "");
    if (before !== undefined && before.metadata.uid !== now?.metadata.uid) former?.remove();
    if (now === undefined) return;
    const uid = now.metadata.uid ?? "";
    const worker = workers.get(uid);
    if (worker !== undefined) return worker.update(now);
    if (isFinished(now) && now.metadata.deletionTimestamp === undefined) return;
    const started = runPod(host, now);
    workers.set(uid, started);
    void started.ended.then(() => workers.delete(uid));
  };
  await Promise.all([configMaps.synced, secrets.synced]);
  const pods = watchStore<Pod>(api, { path: pathTo("pods"), query: { fieldSelector: `spec.nodeName=${name}` }, signal, changed });
  await pods.synced;

  return {
    port: server.port,
    stop: async () => {
      stop.abort();
      const ended = [...workers.values()].map((worker) => {
        worker.remove();
        return worker.ended;
      });
      await server.close();
      await Promise.all(ended).catch((problem: unknown) => warn("kubelet", String(problem)));
      await processes.stopAll(STOP_GRACE_MS);
    },
  };
};
