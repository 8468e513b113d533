// CLIENT PAUSE … WRITE: for so long writes wait, and whatever stands behind one on its connection waits with it. Everything else goes
// on: replication, pings, reads, the operator's commands. A FAILOVER that is under way holds writes back in the same manner.
import type { Process } from "./process.ts";
import { isPrimary } from "./process.ts";
import type { Valkey } from "./replication.ts";

/** Writes are held back. A replica refuses them instead. */
export const isPaused = (process: Process): boolean =>
  isPrimary(process) && (process.pause !== undefined || process.failover !== undefined);

/** The operator's own connection is stuck behind a write of its own. */
export const isBlocked = (process: Process): boolean => process.queue[0]?._tag === "Mark" && isPaused(process);

/** Of two pauses the one that ends later counts. */
export const pause = (process: Process, forMs: number): Process => ({ ...process, pause: Math.max(forMs, process.pause ?? 0) });

export const unpause = (process: Process): Process => {
  if (process.pause === undefined) return process;
  const { pause: _, ...unpaused } = process;
  return unpaused;
};

/** Time passes, for a process that hangs as well. What was held back has to be obeyed afterwards. */
export const elapse = (valkey: Valkey, ms: number): Valkey => {
  if (ms === 0 || !valkey.processes.some((process) => process.pause !== undefined)) return valkey;
  return { ...valkey, processes: valkey.processes.map((process) => shorten(process, ms)) };
};

export const shorten = (process: Process, ms: number): Process =>
  process.pause !== undefined && process.pause > ms ? { ...process, pause: process.pause - ms } : unpause(process);
