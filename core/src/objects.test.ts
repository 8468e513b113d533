// In what order objects are written, and what keeps which of them from being written. RC-8, RC-11.
import { expect, test } from "vitest";
import type { Cluster, Observed, OwnedKind } from "./cluster.ts";
import type { Stance } from "./decision.ts";
import { objects } from "./objects.ts";
import { desiredObjects } from "./objects/index.ts";
import type { Observation } from "./observation.ts";
import { parseSpec } from "./spec.ts";
import { epoch, instant, podName, replicationId, resourceVersion, runId, uid } from "./units.ts";

const at = resourceVersion("9");
const now = instant(1000);
const cluster: Cluster = {
  namespace: "default",
  name: "web",
  uid: uid("one"),
  version: at,
  generation: 1,
  deleting: false,
  annotations: {},
  spec: parseSpec({}).spec,
  invalid: [],
  recordUnreadable: false,
  pods: [],
  claims: [],
  objects: [],
  asOf: {
    ValkeyCluster: at,
    Pod: at,
    PersistentVolumeClaim: at,
    ConfigMap: at,
    PodDisruptionBudget: at,
    Secret: at,
    Service: at,
    StatefulSet: at,
  },
};
const there: readonly Observed[] = desiredObjects(cluster).map(({ kind, name, manifest }) => ({
  kind,
  name,
  manifest,
  uid: uid(`uid of ${name}`),
  version: at,
  owned: true,
  deleting: false,
}));
const observing = (changes: Partial<Cluster>, others: Partial<Observation> = {}): Observation => ({
  now,
  leadership: { _tag: "Standby" },
  cluster: { ...cluster, objects: there, ...changes },
  health: [],
  inFlight: [],
  refused: [],
  epochSince: now,
  fenced: [],
  unconfirmed: [],
  ...others,
});
const changed = (which: number, change: Partial<Observed>): readonly Observed[] =>
  there.map((one, index) => (index === which ? { ...one, ...change } : one));
const drifted = { manifest: { metadata: {}, spec: {} } };

/** What is done or waited for, in a line. */
const said = (stance: Stance): string => {
  if (stance === undefined) return "content";
  if (stance._tag !== "Act") return `${stance._tag} ${stance.because}: ${stance.detail ?? ""}`;
  return "object" in stance.action
    ? `${stance.action._tag} ${stance.action.object.kind} ${stance.action.object.name}: ${stance.because}`
    : stance.action._tag;
};
const saysOf = (changes: Partial<Cluster>, others: Partial<Observation> = {}): string => said(objects(observing(changes, others)));

test("what is missing is created, one after the other, what pods need first and the StatefulSet last", () => {
  const order = [
    "ConfigMap web-config",
    "Secret web-secret",
    "Service web-headless",
    "Service web-client",
    "Service web-replicas",
    "PodDisruptionBudget web-pdb",
    "StatefulSet web",
  ];
  const told = there.map((_, count) => saysOf({ objects: there.slice(0, count) }));
  expect(told).toEqual(order.map((name) => `Create ${name}: ObjectMissing`));
  expect(saysOf({})).toBe("content");
  // The same name in another kind is another object.
  expect(saysOf({ objects: changed(6, { kind: "Service" }) })).toBe("Create StatefulSet web: ObjectMissing");
});

test("what drifted is applied on the life and the version that were seen", () => {
  const stance = objects(observing({ objects: changed(2, drifted) }));
  expect(said(stance)).toBe("Apply Service web-headless: ObjectDrifted");
  expect(stance).toMatchObject({ action: { uid: "uid of web-headless", at: "9" } });
});

test("somebody else's object is not touched, and it is said whose move it is; the others are written, but not what depends on it", () => {
  const foreign = { ...drifted, owned: false };
  expect(saysOf({ objects: changed(1, foreign) })).toBe(
    "Wait ForeignObject: Secret web-secret belongs to somebody else: rename or delete it",
  );
  expect(saysOf({ objects: changed(1, foreign).filter(({ kind }) => kind !== "PodDisruptionBudget") })).toBe(
    "Create PodDisruptionBudget web-pdb: ObjectMissing",
  );
  expect(saysOf({ objects: changed(1, foreign).filter(({ kind }) => kind !== "StatefulSet") })).toBe(
    "Wait ForeignObject: Secret web-secret belongs to somebody else: rename or delete it",
  );
  expect(saysOf({ objects: changed(6, foreign) })).toContain("Wait ForeignObject: StatefulSet web");
});

test("an object on its way out is waited for", () => {
  expect(saysOf({ objects: changed(3, { deleting: true, ...drifted }) })).toBe(
    "Wait ObjectUnconfirmed: Service web-client is being deleted",
  );
});

