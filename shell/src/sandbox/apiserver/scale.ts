// The scale subresource: the number of replicas, wherever the kind keeps it, as one small object.
import {
  type Json,
  type JsonObject,
  isObject,
  metadataOf,
  nameOf,
  namespaceOf,
  textOf,
  valueAt,
  versionOf,
  withValueAt,
  withMetadata,
} from "./json.ts";
import { invalid, invalidValue, noSuchPath } from "./rejection.ts";
import type { Scale } from "./resource.ts";
import { selectorText } from "./selectors.ts";
import type { Serving } from "./serving.ts";
import { type Target, write, type WriteOptions } from "./write.ts";

const scaleOf = (target: Target): Scale => {
  if (target.resource.scale === undefined) throw noSuchPath();
  return target.resource.scale;
};

export const readScale = (target: Target, live: JsonObject): JsonObject => {
  const paths = scaleOf(target);
  const selector = paths.selector.length === 0 ? undefined : valueAt(live, paths.selector);
  const replicas = (path: readonly string[]): Json => valueAt(live, path) ?? 0;
  const { uid, resourceVersion, creationTimestamp } = metadataOf(live);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      name: nameOf(live),
      namespace: namespaceOf(live),
      uid: uid ?? "",
      resourceVersion: resourceVersion ?? "",
      creationTimestamp: creationTimestamp ?? null,
    },
    spec: { replicas: replicas(paths.specReplicas) },
    status: {
      replicas: replicas(paths.statusReplicas),
      ...(selector === undefined ? {} : { selector: isObject(selector) ? selectorText(selector) : textOf(selector) }),
    },
  };
};

/** Writes the replicas through the object itself, so that every rule of the kind holds. */
export const writeScale = (serving: Serving, target: Target, options: WriteOptions, live: JsonObject, scale: JsonObject): JsonObject => {
  const paths = scaleOf(target);
  const replicas = valueAt(scale, ["spec", "replicas"]) ?? 0;
  if (typeof replicas !== "number" || replicas < 0)
    throw invalid(target.resource, target.name, [invalidValue("spec.replicas", replicas, "must be greater than or equal to 0")]);
  const version = versionOf(scale);
  const next = withValueAt(live, paths.specReplicas, replicas);
  const checked = version === "" ? next : withMetadata(next, { resourceVersion: version });
  return readScale(target, write(serving, { ...target, subresource: "" }, options, live, checked));
};
