// What properties must know of the past, kept in the state because a property sees one state or one step.
import type { Action, Health } from "@gungnir/core";
import { epoch, isCommand } from "@gungnir/core";
import { isFrozen, isPrimary } from "./process.ts";
import { OPERATOR } from "./operator.ts";
import { isOpen } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import type { History, Surroundings } from "./world.ts";

export const afterAction = (before: Surroundings, after: Surroundings, action: Action): Surroundings => {
  const claimed = after.api.cluster.record?.epoch !== before.api.cluster.record?.epoch;
  const detached = after.nodes.valkey.processes.filter((process) => isFrozen(process)).map((process) => process.runId);
  const frozen = claimed ? detached : [...new Set([...before.history.frozen, ...detached])];
  const becamePrimary = after.nodes.valkey.processes.filter(
    (process) => isPrimary(process) && before.nodes.valkey.processes.some((other) => other.runId === process.runId && !isPrimary(other)),
  );
  const promoted = becamePrimary.map((process) => ({ epoch: isCommand(action) ? action.epoch : epoch(0), runId: process.runId }));
  const history = {
    ...before.history,
    frozen: frozen.toSorted(),
    promoted: [...before.history.promoted, ...promoted],
    confirmed: before.history.confirmed.filter((runId) => !promoted.some((one) => one.runId === runId)),
  };
  return { ...after, history };
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
export const afterStep = (world: Surroundings): Surroundings => {
  const { valkey } = world.nodes;
  const { record } = world.api.cluster;
  const troubled = valkey.processes
    .filter(
      (process) =>
        world.history.troubled.includes(process.runId) ||
        process.hung ||
        !isOpen(valkey, OPERATOR, process.address) ||
        !world.api.pods.some((pod) => pod.uid === process.uid) ||
        (process.runId === record?.primary?.runId && record.intent === undefined && !isPrimary(process)),
    )
    .map((process) => process.runId);
  const same =
    troubled.length === world.history.troubled.length && troubled.every((runId, index) => runId === world.history.troubled[index]);
  return same ? world : { ...world, history: { ...world.history, troubled } };
};
