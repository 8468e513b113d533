// S9: the first primary of a cluster without a record. An empty process gets the role only when nobody can hold more, and until then it is said
// whom or what it waits for. One obstacle a row: without it somebody who restores a cluster over its volumes would find it empty.
import {
  BOOTSTRAPPED,
  type Cluster,
  type FailoverRecord,
  type Observed,
  epoch,
  instant,
  milliseconds,
  nameOf,
  runId,
  uid,
} from "@gungnir/core";
import { expect, test } from "vitest";
import { Driven, type Word, cluster, emptied, leading } from "../regressions/driven.ts";
import { identityOf, record } from "./cluster.ts";
import { converged } from "./objects.ts";

const WAIT = 2_000;
type Changed = (made: Cluster) => Partial<Cluster>;

/** A cluster of which nothing is recorded but this, whose processes say these things, for somewhat longer than is waited. */
const fresh = (words: readonly (Word | undefined)[], changed: Changed = () => ({}), known?: FailoverRecord): Driven => {
  const { record: _, ...made } = cluster({}, { recoveryWait: milliseconds(WAIT) });
  const there = converged(made);
  const driven = new Driven({ ...there, ...(known === undefined ? {} : { record: known }), ...changed(there) });
  for (const [ordinal, word] of words.entries()) if (word !== undefined) driven.says(ordinal, word);
  return driven;
};
const EMPTY = [emptied(0), emptied(1), emptied(2)];

/** What is said while it may still come, and afterwards. */
const obstacles = (driven: Driven) => {
  driven.until(1_000);
  driven.feed({ now: instant(driven.now), _tag: "Woke" });
  const { decision: early } = driven;
  driven.until(WAIT + 600);
  expect(driven.told("Claim", "Promote")).toEqual([]);
  return [early, driven.decision];
};
const said = (because: string, detail: string, until?: number) => ({ _tag: "Wait", until, because, detail });

const pending =
  (...ordinals: readonly number[]): Changed =>
  ({ pods }) => ({
    pods: pods.map((pod) => (ordinals.includes(pod.ordinal) ? { ...pod, container: { _tag: "Waiting", reason: "Pending" } } : pod)),
  });

test("all are empty: the lowest ordinal is granted the role, and nobody counts yet", () => {
  const driven = fresh(EMPTY);
  driven.until(400);
  expect(driven.told("Claim")).toEqual(["Claim web-0 Bootstrap"]);
  expect(driven.record).toEqual({
    version: 1,
    epoch: 1,
    intent: { kind: "Grant", candidate: { ...identityOf(0), runId: "run-0b" }, evidence: "Bootstrap" },
    members: [],
    waitReplicas: 1,
    minReplicas: 0,
    retired: [],
  });
});

test("a pod that does not run yet is not waited for; the first one is, as long as data could come back", () => {
  const later = fresh(EMPTY, pending(2));
  later.until(400);
  expect(later.told("Claim")).toEqual(["Claim web-0 Bootstrap"]);
  const first = fresh(EMPTY, pending(0));
  first.until(1_000);
  expect(first.decision).toEqual(said("BootstrapPending", "web-0 does not answer yet", WAIT));
  first.until(WAIT + 200);
  expect(first.taken.find(({ action }) => action._tag === "Claim")).toMatchObject({ at: WAIT, because: "Bootstrap" });
  expect(first.told("Claim")).toEqual(["Claim web-1 Bootstrap"]);
});

test("nobody runs: there is nobody to give the role to", () => {
  const waits = said("BootstrapPending", "no pod answers yet");
  expect(obstacles(fresh([], pending(0, 1, 2)))).toEqual([waits, waits]);
});

const ending: Changed = ({ pods }) => ({ pods: pods.map((pod) => (pod.ordinal === 1 ? { ...pod, deleting: true } : pod)) });

test("a pod that is still ending may hold what it has not written yet", () => {
  const waits = said("BootstrapPending", "web-1 is still ending");
  expect(obstacles(fresh(EMPTY, ending))).toEqual([waits, waits]);
});

test("a pod that runs and says nothing is waited for, and after recovery.waitMs a human is asked", () => {
  const early = said("BootstrapPending", "web-1 has not answered yet", WAIT);
  const late = said("BootstrapBlocked", "web-1 runs and does not answer");
  expect(obstacles(fresh([EMPTY[0], "silent", EMPTY[2]]))).toEqual([early, late]);
  expect(obstacles(fresh([EMPTY[0], undefined, EMPTY[2]]))).toEqual([early, late]);
  const exact = fresh([EMPTY[0], "silent", EMPTY[2]]);
  exact.until(WAIT + 1);
  expect(exact.decision).toEqual(late);
});

const homeless: Changed = ({ pods }) => ({
  pods: pods.map(({ address, ...pod }) => (pod.ordinal === 1 ? pod : { ...pod, ...(address === undefined ? {} : { address }) })),
});

