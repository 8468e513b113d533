// What every operator of a simulation stands on: virtual time, the API server and the Lease in it, the network with its delays and
// losses, and the world's own functions for all that is asked of it.
import type { Action, Cluster, Event, Leadership, Outcome, Reason, Target } from "@gungnir/core";
import type { LeaseServer } from "./lease-server.ts";
import type { Operator } from "./operator.ts";

export type Fate = "arrives" | "request lost" | "answer lost" | "delayed";

export type Ground = {
  /** Virtual milliseconds since the beginning. */
  readonly now: number;
  /** The instant of the beginning. */
  readonly epoch: number;
  readonly lease: LeaseServer;
  readonly isApiDown: boolean;
  readonly after: (ms: number, what: () => void) => void;
  /** Milliseconds, one way to the API server; to a pod and back; of the watch; of a message that is late. */
  readonly latency: () => number;
  readonly roundTrip: () => number;
  readonly watchLag: () => number;
  readonly delay: () => number;
  readonly fateOf: () => Fate;
  readonly cluster: () => Cluster;
  /** What a watch tells, which may be older. */
  readonly seenBy: (operator: Operator) => Cluster;
  readonly probed: (operator: Operator, target: Target) => Extract<Event, { readonly _tag: "Replied" | "Silent" }>;
  readonly decided: (operator: Operator, action: Action, because: Reason) => void;
  readonly heard: (operator: Operator) => void;
  /** Undefined: the connection it was written to was closed by a later leader. */
  readonly arrive: (
    operator: Operator,
    action: Action,
    as: Extract<Leadership, { readonly _tag: "Leading" }>,
    isLate: boolean,
  ) => Outcome | undefined;
};
