// Garbage collection by owner references, over every kind the API server serves.
//
//   owner gone                     ──▶ its dependents are deleted (those with another living owner only lose the reference)
//   owner waits, foregroundDeletion ──▶ dependents are deleted first; the finalizer goes when none that blocks is left
//   owner waits, orphan             ──▶ dependents lose the reference; then the finalizer goes
//
// That an owner is gone is never believed from a watch alone, which may lag: it is asked for by name before anything is deleted.
import type { Api } from "../clients/api.ts";
import { type OwnerReference, type Resource } from "../clients/resource.ts";
import { type Store, watchStore } from "../clients/store.ts";
import { workQueue } from "../clients/queue.ts";
import { mustBeGone } from "./controller.ts";
import { pathOfKind, type ServedKind, servedKinds } from "./discovery.ts";

type Known = { readonly kind: ServedKind; readonly object: Resource };

const group = (apiVersion: string): string => (apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "");

/** Kinds come and go with CRDs, which are watched; this is for what else may change. */
const REDISCOVER_MS = 30_000;
/** A new kind is served a moment after its CRD is there. */
const AFTER_CRD_MS = [50, 500, 2_000];
/** Events own nothing and are owned by nobody; they would be most of the traffic. */
const ignored = ["events"];

export const runGarbageCollection = (api: Api, signal: AbortSignal): void => {
  const byUid = new Map<string, Known>();
  const dependents = new Map<string, Set<string>>();
  const watched = new Map<string, { readonly kind: ServedKind; readonly store: Store<Resource>; readonly stop: AbortController }>();

  const kindOf = (owner: OwnerReference): ServedKind | undefined => {
    return [...watched.values()].find(({ kind }) => kind.kind === owner.kind && group(kind.apiVersion) === group(owner.apiVersion))?.kind;
  };
  const dependentsOf = (uid: string): readonly Known[] => [...(dependents.get(uid) ?? [])].flatMap((each) => byUid.get(each) ?? []);

  const changed = (kind: ServedKind, now: Resource | undefined, before: Resource | undefined): void => {
    if (kind.kind === "CustomResourceDefinition") for (const ms of AFTER_CRD_MS) setTimeout(() => void discover(), ms).unref();
    const uid = (now ?? before)?.metadata.uid ?? "";
    for (const owner of before?.metadata.ownerReferences ?? []) {
      dependents.get(owner.uid)?.delete(before?.metadata.uid ?? "");
      queue.add(owner.uid);
    }
    if (before !== undefined && before.metadata.uid !== now?.metadata.uid) {
      byUid.delete(before.metadata.uid ?? "");
      for (const dependent of dependents.get(before.metadata.uid ?? "") ?? []) queue.add(dependent);
    }
    if (now === undefined) return;
    byUid.set(uid, { kind, object: now });
    for (const owner of now.metadata.ownerReferences ?? []) {
      const known = dependents.get(owner.uid) ?? new Set();
      dependents.set(owner.uid, known.add(uid));
      if (byUid.get(owner.uid)?.object.metadata.deletionTimestamp !== undefined) queue.add(owner.uid);
    }
    if ((now.metadata.ownerReferences ?? []).length > 0 || now.metadata.deletionTimestamp !== undefined) queue.add(uid);
  };

  const queue = workQueue("garbage", signal, async (uid) => {
    const known = byUid.get(uid);
    if (known === undefined) return;
    if (known.object.metadata.deletionTimestamp === undefined) await collect(known);
    else await finalize(known);
  });

  const isAlive = async (owner: OwnerReference, namespace: string | undefined): Promise<boolean> => {
    if (byUid.has(owner.uid)) return true;
    const kind = kindOf(owner);
    if (kind === undefined) return true; // a kind that cannot be asked for is no proof of anything
    const outcome = await api.get<Resource>(pathOfKind(kind, namespace, owner.name));
    if (outcome._tag === "Missing") return false;
    if (outcome._tag !== "Done") throw new Error(outcome.message);
    return outcome.object?.metadata.uid === owner.uid;
  };

  const collect = async ({ kind, object }: Known): Promise<void> => {
    const { name, namespace, uid, resourceVersion, ownerReferences = [] } = object.metadata;
    if (ownerReferences.length === 0) return;
    const verdicts = await Promise.all(ownerReferences.map(async (owner) => ({ owner, alive: await isAlive(owner, namespace) })));
    const living = verdicts.filter(({ alive }) => alive).map(({ owner }) => owner);
    if (living.length === ownerReferences.length) return;
    const path = pathOfKind(kind, namespace, name);
    if (living.length > 0) {
      mustBeGone(await api.patch(path, { metadata: { uid, resourceVersion, ownerReferences: living } }));
      return;
    }
    const propagation = (object.metadata.finalizers ?? []).includes("foregroundDeletion") ? "Foreground" : "Background";
    const outcome = await api.remove(path, { uid, propagation });
    if (outcome._tag !== "Conflict") mustBeGone(outcome);
  };

  const finalize = async ({ kind, object }: Known): Promise<void> => {
    const { name, namespace, uid = "", resourceVersion, finalizers = [] } = object.metadata;
    const drop = async (finalizer: string): Promise<void> => {
      const remaining = finalizers.filter((each) => each !== finalizer);
      mustBeGone(await api.patch(pathOfKind(kind, namespace, name), { metadata: { uid, resourceVersion, finalizers: remaining } }));
    };
    if (finalizers.includes("orphan")) {
      for (const dependent of dependentsOf(uid)) {
        const { metadata } = dependent.object;
        const others = (metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
        const change = { metadata: { uid: metadata.uid, resourceVersion: metadata.resourceVersion, ownerReferences: others } };
        mustBeGone(await api.patch(pathOfKind(dependent.kind, metadata.namespace, metadata.name), change));
      }
      return drop("orphan");
    }
    if (!finalizers.includes("foregroundDeletion")) return;
    const blocking = dependentsOf(uid).filter(({ object: { metadata } }) =>
      metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
    );
    for (const {
      kind: dependentKind,
      object: { metadata },
    } of dependentsOf(uid)) {
      if (metadata.deletionTimestamp !== undefined) continue;
      const path = pathOfKind(dependentKind, metadata.namespace, metadata.name);
      const outcome = await api.remove(path, { uid: metadata.uid, propagation: "Foreground" });
      if (outcome._tag !== "Conflict") mustBeGone(outcome);
    }
    if (blocking.length === 0) await drop("foregroundDeletion");
  };

  const discover = async (): Promise<void> => {
    const kinds = await servedKinds(api);
    if (kinds === undefined || signal.aborted) return;
    const names = new Set(kinds.map((kind) => pathOfKind(kind, undefined)));
    for (const kind of kinds) {
      const path = pathOfKind(kind, undefined);
      if (ignored.includes(kind.plural) || watched.has(path)) continue;
      const stop = new AbortController();
      const both = AbortSignal.any([stop.signal, signal]);
      const store = watchStore<Resource>(api, { path, signal: both, changed: (now, before) => changed(kind, now, before) });
      watched.set(path, { kind, store, stop });
    }
    for (const [path, { kind, store, stop }] of watched) {
      if (names.has(path)) continue;
      stop.abort();
      watched.delete(path);
      for (const object of store.list()) changed(kind, undefined, object);
    }
  };
  void discover();
  const timer = setInterval(() => void discover(), REDISCOVER_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
};
