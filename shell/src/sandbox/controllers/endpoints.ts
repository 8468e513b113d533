// Services become EndpointSlices: one slice a Service and port set, as the real controller names and labels them.
//
// A real API server refuses loopback addresses in slices. Then this controller says so once and leaves slices alone; the Service
// proxy does not need them, it follows the pods by selector.
import { createHash } from "node:crypto";
import { pathTo, warn } from "../clients/api.ts";
import { isReady, isTerminating, type Pod } from "../clients/pod.ts";
import { keyOf, matchesLabels, type Resource, type Service, type ServicePort } from "../clients/resource.ts";
import { workQueue } from "../clients/queue.ts";
import { type Store, watchStore } from "../clients/store.ts";
import { must, type Shared, splitKey } from "./controller.ts";
import { canonical } from "./statefulset-pod.ts";

const SLICES = "discovery.k8s.io/v1/endpointslices";
const GROUP = "/apis/discovery.k8s.io/v1";

type Slice = Resource & { readonly addressType?: string; readonly endpoints?: readonly unknown[]; readonly ports?: readonly unknown[] };

export const runEndpoints = async (shared: Shared): Promise<void> => {
  const { api, stores, signal } = shared;
  const served = await api.get(GROUP);
  if (served._tag === "Missing") {
    warn("endpointslice", `slices are left out, the API server does not serve them: ${served.message}`);
    return;
  }
  let isRefused = false;
  const slices = watchStore<Slice>(api, {
    path: pathTo(SLICES),
    signal,
    changed: (now, before) => {
      const owner = before?.metadata.labels?.["kubernetes.io/service-name"];
      if (now === undefined && before !== undefined && owner !== undefined) queue.add(`${before.metadata.namespace ?? ""}/${owner}`);
    },
  });
  const queue = workQueue("endpointslice", signal, async (key) => {
    const { namespace, name } = splitKey(key);
    const service = stores.services.get(namespace, name);
    if (service === undefined || isRefused || service.spec.selector === undefined) return;
    if (service.metadata.deletionTimestamp !== undefined || Object.keys(service.spec.selector).length === 0) return;
    await Promise.all([stores.pods.synced, slices.synced]);
    const refused = await writeSlice(shared, slices, service);
    if (refused === undefined) return;
    isRefused = true;
    warn("endpointslice", `slices are left out from here on, the API server refuses them: ${refused}`);
  });
  shared.on("services", (now) => now !== undefined && queue.add(keyOf(now.metadata)));
  shared.on("pods", (now, before) => {
    for (const service of stores.services.list()) {
      if (isSelected(service, now) || isSelected(service, before)) queue.add(keyOf(service.metadata));
    }
  });
  for (const service of stores.services.list()) queue.add(keyOf(service.metadata));
};

export const isSelected = (service: Service, pod: Pod | undefined): boolean =>
  pod !== undefined &&
  service.metadata.namespace === pod.metadata.namespace &&
  service.spec.selector !== undefined &&
  Object.keys(service.spec.selector).length > 0 &&
  matchesLabels({ matchLabels: service.spec.selector }, pod.metadata.labels);

/** A Service's port on one pod: by number, or by the name of a container's port. */
export const targetPort = (port: ServicePort, pod: Pod): number | undefined => {
  const wanted = port.targetPort ?? port.port;
  if (typeof wanted === "number") return wanted;
  for (const container of pod.spec.containers) {
    const found = container.ports?.find((each) => each.name === wanted);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
};

const writeSlice = async (shared: Shared, slices: Store<Slice>, service: Service): Promise<string | undefined> => {
  const { name, namespace, uid = "" } = service.metadata;
  const selected = shared.stores.pods.list().filter((pod) => isSelected(service, pod) && pod.status?.podIP !== undefined);
  const pods = selected.filter((pod) => pod.status?.phase !== "Succeeded" && pod.status?.phase !== "Failed");
  const [first] = pods;
  const slice: Slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${name}-${createHash("sha256").update(uid).digest("hex").slice(0, 5)}`,
      ...(namespace !== undefined && { namespace }),
      labels: {
        ...service.metadata.labels,
        "kubernetes.io/service-name": name,
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        ...(service.spec.clusterIP === "None" && { "service.kubernetes.io/headless": "" }),
      },
      ownerReferences: [{ apiVersion: "v1", kind: "Service", name, uid, controller: true, blockOwnerDeletion: true }],
    },
    addressType: "IPv4",
    ports: (service.spec.ports ?? []).map((port) => ({
      name: port.name ?? "",
      protocol: port.protocol ?? "TCP",
      port: (first === undefined ? undefined : targetPort(port, first)) ?? port.port,
    })),
    endpoints: pods.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).map((pod) => endpointOf(service, pod)),
  };
  const known = slices.get(namespace, slice.metadata.name);
  if (known !== undefined && isSame(known, slice)) return undefined;
  const path = pathTo(SLICES, namespace);
  const outcome =
    known === undefined
      ? await shared.api.create<Slice>(path, slice)
      : await shared.api.patch<Slice>(`${path}/${slice.metadata.name}`, {
          metadata: { labels: slice.metadata.labels },
          ports: slice.ports,
          endpoints: slice.endpoints,
        });
  if (outcome._tag === "Refused" && outcome.status === 422) return outcome.message;
  slices.learn(must(outcome));
  return undefined;
};

const endpointOf = (service: Service, pod: Pod): object => {
  const publishes = service.spec.publishNotReadyAddresses === true;
  const serving = isReady(pod);
  return {
    addresses: [pod.status?.podIP],
    conditions: { ready: publishes || (serving && !isTerminating(pod)), serving: publishes || serving, terminating: isTerminating(pod) },
    ...(service.spec.clusterIP === "None" && pod.spec.subdomain === service.metadata.name && { hostname: pod.spec.hostname }),
    nodeName: pod.spec.nodeName,
    targetRef: { kind: "Pod", name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
  };
};

const isSame = (known: Slice, wanted: Slice): boolean =>
  canonical([known.endpoints ?? [], known.ports ?? [], known.metadata.labels]) ===
  canonical([wanted.endpoints, wanted.ports, wanted.metadata.labels]);
