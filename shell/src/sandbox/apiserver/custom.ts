// A CustomResourceDefinition becomes Resources like the built-in ones, at once; what is wrong with it is said in one go.
import { age } from "./age.ts";
import { rulesOf } from "./cel.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import { type Json, type JsonObject, listOf, metadataOf, nameOf, objectOf, textOf, valueAt } from "./json.ts";
import { type Cause, invalidValue, required } from "./rejection.ts";
import type { Column, Resource, Rules, Scale } from "./resource.ts";
import { checkOf, pruned, withDefaults } from "./schema.ts";
import { schemaShape } from "./shape.ts";

const versionsOf = (definition: JsonObject): JsonObject[] => listOf(valueAt(definition, ["spec", "versions"])).map(objectOf);
const schemaOf = (version: JsonObject): JsonObject => objectOf(valueAt(version, ["schema", "openAPIV3Schema"]));

/** Defaults and checks of the definition itself, as rules of the kind CustomResourceDefinition. */
export const definitionRules: Pick<Rules, "defaults" | "validate"> = {
  defaults: (definition) => {
    const spec = objectOf(definition["spec"]);
    const names = objectOf(spec["names"]);
    const kind = textOf(names["kind"]);
    return {
      ...definition,
      spec: { conversion: { strategy: "None" }, ...spec, names: { singular: kind.toLowerCase(), listKind: `${kind}List`, ...names } },
      status: objectOf(definition["status"]),
    };
  },
  validate: (definition) => {
    const spec = objectOf(definition["spec"]);
    const names = objectOf(spec["names"]);
    const versions = versionsOf(definition);
    const expected = `${textOf(names["plural"])}.${textOf(spec["group"])}`;
    return [
      ...["group", "scope"].filter((field) => textOf(spec[field]) === "").map((field) => required(`spec.${field}`)),
      ...["plural", "kind"].filter((field) => textOf(names[field]) === "").map((field) => required(`spec.names.${field}`)),
      ...(nameOf(definition) === expected
        ? []
        : [invalidValue("metadata.name", nameOf(definition), `must be spec.names.plural+"."+spec.group: "${expected}"`)]),
      ...(versions.filter((each) => each["storage"] === true).length === 1
        ? []
        : [invalidValue("spec.versions", spec["versions"], "must have exactly one version marked as storage version")]),
      ...versions.flatMap((version, index) => versionCauses(version, `spec.versions[${index}]`)),
    ];
  },
};

const versionCauses = (version: JsonObject, at: string): Cause[] => {
  const schema = schemaOf(version);
  if (Object.keys(schema).length === 0) return [required(`${at}.schema.openAPIV3Schema`, "schemas are required")];
  if (schema["type"] !== "object") return [invalidValue(`${at}.schema.openAPIV3Schema.type`, schema["type"], "must be object at the root")];
  try {
    checkOf(schema);
    rulesOf(schema);
    return [];
  } catch (error) {
    return [invalidValue(`${at}.schema.openAPIV3Schema`, schema, error instanceof Error ? error.message : String(error))];
  }
};

/** The resources a valid definition serves. */
export const customResources = (definition: JsonObject): Resource[] => {
  const spec = objectOf(definition["spec"]);
  const names = objectOf(spec["names"]);
  const group = textOf(spec["group"]);
  const plural = textOf(names["plural"]);
  return versionsOf(definition)
    .filter((version) => version["served"] === true)
    .map((version) => {
      const schema = schemaOf(version);
      const scale = valueAt(version, ["subresources", "scale"]);
      return {
        group,
        version: textOf(version["name"]),
        plural,
        singular: textOf(names["singular"]) || textOf(names["kind"]).toLowerCase(),
        kind: textOf(names["kind"]),
        shortNames: listOf(names["shortNames"]).map(textOf),
        categories: listOf(names["categories"]).map(textOf),
        namespaced: spec["scope"] === "Namespaced",
        storage: `${group}/${plural}`,
        status: valueAt(version, ["subresources", "status"]) !== undefined,
        scale: scale === undefined ? undefined : scaleOf(objectOf(scale)),
        subresources: [],
        generation: true,
        custom: true,
        columns: columnsOf(version),
        shape: schemaShape(schema),
        schema,
        rules: rulesFor(schema),
      };
    });
};

