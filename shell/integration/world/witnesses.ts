// Situations that scripts should come into, else their agreement means little. Each looks at one settled step.
import { valkeyHalf } from "@gungnir/properties";
import type { Believed, Ending } from "./believed.ts";
import { NAMES, type Step } from "./step.ts";

type Process = valkeyHalf.Process;
export type Taken = { readonly before: Believed; readonly step: Step; readonly ending: Ending; readonly after: Believed };

/** The names of the situations that a step came into. */
export const witnessed = (taken: Taken): readonly string[] =>
  Object.entries(WITNESSES)
    .filter(([, isSeen]) => isSeen(taken))
    .map(([name]) => name);

/** Some process that lived before and after, in both states. */
const some = ({ before, after }: Taken, isSeen: (past: Process, present: Process, valkey: valkeyHalf.Valkey) => boolean): boolean =>
  after.valkey.processes.some((present) => {
    const past = before.valkey.processes.find((process) => process.runId === present.runId);
    return past !== undefined && isSeen(past, present, after.valkey);
  });
const isReplica = (process: Process): boolean => process.role._tag === "Replica";
const attachedTo = (valkey: valkeyHalf.Valkey, source: Process): readonly Process[] =>
  valkey.processes.filter((process) => valkeyHalf.isAttached(process, source));
const isSynced = (past: Process, present: Process): boolean =>
  isReplica(present) && past.replid !== present.replid && present.before === undefined;

const WITNESSES: { readonly [name: string]: (taken: Taken) => boolean } = {
  "a stream is continued in another's history": (taken) =>
    some(taken, (past, present) => isReplica(present) && past.replid !== present.replid && present.before?.replid === past.replid),
  "a full sync replaces a data set": (taken) =>
    some(taken, (past, present) => isSynced(past, present) && past.items.some((item) => !valkeyHalf.holds(present, item.id))),
  "a full sync is in its middle": (taken) => some(taken, (_, present) => valkeyHalf.linkOf(present) === "syncing"),
  "a full sync is broken off": (taken) =>
    some(taken, (past, present) => valkeyHalf.linkOf(past) === "syncing" && valkeyHalf.linkOf(present) === "connecting"),
  "a chain of replicas": (taken) =>
    some(taken, (_, present, valkey) => valkeyHalf.linkOf(present) === "up" && attachedTo(valkey, present).length > 0),
  "a frozen process keeps its replicas": (taken) =>
    some(taken, (_, present, valkey) => valkeyHalf.isFrozen(present) && attachedTo(valkey, present).length > 0),
  "two primaries": ({ after }) => after.valkey.processes.filter((process) => valkeyHalf.isPrimary(process)).length > 1,
  "an isolated primary is ahead": (taken) =>
    some(
      taken,
      (past, present, valkey) =>
        valkeyHalf.isPrimary(present) && valkeyHalf.followers(valkey, present).length === 0 && present.offset > past.offset,
    ),
  "a replica is cut off by its user": ({ step, before, after }) =>
    step._tag === "Expel" &&
    before.valkey.processes.some(
      (past) =>
        past.pod === step.member &&
        isLinkedTo(past, step.at) &&
        after.valkey.processes.some((one) => one.runId === past.runId && valkeyHalf.linkOf(one) === "connecting"),
    ),
  "bytes under way arrive after their sender's end": (taken) =>
    some(taken, (past, present) => valkeyHalf.linkOf(past) === "closing" && present.items.length > past.items.length),
  "bytes under way are lost with their sender": ({ step, before, after }) =>
    step._tag === "Crash" &&
    step.tail === "unsent" &&
    before.stalled.some((name) => isBehind(before, name, step.at)) &&
    after.stalled.length > 0,
  "who is cut off believes to be linked to the dead": (taken) =>
    some(taken, (_, present, valkey) => valkeyHalf.linkOf(present) === "closing" && valkey.cuts.length > 0),
  "a write is refused for want of replicas": ({ ending }) => ending.includes("NOREPLICAS"),
  "a write is refused by a replica": ({ ending }) => ending.includes("READONLY"),
  "a WAIT falls short": ({ step, ending }) => step._tag === "Wait" && Number(ending) < step.replicas,
  "a WAIT is answered": ({ step, ending }) => step._tag === "Wait" && Number(ending) >= step.replicas,
  "a write is held back, and done": ({ before, after }) =>
    NAMES.some(
      (name) =>
        before.held[name] !== undefined && after.held[name] === undefined && after.ledger.some((entry) => entry.id === before.held[name]),
    ),
  "a replica's stream is held back": (taken) =>
    some(
      taken,
      (_, present, valkey) => present.pause !== undefined && attachedTo(valkey, present).length === 0 && isAwaiting(present, valkey),
    ),
  "a role is handed over": ({ step, after }) =>
    (step._tag === "HandOver" || step._tag === "Failover") &&
    after.valkey.processes.some((process) => process.pod === step.to && valkeyHalf.isPrimary(process)) &&
    after.valkey.processes.some((process) => process.pod === step.at && isLinkedTo(process, step.to)),
  "a handover waits": (taken) => some(taken, (_, present) => present.failover?.state === "waiting"),
  "a handover asks in vain": (taken) => some(taken, (_, present) => present.failover?.state === "asking"),
  "a handover is aborted": (taken) => some(taken, (past, present) => past.failover?.state === "asking" && valkeyHalf.isPrimary(present)),
  "a role is refused in the middle of a handover": ({ step, ending }) => step._tag === "Follow" && ending === "Refused ERR",
  "commands wait for a hung process": ({ before, step }) =>
    step._tag === "Wake" && before.valkey.processes.some((process) => process.pod === step.at && process.queue.length > 0),
  "a process comes back with its data": ({ step, after }) =>
    step._tag === "Start" && after.valkey.processes.some((process) => process.pod === step.at && process.items.length > 0),
};

export const WITNESS_NAMES: readonly string[] = Object.keys(WITNESSES);

const isLinkedTo = (process: Process, name: string): boolean =>
  process.role._tag === "Replica" && process.role.of === name && (process.role.link === "up" || process.role.link === "streaming");
const isBehind = ({ valkey }: Believed, name: string, source: string): boolean => {
  const replica = valkey.processes.find((process) => process.pod === name);
  const primary = valkey.processes.find((process) => process.pod === source);
  return (
    replica !== undefined && primary !== undefined && isLinkedTo(replica, source) && primary.items.some((item) => item.at > replica.offset)
  );
};
const isAwaiting = (replica: Process, valkey: valkeyHalf.Valkey): boolean => {
  const source = valkeyHalf.sourceOf(valkey, replica);
  return source !== undefined && valkeyHalf.isAttached(replica, source) && source.items.some((item) => item.at > replica.offset);
};
