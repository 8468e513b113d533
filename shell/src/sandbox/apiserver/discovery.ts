// What is served, in the two forms clients ask for it: one list per group and version, and all of it in one answer.
import type { JsonObject } from "./json.ts";
import { reviewKinds } from "./reviews.ts";
import { groupVersion, type Resource, type Subresource } from "./resource.ts";

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const statusVerbs = ["get", "patch", "update"];

/** The subresources of a resource, status and scale included. */
const subresourcesOf = (of: Resource): Subresource[] => [
  ...(of.status ? [{ name: "status", kind: of.kind, verbs: statusVerbs }] : []),
  ...(of.scale === undefined ? [] : [{ name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: statusVerbs }]),
  ...of.subresources,
];

/** Kinds that are only created, to be answered: they are served but not stored. */
const virtual = (group: string): JsonObject[] =>
  Object.entries(reviewKinds)
    .filter(([, review]) => review.group === group)
    .map(([plural, review]) => ({
      name: plural,
      singularName: review.kind.toLowerCase(),
      namespaced: false,
      kind: review.kind,
      verbs: ["create"],
    }));
const virtualGroups = [...new Set(Object.values(reviewKinds).map((review) => review.group))];

export type GroupVersions = { readonly group: string; readonly versions: readonly string[] };

export const groupsOf = (resources: readonly Resource[]): GroupVersions[] => {
  const groups = new Map<string, Set<string>>();
  for (const each of [...resources, ...virtualGroups.map((group) => ({ group, version: "v1" }))]) {
    groups.set(each.group, (groups.get(each.group) ?? new Set()).add(each.version));
  }
  return [...groups].map(([group, versions]) => ({ group, versions: [...versions].toSorted() }));
};

export const resourceList = (resources: readonly Resource[], group: string, version: string): JsonObject => {
  const here = resources.filter((each) => each.group === group && each.version === version);
  const listed = here.flatMap((each): JsonObject[] => [
    {
      name: each.plural,
      singularName: each.singular,
      namespaced: each.namespaced,
      kind: each.kind,
      verbs,
      ...(each.shortNames.length === 0 ? {} : { shortNames: [...each.shortNames] }),
      ...(each.categories.length === 0 ? {} : { categories: [...each.categories] }),
    },
    ...subresourcesOf(each).map((sub) => ({
      name: `${each.plural}/${sub.name}`,
      singularName: "",
      namespaced: each.namespaced,
      ...(sub.group === undefined ? {} : { group: sub.group, version: sub.version ?? "v1" }),
      kind: sub.kind,
      verbs: [...sub.verbs],
    })),
  ]);
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: groupVersion({ group, version }),
    resources: [...listed, ...virtual(group)],
  };
};

const groupObject = ({ group, versions }: GroupVersions): JsonObject => {
  const listed = versions.map((version) => ({ groupVersion: groupVersion({ group, version }), version }));
  return { name: group, versions: listed, preferredVersion: listed[0] ?? {} };
};

export const groupList = (resources: readonly Resource[]): JsonObject => ({
  kind: "APIGroupList",
  apiVersion: "v1",
  groups: groupsOf(resources)
    .filter((each) => each.group !== "")
    .map(groupObject),
});

export const oneGroup = (resources: readonly Resource[], group: string): JsonObject | undefined => {
  const found = groupsOf(resources).find((each) => each.group === group && group !== "");
  return found === undefined ? undefined : { kind: "APIGroup", apiVersion: "v1", ...groupObject(found) };
};

/** The form newer clients ask for with `as=APIGroupDiscoveryList`: everything in one answer. */
export const aggregated = (resources: readonly Resource[], core: boolean): JsonObject => ({
  kind: "APIGroupDiscoveryList",
  apiVersion: "apidiscovery.k8s.io/v2",
  metadata: {},
  items: groupsOf(resources)
    .filter((each) => (each.group === "") === core)
    .map(({ group, versions }) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: versions.map((version) => ({ version, freshness: "Current", resources: aggregatedResources(resources, group, version) })),
    })),
});

const aggregatedResources = (resources: readonly Resource[], group: string, version: string): JsonObject[] => [
  ...resources
    .filter((each) => each.group === group && each.version === version)
    .map((each): JsonObject => {
      const subresources = subresourcesOf(each).map((sub) => ({
        subresource: sub.name,
        responseKind: { group: sub.group ?? each.group, version: sub.version ?? each.version, kind: sub.kind },
        verbs: [...sub.verbs],
      }));
      return {
        resource: each.plural,
        responseKind: { group: each.group, version: each.version, kind: each.kind },
        scope: each.namespaced ? "Namespaced" : "Cluster",
        singularResource: each.singular,
        verbs,
        ...(each.shortNames.length === 0 ? {} : { shortNames: [...each.shortNames] }),
        ...(each.categories.length === 0 ? {} : { categories: [...each.categories] }),
        ...(subresources.length === 0 ? {} : { subresources }),
      };
    }),
  ...Object.entries(reviewKinds)
    .filter(([, review]) => review.group === group)
    .map(([plural, review]) => ({
      resource: plural,
      responseKind: { group, version, kind: review.kind },
      scope: "Cluster",
      singularResource: review.kind.toLowerCase(),
      verbs: ["create"],
    })),
];
