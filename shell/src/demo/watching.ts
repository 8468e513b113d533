// What the Kubernetes API shows of one cluster while the demonstration runs: every state of its record with the instant it
// was seen, the phase, where writes are routed, and the pods with their addresses.
import type { ApiClient } from "../kubernetes/client.ts";
import type { KubeObject } from "../kubernetes/object.ts";
import { listThenWatch, type WatchEvent } from "../kubernetes/watch.ts";
import { phaseIn, recordIn, selectedPod, textIn } from "./record.ts";
import type { RecordSeen } from "./timeline.ts";

export type PodSeen = { readonly name: string; readonly uid: string; readonly address: string | undefined };

export type Watching = {
  /** Every change of the record, oldest first. */
  readonly records: readonly RecordSeen[];
  readonly record: () => RecordSeen | undefined;
  readonly phase: () => string;
  /** The pod that the write Service selects, `nobody`, or undefined where there is no Service yet. */
  readonly routedTo: () => string | undefined;
  readonly serviceAddress: () => string | undefined;
  /** Sorted by name. */
  readonly pods: () => readonly PodSeen[];
  readonly stop: () => Promise<void>;
};

/** Watches the cluster `name` until it is stopped. */
export const watchCluster = (client: ApiClient, namespace: string, name: string): Watching => {
  const ended = new AbortController();
  const records: RecordSeen[] = [];
  let cluster: KubeObject | undefined;
  let service: KubeObject | undefined;
  const pods = new Map<string, KubeObject>();

  const follow = async (
    path: string,
    query: Readonly<Record<string, string>>,
    see: (object: KubeObject, isThere: boolean) => void,
  ): Promise<void> => {
    for await (const event of listThenWatch(client, { path, query, signal: ended.signal })) each(event, see);
  };
  const streams = [
    follow(`/apis/valkey.verilean.io/v1/namespaces/${namespace}/valkeyclusters`, named(name), (object, isThere) => {
      cluster = isThere ? object : undefined;
      const seen = recordIn(object, performance.now());
      if (seen !== undefined && !isSame(seen, records.at(-1))) records.push(seen);
    }),
    follow(`/api/v1/namespaces/${namespace}/services`, named(`${name}-client`), (object, isThere) => {
      service = isThere ? object : undefined;
    }),
    follow(`/api/v1/namespaces/${namespace}/pods`, { labelSelector: `app.kubernetes.io/instance=${name}` }, (object, isThere) => {
      if (isThere) pods.set(object.metadata.name, object);
      else pods.delete(object.metadata.name);
    }),
  ];

  return {
    records,
    record: () => records.at(-1),
    phase: () => (cluster === undefined ? "–" : phaseIn(cluster)),
    routedTo: () => (service === undefined ? undefined : (selectedPod(service) ?? "nobody")),
    serviceAddress: () => (service === undefined ? undefined : textIn(service, "spec", "clusterIP")),
    pods: () =>
      [...pods.values()]
        .map((pod) => ({ name: pod.metadata.name, uid: pod.metadata.uid, address: textIn(pod, "status", "podIP") }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    stop: async () => {
      ended.abort();
      await Promise.all(streams);
    },
  };
};

const named = (object: string): Readonly<Record<string, string>> => ({ fieldSelector: `metadata.name=${object}` });

const each = (event: WatchEvent, see: (object: KubeObject, isThere: boolean) => void): void => {
  switch (event._tag) {
    case "Listed":
      for (const item of event.items) see(item, true);
      return;
    case "Changed":
      return see(event.object, true);
    case "Deleted":
      return see(event.object, false);
    case "Bookmark":
    case "Broken":
      return;
  }
};

/** Status changes of other fields repeat the record. */
const isSame = (a: RecordSeen, b: RecordSeen | undefined): boolean =>
  b !== undefined && JSON.stringify({ ...a, at: 0 }) === JSON.stringify({ ...b, at: 0 });
