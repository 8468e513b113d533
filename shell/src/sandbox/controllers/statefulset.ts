// The StatefulSet controller: ordinals, claims, revisions, OnDelete and RollingUpdate, Parallel and OrderedReady.
//
// One pass looks at everything of one set, writes what the pass can write, and reports; it is run again whenever the set or one of its
// pods changed. A pass works on the watch's view; the unique names of pods make a stale view harmless (409), and deletes name the UID.
import { pathTo } from "../clients/api.ts";
import { isFinished, isReady, isTerminating, type Pod } from "../clients/pod.ts";
import { keyOf, matchesLabels } from "../clients/resource.ts";
import { workQueue } from "../clients/queue.ts";
import { must, mustBeGone, plurals, type Shared, splitKey } from "./controller.ts";
import { adoptPods, controllerOf, type Revisions, revisionsOf } from "./statefulset-revisions.ts";
import { canonical, claimOwners, claimsOf, podOf, revisionLabel } from "./statefulset-pod.ts";
import type { StatefulSet, StatefulSetStatus } from "./statefulset-types.ts";

export const runStatefulSets = (shared: Shared): void => {
  const { stores, signal } = shared;
  const queue = workQueue("statefulset", signal, async (key) => {
    const { namespace, name } = splitKey(key);
    const set = stores.statefulSets.get(namespace, name);
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
    await reconcile(shared, set, (ms) => queue.addAfter(key, ms));
  });
  shared.on("statefulSets", (now, before) => {
    const set = now ?? before;
    if (set !== undefined) queue.add(keyOf(set.metadata));
  });
  shared.on("pods", (now, before) => {
    const pod = now ?? before;
    if (pod === undefined) return;
    const owner = controllerOf(pod);
    if (owner !== undefined) {
      if (owner.kind === "StatefulSet") queue.add(`${pod.metadata.namespace ?? ""}/${owner.name}`);
      return;
    }
    const { namespace, labels } = pod.metadata;
    for (const set of stores.statefulSets.list()) {
      if (set.metadata.namespace === namespace && matchesLabels(set.spec.selector, labels)) queue.add(keyOf(set.metadata));
    }
  });
};

const reconcile = async (shared: Shared, set: StatefulSet, again: (ms: number) => void): Promise<void> => {
  await Promise.all([shared.stores.pods.synced, shared.stores.claims.synced, shared.stores.revisions.synced]);
  const revisions = await revisionsOf(shared, set);
  const pods = await adoptPods(shared, set);
  await keepClaims(shared, set, pods);
  await reportStatus(shared, set, pods, revisions, again);
  await movePods(shared, set, pods, revisions);
};

/** The ordinals the set wants. */
const isWanted = (set: StatefulSet, ordinal: number): boolean => {
  const start = set.spec.ordinals?.start ?? 0;
  return ordinal >= start && ordinal < start + (set.spec.replicas ?? 1);
};

const movePods = async (shared: Shared, set: StatefulSet, pods: ReadonlyMap<number, Pod>, revisions: Revisions): Promise<void> => {
  const isOrdered = set.spec.podManagementPolicy !== "Parallel";
  const start = set.spec.ordinals?.start ?? 0;
  const wanted = Array.from({ length: set.spec.replicas ?? 1 }, (_, index) => start + index);
  const pending: Promise<void>[] = [];
  for (const ordinal of wanted) {
    const pod = pods.get(ordinal);
    if (pod === undefined) pending.push(createPod(shared, set, ordinal, revisions));
    else if (isFinished(pod) && !isTerminating(pod)) pending.push(deletePod(shared, set, pod, "is finished and is made anew"));
    // Ordered: nothing beyond an ordinal that is not there, not ready or on its way out.
    if (isOrdered && (pod === undefined || isTerminating(pod) || !isReady(pod))) return void (await Promise.all(pending));
  }
  const condemned = [...pods].filter(([ordinal]) => !isWanted(set, ordinal)).toSorted(([a], [b]) => b - a);
  for (const [, pod] of condemned) {
    if (isOrdered && isTerminating(pod)) return void (await Promise.all(pending));
    if (isTerminating(pod)) continue;
    pending.push(deletePod(shared, set, pod, "is scaled away"));
    if (isOrdered) return void (await Promise.all(pending));
  }
  await Promise.all(pending);
  if (set.spec.updateStrategy?.type !== "OnDelete" && condemned.length === 0 && pending.length === 0)
    await roll(shared, set, pods, revisions);
};

/** RollingUpdate: from the highest ordinal down to the partition, one at a time, each after those above it are ready. */
const roll = async (shared: Shared, set: StatefulSet, pods: ReadonlyMap<number, Pod>, revisions: Revisions): Promise<void> => {
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (const [ordinal, pod] of [...pods].toSorted(([a], [b]) => b - a)) {
    if (ordinal < partition || isTerminating(pod)) return;
    if (pod.metadata.labels?.[revisionLabel] !== revisions.update)
      return deletePod(shared, set, pod, `is replaced by revision ${revisions.update}`);
    if (!isReady(pod)) return;
  }
};

