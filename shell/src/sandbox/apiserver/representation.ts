// How a stored object looks to the client that asks: in the version it asked for, as itself, as a table or as metadata
// alone; and how an object it sends is read. Events are stored once and served in both their groups.
import { parse as parseYaml } from "yaml";
import { isObject, type Json, type JsonObject, parseJson, textOf, textOfObject, versionOf } from "./json.ts";
import { decodeProtobuf } from "./protobuf.ts";
import { badRequest, unsupportedMediaType } from "./rejection.ts";
import { groupVersion, type Resource } from "./resource.ts";
import { includeObjectOf, isTabular, metadataOnly, tableOf } from "./table.ts";

export type Form = "Object" | "Table" | "Metadata";

/** The form the Accept header prefers, of those served. */
export const formOf = (accept: string): Form => {
  for (const each of accept.split(",")) {
    const parameters = each.split(";").map((part) => part.trim());
    if (parameters[0] !== "application/json" && parameters[0] !== "*/*") continue;
    if (parameters.includes("as=Table")) return "Table";
    if (parameters.includes("as=PartialObjectMetadata") || parameters.includes("as=PartialObjectMetadataList")) return "Metadata";
    return "Object";
  }
  return "Object";
};

/** The object in the version of the resource asked for. */
export const presented = (resource: Resource, object: JsonObject): JsonObject => {
  const wanted = groupVersion(resource);
  if (object["apiVersion"] === wanted || object["kind"] !== resource.kind) return object;
  if (resource.storage === "/events") return wanted === "v1" ? object : newEvent(object);
  return { ...object, apiVersion: wanted };
};

/** The object as it is stored, whichever version it was sent in. */
export const storable = (resource: Resource, object: JsonObject): JsonObject =>
  resource.storage === "/events" && resource.group !== "" ? coreEvent(object) : object;

const eventFields: readonly (readonly [core: string, grouped: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["source", "deprecatedSource"],
  ["reportingComponent", "reportingController"],
];
const renamed = (object: JsonObject, names: ReadonlyMap<string, string>): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([field, value]) => [names.get(field) ?? field, value]));
const toGrouped = new Map(eventFields);
const toCore = new Map(eventFields.map(([core, grouped]) => [grouped, core]));
const newEvent = (object: JsonObject): JsonObject => ({ ...renamed(object, toGrouped), apiVersion: "events.k8s.io/v1" });
const coreEvent = (object: JsonObject): JsonObject => ({ ...renamed(object, toCore), apiVersion: "v1" });

export const objectText = (resource: Resource, object: JsonObject, form: Form, query: URLSearchParams): string => {
  if (form === "Object" || !isTabular(resource, object)) return textOfObject(presented(resource, object));
  if (form === "Metadata") return JSON.stringify(metadataOnly(object));
  const include = includeObjectOf(query.get("includeObject"));
  return JSON.stringify(
    tableOf(resource, [presented(resource, object)], { include, version: versionOf(object), now: Date.now(), definitions: true }),
  );
};

export const listText = (
  resource: Resource,
  objects: readonly JsonObject[],
  version: string,
  form: Form,
  query: URLSearchParams,
): string => {
  const shown = objects.map((object) => presented(resource, object));
  switch (form) {
    case "Table":
      return JSON.stringify(
        tableOf(resource, shown, { include: includeObjectOf(query.get("includeObject")), version, now: Date.now(), definitions: true }),
      );
    case "Metadata":
      return `{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"${version}"},"items":[${shown.map((each) => JSON.stringify(metadataOnly(each))).join(",")}]}`;
    case "Object":
      return `{"kind":"${resource.kind}List","apiVersion":"${groupVersion(resource)}","metadata":{"resourceVersion":"${version}"},"items":[${shown.map(textOfObject).join(",")}]}`;
  }
};

/** The object of a request body; throws a 400 or 415 that says what to send. */
export const parseBody = (body: Buffer, contentType: string): Json => {
  const type = contentType.split(";")[0]?.trim() ?? "";
  try {
    if (type === "application/vnd.kubernetes.protobuf") {
      const object = decodeProtobuf(body);
      if (object !== undefined) return object;
    }
    if (type === "application/yaml" || type.endsWith("+yaml")) return fromYaml(body.toString("utf8"));
    if (type === "" || type === "application/json" || type.endsWith("+json") || type === "*/*") return parseJson(body.toString("utf8"));
  } catch (error) {
    throw badRequest(`the body of the request could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (type === "application/vnd.kubernetes.protobuf") {
    throw unsupportedMediaType(
      "the sandbox's API server does not read this kind as protobuf: write the object to a file and use `kubectl apply -f`",
    );
  }
  throw unsupportedMediaType(`the content type ${type} is not served: use application/json or application/yaml`);
};

/** Clients often send JSON as YAML, which it is; reading it as JSON is quicker. */
const fromYaml = (text: string): Json => {
  if (text.trimStart().startsWith("{")) return parseJson(text);
  const value: Json = parseYaml(text, { version: "1.1" });
  return parseJson(JSON.stringify(value));
};

/** The object, checked to be of the kind the URL is about. */
export const parseObject = (resource: Resource, body: Json): JsonObject => {
  if (!isObject(body)) throw badRequest("the body of the request must be an object");
  const [apiVersion, kind] = [textOf(body["apiVersion"]), textOf(body["kind"])];
  if (kind !== "" && kind !== resource.kind)
    throw badRequest(`the kind of the object is ${JSON.stringify(kind)}, but the URL is of ${resource.kind}`);
  if (apiVersion !== "" && apiVersion !== groupVersion(resource)) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${groupVersion(resource)})`);
  }
  return body;
};