const rulesFor = (schema: JsonObject): Rules => {
  const check = checkOf(schema);
  const rules = rulesOf(schema);
  return {
    defaults: (object) => ({ ...objectOf(withDefaults(object, schema)) }),
    prune: (object) => {
      const result = pruned(object, schema);
      return { object: objectOf(result.value), unknown: result.unknown };
    },
    validate: (object, previous) => {
      const causes = check(object);
      return causes.length > 0 ? causes : rules(object, previous);
    },
  };
};

const pathOf = (jsonPath: Json | undefined): string[] =>
  textOf(jsonPath)
    .split(".")
    .filter((part) => part !== "");

const scaleOf = (scale: JsonObject): Scale => ({
  specReplicas: pathOf(scale["specReplicasPath"]),
  statusReplicas: pathOf(scale["statusReplicasPath"]),
  selector: pathOf(scale["labelSelectorPath"]),
});

const columnsOf = (version: JsonObject): readonly Column[] => {
  const declared = listOf(version["additionalPrinterColumns"]).map(objectOf);
  return declared.length === 0 ? [nameColumn, ageColumn] : [nameColumn, ...declared.map(columnOf)];
};

const columnOf = (declared: JsonObject): Column => {
  const find = jsonPath(textOf(declared["jsonPath"]));
  const type = columnType(textOf(declared["type"]));
  const format = textOf(declared["format"]);
  const description = textOf(declared["description"]);
  return {
    name: textOf(declared["name"]),
    type,
    ...(format === "" ? {} : { format }),
    ...(description === "" ? {} : { description }),
    priority: typeof declared["priority"] === "number" ? declared["priority"] : 0,
    value: (object, now) => {
      const value = find(object);
      if (value === undefined || value === null) return null;
      if (type === "date") return age(value, now);
      if (typeof value === "object") return JSON.stringify(value);
      return type === "string" ? String(value) : value;
    },
  };
};

const columnType = (text: string): Column["type"] => {
  switch (text) {
    case "integer":
    case "number":
    case "boolean":
    case "date":
      return text;
    default:
      return "string";
  }
};

/** The part of JSONPath that printer columns use: `.a.b`, `[0]`, `['key']`, and `[?(@.type=="Ready")]`; the first match counts. */
export const jsonPath = (path: string): ((object: JsonObject) => Json | undefined) => {
  const parts = [...path.matchAll(/\.((?:[\w-]|\\\.)+)|\['([^']+)'\]|\[(\d+|\*)\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]/g)];
  const steps = parts.map(([, field, quoted, index, tested, wanted]) => (value: Json | undefined): Json | undefined => {
    const name = field?.replaceAll("\\.", ".") ?? quoted;
    if (name !== undefined) return objectOf(value)[name];
    if (index !== undefined) return listOf(value)[index === "*" ? 0 : Number(index)];
    return listOf(value).find((item) => scalarText(valueAt(item, (tested ?? "").split("."))) === wanted);
  });
  return (object) => steps.reduce<Json | undefined>((value, step) => step(value), object);
};

const scalarText = (value: Json | undefined): string =>
  value === undefined || value === null || typeof value === "object" ? "" : String(value);

/** What the server says of a definition it has taken over: established, at once. */
export const establishedStatus = (definition: JsonObject, now: string): JsonObject => {
  const before = listOf(valueAt(definition, ["status", "conditions"])).map(objectOf);
  const condition = (type: string, reason: string, message: string): JsonObject =>
    before.find((each) => each["type"] === type && each["status"] === "True") ?? {
      type,
      status: "True",
      lastTransitionTime: now,
      reason,
      message,
    };
  const storage = versionsOf(definition).find((each) => each["storage"] === true);
  const stored = new Set([...listOf(valueAt(definition, ["status", "storedVersions"])).map(textOf), textOf(storage?.["name"])]);
  return {
    conditions: [
      condition("NamesAccepted", "NoConflicts", "no conflicts found"),
      condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ],
    acceptedNames: objectOf(valueAt(definition, ["spec", "names"])),
    storedVersions: [...stored],
  };
};

export const definitionName = (resource: Resource): string => `${resource.plural}.${resource.group}`;
export const isTerminating = (object: JsonObject): boolean => metadataOf(object)["deletionTimestamp"] !== undefined;
