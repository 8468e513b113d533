// What an action does to the world, whoever sent it and whenever it arrives.
import type { Action, Command, Outcome, Write } from "@gungnir/core";
import { isCommand } from "@gungnir/core";
import { write } from "./api.ts";
import type { Api, Written } from "./api.ts";
import { closeConnections } from "./clients.ts";
import { obey } from "./commands.ts";
import { afterAction } from "./history.ts";
import { OPERATOR, send } from "./operator.ts";
import type { Commanded } from "./operator.ts";
import { isBlocked } from "./pause.ts";
import { isOpen, withProcess } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import type { Surroundings } from "./world.ts";

/** How a write and a command take effect. */
export type Delivery = {
  readonly write: (api: Api, action: Write) => Written;
  readonly send: (valkey: Valkey, command: Command) => Commanded;
};
export const DELIVERY: Delivery = { write, send };

export type Effected = { readonly around: Surroundings; readonly outcome: Outcome };

export const carryOut = (around: Surroundings, action: Action, delivery: Delivery = DELIVERY): Effected => {
  if (!isCommand(action)) {
    const { api, outcome } = delivery.write(around.api, action);
    return { around: remembering(around, { ...around, api }, action), outcome };
  }
  const { valkey, outcome, clientsClosed } = delivery.send(around.nodes.valkey, action);
  const clients = clientsClosed ? closeConnections(around.clients, action.pod.runId) : around.clients;
  const nodes = valkey === around.nodes.valkey ? around.nodes : { ...around.nodes, valkey };
  return { around: remembering(around, { ...around, nodes, clients }, action), outcome };
};

const remembering = (before: Surroundings, after: Surroundings, action: Action): Surroundings => {
  const history = afterAction(before, after, action);
  return history === after.history ? after : { ...after, history };
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
      if (around.nodes.habits?.losesCommands === true) {
        obeyed = { ...obeyed, nodes: { ...obeyed.nodes, valkey: withProcess(valkey, shorter) } };
        continue;
      }
      const done = obey(withProcess(valkey, shorter), shorter, command);
      const clients = done.clientsClosed ? closeConnections(obeyed.clients, runId) : obeyed.clients;
      obeyed = remembering(obeyed, { ...obeyed, nodes: { ...obeyed.nodes, valkey: done.valkey }, clients }, command);
    }
  }
  return obeyed;
};
