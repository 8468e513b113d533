/**
 * The spec, parsed and judged. The API server applies the same rules (crds/valkeyclusters.yaml); here they catch what an
 * older schema let in. A refused field is reported and keeps the value that is served now, or the default: a bad edit
 * never stops a cluster. A null is a field left out, as the API server has it.
 */
import type { Invalid, Spec } from "./cluster.ts";
import { at, canonical, integerAt, isObject, objectAt } from "./fields.ts";
import { defined } from "./health.ts";
import type { Json, JsonObject } from "./json.ts";
import { FIELDS, INTEGERS, MAPS, STANDARD_IMAGE, STANDARD_STORAGE, TEXTS, fits, refusedEntry } from "./rules.ts";
import { compareText, milliseconds } from "./units.ts";

export type ParsedSpec = { readonly spec: Spec; readonly invalid: readonly Invalid[] };

/** `served`: the spec that the cluster's objects were made from; what cannot be changed is compared with it. */
export const parseSpec = (input: Json | undefined, served?: Spec): ParsedSpec => {
  const invalid: Invalid[] = misplaced(input, FIELDS, "spec");
  const refuse = (path: string, value: Json | undefined, allowed: string) => invalid.push(refused(`spec.${path}`, value, allowed));
  const known = served === undefined ? {} : renderSpec(served);

  const integer = (path: keyof typeof INTEGERS): number => {
    const { minimum, maximum, standard } = INTEGERS[path];
    const value = given(input, path);
    if (value === undefined) return standard;
    const whole = integerAt(value);
    if (whole !== undefined && whole >= minimum && whole <= maximum) return whole;
    refuse(path, value, `a whole number from ${minimum} to ${maximum}`);
    return integerAt(given(known, path)) ?? standard;
  };
  const text = (path: keyof typeof TEXTS, standard: string, fallback: string): string => {
    const value = given(input, path);
    if (value === undefined) return standard;
    if (typeof value === "string" && fits(TEXTS[path], value)) return value;
    refuse(path, value, TEXTS[path].allowed);
    return fallback;
  };
  const flag = (path: string, standard: boolean, fallback: boolean): boolean => {
    const value = given(input, path);
    if (value === undefined) return standard;
    if (typeof value === "boolean") return value;
    refuse(path, value, "true or false");
    return fallback;
  };
  const texts = (path: keyof typeof MAPS): { readonly [key: string]: string } => {
    const value = given(input, path);
    if (value === undefined) return {};
    const problem = refusedMap(path, value);
    if (problem === undefined) return asTexts(value);
    refuse(problem.at, problem.value, problem.allowed);
    return asTexts(given(known, path));
  };

  for (const [path, isServed, allowed] of UNSERVED) {
    const value = given(input, path);
    if (value !== undefined && !isServed(value)) refuse(path, value, allowed);
  }
  const persistence = persistenceOf(input, served, { text, flag, refuse });
  let port = integer("port");
  if (served !== undefined && port !== served.port) {
    refuse("port", port, `${served.port}, as it was: it cannot be changed; create a new cluster`);
    port = served.port;
  }
  let pingInterval = integer("sentinel.pingIntervalMs");
  let downAfter = integer("sentinel.downAfterMs");
  if (downAfter < pingInterval) {
    refuse("sentinel.downAfterMs", downAfter, `at least spec.sentinel.pingIntervalMs (${pingInterval})`);
    pingInterval = served?.pingInterval ?? INTEGERS["sentinel.pingIntervalMs"].standard;
    downAfter = served?.downAfter ?? INTEGERS["sentinel.downAfterMs"].standard;
  }
  const requests = texts("resources.requests");
  const limits = texts("resources.limits");
  const spec: Spec = {
    replicas: integer("replicas"),
    image: text("image", STANDARD_IMAGE, served?.image ?? STANDARD_IMAGE),
    port,
    persistence,
    resources: { ...present("requests", requests), ...present("limits", limits) },
    downAfter: milliseconds(downAfter),
    pingInterval: milliseconds(pingInterval),
    failoverTimeout: milliseconds(integer("sentinel.failoverTimeoutMs")),
    waitReplicas: integer("durability.waitReplicas"),
    onMissingQuorum: policyOf(input, known, refuse),
    recoveryWait: milliseconds(integer("recovery.waitMs")),
    labels: texts("labels"),
    annotations: texts("annotations"),
    nodeSelector: texts("nodeSelector"),
  };
  return { spec, invalid: invalid.toSorted((a, b) => compareText(a.field, b.field)) };
};

/** What stands at a path; nothing where it is null. */
const given = (input: Json | undefined, path: string): Json | undefined => at(input, ...path.split(".")) ?? undefined;

/** The spec as a user would write it in full; `parseSpec` of it is the same spec. */
export const renderSpec = (spec: Spec): JsonObject => ({
  replicas: spec.replicas,
  image: spec.image,
  port: spec.port,
  persistence: { ...spec.persistence },
  resources: spec.resources,
  sentinel: { pingIntervalMs: spec.pingInterval, downAfterMs: spec.downAfter, failoverTimeoutMs: spec.failoverTimeout },
  durability: { waitReplicas: spec.waitReplicas, onMissingQuorum: spec.onMissingQuorum },
  recovery: { waitMs: spec.recoveryWait },
  labels: spec.labels,
  annotations: spec.annotations,
  nodeSelector: spec.nodeSelector,
});

