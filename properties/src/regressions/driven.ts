// Core driven by hand: what each process says is written down, and time, answers and outcomes come as the test puts them. For what
// the explorer's world does not do (processes that answer without a reading, lost answers, pods without a node), and for minutes.
import {
  type Action,
  type Chronicle,
  type Cluster,
  type Command,
  type Decision,
  type Event,
  type FailoverRecord,
  type Memory,
  type Outcome,
  QUARANTINE,
  chronicled,
  emptyChronicle,
  type Reading,
  type Reason,
  type Reply,
  type Target,
  instant,
  isCommand,
  replicationId,
  replicationOffset,
  replicationUser,
  resourceVersion,
  runId,
  step,
  uid,
} from "@gungnir/core";
import { addressOf, clusterWith, leader, readingOf, targetOf } from "../laws/cluster.ts";

/** What a process answers from now on. */
export type Word = Reading | Exclude<Reply, { _tag: "Reading" }> | "silent";
export type Taken = { readonly at: number; readonly action: Action; readonly because: Reason };

/** Too many actions at one instant are a hot loop. */
const AT_ONE_INSTANT = 60;

export class Driven {
  memory: Memory;
  /** What is told of it beside the memory. */
  chronicle: Chronicle = emptyChronicle;
  decision: Decision = { _tag: "Settled" };
  readonly taken: Taken[] = [];
  /** In flight, with an outcome that has not come. */
  readonly held: Action[] = [];
  /** What becomes of an action; undefined is Done. */
  fate: (action: Action) => Outcome | "held" | undefined = () => undefined;
  now = 0;
  private readonly words = new Map<string, { readonly target: Target; readonly word: Word }>();
  private version = 100;

  constructor(cluster: Cluster) {
    this.memory = leader(cluster, 0);
  }

  says(ordinal: number, word: Word, target: Target = targetOf(ordinal)): void {
    this.words.set(target.uid, { target, word });
  }

  /** Everybody is asked every `every` milliseconds, in the order in which they first spoke. */
  until(end: number, every = 200, before: (now: number) => void = () => undefined): void {
    for (let now = this.now; now < end; now += every) {
      this.now = now;
      before(now);
      for (const key of this.words.keys()) this.ask(key);
    }
    this.now = end;
  }

  /** One event, and all that core does about it. */
  feed(event: Event): void {
    this.step(event);
    for (let count = 0; this.decision._tag === "Act"; count++) {
      if (count === AT_ONE_INSTANT)
        throw new Error(`more than ${AT_ONE_INSTANT} actions at ${event.now}: ${this.told().slice(-4).join("; ")}`);
      const { action, because } = this.decision;
      this.taken.push({ at: event.now, action, because });
      const outcome = this.fate(action) ?? (isObject(action) ? NOT_PERMITTED : this.done(action));
      if (outcome === "held") {
        this.held.push(action);
        this.step({ now: event.now, _tag: "Woke" });
      } else {
        this.perform(action, outcome, event.now);
      }
    }
  }

  /** The outcome of the oldest action that was held; carried out if it is Done. */
  land(outcome?: Outcome): void {
    const action = this.held.shift();
    if (action === undefined) throw new Error("nothing is held");
    this.now += 1;
    const landed = outcome ?? this.done(action);
    if (landed._tag === "Done" && isCommand(action)) this.obey(action);
    this.feed({ now: instant(this.now), _tag: "Performed", action, outcome: landed });
  }

  /** The cluster as it is known now, changed, is read. */
  read(changes: Partial<Cluster>): void {
    const version = resourceVersion(String(++this.version));
    const known = this.cluster;
    const cluster = { ...known, ...changes, version, asOf: { ...known.asOf, ValkeyCluster: version, Pod: version } };
    this.feed({ now: instant(this.now), _tag: "Read", cluster, consistent: { began: instant(this.now) } });
  }

  get cluster(): Cluster {
    if (this.memory.cluster === undefined) throw new Error("nothing was read");
    return this.memory.cluster;
  }
  get record(): FailoverRecord {
    if (this.cluster.record === undefined) throw new Error("there is no record");
    return this.cluster.record;
  }

  /** What was done, of these kinds; of all but objects and the status where none is named. */
  told(...tags: readonly Action["_tag"][]): readonly string[] {
    return this.taken
      .filter(({ action }) => (tags.length === 0 ? !isObject(action) && action._tag !== "Report" : tags.includes(action._tag)))
      .map(({ action, because }) => `${action._tag} ${aboutOf(action)}${because}`);
  }

  private ask(key: string): void {
    const spoken = this.words.get(key);
    if (spoken === undefined) return;
    const { target, word } = spoken;
    const about = { now: instant(this.now), target, began: instant(this.now) };
    if (word === "silent") this.feed({ ...about, _tag: "Silent", why: "Timeout" });
    else this.feed({ ...about, _tag: "Replied", reply: "_tag" in word ? word : { _tag: "Reading", reading: word } });
  }

  private step(event: Event): void {
    const before = this.memory;
    ({ memory: this.memory, decision: this.decision } = step(before, event));
    this.chronicle = chronicled(this.chronicle, event, before, this.memory);
  }

