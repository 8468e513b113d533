// S7, and what is forgotten: a process that lost its role without a certificate of death is remembered, and demoted on contact, until it is
// known to have ended. One situation at a time: each was asked by a mutant that every other law let pass.
import { type Cluster, type FailoverRecord, podName, runId, uid } from "@gungnir/core";
import { expect, test } from "vitest";
import { Driven, cluster, following, leading, restarted, serving } from "../regressions/driven.ts";
import { addressOf, identityOf, readingOf, record } from "./cluster.ts";

const FORMER = { pod: podName("web-2"), uid: uid("former"), runId: runId("former"), address: "127.7.1.1" };
const TARGET = { pod: FORMER.pod, uid: FORMER.uid, address: FORMER.address };

/** All is well, and so many are remembered. */
const remembering = (retired: FailoverRecord["retired"], changes: Partial<Cluster> = {}): Driven => {
  const driven = new Driven(cluster({ record: { ...record, retired }, ...changes }));
  driven.says(0, serving(100n));
  for (const ordinal of [1, 2]) driven.says(ordinal, following(ordinal, 100n));
  return driven;
};
const forgotten = (driven: Driven): boolean => driven.told("Enlist").some((line) => line.endsWith("RetiredCertified"));

// Seen to fail: who answers as himself taken for somebody else.
test("S7 a retired process that answers as itself is remembered, and demoted as often as it says primary", () => {
  const driven = remembering([FORMER]);
  driven.says(2, leading(readingOf(2, 90n, { runId: FORMER.runId, users: [] })), TARGET);
  driven.until(2_000, 100);
  expect(driven.told("Fence")).toEqual(["Fence web-2 StrayPrimaryDemoted"]);
  expect(forgotten(driven)).toBe(false);
  expect(driven.record.retired).toEqual([FORMER]);
});

test("S7 whoever answers in its place is not ours to command, though he say primary", () => {
  const other = { ...FORMER, pod: podName("web-1"), uid: uid("another"), runId: runId("another"), address: "127.7.1.2" };
  for (const retired of [[FORMER], [FORMER, other], [other, FORMER]]) {
    const driven = remembering(retired);
    driven.says(2, leading(readingOf(2, 90n, { runId: runId("stranger"), users: [] })), TARGET);
    driven.until(400, 100);
    expect(driven.told("Fence")).toEqual([]);
    const own = remembering(retired);
    own.says(2, leading(readingOf(2, 90n, { runId: FORMER.runId, users: [] })), TARGET);
    own.until(400, 100);
    expect(own.told("Fence")).toEqual(["Fence web-2 StrayPrimaryDemoted"]);
  }
});

test("S7 a retired process that is silent is remembered", () => {
  const driven = remembering([FORMER]);
  driven.says(2, "silent", TARGET);
  driven.until(5_000, 100);
  expect(forgotten(driven)).toBe(false);
});

test("S7 somebody else answers where it was: it has ended, and is forgotten; the others are not", () => {
  const other = { ...FORMER, pod: podName("web-1"), uid: uid("another"), runId: runId("another"), address: "127.7.1.2" };
  const driven = remembering([FORMER, other]);
  driven.says(2, restarted(2, { marker: "Absent" }), TARGET);
  driven.until(1_000, 100);
  expect(forgotten(driven)).toBe(true);
  expect(driven.record.retired).toEqual([other]);
});

test("S7 its address is another pod's by now, which answers: it has ended", () => {
  const driven = remembering([{ ...FORMER, address: addressOf(1) }]);
  driven.until(1_000, 100);
  expect(forgotten(driven)).toBe(true);
});

test("S7 it was restarted in its own pod, wherever that is by now: it has ended", () => {
  const { pod, uid: life } = identityOf(2);
  const driven = remembering([{ pod, uid: life, runId: FORMER.runId }]);
  driven.until(1_000, 100);
  expect(forgotten(driven)).toBe(true);
});

test("S7 its container is known to have ended: it is forgotten; while it runs it is not", () => {
  for (const container of [
    { _tag: "Running", id: "container-2" },
    { _tag: "Terminated", id: "container-2" },
  ] as const) {
    const { pod, uid: life, runId: run } = identityOf(2);
    const made = cluster();
    const pods = made.pods.map((one) => (one.name === pod ? { ...one, container } : one));
    const driven = new Driven({
      ...made,
      pods,
      record: { ...record, retired: [{ pod, uid: life, runId: run }], members: record.members.slice(0, 1) },
    });
    driven.says(0, serving(100n));
    driven.says(1, following(1, 100n));
    driven.until(600, 100);
    expect({ container: container._tag, forgotten: forgotten(driven) }).toEqual({
      container: container._tag,
      forgotten: container._tag === "Terminated",
    });
  }
});
