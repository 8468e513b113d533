// Deleting is asking: an object with finalizers, or a pod that has a node, is only marked, and goes when the last
// finalizer is removed or its kubelet deletes it with no grace left.
import {
  type Json,
  type JsonObject,
  listOf,
  metadataOf,
  nameOf,
  numberOf,
  objectOf,
  textOf,
  uidOf,
  valueAt,
  versionOf,
  without,
  withMetadata,
} from "./json.ts";
import { badRequest, conflict } from "./rejection.ts";
import type { Resource } from "./resource.ts";
import type { Serving } from "./serving.ts";
import { followUp } from "./follow-up.ts";

export type DeleteOptions = {
  readonly graceSeconds?: number;
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
};

/** DeleteOptions of the body over those of the query. */
export const parseDeleteOptions = (body: Json | undefined, query: URLSearchParams): DeleteOptions => {
  const options = objectOf(body);
  const preconditions = objectOf(options["preconditions"]);
  const grace = options["gracePeriodSeconds"] ?? (query.has("gracePeriodSeconds") ? Number(query.get("gracePeriodSeconds")) : undefined);
  if (grace !== undefined && (typeof grace !== "number" || !(grace >= 0)))
    throw badRequest(`gracePeriodSeconds is ${JSON.stringify(grace)}: it must be a number of seconds, 0 or more`);
  const propagation = propagationOf(
    textOf(options["propagationPolicy"]) || (query.get("propagationPolicy") ?? ""),
    options["orphanDependents"] === true,
  );
  return {
    ...(typeof grace === "number" ? { graceSeconds: grace } : {}),
    ...(propagation === undefined ? {} : { propagation }),
    ...(typeof preconditions["uid"] === "string" ? { uid: preconditions["uid"] } : {}),
    ...(typeof preconditions["resourceVersion"] === "string" ? { resourceVersion: preconditions["resourceVersion"] } : {}),
    dryRun: listOf(options["dryRun"]).includes("All") || query.get("dryRun") === "All",
  };
};

const propagationOf = (text: string, orphan: boolean): DeleteOptions["propagation"] => {
  switch (text) {
    case "Background":
    case "Foreground":
    case "Orphan":
      return text;
    case "":
      return orphan ? "Orphan" : undefined;
    default:
      throw badRequest(`propagationPolicy is ${JSON.stringify(text)}: it must be Background, Foreground or Orphan`);
  }
};

/** Returns the marked object, or undefined once it is gone. */
export const deleteObject = (serving: Serving, resource: Resource, live: JsonObject, options: DeleteOptions): JsonObject | undefined => {
  requirePreconditions(resource, live, options);
  const finalizers = finalizersAfter(live, options.propagation);
  const grace = graceOf(resource, live, options);
  const metadata = metadataOf(live);
  const terminating = metadata["deletionTimestamp"] !== undefined;
  const remaining = terminating ? Math.min(numberOf(metadata["deletionGracePeriodSeconds"]), grace) : grace;
  const held = finalizers.length > 0 || remaining > 0 || isHeldByContents(serving, resource, live);
  if (!held) {
    if (options.dryRun === true) return undefined;
    // A pod that had time, or could have had, is seen marked with none left before it is seen to go.
    const isGraceful = resource.storage === "/pods" && graceOf(resource, live, {}) > 0;
    const last = isGraceful ? serving.store.write(resource.storage, markedAs(serving, resource, live, finalizers, 0)) : live;
    followUp(serving, resource, serving.store.remove(resource.storage, last));
    return undefined;
  }
  const marked = markedAs(serving, resource, live, finalizers, remaining);
  if (options.dryRun === true || isSame(marked, live)) return marked;
  const stored = serving.store.write(resource.storage, marked);
  followUp(serving, resource, stored);
  return serving.store.read(resource.storage, textOf(metadata["namespace"]), nameOf(live));
};

const requirePreconditions = (resource: Resource, live: JsonObject, options: DeleteOptions): void => {
  if (options.uid !== undefined && options.uid !== uidOf(live)) {
    throw conflict(resource, nameOf(live), `Precondition failed: UID in precondition: ${options.uid}, UID in object meta: ${uidOf(live)}`);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== versionOf(live)) {
    throw conflict(
      resource,
      nameOf(live),
      `Precondition failed: ResourceVersion in precondition: ${options.resourceVersion}, ResourceVersion in object meta: ${versionOf(live)}`,
    );
  }
};

/** The policy is left on the object as a finalizer, for the garbage collector to act on and remove. */
const finalizersAfter = (live: JsonObject, policy: DeleteOptions["propagation"]): Json[] => {
  const finalizers = listOf(metadataOf(live)["finalizers"]);
  if (policy === undefined) return finalizers;
  const others = finalizers.filter((each) => each !== "foregroundDeletion" && each !== "orphan");
  switch (policy) {
    case "Background":
      return others;
    case "Foreground":
      return [...others, "foregroundDeletion"];
    case "Orphan":
      return [...others, "orphan"];
  }
};

/** Only pods have a grace period, and only those a kubelet has seen and that still run. */
const graceOf = (resource: Resource, live: JsonObject, options: DeleteOptions): number => {
  if (resource.storage !== "/pods") return 0;
  const phase = textOf(valueAt(live, ["status", "phase"]));
  if (textOf(valueAt(live, ["spec", "nodeName"])) === "" || phase === "Succeeded" || phase === "Failed") return 0;
  return options.graceSeconds ?? numberOf(valueAt(live, ["spec", "terminationGracePeriodSeconds"]), 30);
};

/** A namespace waits for its contents, a definition for its objects; follow-up.ts removes them then. */
const isHeldByContents = (serving: Serving, resource: Resource, live: JsonObject): boolean => {
  if (resource.storage === "/namespaces") return true;
  if (resource.storage !== "apiextensions.k8s.io/customresourcedefinitions") return false;
  const spec = objectOf(live["spec"]);
  return serving.store.list(`${textOf(spec["group"])}/${textOf(objectOf(spec["names"])["plural"])}`).length > 0;
};

const markedAs = (serving: Serving, resource: Resource, live: JsonObject, finalizers: Json[], grace: number): JsonObject => {
  const metadata = metadataOf(live);
  const first = metadata["deletionTimestamp"] === undefined;
  const shorter = !first && grace < numberOf(metadata["deletionGracePeriodSeconds"]);
  const deletionTimestamp = first || shorter ? serving.timestamp(grace) : (metadata["deletionTimestamp"] ?? "");
  const generation = first && resource.generation ? { generation: numberOf(metadata["generation"], 1) + 1 } : {};
  const marked = withMetadata(live, { deletionTimestamp, deletionGracePeriodSeconds: grace, ...generation, finalizers });
  const tidy = finalizers.length > 0 ? marked : { ...marked, metadata: without(metadataOf(marked), "finalizers") };
  return resource.storage === "/namespaces" ? { ...tidy, status: { ...objectOf(tidy["status"]), phase: "Terminating" } } : tidy;
};

const isSame = (marked: JsonObject, live: JsonObject): boolean => JSON.stringify(metadataOf(marked)) === JSON.stringify(metadataOf(live));
