// The configuration and the users that the operator ships, as core renders them, for servers that run without Kubernetes. So
// the world is compared with a Valkey that is set up as in production; the two paths and the seconds of grace alone differ.
import { type Cluster, desiredObjects, type Json, type JsonObject, milliseconds, resourceVersion, uid } from "@gungnir/core";

export const CLUSTER = { namespace: "trial", name: "world" };
export const PORT = 6379;
/** One for all users: nobody has to be kept from anything here. */
export const PASSWORD = "of-all-users";
export const OPERATOR = "gungnir-operator";

const NONE = resourceVersion("1");
const cluster: Cluster = {
  ...CLUSTER,
  uid: uid("00000000-0000-0000-0000-000000000000"),
  version: NONE,
  generation: 1,
  deleting: false,
  annotations: {},
  spec: {
    replicas: 3,
    image: "valkey/valkey:8.0",
    port: PORT,
    persistence: { enabled: true, storageSize: "1Gi" },
    resources: {},
    downAfter: milliseconds(5_000),
    pingInterval: milliseconds(1_000),
    failoverTimeout: milliseconds(60_000),
    waitReplicas: 1,
    onMissingQuorum: "PreferConsistency",
    recoveryWait: milliseconds(60_000),
    labels: {},
    annotations: {},
    nodeSelector: {},
  },
  invalid: [],
  recordUnreadable: false,
  pods: [],
  claims: [],
  objects: [],
  asOf: {
    ValkeyCluster: NONE,
    Pod: NONE,
    PersistentVolumeClaim: NONE,
    ConfigMap: NONE,
    Secret: NONE,
    Service: NONE,
    StatefulSet: NONE,
    PodDisruptionBudget: NONE,
  },
};

const textIn = (kind: "ConfigMap" | "Secret", field: "data" | "stringData", key: string): string => {
  const values = desiredObjects(cluster).find((object) => object.kind === kind)?.manifest[field];
  const text = isObject(values) ? values[key] : undefined;
  if (typeof text !== "string") throw new Error(`core renders no ${key} in the ${field} of its ${kind}`);
  return text;
};

const isObject = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** With the two paths that are a pod's replaced. */
export const shippedConfiguration = (paths: { readonly volume: string; readonly users: string }): string =>
  textIn("ConfigMap", "data", "valkey.conf")
    .replace(/^dir .*$/m, `dir ${paths.volume}`)
    .replace(/^aclfile .*$/m, `aclfile ${paths.users}`);
export const shippedUsers = (): string => textIn("Secret", "stringData", "users.acl").replaceAll(/\{\{[^}]*\}\}/g, PASSWORD);
