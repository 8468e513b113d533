// ST-4: how the history of a claim is told, word by word: what a user reads afterwards to learn what happened, when, and what it may have cost. Where
// it would be wrong it leaves out; what was seen once is not told otherwise later.
import {
  type Action,
  type Chronicle,
  type Event,
  type FailoverRecord,
  HISTORY_LIMIT,
  type HistoryEntry,
  type Intent,
  type Memory,
  type Outcome,
  chronicled,
  emptyChronicle,
  epoch,
  initialMemory,
  instant,
  preciseTimestampOf,
  replicationId,
  resourceVersion,
  runId,
  statusOf,
  uid,
  withHistory,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { clusterWith, identityOf, leader, readingOf, record, replied, replyOf, seen, silent } from "./cluster.ts";

const made = clusterWith({ downAfter: 1_000, pingInterval: 200 });
const START = leader(made, 0);
const memoryOf = (known: FailoverRecord): Memory => ({ ...START, cluster: { ...made, record: known } });
const fold = (chronicle: Chronicle, event: Event, known: FailoverRecord = record, before: Memory = START): Chronicle =>
  chronicled(chronicle, event, before, memoryOf(known));

const ms = (at: number) => preciseTimestampOf(instant(at));
const woke = (now: number): Event => ({ now: instant(now), _tag: "Woke" });
const OWN: Chronicle = { cluster: made.uid, entries: [], moments: {} };
const of = (...entries: readonly HistoryEntry[]): Chronicle => ({ ...OWN, entries });
const [web0, web1, web2] = [identityOf(0), identityOf(1), identityOf(2)];
const lost: Intent = { kind: "Failover", old: web0, evidence: "Silent" };
const intending = (intent: Intent, at = 4): FailoverRecord => ({ ...record, epoch: epoch(at), intent });
const underWay: HistoryEntry = { epoch: epoch(4), kind: "Failover", cause: "Silent", from: web0.pod, outcome: "UnderWay", times: {} };

test("of the cluster that is read, and of no former one of its name", () => {
  const former: Chronicle = { cluster: uid("former"), entries: [underWay], suspect: instant(5), moments: { decided: instant(1) } };
  expect(chronicled(former, woke(9), initialMemory, initialMemory)).toBe(former);
  expect(chronicled(former, { now: instant(9), _tag: "Gone" }, START, initialMemory)).toBe(emptyChronicle);
  expect(fold(former, woke(9))).toStrictEqual(OWN);
  const { record: _, ...unrecorded } = made;
  expect(chronicled(of(underWay), woke(9), START, { ...START, cluster: unrecorded })).toStrictEqual(of(underWay));
  expect(fold(of(), woke(9))).toStrictEqual(OWN);
});

const status = statusOf(seen(START, 100));

test("it is written with the status", () => {
  expect(withHistory(status, of(underWay))).toStrictEqual({ ...status, history: [underWay] });
});

// --- What others wrote --------------------------------------------------------------------------------------------------

const reading = (history: readonly HistoryEntry[] | undefined): Event => ({
  now: instant(50),
  _tag: "Read",
  cluster: { ...made, status: history === undefined ? status : { ...status, history } },
});
/** What becomes of our own entry of an epoch that has passed when the status tells this of it. */
const joined = (own: Partial<HistoryEntry>, told: Partial<HistoryEntry>) => {
  const known = of({ ...underWay, epoch: epoch(2), outcome: "Completed", ...own });
  const next = fold(known, reading([{ ...underWay, epoch: epoch(2), outcome: "Completed", ...told }]));
  return next === known ? "nothing new" : next.entries[0];
};
const ended: HistoryEntry = { ...underWay, epoch: epoch(2), outcome: "Completed" };

test("what others saw is added to what we saw; of what both saw ours stays", () => {
  expect(joined({}, {})).toBe("nothing new");
  expect(joined({ times: { decided: ms(1) } }, { times: { decided: ms(2) } })).toBe("nothing new");
  expect(joined({ times: { decided: ms(1) } }, { times: { decided: ms(2), routed: ms(3) } })).toStrictEqual({
    ...ended,
    times: { decided: ms(1), routed: ms(3) },
  });
  expect(joined({ times: { decided: ms(1) } }, {})).toBe("nothing new");
  expect(joined({}, { lossPossible: "much" })).toStrictEqual({ ...ended, lossPossible: "much" });
  expect(joined({ lossPossible: "little" }, { lossPossible: "much" })).toBe("nothing new");
  expect(joined({ outcome: "Undone" }, {})).toBe("nothing new");
  expect(joined({ cause: "Dead" }, { lossPossible: "much" })).toMatchObject({ cause: "Dead" });
});

test("an end that others saw is one, with whom it came to", () => {
  const next = (own: Partial<HistoryEntry>, told: Partial<HistoryEntry>) =>
    fold(of({ ...underWay, ...own }), reading([{ ...ended, epoch: epoch(4), ...told }]), intending(lost)).entries[0];
  expect(next({}, { to: web2.pod })).toStrictEqual({ ...underWay, outcome: "Completed", to: web2.pod });
  expect(next({}, { outcome: "UnderWay", times: { decided: ms(1) } })).toStrictEqual({ ...underWay, times: { decided: ms(1) } });
  const elected = of({ ...underWay, to: web1.pod });
  expect(fold(elected, reading([underWay]), intending({ ...lost, candidate: web1 }))).toBe(elected);
  const { epoch: _, ...late } = underWay;
  expect(fold(of({ ...late, epoch: epoch(2), to: web1.pod }), reading([ended])).entries[0]).toStrictEqual({ ...ended, to: web1.pod });
});

const old = (at: number): HistoryEntry => ({ ...ended, epoch: epoch(at) });

test("epochs that only others saw are taken in, the oldest go; and only from what is read", () => {
  expect(fold(of(old(2)), reading([old(3), old(1)])).entries).toEqual([old(1), old(2), old(3)]);
  const priced = { ...old(2), lossPossible: "much" };
  expect(fold(of(old(2)), reading([priced, old(3)])).entries).toEqual([priced, old(3)]);
  const many = Array.from({ length: HISTORY_LIMIT + 1 }, (_, at) => old(at + 1));
  const late: FailoverRecord = { ...record, epoch: epoch(20) };
  expect(fold(of(), reading(many), late).entries).toEqual(many.slice(1));
  expect(fold(of(...many.slice(1)), woke(9), intending(lost, 20)).entries).toMatchObject([...many.slice(2), { epoch: 20 }]);
  expect(fold(of(old(2)), reading(undefined))).toStrictEqual(of(old(2)));
  const read = { ...START, cluster: { ...made, status: { ...status, history: [old(1)] } } };
  expect(chronicled(OWN, woke(9), START, read)).toBe(OWN);
});

test("the primary is suspected from its first silence, or word that is no primary's, until it is well", () => {
  const suspected: Chronicle = { ...OWN, suspect: instant(10) };
  const primary = replied(0, 20, replyOf(readingOf(0, 1n)));
  const replica = replied(0, 10, replyOf(readingOf(0, 1n, { role: "replica" })));
  expect(fold(OWN, silent(0, 10))).toStrictEqual(suspected);
  expect(fold(OWN, replica)).toStrictEqual(suspected);
  expect(fold(suspected, silent(0, 20))).toBe(suspected);
  expect(fold(suspected, primary)).toStrictEqual(OWN);
  expect(fold(suspected, replied(0, 20, { _tag: "Busy", text: "" }))).toStrictEqual(OWN);
  expect(fold(OWN, primary)).toBe(OWN);
  expect(fold(OWN, silent(1, 10))).toBe(OWN);
  expect(fold(suspected, replied(1, 20, replyOf(readingOf(1, 1n, { role: "primary" }))))).toBe(suspected);
  expect(fold(suspected, woke(20))).toBe(suspected);
  const { primary: _, ...nobody } = record;
  expect(fold(OWN, silent(0, 10), nobody)).toBe(OWN);
});

// --- Claims -------------------------------------------------------------------------------------------------------------

const DONE: Outcome = { _tag: "Done" };
const performed = (now: number, action: Action, outcome: Outcome = DONE): Event => ({
  now: instant(now),
  _tag: "Performed",
  action,
  outcome,
});
const at = resourceVersion("10");
const claim = (known: FailoverRecord): Action => ({ _tag: "Claim", epoch: known.epoch, record: known, at });
/** The primary was last heard at 700, and the claim sent at 900. */
const sent: Memory = {
  ...[replied(1, 600, replyOf(readingOf(1, 1n))), replied(0, 700, replyOf(readingOf(0, 1n)))].reduce<Memory>(
    (memory, { target, now }) => ({
      ...memory,
      health: memory.health.map((one) => (one.target.uid === target.uid ? { ...one, lastHeard: now } : one)),
    }),
    START,
  ),
  inFlight: [
    { action: { _tag: "Report", status, at }, since: instant(800) },
    { action: claim(intending(lost)), since: instant(900) },
  ],
};

test("a claim of our own is told with what led to it", () => {
  const known = intending(lost);
  const suspicious: Chronicle = { ...OWN, suspect: instant(750) };
  const moments = { lastHeard: instant(700), detected: instant(750), decided: instant(950) };
  const times = { lastHeard: ms(700), detected: ms(750), decided: ms(950) };
  expect(fold(suspicious, performed(950, claim(known)), known, sent)).toStrictEqual({ ...OWN, entries: [{ ...underWay, times }], moments });
  const sudden = fold(OWN, performed(950, claim(known)), known, sent);
  expect(sudden.entries[0]?.times).toStrictEqual({ ...times, detected: ms(900) });
  const unheard = fold(OWN, performed(950, claim(known)), known, { ...START, inFlight: [] });
  expect(unheard.entries[0]?.times).toStrictEqual({ decided: ms(950) });
  const second = intending({ ...lost, old: web1 });
  expect(fold(OWN, performed(950, claim(second)), second, sent).entries[0]?.times).toMatchObject({ lastHeard: ms(600) });
  const stranger = fold(OWN, performed(950, claim(known)), known, { ...sent, health: [] });
  expect(stranger.entries[0]?.times).toStrictEqual({ detected: ms(900), decided: ms(950) });
});

test("one that is wished for, or that takes nothing from anybody, was not detected", () => {
  const switchover = intending({ kind: "Switchover", old: web0, candidate: web1, evidence: "Requested" });
  const grant = intending({ kind: "Grant", candidate: web1, evidence: "Bootstrap" });
  const decided = { outcome: "UnderWay", times: { decided: ms(950) } } as const;
  expect(fold(OWN, performed(950, claim(switchover)), switchover, sent).entries).toStrictEqual([
    { epoch: 4, kind: "Switchover", cause: "Requested", from: web0.pod, to: web1.pod, ...decided },
  ]);
  expect(fold(OWN, performed(950, claim(grant)), grant, sent).entries).toStrictEqual([
    { epoch: 4, kind: "Grant", cause: "Bootstrap", to: web1.pod, ...decided },
  ]);
});

test("of somebody else's claim nothing is made up", () => {
  const known = intending(lost);
  const report: Action = { _tag: "Report", status, at };
  const elect: Action = { _tag: "Elect", epoch: known.epoch, record: known, at };
  const moments: Chronicle["moments"] = { decided: instant(1) };
  for (const event of [woke(950), performed(950, report), performed(950, elect), performed(950, claim(record))])
    expect(fold({ ...OWN, moments, suspect: instant(5) }, event, known, sent)).toStrictEqual({ ...OWN, entries: [underWay] });
});

test("who is elected, and at what price, is added when it is known", () => {
  const candidate = { ...lost, candidate: web1 };
  const elected = fold(of(underWay), woke(9), intending(candidate));
  expect(elected).toStrictEqual(of({ ...underWay, to: web1.pod }));
  expect(fold(elected, woke(9), intending(candidate))).toBe(elected);
  const priced = fold(elected, woke(9), intending({ ...candidate, lossPossible: "much" }));
  expect(priced).toStrictEqual(of({ ...underWay, to: web1.pod, lossPossible: "much" }));
  expect(fold(priced, woke(9), intending({ ...candidate, lossPossible: "much" }))).toBe(priced);
  expect(fold(of(underWay), woke(9), intending(lost)).entries).toStrictEqual([underWay]);
});

test("a later claim supersedes what had not come to its end; an earlier record changes nothing", () => {
  const before: HistoryEntry = { ...underWay, epoch: epoch(2) };
  const later = fold(of({ ...ended, epoch: epoch(1) }, before, underWay), woke(9), intending(lost, 5));
  expect(later.entries.map((one) => one.outcome)).toEqual(["Completed", "Superseded", "Superseded", "UnderWay"]);
  expect(fold(of(before), woke(9)).entries).toStrictEqual([{ ...before, outcome: "Superseded" }]);
  const ahead = of({ ...underWay, epoch: epoch(9) });
  expect(fold(ahead, woke(9), intending(lost))).toBe(ahead);
  expect(fold(ahead, woke(9))).toBe(ahead);
});

const published = (by: typeof web0): FailoverRecord => ({
  ...record,
  epoch: epoch(4),
  primary: { ...by, epoch: epoch(4), replid: replicationId("now") },
});

test("it is completed when somebody else is published, undone when the old one stays; a grant is never undone", () => {
  expect(fold(of(underWay), woke(9), published(web1)).entries).toStrictEqual([{ ...underWay, to: web1.pod, outcome: "Completed" }]);
  expect(fold(of(underWay), woke(9), published(web0)).entries).toStrictEqual([{ ...underWay, to: web0.pod, outcome: "Undone" }]);
  const granted: HistoryEntry = { ...underWay, kind: "Grant" };
  expect(fold(of(granted), woke(9), published(web0)).entries).toStrictEqual([{ ...granted, to: web0.pod, outcome: "Completed" }]);
  const done = of({ ...ended, epoch: epoch(4) });
  expect(fold(done, woke(9), published(web1))).toBe(done);
  const { primary: _, ...nobody } = published(web0);
  expect(fold(of(underWay), woke(9), nobody).entries).toStrictEqual([{ ...underWay, outcome: "Completed" }]);
});

// --- The points on the way ----------------------------------------------------------------------------------------------

const promoting = intending({ ...lost, candidate: web1 });
const way = of({ ...underWay, to: web1.pod });
const timesOf = (event: Event, known = promoting, chronicle = way) => fold(chronicle, event, known).entries[0]?.times;

const word = (ordinal: number, changes: Parameters<typeof readingOf>[2] = {}) =>
  replied(ordinal, 9, replyOf(readingOf(ordinal, 1n, { role: "primary", ...changes })));

test("promoted is whom the record elected, by his own word or by the answer to the command", () => {
  expect(fold(way, word(1), promoting)).toStrictEqual({
    ...way,
    entries: [{ ...underWay, to: web1.pod, times: { promoted: ms(9) } }],
    moments: { promoted: 9 },
  });
  for (const event of [
    word(2),
    word(1, { runId: runId("another") }),
    word(1, { role: "replica" }),
    word(2, { runId: web1.runId }),
    replied(1, 9, { _tag: "Loading", text: "" }),
  ])
    expect(fold(way, event, promoting)).toBe(way);
  expect(fold(of(underWay), word(1), intending(lost)).entries[0]?.times).toEqual({});
  const promote = (of_: number): Action => ({ _tag: "Promote", pod: web1, epoch: epoch(of_), minReplicas: 0 });
  expect(timesOf(performed(9, promote(4)))).toEqual({ promoted: ms(9) });
  expect(timesOf(performed(9, promote(3)))).toEqual({});
  expect(timesOf(performed(9, promote(4), { _tag: "Sent" }))).toEqual({});
});

test("published and routed are our own writes of this epoch, in that order", () => {
  const known = published(web1);
  const publish: Action = { _tag: "Publish", epoch: epoch(4), record: known, at };
  const route = (to: Extract<Action, { _tag: "RouteWrites" }>["to"]): Action => ({
    _tag: "RouteWrites",
    epoch: epoch(4),
    to,
    object: { kind: "Service", name: "web-client", manifest: {}, generate: [] },
    uid: uid("service"),
    at,
  });
  const after = fold(way, performed(9, publish), known);
  expect(after.entries[0]?.times).toEqual({ published: ms(9) });
  expect(fold(after, performed(11, route(web1.pod)), known).entries[0]?.times).toEqual({ published: ms(9), routed: ms(11) });
  for (const event of [performed(11, route("nobody")), performed(11, route(web2.pod)), performed(11, { _tag: "Report", status, at })])
    expect(fold(after, event, known)).toBe(after);
  expect(timesOf(performed(11, route(web1.pod)), known)).toEqual({});
  const { primary: _, ...nobody } = intending(lost);
  expect(timesOf(performed(11, route("nobody")), nobody)).toEqual({});
  const handOver: Action = { _tag: "HandOver", pod: web0, epoch: epoch(4), to: web1.pod, host: "h", port: 1 };
  expect(fold(after, performed(11, handOver), known)).toBe(after);
  for (const action of [
    { _tag: "Fence", pod: web0, epoch: epoch(4) },
    { _tag: "Mark", pod: web1, epoch: epoch(4), marker: { epoch: epoch(4), seq: 0, pod: web1.pod } },
  ] as const)
    expect(fold(after, performed(11, action), known)).toBe(after);
});

test("each point is told once, as it was first seen, by whoever that was", () => {
  const again: Action = { _tag: "Promote", pod: web1, epoch: epoch(4), minReplicas: 0 };
  const once = fold(way, performed(9, again), promoting);
  expect(fold(once, performed(11, again), promoting)).toBe(once);
  const told = of({ ...underWay, to: web1.pod, times: { promoted: ms(7) } });
  expect(fold(told, performed(11, again), promoting)).toBe(told);
  const other = of({ ...ended, epoch: epoch(3) });
  expect(fold(other, performed(11, { ...again, epoch: epoch(4) }), { ...record, epoch: epoch(4) })).toBe(other);
});
