// What is known of one process after each thing it says or does not say. Every date of an election, of a leaver and of an attachment is counted
// from these facts: one that is kept too long, or forgotten too soon, gives the role to the wrong one or keeps it from everybody.
import { type Event, type Health, type Memory, type Reading, type Reply, instant, remember, replicationId, runId } from "@gungnir/core";
import { expect, test } from "vitest";
import { addressOf, clusterWith, healthIn, identityOf, leader, readingOf, replied, replyOf, silent, targetOf } from "./cluster.ts";

const TIMING = { downAfter: 1_000, pingInterval: 200 };
const START = leader(clusterWith(TIMING), 0);

const after = (memory: Memory, ...events: readonly Event[]): Memory => events.reduce(remember, memory);
const known = (memory: Memory): Health => {
  const health = healthIn(memory, 1);
  if (health === undefined) throw new Error("web-1 is not asked");
  return health;
};
/** web-1 answers this at `now`, asked ten milliseconds before. */
const said = (now: number, offset: bigint, changes: Partial<Reading> = {}): Event =>
  replied(1, now, replyOf(readingOf(1, offset, changes)), now - 10);
const up = { host: addressOf(0), port: 6379, up: true, syncing: false };
const other = replicationId("other");

/** One word after the other, and what each changes; undefined is no longer known. */
const STORY: readonly (readonly [string, Event, { readonly [field in keyof Health]?: Health[field] | undefined }])[] = [
  [
    "a first word begins everything",
    said(100, 10n),
    {
      runId: identityOf(1).runId,
      steadyFrom: instant(90),
      link: { host: up.host, offset: readingOf(1, 10n).offset, streamed: false },
      replicaSince: instant(100),
    },
  ],
  ["the same offset is steady since the first", said(300, 10n), {}],
  [
    "a higher one rose since the one before was sent, and shows that the link streams",
    said(500, 20n),
    { steadyFrom: instant(490), advancedFrom: instant(290), link: { host: up.host, offset: readingOf(1, 10n).offset, streamed: true } },
  ],
  ["which stays so while nothing comes", said(700, 20n), {}],
  ["a lower one of the same history is steady no longer, and has not risen", said(800, 15n), { steadyFrom: instant(790) }],
  ["another history is not compared with the one before", said(900, 30n, { replid: other }), { steadyFrom: instant(890) }],
  ["though the offset be the same", said(950, 30n, { replid: replicationId("third") }), { steadyFrom: instant(940) }],
  [
    "a link that is down is unlinked since then",
    said(1_100, 30n, { replid: other, upstream: { ...up, up: false } }),
    { steadyFrom: instant(1_090), link: undefined, unlinkedSince: instant(1_100) },
  ],
  ["and goes on to be", said(1_300, 30n, { replid: other, upstream: { ...up, up: false } }), {}],
  ["a sync is no link yet", said(1_500, 30n, { replid: other, upstream: { ...up, syncing: true } }), {}],
  [
    "a link that comes up again begins anew",
    said(1_700, 30n, { replid: other }),
    { unlinkedSince: undefined, link: { host: up.host, offset: readingOf(1, 30n).offset, streamed: false } },
  ],
  [
    "and so does one to somebody else",
    said(1_900, 40n, { replid: other, upstream: { ...up, host: addressOf(2) } }),
    {
      steadyFrom: instant(1_890),
      advancedFrom: instant(1_690),
      link: { host: addressOf(2), offset: readingOf(1, 40n).offset, streamed: false },
    },
  ],
  [
    "another run of the process has not risen, whatever its offset",
    said(2_100, 50n, { replid: other, runId: runId("second") }),
    {
      runId: runId("second"),
      steadyFrom: instant(2_090),
      advancedFrom: undefined,
      replicaSince: instant(2_100),
      link: { host: up.host, offset: readingOf(1, 50n).offset, streamed: false },
    },
  ],
  [
    "nor is it unlinked since the one before was",
    said(2_300, 50n, { replid: other, runId: runId("third"), upstream: { ...up, up: false } }),
    { runId: runId("third"), steadyFrom: instant(2_290), replicaSince: instant(2_300), link: undefined, unlinkedSince: instant(2_300) },
  ],
  [
    "a fourth one neither",
    said(2_500, 50n, { replid: other, runId: runId("fourth"), upstream: { ...up, up: false } }),
    { runId: runId("fourth"), steadyFrom: instant(2_490), replicaSince: instant(2_500), unlinkedSince: instant(2_500) },
  ],
];