const createPod = async (shared: Shared, set: StatefulSet, ordinal: number, revisions: Revisions): Promise<void> => {
  const { namespace } = set.metadata;
  for (const claim of claimsOf(set, ordinal)) {
    const known = shared.stores.claims.get(namespace, claim.name);
    if (known?.metadata.deletionTimestamp !== undefined)
      throw new Error(`claim ${claim.name} is being deleted: pod ${ordinal} waits for a new one`);
    if (known !== undefined) continue;
    const made = await shared.api.create(pathTo(plurals.claims, namespace), claim.object);
    if (made._tag !== "Done" && made._tag !== "Conflict") throw new Error(made.message);
  }
  const isRolling = set.spec.updateStrategy?.type !== "OnDelete";
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const revision = isRolling && ordinal < partition ? revisions.current : revisions.update;
  const template = revisions.templateOf(revision) ?? set.spec.template;
  const made = await shared.api.create<Pod>(pathTo("pods", namespace), podOf(set, ordinal, template, revision));
  const name = `${set.metadata.name}-${ordinal}`;
  if (made._tag === "Done") {
    if (made.object !== undefined) shared.stores.pods.learn(made.object);
    shared.event(set, "StatefulSet", "Normal", "SuccessfulCreate", `create Pod ${name} in StatefulSet ${set.metadata.name} successful`);
  } else if (made._tag !== "Conflict") {
    shared.event(
      set,
      "StatefulSet",
      "Warning",
      "FailedCreate",
      `create Pod ${name} in StatefulSet ${set.metadata.name} failed: ${made.message}`,
    );
    throw new Error(made.message);
  }
};

const deletePod = async (shared: Shared, set: StatefulSet, pod: Pod, why: string): Promise<void> => {
  const { name, namespace, uid } = pod.metadata;
  const outcome = await shared.api.remove(pathTo("pods", namespace, name), { uid });
  if (outcome._tag !== "Conflict") mustBeGone(outcome);
  shared.event(
    set,
    "StatefulSet",
    "Normal",
    "SuccessfulDelete",
    `delete Pod ${name} in StatefulSet ${set.metadata.name} successful: it ${why}`,
  );
};

/** Owner references of claims say what the retention policy wants, before any pod goes. */
const keepClaims = async (shared: Shared, set: StatefulSet, pods: ReadonlyMap<number, Pod>): Promise<void> => {
  const templates = (set.spec.volumeClaimTemplates ?? []).map((template) => `${template.metadata.name}-${set.metadata.name}`);
  for (const claim of shared.stores.claims.list()) {
    const { name, namespace, uid, ownerReferences = [] } = claim.metadata;
    const [, parent = "", digits = ""] = /^(.*)-(\d+)$/.exec(name) ?? [];
    if (namespace !== set.metadata.namespace || !templates.includes(parent)) continue;
    const ordinal = Number(digits);
    const owners = claimOwners(set, claim, isWanted(set, ordinal) ? undefined : pods.get(ordinal));
    if (canonical(owners) === canonical(ownerReferences)) continue;
    // A claim whose pod is scaled away and gone keeps pointing to it: that is what deletes it.
    if (!isWanted(set, ordinal) && pods.get(ordinal) === undefined && ownerReferences.some((owner) => owner.kind === "Pod")) continue;
    mustBeGone(await shared.api.patch(pathTo(plurals.claims, namespace, name), { metadata: { uid, ownerReferences: owners } }));
  }
};

const readySince = (pod: Pod): number =>
  Date.parse(pod.status?.conditions?.find((condition) => condition.type === "Ready")?.lastTransitionTime ?? "");

const reportStatus = async (
  shared: Shared,
  set: StatefulSet,
  pods: ReadonlyMap<number, Pod>,
  revisions: Revisions,
  again: (ms: number) => void,
): Promise<void> => {
  const all = [...pods.values()];
  const alive = all.filter((pod) => !isTerminating(pod));
  const withRevision = (revision: string): number => alive.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision).length;
  const ready = all.filter((pod) => pod.status?.phase === "Running" && isReady(pod));
  const minReadyMs = (set.spec.minReadySeconds ?? 0) * 1000;
  const available = ready.filter((pod) => minReadyMs === 0 || Date.now() - readySince(pod) >= minReadyMs);
  if (available.length < ready.length) again(1_000);
  const isRolledOut =
    withRevision(revisions.update) === (set.spec.replicas ?? 1) && ready.length === alive.length && alive.length === all.length;
  const current = set.spec.updateStrategy?.type !== "OnDelete" && isRolledOut ? revisions.update : revisions.current;
  const status: StatefulSetStatus = {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: all.length,
    readyReplicas: ready.length,
    availableReplicas: available.length,
    currentReplicas: withRevision(current),
    updatedReplicas: withRevision(revisions.update),
    currentRevision: current,
    updateRevision: revisions.update,
    collisionCount: 0,
  };
  if (canonical({ ...set.status, ...status }) === canonical(set.status ?? {})) return;
  const path = pathTo(plurals.statefulSets, set.metadata.namespace, set.metadata.name, "status");
  const outcome = await shared.api.patch<StatefulSet>(path, { metadata: { uid: set.metadata.uid }, status });
  if (outcome._tag !== "Missing" && outcome._tag !== "Conflict") shared.stores.statefulSets.learn(must(outcome));
};
