// What properties must know of the past, kept in the state because a property sees one state or one step.
import type { Action, Health } from "@gungnir/core";
import { epoch, isCommand } from "@gungnir/core";
import type { Api } from "./api.ts";
import { OPERATOR } from "./operator.ts";
import { isFrozen, isPrimary } from "./process.ts";
import type { Process } from "./process.ts";
import { pathKey } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import type { History, Surroundings } from "./world.ts";

/** What an action, or a command obeyed from a queue, leaves to be remembered. */
export const afterAction = (before: Surroundings, after: Surroundings, action: Action): History => {
  const { history } = before;
  const { processes } = after.nodes.valkey;
  const claimed = after.api.cluster.record?.epoch !== before.api.cluster.record?.epoch;
  const detached = processes.filter((process) => isFrozen(process)).map((process) => process.runId);
  const becamePrimary =
    after.nodes.valkey === before.nodes.valkey
      ? []
      : processes.filter(
          (process) =>
            isPrimary(process) && before.nodes.valkey.processes.some((other) => other.runId === process.runId && !isPrimary(other)),
        );
  if (!claimed && becamePrimary.length === 0 && detached.every((runId) => history.frozen.includes(runId))) return history;
  const frozen = claimed ? detached : [...new Set([...history.frozen, ...detached])];
  const promoted = becamePrimary.map((process) => ({ epoch: isCommand(action) ? action.epoch : epoch(0), runId: process.runId }));
  return {
    ...history,
    frozen: frozen.toSorted(),
    promoted: [...history.promoted, ...promoted],
    confirmed: history.confirmed.filter((runId) => !promoted.some((one) => one.runId === runId)),
  };
};

/** A process whose predecessor handed over to it was promoted by that order, whenever the two met. */
export const afterLinks = (before: Valkey, after: Surroundings): Surroundings => {
  if (before === after.nodes.valkey || !before.processes.some((process) => process.failover !== undefined)) return after;
  const risen = after.nodes.valkey.processes.flatMap((process) => {
    const was = before.processes.find((other) => other.runId === process.runId);
    const from = before.processes.find((other) => other.failover?.state === "asking" && other.failover.to === process.address);
    return isPrimary(process) && was !== undefined && !isPrimary(was) && from?.failover !== undefined
      ? [{ epoch: from.failover.epoch, runId: process.runId }]
      : [];
  });
  if (risen.length === 0) return after;
  const { history } = after;
  const confirmed = history.confirmed.filter((runId) => !risen.some((one) => one.runId === runId));
  return { ...after, history: { ...history, promoted: [...history.promoted, ...risen], confirmed } };
};

/** Whoever was promoted and has now been heard to be primary is confirmed. */
export const afterReadings = (history: History, health: readonly Health[]): History => {
  const heard = health.flatMap(({ last }) =>
    last?.reply._tag === "Reading" && last.reply.reading.role === "primary" ? [last.reply.reading.runId] : [],
  );
  const news = heard.filter((runId) => history.promoted.some((one) => one.runId === runId) && !history.confirmed.includes(runId));
  return news.length === 0 ? history : { ...history, confirmed: [...history.confirmed, ...news].toSorted() };
};

/** Whoever has trouble that the operator may see is remembered as long as it lives. */
export const afterStep = (history: History, { processes, cuts }: Valkey, { pods, cluster: { record } }: Api): History => {
  const isTroubled = (process: Process): boolean =>
    history.troubled.includes(process.runId) ||
    process.hung ||
    (cuts.length > 0 && cuts.includes(pathKey(OPERATOR, process.address))) ||
    !pods.some((pod) => pod.uid === process.uid) ||
    (process.runId === record?.primary?.runId && record.intent === undefined && !isPrimary(process)) ||
    // A primary that turns the operator away, or cannot write, is left alone, a candidate is not.
    ((process.locked === true || process.diskFull === true) && process.runId === record?.intent?.candidate?.runId);
  let same = 0;
  for (const process of processes) {
    if (!isTroubled(process)) continue;
    if (history.troubled[same] !== process.runId)
      return { ...history, troubled: processes.filter((one) => isTroubled(one)).map((one) => one.runId) };
    same++;
  }
  return same === history.troubled.length ? history : { ...history, troubled: history.troubled.slice(0, same) };
};
