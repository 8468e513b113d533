// What a Valkey process makes of a command. It looks at its own state only: whether the command is still right is the sender's
// affair, so an order that came late is obeyed all the same.
import type { Command, Outcome } from "@gungnir/core";
import { replicationUser } from "@gungnir/core";
import { abort, handOver } from "./handover.ts";
import { isBlocked, isPaused, pause, shorten, unpause } from "./pause.ts";
import type { Process } from "./process.ts";
import { DISK_FULL, isPrimary, markerItem } from "./process.ts";
import { append, dropFollowers, followers, withProcess } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import { detach, follow, promote } from "./roles.ts";

export type Obeyed = {
  readonly valkey: Valkey;
  readonly outcome: Outcome;
  /** Connections of clients to this process were closed. */
  readonly clientsClosed: boolean;
};

const done = (valkey: Valkey, clientsClosed = false): Obeyed => ({ valkey, outcome: { _tag: "Done" }, clientsClosed });

export const obey = (valkey: Valkey, process: Process, command: Command): Obeyed => {
  if (isBlocked(process)) return unread(valkey, process, command);
  switch (command._tag) {
    case "Freeze":
    case "Fence":
      return demoted(valkey, process, command);
    case "Disconnect":
      return done(valkey, true);
    case "Admit": {
      const user = replicationUser(command.member);
      return done(process.users.includes(user) ? valkey : withProcess(valkey, { ...process, users: [...process.users, user].toSorted() }));
    }
    case "Expel":
      return done(expel(valkey, process, command.users));
    case "Follow":
      return process.failover === undefined ? done(follow(valkey, process, command.host)) : refusedWhileFailingOver(valkey);
    case "Promote": {
      const configured = configure(valkey, process, command.minReplicas);
      if (process.failover !== undefined) return refusedWhileFailingOver(configured.valkey);
      return done(promote(configured.valkey, configured.process));
    }
    case "Configure":
      return done(configure(valkey, process, command.minReplicas).valkey);
    case "Mark": {
      if (!isPrimary(process)) return refused(valkey, "READONLY You can't write against a read only replica.", true);
      if (process.diskFull === true) return refused(valkey, DISK_FULL, true);
      if (!hasEnoughReplicas(valkey, process)) return refused(valkey, "NOREPLICAS Not enough good replicas to write.", true);
      if (isPaused(process)) return unread(valkey, process, command);
      return done(append(valkey, process, markerItem(command.marker)));
    }
    case "Pause":
      return done(withProcess(valkey, pause(process, command.forMs)));
    case "Unpause": {
      const unpaused = unpause(process);
      return done(unpaused === process ? valkey : withProcess(valkey, unpaused));
    }
    case "HandOver": {
      const handed = handOver(valkey, process, { to: command.host, how: "forced", epoch: command.epoch });
      return typeof handed === "string" ? refused(valkey, handed, false) : done(handed);
    }
  }
};

/** What `min-replicas-to-write` asks before each write. */
export const hasEnoughReplicas = (valkey: Valkey, primary: Process): boolean => followers(valkey, primary).length >= primary.minReplicas;

const refused = (valkey: Valkey, why: string, transient: boolean): Obeyed => ({
  valkey,
  outcome: { _tag: "Refused", why, transient },
  clientsClosed: false,
});
const refusedWhileFailingOver = (valkey: Valkey): Obeyed => refused(valkey, "ERR REPLICAOF not allowed while failing over.", false);

/**
 * Held back, or behind what is: it stays in the connection until the process reads on. Its sender waits for the answer, and that takes
 * of the pause; else one that asks again and again would never see the end of it.
 */
const unread = (valkey: Valkey, process: Process, command: Command): Obeyed => {
  const outcome: Outcome = command._tag === "Fence" ? { _tag: "Sent" } : { _tag: "Unknown", why: `no answer within ${ANSWER_MS} ms` };
  const queue = [...process.queue, command];
  const waited = process.pause === undefined ? process : shorten(process, ANSWER_MS);
  if (isPaused(waited)) return { valkey: withProcess(valkey, { ...waited, queue }), outcome, clientsClosed: false };
  let obeyed: Obeyed = { valkey: withProcess(valkey, { ...waited, queue: [] }), outcome, clientsClosed: false };
  for (const next of queue) {
    const present = obeyed.valkey.processes.find((other) => other.runId === process.runId) ?? waited;
    const { valkey: after, clientsClosed } = obey(obeyed.valkey, present, next);
    obeyed = { valkey: after, outcome, clientsClosed: obeyed.clientsClosed || clientsClosed };
  }
  return obeyed;
};
/** How long core waits for an answer. */
const ANSWER_MS = 250;

/** In the middle of its own FAILOVER a process refuses a role, unless that is aborted in the same transaction. */
const demoted = (valkey: Valkey, process: Process, command: Extract<Command, { _tag: "Freeze" | "Fence" }>): Obeyed => {
  const closes = command._tag === "Fence";
  if (process.failover !== undefined && command.abort !== true) return { ...refusedWhileFailingOver(valkey), clientsClosed: closes };
  const aborted = abort(valkey, process) ?? valkey;
  const present = aborted.processes.find((other) => other.runId === process.runId) ?? process;
  return done(detach(aborted, present), closes);
};

const configure = (valkey: Valkey, process: Process, minReplicas: number): { readonly valkey: Valkey; readonly process: Process } => {
  if (process.minReplicas === minReplicas) return { valkey, process };
  const configured = { ...process, minReplicas };
  return { valkey: withProcess(valkey, configured), process: configured };
};

const expel = (valkey: Valkey, source: Process, users: readonly string[]): Valkey => {
  if (!source.users.some((user) => users.includes(user))) return valkey;
  const remaining = withProcess(valkey, { ...source, users: source.users.filter((user) => !users.includes(user)) });
  return dropFollowers(remaining, source, "in flight", (follower) => users.includes(replicationUser(follower)));
};
