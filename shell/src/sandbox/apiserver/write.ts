// Every write of an object goes through here, whatever the verb: what a client may not set is taken from the live object,
// unknown fields are pruned or refused, defaults filled in, the result checked, its generation and owners recorded; a write
// that changes nothing is not one. Then it is stored, and what follows from it (follow-up.ts) is done.
import { randomUUID } from "node:crypto";
import { followUp } from "./follow-up.ts";
import {
  type Json,
  type JsonObject,
  equal,
  listOf,
  metadataOf,
  nameOf,
  namespaceOf,
  objectOf,
  textOf,
  uidOf,
  versionOf,
  without,
  withMetadata,
} from "./json.ts";
import { afterUpdate, encodeEntries, type Entry } from "./managed-fields.ts";
import { badRequest, conflict, forbidden, invalid, invalidValue, notFound, required, staleVersion } from "./rejection.ts";
import { groupVersion, type Resource } from "./resource.ts";
import type { Serving } from "./serving.ts";
import { allocated } from "./service-addresses.ts";

/** What a request says about the object it means and how it wants it written. */
export type Target = {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
};
export type WriteOptions = {
  readonly dryRun: boolean;
  readonly manager: string;
  readonly force: boolean;
  readonly fieldValidation: "Strict" | "Warn" | "Ignore";
  readonly warn: (message: string) => void;
};

/** `entries` are the owners after an apply; every other write works them out from what changed. */
export const write = (
  serving: Serving,
  target: Target,
  options: WriteOptions,
  live: JsonObject | undefined,
  given: JsonObject,
  entries?: readonly Entry[],
): JsonObject => {
  const { resource } = target;
  const now = serving.timestamp();
  const merged = live === undefined ? created(serving, target, given, now) : updated(target, live, given);
  const { object: known, unknown } = resource.rules.prune(merged);
  report(target, options, unknown);
  const object = resource.rules.defaults(known);
  const checked = resource.storage === "/services" ? allocated(serving, object, live) : object;
  const causes = [...metadataCauses(checked), ...resource.rules.validate(checked, live)];
  if (causes.length > 0) throw invalid(resource, nameOf(checked), causes);
  const writer = { manager: options.manager, apiVersion: groupVersion(resource), subresource: target.subresource, now };
  const owners = encodeEntries(entries ?? afterUpdate(live, checked, resource.shape, writer));
  const counted = withGeneration(resource, checked, live);
  const next = withMetadata(counted, { managedFields: owners });
  if (live !== undefined && isFinished(next)) return options.dryRun ? next : removeFinally(serving, resource, next);
  if (live !== undefined && unchanged(next, live)) return live;
  if (options.dryRun) return next;
  const stored = serving.store.write(resource.storage, next);
  followUp(serving, resource, stored);
  return stored;
};

/** Removes an object that nothing holds any more. */
export const removeFinally = (serving: Serving, resource: Resource, object: JsonObject): JsonObject => {
  const last = serving.store.remove(resource.storage, object);
  followUp(serving, resource, last);
  return last;
};

/** Terminating, past its grace period, and held by no finalizer. */
const isFinished = (object: JsonObject): boolean => {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = metadataOf(object);
  return (
    deletionTimestamp !== undefined && (deletionGracePeriodSeconds ?? 0) === 0 && listOf(finalizers).length === 0 && !holdsNamespace(object)
  );
};
const holdsNamespace = (object: JsonObject): boolean =>
  object["kind"] === "Namespace" && listOf(objectOf(object["spec"])["finalizers"]).length > 0;

/** What is left of an object without the times and versions that every write changes. */
const ageless = (object: JsonObject): Json[] => [
  without(object, "metadata"),
  without(metadataOf(object), "managedFields", "resourceVersion"),
  listOf(metadataOf(object)["managedFields"]).map((entry) => without(objectOf(entry), "time")),
];
const unchanged = (next: JsonObject, live: JsonObject): boolean => equal(ageless(next), ageless(live));

const created = (serving: Serving, target: Target, given: JsonObject, now: string): JsonObject => {
  const { resource } = target;
  const metadata = metadataOf(given);
  if (textOf(metadata["resourceVersion"]) !== "") throw badRequest("resourceVersion should not be set on objects to be created");
  const generateName = textOf(metadata["generateName"]);
  const name = textOf(metadata["name"]) || target.name || (generateName === "" ? "" : generateName + randomSuffix());
  if (name === "") throw invalid(resource, "", [required("metadata.name", "name or generateName is required")]);
  requireNamespace(serving, target, name);
  const kept = without(metadata, "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation");
  const object = {
    apiVersion: groupVersion(resource),
    kind: resource.kind,
    ...without(given, "apiVersion", "kind", "metadata"),
    metadata: {
      ...kept,
      name,
      ...(resource.namespaced ? { namespace: target.namespace } : {}),
      uid: randomUUID(),
      creationTimestamp: now,
    },
  };
  // A Node's first status comes with its registration; everything else starts without one.
  return resource.status && resource.plural !== "nodes" ? without(object, "status") : object;
};

const randomSuffix = (): string => randomUUID().replaceAll("-", "").slice(0, 5);

