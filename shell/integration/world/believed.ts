// What the world model says about a script. The model moves in small steps of its own between the steps of a script (links
// come up, bytes arrive, primaries ping), and does not say in which order; so what is known is a set of states, each of which
// the servers may be in, and an observation takes away those that it contradicts. None left: model and server differ.
import { epoch, type Outcome } from "@gungnir/core";
import { valkeyHalf } from "@gungnir/properties";
import { PORT } from "./shipped.ts";
import { commandOf, identityOf, type Name, NAMES, type Step, subjectOf } from "./step.ts";

type Valkey = valkeyHalf.Valkey;
type Process = valkeyHalf.Process;

/** A write, where it stands: the history and the offset behind it. */
export type Written = { readonly id: string; readonly replid: string; readonly at: bigint };

export type Believed = {
  readonly valkey: Valkey;
  readonly stalled: readonly Name[];
  /** Whose full syncs do not end. */
  readonly holding: readonly Name[];
  readonly volumes: { readonly [name in Name]: readonly valkeyHalf.Item[] };
  readonly lives: { readonly [name in Name]: number };
  readonly writes: number;
  readonly ledger: readonly Written[];
  /** Writes of clients that a pause holds back: one a process, since each has one connection. */
  readonly held: Readonly<Partial<Record<Name, string>>>;
  /** The last write on the client's connection to a process; WAIT is about it. */
  readonly lastWrite: Readonly<Partial<Record<Name, string>>>;
};

/** How a step ended, in words that both sides use. */
export type Ending = string;

export const processOf = (valkey: Valkey, name: Name): Process | undefined => valkey.processes.find((process) => process.pod === name);

/** Three processes that were just started over empty volumes. */
export const beginning = (): Believed =>
  NAMES.reduce<Believed>((state, name) => started(state, name), {
    valkey: { processes: [], cuts: [] },
    stalled: [],
    holding: [],
    volumes: { a: [], b: [], c: [] },
    lives: { a: 0, b: 0, c: 0 },
    writes: 0,
    ledger: [],
    held: {},
    lastWrite: {},
  });

const started = (state: Believed, name: Name): Believed => {
  const lives = { ...state.lives, [name]: state.lives[name] + 1 };
  const life = { ...identityOf(name, lives[name]), address: name, items: state.volumes[name], loading: false };
  const process = valkeyHalf.boot({ ...life, role: valkeyHalf.QUARANTINE });
  return { ...withoutClient(state, name), lives, valkey: { ...state.valkey, processes: [...state.valkey.processes, process] } };
};

/** The states it may lead to; all of them end it in the same way. */
export const take = (state: Believed, step: Step): { readonly states: readonly Believed[]; readonly ending: Ending } => {
  const { state: taken, ending } = taking(state, step);
  const kept = step._tag === "Crash" && step.tail === "unsent" ? taken : keepUnderWay(state, taken, subjectOf(step));
  if (step._tag === "Wait") return { states: [kept, asked(kept, step.at)], ending };
  if (step._tag === "Wake") return { states: [kept, keepUnderWay(state, taking(caughtUp(state, step.at), step).state, step.at)], ending };
  return { states: [kept], ending };
};

/** Who wakes reads its connections in any order: what its source had sent, too, may come before the commands that wait. */
const caughtUp = (state: Believed, at: Name): Believed => {
  const hung = processOf(state.valkey, at);
  if (hung === undefined || state.stalled.includes(at)) return state;
  let valkey = valkeyHalf.withProcess(state.valkey, { ...hung, hung: false });
  for (;;) {
    const process = processOf(valkey, at);
    const moved = process === undefined ? undefined : (valkeyHalf.stream(valkey, process) ?? valkeyHalf.deliver(valkey, process));
    if (moved === undefined) break;
    valkey = moved;
  }
  const process = processOf(valkey, at);
  return process === undefined ? state : { ...state, valkey: valkeyHalf.withProcess(valkey, { ...process, hung: true }) };
};

/** A WAIT that has to wait asks the replicas for acknowledgements, and the question is in the stream. */
const asked = (state: Believed, at: Name): Believed => {
  const primary = processOf(state.valkey, at);
  return primary === undefined
    ? state
    : { ...state, valkey: valkeyHalf.withProcess(state.valkey, { ...primary, offset: primary.offset + 1n }) };
};

/**
 * Who is stalled does not hear of the other's end before what was sent to it has arrived. Its own turning away is another matter.
 */