test("what a pod said before it fell silent is not its word, and one without an address has none", () => {
  const driven = fresh([undefined, EMPTY[1], EMPTY[2]]);
  driven.until(400);
  driven.says(1, "silent");
  driven.says(0, emptied(0));
  driven.until(1_000);
  expect(driven.decision).toEqual(said("BootstrapPending", "web-1 has not answered yet", WAIT));
  expect(obstacles(fresh(EMPTY, homeless))[0]).toEqual(said("BootstrapPending", "web-1 has not answered yet", WAIT));
});

// --- Volumes from before ------------------------------------------------------------------------------------------------

const claim = (ordinal: number, from: "before" | "a snapshot" | "now") => ({
  name: `data-web-${ordinal}`,
  uid: uid(`claim-${ordinal}`),
  ordinal,
  olderThanCluster: from === "before",
  hasDataSource: from === "a snapshot",
});

test.each(["before", "a snapshot"] as const)("a volume from %s that nobody has mounted may hold data", (from) => {
  const waits = said("BootstrapBlocked", "volume claim data-web-2 is older than the cluster and no running pod has mounted it");
  const blocked = fresh(EMPTY, (made) => ({ ...pending(2)(made), claims: [claim(1, "now"), claim(2, from)] }));
  expect(obstacles(blocked)).toEqual([waits, waits]);
  const mounted = fresh(EMPTY, () => ({ claims: [claim(2, from)] }));
  mounted.until(400);
  expect(mounted.told("Claim")).toEqual(["Claim web-0 Bootstrap"]);
});

test("a volume that was made for this cluster is empty, whoever has not mounted it yet", () => {
  const driven = fresh(EMPTY, (made) => ({ ...pending(2)(made), claims: [claim(2, "now")] }));
  driven.until(400);
  expect(driven.told("Claim")).toEqual(["Claim web-0 Bootstrap"]);
});

// --- The mark of an earlier bootstrap -----------------------------------------------------------------------------------

const { secret } = nameOf("web");
/** This object says that the cluster with this UID was bootstrapped. */
const marked =
  (kind: Observed["kind"], name: string, of: string): Changed =>
  ({ objects }) => {
    const manifest = { metadata: { annotations: { [BOOTSTRAPPED]: of } } };
    const found = objects.find((one) => one.kind === kind && one.name === name) ?? objects[0];
    if (found === undefined) throw new Error("the cluster of the laws has no objects");
    return { objects: [{ ...found, kind, name, manifest, owned: false }, ...objects.filter((one) => one !== found)] };
  };

test("the record is gone although this cluster was bootstrapped once: nobody starts empty", () => {
  const driven = fresh(EMPTY, marked("Secret", secret, "cluster"));
  driven.until(WAIT + 600);
  expect(driven.told()).toEqual([]);
  expect(driven.decision).toEqual(
    said(
      "DataMissing",
      `the failover record is gone although Secret ${secret} says that this cluster was bootstrapped: restore status.failover, or remove the annotation ${BOOTSTRAPPED} to start empty`,
    ),
  );
});

test("a Secret that is not there yet says nothing", () => {
  const driven = fresh(EMPTY, ({ objects }) => ({ objects: objects.filter((one) => one.kind !== "Secret") }));
  driven.until(600);
  expect(driven.told("Claim")).toEqual(["Claim web-0 Bootstrap"]);
});

test.each([
  ["Secret", secret, "the cluster before"],
  ["Secret", "somebody-else", "cluster"],
  ["ConfigMap", secret, "cluster"],
] as const)("a %s %s marked for %s says nothing of this one", (kind, name, of) => {
  const driven = fresh(EMPTY, marked(kind, name, of));
  driven.until(600);
  expect(driven.told("Claim")).toEqual(["Claim web-0 Bootstrap"]);
});

// --- A grant whose candidate was lost before it was published -----------------------------------------------------------

const { primary: _, marker: __, markerBefore: ___, ...unpublished } = record;
const lost = { ...identityOf(1), runId: runId("ended") };
const granted: FailoverRecord = {
  ...unpublished,
  epoch: epoch(5),
  members: [],
  minReplicas: 0,
  intent: { kind: "Grant", candidate: lost, evidence: "Bootstrap" },
  retired: [lost],
};

test("is given again, in a later epoch, whatever the Secret says by then", () => {
  const driven = fresh(EMPTY, marked("Secret", secret, "cluster"), granted);
  driven.until(400);
  expect(driven.told("Claim")).toEqual(["Claim web-0 Bootstrap"]);
  expect(driven.record).toMatchObject({ epoch: 6, retired: [lost] });
});

test("is not given to an empty primary that nobody knows of: a human says what it is", () => {
  const [, late] = obstacles(fresh([EMPTY[0], EMPTY[1], leading(emptied(2))], () => ({}), granted));
  expect(late).toMatchObject({ because: "DataFound", detail: "web-2 is a primary already" });
});
