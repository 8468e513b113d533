// ST-1: what the status says of one pod: as its own process said last, and not anew with every probe. A person in the middle of an outage reads this
// first; a status that changed with every offset would be a write storm.
import {
  type Health,
  type NodeStatus,
  type Observation,
  type Reading,
  instant,
  podName,
  replicationId,
  replicationOffset,
  runId,
  statusOf,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { DETACHED } from "../regressions/driven.ts";
import { readingOf, record, replyOf, targetOf } from "./cluster.ts";
import { BUSY, LOADING, NOW, ended, healthOf, link, made, podsWith, saying, seeing, stateOf } from "./member.ts";

const told = (observation: Observation): NodeStatus | undefined => statusOf(observation).nodeStatuses[1];
const stateTold = (health: Health | undefined, changes: Partial<Observation> = {}) => told(seeing(health, changes))?.state;
const saidBy = (changes: Partial<Reading>): Health => healthOf(1, saying(changes));

const ENTRY: NodeStatus = {
  name: podName("web-1"),
  role: "replica",
  state: "Streaming",
  runId: "run-1",
  link: "up",
  history: "now",
  epoch: 3,
  offset: "100",
  lag: "0",
};

test("all that a process said, and what it lacks of its primary's", () => {
  expect(told(seeing(saidBy({})))).toEqual(ENTRY);
  expect(told(seeing(saidBy({ offset: replicationOffset(60n) })))).toEqual({ ...ENTRY, offset: "60", lag: "40" });
  expect(told(seeing(saidBy({ offset: replicationOffset(101n) })))?.lag).toBe("0");
  expect(told(seeing(saidBy({ replid: replicationId("other") })))).toMatchObject({ history: "other", lag: "" });
  expect(told(seeing(saidBy({ marker: "Absent" })))?.epoch).toBe(0);
  const unheard = seeing(saidBy({}));
  expect(told({ ...unheard, health: unheard.health.filter((one) => one.target.pod !== "web-0") })?.lag).toBe("");
  const { record: _, ...unrecorded } = made;
  expect(told(seeing(saidBy({}), { cluster: unrecorded }))?.lag).toBe("");
});

test("nothing of a process that said nothing", () => {
  const nothing = { name: podName("web-1"), role: "unknown", runId: "", link: "", history: "", epoch: 0, offset: "", lag: "" };
  expect(told(seeing(undefined))).toEqual({ ...nothing, state: "Unreachable" });
  expect(told(seeing(healthOf(1, BUSY)))).toEqual({ ...nothing, state: "Unreachable" });
  expect(told(seeing(healthOf(1, LOADING)))).toEqual({ ...nothing, state: "Loading" });
});

test("the link as the process sees it", () => {
  const links = [link, { ...link, up: false }, { ...link, syncing: true }].map((upstream) => told(seeing(saidBy({ upstream })))?.link);
  expect(links).toEqual(["up", "down", "syncing"]);
  expect(statusOf(seeing(saidBy({}))).nodeStatuses[0]).toMatchObject({ role: "primary", link: "", state: "Primary", lag: "" });
});

test("the state of a pod, in one word", () => {
  expect(stateTold(saidBy({}), podsWith(1, ended))).toBe("Absent");
  expect(stateTold(saidBy({ upstream: DETACHED }))).toBe("Quarantined");
  const { upstream: _, ...primary } = readingOf(1, 100n);
  expect(stateTold(healthOf(1, replyOf({ ...primary, role: "primary" })))).toBe("Primary");
  expect(stateTold(saidBy({}), { cluster: { ...made, record: stateOf("Joining") } })).toBe("Joining");
  expect(stateTold(saidBy({ upstream: { ...link, up: false } }))).toBe("Joining");
  expect(stateTold(saidBy({ runId: runId("restarted") }))).toBe("Joining");
  expect(stateTold({ ...saidBy({}), late: true, lastHeard: instant(NOW - 2_000) })).toBe("Unreachable");
  expect(
    stateTold(saidBy({}), {
      cluster: { ...made, record: { ...record, members: record.members.map((one) => ({ ...one, uid: targetOf(2).uid })) } },
    }),
  ).toBe("Joining");
});

// --- What stays as it was -----------------------------------------------------------------------------------------------

const status = statusOf(seeing(saidBy({})));
/** What is said of web-1 after this was said of it. */
const after = (before: Partial<NodeStatus>, health: Health | undefined, changes: Partial<Observation> = {}) => {
  const entry = { ...ENTRY, ...before };
  const cluster = { ...made, ...changes.cluster, status: { ...status, nodeStatuses: [...status.nodeStatuses.slice(0, 1), entry] } };
  const next = told(seeing(health, { ...changes, cluster }));
  return next === entry ? "as it was" : next;
};

test("bytes alone are no news; whatever tells more is, and brings the bytes along", () => {
  const later = saidBy({ offset: replicationOffset(200n) });
  expect(after({}, later)).toBe("as it was");
  const news: readonly Partial<NodeStatus>[] = [
    { role: "unknown" },
    { state: "Joining" },
    { runId: "former" },
    { link: "down" },
    { history: "former" },
    { epoch: 2 },
  ];
  for (const before of news) expect(after(before, later)).toEqual({ ...ENTRY, offset: "200" });
});

test("a process that was just commanded, or that missed one question, is what it was", () => {
  const { last: _, ...commanded } = healthOf(1, saying());
  const before = { runId: "former" };
  expect(after(before, commanded)).toBe("as it was");
  expect(after(before, { ...commanded, late: true })).toBe("as it was");
  expect(after(before, { ...commanded, late: true, lastHeard: instant(NOW - 1_000) })).toMatchObject({ state: "Unreachable" });
  expect(after(before, { ...saidBy({}), late: true, lastHeard: instant(NOW - 999) })).toBe("as it was");
  expect(after(before, { ...saidBy({}), late: true, lastHeard: instant(NOW - 1_000) })).toMatchObject({ state: "Unreachable" });
  expect(after(before, saidBy({}))).toEqual(ENTRY);
  expect(after(before, undefined)).toMatchObject({ state: "Unreachable" });
});

test("a pod that has ended is told at once", () => {
  const { last: _, ...commanded } = healthOf(1, saying());
  for (const health of [commanded, { ...saidBy({}), late: true, lastHeard: instant(NOW - 10) }])
    expect(after({}, health, podsWith(1, ended))).toMatchObject({ state: "Absent" });
});
