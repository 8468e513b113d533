// Every metric of the operator's own, with its labels: what alerts and dashboards may name, and what a test compares them with. A
// counter ends in _total, a time is in seconds; labels are closed unions of core, names of clusters and of their pods, and nothing that
// grows with time. Beside these are prom-client's own process_* and nodejs_*.

/** Upper bounds of a histogram's buckets, in seconds. */
type Buckets = readonly number[];
const OF_REQUESTS: Buckets = [0.001, 0.005, 0.02, 0.1, 0.25, 1, 5];
const OF_PROBES: Buckets = [0.0005, 0.001, 0.002, 0.005, 0.02, 0.1, 0.5];
const OF_STEPS: Buckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];
const OF_QUEUES: Buckets = [0.0005, 0.002, 0.01, 0.05, 0.2, 1, 5];

const CLUSTER = ["namespace", "name"] as const;

export const COUNTERS = {
  decisions: {
    name: "gungnir_decisions_total",
    help: "Decisions by kind (Act, Wait, Settled) and reason; a wait counts when its reason changes",
    labels: [...CLUSTER, "decision", "because"],
  },
  actions: { name: "gungnir_actions_total", help: "Writes and commands by what became of them", labels: [...CLUSTER, "action", "outcome"] },
  probes: { name: "gungnir_probes_total", help: "Probes of Valkey processes by what was heard", labels: [...CLUSTER, "heard"] },
  failovers: {
    name: "gungnir_failovers_total",
    help: "Claims of authority that came to an end: Failover, Switchover and Grant, by cause and outcome (Completed, Undone, Superseded)",
    labels: [...CLUSTER, "kind", "cause", "outcome"],
  },
  defects: { name: "gungnir_defects_total", help: "Broken invariants: each is a bug", labels: CLUSTER },
  watchBreaks: { name: "gungnir_watch_breaks_total", help: "Watches that broke and were mended", labels: ["source", "reason"] },
  apiRequests: {
    name: "gungnir_api_requests_total",
    help: "Requests to the API server by HTTP status, or by why there was no answer",
    labels: ["verb", "code"],
  },
  eventsDropped: { name: "gungnir_events_dropped_total", help: "Kubernetes Events that could not be written", labels: [] },
} as const;

export const HISTOGRAMS = {
  actionSeconds: {
    name: "gungnir_action_duration_seconds",
    help: "Time from an action's start to its outcome",
    labels: ["action"],
    buckets: OF_REQUESTS,
  },
  probeSeconds: { name: "gungnir_probe_duration_seconds", help: "Time from a probe's start to its answer", labels: [], buckets: OF_PROBES },
  stepSeconds: {
    name: "gungnir_failover_step_duration_seconds",
    help: "Time for each step of a claim: detect, decide, promote, publish, route; and total, from the first of them that applies",
    labels: ["kind", "step"],
    buckets: OF_STEPS,
  },
  lagSeconds: {
    name: "gungnir_reconcile_lag_seconds",
    help: "Time that an event waited in its cluster's queue",
    labels: [],
    buckets: OF_QUEUES,
  },
  apiSeconds: {
    name: "gungnir_api_request_duration_seconds",
    help: "Time from a request to its answer; of a watch, to its headers",
    labels: ["verb"],
    buckets: OF_REQUESTS,
  },
} as const;

export const GAUGES = {
  leading: { name: "gungnir_leading", help: "1 while this process may act", labels: [] },
  epoch: { name: "gungnir_cluster_epoch", help: "Claims of authority so far", labels: CLUSTER },
  condition: { name: "gungnir_cluster_condition", help: "1 where the condition holds, else 0", labels: [...CLUSTER, "condition"] },
  streaming: { name: "gungnir_cluster_streaming_replicas", help: "Members that stream from the primary", labels: CLUSTER },
  wanted: { name: "gungnir_cluster_wanted_replicas", help: "Replicas that the spec asks for, the primary not counted", labels: CLUSTER },
  replicationLag: {
    name: "gungnir_replication_lag_bytes",
    help: "What a replica lacked of its primary's stream when both were last heard",
    labels: [...CLUSTER, "pod"],
  },
} as const;

export type MetricInfo = {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
};

/** Sorted by name. */
export const METRICS: readonly MetricInfo[] = [
  ...Object.values(COUNTERS).map((one): MetricInfo => ({ ...one, type: "counter" })),
  ...Object.values(GAUGES).map((one): MetricInfo => ({ ...one, type: "gauge" })),
  ...Object.values(HISTOGRAMS).map(({ name, help, labels }): MetricInfo => ({ name, help, labels, type: "histogram" })),
].toSorted((a, b) => (a.name < b.name ? -1 : 1));
