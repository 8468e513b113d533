/**
 * A write of core as one request to the API server, and what was answered as an outcome. Each request carries the condition
 * under which the write is still right, so that the server itself refuses it where the view it was decided on is old:
 *
 *   Create                          POST                        refused where the name is taken
 *   Apply, RouteWrites              apply patch of the object   metadata.uid and metadata.resourceVersion
 *   Claim, Elect, Enlist, Publish   merge patch of status       metadata.resourceVersion: the record's compare-and-swap
 *   Report                          merge patch of status       metadata.resourceVersion
 *
 * The record travels whole: what it does not hold is sent as null, since a merge patch leaves alone what it does not
 * name, and an intent left behind would be obeyed.
 */
import type { OwnedKind } from "./cluster.ts";
import type { Desired, Write } from "./decision.ts";
import type { Outcome } from "./event.ts";
import { isList, isObject } from "./fields.ts";
import { defined } from "./health.ts";
import type { Json, JsonObject } from "./json.ts";
import type { ClusterName } from "./marker.ts";
import { type FailoverRecord, type Intent, type Primary, identityOf } from "./record.ts";
import { err, invariant, ok, type Result } from "./result.ts";
import { resourceVersion, type ResourceVersion, uid } from "./units.ts";

export type ApiRequest = {
  readonly method: "GET" | "POST" | "PATCH";
  /** Escaped. */
  readonly path: string;
  readonly query: { readonly [name: string]: string };
  readonly contentType: string;
  readonly body?: JsonObject;
};

/** Under this name the fields we write are ours. */
export const FIELD_MANAGER = "gungnir";

/** The request for a write. A Secret to be created has been through `fill` before. */
export const requestOf = (write: Write, cluster: ClusterName): ApiRequest => {
  switch (write._tag) {
    case "Create":
      invariant(
        write.object.generate.length === 0,
        `${write.object.kind} ${write.object.name} is created with its generated values filled in`,
      );
      return {
        method: "POST",
        path: collectionPath(resources[write.object.kind], cluster.namespace),
        query: { fieldManager: FIELD_MANAGER },
        contentType: "application/json",
        body: write.object.manifest,
      };
    case "Apply":
    case "RouteWrites":
      return {
        method: "PATCH",
        path: `${collectionPath(resources[write.object.kind], cluster.namespace)}/${encodeURIComponent(write.object.name)}`,
        query: { fieldManager: FIELD_MANAGER, force: "true" },
        contentType: "application/apply-patch+yaml",
        body: withMetadata(withoutGenerated(write.object), { uid: write.uid, resourceVersion: write.at }),
      };
    case "Claim":
    case "Elect":
    case "Enlist":
    case "Publish":
      return statusPatch(cluster, write.at, { failover: whole(write.record) });
    case "Report":
      return statusPatch(cluster, write.at, reported(write.status));
  }
};

/** A response, or why there is none. `reason` as the client files it: only those in `neverSent` prove that nothing was written. */
export type ApiAnswer =
  | { readonly _tag: "Answered"; readonly status: number; readonly body: unknown }
  | { readonly _tag: "Unanswered"; readonly reason: string; readonly message?: string };

/** What became of a write. What may have happened or not is Unknown, never success and never failure. */
export const outcomeOfResponse = (write: Write, answer: ApiAnswer): Outcome => {
  if (answer._tag === "Unanswered") {
    const why = `${write._tag}: ${answer.reason}${answer.message === undefined ? "" : ` (${answer.message})`}`;
    return neverSent.has(answer.reason) ? { _tag: "Refused", why, transient: true } : { _tag: "Unknown", why };
  }
  const why = `${write._tag}: ${saidBy(answer)}`;
  const { status } = answer;
  if (status === 200 || status === 201) return doneOf(answer.body, why);
  if (status === 409 || status === 410) return { _tag: "Conflict", why };
  // Nothing to write to: it was read, so it is gone since. For a Create it is the namespace that is missing.
  if (status === 404) return write._tag === "Create" ? { _tag: "Refused", why, transient: true } : { _tag: "Conflict", why };
  // Slowed down, or a token that expired: the request was turned away at the door. A 503 is that only in the API server's own
  // words; a proxy says it as well when the connection behind it broke in the middle.
  if (status === 401 || status === 429 || (status === 503 && isStatus(answer.body))) return { _tag: "Refused", why, transient: true };
  if (status === 408) return { _tag: "Unknown", why };
  if (status >= 400 && status < 500) return { _tag: "Refused", why, transient: false };
  return { _tag: "Unknown", why };
};

/** The object with every `{{name}}` it asks for replaced; fails with the names for which there is no value. */
export const fill = (object: Desired, values: { readonly [name: string]: string }): Result<Desired, readonly string[]> => {
  const missing = object.generate.filter((name) => values[name] === undefined);
  if (missing.length > 0) return err(missing);
  // In one pass, so that a value that looks like a placeholder stays what it is.
  const filled = (text: string): string =>
    text.replaceAll(/\{\{([^{}]+)\}\}/g, (placeholder, name: string) =>
      object.generate.includes(name) ? (values[name] ?? placeholder) : placeholder,
    );
  return ok({ ...object, manifest: mapObject(object.manifest, (_, value) => mapText(value, filled)), generate: [] });
};

/** What one write needs to be allowed to do. */
export type Permission = { readonly group: string; readonly resource: string; readonly verb: "get" | "create" | "patch" };

export const permissionOf = (write: Write): Permission => {
  switch (write._tag) {
    case "Create":
      return permissionTo("create", resources[write.object.kind]);
    case "Apply":
    case "RouteWrites":
      return permissionTo("patch", resources[write.object.kind]);
    case "Claim":
    case "Elect":
    case "Enlist":
    case "Publish":
    case "Report":
      return { group: GROUP, resource: "valkeyclusters/status", verb: "patch" };
  }
};

