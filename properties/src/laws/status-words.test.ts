// ST-1, ST-2: what a user is told of a moment, word for word: the phase and the conditions. Each row is a way in which a cluster is not as it should be; beside
// it stands only what is told differently than of one where all is well.
import {
  type Cluster,
  type Observed,
  type Stance,
  after,
  hold,
  immutableDrift,
  podName,
  resourceVersion,
  statusOf,
  uid,
  wait,
} from "@gungnir/core";
import { expect, it } from "vitest";
import { BUSY, following, serving } from "../regressions/driven.ts";
import { identityOf, record } from "./cluster.ts";
import { converged } from "./objects.ts";
import { FENCING, type Moment, NOW, SWITCHING, intended, mind, moment, pods, silentFor, streaming } from "./situation.ts";

const service = (selected: string): Observed => ({
  kind: "Service",
  name: "web-client",
  uid: uid("s"),
  version: resourceVersion("7"),
  owned: true,
  deleting: false,
  manifest: { spec: { selector: { "statefulset.kubernetes.io/pod-name": selected } } },
});
const headless: Observed = { ...service("web-2"), name: "web-headless" };
const claimed: Observed = { ...service("web-2"), kind: "ConfigMap" };
const ROUTED = { objects: [headless, claimed, service("web-0")] };
const pod = (ordinal: number, changes: Partial<Cluster["pods"][number]>) => pods((one) => (one.ordinal === ordinal ? changes : {}));

const wordsOf = (given: Moment, urgent: readonly Stance[] = []): readonly string[] => {
  const { phase, conditions } = statusOf(moment({ ...given, cluster: { ...ROUTED, ...given.cluster } }), urgent);
  return [phase, ...conditions.map(({ type, status, reason, message }) => `${type} ${status} ${reason}: ${message}`)];
};
const WELL = wordsOf({});
/** What is told otherwise than of a cluster that is well. */
const told = (given: Moment, ...urgent: readonly Stance[]) => wordsOf(given, urgent).filter((word) => !WELL.includes(word));

it("of a cluster that is well", () => {
  expect(WELL).toEqual([
    "Running",
    "Ready True AsWished: 2 of 2 replicas stream",
    "Available True PrimaryServing: writes reach the primary",
    "Progressing False Settled: ",
    "Degraded False NoTrouble: ",
    "FailoverPossible True FreezeQuorum: 2 of 2 members needed",
    "UpdatePending False UpToDate: ",
    "SpecValid True Valid: ",
  ]);
});

const UNREADY = ["Degraded", "Ready False ReplicasMissing: 2 of 2 replicas stream"];
const ONE = "Ready False ReplicasMissing: 1 of 2 replicas stream";
const UNSERVED = [...UNREADY, "Available False PrimaryNotServing: writes reach nobody"];
const MISSING = "Progressing True ReplicasMissing: ";
const [first, second] = record.members;
const withMember = (state: "Joining" | "Streaming") => ({
  ...record,
  members: [...(first === undefined ? [] : [first]), ...(second === undefined ? [] : [{ ...second, state }])],
});

