// Pods and what runs in them: the StatefulSet controller, the kubelet, volumes. A pod's status is what the kubelet last wrote,
// which is not what is.
import type { Json, JsonObject, Pod, PodName, RunId } from "@gungnir/core";
import { nameOf, podName, runId, uid } from "@gungnir/core";
import { following, NAME, objectOf, withPods } from "./api.ts";
import type { Api } from "./api.ts";
import { boot, isPrimary, PRIMARY, QUARANTINE } from "./process.ts";
import type { Item, Process, Role } from "./process.ts";
import { dropFollowers, followers, linkOf } from "./replication.ts";
import type { Valkey } from "./replication.ts";

export type Volume = { readonly pod: PodName; readonly items: readonly Item[] };
/** What a node runs: processes, the volumes under them, and how many lives each name has had. */
export type Nodes = {
  readonly valkey: Valkey;
  readonly volumes: readonly Volume[];
  /** Lives of each ordinal so far: names UIDs and run ids. */
  readonly lives: readonly { readonly pod: PodName; readonly uids: number; readonly runs: number }[];
  readonly habits?: Habits;
};

/** How the processes of a world are, all of its time. */
export type Habits = {
  /** Who starts with data reads it first, for as long as it takes. */
  readonly loadsSlowly?: true;
  /** `replica-priority` by pod, where it is not the usual one. */
  readonly priorities?: { readonly [pod: string]: number };
} & Unassumed;

/** Worlds without one of the assumptions (ASSUMPTIONS.md): what it would be like if it did not hold. */
export type Unassumed = {
  /** what was written to a process that did not read is gone with its connection. */
  readonly losesCommands?: true;
  /** a primary that has nothing to send says nothing. */
  readonly neverPings?: true;
  /** what was sent may take for ever. */
  readonly arrivesLate?: true;
  /** a replica throws its data away before a full sync, and not at its end. */
  readonly flushesFirst?: true;
  /** a primary that never had a replica has a history that goes on all the same. */
  readonly keepsHistory?: true;
  /** min-replicas-to-write keeps nobody from writing. */
  readonly isLenient?: true;
  /** clients write on when all is over. */
  readonly writesOn?: true;
};
type Stage = { readonly api: Api; readonly nodes: Nodes };

const statefulSet = (api: Api): JsonObject | undefined => objectOf(api, "StatefulSet", nameOf(NAME).statefulSet)?.manifest;

/** Ordinals that the StatefulSet wants and that no pod has. */
export const missingOrdinals = (api: Api): readonly number[] => {
  const manifest = statefulSet(api);
  if (manifest === undefined) return [];
  return Array.from({ length: wantedReplicas(manifest) }, (_, ordinal) => ordinal).filter(
    (ordinal) => !api.pods.some((pod) => pod.ordinal === ordinal),
  );
};

/** The highest pod beyond what the StatefulSet wants: the one a scale-down removes next. */
export const surplusPod = (api: Api): Pod | undefined => {
  const manifest = statefulSet(api);
  const last = api.pods.at(-1);
  return manifest !== undefined && last !== undefined && last.ordinal >= wantedReplicas(manifest) ? last : undefined;
};

/**
 * Pods that were asked to go, and whose preStop has ended: their process is no primary with replicas any more. That a kubelet's patience
 * may end before that is the fault "pod deleted".
 */
export const leavingPods = (api: Api, nodes: Nodes): readonly Pod[] =>
  api.pods.filter((pod) => {
    if (!pod.deleting) return false;
    const process = runningIn(nodes, pod);
    return process === undefined || (!process.hung && (!isPrimary(process) || followers(nodes.valkey, process).length === 0));
  });

/** A pod is made, bound, and its container started. */
export const startPod = ({ api, nodes }: Stage, ordinal: number): Stage => {
  const pod = podName(`${NAME}-${ordinal}`);
  const lives = livesOf(nodes, pod);
  const renewed: Nodes = { ...nodes, lives: withLives(nodes, { ...lives, uids: lives.uids + 1 }) };
  const made: Pod = {
    name: pod,
    uid: uid(`${pod}:u${lives.uids + 1}`),
    ordinal,
    address: `10.0.${ordinal}.${lives.uids + 1}`,
    ready: false,
    deleting: false,
    container: { _tag: "Waiting", reason: "ContainerCreating" },
    revision: "revision-1",
  };
  const version = following(api.version);
  const name = `data-${pod}`;
  const claims = api.claims.some((claim) => claim.name === name)
    ? api.claims
    : [...api.claims, { name, uid: uid(`${name}-uid`), ordinal, olderThanCluster: false, hasDataSource: false }].toSorted(
        (one, other) => one.ordinal - other.ordinal,
      );
  const withClaims: Api = { ...api, version, claims: api.cluster.spec.persistence.enabled ? claims : api.claims };
  return startContainer({ api: withPods(withClaims, [...withClaims.pods, made]), nodes: renewed }, made);
};

