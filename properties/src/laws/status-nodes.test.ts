// ST-1: what a user reads of one process: what it said last, what that makes of it, and no word more than it said. An entry stays as it was while nothing but time
// has passed, or a status would be written with every probe.
import {
  type Cluster,
  type NodeStatus,
  type Observation,
  type Reading,
  instant,
  replicationId,
  replicationOffset,
  silentAt,
  statusOf,
} from "@gungnir/core";
import { expect, it } from "vitest";
import { BUSY, following, restarted, serving } from "../regressions/driven.ts";
import { identityOf, record } from "./cluster.ts";
import { type Moment, NOW, type Said, frozen, led, mind, moment, pods, silentFor, streaming } from "./situation.ts";

type Changes = Parameters<typeof mind>[2];
const heard = (said: Said, changes: Changes = {}): Pick<Moment, "health"> => ({
  health: [mind(0, serving(100n)), mind(1, said, changes), mind(2, streaming(2))],
});
const nodesOf = (observation: Observation, before?: readonly NodeStatus[]): readonly NodeStatus[] => {
  const { cluster } = observation;
  const status = before === undefined ? {} : { status: { ...statusOf(observation, []), nodeStatuses: before } };
  return statusOf({ ...observation, cluster: { ...cluster, ...status } }, []).nodeStatuses;
};
const second = (given: Moment, before?: NodeStatus): NodeStatus | undefined =>
  nodesOf(moment(given), before === undefined ? undefined : [before])[1];

const STREAMS: NodeStatus = {
  name: identityOf(1).pod,
  role: "replica",
  state: "Streaming",
  runId: "run-1",
  link: "up",
  history: "now",
  epoch: 3,
  offset: "100",
  lag: "0",
};
const SILENT = { role: "unknown", runId: "", link: "", history: "", epoch: 0, offset: "", lag: "" };
const of = (changes: Partial<Reading>): Reading => streaming(1, changes);
const link = (up: boolean, syncing: boolean) => ({ upstream: { host: "127.7.0.1", port: 6379, up, syncing } });
const container = (value: Cluster["pods"][number]["container"]): Moment => ({
  cluster: pods(({ ordinal }) => (ordinal === 1 ? { container: value } : {})),
});

it.each<readonly [string, Moment, object]>([
  ["streams", heard(of({})), {}],
  ["lacks some of what its primary has", heard(of({ offset: replicationOffset(83n) })), { offset: "83", lag: "17" }],
  ["was asked later than its primary", heard(of({ offset: replicationOffset(117n) })), { offset: "117", lag: "0" }],
  [
    "is in another history",
    heard(of({ replid: replicationId("other"), offset: replicationOffset(83n) })),
    { history: "other", offset: "83", lag: "" },
  ],
  ["has a link that is down", heard(of(link(false, false))), { state: "Joining", link: "down" }],
  ["syncs", heard(of(link(false, true))), { state: "Joining", link: "syncing" }],
  ["syncs over a link that is up", heard(of(link(true, true))), { link: "syncing" }],
  ["is quarantined", heard(frozen(1)), { state: "Quarantined", link: "down" }],
  ["serves", heard(led(1)), { role: "primary", state: "Primary", link: "", lag: "" }],
  [
    "is another process than the member",
    heard(following(1, 100n, true, { runId: identityOf(2).runId })),
    { state: "Joining", runId: "run-2" },
  ],
  [
    "joins",
    { ...heard(of({})), record: { ...record, members: record.members.map((one) => ({ ...one, state: "Joining" as const })) } },
    { state: "Joining" },
  ],
  ["is nobody's member", { ...heard(of({})), record: { ...record, members: [] } }, { state: "Joining" }],
  ["has no marker", heard(of({ marker: "Absent" })), { epoch: 0 }],
  ["has another cluster's data", heard(of({ marker: "Foreign" })), { epoch: 0 }],
  ["loads", heard({ _tag: "Loading", text: "" }), { ...SILENT, state: "Loading" }],
  ["answers that it is busy", heard(BUSY), { ...SILENT, state: "Unreachable" }],
  ["was never heard", heard("never"), { ...SILENT, state: "Unreachable" }],
  ["was not seen yet", { health: [mind(0, serving(100n)), undefined, mind(2, streaming(2))] }, { ...SILENT, state: "Unreachable" }],
  ["is late", heard(of({}), { late: true }), { state: "Unreachable" }],
  ["has a container that ended", container({ _tag: "Terminated", id: "" }), { state: "Absent" }],
  ["has a container that waits", container({ _tag: "Waiting", reason: "" }), { state: "Absent" }],
  ["has a primary that is unheard", { health: [mind(0, "never"), mind(1, of({})), mind(2, streaming(2))] }, { lag: "" }],
])("of a process that %s", (_, given, expected) => {
  expect(second(given)).toStrictEqual({ ...STREAMS, ...expected });
});

it("of a cluster without a primary nobody lacks anything that is known", () => {
  const { primary: _, ...unpublished } = record;
  expect(second({ record: unpublished })).toEqual({ ...STREAMS, lag: "" });
  expect(nodesOf(moment({ health: [mind(0, restarted(0)), mind(1, of({})), mind(2, streaming(2))] })).map((one) => one.lag)).toEqual([
    "",
    "",
    "",
  ]);
});

it("an entry is the same for as long as only offsets move, and new with any word that tells", () => {
  const old = { ...STREAMS, offset: "5", lag: "95" };
  expect(second({}, old)).toBe(old);
  for (const other of [
    { role: "primary" },
    { state: "Joining" },
    { runId: "before" },
    { link: "down" },
    { history: "before" },
    { epoch: 2 },
  ] as const)
    expect(second({}, { ...old, ...other })).toEqual(STREAMS);
});

it("of a process that was just commanded, or is late for less than D, what it was still holds; of an ended one nothing does", () => {
  const old: NodeStatus = { ...STREAMS, state: "Quarantined", offset: "5" };
  const ended = pods(({ ordinal }) => (ordinal === 1 ? { container: { _tag: "Terminated", id: "" } } : {}));
  expect(second(heard("commanded"), old)).toBe(old);
  expect(second({ ...heard("commanded"), cluster: ended }, old)).toEqual({ ...STREAMS, ...SILENT, state: "Absent" });
  expect(second(heard("commanded", silentFor(2_000)), old)).toEqual({ ...STREAMS, ...SILENT, state: "Unreachable" });
  const late = heard(of({}), silentFor(300));
  expect(second(late, old)).toBe(old);
  expect(second({ ...late, cluster: ended }, old)).toEqual({ ...STREAMS, state: "Absent" });
  const observation = moment(late);
  const due = silentAt(observation, observation.health[1]);
  const stateAt = (now: number) => nodesOf({ ...observation, now: instant(now) }, [old])[1]?.state;
  expect([stateAt(NOW), stateAt(due - 1), stateAt(due)]).toEqual(["Quarantined", "Quarantined", "Unreachable"]);
});
