// The operator: core's own `step`, fed with what a shell would hear. Nothing here decides anything.
import type { Command, Decision, Event, Memory, Outcome, Reply, ResourceVersion, Target } from "@gungnir/core";
import { initialMemory, instant } from "@gungnir/core";
import { readCluster } from "./api.ts";
import type { Api } from "./api.ts";
import { obey } from "./commands.ts";
import type { LeaseCore } from "./lease.ts";
import { answer } from "./process.ts";
import type { Attached, Process } from "./process.ts";
import { isAttached, isOpen, processAt, withProcess } from "./replication.ts";
import type { Valkey } from "./replication.ts";
import type { SessionCore } from "./sessions.ts";

/** What of core the world calls: one function, and where two operators are what decides between them. A mutant brings its own. */
export type Core = LeaseCore &
  SessionCore & { readonly step: (memory: Memory, event: Event) => { readonly memory: Memory; readonly decision: Decision } };

export type Operator = {
  readonly memory: Memory;
  readonly decision: Decision;
  /** The API version it has read up to. */
  readonly read: ResourceVersion | undefined;
  readonly term: number;
};

export const OPERATOR = "operator";
/** Of the lease: later than any instant of a world, since worlds with one operator renew it in time. */
const FAR = instant(9e15);

/** An operator that just became leader and knows nothing. */
export const startOperator = (core: Core, term: number, now: number): Operator => {
  const leadership = { _tag: "Leading", term, founded: "", since: instant(now), until: FAR } as const;
  const { memory, decision } = core.step(initialMemory, { now: instant(now), _tag: "Lease", leadership });
  return { memory, decision, read: undefined, term };
};

/** What the watch tells; after a lost or refused write only a fresh list will do. */
export const tell = (api: Api, now: number, isConsistent: boolean): Event => ({
  now: instant(now),
  _tag: "Read",
  cluster: readCluster(api),
  ...(isConsistent ? { consistent: { began: instant(now) } } : {}),
});

/** Whom a probe reaches, and who is attached to him; or how it shows that nobody is reached. */
export type Reached = { readonly process: Process; readonly attached: readonly Attached[] } | "Timeout" | "Refused";

export const reach = (valkey: Valkey, target: Target): Reached => {
  const process = processAt(valkey, target.address);
  if (!isOpen(valkey, OPERATOR, target.address)) return "Timeout";
  if (process === undefined) return "Refused";
  if (process.hung) return "Timeout";
  const attached = valkey.processes.filter((other) => isAttached(other, process));
  return { process, attached: attached.map(({ address, offset }) => ({ address, offset })) };
};

/** What a probe of a process brings: it answers, or does not. */
export const probe = (valkey: Valkey, target: Target, port: number, at: number): Event => {
  const reached = reach(valkey, target);
  return typeof reached === "string" ? silent(target, reached, at) : replied(target, answer(reached.process, reached.attached, port), at);
};

export const silent = (target: Target, why: "Timeout" | "Refused", at: number): Event => {
  const now = instant(at);
  return { now, _tag: "Silent", target, began: now, why };
};

export const replied = (target: Target, reply: Reply, at: number): Event => {
  const now = instant(at);
  return { now, _tag: "Replied", target, began: now, reply };
};

/** What became of a command. */
export type Commanded = { readonly valkey: Valkey; readonly outcome: Outcome; readonly clientsClosed: boolean };

/** A command sent to a process, now. */
export const send = (valkey: Valkey, command: Command): Commanded => {
  const process = valkey.processes.find((other) => other.uid === command.pod.uid);
  const nothing = (outcome: Outcome): Commanded => ({ valkey, outcome, clientsClosed: false });
  if (process === undefined) return nothing({ _tag: "Refused", why: "connection refused", transient: true });
  if (process.runId !== command.pod.runId) return nothing({ _tag: "Conflict", why: "another run id answers" });
  if (process.hung || !isOpen(valkey, OPERATOR, process.address)) {
    // Written to a connection that is open: read when the process wakes or the path is back.
    const queued = withProcess(valkey, { ...process, queue: [...process.queue, command] });
    const outcome: Outcome = command._tag === "Fence" ? { _tag: "Sent" } : { _tag: "Unknown", why: "no answer within 250 ms" };
    return { valkey: queued, outcome, clientsClosed: false };
  }
  if (process.locked === true) return nothing({ _tag: "Refused", why: "WRONGPASS", transient: true });
  return process.loading ? nothing({ _tag: "Refused", why: "LOADING", transient: true }) : obey(valkey, process, command);
};
