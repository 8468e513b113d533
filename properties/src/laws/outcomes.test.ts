// What is known after an action came to its end, whatever that was. A command that was obeyed, or may have been, leaves a process unknown until it
// speaks; a write is known at once, or nothing older is believed; what was refused is left alone, longer each time.
import {
  type Action,
  type Command,
  type Memory,
  type Outcome,
  barrierKey,
  epoch,
  instant,
  podName,
  remember,
  replicationUser,
  resourceVersion,
  runId,
  statusOf,
  uid,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { clusterWith, healthIn, identityOf, leader, readingOf, record, replied, replyOf, seen, targetOf } from "./cluster.ts";
import { converged } from "./objects.ts";

const TIMING = { downAfter: 1_000, pingInterval: 200 };
const made = converged(clusterWith(TIMING));
/** Everybody has spoken. */
const HEARD = [0, 1, 2].reduce<Memory>(
  (memory, ordinal) => remember(memory, replied(ordinal, 100, replyOf(readingOf(ordinal, 10n)))),
  leader(made, 0),
);

const performed = (memory: Memory, action: Action, outcome: Outcome, now = 300): Memory =>
  remember(
    { ...memory, inFlight: [...memory.inFlight, { action, since: instant(200) }] },
    { now: instant(now), _tag: "Performed", action, outcome },
  );
const DONE: Outcome = { _tag: "Done" };
const at = { pod: identityOf(1), epoch: epoch(3) } as const;
const freeze: Command = { _tag: "Freeze", ...at };
const follow: Command = { _tag: "Follow", ...at, primary: podName("web-0"), host: "h", port: 1 };
const base: Memory = { ...HEARD, folded: instant(300) };

// --- Commands -----------------------------------------------------------------------------------------------------------

test("what nobody waits for changes nothing but the time", () => {
  const stray: Outcome = { _tag: "Done", version: resourceVersion("99") };
  expect(remember(HEARD, { now: instant(300), _tag: "Performed", action: freeze, outcome: stray })).toStrictEqual(base);
});

const { last: _, steadyFrom: __, link: ___, ...rest } = healthIn(HEARD, 1) ?? { target: targetOf(1), since: instant(0), late: false };
const unknown = HEARD.health.map((one) => (one.target.pod === "web-1" ? { ...rest, commandedAt: instant(300) } : one));

test.each([
  ["Done", DONE],
  ["Sent", { _tag: "Sent" }],
  ["Unknown", { _tag: "Unknown", why: "lost" }],
] as const)("a command that was obeyed or may have been (%s): that process is unknown, the others are not", (_tag, outcome) => {
  expect(performed(HEARD, freeze, outcome)).toStrictEqual({ ...base, health: unknown });
});

const commands: readonly Command[] = [
  follow,
  { _tag: "Promote", ...at, minReplicas: 1 },
  { _tag: "Mark", ...at, marker: { epoch: epoch(3), seq: 0, pod: podName("web-1") } },
  { _tag: "HandOver", ...at, to: podName("web-2"), host: "h", port: 1 },
  { _tag: "Unpause", ...at },
];
test.each(commands)("$_tag leaves nothing else behind", (command) => {
  expect(performed(HEARD, command, DONE)).toStrictEqual({ ...base, health: unknown });
});

test("a Follow whose answer was lost may be carried out later, until an answer comes from there", () => {
  const lost = performed(HEARD, follow, { _tag: "Unknown", why: "lost" });
  expect(lost.health).toStrictEqual(unknown.map((one) => (one.target.pod === "web-1" ? { ...one, unsettled: true } : one)));
  expect(performed(lost, freeze, { _tag: "Sent" }).health).toStrictEqual(lost.health);
  expect(performed(lost, { ...freeze, pod: identityOf(2) }, DONE).health.find((one) => one.target.pod === "web-1")).toHaveProperty(
    "unsettled",
    true,
  );
  expect(performed(lost, freeze, DONE).health).toStrictEqual(unknown);
  expect(performed(lost, freeze, { _tag: "Refused", why: "NOPERM", transient: false }).health).toStrictEqual(lost.health);
});

test("it stays possible while the process speaks", () => {
  const lost = performed(HEARD, follow, { _tag: "Unknown", why: "lost" });
  expect(healthIn(remember(lost, replied(1, 400, replyOf(readingOf(1, 10n)))), 1)).toHaveProperty("unsettled", true);
});

test("what it answers to an earlier question no longer counts", () => {
  const sent = performed(HEARD, freeze, DONE);
  const late = healthIn(remember(sent, replied(1, 400, replyOf(readingOf(1, 20n)), 299)), 1);
  expect(late).not.toHaveProperty("last");
  expect(healthIn(remember(sent, replied(1, 400, replyOf(readingOf(1, 20n)), 300)), 1)).toMatchObject({
    last: { began: 300 },
    commandedAt: 300,
  });
});

test.each(["Fence", "Disconnect"] as const)("%s: whom it told is remembered once, in order", (_tag) => {
  const told = performed({ ...HEARD, fenced: [runId("run-0"), runId("run-2")] }, { _tag, ...at }, { _tag: "Sent" });
  expect(told.fenced).toEqual(["run-0", "run-1", "run-2"]);
  expect(performed(told, { _tag, ...at }, DONE).fenced).toEqual(told.fenced);
  expect(performed(HEARD, freeze, DONE).fenced).toEqual([]);
});

const expel = { _tag: "Expel", pod: identityOf(0), epoch: epoch(3), users: ["repl-a", replicationUser(identityOf(2))] } as const;
const barrier = { epoch: epoch(3), key: barrierKey(expel), at: instant(300) };

const admit = (ordinal: number): Command => ({ _tag: "Admit", pod: identityOf(0), epoch: epoch(3), member: identityOf(ordinal) });

test("S3m who was cut off, or is demanded of from now on: what was acknowledged until then has to be held", () => {
  expect(performed(HEARD, expel, DONE).barrier).toEqual(barrier);
  const configure = { _tag: "Configure", pod: identityOf(0), epoch: epoch(3), minReplicas: 2 } as const;
  expect(performed(HEARD, configure, DONE).barrier).toEqual({ ...barrier, key: barrierKey(configure) });
  expect(performed({ ...HEARD, barrier }, admit(2), DONE)).not.toHaveProperty("barrier");
  expect(performed({ ...HEARD, barrier }, admit(1), DONE).barrier).toEqual(barrier);
  expect(performed(HEARD, admit(1), DONE)).not.toHaveProperty("barrier");
});

test("writes are held back from the answer until what was asked for, counted from when it was asked", () => {
  const pause: Command = { _tag: "Pause", ...at, forMs: 1_000 };
  const paused = performed({ ...HEARD, inFlight: [{ action: follow, since: instant(50) }] }, pause, DONE);
  expect(paused.paused).toEqual({ pod: identityOf(1), from: 300, until: 1_200 });
  expect(paused.inFlight).toEqual([{ action: follow, since: 50 }]);
  expect(performed(HEARD, pause, { _tag: "Sent" })).not.toHaveProperty("paused");
  expect(performed(HEARD, freeze, DONE)).not.toHaveProperty("paused");
  expect(performed(paused, freeze, DONE).paused).toEqual(paused.paused);
  expect(performed(paused, { _tag: "Unpause", ...at }, DONE)).not.toHaveProperty("paused");
});

// --- Writes -------------------------------------------------------------------------------------------------------------

const version = resourceVersion("20");
const written: Outcome = { _tag: "Done", version, uid: uid("new") };
const next = { ...record, epoch: epoch(4) };
const own = { ...made, version, asOf: { ...made.asOf, ValkeyCluster: version } };
const object = (kind: "Service" | "Secret") => {
  const found = made.objects.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`the cluster of the laws has no ${kind}`);
  return { observed: found, desired: { kind, name: found.name, manifest: { changed: true }, generate: [] } };
};