/** A container of a pod starts: a new process, from the volume as it is. */
export const startContainer = ({ api, nodes }: Stage, pod: Pod): Stage => {
  const lives = livesOf(nodes, pod.name);
  const life = runId(`${pod.name}:r${lives.runs + 1}`);
  const items = nodes.volumes.find((volume) => volume.pod === pod.name)?.items ?? [];
  const process = boot({
    pod: pod.name,
    uid: pod.uid,
    runId: life,
    address: pod.address ?? "",
    items,
    role: bootRole(api, pod),
    loading: nodes.habits?.loadsSlowly === true && items.length > 0,
    priority: nodes.habits?.priorities?.[pod.name],
    habits: nodes.habits,
  });
  const processes = [...nodes.valkey.processes, process].toSorted((one, other) => (one.runId < other.runId ? -1 : 1));
  return {
    api: withPods(api, replacePod(api, { ...pod, ready: false, container: { _tag: "Running", id: containerId(life) } })),
    nodes: { ...nodes, lives: withLives(nodes, { ...lives, runs: lives.runs + 1 }), valkey: { ...nodes.valkey, processes } },
  };
};

/** A process ends. What its volume holds afterwards is what it had, what the fault left, or nothing. */
export const endProcess = (nodes: Nodes, process: Process, kept: readonly Item[], sent: "in flight" | "nothing"): Nodes => {
  const cut = dropFollowers(nodes.valkey, process, sent);
  return {
    ...nodes,
    valkey: { ...cut, processes: cut.processes.filter((other) => other.runId !== process.runId) },
    volumes: [...nodes.volumes.filter((volume) => volume.pod !== process.pod), { pod: process.pod, items: kept }].toSorted((one, other) =>
      one.pod < other.pod ? -1 : 1,
    ),
  };
};

/** Containers whose process is gone and whose status does not say so yet. */
export const unreported = (api: Api, nodes: Nodes): readonly Pod[] =>
  api.pods.filter((pod) => pod.container._tag === "Running" && runningIn(nodes, pod) === undefined);
export const report = (api: Api, pod: Pod): Api =>
  withPods(
    api,
    replacePod(api, {
      ...pod,
      ready: false,
      container: { _tag: "Terminated", id: pod.container._tag === "Running" ? pod.container.id : "" },
    }),
  );

export const runningIn = (nodes: Nodes, pod: Pod): Process | undefined =>
  nodes.valkey.processes.find(
    (process) => process.uid === pod.uid && pod.container._tag === "Running" && containerId(process.runId) === pod.container.id,
  );

/** Readiness as the kubelet's probe sees it: loaded, and primary or linked. */
export const probeReadiness = (api: Api, nodes: Nodes): Api => {
  const pods = api.pods.map((pod) => {
    const process = runningIn(nodes, pod);
    const link = process === undefined ? undefined : linkOf(process);
    const ready =
      process !== undefined && !process.hung && !process.loading && (isPrimary(process) || link === "up" || link === "streaming");
    return pod.ready === ready ? pod : { ...pod, ready };
  });
  return pods.some((pod, index) => pod !== api.pods[index]) ? withPods(api, pods) : api;
};

const containerId = (life: RunId): string => `containerd://${life}`;
const replacePod = (api: Api, changed: Pod): readonly Pod[] => api.pods.map((pod) => (pod.name === changed.name ? changed : pod));
const livesOf = (nodes: Nodes, pod: PodName) => nodes.lives.find((lives) => lives.pod === pod) ?? { pod, uids: 0, runs: 0 };
const withLives = (nodes: Nodes, changed: Nodes["lives"][number]): Nodes["lives"] =>
  [...nodes.lives.filter((lives) => lives.pod !== changed.pod), changed].toSorted((one, other) => (one.pod < other.pod ? -1 : 1));

const wantedReplicas = (manifest: JsonObject): number => {
  const wanted = at(manifest, ["spec", "replicas"]);
  return typeof wanted === "number" ? wanted : 1;
};

/**
 * How a process starts follows from the manifests, and from nothing else: what the template and the ConfigMap say about
 * `replicaof`. A start line that makes an exception for some pods is understood when it is written as `case … in *-0) …`.
 */
export const bootRole = (api: Api, pod: Pod): Role => {
  const text = [statefulSet(api), objectOf(api, "ConfigMap", nameOf(NAME).config)?.manifest]
    .map((manifest) => startText(manifest))
    .join(" ");
  const exempt = [...text.matchAll(/\*-(\d+)\)/g)].some(([, ordinal]) => ordinal === String(pod.ordinal));
  return /replicaof\s+127\.0\.0\.1\s+1\b/.test(text) && !exempt ? QUARANTINE : PRIMARY;
};

/** What is said about the start of a process; a manifest is looked through once. */
const startText = (manifest: JsonObject | undefined): string => {
  if (manifest === undefined) return "";
  const known = startTexts.get(manifest);
  if (known !== undefined) return known;
  const containers = at(manifest, ["spec", "template", "spec", "containers"]);
  const text = texts(containers ?? manifest).join(" ");
  startTexts.set(manifest, text);
  return text;
};
const startTexts = new WeakMap<JsonObject, string>();

const at = (value: Json, path: readonly string[]): Json =>
  path.reduce<Json>((inner, key) => (isObject(inner) ? (inner[key] ?? null) : null), value);
const isObject = (value: Json): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
const texts = (value: Json): readonly string[] => {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((inner: Json) => texts(inner));
  return isObject(value) ? Object.values(value).flatMap((inner) => texts(inner)) : [];
};