test("word by word", () => {
  let memory = START;
  for (const [title, event, changes] of STORY) {
    if (event._tag !== "Replied") throw new Error("the story is of answers");
    const { began, now, reply } = event;
    const before = known(memory);
    memory = after(memory, event);
    const wanted = { ...before, asked: began, lastHeard: now, last: { began, reply }, lastReading: now, ...changes };
    // A field that is not known is not there: equal memories are equal text.
    const kept = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    expect([title, known(memory)]).toStrictEqual([title, kept]);
  }
});

test("a process that says primary is a replica no longer, and has no link", () => {
  const { upstream: _, ...primary } = readingOf(1, 10n);
  const memory = after(START, said(100, 10n), replied(1, 300, replyOf({ ...primary, role: "primary" })));
  expect(known(memory)).not.toHaveProperty("replicaSince");
  expect(known(memory)).not.toHaveProperty("link");
  expect(known(memory).unlinkedSince).toBe(300);
  const again = after(memory, said(500, 10n), said(700, 10n));
  expect(known(again).replicaSince).toBe(500);
});

const loading = (run?: string): Reply => ({ _tag: "Loading", text: "LOADING", ...(run === undefined ? {} : { runId: runId(run) }) });

test("an answer without a reading is a sign of life, and all that was known stays", () => {
  const before = after(START, said(100, 10n), said(300, 20n));
  const memory = after(before, replied(1, 500, loading(), 490));
  const last = { began: instant(490), reply: loading() };
  expect(known(memory)).toStrictEqual({ ...known(before), asked: 490, lastHeard: 500, last });
  expect(known(after(before, replied(1, 500, loading("another"), 490))).runId).toBe("another");
  expect(known(after(START, replied(1, 500, loading())))).not.toHaveProperty("runId");
  // What it said before it loaded proves nothing of what it says afterwards.
  const later = known(after(memory, said(700, 30n)));
  expect(later).not.toHaveProperty("advancedFrom");
  expect(later.link).toEqual({ host: up.host, offset: 30n, streamed: false });
});

test("an answer that a later one overtook says only that it lives", () => {
  const before = after(START, said(300, 20n), silent(1, 400, 350));
  expect(known(before).late).toBe(true);
  const overtaken = known(after(before, replied(1, 450, replyOf(readingOf(1, 10n)), 289)));
  expect(overtaken).toStrictEqual({ ...known(before), lastHeard: 450, late: false });
  const sameMoment = known(after(before, replied(1, 450, replyOf(readingOf(1, 25n)), 290)));
  expect(sameMoment).toMatchObject({ asked: 350, last: { began: 290, reply: replyOf(readingOf(1, 25n)) } });
});

test("a question without an answer makes it late, unless it was heard since that was sent", () => {
  expect(known(after(START, silent(1, 100, 50)))).toStrictEqual({ target: targetOf(1), since: 0, asked: 50, late: true });
  const heard = after(START, said(300, 20n));
  expect(known(after(heard, silent(1, 400, 299)))).toStrictEqual({ ...known(heard), asked: 299, late: false });
  expect(known(after(heard, silent(1, 400, 300))).late).toBe(true);
  const late = after(heard, silent(1, 500, 400));
  expect(known(after(late, silent(1, 500, 200)))).toStrictEqual({ ...known(late), asked: 400, late: true });
});

test("after a pause of our own, longer than half of D or two intervals, every window begins anew", () => {
  const unlinked = { upstream: { ...up, up: false } };
  const before = after(START, said(100, 10n, unlinked), said(300, 10n));
  const cut = after(before, said(500, 10n, unlinked));
  const woken = (memory: Memory, now: number) => known(after(memory, { now: instant(now), _tag: "Woke" }));
  expect(woken(cut, 1_000)).toStrictEqual(known(cut));
  expect(woken(cut, 1_001)).toStrictEqual({ ...known(cut), since: 1_001, unlinkedSince: 1_001, replicaSince: 1_001 });
  expect(woken(before, 1_001)).toStrictEqual({ ...known(before), since: 1_001, replicaSince: 1_001 });
  const unheard = woken(after(START, replied(0, 100, replyOf(readingOf(0, 1n)))), 601);
  expect(unheard).toStrictEqual({ target: targetOf(1), since: 601, late: false });
  // Two intervals where these are longer.
  const slow = leader(clusterWith({ downAfter: 1_000, pingInterval: 400 }), 0);
  expect([woken(slow, 800).since, woken(slow, 801).since]).toEqual([0, 801]);
});
