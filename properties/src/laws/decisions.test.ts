// Single decisions, each written because a mutant got past every other law.
import {
  type Cluster,
  type Observed,
  type Reason,
  commandsOf,
  desiredClientService,
  epoch,
  podName,
  SWITCHOVER,
  readMarker,
  replicationId,
  resourceVersion,
  statusOf,
  uid,
} from "@gungnir/core";
import type { Value } from "@gungnir/core/resp3";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Driven, cluster, following, leading, restarted, serving, userOf } from "../regressions/driven.ts";
import { clusterWith, identityOf, leader, record, seen } from "./cluster.ts";
import { anyName, observedOf } from "./objects.ts";
import { anyRun, stepsOf } from "./runs.ts";
import { CONTEXT, bulk } from "./wire.ts";

const words = (ordinal: number, change: Parameters<typeof following>[3] = {}) => following(ordinal, 100n, true, change);

// Seen to fail: the mutant F-8, in which a missing pod is waited for for ever.
it("LV-4 one pod that never answers keeps nobody from looking at the others", () => {
  const { record: _, ...unrecorded } = cluster();
  const driven = new Driven(unrecorded);
  driven.says(0, serving(100n));
  driven.says(1, words(1));
  driven.says(2, "silent");
  driven.until(unrecorded.spec.recoveryWait + 2_000, 500);
  expect(driven.told("Claim")).toEqual(["Claim web-0 Adopted"]);
  expect(driven.taken.find(({ action }) => action._tag === "Claim")?.at).toBeGreaterThanOrEqual(unrecorded.spec.recoveryWait);
});

const routed = (made: Cluster): Cluster => ({ ...made, objects: [observedOf(desiredClientService(made, made.record))] });

// Seen to fail: the mutant F-18, in which the epoch of the Service is not looked at.
it("S8 the Service is written once after every claim, also where it says nobody already", () => {
  const elected = { ...record, intent: { kind: "Failover", old: identityOf(0), candidate: identityOf(1), evidence: "Dead" } } as const;
  const driven = new Driven(routed(cluster({ record: elected })));
  driven.says(0, "silent");
  driven.says(1, restarted(1));
  driven.says(2, words(2));
  driven.until(1_000, 100);
  const [claim, route] = driven.taken.filter(({ action }) => action._tag === "Claim" || action._tag === "RouteWrites");
  expect(claim).toMatchObject({ action: { _tag: "Claim", epoch: 4 }, because: "CandidateUnusable" });
  expect(route).toMatchObject({ action: { _tag: "RouteWrites", to: "nobody", epoch: 4 } });
});

// Seen to fail: the mutant N-3, in which what a frozen member lets in is not asked.
it("FO-3 a frozen member that lets somebody in is no frozen member: whoever may attach may be handed the role", () => {
  const driven = new Driven(cluster());
  driven.says(0, serving(100n));
  driven.says(1, words(1));
  driven.says(2, words(2));
  driven.until(1_000, 50);
  // A switchover that got as far as letting the old primary in, and then it died.
  driven.says(0, restarted(0));
  driven.says(1, words(1, { users: [userOf(0)] }));
  driven.says(2, words(2, { users: [userOf(0)] }));
  driven.until(3_000, 50);
  const told = driven.told("Freeze", "Expel", "Elect");
  const elected = told.findIndex((line) => line.startsWith("Elect"));
  expect(elected).toBeGreaterThan(0);
  for (const line of ["Freeze web-1 MemberFrozen", "Expel web-1 MemberCutOff", "Freeze web-2 MemberFrozen", "Expel web-2 MemberCutOff"]) {
    expect(told.slice(0, elected)).toContain(line);
  }
});

