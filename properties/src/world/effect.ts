// What an action does to the world, whoever sent it and whenever it arrives.
import type { Action, Outcome } from "@gungnir/core";
import { closeConnections } from "./clients.ts";
import { obey } from "./commands.ts";
import { afterAction } from "./history.ts";
import { OPERATOR, perform } from "./operator.ts";
import { isBlocked } from "./pause.ts";
import { isOpen, withProcess } from "./replication.ts";
import type { World } from "./world.ts";

export const carryOut = (world: World, action: Action): World & { readonly outcome: Outcome } => {
  const effect = perform(world.api, world.nodes, action);
  const closed = effect.clientsClosedOf;
  const clients = closed === undefined ? world.clients : closeConnections(world.clients, closed.runId);
  return afterAction(world, { ...world, api: effect.api, nodes: effect.nodes, clients, outcome: effect.outcome }, action);
};

/** Commands that waited are obeyed, in order, by every process that can read again. */
export const obeyQueue = (world: World): World => {
  let obeyed = world;
  for (const { runId } of world.nodes.valkey.processes) {
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
      const after = { ...obeyed, nodes: { ...obeyed.nodes, valkey: done.valkey }, clients, outcome: done.outcome };
      const { outcome: _, ...remembered } = afterAction(obeyed, after, command);
      obeyed = remembered;
    }
  }
  return obeyed;
};
