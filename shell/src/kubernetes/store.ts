// The caches of everything the operator reads, kept up by one list-then-watch a resource type, and who has to be told that
// something changed.
import { setTimeout as sleep } from "node:timers/promises";
import { clusterOf, type Instant, type Json, namedAfter, resourceVersion, type Source, WATCHED } from "@gungnir/core";
import { now } from "../clock.ts";
import { isRecord } from "./answer.ts";
import { type Cache, cache } from "./cache.ts";
import type { ApiClient } from "./client.ts";
import type { KubeObject } from "./object.ts";
import { collectionPath } from "./resources.ts";
import { nodes as openNodes } from "./nodes.ts";
import { bySource, type ClusterKey, type Listed, listSnapshot, type Snapshot } from "./snapshot.ts";
import { type Broken, listThenWatch } from "./watch.ts";

export type Store = {
  /** From the caches; undefined until each of them was filled once. */
  snapshot(key: ClusterKey): Snapshot | undefined;
  /** From the server itself. */
  list(key: ClusterKey): Promise<Listed>;
  /** What of the nodes is known; undefined where they are not read. */
  nodes(): readonly Json[] | undefined;
  /** Whether there is such a ValkeyCluster as far as is known. */
  has(key: ClusterKey): boolean;
  isSynced(): boolean;
  /** Runs until the signal; `onChange` is told whom each event concerns. */
  run(signal: AbortSignal): Promise<void>;
};

export type StoreOptions = {
  /** One namespace, or undefined for all. */
  readonly namespace: string | undefined;
  readonly onChange: (key: ClusterKey) => void;
  /** What a list of our own found, where no watch would tell of it. */
  readonly onListed: (key: ClusterKey, listed: Listed, began: Instant) => void;
  readonly onBroken: (source: Source | "Node", broken: Broken) => void;
};

const LIST_TIMEOUT_MS = 5000;
// Objects under our names without our label are in no watch: they are looked at now and then, for somebody may take them away;
// so long they are believed to be there still.
const STRANGER_LOOK_MS = 5_000;
const STRANGER_FOR_MS = 30_000;

export function store(client: ApiClient, options: StoreOptions): Store {
  const caches: { readonly [source in Source]: Cache } = bySource((source) => cache((name) => namedAfter(source, name)));
  const strangers = new Map<string, { readonly key: ClusterKey; readonly objects: Snapshot["objects"]; readonly until: number }>();
  const nodes = openNodes(client, {
    onChange: (names) => {
      const concerned = caches.Pod.all().flatMap((pod) => (names.has(nodeOf(pod)) ? (clusterOf("Pod", pod) ?? []) : []));
      for (const key of new Map(concerned.map((one) => [textOf(one), one])).values()) options.onChange(key);
    },
    onBroken: (broken) => options.onBroken("Node", broken),
  });
  const isSynced = (): boolean => WATCHED.every(({ source }) => caches[source].version() !== undefined);
  const clusters = (): readonly ClusterKey[] =>
    [...caches.ValkeyCluster.all()].map(({ metadata }) => ({ namespace: metadata.namespace ?? "", name: metadata.name }));

  const follow = async (watched: (typeof WATCHED)[number], signal: AbortSignal): Promise<void> => {
    const { source, labelSelector } = watched;
    const path = collectionPath(watched, options.namespace);
    for await (const event of listThenWatch(client, { path, query: { labelSelector }, signal })) {
      if (event._tag === "Broken") {
        options.onBroken(source, event);
        continue;
      }
      const wasSynced = isSynced();
      const changed = caches[source].apply(event);
      if (!isSynced()) continue;
      // A list may be news by what it lacks, and the last cache to be filled completes the picture of everybody.
      const everybody = event._tag === "Listed" || !wasSynced ? clusters() : [];
      const concerned = changed.flatMap((object) => clusterOf(source, object) ?? []);
      const told = new Map([...everybody, ...concerned].map((key) => [textOf(key), key]));
      for (const key of told.values()) options.onChange(key);
    }
  };

  const list = async (key: ClusterKey): Promise<Listed> => {
    const listed = await listSnapshot(client, key, LIST_TIMEOUT_MS);
    if (listed._tag === "Listed") {
      const objects = bySource((source) => (source === "ValkeyCluster" ? [] : listed.snapshot.objects[source].filter(isUnlabelled)));
      strangers.set(textOf(key), { key, objects, until: performance.now() + STRANGER_FOR_MS });
    } else if (listed._tag === "Gone") strangers.delete(textOf(key));
    return listed;
  };
  const lookAtStrangers = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await sleep(STRANGER_LOOK_MS, undefined, { signal }).catch(() => undefined); // ended by the signal: the loop sees it
      for (const { key, objects } of strangers.values()) {
        if (signal.aborted || OURS.every((source) => objects[source].length === 0)) continue;
        const began = now();
        options.onListed(key, await list(key), began);
      }
    }
  };

  return {
    snapshot: (key) => {
      if (!isSynced()) return undefined;
      const known = strangers.get(textOf(key));
      const foreign = known !== undefined && known.until > performance.now() ? known.objects : undefined;
      return {
        objects: bySource((source) => {
          const cached = caches[source].of(key.namespace, key.name);
          const extra = foreign?.[source].filter(({ metadata }) => !cached.some((one) => one.metadata.name === metadata.name)) ?? [];
          return [...cached, ...extra];
        }),
        asOf: bySource((source) => resourceVersion(caches[source].version() ?? "0")),
      };
    },
    list,
    nodes: () => nodes.list(),
    has: (key) => caches.ValkeyCluster.of(key.namespace, key.name).length > 0,
    isSynced,
    run: async (signal) => {
      // Who serves one namespace has no right that reaches beyond it.
      const hints = options.namespace === undefined ? [nodes.run(signal)] : [];
      await Promise.all([...WATCHED.map((watched) => follow(watched, signal)), lookAtStrangers(signal), ...hints]);
    },
  };
}

function nodeOf(pod: KubeObject): string {
  const { spec } = pod;
  const name = isRecord(spec) ? spec["nodeName"] : undefined;
  return typeof name === "string" ? name : "";
}

/** The types of which we make objects: what else stands in the namespace is nobody's business here. */
const OURS: readonly Source[] = ["ConfigMap", "PodDisruptionBudget", "Secret", "Service", "StatefulSet"];

function isUnlabelled({ metadata }: KubeObject): boolean {
  const { labels } = metadata;
  return (
    typeof labels !== "object" ||
    labels === null ||
    !Object.entries(labels).some(([name, value]) => name === "app.kubernetes.io/managed-by" && value === "gungnir")
  );
}

const textOf = ({ namespace, name }: ClusterKey): string => `${namespace}/${name}`;
