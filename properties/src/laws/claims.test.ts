// What a claim of authority writes: one step of the epoch, what for, and whom it could not make sure of. Who is not remembered is not demoted when he
// comes back, and serves a second data set; who is remembered without a need is asked for ever.
import { type Evidence, type FailoverRecord, type Retired, epoch, podName, runId, uid } from "@gungnir/core";
import { expect, test } from "vitest";
import { serving } from "../regressions/driven.ts";
import { addressOf, identityOf, record } from "./cluster.ts";
import {
  type Moment,
  PROMOTING,
  SWITCHING,
  frozen,
  intended,
  judged,
  led,
  mind,
  pods,
  silentFor,
  streaming,
  taken,
  written,
} from "./situation.ts";

const witness = mind(1, streaming(1));
const GONE = pods((pod) => (pod.ordinal === 0 ? { uid: uid("another") } : {}));
const ENDED = pods((pod) => (pod.ordinal === 0 ? { container: { _tag: "Terminated", id: "container-0" } } : {}));
const with1Ended = pods((pod) => (pod.ordinal === 1 ? { container: { _tag: "Terminated", id: "container-1" } } : {}));
const retiredIs = (ordinal: number): Retired => ({ ...identityOf(ordinal), address: addressOf(ordinal) });

/** How the primary is lost, what is said, and who is remembered as perhaps alive. */
const LOSSES: [Evidence, Moment, string, readonly Retired[]][] = [
  ["Dead", { cluster: ENDED }, "Claim PrimaryDead", []],
  ["Missing", { cluster: GONE, health: [mind(0, serving(100n)), witness] }, "Claim PrimaryMissing", [retiredIs(0)]],
  ["Missing", { cluster: GONE, health: [undefined, witness] }, "Claim PrimaryMissing", [identityOf(0)]],
  ["Silent", { health: [mind(0, serving(100n), silentFor(1_000)), witness] }, "Claim PrimarySilent", []],
  ["Demoted", { health: [mind(0, frozen(0)), witness] }, "Claim PrimaryDemoted", []],
];

test.each(LOSSES)(
  "a primary that is %s is claimed: nothing but epoch, intent and whom nobody is sure of changes",
  (evidence, moment, reason, retired) => {
    expect(judged(moment)).toBe(reason);
    expect(written(moment)).toStrictEqual({
      ...record,
      epoch: epoch(4),
      intent: { kind: "Failover", old: identityOf(0), evidence },
      retired,
    });
  },
);

test("S7 a candidate that is lost costs an epoch and is remembered; the old primary stays the one whose data is looked for", () => {
  const lost = { record: PROMOTING, cluster: with1Ended, health: [undefined, mind(1, frozen(1))] };
  expect(judged(lost)).toBe("Claim CandidateUnusable");
  expect(written(lost)).toStrictEqual({
    ...record,
    epoch: epoch(5),
    intent: { kind: "Failover", old: identityOf(0), evidence: "CandidateUnusable" },
    retired: [retiredIs(1)],
  });
});

test("S7 who served in a switchover that got stuck is remembered", () => {
  const both = { record: SWITCHING, health: [mind(0, serving(100n)), mind(1, led(1))] };
  expect(judged(both)).toBe("Claim SwitchoverFailed");
  expect(written(both)).toMatchObject({ epoch: 5, intent: { kind: "Failover", old: identityOf(0) }, retired: [retiredIs(1)] });
});

const remembered = (retired: readonly Retired[]) =>
  written({ record: { ...record, retired }, cluster: GONE, health: [mind(0, serving(100n)), witness] })?.retired;
test("S7 each process is remembered once, with its newest address, and the sixteen newest of them", () => {
  const others = Array.from({ length: 16 }, (_, at) => ({ pod: podName("web-9"), uid: uid(`u${at}`), runId: runId(`r${at}`) }));
  expect(remembered(others)).toStrictEqual([...others.slice(1), retiredIs(0)]);
  expect(remembered([identityOf(0), ...others.slice(0, 2)])).toStrictEqual([...others.slice(0, 2), retiredIs(0)]);
});

// --- Grants -----------------------------------------------------------------------------------------------------------

const ALLOWED = { annotations: { "valkey.verilean.io/allow-data-loss": "4" } };

test("LossAllowed: a user who accepts the loss gets the fullest that answers; the record says in whose stead", () => {
  const intent = { kind: "Failover", old: identityOf(0), evidence: "Silent" } as const;
  const alone: FailoverRecord = { ...record, epoch: epoch(4), intent, members: [], minReplicas: 0 };
  const given = { record: alone, cluster: ALLOWED, health: [undefined, undefined, mind(2, frozen(2))] };
  expect(judged(given)).toBe("Claim LossAllowed");
  expect(written(given)).toStrictEqual({
    ...alone,
    epoch: epoch(5),
    intent: { kind: "Grant", old: identityOf(0), candidate: identityOf(2), evidence: "LossAllowed" },
  });
});

test("a first grant begins with nobody who counts, and what the spec promises", () => {
  const given: Moment = {
    record: "none",
    cluster: { pods: pods(() => ({})).pods.slice(0, 1) },
    spec: { waitReplicas: 2 },
    health: [mind(0, frozen(0, 0n, { marker: "Absent", empty: true }))],
  };
  expect(judged(given)).toBe("Claim Bootstrap");
  expect(taken(given)?._tag).toBe("Claim");
  expect(written(given)).toStrictEqual({
    version: 1,
    epoch: 1,
    intent: { kind: "Grant", candidate: identityOf(0), evidence: "Bootstrap" },
    members: [],
    waitReplicas: 2,
    minReplicas: 0,
    retired: [],
  });
});

test("a bootstrap whose candidate was lost begins anew in the next epoch, and forgets nobody", () => {
  const retired = [retiredIs(2)];
  const { primary: _, ...nobody } = { ...intended({ kind: "Grant", candidate: identityOf(1), evidence: "Bootstrap" }), retired };
  const cluster = { pods: pods(() => ({})).pods.slice(0, 1) };
  const made = written({ record: nobody, cluster, health: [mind(0, frozen(0, 0n, { marker: "Absent", empty: true }))] });
  expect(made).toMatchObject({
    epoch: 5,
    intent: { kind: "Grant", candidate: identityOf(0), evidence: "Bootstrap" },
    retired,
    members: [],
  });
});