test.each(["Claim", "Elect", "Enlist", "Publish"] as const)("%s: the record is as it was written, and a barrier is used up", (_tag) => {
  const action: Action = { _tag, epoch: epoch(3), record, at: made.version };
  expect(performed({ ...HEARD, barrier }, action, written)).toStrictEqual({
    ...base,
    cluster: { ...own, record },
    written: { ValkeyCluster: version },
  });
  // A new epoch begins a count of its own.
  const raised: Action = { _tag, epoch: epoch(4), record: next, at: made.version };
  const later = performed({ ...HEARD, fenced: [runId("run-1")] }, raised, written);
  expect(later).toMatchObject({ epoch: { epoch: 4, since: 300 }, fenced: [], cluster: { record: { epoch: 4 } } });
});

test("a status, a route, an object: each is known as far as it can be", () => {
  const status = statusOf(seen(HEARD, 300));
  const report: Action = { _tag: "Report", status, at: made.version };
  const reported = performed({ ...HEARD, barrier }, report, written);
  expect(reported).toStrictEqual({ ...base, barrier, cluster: { ...own, status }, written: { ValkeyCluster: version } });
  const { observed, desired } = object("Service");
  const route: Action = { _tag: "RouteWrites", epoch: epoch(3), to: "nobody", object: desired, uid: observed.uid, at: observed.version };
  const objects = made.objects.map((one) => (one === observed ? { ...one, uid: observed.uid, version, manifest: desired.manifest } : one));
  expect(performed(HEARD, route, written)).toStrictEqual({ ...base, cluster: { ...made, objects }, written: { Service: version } });
  const { desired: secret } = object("Secret");
  const create: Action = { _tag: "Create", object: secret };
  const apply: Action = { _tag: "Apply", object: secret, uid: uid("u"), at: made.version };
  for (const action of [create, apply]) expect(performed(HEARD, action, written).written).toEqual({ Secret: version });
  expect(performed(HEARD, create, written)).toStrictEqual({ ...base, written: { Secret: version } });
  const namesake = { ...observed, kind: "ConfigMap" } as const;
  const twins: Memory = { ...HEARD, cluster: { ...made, objects: [namesake, observed] } };
  expect(performed(twins, route, written).cluster?.objects).toMatchObject([namesake, { kind: "Service", version }]);
});

