// What the server serves: one Resource per group, version and plural. Built-in kinds are a table (builtin.ts), custom
// ones are made from CustomResourceDefinitions (custom.ts); everything after that treats them alike.
import type { Json, JsonObject } from "./json.ts";
import type { Cause, Named } from "./rejection.ts";
import type { Shape } from "./shape.ts";

export type Column = {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
  readonly value: (object: JsonObject, now: number) => Json;
};

export type Scale = {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  readonly selector: readonly string[];
};

/** What a kind adds to the common rules. Each is optional work, so each has a neutral value in `plain`. */
export type Rules = {
  /** Fills in defaults; returns a new object. */
  readonly defaults: (object: JsonObject) => JsonObject;
  /** Removes unknown fields and names them; returns a new object. */
  readonly prune: (object: JsonObject) => { readonly object: JsonObject; readonly unknown: readonly string[] };
  readonly validate: (object: JsonObject, previous: JsonObject | undefined) => readonly Cause[];
};

export const plain: Rules = {
  defaults: (object) => object,
  prune: (object) => ({ object, unknown: [] }),
  validate: () => [],
};

export type Resource = Named & {
  readonly version: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** The collection in the store; every version of a kind shares one. */
  readonly storage: string;
  /** Whether the status is written only through its own subresource. */
  readonly status: boolean;
  readonly scale: Scale | undefined;
  /** Subresources beside status and scale, for discovery and authorization. */
  readonly subresources: readonly Subresource[];
  /** Whether metadata.generation counts changes of anything but metadata and status. */
  readonly generation: boolean;
  readonly custom: boolean;
  readonly columns: readonly Column[];
  /** The lists that are merged by key rather than replaced. */
  readonly shape: Shape;
  /** The OpenAPI schema served, where one is known. */
  readonly schema: JsonObject | undefined;
  readonly rules: Rules;
};

export type Subresource = {
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
};

export const groupVersion = (of: { readonly group: string; readonly version: string }): string =>
  of.group === "" ? of.version : `${of.group}/${of.version}`;

export type Registry = {
  find(group: string, version: string, plural: string): Resource | undefined;
  all(): readonly Resource[];
  /** Replaces what one owner (the name of a CustomResourceDefinition) serves. */
  serve(owner: string, resources: readonly Resource[]): void;
};

export const createRegistry = (builtin: readonly Resource[]): Registry => {
  const owned = new Map<string, readonly Resource[]>([["", builtin]]);
  let all: readonly Resource[] = builtin;
  let byPath = new Map<string, Resource>();
  const index = (): void => {
    all = [...owned.values()].flat();
    byPath = new Map(all.map((each) => [`${groupVersion(each)}/${each.plural}`, each]));
  };
  index();
  return {
    find: (group, version, plural) => byPath.get(`${groupVersion({ group, version })}/${plural}`),
    all: () => all,
    serve: (owner, resources) => {
      if (resources.length === 0) owned.delete(owner);
      else owned.set(owner, resources);
      index();
    },
  };
};
