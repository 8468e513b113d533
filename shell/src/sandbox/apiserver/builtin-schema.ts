// Schemas of the built-in kinds, read at start from the type maps that the Kubernetes client library carries with its models
// (generated from Kubernetes' own OpenAPI): field names and types, enough to find misspelt fields and wrong types and to
// answer `kubectl explain`. Only the models reached from the kinds served are loaded, which takes a tenth of a second.
import { isObject, type Json, type JsonObject, listOf, objectOf, textOf } from "./json.ts";
import { schemaOfField } from "./schema.ts";

type Attribute = { readonly name: string; readonly type: string; readonly format: string };
type Models = ReadonlyMap<string, readonly Attribute[]>;

/** Schemas by model name; a model is `V1` and the kind, but for the two kinds called Event. */
export type Schemas = (group: string, kind: string) => JsonObject;

export const loadSchemas = async (kinds: readonly { readonly group: string; readonly kind: string }[]): Promise<Schemas> => {
  const models = new Map<string, readonly Attribute[]>();
  await Promise.all(kinds.map(({ group, kind }) => load(modelName(group, kind), models)));
  const made = new Map<string, JsonObject>();
  return (group, kind) => {
    const name = modelName(group, kind);
    const schema = made.get(name) ?? schemaOfModel(name, models, [], kind);
    made.set(name, schema);
    return schema;
  };
};

const modelName = (group: string, kind: string): string => {
  if (kind !== "Event") return `V1${kind}`;
  return group === "" ? "CoreV1Event" : "EventsV1Event";
};

/** Types that are values, however the library models them. */
const leafSchemas: Readonly<Record<string, JsonObject>> = {
  string: { type: "string" },
  boolean: { type: "boolean" },
  number: { type: "number" },
  Date: { type: "string", format: "date-time" },
  V1MicroTime: { type: "string", format: "date-time", "x-precision": "microseconds" },
  IntOrString: { "x-kubernetes-int-or-string": true },
  any: { "x-kubernetes-preserve-unknown-fields": true },
  object: { "x-kubernetes-preserve-unknown-fields": true },
  RawExtension: { "x-kubernetes-preserve-unknown-fields": true },
  V1JSONSchemaProps: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
};
/** Maps of quantities are declared as maps of strings, but a quantity may be written as a number. */
const quantities = new Set(["limits", "requests", "capacity", "allocatable", "hard", "used", "allocatedResources", "overhead"]);

const load = async (name: string, models: Map<string, readonly Attribute[]>): Promise<void> => {
  if (models.has(name) || leafSchemas[name] !== undefined) return;
  models.set(name, []);
  const module: unknown = await import(`@kubernetes/client-node/dist/gen/models/${name}.js`);
  const attributes = attributesOf(module, name);
  models.set(name, attributes);
  await Promise.all(attributes.map((attribute) => load(innermost(attribute.type), models)));
};

const attributesOf = (module: unknown, name: string): Attribute[] => {
  const model: unknown = typeof module === "object" && module !== null && name in module ? Reflect.get(module, name) : undefined;
  const map: unknown = typeof model === "function" ? Reflect.get(model, "attributeTypeMap") : undefined;
  if (!Array.isArray(map))
    throw new Error(`the client library has no type map for ${name}: its version does not fit the sandbox's API server`);
  return map
    .filter(isObject)
    .map((each) => ({ name: textOf(each["baseName"]), type: textOf(each["type"]), format: textOf(each["format"]) }));
};

const listType = /^(?:Array|Set)<(.*)>$/;
const mapType = /^\{ \[key: string\]: (.*); \}$/;
const innermost = (type: string): string => {
  const inner = listType.exec(type)?.[1] ?? mapType.exec(type)?.[1];
  return inner === undefined ? type : innermost(inner);
};

const schemaOfModel = (name: string, models: Models, within: readonly string[], kind: string): JsonObject => ({
  type: "object",
  ...(within.length === 0 ? { description: `${kind}, as the Kubernetes API defines it.` } : {}),
  properties: Object.fromEntries(
    (models.get(name) ?? []).map((attribute) => [attribute.name, schemaOfType(attribute, models, [...within, name])]),
  ),
});

const schemaOfType = (attribute: Attribute, models: Models, within: readonly string[]): JsonObject => {
  const { name, type, format } = attribute;
  const item = listType.exec(type)?.[1];
  if (item !== undefined) return { type: "array", items: schemaOfType({ name: "", type: item, format }, models, within) };
  const value = mapType.exec(type)?.[1];
  if (value !== undefined) {
    const values =
      quantities.has(name) && value === "string"
        ? { "x-kubernetes-int-or-string": true }
        : schemaOfType({ name: "", type: value, format }, models, within);
    return { type: "object", additionalProperties: values };
  }
  const leaf = leafSchemas[type];
  if (leaf !== undefined)
    return type === "number" && format.startsWith("int")
      ? { type: "integer", format }
      : type === "string" && format === "byte"
        ? { ...leaf, format }
        : leaf;
  return within.includes(type) ? { type: "object", "x-kubernetes-preserve-unknown-fields": true } : schemaOfModel(type, models, within, "");
};

/** Values whose type is not the schema's, as sentences; the API server refuses such a body as one it cannot read. */
export const wrongTypes = (value: Json, schema: JsonObject, path: string): string[] => {
  if (value === null) return [];
  const found = Array.isArray(value) ? "array" : typeof value;
  const wanted = textOf(schema["type"]);
  if (schema["x-kubernetes-int-or-string"] === true)
    return found === "string" || found === "number" ? [] : [`${path} must be a whole number or a string, not ${article(found)}`];
  if (wanted === "integer" ? !Number.isInteger(value) : wanted !== "" && wanted !== found)
    return [`${path} must be ${article(wanted)}, not ${article(found)}`];
  if (schema["format"] === "byte" && !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(textOf(value)))
    return [`${path} must be base64, which ${JSON.stringify(value)} is not`];
  if (schema["format"] === "date-time" && !isTime(textOf(value), schema["x-precision"] === "microseconds"))
    return [`${path} must be a time as 2026-01-02T03:04:05${schema["x-precision"] === "microseconds" ? ".000000" : ""}Z`];
  if (Array.isArray(value)) return listOf(value).flatMap((item, index) => wrongTypes(item, objectOf(schema["items"]), `${path}[${index}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([field, inner]) =>
    wrongTypes(inner, schemaOfField(schema, field) ?? {}, path === "" ? field : `${path}.${field}`),
  );
};

/** Times with microseconds have all six digits of them, others may have any. */
const isTime = (text: string, micro: boolean): boolean =>
  (micro ? /^[\d-]{10}T[\d:]{8}\.\d{6}(Z|[+-]\d\d:\d\d)$/ : /^[\d-]{10}T[\d:]{8}(\.\d+)?(Z|[+-]\d\d:\d\d)$/).test(text) &&
  !Number.isNaN(Date.parse(text));

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);
