// The operator's metrics. Labels are closed unions of core and names of clusters: nothing that grows with time.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Page } from "./server.ts";

export type Metrics = {
  readonly decided: (cluster: ClusterLabels, decision: "Act" | "Wait" | "Settled", because: string) => void;
  readonly performed: (cluster: ClusterLabels, action: string, outcome: string, seconds: number) => void;
  readonly probed: (cluster: ClusterLabels, heard: string, seconds: number) => void;
  readonly epoch: (cluster: ClusterLabels, epoch: number) => void;
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
  const cluster = ["namespace", "name"] as const;
  const decisions = new Counter({
    name: "gungnir_decisions_total",
    help: "Decisions by kind and reason",
    labelNames: [...cluster, "decision", "because"],
    registers,
  });
  const outcomes = new Counter({
    name: "gungnir_actions_total",
    help: "Actions by outcome",
    labelNames: [...cluster, "action", "outcome"],
    registers,
  });
  const actionSeconds = new Histogram({
    name: "gungnir_action_seconds",
    help: "Time from an action's start to its outcome",
    labelNames: ["action"],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.25, 1, 5],
    registers,
  });
  const probes = new Counter({
    name: "gungnir_probes_total",
    help: "Probes of Valkey processes by what was heard",
    labelNames: [...cluster, "heard"],
    registers,
  });
  const probeSeconds = new Histogram({
    name: "gungnir_probe_seconds",
    help: "Time from a probe's start to its answer",
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.02, 0.1, 0.5],
    registers,
  });
  const epochs = new Gauge({ name: "gungnir_epoch", help: "Claims of authority so far", labelNames: [...cluster], registers });
  const leads = new Gauge({ name: "gungnir_leading", help: "1 while this process may act", registers });
  const broken = new Counter({
    name: "gungnir_watch_broken_total",
    help: "Watches that broke and were mended",
    labelNames: ["source", "reason"],
    registers,
  });
  const defects = new Counter({ name: "gungnir_defects_total", help: "Broken invariants", labelNames: [...cluster], registers });
  const perCluster = [decisions, outcomes, probes, defects];

  return {
    decided: (labels, decision, because) => decisions.inc({ ...labels, decision, because }),
    performed: (labels, action, outcome, seconds) => {
      outcomes.inc({ ...labels, action, outcome });
      actionSeconds.observe({ action }, seconds);
    },
    probed: (labels, heard, seconds) => {
      probes.inc({ ...labels, heard });
      probeSeconds.observe(seconds);
    },
    epoch: (labels, epoch) => epochs.set({ ...labels }, epoch),
    leading: (isLeading) => leads.set(isLeading ? 1 : 0),
    watchBroken: (source, reason) => broken.inc({ source, reason }),
    defect: (labels) => defects.inc({ ...labels }),
    forget: (labels) => {
      epochs.remove({ ...labels });
      for (const counter of perCluster) void removeSeries(counter, labels);
    },
    page: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

async function removeSeries(counter: Counter, labels: ClusterLabels): Promise<void> {
  for (const { labels: found } of (await counter.get()).values) {
    if (found["namespace"] === labels.namespace && found["name"] === labels.name) counter.remove(found);
  }
}
