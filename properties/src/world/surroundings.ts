// What happens without the operator, and what it changes.
import { editSpec } from "./api.ts";
import { hearAcknowledgements, writeTo } from "./clients.ts";
import { carryOut, obeyQueue } from "./effect.ts";
import { strike } from "./faults.ts";
import { afterLinks, afterStep } from "./history.ts";
import { startPod } from "./kubelet.ts";
import { connect } from "./handover.ts";
import { deliver, finishSync, forgetPlaces, stream, withProcess } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import { onPod } from "./time.ts";
import type { Scenario, Step, Surroundings } from "./world.ts";

/** What a step does to everything but the operator. */
export const happen = (around: Surroundings, step: Step): Surroundings => {
  const { nodes } = around;
  switch (step._tag) {
    case "Read":
    case "Act":
    case "Tick":
      return around;
    case "Attach":
    case "FinishSync":
    case "Stream":
    case "Deliver":
    case "Load":
      return onProcess(around, step);
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
      return onPod(around, step);
    case "Wake": {
      const process = nodes.valkey.processes.find((other) => other.runId === step.process);
      return process === undefined ? around : obeyQueue(withValkey(around, withProcess(nodes.valkey, { ...process, hung: false })));
    }
    case "Heal":
      return obeyQueue(withValkey(around, { ...nodes.valkey, cuts: [] }));
    case "Late": {
      const action = around.late[step.index];
      if (action === undefined) return around;
      const late = around.late.filter((_action, index) => index !== step.index);
      return { ...carryOut(around, action).around, late };
    }
    case "Edit": {
      const [edit, ...edits] = around.edits;
      return edit === undefined ? around : meddled({ ...around, api: editSpec(around.api, edit), edits }, step);
    }
    case "Fault":
      return meddled(strike(around, step), step);
  }
};

/** Acknowledgements are heard after every step. */
export const settle = (around: Surroundings, scenario: Scenario): Surroundings => {
  const valkey = forgetPlaces(around.nodes.valkey);
  const forgotten = valkey === around.nodes.valkey ? around : withValkey(around, valkey);
  const clients = hearAcknowledgements(valkey, around.clients, scenario.spec.waitReplicas);
  return afterStep(clients === around.clients ? forgotten : { ...forgotten, clients });
};

const withValkey = (around: Surroundings, valkey: Valkey): Surroundings => ({ ...around, nodes: { ...around.nodes, valkey } });

/** From here on a write may be refused for what somebody else wrote. */
const meddled = (around: Surroundings, step: Step): Surroundings =>
  step._tag === "Edit" || (step._tag === "Fault" && MEDDLING.includes(step.kind))
    ? { ...around, history: { ...around.history, foreign: true } }
    : around;
const MEDDLING: readonly string[] = ["foreign write", "operator restarts", "answer lost", "request lost", "delayed"];

const onProcess = (
  around: Surroundings,
  step: Extract<Step, { _tag: "Attach" | "FinishSync" | "Stream" | "Deliver" | "Load" }>,
): Surroundings => {
  const { valkey } = around.nodes;
  const process = valkey.processes.find((other) => other.runId === step.process);
  if (process === undefined) return around;
  switch (step._tag) {
    case "Attach":
      return afterLinks(valkey, withValkey(around, connect(valkey, process) ?? valkey));
    case "FinishSync":
      return withValkey(around, finishSync(valkey, process) ?? valkey);
    case "Stream":
      return withValkey(around, stream(valkey, process) ?? valkey);
    case "Deliver":
      return withValkey(around, deliver(valkey, process) ?? valkey);
    case "Load":
      return withValkey(around, withProcess(valkey, { ...process, loading: false }));
  }
};