const requireNamespace = (serving: Serving, target: Target, name: string): void => {
  const { resource, namespace } = target;
  if (!resource.namespaced) return;
  const found = serving.store.read("/namespaces", "", namespace);
  if (found === undefined) throw notFound({ group: "", plural: "namespaces", kind: "Namespace" }, namespace);
  if (metadataOf(found)["deletionTimestamp"] !== undefined) {
    const causes = [{ reason: "NamespaceTerminating", message: `namespace ${namespace} is being terminated`, field: "metadata.namespace" }];
    throw forbidden(resource, name, `unable to create new content in namespace ${namespace} because it is being terminated`, { causes });
  }
};

const serverKept = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "generation",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
  "generateName",
  "selfLink",
  "resourceVersion",
];

const updated = (target: Target, live: JsonObject, given: JsonObject): JsonObject => {
  const { resource, subresource } = target;
  requireSame(target, live, given);
  const liveMetadata = metadataOf(live);
  const system = Object.fromEntries(Object.entries(liveMetadata).filter(([field]) => serverKept.includes(field)));
  if (subresource === "status") {
    const status = given["status"];
    return { ...without(live, "status"), ...(status === undefined ? {} : { status }) };
  }
  const metadata = { ...without(metadataOf(given), ...serverKept), ...system };
  const terminating = liveMetadata["deletionTimestamp"] !== undefined;
  const added = listOf(metadata["finalizers"]).filter((each) => !listOf(liveMetadata["finalizers"]).includes(each));
  if (terminating && added.length > 0) {
    throw invalid(resource, target.name, [
      {
        reason: "FieldValueForbidden",
        field: "metadata.finalizers",
        message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`,
      },
    ]);
  }
  const body = without(given, "apiVersion", "kind", "metadata");
  const withKind = { apiVersion: groupVersion(resource), kind: resource.kind, ...body, metadata };
  if (!resource.status) return withKind;
  const status = live["status"];
  return { ...without(withKind, "status"), ...(status === undefined ? {} : { status }) };
};

/** The preconditions an object carries itself: its version and its uid. */
const requireSame = (target: Target, live: JsonObject, given: JsonObject): void => {
  const { resource, name } = target;
  const [version, uid] = [versionOf(given), uidOf(given)];
  if (version !== "" && version !== versionOf(live)) throw staleVersion(resource, name);
  if (uid !== "" && uid !== uidOf(live)) {
    throw conflict(resource, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(live)}`);
  }
  if (nameOf(given) !== "" && nameOf(given) !== nameOf(live))
    throw badRequest(`the name of the object (${nameOf(given)}) does not match the name on the URL (${name})`);
  if (namespaceOf(given) !== "" && namespaceOf(given) !== namespaceOf(live)) {
    throw badRequest(`the namespace of the object (${namespaceOf(given)}) does not match the namespace on the URL (${namespaceOf(live)})`);
  }
};

const report = (target: Target, options: WriteOptions, unknown: readonly string[]): void => {
  if (unknown.length === 0) return;
  const { kind, version } = target.resource;
  switch (options.fieldValidation) {
    case "Strict":
      throw badRequest(
        `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${unknown.map((path) => `unknown field "${path}"`).join(", ")}`,
      );
    case "Warn":
      for (const path of unknown) options.warn(`unknown field "${path}"`);
      return;
    case "Ignore":
      return;
  }
};

const metadataCauses = (object: JsonObject): ReturnType<Resource["rules"]["validate"]> => {
  const name = nameOf(object);
  const loose = textOf(object["apiVersion"]).startsWith("rbac.");
  const valid = loose
    ? !/[/%]/.test(name)
    : /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name) && name.length <= 253;
  const labels = Object.entries(objectOf(metadataOf(object)["labels"]));
  const bad = labels.filter(
    ([, value]) => typeof value !== "string" || !/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value) || value.length > 63,
  );
  const owners = listOf(metadataOf(object)["ownerReferences"]).map(objectOf);
  const controllers = owners.filter((owner) => owner["controller"] === true);
  const incomplete = owners.flatMap((owner, index) =>
    ["apiVersion", "kind", "name", "uid"]
      .filter((field) => textOf(owner[field]) === "")
      .map((field) => invalidValue(`metadata.ownerReferences[${index}].${field}`, "", "must not be empty")),
  );
  return [
    ...incomplete,
    ...(controllers.length > 1
      ? [invalidValue("metadata.ownerReferences", controllers, "only one reference can have controller set to true")]
      : []),
    ...(valid
      ? []
      : [
          invalidValue(
            "metadata.name",
            name,
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
          ),
        ]),
    ...bad.map(([key, value]) =>
      invalidValue(
        `metadata.labels`,
        value,
        `the value of label ${key} must be at most 63 alphanumeric characters, '-', '_' or '.', starting and ending with an alphanumeric one`,
      ),
    ),
  ];
};

const withGeneration = (resource: Resource, object: JsonObject, live: JsonObject | undefined): JsonObject => {
  if (!resource.generation) return object;
  if (live === undefined) return withMetadata(object, { generation: 1 });
  const content = (of: JsonObject): JsonObject =>
    resource.status ? without(of, "metadata", "status", "apiVersion") : without(of, "metadata", "apiVersion");
  const before = metadataOf(live)["generation"];
  const generation = typeof before === "number" ? before : 1;
  return withMetadata(object, { generation: equal(content(object), content(live)) ? generation : generation + 1 });
};
