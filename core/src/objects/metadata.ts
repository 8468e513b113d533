/** What the metadata of every object of a cluster has in common, and how an object is sealed. */
import type { OwnedKind, Spec } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import { objectAt } from "../fields.ts";
import type { JsonObject } from "../json.ts";
import type { Uid } from "../units.ts";
import { fingerprint } from "./fingerprint.ts";
import { APPLIED, ownLabels, ownerReference } from "./names.ts";

/** Whom an object is made for. */
export type Owner = { readonly namespace: string; readonly name: string; readonly uid: Uid; readonly spec: Spec };

export const metadataOf = (owner: Owner, name: string, annotations: JsonObject = {}): JsonObject => ({
  name,
  namespace: owner.namespace,
  // Ours last: they are reserved in the schema, and an old schema may have let them in.
  labels: { ...owner.spec.labels, ...ownLabels(owner.name) },
  annotations: { ...owner.spec.annotations, ...annotations },
  ownerReferences: [ownerReference(owner)],
});

const API_VERSION: { readonly [kind in OwnedKind]: string } = {
  ConfigMap: "v1",
  Secret: "v1",
  Service: "v1",
  StatefulSet: "apps/v1",
  PodDisruptionBudget: "policy/v1",
};

export const desiredOf = (kind: OwnedKind, name: string, rest: JsonObject): Desired => ({
  kind,
  name,
  manifest: { apiVersion: API_VERSION[kind], kind, ...rest },
  generate: [],
});

/** With annotations added. */
export const annotated = (desired: Desired, annotations: JsonObject): Desired => {
  const metadata = objectAt(desired.manifest, "metadata");
  const all = { ...objectAt(metadata, "annotations"), ...annotations };
  return { ...desired, manifest: { ...desired.manifest, metadata: { ...metadata, annotations: all } } };
};

/** Sealed with a fingerprint of what is in it; `of` where that is more than what is written now. */
export const sealed = (desired: Desired, of: JsonObject = desired.manifest): Desired => annotated(desired, { [APPLIED]: fingerprint(of) });