test("while a write is not seen yet, nothing of its kind is written, nor a StatefulSet, and the rest is", () => {
  const kinds: readonly OwnedKind[] = ["ConfigMap", "Secret", "Service", "PodDisruptionBudget", "StatefulSet"];
  const names = ["web-config", "web-secret", "web-headless", "web-pdb", "web"];
  for (const [index, kind] of kinds.entries()) {
    const told = saysOf({ objects: there.filter((one) => one.kind !== kind && one.kind !== "StatefulSet") }, { unconfirmed: [kind] });
    expect(told).toBe(`Wait ObjectUnconfirmed: ${kind} ${names[index]}`);
  }
  expect(saysOf({ objects: changed(0, drifted) }, { unconfirmed: ["Secret"] })).toBe("Apply ConfigMap web-config: ObjectDrifted");
});

test("a StatefulSet that waits for what its pods need says so, after what it waits for", () => {
  const notBefore = instant(5000);
  const refused = [{ key: "Create/Secret/web-secret", why: "forbidden", notBefore, times: 1 }];
  const stance = objects(observing({ objects: there.filter(({ kind }) => kind !== "Secret" && kind !== "StatefulSet") }, { refused }));
  expect(stance).toEqual({ _tag: "Wait", until: notBefore, because: "RefusedLately", detail: "Create/Secret/web-secret: forbidden" });
  // It is not even repaired.
  expect(saysOf({ objects: changed(6, drifted).filter(({ kind }) => kind !== "Secret") }, { unconfirmed: ["Secret"] })).toBe(
    "Wait ObjectUnconfirmed: Secret web-secret",
  );
});

test("of a spec that was never good nothing is made; what runs is kept as it was last good, and the fields are named", () => {
  const invalid = [
    { field: "spec.port", value: "0", allowed: "1 to 65535" },
    { field: "spec.replicas", value: "x", allowed: "1 to 9" },
  ];
  const refused = "Wait SpecInvalid: spec.port, spec.replicas";
  expect(saysOf({ invalid, objects: [] })).toBe(refused);
  expect(saysOf({ invalid, objects: there.slice(0, 6) })).toBe(refused);
  expect(saysOf({ invalid, objects: changed(6, { owned: false }) })).toBe(refused);
  expect(saysOf({ invalid })).toBe(refused);
  expect(saysOf({ invalid, objects: there.slice(1) })).toBe("Create ConfigMap web-config: ObjectMissing");
});

const process = (ordinal: number) => ({ pod: podName(`web-${ordinal}`), uid: uid(`u${ordinal}`), runId: runId(`r${ordinal}`) });

/** The objects once all that is desired of them was written. */
const written = (wanting: Cluster): readonly Observed[] => {
  const desired = desiredObjects({ ...wanting, objects: there });
  return there.map((one) => ({
    ...one,
    manifest: desired.find(({ kind, name }) => kind === one.kind && name === one.name)?.manifest ?? one.manifest,
  }));
};

/** What is said of a cluster that shrinks to two, by the ordinal of its primary and of the pods that are there. */
const shrinking = (ordinal: number, pods: readonly number[]): string => {
  const shrunk: Cluster = {
    ...cluster,
    spec: { ...cluster.spec, replicas: 2 },
    record: {
      version: 1,
      epoch: epoch(1),
      primary: { ...process(ordinal), epoch: epoch(1), replid: replicationId("id") },
      members: [],
      waitReplicas: 1,
      minReplicas: 0,
      retired: [],
    },
    pods: pods.map((one) => ({
      name: podName(`web-${one}`),
      uid: uid(`u${one}`),
      ordinal: one,
      ready: true,
      deleting: false,
      container: { _tag: "Running", id: "c" },
    })),
  };
  return saysOf({ ...shrunk, objects: written(shrunk) });
};

test("a scale-down stops above the primary, and says which pod that is", () => {
  expect(shrinking(2, [0, 1, 2])).toBe("Wait ScaleDownHeld: web-2 is the primary");
  expect(shrinking(3, [0, 1, 2, 3])).toBe("Wait ScaleDownHeld: web-3 is the primary");
  expect(shrinking(1, [0, 1, 2])).toBe("content");
  expect(shrinking(2, [0, 1])).toBe("content");
  // Whom nobody has made primary yet nobody holds.
  const pods = [
    { name: podName("web-7"), uid: uid("u7"), ordinal: 7, ready: true, deleting: false, container: { _tag: "Running", id: "c" } } as const,
  ];
  expect(saysOf({ pods })).toBe("content");
  const unled = { version: 1, epoch: epoch(1), members: [], waitReplicas: 1, minReplicas: 0, retired: [] } as const;
  expect(saysOf({ pods, record: unled, objects: written({ ...cluster, record: unled }) })).toBe("content");
});
