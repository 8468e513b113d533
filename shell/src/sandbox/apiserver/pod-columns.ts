// READY, STATUS and RESTARTS of a pod: the one kind whose columns are a small computation of their own.
import { type Json, type JsonObject, listOf, metadataOf, numberOf, objectOf, textOf, valueAt } from "./json.ts";
import { age } from "./age.ts";

const statuses = (pod: JsonObject, of: "containerStatuses" | "initContainerStatuses"): JsonObject[] =>
  listOf(valueAt(pod, ["status", of])).map(objectOf);

export const podReadiness = (pod: JsonObject): string => {
  const containers = listOf(valueAt(pod, ["spec", "containers"])).length;
  return `${statuses(pod, "containerStatuses").filter((each) => each["ready"] === true).length}/${containers}`;
};

export const podRestarts = (pod: JsonObject, now: number): Json => {
  const all = statuses(pod, "containerStatuses");
  const restarts = all.reduce((sum, each) => sum + numberOf(each["restartCount"]), 0);
  const last = all
    .map((each) => textOf(valueAt(each, ["lastState", "terminated", "finishedAt"])))
    .toSorted()
    .at(-1);
  return restarts === 0 || last === undefined || last === "" ? String(restarts) : `${restarts} (${age(last, now)} ago)`;
};

export const podStatus = (pod: JsonObject): string => {
  const phase = textOf(valueAt(pod, ["status", "reason"])) || textOf(valueAt(pod, ["status", "phase"])) || "Unknown";
  if (metadataOf(pod)["deletionTimestamp"] !== undefined) return "Terminating";
  const init = statuses(pod, "initContainerStatuses").findIndex((each) => !isFinishedInit(each));
  if (init >= 0) {
    const status = statuses(pod, "initContainerStatuses")[init] ?? {};
    const why = stateReason(status);
    return why === "" || why === "PodInitializing"
      ? `Init:${init}/${listOf(valueAt(pod, ["spec", "initContainers"])).length}`
      : `Init:${why}`;
  }
  const reasons = statuses(pod, "containerStatuses")
    .map(stateReason)
    .filter((reason) => reason !== "");
  const first = reasons[0];
  return first === undefined || (first === "Completed" && phase === "Running") ? phase : first;
};

const isFinishedInit = (status: JsonObject): boolean =>
  valueAt(status, ["state", "terminated", "exitCode"]) === 0 || (status["started"] === true && status["ready"] === true);

const stateReason = (status: JsonObject): string => {
  const waiting = valueAt(status, ["state", "waiting", "reason"]);
  if (waiting !== undefined) return textOf(waiting);
  const terminated = objectOf(valueAt(status, ["state", "terminated"]));
  if (Object.keys(terminated).length === 0) return "";
  const signal = numberOf(terminated["signal"]);
  return textOf(terminated["reason"]) || (signal > 0 ? `Signal:${signal}` : `ExitCode:${numberOf(terminated["exitCode"])}`);
};