const POLICIES = ["PreferConsistency", "PreferAvailability"] as const;
const policyOf = (input: Json | undefined, known: Json, refuse: Readers["refuse"]): Spec["onMissingQuorum"] => {
  const path = "durability.onMissingQuorum";
  const standard = "PreferConsistency";
  const asked = given(input, path);
  if (asked === undefined) return standard;
  const policyIn = (value: Json | undefined) => POLICIES.find((policy) => policy === value);
  const policy = policyIn(asked);
  if (policy !== undefined) return policy;
  refuse(path, asked, POLICIES.join(" or "));
  return policyIn(given(known, path)) ?? standard;
};

/** Values that the schema has and that are not served yet: refused by name, their off value is accepted. */
const UNSERVED: readonly (readonly [path: string, isServed: (value: Json) => boolean, allowed: string])[] = [
  ["tls.enabled", (value) => value === false, "false: TLS is not served yet"],
  ["tls.certSecretName", (value) => value === "", "the empty name: TLS is not served yet"],
  ["restoreFrom.backupName", (value) => value === "", "the empty name: restoring is not served yet; leave spec.restoreFrom out"],
];

type Readers = {
  readonly text: (path: keyof typeof TEXTS, standard: string, fallback: string) => string;
  readonly flag: (path: string, standard: boolean, fallback: boolean) => boolean;
  readonly refuse: (path: string, value: Json | undefined, allowed: string) => void;
};

/** None of it can be changed: the volumes exist. */
const persistenceOf = (input: Json | undefined, served: Spec | undefined, { text, flag, refuse }: Readers): Spec["persistence"] => {
  const before = served?.persistence;
  const enabled = flag("persistence.enabled", true, before?.enabled ?? true);
  const storageSize = text("persistence.storageSize", STANDARD_STORAGE, before?.storageSize ?? STANDARD_STORAGE);
  const named = given(input, "persistence.storageClassName");
  const isNamed = typeof named === "string" && fits(TEXTS["persistence.storageClassName"], named);
  if (named !== undefined && !isNamed) refuse("persistence.storageClassName", named, TEXTS["persistence.storageClassName"].allowed);
  const storageClassName = isNamed ? named : named === undefined ? undefined : before?.storageClassName;
  const asked = { enabled, storageSize, ...defined("storageClassName", storageClassName) };
  if (before === undefined) return asked;
  const why = "as it was: it cannot be changed";
  if (enabled !== before.enabled) refuse("persistence.enabled", enabled, `${before.enabled}, ${why}; create a new cluster`);
  if (storageSize !== before.storageSize) refuse("persistence.storageSize", storageSize, `${before.storageSize}, ${why} yet`);
  if (storageClassName !== before.storageClassName)
    refuse("persistence.storageClassName", storageClassName, `${before.storageClassName ?? "left out"}, ${why}; create a new cluster`);
  return before;
};

const refused = (field: string, value: Json | undefined, allowed: string): Invalid => {
  const text = value === undefined ? "nothing" : canonical(value);
  return { field, value: text.length > 100 ? `${text.slice(0, 100)}…` : text, allowed };
};

/** Fields that we do not know, and values where an object has to be. */
const misplaced = (input: Json | undefined, known: JsonObject, path: string): Invalid[] => {
  if (input === undefined) return [];
  if (!isObject(input)) return input === null ? [] : [refused(path, input, "an object")];
  return Object.entries(input).flatMap(([key, value]) => {
    const below = Object.hasOwn(known, key) ? known[key] : undefined;
    if (below === undefined) return [refused(`${path}.${key}`, value, "nothing: this version does not know the field; remove it")];
    return isObject(below) ? misplaced(value, below, `${path}.${key}`) : [];
  });
};

type MapProblem = { readonly at: string; readonly value: Json; readonly allowed: string };
const refusedMap = (path: keyof typeof MAPS, value: Json): MapProblem | undefined => {
  const rule = MAPS[path];
  if (!isObject(value)) return { at: path, value, allowed: "an object" };
  const entries = Object.entries(value);
  if (entries.length > rule.maxProperties) return { at: path, value: entries.length, allowed: `at most ${rule.maxProperties} entries` };
  for (const [key, entry] of entries) {
    // An amount may be a bare whole number, as `cpu: 1`; a label that is one must be quoted.
    const isWhole = path.startsWith("resources.") && typeof entry === "number" && Number.isSafeInteger(entry);
    if (!isWhole && typeof entry !== "string") return { at: `${path}.${key}`, value: entry, allowed: rule.value.allowed };
    const allowed = refusedEntry(rule, key, String(entry));
    if (allowed !== undefined) return { at: `${path}.${key}`, value: entry, allowed };
  }
  return undefined;
};

/** Amounts may be bare numbers; everything is text from here on. */
const asTexts = (map: Json | undefined): { readonly [key: string]: string } =>
  Object.fromEntries(Object.entries(objectAt(map)).map(([key, entry]) => [key, typeof entry === "string" ? entry : canonical(entry)]));

const present = (key: string, value: { readonly [key: string]: string }): JsonObject =>
  Object.keys(value).length === 0 ? {} : { [key]: value };
