// Any run of core: events in any order, those that fit nothing included. What is generated are moves; which event a move is may depend on
// what core has in flight by then, so that outcomes meet their actions more often than by chance.
import {
  type Action,
  type Cluster,
  type Decision,
  type Event,
  type FailoverRecord,
  type Memory,
  type Outcome,
  type Reply,
  epoch,
  initialMemory,
  instant,
  isCommand,
  resourceVersion,
  step,
  uid,
} from "@gungnir/core";
import * as fc from "fast-check";
import { clusterWith, identityOf, readingOf, record, replyOf, targetOf } from "./cluster.ts";
import { converged } from "./objects.ts";

const START = 1_000_000;
const TIMING = { downAfter: 1_000, pingInterval: 200 };
const SETTLED = converged(clusterWith(TIMING));
const LOOPBACK = { host: "127.0.0.1", port: 1, up: false, syncing: false };

const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Outcome>({ _tag: "Done", version: resourceVersion("20"), uid: uid("written") }) },
  fc.constantFrom<Outcome[]>(
    { _tag: "Sent" },
    { _tag: "Conflict", why: "409" },
    { _tag: "Refused", why: "403", transient: false },
    { _tag: "Refused", why: "503", transient: true },
    { _tag: "Unknown", why: "no answer" },
  ),
);

const ordinal = fc.integer({ min: 0, max: 2 });

/** Whatever a process may say, sensible or not. */
const anyReply: fc.Arbitrary<(who: number) => Reply> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ role: fc.constantFrom("as it is", "frozen", "primary", "stray"), offset: fc.nat(9), life: fc.nat(1) })
      .map(({ role, offset, life }) => (who: number): Reply => {
        const reading = readingOf(who, BigInt(offset), life === 0 ? {} : { runId: identityOf((who + 1) % 3).runId });
        if (role === "frozen") return replyOf({ ...reading, role: "replica", upstream: LOOPBACK });
        if (role === "stray") return replyOf({ ...reading, marker: "Foreign", users: [] });
        const { upstream: _, ...primary } = reading;
        return replyOf(role === "primary" ? { ...primary, role: "primary" } : reading);
      }),
  },
  fc
    .constantFrom<Reply["_tag"][]>("Loading", "MasterDown", "Busy", "NoAuth", "Misconfigured", "MaxClients", "Unexpected")
    .map((_tag) => (who: number): Reply => {
      if (_tag === "Misconfigured") return { _tag, text: "as it says", reading: readingOf(who, 5n) };
      return _tag === "Reading" ? { _tag: "Unexpected", text: "" } : { _tag, text: "as it says" };
    }),
);

const RECORDS: readonly FailoverRecord[] = [
  { ...record, intent: { kind: "Failover", old: identityOf(0), evidence: "Silent" } },
  { ...record, epoch: epoch(4), intent: { kind: "Failover", old: identityOf(0), evidence: "Dead", candidate: identityOf(1) } },
  { ...record, members: [] },
];
const anyRecord: fc.Arbitrary<FailoverRecord | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(record) },
  fc.constant(undefined),
  fc.constantFrom(...RECORDS),
);

