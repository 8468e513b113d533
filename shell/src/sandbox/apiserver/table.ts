// A Table is what `kubectl get` prints: the columns of the kind, one row an object.
import { type JsonObject, isObject, metadataOf, versionOf } from "./json.ts";
import type { Resource } from "./resource.ts";

export type IncludeObject = "None" | "Metadata" | "Object";

export const includeObjectOf = (text: string | null): IncludeObject => (text === "None" || text === "Object" ? text : "Metadata");

/** The column definitions are left out where a stream has sent them already. */
export const tableOf = (
  resource: Resource,
  objects: readonly JsonObject[],
  options: { readonly include: IncludeObject; readonly version: string; readonly now: number; readonly definitions: boolean },
): JsonObject => ({
  kind: "Table",
  apiVersion: "meta.k8s.io/v1",
  metadata: { resourceVersion: options.version },
  columnDefinitions: options.definitions
    ? resource.columns.map((column) => ({
        name: column.name,
        type: column.type,
        format: column.format ?? "",
        description: column.description ?? "",
        priority: column.priority,
      }))
    : null,
  rows: objects.map((object) => ({
    cells: resource.columns.map((column) => column.value(object, options.now)),
    ...(options.include === "None" ? {} : { object: options.include === "Object" ? object : metadataOnly(object) }),
  })),
});

export const metadataOnly = (object: JsonObject): JsonObject => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata: metadataOf(object),
});

/** An object that is itself an answer (a Status, a Scale) is not tabulated. */
export const isTabular = (resource: Resource, object: JsonObject): boolean =>
  isObject(object["metadata"]) && versionOf(object) !== "" && object["kind"] === resource.kind;
