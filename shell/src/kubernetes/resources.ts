// Where the API server keeps what the operator reads.
import { collectionPath as pathOf, GROUP, resources, type Source } from "@gungnir/core";

type Resource = (typeof resources)["Secret"];

const READ: Readonly<Record<Source, Resource>> = {
  ...resources,
  ValkeyCluster: { group: GROUP, version: "v1", plural: "valkeyclusters" },
  Pod: { group: "", version: "v1", plural: "pods" },
  PersistentVolumeClaim: { group: "", version: "v1", plural: "persistentvolumeclaims" },
};

export const SOURCES: readonly Source[] = [
  "ValkeyCluster",
  "Pod",
  "PersistentVolumeClaim",
  "ConfigMap",
  "Secret",
  "Service",
  "StatefulSet",
  "PodDisruptionBudget",
];

/** All objects of a type, of one namespace or of all. */
export function collectionPath(source: Source, namespace: string | undefined): string {
  const resource = READ[source];
  if (namespace !== undefined) return pathOf(resource, namespace);
  return `${resource.group === "" ? "/api" : `/apis/${resource.group}`}/${resource.version}/${resource.plural}`;
}
