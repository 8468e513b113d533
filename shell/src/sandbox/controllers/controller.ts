// What the sandbox's controllers have in common: one set of watches for all of them, one way to write, one way to stop.
import { type Api, type Outcome, pathTo } from "../clients/api.ts";
import { type Recorder, recorder } from "../clients/events.ts";
import type { Pod } from "../clients/pod.ts";
import type { NodeObject, PersistentVolume, PersistentVolumeClaim, Resource, Service } from "../clients/resource.ts";
import { type Change, type Store, watchStore } from "../clients/store.ts";
import type { ControllerRevision, StatefulSet } from "./statefulset-types.ts";

export type Kinds = {
  readonly pods: Pod;
  readonly services: Service;
  readonly statefulSets: StatefulSet;
  readonly revisions: ControllerRevision;
  readonly claims: PersistentVolumeClaim;
  readonly volumes: PersistentVolume;
  readonly nodes: NodeObject;
  readonly namespaces: Resource;
};

export const plurals: { readonly [K in keyof Kinds]: string } = {
  pods: "pods",
  services: "services",
  statefulSets: "apps/v1/statefulsets",
  revisions: "apps/v1/controllerrevisions",
  claims: "persistentvolumeclaims",
  volumes: "persistentvolumes",
  nodes: "nodes",
  namespaces: "namespaces",
};

export type Shared = {
  readonly api: Api;
  readonly signal: AbortSignal;
  readonly stores: { readonly [K in keyof Kinds]: Store<Kinds[K]> };
  /** Calls back for every change of a kind, in the order of the watch. */
  readonly on: <K extends keyof Kinds>(kind: K, changed: Change<Kinds[K]>) => void;
  readonly event: Recorder;
};

const listeners = <R>(): { readonly all: Change<R>[]; readonly call: Change<R> } => {
  const all: Change<R>[] = [];
  return { all, call: (now, before) => all.forEach((each) => each(now, before)) };
};

/** Opens the watches; controllers subscribe before the first answer is in, so that they see every object. */
export const shareStores = (api: Api, signal: AbortSignal): Shared => {
  const calls: { readonly [K in keyof Kinds]: ReturnType<typeof listeners<Kinds[K]>> } = {
    pods: listeners(),
    services: listeners(),
    statefulSets: listeners(),
    revisions: listeners(),
    claims: listeners(),
    volumes: listeners(),
    nodes: listeners(),
    namespaces: listeners(),
  };
  const store = <R extends Resource>(kind: keyof Kinds, changed: Change<R>): Store<R> =>
    watchStore<R>(api, { path: pathTo(plurals[kind]), signal, changed });
  return {
    api,
    signal,
    event: recorder(api, "sandbox-controllers", "sandbox"),
    on: (kind, changed) => void calls[kind].all.push(changed),
    stores: {
      pods: store("pods", calls.pods.call),
      services: store("services", calls.services.call),
      statefulSets: store("statefulSets", calls.statefulSets.call),
      revisions: store("revisions", calls.revisions.call),
      claims: store("claims", calls.claims.call),
      volumes: store("volumes", calls.volumes.call),
      nodes: store("nodes", calls.nodes.call),
      namespaces: store("namespaces", calls.namespaces.call),
    },
  };
};

/** The object that came back; throws (so that the queue looks again) when the write did not happen. */
export const must = <R>(outcome: Outcome<R>): R => {
  if (outcome._tag === "Done" && outcome.object !== undefined) return outcome.object;
  throw new Error(outcome._tag === "Done" ? "the API server answered without an object" : outcome.message);
};

/** As `must`, where "it is already gone" is as good as done. */
export const mustBeGone = (outcome: Outcome<unknown>): void => {
  if (outcome._tag !== "Done" && outcome._tag !== "Missing") throw new Error(outcome.message);
};

export const splitKey = (key: string): { readonly namespace: string; readonly name: string } => {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
};
