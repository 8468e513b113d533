// The operator's metrics, as they are listed in metric-list.ts. What is true of a cluster at the moment is worked out when the page is
// asked for, from the memory that its last decision left, and only by whoever leads: a standby knows nothing of it.
import type { Memory } from "@gungnir/core";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { type Look, lookOf } from "./look.ts";
import { COUNTERS, GAUGES, HISTOGRAMS } from "./metric-list.ts";
import type { Page } from "./server.ts";

export type Metrics = {
  readonly decided: (cluster: ClusterLabels, decision: "Act" | "Wait" | "Settled", because: string) => void;
  readonly performed: (cluster: ClusterLabels, action: string, outcome: string, seconds: number) => void;
  readonly probed: (cluster: ClusterLabels, heard: string, seconds: number) => void;
  /** A claim of authority came to its end. */
  readonly ended: (cluster: ClusterLabels, claim: { readonly kind: string; readonly cause: string; readonly outcome: string }) => void;
  readonly stepTook: (kind: string, step: string, seconds: number) => void;
  /** What was remembered when it was decided last. */
  readonly seen: (cluster: ClusterLabels, memory: Memory) => void;
  readonly waited: (seconds: number) => void;
  readonly asked: (verb: string, code: string, seconds: number) => void;
  readonly eventDropped: () => void;
  readonly leading: (isLeading: boolean) => void;
  readonly watchBroken: (source: string, reason: string) => void;
  readonly defect: (cluster: ClusterLabels) => void;
  /** A cluster that is gone leaves no series behind. */
  readonly forget: (cluster: ClusterLabels) => void;
  readonly page: () => Promise<Page>;
};
export type ClusterLabels = { readonly namespace: string; readonly name: string };

export function metrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = ({ name, help, labels }: Described): Counter => new Counter({ name, help, labelNames: [...labels], registers });
  const gauge = ({ name, help, labels }: Described): Gauge => new Gauge({ name, help, labelNames: [...labels], registers });
  const histogram = ({ name, help, labels, buckets }: Described & { readonly buckets: readonly number[] }): Histogram =>
    new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers });

  const [decisions, actions, probes] = [counter(COUNTERS.decisions), counter(COUNTERS.actions), counter(COUNTERS.probes)];
  const [failovers, defects, watchBreaks] = [counter(COUNTERS.failovers), counter(COUNTERS.defects), counter(COUNTERS.watchBreaks)];
  const [apiRequests, eventsDropped] = [counter(COUNTERS.apiRequests), counter(COUNTERS.eventsDropped)];
  const [actionSeconds, probeSeconds] = [histogram(HISTOGRAMS.actionSeconds), histogram(HISTOGRAMS.probeSeconds)];
  const [stepSeconds, lagSeconds, apiSeconds] = [
    histogram(HISTOGRAMS.stepSeconds),
    histogram(HISTOGRAMS.lagSeconds),
    histogram(HISTOGRAMS.apiSeconds),
  ];
  const leads = gauge(GAUGES.leading);
  const ofClusters = {
    epoch: gauge(GAUGES.epoch),
    condition: gauge(GAUGES.condition),
    streaming: gauge(GAUGES.streaming),
    wanted: gauge(GAUGES.wanted),
    replicationLag: gauge(GAUGES.replicationLag),
  };
  const remembered = new Map<string, { readonly labels: ClusterLabels; readonly memory: Memory }>();

  const show = (labels: ClusterLabels, look: Look): void => {
    const { namespace, name } = labels;
    ofClusters.epoch.set({ namespace, name }, look.epoch);
    ofClusters.streaming.set({ namespace, name }, look.streaming);
    ofClusters.wanted.set({ namespace, name }, look.wanted);
    for (const [condition, holds] of look.conditions) ofClusters.condition.set({ namespace, name, condition }, holds ? 1 : 0);
    for (const [pod, bytes] of look.lag) ofClusters.replicationLag.set({ namespace, name, pod }, bytes);
  };

  return {
    decided: (labels, decision, because) => decisions.inc({ ...labels, decision, because }),
    performed: (labels, action, outcome, seconds) => {
      actions.inc({ ...labels, action, outcome });
      actionSeconds.observe({ action }, seconds);
    },
    probed: (labels, heard, seconds) => {
      probes.inc({ ...labels, heard });
      probeSeconds.observe(seconds);
    },
    ended: (labels, claim) => failovers.inc({ ...labels, ...claim }),
    stepTook: (kind, step, seconds) => stepSeconds.observe({ kind, step }, seconds),
    seen: (labels, memory) => void remembered.set(keyOf(labels), { labels, memory }),
    waited: (seconds) => lagSeconds.observe(seconds),
    asked: (verb, code, seconds) => {
      apiRequests.inc({ verb, code });
      apiSeconds.observe({ verb }, seconds);
    },
    eventDropped: () => eventsDropped.inc(),
    leading: (isLeading) => leads.set(isLeading ? 1 : 0),
    watchBroken: (source, reason) => watchBreaks.inc({ source, reason }),
    defect: (labels) => defects.inc({ ...labels }),
    forget: (labels) => {
      remembered.delete(keyOf(labels));
      for (const one of [decisions, actions, probes, failovers, defects]) void removeSeries(one, labels);
    },
    page: async () => {
      for (const one of Object.values(ofClusters)) one.reset();
      for (const { labels, memory } of remembered.values()) {
        const look = lookOf(memory);
        if (look !== undefined) show(labels, look);
      }
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

type Described = { readonly name: string; readonly help: string; readonly labels: readonly string[] };

const keyOf = ({ namespace, name }: ClusterLabels): string => `${namespace}/${name}`;

async function removeSeries(counter: Counter, labels: ClusterLabels): Promise<void> {
  for (const { labels: found } of (await counter.get()).values) {
    if (found["namespace"] === labels.namespace && found["name"] === labels.name) counter.remove(found);
  }
}
