// What somebody with a client types at a process, past the operator: REPLICAOF, FAILOVER, FLUSHALL. The process obeys; what the operator makes
// of it is what is asked.
import type { RunId } from "@gungnir/core";
import { epoch } from "@gungnir/core";
import { hasEnoughReplicas } from "./commands.ts";
import { handOver } from "./handover.ts";
import { isPaused } from "./pause.ts";
import type { Process } from "./process.ts";
import { flushItem, isPrimary } from "./process.ts";
import { append, followers } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import { detach, promote } from "./roles.ts";
import { primaryOf } from "./world.ts";
import type { Surroundings } from "./world.ts";

export type HandStep =
  /** REPLICAOF of nobody at the primary, NO ONE at a replica; FLUSHALL at the primary. */
  | { readonly _tag: "Fault"; readonly kind: "demoted by hand" | "promoted by hand" | "flushed by hand"; readonly process: RunId }
  /** FAILOVER TO, at the primary: by address. */
  | { readonly _tag: "Fault"; readonly kind: "handed over by hand"; readonly process: RunId; readonly to: string };

export const handsOn = (around: Surroundings, kind: HandStep["kind"], victims: readonly Process[]): readonly HandStep[] => {
  const { valkey } = around.nodes;
  const awake = victims.filter((process) => !process.hung && !process.loading && process.failover === undefined);
  const acting = awake.filter((process) => process.runId === primaryOf(around) && isPrimary(process));
  switch (kind) {
    case "demoted by hand":
      return acting.map((process) => ({ ...at(process), kind }));
    case "promoted by hand":
      return awake.filter((process) => !isPrimary(process)).map((process) => ({ ...at(process), kind }));
    case "flushed by hand":
      return acting
        .filter((process) => !isPaused(process) && process.diskFull !== true && hasEnoughReplicas(valkey, process))
        .map((process) => ({ ...at(process), kind }));
    // Without FORCE the server itself waits until the other one has everything: that moment is taken for one with the order.
    case "handed over by hand":
      return acting.flatMap((process) =>
        followers(valkey, process)
          .filter((follower) => follower.offset >= process.offset)
          .map((follower) => ({ ...at(process), kind, to: follower.address })),
      );
  }
};

const at = ({ runId }: Process) => ({ _tag: "Fault", process: runId }) as const;

export const typed = (around: Surroundings, step: HandStep, victim: Process): Surroundings => {
  const { valkey } = around.nodes;
  switch (step.kind) {
    case "demoted by hand":
      return withValkey(around, detach(valkey, victim));
    // Nobody's epoch: no claim is behind it.
    case "promoted by hand": {
      const { history } = around;
      const promoted = [...history.promoted, { epoch: epoch(0), runId: victim.runId }];
      return { ...withValkey(around, promote(valkey, victim)), history: { ...history, promoted } };
    }
    case "handed over by hand": {
      const ordered = handOver(valkey, victim, { to: step.to, how: "forced", epoch: epoch(0) });
      return typeof ordered === "string" ? around : withValkey(around, ordered);
    }
    // What is gone by a human's hand nobody is owed any more.
    case "flushed by hand": {
      const { clients } = around;
      const flushed = append(valkey, victim, flushItem(clients.written));
      return { ...withValkey(around, flushed), clients: { ...clients, waiting: [], acknowledged: [] } };
    }
  }
};

const withValkey = (around: Surroundings, valkey: Valkey): Surroundings => ({ ...around, nodes: { ...around.nodes, valkey } });
