// Of all that could be done, one thing; and of all that is waited for, what is said. A user reads that in the log and in the status; where it named the wrong
// thing he would look for the cause in the wrong place.
import {
  type Action,
  type Decision,
  type Memory,
  type Refusal,
  after,
  decide,
  epoch,
  initialMemory,
  instant,
  replicationOffset,
  step,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { BUSY, serving, userOf } from "../regressions/driven.ts";
import { identityOf, leader, record } from "./cluster.ts";
import {
  FENCING,
  type Moment,
  NOW,
  PROMOTING,
  calm,
  frozen,
  inFlight,
  led,
  mind,
  moment,
  pods,
  silentFor,
  streaming,
} from "./situation.ts";

const said = (given: Moment, from = calm): unknown => {
  const decision: Decision = decide(from(given));
  return decision._tag === "Act" ? decision.because : decision;
};
const waits = (because: string, until?: number, detail?: string) => ({
  _tag: "Wait",
  until: until === undefined ? undefined : NOW + until,
  because,
  ...(detail === undefined ? {} : { detail }),
});
const fence: Action = { _tag: "Fence", pod: identityOf(0), epoch: epoch(3) };
const report: Action = { _tag: "Enlist", epoch: epoch(3), record, at: calm().cluster.version };
const expel: Action = { _tag: "Expel", pod: identityOf(0), epoch: epoch(3), users: [userOf(2)] };
const refusal = (key: string, ms: number): Refusal => ({ key, why: "503", notBefore: after(NOW, ms), times: 1 });

test("where nothing is to be done it is said what is under way, a command before a write, or that all is settled", () => {
  expect(said({})).toStrictEqual({ _tag: "Settled" });
  expect(said(inFlight(fence))).toStrictEqual(waits("CommandInFlight"));
  expect(said(inFlight(report))).toStrictEqual(waits("WriteInFlight"));
  expect(said(inFlight(report, fence))).toStrictEqual(waits("CommandInFlight"));
});

test("a wait ends at the earliest instant of all that is waited for, and at none that is past", () => {
  // web-2 is waited for until it leaves, its primary until it counts as silent.
  const both: Moment = { health: [mind(0, serving(100n), silentFor(600)), mind(1, streaming(1)), mind(2, "never", silentFor(1_700))] };
  expect(said(both)).toStrictEqual(waits("Suspicion", 300));
  expect(
    said({ ...both, health: [mind(0, serving(100n), silentFor(800)), mind(1, streaming(1)), mind(2, "never", silentFor(1_700))] }),
  ).toStrictEqual(waits("Suspicion", 200));
  const past: Moment = { record: PROMOTING, health: [undefined, mind(1, "commanded")], epochSince: after(NOW, -70_000) };
  expect(said(past)).toStrictEqual(waits("CandidateSilent"));
  expect(said({ ...past, epochSince: after(NOW, -60_000) })).toStrictEqual(waits("CandidateSilent"));
  expect(said({ ...past, epochSince: after(NOW, -59_999) })).toStrictEqual(waits("CandidateSilent", 1));
});

test("what lasts is said before what passes, with its detail", () => {
  const given: Moment = { health: [mind(0, serving(100n), silentFor(600)), mind(1, streaming(1)), mind(2, streaming(2))] };
  expect(said(given)).toStrictEqual(waits("Suspicion", 400));
  // The status could not be written, which a user has to look at.
  const { status: _, ...untold } = calm(given).cluster;
  const refused = [refusal("Report", 900)];
  expect(decide({ ...calm(given), cluster: untold, refused })).toStrictEqual(waits("RefusedLately", 400, "Report: 503"));
  // One member is waited for until it leaves, and another one could not be let in.
  const unheard: Moment = {
    health: [mind(0, serving(100n, { users: [userOf(2)] })), mind(1, streaming(1)), mind(2, "never", silentFor(1_700))],
    refused: [refusal("Admit/web-0/web-1", 900)],
  };
  expect(said(unheard)).toStrictEqual(waits("RefusedLately", 300, "Admit/web-0/web-1: 503"));
  const cut: Moment = {
    health: [mind(0, BUSY), mind(1, streaming(1)), mind(2, streaming(2))],
  };
  expect(said(cut)).toStrictEqual(waits("PrimaryNotServing", undefined, "web-0: Busy BUSY Valkey is busy running a script"));
});

test("RC-12 nothing is done for want of a lease that covers it, for a cluster that goes, or for a record of a later version", () => {
  const lost: Moment = { cluster: { pods: [] } };
  expect(said(lost)).toBe("PrimaryMissing");
  expect(said({ ...lost, cluster: { pods: [], deleting: true } }, moment)).toStrictEqual(waits("ClusterDeleting"));
  expect(said({ ...lost, cluster: { pods: [], recordUnreadable: true } }, moment)).toStrictEqual(waits("RecordTooNew"));
  expect(said({ ...lost, leadership: { _tag: "Standby" } })).toStrictEqual(waits("NotLeading"));
  const leading = (left: number): Moment => ({
    ...lost,
    leadership: { _tag: "Leading", term: 1, founded: "", since: NOW, until: after(NOW, left) },
  });
  expect(said(leading(249))).toStrictEqual(waits("NotLeading"));
  expect(said(leading(250))).toBe("PrimaryMissing");
});

const woken = (memory: Memory) => step(memory, { now: instant(1_000), _tag: "Woke" }).decision;
test("until something was read, and after a write whose fate is unknown, that is what is waited for, led or not", () => {
  const known = leader(calm().cluster, 0);
  const { cluster: _, ...unread } = known;
  const forgotten = { ...known, forgottenAt: instant(999) };
  const unled = { leadership: { _tag: "Standby" } } as const;
  expect(woken(initialMemory)).toStrictEqual({ _tag: "Wait", until: undefined, because: "NothingRead" });
  expect(woken(unread)).toStrictEqual({ _tag: "Wait", until: undefined, because: "NothingRead" });
  expect(woken(forgotten)).toStrictEqual({ _tag: "Wait", until: undefined, because: "SnapshotForgotten" });
  expect(woken({ ...unread, forgottenAt: instant(999) })).toStrictEqual({ _tag: "Wait", until: undefined, because: "SnapshotForgotten" });
  expect(woken({ ...forgotten, ...unled })).toStrictEqual({ _tag: "Wait", until: undefined, because: "SnapshotForgotten" });
  expect(woken({ ...unread, ...unled, forgottenAt: instant(999) })).toStrictEqual({
    _tag: "Wait",
    until: undefined,
    because: "NothingRead",
  });
  expect(woken({ ...known, ...unled })).toStrictEqual({ _tag: "Wait", until: undefined, because: "NotLeading" });
});

test("what is decided is under way from then on, behind what was", () => {
  const known = { ...leader(calm({ cluster: { pods: [] } }).cluster, 0), inFlight: inFlight(fence).inFlight ?? [] };
  const { memory, decision } = step(known, { now: instant(1_000), _tag: "Woke" });
  expect(decision).toMatchObject({ _tag: "Act", because: "PrimaryMissing" });
  expect(memory.inFlight.map(({ action }) => action._tag)).toEqual(["Fence", "Claim"]);
  expect(memory.inFlight.at(-1)?.since).toBe(1_000);
  const standby = { ...known, leadership: { _tag: "Standby" } } as const;
  expect(step(standby, { now: instant(1_000), _tag: "Woke" }).memory.inFlight).toEqual(known.inFlight);
});

// --- What may be sent now ---------------------------------------------------------------------------------------------

const claim: Action = { _tag: "Claim", epoch: epoch(4), record: FENCING, at: calm().cluster.version };
const create = (kind: "Secret" | "ConfigMap"): Action => ({ _tag: "Create", object: { kind, name: "web", manifest: {}, generate: [] } });
const admit: Action = { _tag: "Admit", pod: identityOf(0), epoch: epoch(3), member: identityOf(1) };
const configure = (ordinal: number): Action => ({ _tag: "Configure", pod: identityOf(ordinal), epoch: epoch(3), minReplicas: 1 });
const handOver: Action = { _tag: "HandOver", pod: identityOf(0), epoch: epoch(3), to: identityOf(1).pod, host: "127.7.0.2", port: 6379 };

/** A primary is lost and is to be claimed. */
const lost: Moment = { cluster: { pods: [] } };
/** web-2 left, and everything that it acknowledged is on web-1. */
const left: Moment = {
  cluster: pods((pod) => (pod.ordinal === 2 ? { uid: identityOf(1).uid } : {})),
  health: [mind(0, serving(100n, { users: [userOf(1)] })), mind(1, streaming(1))],
  barrier: { epoch: epoch(3), key: `Expel ${userOf(2)}`, at: after(NOW, -100), offset: replicationOffset(100n) },
};
/** A member streams and is to be frozen. */
const freezing: Moment = { record: FENCING, health: [undefined, mind(1, streaming(1))] };

/** A candidate was promoted and marked. */
const marker = { epoch: epoch(4), seq: 0, pod: identityOf(1).pod };
const published: Moment = {
  record: { ...PROMOTING, members: [] },
  health: [undefined, mind(1, led(1, { marker, minReplicas: 0, users: [] }))],
};

test.each<[string, Moment, unknown]>([
  ["a write", lost, "PrimaryMissing"],
  ["a write beside a command", { ...lost, ...inFlight(fence) }, "PrimaryMissing"],
  ["a write beside another one", { ...lost, ...inFlight(create("Secret")) }, waits("WriteInFlight")],
  ["a claim while somebody is let in", { ...lost, ...inFlight(admit) }, "PrimaryMissing"],
  ["who counts", left, "MemberLeft"],
  ["who counts while somebody is let in", { ...left, ...inFlight(admit) }, waits("CommandInFlight")],
  ["who counts while somebody is cut off", { ...left, ...inFlight(expel) }, waits("CommandInFlight")],
  ["who counts while the role is handed over", { ...left, ...inFlight(handOver) }, waits("CommandInFlight")],
  ["who counts beside another command", { ...left, ...inFlight(configure(0)) }, "MemberLeft"],
  ["who is the primary", published, "PrimaryPublished"],
  ["who is the primary while somebody is let in", { ...published, ...inFlight(admit) }, waits("CommandInFlight")],
  ["a command", freezing, "MemberFrozen"],
  ["a command beside one to another process", { ...freezing, ...inFlight(configure(2)) }, "MemberFrozen"],
  ["a command beside one to the same process", { ...freezing, ...inFlight(configure(1)) }, waits("CommandInFlight")],
  ["a command beside a write of an object", { ...freezing, ...inFlight(create("Secret")) }, "MemberFrozen"],
  ["a command while the record is written", { ...freezing, ...inFlight(claim) }, waits("WriteInFlight")],
  ["what was refused", { ...lost, refused: [refusal("Claim", 300)] }, waits("RefusedLately", 300, "Claim: 503")],
  ["what was refused, and that is over", { ...lost, refused: [refusal("Claim", 0)] }, "PrimaryMissing"],
  ["what was not refused", { ...lost, refused: [refusal("Elect", 300)] }, "PrimaryMissing"],
])("0008 0016 one write at a time, one command to a process, and none that contradicts what is being written: %s", (_, given, expected) => {
  expect(said({ ...given, record: given.record ?? record })).toStrictEqual(expected);
});

test("of several that could be told the first is, whoever else is waited for; of several waits the one that lasts is said", () => {
  const members = { record: FENCING, health: [undefined, mind(1, "commanded"), mind(2, "commanded")] };
  expect(said(members)).toStrictEqual(waits("FreezePending"));
  expect(said({ ...members, health: [undefined, mind(1, "commanded"), mind(2, streaming(2))] })).toBe("MemberFrozen");
  expect(said({ record: PROMOTING, health: [undefined, mind(1, led(1, { minReplicas: 0 })), mind(2, frozen(2))] })).toBe("MemberAdmitted");
});
