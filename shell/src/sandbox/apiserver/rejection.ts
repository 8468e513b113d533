// A request that is refused ends with a Status body. It is thrown, because every layer below the request (patching,
// validation, storage) may refuse and the answer is the same wherever that happens: the code and the Status, nothing stored.
import type { Json, JsonObject } from "./json.ts";

export class Rejection extends Error {
  readonly code: number;
  readonly status: JsonObject;

  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.name = "Rejection";
    this.code = code;
    this.status = statusBody(code, reason, message, details);
  }
}

export const statusBody = (code: number, reason: string, message: string, details?: JsonObject): JsonObject => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: code < 400 ? "Success" : "Failure",
  ...(message === "" ? {} : { message }),
  ...(reason === "" ? {} : { reason }),
  ...(details === undefined ? {} : { details }),
  code,
});

/** What a message about one object needs to name it. */
export type Named = { readonly group: string; readonly plural: string; readonly kind: string };

const qualified = (of: Named): string => (of.group === "" ? of.plural : `${of.plural}.${of.group}`);
const details = (of: Named, name: string, more: JsonObject = {}): JsonObject => ({
  ...(name === "" ? {} : { name }),
  ...(of.group === "" ? {} : { group: of.group }),
  kind: of.plural,
  ...more,
});

export const badRequest = (message: string): Rejection => new Rejection(400, "BadRequest", message);
export const unauthorized = (message: string): Rejection => new Rejection(401, "Unauthorized", message);
export const forbidden = (of: Named, name: string, why: string, more: JsonObject = {}): Rejection =>
  new Rejection(403, "Forbidden", `${qualified(of)}${name === "" ? "" : ` "${name}"`} is forbidden: ${why}`, details(of, name, more));
export const notFound = (of: Named, name: string): Rejection =>
  new Rejection(404, "NotFound", `${qualified(of)} "${name}" not found`, details(of, name));
export const noSuchPath = (): Rejection =>
  new Rejection(404, "NotFound", "the server could not find the requested resource", {
    causes: [{ reason: "UnexpectedServerResponse", message: "404 page not found" }],
  });
export const methodNotAllowed = (of: Named, verb: string): Rejection =>
  new Rejection(405, "MethodNotAllowed", `${verb} is not supported on resources of kind "${qualified(of)}"`, details(of, ""));
export const alreadyExists = (of: Named, name: string): Rejection =>
  new Rejection(409, "AlreadyExists", `${qualified(of)} "${name}" already exists`, details(of, name));
export const conflict = (of: Named, name: string, why: string): Rejection =>
  new Rejection(409, "Conflict", `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`, details(of, name));
export const staleVersion = (of: Named, name: string): Rejection =>
  conflict(of, name, "the object has been modified; please apply your changes to the latest version and try again");
export const gone = (message: string): Rejection => new Rejection(410, "Expired", message);
export const tooLarge = (limit: number): Rejection =>
  new Rejection(413, "RequestEntityTooLarge", `the request body is larger than the limit of ${limit} bytes`);
export const unsupportedMediaType = (message: string): Rejection => new Rejection(415, "UnsupportedMediaType", message);
export const notImplemented = (what: string): Rejection =>
  new Rejection(
    501,
    "NotImplemented",
    `the sandbox's API server does not serve ${what}; it serves what the operator and kubectl need of it`,
  );

/** One thing wrong with one field, as the API conventions spell it. */
export type Cause = {
  readonly reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueForbidden"
    | "FieldValueDuplicate"
    | "FieldValueTypeInvalid";
  readonly field: string;
  readonly message: string;
};

export const required = (field: string, detail = ""): Cause => ({
  reason: "FieldValueRequired",
  field,
  message: detail === "" ? "Required value" : `Required value: ${detail}`,
});
export const invalidValue = (field: string, value: Json | undefined, detail: string): Cause => ({
  reason: "FieldValueInvalid",
  field,
  message: `Invalid value: ${shown(value)}: ${detail}`,
});
export const forbiddenValue = (field: string, detail: string): Cause => ({
  reason: "FieldValueForbidden",
  field,
  message: `Forbidden: ${detail}`,
});

const shown = (value: Json | undefined): string =>
  value !== null && typeof value === "object" ? `"${Array.isArray(value) ? "array" : "object"}"` : JSON.stringify(value ?? null);

export const invalid = (of: Named, name: string, causes: readonly Cause[]): Rejection => {
  const lines = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const listed = lines.length === 1 ? lines.join("") : `[${lines.join(", ")}]`;
  const kind = of.group === "" ? of.kind : `${of.kind}.${of.group}`;
  return new Rejection(422, "Invalid", `${kind} "${name}" is invalid: ${listed}`, {
    ...details(of, name, { kind: of.kind }),
    causes: causes.map((cause) => ({ reason: cause.reason, message: cause.message, field: cause.field })),
  });
};
