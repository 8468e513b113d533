// The built-in kinds, as a table. What a kind does beyond being stored (defaults, validation) is looked up by its
// storage name, so that this table reads as a list of what is served.
import { builtinRules } from "./builtin-rules.ts";
import { loadSchemas, wrongTypes } from "./builtin-schema.ts";
import { builtinColumns } from "./columns.ts";
import { type JsonObject, objectOf } from "./json.ts";
import { badRequest } from "./rejection.ts";
import type { Resource, Rules, Subresource } from "./resource.ts";
import { pruned } from "./schema.ts";
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

/** Every built-in kind; asynchronous only because the schemas are loaded when asked for. */
export const builtinResources = async (): Promise<readonly Resource[]> => {
  const rows = Object.entries(table).flatMap(([groupAndVersion, kinds]) => {
    const [version = "", group = ""] = groupAndVersion.split("/").toReversed();
    return kinds.map((row) => ({ group, version, row }));
  });
  const schemas = await loadSchemas(rows.map(({ group, row }) => ({ group, kind: row.kind })));
  return rows.map(({ group, version, row }): Resource => {
    const storage = row.storage ?? `${group}/${row.plural}`;
    // Both kinds of Event are stored as the core one, and checked as it.
    const stored = schemas(row.kind === "Event" ? "" : group, row.kind);
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
      schema: schemas(group, row.kind),
      rules: { ...builtinRules(storage), prune: pruneWith(stored, row.kind, version) },
    };
  });
};

/** A body with wrong types cannot be read at all, which is said before anything else is looked at. */
const pruneWith =
  (schema: JsonObject, kind: string, version: string): Rules["prune"] =>
  (object) => {
    const wrong = wrongTypes(object, schema, "");
    if (wrong.length > 0) throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${wrong.join("; ")}`);
    const { value, unknown } = pruned(object, schema);
    return { object: objectOf(value), unknown };
  };