const claim: Action = { _tag: "Claim", epoch: epoch(4), record: next, at: made.version };

test("a write that nobody knows the fate of: nothing older than now is believed", () => {
  const forgotten = { ...base, forgottenAt: instant(300) };
  expect(performed(HEARD, claim, DONE)).toStrictEqual(forgotten);
  expect(performed(HEARD, claim, { _tag: "Sent" })).toStrictEqual(forgotten);
  const { cluster: unread, ...nothing } = HEARD;
  expect(unread).toBeDefined();
  expect(performed(nothing, claim, written)).toMatchObject({ forgottenAt: 300 });
  for (const outcome of [
    { _tag: "Unknown", why: "lost" },
    { _tag: "Conflict", why: "lost" },
  ] as const)
    expect(performed(HEARD, claim, outcome)).toStrictEqual({
      ...forgotten,
      refused: [{ key: "Claim", why: "lost", notBefore: 300, times: 1 }],
    });
  expect(performed(HEARD, claim, { _tag: "Refused", why: "403", transient: false })).not.toHaveProperty("forgottenAt");
});

// --- Pauses -------------------------------------------------------------------------------------------------------------

const create: Action = { _tag: "Create", object: object("Secret").desired };
const apply: Action = { _tag: "Apply", object: object("Secret").desired, uid: uid("u"), at: made.version };

