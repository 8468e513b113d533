// What a claim of authority came to, as metrics and as one log line: how long each step took, and how it ended.
import type { Chronicle, HistoryEntry, Moment } from "@gungnir/core";
import type { ClusterKey } from "../kubernetes/snapshot.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** The step that ends with a moment, and with which it begins. */
const STEPS: readonly { readonly step: string; readonly from: Moment; readonly to: Moment }[] = [
  { step: "detect", from: "lastHeard", to: "detected" },
  { step: "decide", from: "detected", to: "decided" },
  { step: "promote", from: "decided", to: "promoted" },
  { step: "publish", from: "promoted", to: "published" },
  { step: "route", from: "published", to: "routed" },
];

/** To be told of each change of a cluster's chronicle. */
export function ledger(key: ClusterKey, { log, metrics }: { readonly log: Log; readonly metrics: Metrics }) {
  const labels = { namespace: key.namespace, name: key.name };
  const cluster = `${key.namespace}/${key.name}`;
  return (before: Chronicle, after: Chronicle): void => {
    for (const entry of after.entries.filter((one) => hasEnded(before, one))) {
      const { kind, cause, outcome } = entry;
      metrics.ended(labels, { kind, cause, outcome });
      log(outcome === "Completed" ? "info" : "warn", `${kind} ${outcome}`, { cluster, ...entry });
    }
    const newest = after.entries.at(-1);
    if (newest === undefined) return;
    const isSame = before.entries.at(-1)?.epoch === newest.epoch;
    for (const [step, ms] of tookOf(isSame ? before.moments : {}, after.moments)) metrics.stepTook(newest.kind, step, ms / 1000);
  };
}

/** Seen to end: what another operator saw the end of was counted by that one. */
const hasEnded = (before: Chronicle, { epoch, outcome }: HistoryEntry): boolean =>
  outcome !== "UnderWay" && before.entries.some((one) => one.epoch === epoch && one.outcome === "UnderWay");

const tookOf = (before: Chronicle["moments"], after: Chronicle["moments"]): readonly (readonly [string, number])[] => {
  const first = after.lastHeard ?? after.detected ?? after.decided;
  const whole = [{ step: "total", began: first, to: "routed" as const }];
  return [...STEPS.map(({ step, from, to }) => ({ step, began: after[from], to })), ...whole].flatMap(({ step, began, to }) => {
    const ended = after[to];
    return began === undefined || ended === undefined || before[to] !== undefined ? [] : [[step, ended - began] as const];
  });
};