it.each<readonly [string, Moment, readonly string[]]>([
  ["writes go to nobody", { cluster: { objects: [service("nobody")] } }, UNSERVED],
  ["writes go to a replica", { cluster: { objects: [service("web-1")] } }, UNSERVED],
  ["no Service is there", { cluster: { objects: [headless, claimed] } }, UNSERVED],
  ["a replica joins", { record: withMember("Joining") }, ["Degraded", ONE, MISSING]],
  [
    "a replica is nobody's member",
    { record: { ...record, members: record.members.slice(0, 1) } },
    ["Degraded", ONE, MISSING, "FailoverPossible True FreezeQuorum: 1 of 1 members needed"],
  ],
  ["a replica's link is down", { health: [mind(0, serving(100n)), mind(1, streaming(1)), mind(2, following(2, 100n, false))] }, UNREADY],
  [
    "a replica was not heard of yet",
    { health: [mind(0, serving(100n)), mind(1, streaming(1)), mind(2, "never")] },
    ["FailoverPossible False FreezeQuorumMissing: 1 of 2 members answer"],
  ],
  ["a replica was just commanded", { health: [mind(0, serving(100n)), mind(1, "commanded"), mind(2, "commanded")] }, []],
  [
    "a replica was commanded and is late",
    { health: [mind(0, serving(100n)), mind(1, streaming(1)), mind(2, "commanded", { late: true })] },
    ["FailoverPossible False FreezeQuorumMissing: 1 of 2 members answer"],
  ],
  [
    "another life of the replica was commanded",
    {
      record: { ...record, members: record.members.map((one) => ({ ...one, uid: uid("gone") })) },
      health: [mind(0, serving(100n)), mind(1, "commanded"), mind(2, "commanded")],
    },
    ["FailoverPossible False FreezeQuorumMissing: 0 of 2 members answer"],
  ],
  [
    "a replica was commanded and answered that it is busy",
    { health: [mind(0, serving(100n)), mind(1, streaming(1)), mind(2, BUSY, { commandedAt: after(NOW, -50) })] },
    ["FailoverPossible False FreezeQuorumMissing: 1 of 2 members answer"],
  ],
  [
    "a replica loads",
    { health: [mind(0, serving(100n)), mind(1, streaming(1)), mind(2, BUSY)] },
    ["FailoverPossible False FreezeQuorumMissing: 1 of 2 members answer"],
  ],
  ["a pod is missing", { cluster: { pods: moment().cluster.pods.slice(0, 2) } }, [...UNREADY, MISSING]],
  [
    "a pod is too many",
    { spec: { replicas: 2 }, record: { ...record, members: record.members.slice(0, 1) }, cluster: { pods: moment().cluster.pods } },
    [
      "Degraded",
      "Ready False ReplicasMissing: 1 of 1 replicas stream",
      MISSING,
      "FailoverPossible True FreezeQuorum: 1 of 1 members needed",
    ],
  ],
  [
    "the primary is silent, not for long",
    { health: [mind(0, serving(100n), silentFor(300)), mind(1, streaming(1)), mind(2, streaming(2))] },
    [],
  ],
  ["the primary answers that it is busy", { health: [mind(0, BUSY), mind(1, streaming(1)), mind(2, streaming(2))] }, UNSERVED],
  ["the primary's container has ended", { cluster: pod(0, { container: { _tag: "Terminated", id: "" } }) }, UNSERVED],
  ["the primary's pod is gone", { cluster: { pods: moment().cluster.pods.slice(1) } }, [...UNSERVED, MISSING]],
  [
    "a failover",
    { record: FENCING },
    [
      "FailingOver",
      "Ready False ReplicasMissing: 2 of 2 replicas stream",
      "Available False PrimaryNotServing: writes reach nobody",
      "Progressing True Failover: epoch 4: Silent",
    ],
  ],
  [
    "a grant",
    { record: intended({ kind: "Grant", candidate: identityOf(1), evidence: "VolumeReturned" }) },
    [
      "FailingOver",
      "Ready False ReplicasMissing: 2 of 2 replicas stream",
      "Available False PrimaryNotServing: writes reach nobody",
      "Progressing True Grant: epoch 4: VolumeReturned",
    ],
  ],
  ["a switchover, during which writes go on", { record: SWITCHING }, ["SwitchingOver", "Progressing True Switchover: epoch 4: Requested"]],
])("of a cluster where %s", (_, given, expected) => {
  expect(told(given)).toEqual(expected);
});

const { primary, ...unpublished } = record;
it("of a cluster that begins", () => {
  const nobody = ["Ready False ReplicasMissing: 0 of 2 replicas stream", "Available False PrimaryNotServing: writes reach nobody"];
  const none = moment({ cluster: ROUTED });
  const { record: _, ...cluster } = none.cluster;
  const { phase, conditions } = statusOf({ ...none, cluster }, []);
  expect(
    [phase, ...conditions.map(({ type, status, reason, message }) => `${type} ${status} ${reason}: ${message}`)].filter(
      (word) => !WELL.includes(word),
    ),
  ).toEqual(["Creating", ...nobody, MISSING, "FailoverPossible False FreezeQuorumMissing: 0 of 1 members answer"]);
  expect(statusOf({ ...none, cluster }, [])).toMatchObject({ masterPod: "", currentMaster: "" });
  expect(wordsOf({ record: { ...unpublished, intent: { kind: "Grant", candidate: identityOf(0), evidence: "Bootstrap" } } })[0]).toBe(
    "Creating",
  );
  expect(wordsOf({ record: unpublished }).slice(0, 3)).toEqual([...UNREADY, "Available False PrimaryNotServing: writes reach nobody"]);
});

const held = (ordinal: number, replicas: number) =>
  told({
    spec: { replicas },
    record: { ...record, ...(primary === undefined ? {} : { primary: { ...primary, ...identityOf(ordinal) } }) },
    cluster: { pods: moment().cluster.pods },
  });
it("of a cluster that is to be smaller than the place of its primary", () => {
  expect(held(2, 2)).toContain("Progressing True ScaleDownHeld: web-2 is the primary; spec.replicas 2 would remove it");
  expect(held(2, 1)).toContain("Progressing True ScaleDownHeld: web-2 is the primary; spec.replicas 1 would remove it");
  expect(held(1, 2)).toContain(MISSING);
});

