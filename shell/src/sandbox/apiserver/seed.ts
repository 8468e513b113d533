// What a cluster has before anyone uses it: its namespaces, and the role of whoever may do everything.
import type { JsonObject } from "./json.ts";
import type { Serving } from "./serving.ts";
import { write, type WriteOptions } from "./write.ts";

const options: WriteOptions = { dryRun: false, manager: "kube-apiserver", force: false, fieldValidation: "Ignore", warn: () => undefined };

const objects: readonly (readonly [group: string, version: string, plural: string, name: string, object: JsonObject])[] = [
  ...["default", "kube-system", "kube-public", "kube-node-lease"].map(
    (name) => ["", "v1", "namespaces", name, { metadata: { name, labels: { "kubernetes.io/metadata.name": name } } }] as const,
  ),
  [
    "rbac.authorization.k8s.io",
    "v1",
    "clusterroles",
    "cluster-admin",
    {
      metadata: { name: "cluster-admin" },
      rules: [
        { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
        { nonResourceURLs: ["*"], verbs: ["*"] },
      ],
    },
  ],
  [
    "rbac.authorization.k8s.io",
    "v1",
    "clusterrolebindings",
    "cluster-admin",
    {
      metadata: { name: "cluster-admin" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:masters" }],
    },
  ],
];

export const seed = (serving: Serving): void => {
  for (const [group, version, plural, name, object] of objects) {
    const resource = serving.registry.find(group, version, plural);
    if (resource === undefined || serving.store.read(resource.storage, "", name) !== undefined) continue;
    write(serving, { resource, namespace: "", name, subresource: "" }, options, undefined, object);
  }
};
