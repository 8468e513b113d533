// What happens without the operator, and what it changes.
import { editSpec } from "./api.ts";
import { hearAcknowledgements, writeTo } from "./clients.ts";
import type { Clients } from "./clients.ts";
import { carryOut, DELIVERY, obeyQueue } from "./effect.ts";
import type { Delivery } from "./effect.ts";
import { strike } from "./faults.ts";
import { afterLinks, afterStep } from "./history.ts";
import { startPod } from "./kubelet.ts";
import { connect } from "./handover.ts";
import { deliver, finishSync, forgetPlaces, rewriteFiles, stream, withProcess } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import { onPod } from "./time.ts";
import type { Scenario, Step, Surroundings } from "./world.ts";

export type Happening = Delivery & { readonly replicate: (valkey: Valkey, step: ReplicationStep) => Valkey };
export type Settling = {
  readonly tidy: (valkey: Valkey, scenario: Scenario) => Valkey;
  readonly acknowledge: (valkey: Valkey, clients: Clients, waitReplicas: number) => Clients;
};

/** What a step does to everything but the operator. */
export const happen = (around: Surroundings, step: Step, workings: Happening = HAPPENING): Surroundings => {
  const { nodes } = around;
  switch (step._tag) {
    case "Read":
    case "Act":
    case "Tick":
    case "Resume":
    case "Arrive":
      return around;
    case "Attach":
    case "FinishSync":
    case "Stream":
    case "Deliver":
    case "Load":
      return afterLinks(nodes.valkey, withValkey(around, workings.replicate(nodes.valkey, step)));
    case "Write": {
      const process = nodes.valkey.processes.find((other) => other.runId === step.process);
      if (process === undefined) return around;
      const { valkey, clients } = writeTo(nodes.valkey, around.clients, process);
      return { ...around, nodes: { ...nodes, valkey }, clients };
    }
    case "StartPod":
      return { ...around, ...startPod(around, step.ordinal) };
    case "RemovePod":
    case "Report":
    case "Restart":
      return { ...around, ...onPod(around, step) };
    case "Wake": {
      const process = nodes.valkey.processes.find((other) => other.runId === step.process);
      if (process === undefined) return around;
      const { locked: _, diskFull: __, ...well } = process;
      return obeyQueue(withValkey(around, withProcess(nodes.valkey, { ...well, hung: false })));
    }
    case "Heal":
      return obeyQueue(withValkey(around, { ...nodes.valkey, cuts: [] }));
    case "Late": {
      const action = around.late[step.index];
      if (action === undefined) return around;
      const late = around.late.filter((_action, index) => index !== step.index);
      return { ...carryOut(around, action, workings).around, late };
    }
    case "Edit": {
      const [edit, ...edits] = around.edits;
      return edit === undefined ? around : meddled({ ...around, api: editSpec(around.api, edit), edits }, step);
    }
    case "Fault":
      return meddled(strike(around, step), step);
  }
};

/** What nobody can tell apart any more is made alike. */
export const tidy = (valkey: Valkey, { kinds }: Scenario): Valkey =>
  // Where no fault asks for what was on disk before, a file is written anew at once.
  forgetPlaces(kinds.includes("crash, volume rolled back") ? valkey : rewriteFiles(valkey));

/** Acknowledgements are heard after every step. */
export const settle = (around: Surroundings, scenario: Scenario, workings: Settling = SETTLING): Surroundings => {
  const valkey = workings.tidy(around.nodes.valkey, scenario);
  const isWaiting = around.clients.waiting.length > 0;
  const clients = isWaiting ? workings.acknowledge(valkey, around.clients, scenario.spec.waitReplicas) : around.clients;
  const history = afterStep(around.history, valkey, around.api);
  const settled = withValkey(around, valkey);
  return clients === around.clients && history === around.history ? settled : { ...settled, clients, history };
};

const withValkey = (around: Surroundings, valkey: Valkey): Surroundings =>
  valkey === around.nodes.valkey ? around : { ...around, nodes: { ...around.nodes, valkey } };

/** From here on a write may be refused for what somebody else wrote. */
const meddled = (around: Surroundings, step: Step): Surroundings =>
  step._tag === "Edit" || (step._tag === "Fault" && MEDDLING.includes(step.kind))
    ? { ...around, history: { ...around.history, foreign: true } }
    : around;
const MEDDLING: readonly string[] = ["foreign write", "operator restarts", "operator pauses", "answer lost", "request lost", "delayed"];

/** A step of replication, or the end of a process's loading. */
export const replicate = (valkey: Valkey, step: ReplicationStep): Valkey => {
  const process = valkey.processes.find((other) => other.runId === step.process);
  if (process === undefined) return valkey;
  switch (step._tag) {
    case "Attach":
      return connect(valkey, process) ?? valkey;
    case "FinishSync":
      return finishSync(valkey, process) ?? valkey;
    case "Stream":
      return stream(valkey, process) ?? valkey;
    case "Deliver":
      return deliver(valkey, process) ?? valkey;
    case "Load":
      return withProcess(valkey, { ...process, loading: false });
  }
};
export type ReplicationStep = Extract<Step, { _tag: "Attach" | "FinishSync" | "Stream" | "Deliver" | "Load" }>;
const SETTLING: Settling = { tidy, acknowledge: hearAcknowledgements };
const HAPPENING: Happening = { ...DELIVERY, replicate };