it("of trouble: the first that lasts, in its own words, wherever it stands in the way", () => {
  const passing = wait(undefined, "Suspicion", "soon over");
  const lasting = wait(undefined, "RefusedLately", "Create/Service/web-client: 403 quota");
  const other = hold(undefined, "DataMissing", "");
  expect(told({}, undefined, passing)).toEqual([]);
  expect(told({}, passing, lasting, other)).toEqual(["Degraded True RefusedLately: Create/Service/web-client: 403 quota"]);
  expect(told({}, passing, wait(undefined, "DataMissing"))).toEqual(["Degraded True DataMissing: "]);
  expect(told({}, passing, other, lasting)).toEqual(["Degraded True DataMissing: "]);
  expect(told({ cluster: { objects: [] } }, lasting)).toEqual([
    "Degraded",
    "Ready False RefusedLately: Create/Service/web-client: 403 quota",
    "Available False RefusedLately: Create/Service/web-client: 403 quota",
    "Degraded True RefusedLately: Create/Service/web-client: 403 quota",
  ]);
  expect(told({}, { _tag: "Act", action: { _tag: "Unpause", pod: identityOf(0), epoch: record.epoch }, because: "WritesResumed" })).toEqual(
    [],
  );
});

it("of a failover that takes longer than it may: what it waits for", () => {
  const stalled = (ago: number, ...urgent: readonly Stance[]) =>
    told({ record: FENCING, epochSince: after(NOW, -ago) }, ...urgent).filter((word) => word.startsWith("Degraded "));
  expect(stalled(59_999, wait(undefined, "Drain"))).toEqual([]);
  expect(stalled(60_000, undefined, wait(undefined, "Drain", "150 ms"), wait(undefined, "NoCandidate", "nobody"))).toEqual([
    "Degraded True FailoverStalled: Drain: 150 ms",
  ]);
  expect(stalled(60_000, wait(undefined, "Drain"))).toEqual(["Degraded True FailoverStalled: Drain: "]);
  const acting = { _tag: "Act", action: { _tag: "Unpause", pod: identityOf(0), epoch: record.epoch }, because: "WritesResumed" } as const;
  expect(stalled(60_000, acting, wait(undefined, "Drain"))).toEqual(["Degraded True FailoverStalled: Drain: "]);
  expect(stalled(60_000, acting)).toEqual(["Degraded True FailoverStalled: "]);
  expect(stalled(60_000)).toEqual(["Degraded True FailoverStalled: "]);
  expect(told({ epochSince: after(NOW, -60_000) }, wait(undefined, "Drain"))).toEqual([]);
});

it("of a spec that is refused: the first refusal as trouble, all of them where the spec is spoken of", () => {
  const invalid = [
    { field: "spec.port", value: "0", allowed: "a port" },
    { field: "spec.replicas", value: "10", allowed: "at most 9" },
  ];
  const troubled = "SpecInvalid: spec.port is 0; allowed: a port";
  expect(told({ cluster: { invalid } }, wait(undefined, "NoCandidate"))).toEqual([
    "Degraded",
    `Ready False ${troubled}`,
    `Degraded True ${troubled}`,
    "SpecValid False SpecInvalid: spec.port is 0; allowed: a port; spec.replicas is 10; allowed: at most 9",
  ]);
});

const revisions = (updateRevision: string | undefined, ...of: readonly (string | undefined)[]): Moment => ({
  cluster: {
    ...(updateRevision === undefined ? {} : { updateRevision }),
    ...pods(({ ordinal }) => (of[ordinal] === undefined ? {} : { revision: of[ordinal] })),
  },
});
it("of pods that were made from an older template, and of a StatefulSet that cannot become what it should be", () => {
  expect(told(revisions("new", "new", "old", "old"))).toEqual([
    "UpdatePending True UpdatePending: web-1, web-2: delete a pod to update it, replicas first",
  ]);
  expect(told(revisions("new", "new", undefined, "new"))).toEqual([]);
  expect(told(revisions(undefined, "old", "old", "new"))).toEqual([]);
  const whole = converged(moment().cluster);
  const objects = whole.objects.map((one) =>
    one.kind === "StatefulSet" ? { ...one, manifest: { ...one.manifest, spec: { serviceName: "other" } } } : one,
  );
  const [drift] = immutableDrift({ ...whole, objects });
  expect(drift?.field).toBe("StatefulSet web spec.serviceName");
  expect(wordsOf({ cluster: { ...whole, objects } })[6]).toBe(
    `UpdatePending True ImmutableField: StatefulSet web spec.serviceName is "other"; wanted: ${drift?.allowed}`,
  );
});

it("beside the conditions: who, how many, and since when it is known", () => {
  const {
    conditions: _,
    nodeStatuses,
    ...rest
  } = statusOf(moment({ cluster: { ...ROUTED, generation: 7, ...pod(1, { ready: false }) } }), []);
  expect(rest).toStrictEqual({
    phase: "Running",
    masterPod: "web-0",
    currentMaster: "web-0",
    readyReplicas: 2,
    replicas: 3,
    selector: "app.kubernetes.io/name=valkey,app.kubernetes.io/instance=web",
    observedGeneration: 7,
    lastReconcileTime: "1970-01-01T00:01:40Z",
  });
  expect(nodeStatuses.map((one) => one.name)).toEqual(["web-0", "web-1", "web-2"].map(podName));
});