/** Everything that any write can need, and nothing else. */
export const writePermissions = (): readonly Permission[] => [
  ...Object.values(resources).flatMap((resource) => [permissionTo("create", resource), permissionTo("patch", resource)]),
  { group: GROUP, resource: "valkeyclusters/status", verb: "patch" },
];

export const GROUP = "valkey.verilean.io";

type ResourceType = { readonly group: string; readonly version: string; readonly plural: string };

/** Where objects of a kind live. */
export const resources: { readonly [kind in OwnedKind]: ResourceType } = {
  ConfigMap: { group: "", version: "v1", plural: "configmaps" },
  Secret: { group: "", version: "v1", plural: "secrets" },
  Service: { group: "", version: "v1", plural: "services" },
  StatefulSet: { group: "apps", version: "v1", plural: "statefulsets" },
  PodDisruptionBudget: { group: "policy", version: "v1", plural: "poddisruptionbudgets" },
};

export const collectionPath = ({ group, version, plural }: ResourceType, namespace: string): string =>
  `${group === "" ? "/api" : `/apis/${group}`}/${version}/namespaces/${encodeURIComponent(namespace)}/${plural}`;

const permissionTo = (verb: Permission["verb"], { group, plural }: ResourceType): Permission => ({ group, resource: plural, verb });

const statusPatch = ({ namespace, name }: ClusterName, at: ResourceVersion, status: JsonObject): ApiRequest => ({
  method: "PATCH",
  path: `${collectionPath({ group: GROUP, version: "v1", plural: "valkeyclusters" }, namespace)}/${encodeURIComponent(name)}/status`,
  query: { fieldManager: FIELD_MANAGER },
  contentType: "application/merge-patch+json",
  body: { metadata: { resourceVersion: at }, status },
});

/** With null for each thing it does not hold, on every level that a merge patch would merge. Arrays are replaced as they are. */
const whole = (record: FailoverRecord): JsonObject => ({
  version: record.version,
  epoch: record.epoch,
  primary: record.primary === undefined ? null : wholePrimary(record.primary),
  intent: record.intent === undefined ? null : wholeIntent(record.intent),
  members: record.members.map((member) => ({ ...identityOf(member), state: member.state })),
  waitReplicas: record.waitReplicas,
  minReplicas: record.minReplicas,
  marker: record.marker ?? null,
  markerBefore: record.markerBefore ?? null,
  retired: record.retired.map((retired) => ({
    ...identityOf(retired),
    ...defined("address", retired.address),
  })),
});

const wholePrimary = (primary: Primary): JsonObject => ({
  ...identityOf(primary),
  epoch: primary.epoch,
  replid: primary.replid,
  replidBefore: primary.replidBefore ?? null,
  address: primary.address ?? null,
});

const wholeIntent = (intent: Intent): JsonObject => ({
  kind: intent.kind,
  old: intent.old === undefined ? null : identityOf(intent.old),
  candidate: intent.candidate === undefined ? null : identityOf(intent.candidate),
  evidence: intent.evidence,
  lossPossible: (intent.kind === "Failover" ? intent.lossPossible : undefined) ?? null,
});

/** Without the record, whatever a caller slipped in. */
const reported = (status: JsonObject): JsonObject => Object.fromEntries(Object.entries(status).filter(([name]) => name !== "failover"));

const withMetadata = (manifest: JsonObject, added: JsonObject): JsonObject => {
  const { metadata } = manifest;
  return { ...manifest, metadata: isObject(metadata) ? { ...metadata, ...added } : added };
};

/** Values that were made when the object was created are never written again: a placeholder would become the password. */
const withoutGenerated = ({ manifest, generate }: Desired): JsonObject =>
  mapObject(manifest, (_, value) => withoutPlaceholders(value, generate));

const withoutPlaceholders = (value: Json, names: readonly string[]): Json | undefined => {
  if (typeof value === "string") return names.some((name) => value.includes(`{{${name}}}`)) ? undefined : value;
  return isObject(value) ? mapObject(value, (_, inner) => withoutPlaceholders(inner, names)) : value;
};

const mapText = (value: Json, change: (text: string) => string): Json => {
  if (typeof value === "string") return change(value);
  if (isList(value)) return value.map((item) => mapText(item, change));
  return isObject(value) ? mapObject(value, (_, inner) => mapText(inner, change)) : value;
};

/** Leaves out what becomes undefined. */
const mapObject = (object: JsonObject, change: (name: string, value: Json) => Json | undefined): JsonObject =>
  Object.fromEntries(
    Object.entries(object).flatMap(([name, value]): (readonly [string, Json])[] => {
      const changed = change(name, value);
      return changed === undefined ? [] : [[name, changed]];
    }),
  );

/** Reasons under which a client knows that not a byte of the request left. */
const neverSent: ReadonlySet<string> = new Set(["NotSent", "Refused", "Unresolved", "Credentials"]);

/** An answer without the new version would leave us deciding on the old one. */
const doneOf = (body: unknown, why: string): Outcome => {
  const metadata = field(body, "metadata");
  const version = field(metadata, "resourceVersion");
  const life = field(metadata, "uid");
  if (typeof version !== "string" || typeof life !== "string") return { _tag: "Unknown", why: `${why}, without uid and resourceVersion` };
  return { _tag: "Done", version: resourceVersion(version), uid: uid(life) };
};

const isStatus = (body: unknown): boolean => field(body, "kind") === "Status";

const saidBy = ({ status, body }: Extract<ApiAnswer, { _tag: "Answered" }>): string => {
  const message = field(body, "message");
  return typeof message === "string" ? `${status} ${message.slice(0, 300)}` : String(status);
};

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
