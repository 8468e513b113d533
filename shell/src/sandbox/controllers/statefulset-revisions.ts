// The pods and revisions a StatefulSet owns: found, adopted, recorded, and the old ones dropped.
import { pathTo } from "../clients/api.ts";
import { isTerminating, type Pod } from "../clients/pod.ts";
import { matchesLabels, type OwnerReference, type Resource } from "../clients/resource.ts";
import { must, mustBeGone, plurals, type Shared } from "./controller.ts";
import { ordinalOf, ownerOf, revisionLabel, revisionName } from "./statefulset-pod.ts";
import type { ControllerRevision, PodTemplate, StatefulSet } from "./statefulset-types.ts";

export const controllerOf = (object: Resource): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((owner) => owner.controller === true);

/** The set's pods by ordinal; those that match its selector and belong to nobody are taken in first. */
export const adoptPods = async (shared: Shared, set: StatefulSet): Promise<ReadonlyMap<number, Pod>> => {
  const pods = new Map<number, Pod>();
  for (const pod of shared.stores.pods.list()) {
    const ordinal = ordinalOf(set, pod.metadata.name);
    if (ordinal === undefined || pod.metadata.namespace !== set.metadata.namespace) continue;
    const owner = controllerOf(pod);
    if (owner?.uid === set.metadata.uid) pods.set(ordinal, pod);
    else if (owner === undefined && !isTerminating(pod) && matchesLabels(set.spec.selector, pod.metadata.labels)) {
      const { name, namespace, uid, ownerReferences = [] } = pod.metadata;
      const change = { metadata: { uid, ownerReferences: [...ownerReferences, ownerOf(set)] } };
      const adopted = must(await shared.api.patch<Pod>(pathTo("pods", namespace, name), change));
      shared.stores.pods.learn(adopted);
      pods.set(ordinal, adopted);
    }
  }
  return pods;
};

export type Revisions = {
  readonly current: string;
  readonly update: string;
  readonly templateOf: (revision: string) => PodTemplate | undefined;
};

const HISTORY = 10;

/** Records the template as a revision if it is a new one, and names the two revisions the status speaks of. */
export const revisionsOf = async (shared: Shared, set: StatefulSet): Promise<Revisions> => {
  const { namespace } = set.metadata;
  const update = revisionName(set);
  const path = pathTo(plurals.revisions, namespace);
  const owned = shared.stores.revisions.list().filter((revision) => controllerOf(revision)?.uid === set.metadata.uid);
  const latest = owned.reduce((highest, { revision }) => Math.max(highest, revision), 0);
  const known = owned.find((revision) => revision.metadata.name === update);
  if (known === undefined) {
    const metadata = {
      name: update,
      namespace,
      labels: { ...set.spec.template.metadata?.labels, [revisionLabel]: update },
      ownerReferences: [ownerOf(set)],
    };
    const data = { spec: { template: set.spec.template } };
    const revision = { apiVersion: "apps/v1", kind: "ControllerRevision", metadata, data, revision: latest + 1 };
    const made = await shared.api.create<ControllerRevision>(path, revision);
    if (made._tag !== "Conflict") shared.stores.revisions.learn(must(made));
  } else if (known.revision < latest) {
    // The template went back to an earlier one: its revision becomes the newest again.
    const { name, uid } = known.metadata;
    shared.stores.revisions.learn(
      must(await shared.api.patch<ControllerRevision>(`${path}/${name}`, { metadata: { uid }, revision: latest + 1 })),
    );
  }
  const recorded = set.status?.currentRevision;
  const current =
    recorded !== undefined && recorded !== "" && owned.some((revision) => revision.metadata.name === recorded) ? recorded : update;
  await dropOld(shared, set, owned, [current, update]);
  const templates = new Map(owned.map((revision) => [revision.metadata.name, revision.data?.spec?.template]));
  return { current, update, templateOf: (revision) => (revision === update ? set.spec.template : templates.get(revision)) };
};

const dropOld = async (shared: Shared, set: StatefulSet, owned: readonly ControllerRevision[], kept: readonly string[]): Promise<void> => {
  const used = new Set([...kept, ...shared.stores.pods.list().map((pod) => pod.metadata.labels?.[revisionLabel] ?? "")]);
  const unused = owned.filter((revision) => !used.has(revision.metadata.name)).toSorted((a, b) => a.revision - b.revision);
  for (const { metadata } of unused.slice(0, Math.max(0, unused.length - (set.spec.revisionHistoryLimit ?? HISTORY)))) {
    mustBeGone(await shared.api.remove(pathTo(plurals.revisions, metadata.namespace, metadata.name), { uid: metadata.uid }));
  }
};
