// FAILOVER: a primary hands its role to one of its replicas, and follows it.
//
//   primary ──▶ waiting ──▶ asking ──▶ replica      plain: until the target has acknowledged everything
//        └──────────────────▶ │                     forced after a millisecond: whatever the target has
//   primary ◀─────────────────┘                     refused or aborted: a primary again, with a history of its own
//
// *Asking* it is a replica already: clients are refused, REPLICAOF too, and without an answer it stays so for ever.
import type { Epoch } from "@gungnir/core";
import type { Process } from "./process.ts";
import { isPrimary, PRIMARY } from "./process.ts";
import { promote } from "./roles.ts";
import { attach, beginHistory, dropFollowers, followers, isAttached, processAt, sourceOf, userOf, withProcess } from "./replication.ts";
import type { Valkey } from "./replication.ts";

/** By address; `how`: at once with whatever the target has, or when it has everything. */
export type Order = { readonly to: string; readonly how: "forced" | "plain"; readonly epoch: Epoch };

/** The state it goes into, or the server's words of refusal. */
export const handOver = (valkey: Valkey, process: Process, { to, how, epoch }: Order): Valkey | string => {
  if (process.failover !== undefined) return "ERR FAILOVER already in progress.";
  if (!isPrimary(process)) return "ERR FAILOVER is not valid when server is a replica.";
  if (!valkey.processes.some((other) => isAttached(other, process))) return "ERR FAILOVER requires connected replicas.";
  const target = processAt(valkey, to);
  if (target === undefined || !isAttached(target, process)) return "ERR FAILOVER target HOST and PORT is not a replica.";
  const ordered: Process = { ...process, failover: { state: "waiting", to, epoch } };
  return withProcess(valkey, how === "forced" ? asking(ordered, to) : ordered);
};

const asking = (process: Process, to: string): Process => ({
  ...process,
  ...(process.failover === undefined ? {} : { failover: { ...process.failover, state: "asking" } }),
  role: { _tag: "Replica", of: to, link: "connecting", inFlight: [] },
});

/** *Waiting* to *asking*, once the target has everything. One that fell silent may have said so before. */
export const proceed = (valkey: Valkey, process: Process, target: "heard now" | "heard before" = "heard now"): Valkey | undefined => {
  const { failover } = process;
  if (failover?.state !== "waiting" || process.hung) return undefined;
  const heard = target === "heard now" ? followers(valkey, process) : valkey.processes.filter((other) => isAttached(other, process));
  const found = heard.find((follower) => follower.address === failover.to);
  return found === undefined || found.offset < process.offset ? undefined : withProcess(valkey, asking(process, failover.to));
};

/** A replica's attempt to attach: one that hands over asks the other side to become the primary first. */
export const connect = (valkey: Valkey, replica: Process): Valkey | undefined =>
  replica.failover?.state === "asking" ? ask(valkey, replica) : attach(valkey, replica);

const ask = (valkey: Valkey, process: Process): Valkey | undefined => {
  const target = sourceOf(valkey, process);
  if (target === undefined || !target.users.includes(userOf(process))) return undefined;
  if (isPrimary(target) || target.replid !== process.replid) return abort(valkey, process);
  const promoted = promote(valkey, target);
  const over = withProcess(promoted, ended(process));
  return attach(over, ended(process)) ?? over;
};

/** FAILOVER ABORT, or the target's refusal; undefined where nothing is under way. */
export const abort = (valkey: Valkey, process: Process): Valkey | undefined => {
  switch (process.failover?.state) {
    case undefined:
      return undefined;
    case "waiting":
      return withProcess(valkey, ended(process));
    case "asking":
      return withProcess(dropFollowers(valkey, process, "in flight"), { ...beginHistory(ended(process)), role: PRIMARY });
  }
};

const ended = (process: Process): Process => {
  const { failover: _, ...rest } = process;
  return rest;
};
