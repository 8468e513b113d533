// Any cluster that the schema admits, for laws about its objects.
import {
  type Cluster,
  type Desired,
  type FailoverRecord,
  type Json,
  type JsonObject,
  type Observed,
  type Spec,
  desiredObjects,
  epoch,
  parseSpec,
  podName,
  replicationId,
  resourceVersion,
  runId,
  uid,
} from "@gungnir/core";
import * as fc from "fast-check";

const at = resourceVersion("10");
const letters = (text: string) => Array.from(text);
const word = (first: string, inner: string, last: string, longest: number) =>
  fc
    .tuple(
      fc.constantFrom(...letters(first)),
      fc.string({ unit: fc.constantFrom(...letters(inner)), maxLength: longest - 2 }),
      fc.constantFrom(...letters(last)),
    )
    .map((parts) => parts.join(""));

const LOWER = "abcdefghijklmnopqrstuvwxyz";
export const anyName = fc.oneof(
  fc.constantFrom("web", "a", "web-0", "web-client", "w".repeat(52)),
  word(LOWER, `${LOWER}0123-`, `${LOWER}0`, 52),
);
const anyKey = word(`${LOWER}A`, `${LOWER}A0-_.`, `${LOWER}0`, 20);
const anyLabels = fc.dictionary(anyKey, word(LOWER, `${LOWER}-_.`, LOWER, 20), { maxKeys: 3 });

export const anySpec: fc.Arbitrary<Spec> = fc
  .record({
    replicas: fc.integer({ min: 1, max: 9 }),
    image: fc.constantFrom("valkey:8", "registry:5000/valkey/valkey:8.0.1", "valkey@sha256:abc"),
    port: fc.integer({ min: 1, max: 65_535 }),
    persistence: fc.record(
      { enabled: fc.boolean(), storageSize: fc.constantFrom("1Gi", "2Gi", "500M"), storageClassName: fc.constantFrom("", "fast") },
      { requiredKeys: ["enabled", "storageSize"] },
    ),
    resources: fc.constantFrom<JsonObject>({}, { limits: { memory: "1Gi" } }, { requests: { cpu: "1000m" }, limits: { cpu: "2" } }),
    sentinel: fc.record({
      pingIntervalMs: fc.integer({ min: 20, max: 900 }),
      downAfterMs: fc.integer({ min: 900, max: 9000 }),
      failoverTimeoutMs: fc.integer({ min: 1000, max: 90_000 }),
    }),
    durability: fc.record({ waitReplicas: fc.integer({ min: 1, max: 8 }) }),
    recovery: fc.record({ waitMs: fc.integer({ min: 0, max: 90_000 }) }),
    labels: anyLabels,
    annotations: fc.dictionary(anyKey, fc.string(), { maxKeys: 3 }),
    nodeSelector: anyLabels,
  })
  .map((fields) => specOf(fields));

/** A spec that is good as it is; the generator's own mistake otherwise. */
export const specOf = (fields: object): Spec => {
  const json: Json = JSON.parse(JSON.stringify(fields));
  const { spec, invalid } = parseSpec(json);
  if (invalid.length > 0) throw new Error(`not a good spec: ${JSON.stringify(invalid)}`);
  return spec;
};

/** A record of pods `name-0` to `name-8`. */
export const anyRecord = (name: string): fc.Arbitrary<FailoverRecord> => {
  const process = (ordinal: number) => ({ pod: podName(`${name}-${ordinal}`), uid: uid(`u${ordinal}`), runId: runId(`r${ordinal}`) });
  const ordinals = fc.uniqueArray(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 5 });
  return fc
    .tuple(ordinals, fc.integer({ min: 1, max: 50 }), fc.constantFrom("none", "fencing", "promoting", "grant"), fc.boolean())
    .map(([[first = 0, ...others], count, intent, published]): FailoverRecord => {
      const members = others.map((ordinal) => ({ ...process(ordinal), state: "Streaming" as const }));
      const candidate = process(others[0] ?? first);
      const intents = {
        none: {},
        fencing: { intent: { kind: "Failover", old: process(first), evidence: "Dead" } },
        promoting: { intent: { kind: "Failover", old: process(first), candidate, evidence: "Silent" } },
        grant: { intent: { kind: "Grant", candidate, evidence: "Bootstrap" } },
      } as const;
      const primary = published ? { primary: { ...process(first), epoch: epoch(count), replid: replicationId("id") } } : {};
      return { version: 1, epoch: epoch(count), ...primary, ...intents[intent], members, waitReplicas: 1, minReplicas: 0, retired: [] };
    });
};

export const clusterOf = (name: string, spec: Spec, changes: Partial<Cluster> = {}): Cluster => ({
  namespace: "default",
  name,
  uid: uid(`uid-of-${name}`),
  version: at,
  generation: 1,
  deleting: false,
  annotations: {},
  spec,
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
    Secret: at,
    Service: at,
    StatefulSet: at,
    PodDisruptionBudget: at,
  },
  ...changes,
});

export const anyCluster: fc.Arbitrary<Cluster> = fc
  .tuple(anyName, anySpec)
  .chain(([name, spec]) =>
    fc.option(anyRecord(name), { nil: undefined }).map((record) => clusterOf(name, spec, record === undefined ? {} : { record })),
  );

const copyOf = (manifest: JsonObject): JsonObject => JSON.parse(JSON.stringify(manifest));

/** As it is on the API server, under another identity than the manifest it was made from. */
export const observedOf = ({ kind, name, manifest }: Desired): Observed => ({
  kind,
  name,
  uid: uid(`uid-of-${kind}-${name}`),
  version: at,
  owned: true,
  deleting: false,
  manifest: copyOf(manifest),
});

/** The cluster with every object of it there and as it should be. */
export const converged = (cluster: Cluster): Cluster => {
  const there = { ...cluster, objects: desiredObjects(cluster).map(observedOf) };
  return { ...there, objects: desiredObjects(there).map(observedOf) };
};

const isList = (json: Json | undefined): json is readonly Json[] => Array.isArray(json);
export const isObject = (json: Json | undefined): json is JsonObject => typeof json === "object" && json !== null && !Array.isArray(json);
export const valueAt = (json: Json | undefined, ...path: readonly (string | number)[]): Json | undefined =>
  path.reduce<Json | undefined>((here, key) => {
    if (isList(here)) return typeof key === "number" ? here[key] : undefined;
    return isObject(here) ? here[key] : undefined;
  }, json);

export type Path = readonly (string | number)[];
/** Every path to a value that is not itself an object or a list. */
export const leavesOf = (json: Json, path: Path = []): readonly Path[] => {
  if (Array.isArray(json)) return json.flatMap((item: Json, index) => leavesOf(item, [...path, index]));
  if (isObject(json)) return Object.entries(json).flatMap(([key, item]) => leavesOf(item, [...path, key]));
  return [path];
};
/** The value with what is at the path changed; undefined removes it. */
export const changedAt = (json: Json, [key, ...rest]: Path, change: (value: Json) => Json | undefined): Json | undefined => {
  if (key === undefined) return change(json);
  if (Array.isArray(json)) {
    const list: readonly Json[] = json;
    return list.flatMap((item, index) => (index === key ? (changedAt(item, rest, change) ?? []) : [item]));
  }
  if (!isObject(json)) return json;
  const entries = Object.entries(json).flatMap(([name, item]): [string, Json][] => {
    if (name !== key) return [[name, item]];
    const changed = changedAt(item, rest, change);
    return changed === undefined ? [] : [[name, changed]];
  });
  return Object.fromEntries(entries);
};
