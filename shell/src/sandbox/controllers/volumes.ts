// Volumes as folders of this machine: a claim is bound to a new PersistentVolume at once, keeps the protection finalizer while a pod
// uses it, grows when asked to, and its folder goes with it (reclaim policy Delete) or stays (Retain).
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { type Outcome, pathTo } from "../clients/api.ts";
import { isFinished } from "../clients/pod.ts";
import { keyOf, type PersistentVolume, type PersistentVolumeClaim, type Resource } from "../clients/resource.ts";
import { workQueue } from "../clients/queue.ts";
import { must, mustBeGone, plurals, type Shared, splitKey } from "./controller.ts";

const defaultClass = "local-folder";
const protection = "kubernetes.io/pvc-protection";
const provisioner = "sandbox/local-folder";

/** Runs the claims; `folder` holds the volumes, one folder each. */
export const runVolumes = (shared: Shared, folder: string): void => {
  const { stores, signal, api } = shared;
  mkdirSync(folder, { recursive: true });
  const classReady = makeStorageClass(shared);
  const claims = workQueue("volumes", signal, async (key) => {
    const { namespace, name } = splitKey(key);
    const claim = stores.claims.get(namespace, name);
    if (claim === undefined) return;
    await Promise.all([classReady, stores.pods.synced, stores.volumes.synced]);
    await (claim.metadata.deletionTimestamp === undefined ? keepClaim(shared, claim, folder) : releaseClaim(shared, claim));
  });
  const volumes = workQueue("volumes", signal, async (key) => {
    const volume = stores.volumes.get(undefined, splitKey(key).name);
    const path = volume?.spec.hostPath?.path;
    if (volume === undefined || path === undefined || volume.metadata.annotations?.["pv.kubernetes.io/provisioned-by"] !== provisioner)
      return;
    await stores.claims.synced;
    const { claimRef } = volume.spec;
    const claim = claimRef === undefined ? undefined : stores.claims.get(claimRef.namespace, claimRef.name);
    if (claim?.metadata.uid === claimRef?.uid) return;
    const { name, uid } = volume.metadata;
    if (volume.spec.persistentVolumeReclaimPolicy !== "Delete") {
      if (volume.status?.phase !== "Released")
        await api.patch(`${pathTo(plurals.volumes)}/${name}/status`, { status: { phase: "Released" } });
      return;
    }
    mustBeGone(await api.remove(pathTo(plurals.volumes, undefined, name), { uid }));
    rmSync(join(folder, basename(path)), { recursive: true, force: true });
  });
  shared.on("claims", (now, before) => {
    if (now !== undefined) claims.add(keyOf(now.metadata));
    const volume = (now ?? before)?.spec.volumeName;
    if (now === undefined && volume !== undefined) volumes.add(`/${volume}`);
  });
  shared.on("volumes", (now) => now !== undefined && volumes.add(keyOf(now.metadata)));
  shared.on("pods", (now, before) => {
    for (const { persistentVolumeClaim } of before?.spec.volumes ?? []) {
      if ((now === undefined || isFinished(now)) && persistentVolumeClaim !== undefined) {
        claims.add(`${before?.metadata.namespace ?? ""}/${persistentVolumeClaim.claimName}`);
      }
    }
  });
};

const classPath = pathTo("storage.k8s.io/v1/storageclasses");

const makeStorageClass = async ({ api }: Shared): Promise<void> => {
  const outcome = await api.create(classPath, {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: defaultClass, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner,
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
    allowVolumeExpansion: true,
  });
  if (outcome._tag !== "Done" && outcome._tag !== "Conflict") throw new Error(outcome.message);
};