export const anyClusterRead: fc.Arbitrary<Cluster> = fc
  .record({
    record: anyRecord,
    pods: fc.subarray([0, 1, 2]),
    deleting: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
    ended: fc.option(ordinal, { freq: 3 }),
    replicas: fc.integer({ min: 1, max: 4 }),
    version: fc.integer({ min: 10, max: 30 }),
    objects: fc.boolean(),
    another: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map((drawn) => {
    const made = drawn.objects ? SETTLED : clusterWith(TIMING);
    const { record: _, ...without } = made;
    return {
      ...without,
      ...(drawn.record === undefined ? {} : { record: drawn.record }),
      version: resourceVersion(String(drawn.version)),
      uid: uid(drawn.another ? "another cluster" : "cluster"),
      deleting: drawn.deleting,
      spec: { ...made.spec, replicas: drawn.replicas },
      pods: made.pods
        .filter((pod) => drawn.pods.includes(pod.ordinal))
        .map((pod) => (pod.ordinal === drawn.ended ? { ...pod, container: { _tag: "Terminated", id: "ended" } as const } : pod)),
    };
  });

type Making = (now: number, memory: Memory) => Event;
const at = (now: number) => ({ now: instant(now) });

const anyMaking: fc.Arbitrary<Making> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Making>((now) => ({ ...at(now), _tag: "Woke" })) },
  {
    weight: 8,
    arbitrary: fc.tuple(ordinal, anyReply).map(([who, reply]): Making => (now) => ({
      ...at(now),
      _tag: "Replied",
      target: targetOf(who),
      began: instant(now - 1),
      reply: reply(who),
    })),
  },
  {
    weight: 4,
    arbitrary: ordinal.map((who): Making => (now) => ({
      ...at(now),
      _tag: "Silent",
      target: targetOf(who),
      began: instant(now - 9),
      why: "Timeout",
    })),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(fc.nat(3), anyOutcome).map(([which, outcome]): Making => (now, memory) => {
      const action = memory.inFlight[which % Math.max(1, memory.inFlight.length)]?.action ?? STRAY;
      return { ...at(now), _tag: "Performed", action, outcome };
    }),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(anyClusterRead, fc.boolean()).map(([cluster, isList]): Making => (now) => ({
      ...at(now),
      _tag: "Read",
      cluster,
      ...(isList ? { consistent: { began: instant(now) } } : {}),
    })),
  },
  fc.constant<Making>((now) => ({ ...at(now), _tag: "Gone" })),
  fc.constant<Making>((now) => ({ ...at(now), _tag: "Lease", leadership: { _tag: "Standby" } })),
  fc.integer({ min: 1, max: 3 }).map((term): Making => (now) => ({
    ...at(now),
    _tag: "Lease",
    leadership: { _tag: "Leading", term, founded: "", since: instant(now), until: instant(now + 10_000) },
  })),
);

/** A command that nobody sent. */
export const STRAY: Action = { _tag: "Promote", pod: identityOf(2), epoch: epoch(9), minReplicas: 1 };

export type Move = { readonly after: number; readonly making: Making };
export const anyRun: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({ after: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 301, max: 9_000 })), making: anyMaking }),
  { minLength: 1, maxLength: 40 },
);

export type Stepped = { readonly before: Memory; readonly event: Event; readonly memory: Memory; readonly decision: Decision };

/** As a leader that has read the cluster, then the moves; after each decision to act core is woken at once, as the shell does. */
export const stepsOf = (run: readonly Move[], stepOf: typeof step = step): readonly Stepped[] => {
  const steps: Stepped[] = [];
  let memory = initialMemory;
  let now = START;
  const feed = (event: Event): void => {
    const before = memory;
    const next = stepOf(before, event);
    ({ memory } = next);
    steps.push({ before, event, ...next });
  };
  const settle = (event: Event): void => {
    feed(event);
    for (let count = 0; steps.at(-1)?.decision._tag === "Act" && count < 100; count++) feed({ ...at(now), _tag: "Woke" });
  };
  settle({
    ...at(now),
    _tag: "Lease",
    leadership: { _tag: "Leading", term: 1, founded: "", since: instant(now), until: instant(now + 60_000) },
  });
  settle({ ...at(now), _tag: "Read", cluster: SETTLED, consistent: { began: instant(now) } });
  for (const { after, making } of run) {
    now += after;
    settle(making(now, memory));
  }
  return steps;
};

export const commandsIn = (memory: Memory) => memory.inFlight.flatMap(({ action }) => (isCommand(action) ? [action] : []));
export const writesIn = (memory: Memory) => memory.inFlight.flatMap(({ action }) => (isCommand(action) ? [] : [action]));
