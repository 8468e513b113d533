// Structural schemas of custom resources: defaults, pruning and validation. A library (ajv) judges the JSON Schema part;
// defaults, unknown fields and unique list keys are Kubernetes' own and are walked here.
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { clone, isObject, type Json, type JsonObject, listOf, objectOf, textOf } from "./json.ts";
import { type Cause, forbiddenValue, invalidValue, required } from "./rejection.ts";

export const preservesUnknown = (schema: JsonObject): boolean => schema["x-kubernetes-preserve-unknown-fields"] === true;

/** The schema of one field of an object: its property, or the schema of all additional ones. */
export const schemaOfField = (schema: JsonObject, field: string): JsonObject | undefined => {
  const properties = objectOf(schema["properties"]);
  if (Object.hasOwn(properties, field)) return objectOf(properties[field]);
  const additional = schema["additionalProperties"];
  if (additional === true) return { "x-kubernetes-preserve-unknown-fields": true };
  return isObject(additional) ? additional : undefined;
};

/** Fills in `default`s wherever the surrounding object exists, outermost first, as the API server does. */
export const withDefaults = (value: Json, schema: JsonObject): Json => {
  if (Array.isArray(value)) return value.map((item) => withDefaults(item, objectOf(schema["items"])));
  if (!isObject(value)) return value;
  const filled: JsonObject = { ...value };
  for (const [field, property] of Object.entries(objectOf(schema["properties"]))) {
    const byDefault = objectOf(property)["default"];
    const absent = !Object.hasOwn(filled, field) || (filled[field] === null && objectOf(property)["nullable"] !== true);
    if (absent && byDefault !== undefined) filled[field] = clone(byDefault);
    else if (absent) delete filled[field];
  }
  for (const [field, inner] of Object.entries(filled)) {
    const property = schemaOfField(schema, field);
    if (property !== undefined) filled[field] = withDefaults(inner, property);
  }
  return filled;
};

const objectFields = ["apiVersion", "kind", "metadata"];

/** Removes what the schema does not name; `unknown` lists the removed paths. */
export const pruned = (
  value: Json,
  schema: JsonObject,
  path = "",
  root = true,
): { readonly value: Json; readonly unknown: readonly string[] } => {
  const unknown: string[] = [];
  const into = (inner: Json, property: JsonObject, at: string): Json => {
    const result = pruned(inner, property, at, false);
    unknown.push(...result.unknown);
    return result.value;
  };
  if (Array.isArray(value))
    return { value: value.map((item, index) => into(item, objectOf(schema["items"]), `${path}[${index}]`)), unknown };
  if (!isObject(value) || (schema["type"] === undefined && !preservesUnknown(schema) && !root)) return { value, unknown };
  const kept: JsonObject = {};
  for (const [field, inner] of Object.entries(value)) {
    const at = path === "" ? field : `${path}.${field}`;
    const property = schemaOfField(schema, field);
    if ((root || schema["x-kubernetes-embedded-resource"] === true) && objectFields.includes(field)) kept[field] = inner;
    else if (property !== undefined) kept[field] = into(inner, property, at);
    else if (preservesUnknown(schema)) kept[field] = inner;
    else unknown.push(at);
  }
  return { value: kept, unknown };
};

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, validateFormats: false, allowUnionTypes: true });

export type Check = (value: Json) => readonly Cause[];

/** Compiles the schema once; throws when it is not a schema. */
export const checkOf = (schema: JsonObject): Check => {
  const validate: ValidateFunction = ajv.compile(jsonSchema(schema));
  return (value) => {
    const valid = validate(value);
    const causes = valid ? [] : (validate.errors ?? []).flatMap(causeOf);
    return [...causes, ...duplicateItems(value, schema, "")];
  };
};