const keepClaim = async (shared: Shared, claim: PersistentVolumeClaim, folder: string): Promise<void> => {
  const { api } = shared;
  const { name, namespace, uid = "", finalizers = [] } = claim.metadata;
  const path = pathTo(plurals.claims, namespace, name);
  const wanted = claim.spec.resources?.requests?.["storage"] ?? "1Gi";
  if (claim.status?.phase === "Bound") return grow(shared, claim, wanted);
  if (claim.spec.dataSource !== undefined) {
    shared.event(
      claim,
      "PersistentVolumeClaim",
      "Warning",
      "ProvisioningFailed",
      "the sandbox makes empty volumes only: dataSource is not served",
    );
    return;
  }
  const className = claim.spec.storageClassName ?? defaultClass;
  if (claim.spec.volumeName === undefined && className !== "") {
    const found = await api.get<Resource & { readonly provisioner?: string; readonly reclaimPolicy?: string }>(`${classPath}/${className}`);
    const storageClass = found._tag === "Done" ? found.object : undefined;
    if (storageClass?.provisioner !== provisioner) {
      const known = storageClass === undefined ? "not found" : `provisioned by ${storageClass.provisioner}, which does not run here`;
      shared.event(claim, "PersistentVolumeClaim", "Warning", "ProvisioningFailed", `storageclass.storage.k8s.io "${className}" ${known}`);
      return;
    }
    await makeVolume(shared, claim, join(folder, `pvc-${uid}`), storageClass.reclaimPolicy ?? "Delete");
  }
  const volumeName = claim.spec.volumeName ?? (className === "" ? undefined : `pvc-${uid}`);
  if (volumeName === undefined) return;
  const change = {
    metadata: {
      uid,
      ...(!finalizers.includes(protection) && { finalizers: [...finalizers, protection] }),
      annotations: { "pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes" },
    },
    spec: { volumeName, storageClassName: className },
  };
  if (skipIfGone(await api.patch(path, change))) return;
  const accessModes = claim.spec.accessModes ?? ["ReadWriteOnce"];
  const status = { phase: "Bound", accessModes, capacity: { storage: wanted } };
  const bound = await api.patch<PersistentVolumeClaim>(`${path}/status`, { metadata: { uid }, status });
  if (skipIfGone(bound)) return;
  shared.stores.claims.learn(must(bound));
  shared.event(claim, "PersistentVolumeClaim", "Normal", "ProvisioningSucceeded", `Successfully provisioned volume ${volumeName}`);
};

const makeVolume = async ({ api }: Shared, claim: PersistentVolumeClaim, path: string, reclaimPolicy: string): Promise<void> => {
  const { name, namespace, uid = "" } = claim.metadata;
  mkdirSync(path, { recursive: true });
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pvc-${uid}`, annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.["storage"] ?? "1Gi" },
      accessModes: claim.spec.accessModes ?? ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: claim.spec.storageClassName ?? defaultClass,
      volumeMode: claim.spec.volumeMode ?? "Filesystem",
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      hostPath: { path, type: "DirectoryOrCreate" },
    },
  };
  const made = await api.create<PersistentVolume>(pathTo(plurals.volumes), volume);
  if (made._tag !== "Done" && made._tag !== "Conflict") throw new Error(made.message);
  await api.patch(`${pathTo(plurals.volumes)}/pvc-${uid}/status`, { status: { phase: "Bound" } });
};

/** A claim that asks for more gets it at once: a folder has no size of its own. */
const grow = async ({ api }: Shared, claim: PersistentVolumeClaim, wanted: string): Promise<void> => {
  const { name, namespace, uid, finalizers = [] } = claim.metadata;
  const path = pathTo(plurals.claims, namespace, name);
  if (!finalizers.includes(protection)) skipIfGone(await api.patch(path, { metadata: { uid, finalizers: [...finalizers, protection] } }));
  if (claim.status?.capacity?.["storage"] === wanted || claim.spec.volumeName === undefined) return;
  const capacity = { storage: wanted };
  await api.patch(pathTo(plurals.volumes, undefined, claim.spec.volumeName), { spec: { capacity } });
  skipIfGone(await api.patch(`${path}/status`, { metadata: { uid }, status: { capacity } }));
};

const releaseClaim = async (shared: Shared, claim: PersistentVolumeClaim): Promise<void> => {
  const { name, namespace, uid, finalizers = [] } = claim.metadata;
  const isUsed = shared.stores.pods.list().some((pod) => {
    const mounts = pod.spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === name) ?? false;
    return mounts && pod.metadata.namespace === namespace && !isFinished(pod) && pod.spec.nodeName !== undefined;
  });
  if (isUsed || !finalizers.includes(protection)) return;
  const remaining = finalizers.filter((finalizer) => finalizer !== protection);
  skipIfGone(await shared.api.patch(pathTo(plurals.claims, namespace, name), { metadata: { uid, finalizers: remaining } }));
};

/** True when the object is gone or another one by now; throws when the write failed, so that it is tried again. */
const skipIfGone = (outcome: Outcome<unknown>): boolean => {
  if (outcome._tag === "Done") return false;
  if (outcome._tag === "Missing" || outcome._tag === "Conflict") return true;
  throw new Error(outcome.message);
};
