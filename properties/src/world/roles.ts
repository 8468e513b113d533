// REPLICAOF in its three forms. A role changes at once; what it means for the links is known only when the next one is made.
import type { Process } from "./process.ts";
import { isPrimary, PRIMARY, QUARANTINE } from "./process.ts";
import { beginHistory, dropFollowers, unlinked, withProcess } from "./replication.ts";
import type { Valkey } from "./replication.ts";

/**
 * `REPLICAOF 127.0.0.1 1`: keeps everything, follows nobody, lets nobody new attach. Who is attached already stays so, and gets
 * what was still to come (measured): it hears of the demotion only when the history changes.
 */
export const detach = (valkey: Valkey, process: Process): Valkey => {
  if (process.role._tag === "Replica" && process.role.of === undefined) return valkey;
  return withProcess(valkey, { ...unlinked(valkey, process), role: QUARANTINE });
};

/** `REPLICAOF host port`; to where it is already it changes nothing, whatever became of the link. */
export const follow = (valkey: Valkey, process: Process, host: string): Valkey => {
  if (process.role._tag === "Replica" && process.role.of === host) return valkey;
  return withProcess(valkey, { ...unlinked(valkey, process), role: { _tag: "Replica", of: host, link: "connecting", inFlight: [] } });
};

/** `REPLICAOF NO ONE`: a history of its own begins, and its replicas have to ask anew. */
export const promote = (valkey: Valkey, process: Process): Valkey =>
  isPrimary(process)
    ? valkey
    : withProcess(dropFollowers(valkey, process, "in flight"), { ...beginHistory(placed(process)), role: PRIMARY });

/** A primary's place in its own stream is known. */
const placed = (process: Process): Process => {
  const { forgotPlace: _, ...rest } = process;
  return rest;
};