export const keepUnderWay = (before: Believed, after: Believed, turning: string | undefined): Believed => ({
  ...after,
  valkey: {
    ...after.valkey,
    processes: after.valkey.processes.map((process) => {
      const past = before.valkey.processes.find((other) => other.runId === process.runId);
      if (past?.role._tag !== "Replica" || process.role._tag !== "Replica" || turning === process.pod) return process;
      const { of, link } = past.role;
      if (!after.stalled.includes(nameOf(process)) || link === "connecting" || link === "syncing") return process;
      if (process.role.link !== "connecting" || process.role.of !== of) return process;
      const source = valkeyHalf.processAt(before.valkey, of);
      const inFlight = link === "closing" ? past.role.inFlight : (source?.items.filter((item) => item.at > past.offset) ?? []);
      return { ...process, role: { ...process.role, link: "closing" as const, inFlight } };
    }),
  },
});
const nameOf = (process: Process): Name => NAMES.find((name) => name === process.pod) ?? "a";

const taking = (state: Believed, step: Step): { readonly state: Believed; readonly ending: Ending } => {
  const { valkey } = state;
  const process = "at" in step ? processOf(valkey, step.at) : undefined;
  switch (step._tag) {
    case "Freeze":
    case "Fence":
    case "Promote":
    case "Configure":
    case "Follow":
    case "Admit":
    case "Expel":
    case "Mark":
    case "Pause":
    case "Unpause":
    case "Disconnect":
    case "HandOver":
      return process === undefined ? nothing(state) : commanded(state, process, step);
    case "Failover": {
      const handed = process === undefined ? valkey : valkeyHalf.handOver(valkey, process, { to: step.to, how: "plain", epoch: epoch(1) });
      return typeof handed === "string" ? { state, ending: "Refused ERR" } : { state: { ...state, valkey: handed }, ending: "Done" };
    }
    case "Abort": {
      const aborted = process === undefined ? undefined : valkeyHalf.abort(valkey, process);
      return aborted === undefined ? { state, ending: "Refused ERR" } : { state: { ...state, valkey: aborted }, ending: "Done" };
    }
    case "Write":
      return process === undefined ? nothing(state) : write(state, process, step.at);
    case "Wait":
      return nothing(state); // its answer is looked at, and changes nothing
    case "Cut":
      return nothing({ ...state, valkey: { ...valkey, cuts: [...valkey.cuts, valkeyHalf.pathKey(step.one, step.other)].toSorted() } });
    case "Heal": {
      const healed = valkeyHalf.pathKey(step.one, step.other);
      return nothing({ ...state, valkey: { ...valkey, cuts: valkey.cuts.filter((cut) => cut !== healed) } });
    }
    case "Stall":
      return nothing({ ...state, stalled: [...state.stalled, step.at].toSorted() });
    case "Flow":
      return nothing({ ...state, stalled: state.stalled.filter((name) => name !== step.at) });
    case "HoldSync":
      return nothing({ ...state, holding: [...state.holding, step.at].toSorted() });
    case "LetSync":
      return nothing({ ...state, holding: state.holding.filter((name) => name !== step.at) });
    case "Hang":
      return nothing(process === undefined ? state : { ...state, valkey: valkeyHalf.withProcess(valkey, { ...process, hung: true }) });
    case "Wake":
      return nothing(process === undefined ? state : woken(state, process));
    case "Crash":
      return nothing(process === undefined ? state : crashed(state, process, step));
    case "Start": {
      const volumes = step.volume === "lost" ? { ...state.volumes, [step.at]: [] } : state.volumes;
      return nothing(started({ ...state, volumes }, step.at));
    }
  }
};

const nothing = (state: Believed): { readonly state: Believed; readonly ending: Ending } => ({ state, ending: "" });

export const endingOf = (outcome: Outcome): Ending =>
  outcome._tag === "Refused" ? `Refused ${/\b[A-Z]{3,}\b/.exec(outcome.why)?.[0] ?? outcome.why}` : outcome._tag;

const commanded = (state: Believed, process: Process, step: Step): { readonly state: Believed; readonly ending: Ending } => {
  const who = (name: Name) => identityOf(name, state.lives[name]);
  const command = commandOf(step, who, (name) => name, PORT);
  if (command === undefined) return nothing(state);
  if (process.hung) {
    const queued = { ...process, queue: [...process.queue, command] };
    return {
      state: { ...state, valkey: valkeyHalf.withProcess(state.valkey, queued) },
      ending: command._tag === "Fence" ? "Sent" : "Unknown",
    };
  }
  const { valkey, outcome, clientsClosed } = valkeyHalf.obey(state.valkey, process, command);
  const obeyed = recorded({ ...state, valkey }, process.pod);
  return { state: clientsClosed ? withoutClient(obeyed, process.pod) : obeyed, ending: endingOf(outcome) };
};

