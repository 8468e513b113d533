// One cluster, turned: what was heard goes into `step`, what it names is carried out, and the outcome is heard again. There
// is no opinion in here about Valkey or Kubernetes, only five rules: one event at a time; what core decides is begun at
// once and core is asked again; nothing is begun without the lease; an outcome always comes back; `until` sets the timer.
import {
  type Action,
  type Chronicle,
  chronicled,
  type Cluster,
  type Decision,
  emptyChronicle,
  type Event,
  initialMemory,
  type Instant,
  type Leadership,
  type Memory,
  OPERATOR_USER,
  probeTargets,
  readCluster,
  step,
  withHistory,
} from "@gungnir/core";
import { now } from "./clock.ts";
import type { ApiClient } from "./kubernetes/client.ts";
import { type ClusterKey, type Listed, listsOf, type Snapshot } from "./kubernetes/snapshot.ts";
import type { Store } from "./kubernetes/store.ts";
import { passwordsIn, type Passwords } from "./passwords.ts";
import { perform } from "./perform.ts";
import { probing } from "./probing.ts";
import { links as openLinks } from "./valkey/links.ts";
import type { Narrator } from "./telemetry/narrate.ts";

/** What a cluster's fiber is woken by. */
export type Message =
  | { readonly _tag: "Changed" }
  | { readonly _tag: "Listed"; readonly listed: Listed; readonly began: Instant }
  | { readonly _tag: "Led" }
  | { readonly _tag: "Heard"; readonly event: Event }
  /** Something of ours broke while it was under way: the fiber ends of it, in its own turn. */
  | { readonly _tag: "Broke"; readonly error: unknown };

export type Surroundings = {
  readonly key: ClusterKey;
  readonly client: ApiClient;
  readonly store: Store;
  readonly leadership: () => Leadership;
  readonly narrator: Narrator;
  readonly onProbed: (heard: string, seconds: number) => void;
  readonly onUnreadable: (why: string) => void;
  /** Every event, as it was folded, and what was decided. */
  readonly trace: (event: Event, decision: Decision, fresh: boolean) => void;
  /** Puts a message into the cluster's own queue. */
  readonly tell: (message: Message) => void;
};

export type Reconciler = {
  /** "Gone" once the ValkeyCluster is. */
  turn(message: Message): "Present" | "Gone";
  /** Begins nothing more; settles when everything begun has an outcome. */
  stop(): Promise<void>;
};

// Lists that fail are made again after this; what broke them is rarely over sooner.
const RELIST_AFTER_MS = 250;
// More decisions in a row than this without a single outcome are a loop, not progress.
const MOST_AT_ONCE = 200;