// Seen to fail: the mutants D-36, which counts addresses, and F-10, which believes the StatefulSet.
test.prop([fc.array(fc.record({ ready: fc.boolean(), address: fc.boolean() }), { minLength: 3, maxLength: 3 })])(
  "ST-1 ready are the pods that are, whatever addresses they have and whatever the StatefulSet counts",
  (facts) => {
    const made = clusterWith({ downAfter: 1_000, pingInterval: 200 });
    const pods = made.pods.map((pod, ordinal) => {
      const { address, ...rest } = pod;
      const fact = facts[ordinal];
      return { ...rest, ready: fact?.ready === true, ...(fact?.address === true && address !== undefined ? { address } : {}) };
    });
    const set: Observed = {
      kind: "StatefulSet",
      name: "web",
      uid: uid("set"),
      version: resourceVersion("4"),
      owned: true,
      deleting: false,
      manifest: { status: { readyReplicas: 7, replicas: 7 } },
    };
    const status = statusOf(seen(leader({ ...made, pods, objects: [set] }, 1_000), 1_000));
    expect({ ready: status.readyReplicas, all: status.replicas }).toEqual({ ready: facts.filter((one) => one.ready).length, all: 3 });
  },
);

// Seen to fail: the mutant F-16, which claims the same epoch again for another candidate.
test.prop([anyRun])("FO-7 every claim raises the epoch", (run) => {
  for (const { memory, decision } of stepsOf(run)) {
    if (decision._tag !== "Act" || decision.action._tag !== "Claim") continue;
    expect(decision.action.epoch).toBeGreaterThan(memory.cluster?.record?.epoch ?? 0);
    expect(decision.action.record.epoch).toBe(decision.action.epoch);
  }
});

/** What is done for members and strays while all is well. */
const OF_REPLICATION: readonly Reason[] = [
  "StrayPrimaryDemoted",
  "MemberJoining",
  "MemberStreaming",
  "HistoryContinued",
  "WaitReplicasChanged",
  "RetiredCertified",
  "ClientsClosed",
];

// Seen to fail: the mutant F-17, in which replication goes on beside a failover.
test.prop([anyRun])("S3m while a failover stands nobody else sends anything to a process, nor changes who counts", (run) => {
  for (const { memory, decision } of stepsOf(run)) {
    const kind = memory.cluster?.record?.intent?.kind;
    if (decision._tag === "Act" && kind !== undefined) expect(OF_REPLICATION).not.toContain(decision.because);
  }
});

// Seen to fail: the mutant F-4, which aborts on its own.
it("FO-22 an abort and the demotion are one: the old primary never serves between them", () => {
  for (const _tag of ["Freeze", "Fence"] as const) {
    const written = commandsOf({ _tag, pod: identityOf(0), epoch: epoch(4), abort: true }, CONTEXT).map((one) => one.slice(0, 2).join(" "));
    expect(written.slice(0, 4)).toEqual(["MULTI", "FAILOVER ABORT", "REPLICAOF 127.0.0.1", "EXEC"]);
    const calm = commandsOf({ _tag, pod: identityOf(0), epoch: epoch(4) }, CONTEXT);
    expect(calm.some((one) => one.join(" ").includes("ABORT"))).toBe(false);
  }
});

const fields = (...pairs: readonly (readonly [string, Value])[]): Value => ({
  _tag: "Map",
  entries: pairs.map(([key, value]) => [bulk(key), value]),
});
const described = (description: string): Value => {
  const only = fields(["name", bulk("gungnir_marker")], ["description", bulk(description)]);
  return { _tag: "Array", items: [fields(["library_name", bulk("gungnir")], ["functions", { _tag: "Array", items: [only] }])] };
};

// Seen to fail: the mutant D-23, which asks for the name alone.
test.prop([anyName, anyName])("S12 a data set of another cluster is foreign, be it of the same name in another namespace", (one, other) => {
  const mine = { namespace: one, name: one };
  expect(readMarker(described(`${one}/${one} 3 1 ${one}-0`), mine)).toEqual({ epoch: 3, seq: 1, pod: podName(`${one}-0`) });
  if (one === other) return;
  expect(readMarker(described(`${other}/${one} 3 1 ${one}-0`), mine)).toBe("Foreign");
  expect(readMarker(described(`${one}/${other} 3 1 ${one}-0`), mine)).toBe("Foreign");
});

/** The words that a status may say; none of them is about an error. */
const PHASES = ["Creating", "Running", "Degraded", "FailingOver", "SwitchingOver"];