const withoutClient = (state: Believed, of: string): Believed => ({
  ...state,
  lastWrite: Object.fromEntries(Object.entries(state.lastWrite).filter(([name]) => name !== of)),
  held: Object.fromEntries(Object.entries(state.held).filter(([name]) => name !== of)),
});

/** What is new in a data set is entered with its place. */
const recorded = (state: Believed, pod: string): Believed => {
  const process = state.valkey.processes.find((other) => other.pod === pod);
  const last = process?.items.at(-1);
  if (process === undefined || last === undefined || last.at !== process.offset || !valkeyHalf.isPrimary(process)) return state;
  if (state.ledger.some((entry) => entry.id === last.id)) return state;
  return { ...state, ledger: [...state.ledger, { id: last.id, replid: process.replid, at: last.at }] };
};

const write = (state: Believed, process: Process, at: Name): { readonly state: Believed; readonly ending: Ending } => {
  const id = `w${state.writes + 1}`;
  const counted = { ...state, writes: state.writes + 1 };
  if (!valkeyHalf.isPrimary(process)) return { state: counted, ending: "READONLY" };
  if (!valkeyHalf.hasEnoughReplicas(state.valkey, process)) return { state: counted, ending: "NOREPLICAS" };
  if (valkeyHalf.isPaused(process)) return { state: { ...counted, held: { ...state.held, [at]: id } }, ending: "held" };
  return { state: appended(counted, process, at, id), ending: "OK" };
};

const appended = (state: Believed, process: Process, at: Name, id: string): Believed =>
  recorded({ ...state, valkey: valkeyHalf.append(state.valkey, process, id), lastWrite: { ...state.lastWrite, [at]: id } }, at);

/** What was held back goes on where nothing holds it any more: first the client's write, or the command behind which others wait. */
export const release = (state: Believed): Believed => {
  let released = state;
  for (const name of NAMES) {
    const process = processOf(released.valkey, name);
    const id = released.held[name];
    if (process === undefined || process.hung || process.pause !== undefined || process.failover !== undefined) continue;
    if (id !== undefined) {
      const { [name]: _, ...held } = released.held;
      const writes = valkeyHalf.isPrimary(process) && valkeyHalf.hasEnoughReplicas(released.valkey, process);
      released = writes ? appended({ ...released, held }, process, name, id) : { ...released, held };
    }
    const present = processOf(released.valkey, name);
    if (present !== undefined && present.queue.length > 0) released = woken(released, present);
  }
  return released;
};

/** How many may have acknowledged the last write: at least those that can be reached, and those that may have said so before. */
export const acknowledged = (state: Believed, at: Name): { readonly least: number; readonly most: number } => {
  const primary = processOf(state.valkey, at);
  const id = state.lastWrite[at];
  if (primary === undefined || id === undefined) return { least: 0, most: 0 };
  const holders = state.valkey.processes.filter((process) => valkeyHalf.isAttached(process, primary) && valkeyHalf.holds(process, id));
  const reached = valkeyHalf.followers(state.valkey, primary);
  return { least: holders.filter((holder) => reached.includes(holder)).length, most: holders.length };
};

const woken = (state: Believed, process: Process): Believed => {
  let obeyed: Believed = { ...state, valkey: valkeyHalf.withProcess(state.valkey, { ...process, hung: false, queue: [] }) };
  for (const command of process.queue) {
    const present = obeyed.valkey.processes.find((other) => other.runId === process.runId);
    if (present === undefined) return obeyed;
    const { valkey, clientsClosed } = valkeyHalf.obey(obeyed.valkey, present, command);
    obeyed = recorded({ ...obeyed, valkey }, process.pod);
    if (clientsClosed) obeyed = withoutClient(obeyed, process.pod);
  }
  return obeyed;
};

/** What was sent to those that are not stalled has arrived: between two steps the model comes to rest. */
const crashed = (state: Believed, process: Process, step: Extract<Step, { _tag: "Crash" }>): Believed => {
  const dropped = valkeyHalf.dropFollowers(state.valkey, process, step.tail === "in flight" ? "in flight" : "nothing");
  return {
    ...withoutClient(state, step.at),
    valkey: { ...dropped, processes: dropped.processes.filter((other) => other.runId !== process.runId) },
    volumes: { ...state.volumes, [step.at]: process.items },
  };
};
