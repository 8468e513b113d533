// The Service proxy: every ClusterIP is a loopback address, every TCP port of it a listener that follows the Service by selector over
// pods. It does not read EndpointSlices, since a real API server refuses those on loopback, and since one watch less is faster.
import { type Api, pathTo, warn } from "../clients/api.ts";
import { isFinished, isReady, isTerminating, type Pod } from "../clients/pod.ts";
import { keyOf, type Service, type ServicePort } from "../clients/resource.ts";
import { watchStore } from "../clients/store.ts";
import { isSelected, targetPort } from "../controllers/endpoints.ts";
import { type Address, type Forward, forward } from "./forward.ts";

/** Follows Services and pods until `signal`; resolves when both have been seen once. */
export const startProxy = async (api: Api, signal: AbortSignal): Promise<void> => {
  const forwards = new Map<string, Map<string, Forward>>();

  const follow = (service: Service): void => {
    const key = keyOf(service.metadata);
    const own = forwards.get(key) ?? new Map<string, Forward>();
    forwards.set(key, own);
    const wanted = new Set<string>();
    for (const port of listeningPorts(service)) {
      const host = service.spec.clusterIP ?? "";
      const address = `${host}:${port.port}`;
      wanted.add(address);
      const known = own.get(address) ?? forward({ host, port: port.port }, (message) => warn("proxy", `Service ${key}: ${message}`));
      own.set(address, known);
      known.setTargets(targetsOf(service, port, pods.list()));
    }
    for (const [address, old] of own) {
      if (wanted.has(address)) continue;
      old.close();
      own.delete(address);
    }
  };
  const forget = (service: Service): void => {
    for (const old of forwards.get(keyOf(service.metadata))?.values() ?? []) old.close();
    forwards.delete(keyOf(service.metadata));
  };

  const pods = watchStore<Pod>(api, {
    path: pathTo("pods"),
    signal,
    changed: (now, before) => {
      for (const service of services.list()) if (isSelected(service, now) || isSelected(service, before)) follow(service);
    },
  });
  const services = watchStore<Service>(api, {
    path: pathTo("services"),
    signal,
    changed: (now, before) => {
      if (now !== undefined) follow(now);
      else if (before !== undefined) forget(before);
    },
  });
  signal.addEventListener("abort", () => {
    for (const own of forwards.values()) for (const each of own.values()) each.close();
  });
  await Promise.all([pods.synced, services.synced]);
};

const listeningPorts = ({ spec }: Service): readonly ServicePort[] => {
  if (spec.clusterIP === undefined || !spec.clusterIP.startsWith("127.") || spec.type === "ExternalName") return [];
  return (spec.ports ?? []).filter((port) => (port.protocol ?? "TCP") === "TCP");
};

/** Ready pods of the Service, or all that have an address where it publishes those too; one that terminates only when it does. */
export const targetsOf = (service: Service, port: ServicePort, pods: readonly Pod[]): readonly Address[] =>
  pods.flatMap((pod) => {
    const host = pod.status?.podIP;
    if (host === undefined || !isSelected(service, pod) || isFinished(pod)) return [];
    const isPublished = service.spec.publishNotReadyAddresses === true || (isReady(pod) && !isTerminating(pod));
    const target = isPublished ? targetPort(port, pod) : undefined;
    return target === undefined ? [] : [{ host, port: target }];
  });
