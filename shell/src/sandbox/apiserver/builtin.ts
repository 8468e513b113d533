// The built-in kinds, as a table. What a kind does beyond being stored (defaults, validation) is looked up by its
// storage name, so that this table reads as a list of what is served.
import { builtinColumns } from "./columns.ts";
import { builtinRules } from "./builtin-rules.ts";
import { builtinSchema } from "./builtin-schema.ts";
import type { Resource, Subresource } from "./resource.ts";
import { builtinShape } from "./shape.ts";

type Row = {
  readonly kind: string;
  readonly plural: string;
  readonly short?: readonly string[];
  readonly cluster?: true;
  readonly status?: true;
  readonly scale?: true;
  readonly generation?: true;
  readonly all?: true;
  readonly storage?: string;
  readonly subresources?: readonly Subresource[];
};

const podSubresources: readonly Subresource[] = [
  { name: "binding", kind: "Binding", verbs: ["create"] },
  { name: "eviction", kind: "Eviction", group: "policy", version: "v1", verbs: ["create"] },
  { name: "exec", kind: "PodExecOptions", verbs: ["create", "get"] },
  { name: "log", kind: "Pod", verbs: ["get"] },
];

const table: Readonly<Record<string, readonly Row[]>> = {
  v1: [
    {
      kind: "Namespace",
      plural: "namespaces",
      short: ["ns"],
      cluster: true,
      status: true,
      subresources: [{ name: "finalize", kind: "Namespace", verbs: ["update"] }],
    },
    { kind: "Pod", plural: "pods", short: ["po"], status: true, all: true, subresources: podSubresources },
    { kind: "Service", plural: "services", short: ["svc"], status: true, all: true },
    { kind: "Endpoints", plural: "endpoints", short: ["ep"] },
    { kind: "ConfigMap", plural: "configmaps", short: ["cm"] },
    { kind: "Secret", plural: "secrets" },
    {
      kind: "ServiceAccount",
      plural: "serviceaccounts",
      short: ["sa"],
      subresources: [{ name: "token", kind: "TokenRequest", group: "authentication.k8s.io", version: "v1", verbs: ["create"] }],
    },
    { kind: "Node", plural: "nodes", short: ["no"], cluster: true, status: true },
    { kind: "Event", plural: "events", short: ["ev"] },
    { kind: "PersistentVolume", plural: "persistentvolumes", short: ["pv"], cluster: true, status: true },
    { kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims", short: ["pvc"], status: true },
  ],
  "apps/v1": [
    { kind: "StatefulSet", plural: "statefulsets", short: ["sts"], status: true, scale: true, generation: true, all: true },
    { kind: "Deployment", plural: "deployments", short: ["deploy"], status: true, scale: true, generation: true, all: true },
    { kind: "ControllerRevision", plural: "controllerrevisions" },
  ],
  "policy/v1": [{ kind: "PodDisruptionBudget", plural: "poddisruptionbudgets", short: ["pdb"], status: true, generation: true }],
  "coordination.k8s.io/v1": [{ kind: "Lease", plural: "leases" }],
  "discovery.k8s.io/v1": [{ kind: "EndpointSlice", plural: "endpointslices", generation: true }],
  "events.k8s.io/v1": [{ kind: "Event", plural: "events", short: ["ev"], storage: "/events" }],
  "storage.k8s.io/v1": [{ kind: "StorageClass", plural: "storageclasses", short: ["sc"], cluster: true }],
  "rbac.authorization.k8s.io/v1": [
    { kind: "ClusterRole", plural: "clusterroles", cluster: true },
    { kind: "ClusterRoleBinding", plural: "clusterrolebindings", cluster: true },
    { kind: "Role", plural: "roles" },
    { kind: "RoleBinding", plural: "rolebindings" },
  ],
  "apiextensions.k8s.io/v1": [
    {
      kind: "CustomResourceDefinition",
      plural: "customresourcedefinitions",
      short: ["crd", "crds"],
      cluster: true,
      status: true,
      generation: true,
    },
  ],
};

export const builtinResources: readonly Resource[] = Object.entries(table).flatMap(([groupAndVersion, rows]) => {
  const [version = "", group = ""] = groupAndVersion.split("/").toReversed();
  return rows.map((row): Resource => {
    const storage = row.storage ?? `${group}/${row.plural}`;
    return {
      group,
      version,
      plural: row.plural,
      singular: row.kind.toLowerCase(),
      kind: row.kind,
      shortNames: row.short ?? [],
      categories: row.all === true ? ["all"] : [],
      namespaced: row.cluster !== true,
      storage,
      status: row.status === true,
      scale:
        row.scale === true
          ? { specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"], selector: ["spec", "selector"] }
          : undefined,
      subresources: row.subresources ?? [],
      generation: row.generation === true,
      custom: false,
      columns: builtinColumns(storage),
      shape: builtinShape,
      schema: builtinSchema(group, version, row.kind),
      rules: builtinRules(storage),
    };
  });
});