test.each<[string, Action, Outcome, readonly number[]]>([
  ["a command that was refused", freeze, { _tag: "Refused", why: "x", transient: false }, [50, 100, 200, 400, 800, 1_000, 1_000]],
  ["or for a while", freeze, { _tag: "Refused", why: "x", transient: true }, [50, 100, 200]],
  ["or to another process than was meant", freeze, { _tag: "Conflict", why: "x" }, [50, 100, 200]],
  [
    "a write that was refused for a while",
    claim,
    { _tag: "Refused", why: "x", transient: true },
    [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000],
  ],
  ["or for good", claim, { _tag: "Refused", why: "x", transient: false }, [1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 60e3, 60e3]],
  ["what exists already", create, { _tag: "Conflict", why: "x" }, [1e3, 2e3, 4e3]],
  [
    "a failover's write that lost its race costs nothing the first time",
    claim,
    { _tag: "Conflict", why: "x" },
    [0, 500, 1_000, 2_000, 4_000, 5_000],
  ],
  ["or whose answer was lost", claim, { _tag: "Unknown", why: "x" }, [0, 500]],
  ["what only repairs waits at once", apply, { _tag: "Conflict", why: "x" }, [250, 500]],
  ["or makes", create, { _tag: "Unknown", why: "x" }, [250, 500]],
  ["or tells", { _tag: "Report", status: statusOf(seen(HEARD, 300)), at: made.version }, { _tag: "Unknown", why: "x" }, [250, 500]],
  ["what does not stay as it was applied", apply, written, [250, 500, 1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 60e3, 60e3, 60e3]],
])("%s is left alone, longer each time", (_title, action, outcome, pauses) => {
  let memory = HEARD;
  for (const [count, pause] of pauses.entries()) {
    memory = performed(memory, action, outcome);
    const why = outcome._tag === "Done" ? "it is not kept as it was applied" : "x";
    expect(memory.refused).toMatchObject([{ why, notBefore: 300 + pause, times: Math.min(count + 1, 10) }]);
  }
});

test("what was done is refused no longer; another thing still is, in order of their names", () => {
  const both = performed(performed(HEARD, freeze, { _tag: "Refused", why: "x", transient: true }), claim, {
    _tag: "Refused",
    why: "y",
    transient: true,
  });
  expect(both.refused.map(({ key }) => key)).toEqual(["Claim", "Freeze/web-1"]);
  expect(performed(both, freeze, DONE).refused.map(({ key }) => key)).toEqual(["Claim"]);
  expect(performed(both, claim, written).refused.map(({ key }) => key)).toEqual(["Freeze/web-1"]);
  const third = performed(both, { ...freeze, pod: identityOf(0) }, { _tag: "Refused", why: "z", transient: true });
  expect(third.refused.map(({ key }) => key)).toEqual(["Claim", "Freeze/web-0", "Freeze/web-1"]);
});

test("how often one thing was refused says nothing of another", () => {
  const transient: Outcome = { _tag: "Refused", why: "x", transient: true };
  const twice = performed(performed(HEARD, admit(1), transient), admit(1), transient, 60_400);
  expect(twice.refused).toMatchObject([{ key: "Admit/web-0/web-1", times: 2 }]);
  expect(performed(twice, claim, { _tag: "Conflict", why: "x" }).refused).toMatchObject([
    { times: 2 },
    { key: "Claim", notBefore: 300, times: 1 },
  ]);
  const applied = performed(
    { ...twice, refused: [...twice.refused, ...performed(HEARD, apply, written).refused] },
    apply,
    written,
    550 + 60_001,
  );
  expect(applied.refused).toMatchObject([{ times: 2 }, { times: 1 }]);
});

test("what was applied a minute ago was kept: the next time is the first again", () => {
  const once = performed(HEARD, apply, written, 300);
  expect(performed(once, apply, written, 550 + 60_000).refused).toMatchObject([{ times: 2 }]);
  expect(performed(once, apply, written, 550 + 60_001).refused).toMatchObject([{ times: 1 }]);
});
