// The `x-kubernetes-validations` of a schema: CEL rules about `self`, and about `oldSelf` where a rule speaks of change.
// A library evaluates CEL; which rule applies where, and whole numbers being integers by the schema, is ours. Patterns are
// JavaScript's and unbounded in time, so this is for CRDs one installs oneself, not for a server open to strangers.
import { Environment } from "@marcbachmann/cel-js";
import { addLibrary } from "./cel-library.ts";
import { equal, isObject, type Json, type JsonObject, listOf, objectOf, textOf } from "./json.ts";
import type { Cause } from "./rejection.ts";
import { schemaOfField } from "./schema.ts";

export type Rule = (value: Json, previous: Json | undefined) => readonly Cause[];

type Compiled = {
  readonly transition: boolean;
  readonly optionalOld: boolean;
  readonly holds: (scope: Scope) => unknown;
  readonly message: (scope: Scope) => string;
  readonly reason: Cause["reason"];
  readonly fieldPath: string;
};
type Scope = { readonly self: unknown; readonly oldSelf?: unknown };

const environment = addLibrary(
  new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
    .registerVariable("self", "dyn")
    .registerVariable("oldSelf", "dyn"),
);

/** Compiles every rule of the schema; throws an Error naming the rule that does not compile. */
export const rulesOf = (schema: JsonObject): Rule => {
  const node = compile(schema, "");
  return (value, previous) => check(node, value, previous, "");
};

type Node = {
  readonly schema: JsonObject;
  readonly rules: readonly Compiled[];
  readonly field: (name: string) => Node | undefined;
  readonly item: Node | undefined;
};

/** Parts without any rule below them are left out, so that validation visits only what has rules. */
const compile = (schema: JsonObject, path: string): Node | undefined => {
  const rules = listOf(schema["x-kubernetes-validations"]).map((rule) => compileRule(objectOf(rule), path));
  const fields = new Map(
    Object.entries(objectOf(schema["properties"])).map(([name, property]) => [name, compile(objectOf(property), `${path}.${name}`)]),
  );
  const additional = isObject(schema["additionalProperties"]) ? compile(schema["additionalProperties"], `${path}.*`) : undefined;
  const item = isObject(schema["items"]) ? compile(schema["items"], `${path}[]`) : undefined;
  const empty =
    rules.length === 0 && additional === undefined && item === undefined && [...fields.values()].every((each) => each === undefined);
  return empty ? undefined : { schema, rules, field: (name) => fields.get(name) ?? additional, item };
};

const compileRule = (rule: JsonObject, path: string): Compiled => {
  const source = textOf(rule["rule"]);
  const expression = parse(source, path);
  const messageSource = textOf(rule["messageExpression"]);
  const messageOf = messageSource === "" ? undefined : parse(messageSource, path);
  const fixed = textOf(rule["message"]) || `failed rule: ${source}`;
  return {
    transition: /\boldSelf\b/.test(source),
    optionalOld: rule["optionalOldSelf"] === true,
    holds: expression,
    message: (scope) => {
      if (messageOf === undefined) return fixed;
      try {
        const text: unknown = messageOf(scope);
        return typeof text === "string" && text.trim() !== "" ? text : fixed;
      } catch {
        return fixed;
      }
    },
    reason: reasonOf(textOf(rule["reason"])),
    fieldPath: textOf(rule["fieldPath"]),
  };
};

const parse = (source: string, path: string): ((scope: Scope) => unknown) => {
  try {
    const program = environment.parse(source);
    return (scope) => program(scope);
  } catch (error) {
    throw new Error(`the rule ${JSON.stringify(source)} at ${path === "" ? "the root" : path} does not compile: ${firstLine(error)}`, {
      cause: error,
    });
  }
};

const reasonOf = (text: string): Cause["reason"] => {
  switch (text) {
    case "FieldValueRequired":
    case "FieldValueForbidden":
    case "FieldValueDuplicate":
      return text;
    default:
      return "FieldValueInvalid";
  }
};

const check = (node: Node | undefined, value: Json, previous: Json | undefined, path: string): Cause[] => {
  if (node === undefined || value === null) return [];
  const here = node.rules.flatMap((rule) => apply(rule, node.schema, value, previous, path));
  if (isObject(value)) {
    const before = objectOf(previous);
    return [
      ...here,
      ...Object.entries(value).flatMap(([name, inner]) =>
        check(node.field(name), inner, before[name], path === "" ? name : `${path}.${name}`),
      ),
    ];
  }
  if (Array.isArray(value)) {
    return [...here, ...value.flatMap((item, index) => check(node.item, item, sameItem(node.schema, item, previous), `${path}[${index}]`))];
  }
  return here;
};

/** The earlier item of a list map; items of other lists have no earlier self. */
const sameItem = (schema: JsonObject, item: Json, previous: Json | undefined): Json | undefined => {
  if (schema["x-kubernetes-list-type"] !== "map") return undefined;
  const keys = listOf(schema["x-kubernetes-list-map-keys"]).map(textOf);
  return listOf(previous).find((each) => keys.every((key) => equal(objectOf(each)[key], objectOf(item)[key])));
};

const apply = (rule: Compiled, schema: JsonObject, value: Json, previous: Json | undefined, path: string): Cause[] => {
  if (rule.transition && previous === undefined && !rule.optionalOld) return [];
  const self = celValue(value, schema);
  const old = previous === undefined ? undefined : celValue(previous, schema);
  const scope: Scope = rule.optionalOld ? { self, oldSelf: optional(old) } : { self, ...(old === undefined ? {} : { oldSelf: old }) };
  const at = `${path}${rule.fieldPath}`.replace(/^\./, "");
  const shown = Array.isArray(value) ? '"array"' : isObject(value) ? '"object"' : JSON.stringify(value);
  const cause = (message: string): Cause => ({
    reason: rule.reason,
    field: at === "" ? "<nil>" : at,
    message:
      rule.reason === "FieldValueForbidden"
        ? `Forbidden: ${message}`
        : rule.reason === "FieldValueRequired"
          ? `Required value: ${message}`
          : `Invalid value: ${shown}: ${message}`,
  });
  try {
    return rule.holds(scope) === true ? [] : [cause(rule.message(scope))];
  } catch (error) {
    return [cause(`${rule.message(scope)} (the rule could not be evaluated: ${firstLine(error)})`)];
  }
};

const optional = (value: unknown): unknown =>
  value === undefined ? environment.evaluate("optional.none()") : environment.parse("optional.of(self)")({ self: value });

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";

const reserved = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(" "),
);
const escaped = (name: string): string =>
  reserved.has(name)
    ? `__${name}__`
    : name.replaceAll("__", "__underscores__").replaceAll(".", "__dot__").replaceAll("-", "__dash__").replaceAll("/", "__slash__");

/** JSON as CEL sees it: integers by schema are CEL integers, properties whose names are not identifiers are escaped. */
const celValue = (value: Json, schema: JsonObject): unknown => {
  if (Array.isArray(value)) return value.map((item) => celValue(item, objectOf(schema["items"])));
  if (isObject(value)) {
    const properties = objectOf(schema["properties"]);
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        Object.hasOwn(properties, name) ? escaped(name) : name,
        celValue(inner, schemaOfField(schema, name) ?? {}),
      ]),
    );
  }
  if (typeof value === "number" && Number.isInteger(value) && schema["type"] !== "number") return BigInt(value);
  return value;
};
