// OpenAPI v3, as far as clients read it: an index, and per group and version the paths kubectl looks up (to learn that the
// server checks fields itself) and the schemas `kubectl explain` prints. Version 2 is not served.
import { createHash } from "node:crypto";
import { isObject, type Json, type JsonObject, objectOf } from "./json.ts";
import { groupsOf } from "./discovery.ts";
import type { Resource } from "./resource.ts";

const rootOf = (group: string, version: string): string => (group === "" ? `api/${version}` : `apis/${group}/${version}`);

const indexes = new WeakMap<readonly Resource[], JsonObject>();

/** The hash in each address changes with the document, which clients keep under it; worked out once per set of resources. */
export const openApiIndex = (resources: readonly Resource[]): JsonObject => {
  const known = indexes.get(resources) ?? {
    paths: Object.fromEntries(
      groupsOf(resources).flatMap(({ group, versions }) =>
        versions.map((version) => [rootOf(group, version), addressOf(resources, group, version)]),
      ),
    ),
  };
  indexes.set(resources, known);
  return known;
};

const addressOf = (resources: readonly Resource[], group: string, version: string): JsonObject => {
  const hash = createHash("sha256")
    .update(JSON.stringify(openApiDocument(resources, group, version)))
    .digest("hex")
    .toUpperCase();
  return { serverRelativeURL: `/openapi/v3/${rootOf(group, version)}?hash=${hash}` };
};

export const openApiDocument = (resources: readonly Resource[], group: string, version: string): JsonObject => {
  const here = resources.filter((each) => each.group === group && each.version === version);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes (Gungnir sandbox)", version: "v1.33.0" },
    paths: Object.fromEntries(here.flatMap(pathsOf)),
    components: { schemas: Object.fromEntries(here.map((each) => [schemaName(each), schemaOf(each)])) },
  };
};

const kindOf = (of: Resource): JsonObject => ({ group: of.group, version: of.version, kind: of.kind });
const schemaName = (of: Resource): string => `${of.group === "" ? "core" : of.group}.${of.version}.${of.kind}`;

const query = (...names: readonly string[]): Json[] =>
  names.map((name) => ({ name, in: "query", schema: { type: "string", uniqueItems: true } }));

const pathsOf = (of: Resource): [string, JsonObject][] => {
  const collection = `/${rootOf(of.group, of.version)}/${of.namespaced ? "namespaces/{namespace}/" : ""}${of.plural}`;
  const answer = {
    responses: {
      "200": { description: "OK", content: { "application/json": { schema: { $ref: `#/components/schemas/${schemaName(of)}` } } } },
    },
  };
  const operation = (action: string, ...names: readonly string[]): JsonObject => ({
    ...answer,
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": kindOf(of),
    parameters: query(...names),
  });
  const writing = ["dryRun", "fieldManager", "fieldValidation"];
  return [
    [collection, { get: operation("list"), post: operation("post", ...writing) }],
    [
      `${collection}/{name}`,
      {
        get: operation("get"),
        put: operation("put", ...writing),
        patch: operation("patch", ...writing, "force"),
        delete: operation("delete", "dryRun"),
      },
    ],
  ];
};

const schemaOf = (of: Resource): JsonObject => {
  const own = withReadableTypes(of.schema ?? { type: "object" });
  const properties = objectOf(own["properties"]);
  return {
    ...own,
    properties: {
      apiVersion: { type: "string", description: "The version of the schema this object is written in." },
      kind: { type: "string", description: "The kind of object." },
      ...properties,
      metadata: { type: "object", description: "Standard object metadata.", ...objectOf(properties["metadata"]) },
    },
    "x-kubernetes-group-version-kind": [kindOf(of)],
  };
};

/** int-or-string has no type of its own in a structural schema; readers of the document expect one. */
const withReadableTypes = (schema: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(schema["x-kubernetes-int-or-string"] === true ? { ...schema, type: "string", format: "int-or-string" } : schema).map(
      ([keyword, value]) => {
        if (keyword === "properties")
          return [
            keyword,
            Object.fromEntries(Object.entries(objectOf(value)).map(([name, property]) => [name, withReadableTypes(objectOf(property))])),
          ];
        return [keyword, (keyword === "items" || keyword === "additionalProperties") && isObject(value) ? withReadableTypes(value) : value];
      },
    ),
  );
