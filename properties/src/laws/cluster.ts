// A small cluster to state laws about: three pods, web-0 the recorded primary, the others streaming members.
import {
  type Cluster,
  type Event,
  type FailoverRecord,
  type Health,
  type Memory,
  type Observation,
  type Reading,
  type Reply,
  type Target,
  epoch,
  initialMemory,
  instant,
  milliseconds,
  podName,
  remember,
  replicationId,
  replicationOffset,
  resourceVersion,
  runId,
  uid,
} from "@gungnir/core";

export const PODS = ["web-0", "web-1", "web-2"] as const;
export const addressOf = (ordinal: number) => `127.7.0.${ordinal + 1}`;
export const targetOf = (ordinal: number, life = 0): Target => ({
  pod: podName(`web-${ordinal}`),
  uid: uid(`uid-${ordinal}-${life}`),
  address: addressOf(ordinal),
});
export const identityOf = (ordinal: number) => {
  const { pod, uid: life } = targetOf(ordinal);
  return { pod, uid: life, runId: runId(`run-${ordinal}`) };
};

export const record: FailoverRecord = {
  version: 1,
  epoch: epoch(3),
  primary: { ...identityOf(0), epoch: epoch(3), replid: replicationId("now"), replidBefore: replicationId("before") },
  members: [
    { ...identityOf(1), state: "Streaming" },
    { ...identityOf(2), state: "Streaming" },
  ],
  waitReplicas: 1,
  minReplicas: 1,
  marker: { epoch: epoch(3), seq: 1, pod: podName("web-0") },
  markerBefore: { epoch: epoch(3), seq: 0, pod: podName("web-0") },
  retired: [],
};

const version = resourceVersion("10");

export const clusterWith = (
  timing: { readonly downAfter: number; readonly pingInterval: number },
  changes: Partial<Cluster> = {},
): Cluster => ({
  namespace: "default",
  name: "web",
  uid: uid("cluster"),
  version,
  generation: 1,
  deleting: false,
  annotations: {},
  spec: {
    replicas: 3,
    image: "valkey/valkey:8.0",
    port: 6379,
    persistence: { enabled: false, storageSize: "1Gi" },
    resources: {},
    downAfter: milliseconds(timing.downAfter),
    pingInterval: milliseconds(timing.pingInterval),
    failoverTimeout: milliseconds(60_000),
    waitReplicas: 1,
    onMissingQuorum: "PreferConsistency",
    recoveryWait: milliseconds(60_000),
    labels: {},
    annotations: {},
    nodeSelector: {},
  },
  invalid: [],
  record,
  recordUnreadable: false,
  pods: PODS.map((name, ordinal) => ({
    name: podName(name),
    uid: targetOf(ordinal).uid,
    ordinal,
    address: addressOf(ordinal),
    ready: true,
    deleting: false,
    container: { _tag: "Running", id: `container-${ordinal}` },
  })),
  claims: [],
  objects: [],
  asOf: {
    ValkeyCluster: version,
    Pod: version,
    PersistentVolumeClaim: version,
    ConfigMap: version,
    PodDisruptionBudget: version,
    Secret: version,
    Service: version,
    StatefulSet: version,
  },
  ...changes,
});

export const readingOf = (ordinal: number, offset: bigint, changes: Partial<Reading> = {}): Reading => ({
  runId: identityOf(ordinal).runId,
  role: ordinal === 0 ? "primary" : "replica",
  ...(ordinal === 0 ? {} : { upstream: { host: addressOf(0), port: 6379, up: true, syncing: false } }),
  offset: replicationOffset(offset),
  replid: replicationId("now"),
  priority: 100,
  downstream: [],
  minReplicas: 1,
  users: ["repl-web-1", "repl-web-2"],
  marker: { epoch: epoch(3), seq: 1, pod: podName("web-0") },
  empty: false,
  ...changes,
});
export const replyOf = (reading: Reading): Reply => ({ _tag: "Reading", reading });

/** A leader since `at` that has read the cluster. */
export const leader = (cluster: Cluster, at: number): Memory =>
  [
    {
      now: instant(at),
      _tag: "Lease",
      leadership: { _tag: "Leading", term: 1, founded: "", since: instant(at), until: instant(1e12) },
    } as const,
    { now: instant(at), _tag: "Read", cluster, consistent: { began: instant(at) } } as const,
  ].reduce<Memory>(remember, initialMemory);

export const replied = (ordinal: number, now: number, reply: Reply, began = now): Extract<Event, { _tag: "Replied" }> => ({
  now: instant(now),
  _tag: "Replied",
  target: targetOf(ordinal),
  began: instant(began),
  reply,
});
export const silent = (ordinal: number, now: number, began = now): Extract<Event, { _tag: "Silent" }> => ({
  now: instant(now),
  _tag: "Silent",
  target: targetOf(ordinal),
  began: instant(began),
  why: "Timeout",
});

export const healthIn = (memory: Memory, ordinal: number): Health | undefined =>
  memory.health.find((one) => one.target.pod === `web-${ordinal}`);

/** The memory as one decision at `now` sees it. */
export const seen = (memory: Memory, now: number): Observation => {
  if (memory.cluster === undefined) throw new Error("the law's memory has read nothing");
  return {
    now: instant(now),
    leadership: memory.leadership,
    cluster: memory.cluster,
    health: memory.health,
    inFlight: memory.inFlight,
    refused: memory.refused,
    epochSince: memory.epoch?.since ?? instant(now),
    fenced: memory.fenced,
    unconfirmed: [],
  };
};
