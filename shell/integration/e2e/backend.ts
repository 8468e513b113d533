// What a scenario needs of the cluster it runs on, so that it is one text for all of them: the API, an operator, and ways to break things.
// What a backend cannot break it says by name, and the scenarios that need it are listed as not run there.
import type { ApiClient } from "../../src/kubernetes/client.ts";
import type { Api } from "../../src/sandbox/clients/api.ts";
import type { Right } from "./account.ts";
import type { LogLine } from "../scenarios/reading.ts";

export type Place = { readonly namespace: string; readonly pod: string };

/** Ends a fault; ends it only once. */
export type Undo = () => Promise<void>;

/** Whom a pod is cut off from: from all there is, from the operators, or from these pods. */
export type Side = "everyone" | "operator" | readonly Place[];

export type Faults = {
  /** SIGKILL to the server's process. */
  readonly kill: (pod: Place) => Promise<void>;
  /** SIGSTOP, undone by SIGCONT if the process is still there. */
  readonly hang: (pod: Place) => Promise<Undo>;
  /** No packet passes in either direction, and nobody is told. */
  readonly cut: (pod: Place, from: Side) => Promise<Undo>;
  /** The kubelet and all containers of a node stop in their tracks. */
  readonly loseNode: (node: string) => Promise<Undo>;
  /** The directory of a claim becomes a disk of so many MiB; before any pod mounts it. */
  readonly smallDisk: (claim: Claim) => Promise<SmallDisk>;
  /** The same with a disk that can break. */
  readonly frailDisk: (claim: Claim) => Promise<FrailDisk>;
  /**
   * More busy processes than the machine has processors; the pods of these nodes get, beside that, a small part of what is left to them.
   */
  readonly starve: (squeezed: readonly string[]) => Promise<Undo>;
  /** Every answer of the API server reaches the operator so much later. */
  readonly slowApi: (milliseconds: number) => Promise<Undo>;
  /** The operator cannot reach the API server, nor hear of it. */
  readonly cutApi: () => Promise<Undo>;
};

/** A process of the operator and what it holds. */
export type Resident = { readonly who: string; readonly mebibytes: number };

export type Claim = { readonly namespace: string; readonly name: string; readonly mebibytes: number };
export type SmallDisk = { readonly fill: () => Promise<void>; readonly empty: () => Promise<void>; readonly undo: Undo };
/** `replace` puts an empty one in its place. */
export type FrailDisk = { readonly fail: () => Promise<void>; readonly replace: () => Promise<void>; readonly undo: Undo };

/** What a scenario may be unable to do without: a fault, several nodes, an operator that runs as it is installed. */
export type Need = keyof Faults | "nodes" | "installed";

export type Operator = {
  /** As what it runs, for the heading. */
  readonly how: string;
  /** Every JSON line that any operator has written. */
  readonly log: readonly LogLine[];
  readonly onLine: (listener: (line: LogLine) => void) => () => void;
  /** SIGKILL to the one that leads; another takes its place. */
  readonly kill: () => Promise<void>;
  /** Ends it in order and starts the next: what an upgrade of its Deployment does. */
  readonly restart: () => Promise<void>;
  /** Of each of its processes, the one that leads first. */
  readonly resident: () => Promise<readonly Resident[]>;
  /** The node on which the leader runs; undefined outside the cluster. */
  readonly node: () => Promise<string | undefined>;
  /** What its account may do. */
  readonly rights: () => Promise<readonly Right[]>;
};

export type Backend = {
  readonly name: string;
  readonly client: ApiClient;
  readonly api: Api;
  readonly operator: Operator;
  readonly faults: Faults;
  /** Why it has no such fault. */
  readonly lacks: Readonly<Partial<Record<Need, string>>>;
  /** Image of the data pods, where the default one is not there. */
  readonly image: string | undefined;
  /** Nodes that can run pods. */
  readonly nodes: readonly string[];
  /** Ends what was started for the run; throws what the operator's trace shows to be wrong. */
  readonly stop: () => Promise<TraceVerdict>;
};

/** What replaying the operator's trace through core found. */
export type TraceVerdict = { readonly entries: number; readonly problems: readonly string[] };

/** A fault that is not there; reached only by a scenario that does not say what it needs. */
export const lacking = (why: string) => (): Promise<never> => Promise.reject(new Error(`not on this backend: ${why}`));

/** In place of an undo until there is something to undo. */
export const standing: Undo = () => Promise.resolve();

/** Makes an undo that does its work once, however often it is called. */
export const once = (work: () => void | Promise<void>): Undo => {
  let done: Promise<void> | undefined;
  return () => (done ??= Promise.resolve(work()));
};
