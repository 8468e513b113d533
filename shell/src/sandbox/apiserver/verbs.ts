// The verbs on stored objects. Each reads what the request says, does one thing and answers with a code and the object.
import { deleteObject, parseDeleteOptions } from "./delete.ts";
import { type JsonObject, listOf, metadataOf, nameOf, objectOf, type Json, textOf, uidOf, versionOf } from "./json.ts";
import { apply, type Entry } from "./managed-fields.ts";
import { jsonPatched, mergePatched, strategicPatched } from "./patch.ts";
import {
  alreadyExists,
  badRequest,
  conflict,
  invalid,
  invalidValue,
  methodNotAllowed,
  noSuchPath,
  notFound,
  staleVersion,
  statusBody,
  unsupportedMediaType,
} from "./rejection.ts";
import { parseBody, parseObject, storable } from "./representation.ts";
import { groupVersion } from "./resource.ts";
import { fieldSelector, labelSelector } from "./selectors.ts";
import type { Serving } from "./serving.ts";
import { type Target, write, type WriteOptions } from "./write.ts";
import { readScale, writeScale } from "./scale.ts";

export type Answer = { readonly code: number; readonly object: JsonObject };
export type Sent = { readonly body: Buffer; readonly contentType: string; readonly query: URLSearchParams };

export const selectorOf = (query: URLSearchParams, storage: string): ((object: JsonObject) => boolean) => {
  const [labels, fields] = [labelSelector(query.get("labelSelector") ?? ""), fieldSelector(query.get("fieldSelector") ?? "", storage)];
  return (object) => labels(object) && fields(object);
};

export const writeOptionsOf = (query: URLSearchParams, agent: string, warn: (message: string) => void): WriteOptions => {
  const dryRun = query.getAll("dryRun");
  if (dryRun.some((each) => each !== "All")) throw badRequest(`dryRun is ${JSON.stringify(dryRun[0])}: the only value is All`);
  const validation = query.get("fieldValidation") ?? "Warn";
  if (validation !== "Strict" && validation !== "Warn" && validation !== "Ignore" && validation !== "") {
    throw badRequest(`fieldValidation is ${JSON.stringify(validation)}: it must be Strict, Warn or Ignore`);
  }
  return {
    dryRun: dryRun.length > 0,
    manager: query.get("fieldManager") ?? (agent.split("/")[0] || "unknown"),
    force: query.get("force") === "true",
    fieldValidation: validation === "" ? "Warn" : validation,
    warn,
  };
};

export const readLive = (serving: Serving, target: Target): JsonObject => {
  const found = serving.store.read(target.resource.storage, target.namespace, target.name);
  if (found === undefined) throw notFound(target.resource, target.name);
  return found;
};

export const get = (serving: Serving, target: Target): Answer => {
  const live = readLive(serving, target);
  if (target.subresource === "scale") return { code: 200, object: readScale(target, live) };
  requireWritable(target);
  return { code: 200, object: live };
};

/** The object itself and its status; every other subresource has a handler of its own. */
const requireWritable = (target: Target): void => {
  const { resource, subresource } = target;
  if (subresource !== "" && !(subresource === "status" && resource.status)) throw noSuchPath();
};

export const create = (serving: Serving, target: Target, options: WriteOptions, sent: Sent): Answer => {
  const { resource } = target;
  if (target.subresource !== "" || target.name !== "") throw methodNotAllowed(resource, "create");
  const given = parseObject(resource, parseBody(sent.body, sent.contentType));
  const namespace = textOf(metadataOf(given)["namespace"]);
  if (resource.namespaced && namespace !== "" && namespace !== target.namespace) {
    throw badRequest(`the namespace of the object (${namespace}) does not match the namespace of the request (${target.namespace})`);
  }
  const name = nameOf(given);
  if (name !== "" && serving.store.read(resource.storage, target.namespace, name) !== undefined) throw alreadyExists(resource, name);
  return { code: 201, object: current(serving, target, options, write(serving, target, options, undefined, storable(resource, given))) };
};

export const update = (serving: Serving, target: Target, options: WriteOptions, sent: Sent): Answer => {
  const { resource } = target;
  const live = readLive(serving, target);
  const body = parseBody(sent.body, sent.contentType);
  if (target.subresource === "scale") return { code: 200, object: writeScale(serving, target, options, live, objectOf(body)) };
  if (target.subresource === "finalize") return { code: 200, object: live };
  requireWritable(target);
  const given = parseObject(resource, body);
  const conditional = resource.custom || resource.storage === "coordination.k8s.io/leases";
  if (conditional && versionOf(given) === "")
    throw invalid(resource, target.name, [invalidValue("metadata.resourceVersion", 0, "must be specified for an update")]);
  return { code: 200, object: current(serving, target, options, write(serving, target, options, live, storable(resource, given))) };
};

export const patch = (serving: Serving, target: Target, options: WriteOptions, sent: Sent): Answer => {
  const { resource } = target;
  const type = sent.contentType.split(";")[0]?.trim() ?? "";
  const body = parseBody(sent.body, type);
  if (type === "application/apply-patch+yaml" && target.subresource !== "scale")
    return applyPatch(serving, target, options, objectOf(body), sent.query);
  const live = readLive(serving, target);
  const whole = target.subresource === "scale" ? readScale(target, live) : live;
  const next = patched(target, whole, body, type);
  if (target.subresource === "scale") return { code: 200, object: writeScale(serving, target, options, live, next) };
  requireWritable(target);
  return { code: 200, object: current(serving, target, options, write(serving, target, options, live, storable(resource, next))) };
};