export function reconciler(around: Surroundings): Reconciler {
  const { key, client, store, narrator, tell } = around;
  const links = openLinks();
  const underWay = new Set<Promise<unknown>>();
  let memory: Memory = initialMemory;
  let chronicle: Chronicle = emptyChronicle;
  let before: Cluster | undefined;
  let passwords: Passwords | undefined;
  let timer: NodeJS.Timeout | undefined;
  let relisting: NodeJS.Timeout | "Asked" | undefined;
  let stopped = false;

  const probes = probing(links, key, (event, probed) => {
    around.onProbed(probed.heard._tag === "Replied" ? probed.heard.reply._tag : probed.heard.why, (probed.ended - probed.began) / 1000);
    tell({ _tag: "Heard", event });
  });

  const read = (snapshot: Snapshot, consistent: { readonly began: Instant } | undefined): Event | undefined => {
    const lists = listsOf(snapshot, key, store.nodes());
    if (lists === undefined) return { now: now(), _tag: "Gone" };
    passwords = passwordsIn(snapshot, key) ?? passwords;
    const cluster = readCluster(lists, before);
    if (cluster._tag === "Err") {
      around.onUnreadable(`${cluster.problem.field} is ${cluster.problem.value}; allowed is ${cluster.problem.allowed}`);
      return undefined;
    }
    before = cluster.value;
    return { now: now(), _tag: "Read", cluster: cluster.value, ...(consistent !== undefined && { consistent }) };
  };

  const broke = (error: unknown): void => tell({ _tag: "Broke", error });

  const eventOf = (message: Message): Event | undefined => {
    switch (message._tag) {
      case "Broke":
        throw message.error;
      case "Heard":
        return { ...message.event, now: now() };
      case "Led":
        return { now: now(), _tag: "Lease", leadership: around.leadership() };
      case "Changed": {
        const snapshot = store.snapshot(key);
        return snapshot === undefined ? undefined : read(snapshot, undefined);
      }
      case "Listed": {
        relisting = undefined;
        const { listed, began } = message;
        if (listed._tag === "Listed") return read(listed.snapshot, { began });
        if (listed._tag === "Gone") return { now: now(), _tag: "Gone" };
        around.onUnreadable(listed.message);
        relisting = setTimeout(relist, RELIST_AFTER_MS);
        return undefined;
      }
    }
  };

  const relist = (): void => {
    relisting = "Asked";
    const began = now();
    void store.list(key).then((listed) => tell({ _tag: "Listed", listed, began }), broke);
  };

  const begin = (decided: Action): void => {
    const action = asWritten(decided, chronicle);
    const leadership = around.leadership();
    const began = now();
    const doing = perform(action, {
      client,
      cluster: key,
      links,
      replicationPassword: passwords?.replication,
      permittedUntil: leadership._tag === "Leading" ? leadership.until : undefined,
      now,
    })
      .then((outcome) => {
        narrator.performed(decided, outcome, now() - began, memory);
        tell({ _tag: "Heard", event: { now: now(), _tag: "Performed", action: decided, outcome } });
      }, broke)
      .finally(() => underWay.delete(doing));
    underWay.add(doing);
  };

  const stepped = (event: Event): ReturnType<typeof step> => {
    const next = step(memory, event);
    around.trace(event, next.decision, memory === initialMemory);
    const told = chronicled(chronicle, event, memory, next.memory);
    // A standby reads of it too, and whoever led has told of it.
    if (told !== chronicle && next.memory.leadership._tag === "Leading") narrator.chronicled(chronicle, told);
    chronicle = told;
    return next;
  };

  const decide = (first: Event): Decision => {
    let next = stepped(first);
    for (let count = 0; next.decision._tag === "Act"; count++) {
      if (count > MOST_AT_ONCE) throw new Error(`${MOST_AT_ONCE} decisions in a row, the last of them ${next.decision.because}`);
      memory = next.memory;
      narrator.decided(next.decision, memory);
      begin(next.decision.action);
      next = stepped({ now: now(), _tag: "Woke" });
    }
    memory = next.memory;
    narrator.decided(next.decision, memory);
    return next.decision;
  };

  const afterwards = (decision: Decision): void => {
    const { leadership } = memory;
    const authority = leadership._tag === "Leading" ? { authority: { founded: leadership.founded, term: leadership.term } } : {};
    const credentials = passwords === undefined ? undefined : { user: OPERATOR_USER, password: passwords.operator, ...authority };
    if (memory.cluster !== undefined && credentials !== undefined) links.sync(probeTargets(memory), memory.cluster.spec.port, credentials);
    probes.follow(leadership._tag === "Leading" && credentials !== undefined ? memory : undefined);
    clearTimeout(timer);
    if (decision._tag !== "Wait") return;
    if (decision.until !== undefined) {
      const woke = (): void => tell({ _tag: "Heard", event: { now: now(), _tag: "Woke" } });
      // What has arrived comes before what is due: after a pause of ours timers run first, and answers that nobody has read look like silence.
      timer = setTimeout(() => setImmediate(woke), Math.max(0, decision.until - now()));
    }
    if (decision.because === "SnapshotForgotten" && relisting === undefined) relist();
  };

  return {
    turn: (message) => {
      if (stopped) return "Present";
      const event = eventOf(message);
      if (event === undefined) return "Present";
      afterwards(decide(event));
      return event._tag === "Gone" ? "Gone" : "Present";
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      if (relisting !== "Asked") clearTimeout(relisting);
      probes.follow(undefined);
      await Promise.all(underWay);
      links.close();
    },
  };
}

/** What a status tells of what was done is not part of what was decided. */
function asWritten(action: Action, chronicle: Chronicle): Action {
  return action._tag === "Report" ? { ...action, status: withHistory(action.status, chronicle) } : action;
}
