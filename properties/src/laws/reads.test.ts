// What is believed of what is read, and from when on: watches that lag or travel back in time, our own writes ahead of them, another term, another
// cluster of the same name. Whoever believes an older view decides twice.
import {
  type Barrier,
  type Cluster,
  type Event,
  type Leadership,
  type Memory,
  type Source,
  epoch,
  initialMemory,
  instant,
  observationOf,
  remember,
  replicationUser,
  resourceVersion,
  runId,
  uid,
} from "@gungnir/core";
import * as fc from "fast-check";
import { test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { clusterWith, healthIn, identityOf, leader, readingOf, record, replied, replyOf, silent, targetOf } from "./cluster.ts";
import { converged } from "./objects.ts";

const TIMING = { downAfter: 1_000, pingInterval: 200 };
const made = converged(clusterWith(TIMING));
const START = leader(made, 0);

const after = (memory: Memory, ...events: readonly Event[]): Memory => events.reduce(remember, memory);
const read = (cluster: Cluster, now: number, began?: number): Event => ({
  now: instant(now),
  _tag: "Read",
  cluster,
  ...(began === undefined ? {} : { consistent: { began: instant(began) } }),
});
const versions = (version: string, sources: readonly Source[]): Cluster["asOf"] =>
  sources.reduce((all, source) => ({ ...all, [source]: resourceVersion(version) }), made.asOf);

// --- Whom to believe ----------------------------------------------------------------------------------------------------

it("a leader that knows nothing yet does not begin with what a cache shows", () => {
  const unread: Memory = { ...initialMemory, leadership: START.leadership };
  expect(after(unread, read(made, 5))).toStrictEqual({ ...unread, folded: 5, forgottenAt: 5 });
  expect(after(unread, read(made, 5, 4))).toMatchObject({ cluster: made, folded: 5 });
  // Whoever does not lead decides nothing either.
  expect(after(initialMemory, read(made, 5))).toMatchObject({ cluster: made, folded: 5 });
});

it("after what was forgotten only a list that began no earlier is believed", () => {
  const forgotten: Memory = { ...START, forgottenAt: instant(100), written: { Service: resourceVersion("12") } };
  const newer = { ...made, generation: 2, asOf: versions("11", ["ValkeyCluster"]) };
  for (const event of [read(newer, 200), read(newer, 200, 99)])
    expect(after(forgotten, event)).toStrictEqual({ ...forgotten, folded: 200 });
  const { forgottenAt: _, ...believed } = forgotten;
  expect(after(forgotten, read(newer, 200, 100))).toStrictEqual({ ...believed, folded: 200, cluster: newer, written: {} });
});

it("a list is believed as it is, even where it is older than what was known", () => {
  const older = { ...made, asOf: versions("9", ["Pod"]), pods: [] };
  expect(after(START, read(older, 200, 150)).cluster).toStrictEqual(older);
});

it("another cluster of the same name is another one, unless it is the one before", () => {
  const heard = after(START, replied(1, 100, replyOf(readingOf(1, 1n))));
  const another = { ...made, uid: uid("another"), version: resourceVersion("9") };
  expect(after(heard, read(another, 200))).toStrictEqual({ ...heard, folded: 200 });
  // Of the new one nothing is known until a list shows it.
  const later = { ...another, version: resourceVersion("10") };
  expect(after(heard, read(later, 200))).toStrictEqual({ ...initialMemory, leadership: heard.leadership, folded: 200, forgottenAt: 200 });
  const listed = after(heard, read(later, 200, 150));
  expect(listed.cluster).toStrictEqual(later);
  expect(healthIn(listed, 1)).toStrictEqual({ target: targetOf(1), since: 200, late: false });
});

it("a cluster that is gone leaves nothing but our own Lease", () => {
  const { leadership } = START;
  expect(after(START, { now: instant(200), _tag: "Gone" })).toStrictEqual({ ...initialMemory, leadership, folded: 200 });
});

const SOURCES = [
  "ValkeyCluster",
  "Pod",
  "PersistentVolumeClaim",
  "ConfigMap",
  "PodDisruptionBudget",
  "Secret",
  "Service",
  "StatefulSet",
] as const;
const anyVersion = fc.integer({ min: 8, max: 12 });
const anyVersions = fc.tuple(anyVersion, anyVersion, anyVersion, anyVersion, anyVersion, anyVersion, anyVersion, anyVersion);
const asOf = (numbers: readonly number[]): Cluster["asOf"] =>
  SOURCES.reduce((all, source, at) => ({ ...all, [source]: resourceVersion(String(numbers[at])) }), made.asOf);

/** The cluster as a view of these versions shows it: what is there tells of which. */
const viewOf = (numbers: readonly number[]): Cluster => {
  const [own = 0, pod = 0, claim = 0] = numbers;
  return {
    ...made,
    generation: own,
    asOf: asOf(numbers),
    pods: made.pods.map((one) => ({ ...one, ready: pod % 2 === 0, ordinal: pod })),
    claims: [{ name: `claim-${claim}`, uid: uid("claim"), ordinal: 0, olderThanCluster: false, hasDataSource: false }],
    objects: SOURCES.flatMap((source) => made.objects.filter(({ kind }) => kind === source)).map((one) => ({
      ...one,
      version: resourceVersion(String(numbers[SOURCES.indexOf(one.kind)])),
    })),
  };
};

test.prop([anyVersions, anyVersions, anyVersions])(
  "of each type the later view counts, and none from before our own write of it",
  (known, next, written) => {
    const memory: Memory = {
      ...START,
      cluster: viewOf(known),
      written: { Pod: resourceVersion(String(written[1])), Service: resourceVersion(String(written[6])) },
    };
    const taken = SOURCES.map((source, at) => {
      const [before, now] = [known[at] ?? 0, next[at] ?? 0];
      const floor = source === "Pod" || source === "Service" ? (written[at] ?? 0) : 0;
      return now >= before && now >= floor ? now : before;
    });
    const { uid: _, ...wanted } = viewOf(taken);
    const { cluster, written: kept } = after(memory, read(viewOf(next), 200));
    expect(cluster).toMatchObject({ ...wanted, uid: made.uid });
    expect(kept).toEqual(memory.written);
  },
);

const kinds = (written: Memory["written"]) => observationOf({ ...START, written }, instant(1))?.unconfirmed;

it("what was written and is not shown yet is not confirmed", () => {
  expect(kinds({})).toEqual([]);
  expect(kinds({ Service: resourceVersion("11"), Secret: resourceVersion("10"), Pod: resourceVersion("11") })).toEqual(["Service"]);
});

// --- Epochs and terms ---------------------------------------------------------------------------------------------------

const barrier: Barrier = { epoch: epoch(3), key: `Expel ${replicationUser(identityOf(2))} other`, at: instant(100) };
const paused = { pod: identityOf(0), from: instant(0), until: instant(9_000) };
const busy: Memory = {
  ...START,
  barrier,
  paused,
  fenced: [runId("run-0")],
  refused: [{ key: "Claim", why: "x", notBefore: instant(9), times: 1 }],
};

it("what was evidence in one epoch is none in the next", () => {
  const later = after(busy, read({ ...made, record: { ...record, epoch: epoch(4) } }, 200, 200));
  expect(later).toMatchObject({ epoch: { epoch: 4, since: 200 }, fenced: [], refused: busy.refused });
  for (const field of ["barrier", "paused"]) expect(later).not.toHaveProperty(field);
  const same = after(busy, read(made, 200, 200));
  expect(same).toStrictEqual({ ...busy, folded: 200 });
  const { record: _, ...unrecorded } = made;
  expect(after(busy, read(unrecorded, 200, 200)).epoch).toEqual({ since: 200 });
});

it("a decision may depend on what is remembered, and on nothing else", () => {
  const seen = { leadership: busy.leadership, cluster: made, health: busy.health, inFlight: [], refused: busy.refused };
  const evidence = { epochSince: 0, barrier, paused, fenced: busy.fenced, unconfirmed: [] };
  expect(observationOf(busy, instant(7))).toStrictEqual({ now: 7, ...seen, ...evidence });
  const { epoch: _, barrier: __, paused: ___, ...rest } = busy;
  expect(observationOf(rest, instant(7))).toStrictEqual({ now: 7, ...seen, epochSince: 7, fenced: busy.fenced, unconfirmed: [] });
  expect(observationOf(initialMemory, instant(7))).toBeUndefined();
});

const lease = (changes: Partial<Extract<Leadership, { _tag: "Leading" }>>): Event => ({
  now: instant(300),
  _tag: "Lease",
  leadership: { _tag: "Leading", term: 1, founded: "", since: instant(0), until: instant(9_999), ...changes },
});

it("a Lease that is renewed changes nothing else; in another term nothing older is used", () => {
  const heard = after(busy, replied(1, 100, replyOf(readingOf(1, 1n))));
  const renewed = lease({});
  if (renewed._tag !== "Lease") throw new Error("it is a lease");
  expect(after(heard, renewed)).toStrictEqual({ ...heard, folded: 300, leadership: renewed.leadership });
  const standby: Event = { now: instant(300), _tag: "Lease", leadership: { _tag: "Standby" } };
  expect(after(heard, standby)).toStrictEqual({ ...heard, folded: 300, leadership: { _tag: "Standby" } });
  for (const news of [after(heard, lease({ term: 2 })), after(heard, lease({ founded: "anew" })), after(heard, standby, renewed)]) {
    expect(news).toMatchObject({ forgottenAt: 300, refused: [], fenced: [], epoch: { epoch: 3, since: 300 }, cluster: made });
    expect(news.health).toStrictEqual([0, 1, 2].map((ordinal) => ({ target: targetOf(ordinal), since: 300, late: false })));
    for (const field of ["barrier", "paused"]) expect(news).not.toHaveProperty(field);
  }
  const first = after(initialMemory, lease({}));
  expect(first).not.toHaveProperty("epoch");
  expect(first).toMatchObject({ forgottenAt: 300 });
});

// --- The barrier --------------------------------------------------------------------------------------------------------

it("the offset of a barrier is the primary's own, in the first reading that began after it, when nobody of it is let in", () => {
  const heard = (ordinal: number, began: number, changes: Parameters<typeof readingOf>[2] = {}) =>
    after(busy, replied(ordinal, 200, replyOf(readingOf(ordinal, 70n, { users: [], ...changes })), began)).barrier;
  expect(heard(0, 100)).toEqual({ ...barrier, offset: 70n });
  const without = [
    heard(0, 99),
    heard(1, 100),
    heard(1, 100, { role: "primary", runId: identityOf(0).runId }),
    heard(0, 100, { runId: runId("another") }),
    heard(0, 100, { role: "replica" }),
    heard(0, 100, { users: ["somebody", "other"] }),
  ];
  for (const one of without) expect(one).toEqual(barrier);
  const taken: Memory = { ...busy, barrier: { ...barrier, offset: readingOf(0, 7n).offset } };
  expect(after(taken, replied(0, 200, replyOf(readingOf(0, 70n, { users: [] })))).barrier).toEqual(taken.barrier);
  expect(after(busy, replied(0, 200, { _tag: "Loading", text: "" })).barrier).toEqual(barrier);
  const { primary: _, ...nobody } = record;
  const leaderless = { ...busy, cluster: { ...made, record: nobody } };
  expect(after(leaderless, replied(0, 200, replyOf(readingOf(0, 70n, { users: [] })))).barrier).toEqual(barrier);
});

it("while somebody is elected it is the candidate's", () => {
  const intent = { kind: "Failover", old: identityOf(0), candidate: identityOf(1), evidence: "Dead" } as const;
  const elected: Memory = { ...busy, cluster: { ...made, record: { ...record, intent } } };
  const primary = (ordinal: number) =>
    after(elected, replied(ordinal, 200, replyOf(readingOf(ordinal, 70n, { role: "primary", users: [] })))).barrier;
  expect(primary(1)).toEqual({ ...barrier, offset: 70n });
  expect(primary(0)).toEqual(barrier);
});

it("an answer of a process that is no longer asked changes nothing but the time", () => {
  for (const target of [{ ...targetOf(1), uid: uid("former") }, { ...targetOf(1), address: "127.9.9.9" }, targetOf(7)]) {
    const event = replied(1, 200, replyOf(readingOf(1, 1n)));
    expect(after(START, { ...event, target })).toStrictEqual({ ...START, folded: 200 });
    expect(after(START, { ...silent(1, 200), target })).toStrictEqual({ ...START, folded: 200 });
  }
});
