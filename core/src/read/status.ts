/** The status without the record, read tolerantly: what does not parse is written anew. */
import type { Condition, ConditionStatus, NodeStatus, Status } from "../cluster.ts";
import { integerAt, listAt, textAt } from "../fields.ts";
import type { Json } from "../json.ts";
import { historyIn } from "./history.ts";
import { podName, timestamp } from "../units.ts";

export const readStatus = (json: Json | undefined): Status | undefined => {
  const phase = textAt(json, "phase");
  const lastReconcileTime = textAt(json, "lastReconcileTime");
  if (phase === undefined || lastReconcileTime === undefined) return undefined;
  return {
    phase,
    masterPod: textAt(json, "masterPod") ?? "",
    currentMaster: textAt(json, "currentMaster") ?? "",
    readyReplicas: integerAt(json, "readyReplicas") ?? 0,
    replicas: integerAt(json, "replicas") ?? 0,
    selector: textAt(json, "selector") ?? "",
    nodeStatuses: listAt(json, "nodeStatuses").flatMap((one) => readNode(one) ?? []),
    conditions: listAt(json, "conditions").flatMap((one) => readCondition(one) ?? []),
    observedGeneration: integerAt(json, "observedGeneration") ?? 0,
    lastReconcileTime: timestamp(lastReconcileTime),
    ...historyIn(json),
  };
};

const ROLES: readonly NodeStatus["role"][] = ["primary", "replica", "unknown"];
const STATES: readonly NodeStatus["state"][] = ["Streaming", "Joining", "Quarantined", "Primary", "Unreachable", "Absent", "Loading"];
/** All of them: one that is written and not read again would be news for ever. */
const TYPES: { readonly [type in Condition["type"]]: true } = {
  Ready: true,
  Progressing: true,
  Degraded: true,
  Available: true,
  FailoverPossible: true,
  UpdatePending: true,
  SpecValid: true,
};
const isType = (text: string): text is Condition["type"] => Object.hasOwn(TYPES, text);
const LINKS: readonly NodeStatus["link"][] = ["up", "down", "syncing", ""];
const STATUSES: readonly ConditionStatus[] = ["True", "False", "Unknown"];

const readNode = (json: Json): NodeStatus | undefined => {
  const name = textAt(json, "name");
  const role = ROLES.find((known) => known === textAt(json, "role"));
  const state = STATES.find((known) => known === textAt(json, "state"));
  if (name === undefined || role === undefined || state === undefined) return undefined;
  return {
    name: podName(name),
    role,
    state,
    runId: textAt(json, "runId") ?? "",
    link: LINKS.find((known) => known === textAt(json, "link")) ?? "",
    history: textAt(json, "history") ?? "",
    epoch: integerAt(json, "epoch") ?? 0,
    offset: textAt(json, "offset") ?? "",
    lag: textAt(json, "lag") ?? "",
  };
};

const readCondition = (json: Json): Condition | undefined => {
  const type = textAt(json, "type") ?? "";
  const status = STATUSES.find((known) => known === textAt(json, "status"));
  const since = textAt(json, "lastTransitionTime");
  if (!isType(type) || status === undefined || since === undefined) return undefined;
  return {
    type,
    status,
    reason: textAt(json, "reason") ?? "",
    message: textAt(json, "message") ?? "",
    lastTransitionTime: timestamp(since),
    observedGeneration: integerAt(json, "observedGeneration") ?? 0,
  };
};