/** OpenAPI v3 as JSON Schema: `nullable` and int-or-string are types there, everything of Kubernetes' own is dropped. */
const jsonSchema = (schema: JsonObject): JsonObject => {
  const result: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (
      keyword.startsWith("x-kubernetes-") ||
      ["description", "default", "example", "format", "nullable", "title", "externalDocs"].includes(keyword)
    )
      continue;
    if (keyword === "properties")
      result[keyword] = Object.fromEntries(
        Object.entries(objectOf(value)).map(([name, property]) => [name, jsonSchema(objectOf(property))]),
      );
    else if (["items", "additionalProperties", "not"].includes(keyword) && isObject(value)) result[keyword] = jsonSchema(value);
    else if (["allOf", "anyOf", "oneOf"].includes(keyword)) result[keyword] = listOf(value).map((each) => jsonSchema(objectOf(each)));
    else if ((keyword === "exclusiveMinimum" || keyword === "exclusiveMaximum") && typeof value === "boolean") {
      const bound = schema[keyword === "exclusiveMinimum" ? "minimum" : "maximum"];
      if (value && bound !== undefined) result[keyword] = bound;
    } else result[keyword] = value;
  }
  if (schema["x-kubernetes-int-or-string"] === true) result["type"] = ["integer", "string"];
  if (schema["nullable"] === true && result["type"] !== undefined) {
    result["type"] = [...[result["type"]].flat(), "null"];
    if (Array.isArray(result["enum"])) result["enum"] = [...result["enum"], null];
  }
  return result;
};

/** `/spec/members/0/name` as `spec.members[0].name`. */
const fieldPath = (pointer: string): string =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === "" ? part : `${path}.${part}`), "");

const typeName = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
};

const causeOf = (error: ErrorObject): Cause[] => {
  const field = fieldPath(error.instancePath);
  const data: unknown = error.data;
  const json: Json = typeof data === "string" || typeof data === "number" || typeof data === "boolean" || data === null ? data : {};
  const value = Array.isArray(data) ? [] : json;
  switch (error.keyword) {
    case "required": {
      const missing = String(error.params["missingProperty"]);
      return [required(field === "" ? missing : `${field}.${missing}`)];
    }
    case "type":
      return [
        {
          ...invalidValue(
            field,
            typeName(data),
            `${field} in body must be of type ${[error.params["type"]].flat().join(" or ")}: "${typeName(data)}"`,
          ),
          reason: "FieldValueTypeInvalid",
        },
      ];
    case "enum": {
      const allowed: unknown = error.params["allowedValues"];
      const listed = Array.isArray(allowed) ? allowed.map((each) => JSON.stringify(each)).join(", ") : "";
      return [
        { reason: "FieldValueNotSupported", field, message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${listed}` },
      ];
    }
    case "minimum":
      return [invalidValue(field, value, `${field} in body should be greater than or equal to ${String(error.params["limit"])}`)];
    case "maximum":
      return [invalidValue(field, value, `${field} in body should be less than or equal to ${String(error.params["limit"])}`)];
    case "pattern":
      return [invalidValue(field, value, `${field} in body should match '${String(error.params["pattern"])}'`)];
    case "minLength":
      return [invalidValue(field, value, `${field} in body should be at least ${String(error.params["limit"])} chars long`)];
    case "maxLength":
      return [invalidValue(field, value, `${field} in body may not be longer than ${String(error.params["limit"])}`)];
    case "additionalProperties":
      return [forbiddenValue(field, `the field ${String(error.params["additionalProperty"])} is not allowed`)];
    default:
      return [invalidValue(field, value, `${field} in body ${error.message ?? `fails ${error.keyword}`}`)];
  }
};

/** Lists declared as sets or maps hold each item or key once. */
const duplicateItems = (value: Json, schema: JsonObject, path: string): Cause[] => {
  if (isObject(value)) {
    return Object.entries(value).flatMap(([field, inner]) => {
      const property = schemaOfField(schema, field);
      return property === undefined ? [] : duplicateItems(inner, property, path === "" ? field : `${path}.${field}`);
    });
  }
  if (!Array.isArray(value)) return [];
  const inner = value.flatMap((item, index) => duplicateItems(item, objectOf(schema["items"]), `${path}[${index}]`));
  const type = schema["x-kubernetes-list-type"];
  if (type !== "set" && type !== "map") return inner;
  const keys = listOf(schema["x-kubernetes-list-map-keys"]).map(textOf);
  const identities = value.map((item) => JSON.stringify(type === "set" ? item : keys.map((key) => objectOf(item)[key] ?? null)));
  const repeated = identities.flatMap((identity, index) => (identities.indexOf(identity) < index ? [{ identity, index }] : []));
  return [
    ...inner,
    ...repeated.map(({ identity, index }): Cause => ({
      reason: "FieldValueDuplicate",
      field: `${path}[${index}]`,
      message: `Duplicate value: ${identity}`,
    })),
  ];
};
