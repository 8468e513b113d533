/**
 * What each field of the spec may hold: one table, read by the reconciler (`spec.ts`) and compared by a test with
 * crds/valkeyclusters.yaml, so that what the API server admits and what is served are the same. Patterns are written in the
 * part of the syntax that RE2 and JavaScript share.
 */
import type { JsonObject } from "./json.ts";

export type IntegerRule = { readonly minimum: number; readonly maximum: number; readonly standard: number };
export type TextRule = { readonly pattern: string; readonly maxLength: number; readonly allowed: string };
export type MapRule = {
  readonly maxProperties: number;
  readonly keys: string;
  /** Keys that are ours or Kubernetes': prefixes (ending in a slash) and whole names. */
  readonly reserved: readonly string[];
  readonly value: TextRule;
};

/** Nine pods: one primary feeds no more than eight replicas without a tree, which is not served. */
export const INTEGERS = {
  replicas: { minimum: 1, maximum: 9, standard: 3 },
  port: { minimum: 1, maximum: 65_535, standard: 6379 },
  "sentinel.pingIntervalMs": { minimum: 20, maximum: 60_000, standard: 500 },
  "sentinel.downAfterMs": { minimum: 100, maximum: 600_000, standard: 5000 },
  "sentinel.failoverTimeoutMs": { minimum: 1000, maximum: 3_600_000, standard: 60_000 },
  "durability.waitReplicas": { minimum: 1, maximum: 8, standard: 1 },
  "recovery.waitMs": { minimum: 0, maximum: 3_600_000, standard: 60_000 },
} as const satisfies { readonly [path: string]: IntegerRule };

export const TEXTS = {
  image: {
    pattern: "^[A-Za-z0-9\\[][-A-Za-z0-9._:/@\\[\\]]*$",
    maxLength: 512,
    allowed: "an image reference, as docker.io/valkey/valkey:8.0.1",
  },
  "persistence.storageSize": {
    pattern: "^([1-9][0-9]*(\\.[0-9]+)?|0\\.[0-9]*[1-9][0-9]*)(k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$",
    maxLength: 32,
    allowed: "a positive amount, as 1Gi",
  },
  "persistence.storageClassName": {
    pattern: "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$",
    maxLength: 253,
    allowed: "the name of a StorageClass, or left out for the default one",
  },
} as const satisfies { readonly [path: string]: TextRule };

/** A name of at most 63, before it optionally a domain and a slash. */
const KEY = "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
/** 253 of a domain, a slash, 63 of a name. */
export const KEY_LENGTH = 317;
const LABEL_VALUE: TextRule = {
  pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
  maxLength: 63,
  allowed: "at most 63 letters, digits, dashes, dots and underscores",
};
const AMOUNT: TextRule = {
  pattern: "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$",
  maxLength: 32,
  allowed: "an amount, as 500m or 1Gi",
};

export const MAPS = {
  labels: {
    maxProperties: 32,
    keys: KEY,
    reserved: [
      "app.kubernetes.io/",
      "apps.kubernetes.io/",
      "statefulset.kubernetes.io/",
      "valkey.verilean.io/",
      "controller-revision-hash",
    ],
    value: LABEL_VALUE,
  },
  annotations: {
    maxProperties: 32,
    keys: KEY,
    reserved: ["valkey.verilean.io/"],
    value: { pattern: "^[\\s\\S]*$", maxLength: 4096, allowed: "text of at most 4096 characters" },
  },
  nodeSelector: { maxProperties: 32, keys: KEY, reserved: [], value: LABEL_VALUE },
  "resources.requests": { maxProperties: 16, keys: KEY, reserved: [], value: AMOUNT },
  "resources.limits": { maxProperties: 16, keys: KEY, reserved: [], value: AMOUNT },
} as const satisfies { readonly [path: string]: MapRule };

export const STANDARD_IMAGE = "docker.io/valkey/valkey:8.0.1";
export const STANDARD_STORAGE = "1Gi";

/**
 * 52 = 63 (a label value) - 11 (the hash that a StatefulSet puts behind its name in `controller-revision-hash`); it must
 * begin with a letter because Services are made from it.
 */
export const NAME: TextRule = {
  pattern: "^[a-z]([-a-z0-9]*[a-z0-9])?$",
  maxLength: 52,
  allowed: "at most 52 lower case letters, digits and dashes, beginning with a letter and not ending with a dash",
};

/** Every field there is; another one is reported, for a newer schema may know more than we serve. */
export const FIELDS: JsonObject = {
  replicas: true,
  image: true,
  port: true,
  persistence: { enabled: true, storageSize: true, storageClassName: true },
  resources: { requests: true, limits: true },
  tls: { enabled: true, certSecretName: true },
  sentinel: { pingIntervalMs: true, downAfterMs: true, failoverTimeoutMs: true },
  durability: { waitReplicas: true, onMissingQuorum: true },
  recovery: { waitMs: true },
  labels: true,
  annotations: true,
  nodeSelector: true,
  restoreFrom: { backupName: true },
};

/** In characters, as the schema counts them. */
const lengthOf = (text: string): number => Array.from(text).length;

export const fits = (rule: TextRule, text: string): boolean => lengthOf(text) <= rule.maxLength && new RegExp(rule.pattern).test(text);

/** Why an entry of a map is refused; undefined when it is not. */
export const refusedEntry = (rule: MapRule, key: string, value: string): string | undefined => {
  if (lengthOf(key) > KEY_LENGTH || !new RegExp(rule.keys).test(key))
    return "keys of at most 63 letters, digits, dashes, dots and underscores, before them optionally a domain and a slash";
  if (rule.reserved.some((name) => (name.endsWith("/") ? key.startsWith(name) : key === name)))
    return `keys other than ${rule.reserved.map((name) => (name.endsWith("/") ? `${name}*` : name)).join(", ")}`;
  return fits(rule.value, value) ? undefined : rule.value.allowed;
};
