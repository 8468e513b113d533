// What a process had sent when it died arrives all the same, one thing after the other, each a few milliseconds after the one before: less
// than the time in which an operator takes an offset to be steady, else no patience would let in the last of it.
import { deliver } from "../world/replication.ts";
import { happen } from "../world/surroundings.ts";
import type { Surroundings } from "../world/world.ts";

/** Of two readings that are taken to be steady the processes gave the second at least 10 ms after the first. */
const MOST_BETWEEN_MS = 8;

export type Wire = {
  readonly random: () => number;
  readonly after: (ms: number, what: () => void) => void;
  readonly present: () => Surroundings;
  readonly change: (next: Surroundings) => void;
};

/** Sees to it, for whoever has a link that closes with something in it. */
export const lastBytes = ({ random, after, present, change }: Wire): ((around: Surroundings) => void) => {
  const flowing = new Set<string>();
  const arrive = (runId: string): void => {
    flowing.delete(runId);
    const process = present().nodes.valkey.processes.find((other) => other.runId === runId);
    // Cut off or hung: seen to again when that is over.
    if (process === undefined || deliver(present().nodes.valkey, process) === undefined) return;
    change(happen(present(), { _tag: "Deliver", process: process.runId }));
  };
  return ({ nodes }) => {
    for (const { runId, role } of nodes.valkey.processes) {
      if (role._tag !== "Replica" || role.inFlight.length === 0 || flowing.has(runId)) continue;
      flowing.add(runId);
      after(1 + random() * (MOST_BETWEEN_MS - 1), () => arrive(runId));
    }
  };
};
