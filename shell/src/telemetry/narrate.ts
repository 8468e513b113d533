// One decision, told three times: as a log line, as a metric and as a Kubernetes Event, all under the one name that core
// gave it. A wait is told when its reason changes, not each time it is taken; and to people only once it has lasted: most
// waits are the twentieth of a second between a command and the next reading.
import type { Action, Chronicle, Cluster, Decision, Memory, Outcome, WaitReason } from "@gungnir/core";
import { isCommand } from "@gungnir/core";
import type { ClusterKey } from "../kubernetes/snapshot.ts";
import type { Storyteller } from "./events.ts";
import { ledger } from "./ledger.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

export type Narrator = {
  decided(decision: Decision, memory: Memory): void;
  performed(action: Action, outcome: Outcome, tookMs: number, memory: Memory): void;
  chronicled(before: Chronicle, after: Chronicle): void;
};
export type Voices = { readonly log: Log; readonly metrics: Metrics; readonly storyteller: Storyteller };

/** Passing states of every healthy run are worth a debug line; the others are what somebody has to know of. */
const IS_PASSING: Readonly<Record<WaitReason, boolean>> = {
  NotLeading: true,
  NothingRead: true,
  SnapshotForgotten: true,
  WriteInFlight: true,
  CommandInFlight: true,
  RefusedLately: false,
  ClusterDeleting: true,
  RecordTooNew: false,
  Suspicion: true,
  NoWitness: false,
  PrimaryAliveElsewhere: false,
  Drain: true,
  FreezeQuorumMissing: false,
  WriteLease: false,
  FreezePending: true,
  BestCandidateExcluded: false,
  NoCandidate: false,
  CandidateSilent: false,
  CandidateBehind: true,
  HandoverPending: true,
  FollowersMissing: false,
  DataMissing: false,
  DataFound: false,
  BootstrapBlocked: false,
  BootstrapPending: true,
  PrimaryUnknown: true,
  PrimaryNotServing: false,
  ReplicaSyncing: true,
  BarrierNotReached: true,
  LeavePending: true,
  ScaleDownHeld: false,
  ForeignObject: false,
  SpecInvalid: false,
  ObjectUnconfirmed: true,
  StatusThrottled: true,
};

// Probes make a decision at least twice a second, so a wait that lasts is looked at again soon enough.
const LASTING_MS = 1000;

export function narrator(key: ClusterKey, { log, metrics, storyteller }: Voices): Narrator {
  const labels = { namespace: key.namespace, name: key.name };
  const cluster = `${key.namespace}/${key.name}`;
  let wait = { text: "", since: 0, isTold: false };
  let isEventful = false;

  const event = (read: Cluster | undefined, type: "Normal" | "Warning", reason: string, message: string): void => {
    if (read !== undefined) storyteller.tell({ subject: { ...labels, uid: read.uid }, type, reason, message });
  };

  return {
    chronicled: ledger(key, { log, metrics }),
    decided: (decision, memory) => {
      const read = memory.cluster;
      metrics.seen(labels, memory);
      switch (decision._tag) {
        case "Act": {
          const { action, because } = decision;
          const isReport = action._tag === "Report";
          const epoch = epochOf(action) ?? read?.record?.epoch ?? 0;
          metrics.decided(labels, "Act", because);
          log(isReport ? "debug" : "info", because, {
            cluster,
            epoch,
            decision: "Act",
            action: action._tag,
            because,
            ...detailsOf(action),
          });
          // A status that tells of itself would never end.
          if (isReport) return;
          isEventful = true;
          wait = { text: "", since: 0, isTold: false };
          event(read, "Normal", because, sentenceOf(action));
          return;
        }
        case "Wait": {
          const { because, detail } = decision;
          const fields = { cluster, epoch: read?.record?.epoch ?? 0, decision: "Wait", because, detail };
          const text = `${because} ${detail ?? ""}`;
          if (text !== wait.text) {
            wait = { text, since: performance.now(), isTold: IS_PASSING[because] };
            metrics.decided(labels, "Wait", because);
            log("debug", because, fields);
          }
          if (wait.isTold || performance.now() - wait.since < LASTING_MS) return;
          wait.isTold = true;
          isEventful = true;
          log("warn", because, fields);
          event(read, "Warning", because, detail ?? `Waiting: ${because}`);
          return;
        }
        case "Settled":
          if (wait.text === "Settled") return;
          wait = { text: "Settled", since: performance.now(), isTold: true };
          metrics.decided(labels, "Settled", "Settled");
          log(isEventful ? "info" : "debug", "Settled", { cluster, epoch: read?.record?.epoch ?? 0, decision: "Settled" });
          isEventful = false;
      }
    },
    performed: (action, outcome, tookMs, memory) => {
      metrics.performed(labels, action._tag, outcome._tag, tookMs / 1000);
      const isWell = outcome._tag === "Done" || outcome._tag === "Sent";
      const fields = {
        cluster,
        epoch: epochOf(action) ?? 0,
        performed: action._tag,
        outcome: outcome._tag,
        ms: Math.round(tookMs * 10) / 10,
      };
      const why = "why" in outcome ? outcome.why : undefined;
      log(isWell ? "debug" : "warn", `${action._tag} ${outcome._tag}`, { ...fields, ...detailsOf(action), why });
      if (outcome._tag === "Refused" && !outcome.transient) event(memory.cluster, "Warning", `${action._tag}Refused`, outcome.why);
    },
  };
}

function epochOf(action: Action): number | undefined {
  return "epoch" in action ? action.epoch : undefined;
}

/** What an action is about, without the objects themselves: those hold what must not be in a log. */
function detailsOf(action: Action): Readonly<Record<string, unknown>> {
  if (isCommand(action)) return { pod: action.pod.pod, runId: action.pod.runId };
  switch (action._tag) {
    case "Create":
    case "Apply":
      return { object: `${action.object.kind}/${action.object.name}` };
    case "RouteWrites":
      return { to: action.to };
    case "Claim":
    case "Elect":
      return { candidate: action.record.intent?.candidate?.pod, evidence: action.record.intent?.evidence };
    case "Enlist":
    case "Publish":
      return { primary: action.record.primary?.pod, members: action.record.members.map((member) => `${member.pod} ${member.state}`) };
    case "Report":
      return { phase: action.status.phase };
  }
}

function sentenceOf(action: Action): string {
  const details = Object.entries(detailsOf(action)).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${typeof value === "string" ? value : JSON.stringify(value)}`],
  );
  const epoch = epochOf(action);
  return `${action._tag}${epoch === undefined ? "" : ` in epoch ${epoch}`}${details.length === 0 ? "" : `: ${details.join(", ")}`}`;
}