  private done(action: Action): Outcome {
    return isCommand(action) ? { _tag: "Done" } : { _tag: "Done", version: resourceVersion(String(++this.version)), uid: uid("written") };
  }

  private perform(action: Action, outcome: Outcome, now: number): void {
    if (outcome._tag === "Done" && isCommand(action)) this.obey(action);
    this.step({ now: instant(now), _tag: "Performed", action, outcome });
  }

  private obey(command: Command): void {
    const spoken = this.words.get(command.pod.uid);
    if (spoken === undefined || spoken.word === "silent") return;
    const { word } = spoken;
    if (!("_tag" in word)) this.words.set(command.pod.uid, { ...spoken, word: carriedOut(command, word) });
    else if (word._tag === "Misconfigured" && word.reading !== undefined)
      this.words.set(command.pod.uid, { ...spoken, word: { ...word, reading: carriedOut(command, word.reading) } });
  }
}

const carriedOut = (command: Command, reading: Reading): Reading => {
  switch (command._tag) {
    case "Freeze":
    case "Fence":
      return { ...reading, role: "replica", upstream: DETACHED };
    case "Admit":
      return { ...reading, users: [...reading.users, replicationUser(command.member)] };
    case "Expel":
      return { ...reading, users: reading.users.filter((user) => !command.users.includes(user)) };
    case "Follow":
      return { ...reading, upstream: { host: command.host, port: command.port, up: false, syncing: false } };
    case "Promote":
      return leading({ ...reading, minReplicas: command.minReplicas });
    case "Configure":
      return { ...reading, minReplicas: command.minReplicas };
    case "Mark":
      return { ...reading, marker: command.marker };
    case "HandOver":
      return {
        ...reading,
        role: "replica",
        upstream: { host: command.host, port: command.port, up: false, syncing: false },
        handingOver: true,
      };
    case "Pause":
    case "Unpause":
    case "Disconnect":
      return reading;
  }
};

const isObject = (action: Action): boolean => action._tag === "Create" || action._tag === "Apply";
/** The objects are not what these tests are about. */
const NOT_PERMITTED: Outcome = { _tag: "Refused", why: "not permitted", transient: false };

const aboutOf = (action: Action): string => {
  if ("pod" in action) return `${action.pod.pod} `;
  if (!("record" in action)) return "";
  const { record } = action;
  return action._tag === "Enlist"
    ? `${record.members.map((one) => `${one.pod}:${one.state}`).join(",")} `
    : `${record.intent?.candidate?.pod ?? (action._tag === "Publish" ? (record.primary?.pod ?? "") : "nobody")} `;
};

// --- What processes say -----------------------------------------------------------------------------------------------

export const DETACHED = { ...QUARANTINE, up: false, syncing: false } as const;
export const BUSY = { _tag: "Busy", text: "BUSY Valkey is busy running a script" } as const;
/** It cannot write to its disk, and says all else as ever. */
export const full = (reading: Reading): Extract<Reply, { readonly _tag: "Misconfigured" }> => ({
  _tag: "Misconfigured",
  text: "MISCONF Errors writing to the AOF file",
  reading,
});
export const userOf = (ordinal: number, life = 0) => replicationUser(targetOf(ordinal, life));
export const online = (...ordinals: readonly number[]): Reading["downstream"] =>
  ordinals.map((ordinal) => ({ host: addressOf(ordinal), online: true, offset: replicationOffset(0n) }));

/** web-0 as it serves the other two. */
export const serving = (offset: bigint, changes: Partial<Reading> = {}): Reading =>
  readingOf(0, offset, { users: [userOf(1), userOf(2)], downstream: online(1, 2), ...changes });
/** A replica of web-0, whether its link is up. */
export const following = (ordinal: number, offset: bigint, up = true, changes: Partial<Reading> = {}): Reading =>
  readingOf(ordinal, offset, { users: [], upstream: { host: addressOf(0), port: 6379, up, syncing: false }, ...changes });
/** The same process with the role of a primary. */
export const leading = (reading: Reading): Reading => {
  const { upstream: _, ...rest } = reading;
  return { ...rest, role: "primary" };
};
/** A process that was started again, quarantined, with the data of its volume. */
export const restarted = (ordinal: number, changes: Partial<Reading> = {}): Reading =>
  readingOf(ordinal, 0n, {
    runId: runId(`run-${ordinal}b`),
    role: "replica",
    upstream: DETACHED,
    users: [],
    replid: replicationId(`fresh-${ordinal}`),
    ...changes,
  });
/** The same without a volume. */
export const emptied = (ordinal: number, changes: Partial<Reading> = {}): Reading =>
  restarted(ordinal, { marker: "Absent", empty: true, minReplicas: 0, ...changes });

// --- Clusters ---------------------------------------------------------------------------------------------------------

export const D = 1_000;
const TIMING = { downAfter: D, pingInterval: 200 };

export const cluster = (changes: Partial<Cluster> = {}, spec: Partial<Cluster["spec"]> = {}): Cluster => {
  const made = clusterWith(TIMING, changes);
  const replicas = spec.replicas ?? made.spec.replicas;
  return { ...made, pods: made.pods.slice(0, replicas), spec: { ...made.spec, ...spec } };
};
export const PERSISTENT = { persistence: { enabled: true, storageSize: "1Gi" } } as const;