// Seen to fail: the mutant D-35, which says Failed as long as anything was refused.
it.each(["Claim", "Elect", "Publish", "RouteWrites", "Report"] as const)(
  "RC-5 one transient error (of a %s) changes no phase, and what it hit is tried again within five seconds",
  (what) => {
    const run = (isHit: boolean) => {
      const driven = new Driven(routed(cluster()));
      for (const ordinal of [1, 2]) driven.says(ordinal, words(ordinal));
      driven.says(0, serving(100n));
      driven.until(1_000, 100);
      const tries: number[] = [];
      driven.fate = (action) => {
        if (action._tag !== what) return undefined;
        tries.push(driven.now);
        return isHit && tries.length === 1 ? { _tag: "Refused", why: "503", transient: true } : undefined;
      };
      driven.says(0, restarted(0));
      driven.until(8_000, 100);
      const phases = driven.taken.flatMap(({ action }) => (action._tag === "Report" ? [action.status.phase] : []));
      return { phases: [...new Set(phases)].toSorted(), tries, primary: driven.record.primary?.pod };
    };
    const [hit, calm] = [run(true), run(false)];
    expect({ phases: hit.phases, primary: hit.primary }).toEqual({ phases: calm.phases, primary: calm.primary });
    expect(hit.phases.filter((phase) => !PHASES.includes(phase))).toEqual([]);
    const [first, second] = hit.tries;
    expect((second ?? Number.POSITIVE_INFINITY) - (first ?? 0)).toBeLessThanOrEqual(5_000);
  },
);

const asks = (to: string, changes: Partial<Cluster> = {}): Driven => new Driven(cluster({ annotations: { [SWITCHOVER]: to }, ...changes }));

// Seen to fail: the mutant N-11, which believes the candidate alone.
it("FO-8 the candidate is not published while the old primary says that it still is one", () => {
  const driven = asks("3 web-1");
  driven.fate = (action) => (action._tag === "HandOver" ? { _tag: "Refused", why: "not yet", transient: true } : undefined);
  driven.says(0, serving(100n));
  for (const ordinal of [1, 2]) driven.says(ordinal, words(ordinal));
  driven.until(100, 20);
  driven.says(0, serving(100n, { handingOver: true }));
  driven.says(1, leading(words(1, { users: [userOf(0)] })));
  driven.until(1_000, 20);
  expect(driven.told("Publish")).toEqual([]);
  driven.says(0, serving(100n));
  driven.until(1_500, 20);
  expect(driven.told("Claim")).toEqual(["Claim web-1 Requested", "Claim nobody SwitchoverFailed"]);
});

// Seen to fail: the mutant N-13, which reads the name and not the epoch.
it("LV-8 a request is of one epoch: afterwards it is over, whatever became of it", () => {
  for (const request of ["2 web-1", "4 web-1", "2", "web-1", ""]) {
    const driven = asks(request);
    driven.says(0, serving(100n));
    for (const ordinal of [1, 2]) driven.says(ordinal, words(ordinal));
    driven.until(2_000, 50);
    expect({ request, claims: driven.told("Claim") }).toEqual({ request, claims: [] });
  }
});

// Seen to fail: the mutant N-12, which forgets who did not take over.
it("LV-8 who did not take over in time is not asked again at once, and another one is", () => {
  const made = cluster();
  const driven = new Driven({ ...made, pods: made.pods.map((pod) => ({ ...pod, deleting: pod.ordinal === 0 })) });
  driven.says(0, serving(100n));
  // Both carry every mark, and neither keeps whom it is told to let in.
  driven.until(2_100, 20, () => {
    const { marker } = driven.record;
    for (const ordinal of [1, 2]) driven.says(ordinal, words(ordinal, marker === undefined ? {} : { marker }));
  });
  expect(driven.told("Claim")).toEqual(["Claim web-1 PodLeaving", "Claim web-2 PodLeaving"]);
});

// Seen to fail: the mutant N-14, which takes anybody who is linked.
it("FO-22 nobody is handed the role who has another history, lacks the mark, or must not have it", () => {
  const { marker } = record;
  const older = marker === undefined ? {} : { marker: { ...marker, seq: 0 } };
  for (const unable of [{ replid: replicationId("another") }, older, { priority: 0 }]) {
    const driven = asks("3 web-1");
    driven.says(0, serving(100n));
    driven.says(1, words(1, unable));
    driven.says(2, words(2));
    driven.until(2_000, 50);
    expect(driven.told("Claim")).toEqual([]);
    expect(driven.decision).toMatchObject({ because: "NoCandidate" });
  }
});
