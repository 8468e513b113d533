// What an action does to the world, whoever sent it and whenever it arrives.
import type { Action, Outcome } from "@gungnir/core";
import { closeConnections } from "./clients.ts";
import { obey } from "./commands.ts";
import { afterAction } from "./history.ts";
import { OPERATOR, perform } from "./operator.ts";
import { isBlocked } from "./pause.ts";
import { isOpen, withProcess } from "./replication.ts";
import type { Surroundings } from "./world.ts";

export type Effected = { readonly around: Surroundings; readonly outcome: Outcome };

export const carryOut = (around: Surroundings, action: Action): Effected => {
  const { api, nodes, outcome, clientsClosedOf: closed } = perform(around.api, around.nodes, action);
  const clients = closed === undefined ? around.clients : closeConnections(around.clients, closed.runId);
  return { around: afterAction(around, { ...around, api, nodes, clients }, action), outcome };
};

/** Commands that waited are obeyed, in order, by every process that can read again. */
export const obeyQueue = (around: Surroundings): Surroundings => {
  let obeyed = around;
  for (const { runId } of around.nodes.valkey.processes) {
    for (;;) {
      const { valkey } = obeyed.nodes;
      const process = valkey.processes.find((other) => other.runId === runId);
      const command = process?.queue[0];
      if (
        process === undefined ||
        command === undefined ||
        process.hung ||
        isBlocked(process) ||
        !isOpen(valkey, OPERATOR, process.address)
      )
        break;
      const shorter = { ...process, queue: process.queue.slice(1) };
      const done = obey(withProcess(valkey, shorter), shorter, command);
      const clients = done.clientsClosed ? closeConnections(obeyed.clients, runId) : obeyed.clients;
      obeyed = afterAction(obeyed, { ...obeyed, nodes: { ...obeyed.nodes, valkey: done.valkey }, clients }, command);
    }
  }
  return obeyed;
};