const patched = (target: Target, live: JsonObject, body: Json, type: string): JsonObject => {
  switch (type) {
    case "application/json-patch+json":
      return jsonPatched(live, body);
    case "application/merge-patch+json":
      return objectOf(mergePatched(live, body));
    case "application/strategic-merge-patch+json":
      if (target.resource.custom)
        throw unsupportedMediaType(
          "strategic merge patch is not served for custom resources: use application/merge-patch+json or application/apply-patch+yaml",
        );
      return objectOf(strategicPatched(live, body, target.resource.shape));
    default:
      throw unsupportedMediaType(
        `the content type ${type} is no patch: use application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json or application/apply-patch+yaml`,
      );
  }
};

const applyPatch = (serving: Serving, target: Target, options: WriteOptions, body: JsonObject, query: URLSearchParams): Answer => {
  const { resource } = target;
  requireWritable(target);
  const configuration = storable(resource, parseObject(resource, body));
  if (!query.has("fieldManager")) throw badRequest("fieldManager is required for apply patch");
  if (listOf(metadataOf(configuration)["managedFields"]).length > 0)
    throw badRequest("metadata.managedFields must be nil in an apply patch");
  if (nameOf(configuration) !== "" && nameOf(configuration) !== target.name)
    throw badRequest(`the name of the object (${nameOf(configuration)}) does not match the name on the URL (${target.name})`);
  const live = serving.store.read(resource.storage, target.namespace, target.name);
  if (live === undefined && target.subresource !== "") throw notFound(resource, target.name);
  requireApplicable(target, configuration, live);
  const writer = {
    manager: options.manager,
    apiVersion: groupVersion(resource),
    subresource: target.subresource,
    now: serving.timestamp(),
  };
  const stated = ownPart(target, withoutNulls(configuration));
  const result: { readonly object: JsonObject; readonly entries: readonly Entry[] } = apply(
    live,
    stated,
    resource.shape,
    writer,
    options.force,
  );
  const written = write(serving, target, options, live, result.object, result.entries);
  return { code: live === undefined ? 201 : 200, object: current(serving, target, options, written) };
};

/** What an apply states of the part it is about: its status, or everything but. */
const ownPart = (target: Target, configuration: JsonObject): JsonObject => {
  const { status, ...others } = configuration;
  if (!target.resource.status) return configuration;
  if (target.subresource !== "status") return others;
  return { apiVersion: configuration["apiVersion"] ?? "", kind: configuration["kind"] ?? "", ...(status === undefined ? {} : { status }) };
};

const requireApplicable = (target: Target, configuration: JsonObject, live: JsonObject | undefined): void => {
  const [uid, version] = [uidOf(configuration), versionOf(configuration)];
  if (uid !== "" && live === undefined) {
    throw conflict(
      target.resource,
      target.name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  }
  if (uid !== "" && live !== undefined && uid !== uidOf(live)) {
    throw conflict(target.resource, target.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(live)}`);
  }
  if (version !== "" && (live === undefined || version !== versionOf(live))) throw staleVersion(target.resource, target.name);
};

const withoutNulls = (object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null)
      .map(([field, value]) => [field, typeof value === "object" && value !== null && !Array.isArray(value) ? withoutNulls(value) : value]),
  );

export const remove = (serving: Serving, target: Target, sent: Sent): Answer => {
  const { resource } = target;
  if (target.subresource !== "") throw methodNotAllowed(resource, "delete");
  const live = readLive(serving, target);
  const left = deleteObject(serving, resource, live, parseDeleteOptions(bodyOrNothing(sent), sent.query));
  if (left !== undefined) return { code: 200, object: left };
  const details = {
    name: target.name,
    ...(resource.group === "" ? {} : { group: resource.group }),
    kind: resource.plural,
    uid: uidOf(live),
  };
  return { code: 200, object: statusBody(200, "", "", details) };
};

export const removeAll = (serving: Serving, target: Target, sent: Sent): Answer => {
  const { resource } = target;
  const options = parseDeleteOptions(bodyOrNothing(sent), sent.query);
  const matches = selectorOf(sent.query, resource.storage);
  const objects = serving.store
    .list(resource.storage, resource.namespaced && target.namespace !== "" ? target.namespace : undefined)
    .filter(matches);
  for (const each of objects) deleteObject(serving, resource, each, options);
  return { code: 200, object: statusBody(200, "", "", { group: resource.group, kind: resource.plural }) };
};

const bodyOrNothing = (sent: Sent): Json | undefined => (sent.body.length === 0 ? undefined : parseBody(sent.body, sent.contentType));

/** What is stored by now: taking a definition over changes it again. */
const current = (serving: Serving, target: Target, options: WriteOptions, written: JsonObject): JsonObject => {
  const stored = options.dryRun
    ? undefined
    : serving.store.read(target.resource.storage, textOf(metadataOf(written)["namespace"]), nameOf(written));
  return stored !== undefined && uidOf(stored) === uidOf(written) ? stored : written;
};
