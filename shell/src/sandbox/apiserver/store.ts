// The objects, in memory: one version counter for everything, a bounded history for watches, and a journal on disk
// when there is a data folder. A write is appended to the journal before it is visible to anyone, so what a client was
// told was written survives the death of this process.
import { type JsonObject, nameOf, namespaceOf, withMetadata } from "./json.ts";
import type { Journal } from "./journal.ts";

export type Change = {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly storage: string;
  readonly object: JsonObject;
  readonly previous: JsonObject | undefined;
  readonly version: number;
};
export type Listener = (change: Change) => void;

/** `storage` names the collection (`apps/statefulsets`); every version of a kind shares one. */
export type Store = {
  version(): number;
  read(storage: string, namespace: string, name: string): JsonObject | undefined;
  list(storage: string, namespace?: string): readonly JsonObject[];
  /** Stores under a new resourceVersion and returns what was stored. */
  write(storage: string, object: JsonObject): JsonObject;
  /** Removes; the returned last state carries the version of the removal. */
  remove(storage: string, object: JsonObject): JsonObject;
  /** What changed after a version, oldest first; "Gone" when the history no longer reaches back that far. */
  since(storage: string, version: number): readonly Change[] | "Gone";
  listen(storage: string, listener: Listener): () => void;
  collections(): readonly string[];
  close(): void;
};

/** How many changes a watch may lag behind, per collection, before it is told 410. */
export const defaultHistory = 2000;

type Collection = { readonly objects: Map<string, JsonObject>; history: Change[]; forgotten: number; readonly listeners: Set<Listener> };

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

export const createStore = (journal: Journal | undefined, historyLength: number): Store => {
  const collections = new Map<string, Collection>();
  let version = 1;
  let start = 1;

  const collection = (storage: string): Collection => {
    const known = collections.get(storage);
    if (known !== undefined) return known;
    const made: Collection = { objects: new Map(), history: [], forgotten: start, listeners: new Set() };
    collections.set(storage, made);
    return made;
  };

  for (const entry of journal?.entries ?? []) {
    const { objects } = collection(entry.storage);
    version = Math.max(version, entry.version);
    if (entry.object === undefined) objects.delete(entry.key);
    else objects.set(entry.key, entry.object);
  }
  start = version;
  for (const each of collections.values()) each.forgotten = start;

  const publish = (change: Change): void => {
    const into = collection(change.storage);
    into.history.push(change);
    if (into.history.length > historyLength * 1.25) {
      const dropped = into.history.splice(0, into.history.length - historyLength);
      into.forgotten = dropped.at(-1)?.version ?? into.forgotten;
    }
    for (const listener of into.listeners) listener(change);
  };

  const stamped = (object: JsonObject): JsonObject => withMetadata(object, { resourceVersion: String(version + 1) });

  return {
    version: () => version,
    read: (storage, namespace, name) => collection(storage).objects.get(keyOf(namespace, name)),
    list: (storage, namespace) =>
      [...collection(storage).objects.entries()]
        .filter(([, object]) => namespace === undefined || namespaceOf(object) === namespace)
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([, object]) => object),
    write: (storage, object) => {
      const { objects } = collection(storage);
      const key = keyOf(namespaceOf(object), nameOf(object));
      const next = stamped(object);
      journal?.append({ storage, key, version: version + 1, object: next });
      version += 1;
      const previous = objects.get(key);
      objects.set(key, next);
      publish({ type: previous === undefined ? "ADDED" : "MODIFIED", storage, object: next, previous, version });
      return next;
    },
    remove: (storage, object) => {
      const { objects } = collection(storage);
      const key = keyOf(namespaceOf(object), nameOf(object));
      const last = stamped(object);
      journal?.append({ storage, key, version: version + 1, object: undefined });
      version += 1;
      objects.delete(key);
      publish({ type: "DELETED", storage, object: last, previous: object, version });
      return last;
    },
    since: (storage, from) => {
      const { history, forgotten } = collection(storage);
      if (from < forgotten) return "Gone";
      return history.filter((change) => change.version > from);
    },
    listen: (storage, listener) => {
      const { listeners } = collection(storage);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    collections: () => [...collections.keys()],
    close: () => journal?.close(),
  };
};
