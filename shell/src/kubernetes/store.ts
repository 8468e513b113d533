// The caches of everything the operator reads, kept up by one list-then-watch a resource type, and who has to be told that
// something changed. The caches hold whatever bears one of our names or labels, also what is not ours: that somebody else
// has an object of the name we need is something core must see.
import type { Source } from "@gungnir/core";
import { type Cache, cache } from "./cache.ts";
import type { ApiClient } from "./client.ts";
import { collectionPath, SOURCES } from "./resources.ts";
import { cachedSnapshot, type ClusterKey, clusterOf, type Snapshot } from "./snapshot.ts";
import { type Broken, listThenWatch } from "./watch.ts";

export type Store = {
  snapshot(key: ClusterKey): Snapshot | undefined;
  /** The ValkeyClusters that exist as far as is known. */
  clusters(): readonly ClusterKey[];
  /** Every cache was filled at least once. */
  isSynced(): boolean;
  /** Runs until the signal; `onChange` is told whom each event concerns. */
  run(signal: AbortSignal): Promise<void>;
};

export type StoreOptions = {
  /** One namespace, or undefined for all. */
  readonly namespace: string | undefined;
  readonly onChange: (key: ClusterKey) => void;
  readonly onBroken: (source: Source, broken: Broken) => void;
};

export function store(client: ApiClient, options: StoreOptions): Store {
  const caches: { readonly [source in Source]: Cache } = {
    ValkeyCluster: cache(),
    Pod: cache(),
    PersistentVolumeClaim: cache(),
    ConfigMap: cache(),
    Secret: cache(),
    Service: cache(),
    StatefulSet: cache(),
    PodDisruptionBudget: cache(),
  };
  const isSynced = (): boolean => SOURCES.every((source) => caches[source].version() !== undefined);
  const clusters = (): readonly ClusterKey[] =>
    [...caches.ValkeyCluster.all()].map(({ metadata }) => ({ namespace: metadata.namespace ?? "", name: metadata.name }));

  const follow = async (source: Source, signal: AbortSignal): Promise<void> => {
    for await (const event of listThenWatch(client, { path: collectionPath(source, options.namespace), signal })) {
      if (event._tag === "Broken") {
        options.onBroken(source, event);
        continue;
      }
      const wasSynced = isSynced();
      const concerned = new Map<string, ClusterKey>();
      for (const object of caches[source].apply(event)) {
        for (const key of clusterOf(source, object)) concerned.set(`${key.namespace}/${key.name}`, key);
      }
      // The last cache to be filled completes the picture of everybody; so does a list, which may be news by what it lacks.
      const told = (!wasSynced && isSynced()) || event._tag === "Listed" ? [...clusters(), ...concerned.values()] : concerned.values();
      if (isSynced()) for (const key of told) options.onChange(key);
    }
  };

  return {
    snapshot: (key) => cachedSnapshot(caches, key),
    clusters,
    isSynced,
    run: async (signal) => {
      await Promise.all(SOURCES.map((source) => follow(source, signal)));
    },
  };
}
