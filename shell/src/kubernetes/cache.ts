// The last known state of one collection, and how far it goes: nothing of that collection up to `version` is missing. It
// only follows the watch; what is to be made of it is asked of core with a snapshot in hand.
import type { KubeObject } from "./object.ts";
import type { WatchEvent } from "./watch.ts";

export type Cache = {
  /** Folds one event; the objects that changed, appeared or went. */
  apply(event: WatchEvent): readonly KubeObject[];
  get(namespace: string, name: string): KubeObject | undefined;
  all(): IterableIterator<KubeObject>;
  /** Undefined until the first list. */
  version(): string | undefined;
};

/** `keep` cuts off what nobody here reads, before it is held for ever. */
export function cache(keep: (object: KubeObject) => KubeObject = withoutManagedFields): Cache {
  const objects = new Map<string, KubeObject>();
  let version: string | undefined;

  const replaceAll = (items: readonly KubeObject[]): readonly KubeObject[] => {
    const changed: KubeObject[] = [];
    const listed = new Map(items.map((item) => [keyOf(item.metadata.namespace, item.metadata.name), item]));
    for (const [key, old] of objects) {
      if (listed.has(key)) continue;
      objects.delete(key);
      changed.push(old);
    }
    for (const [key, item] of listed) {
      const old = objects.get(key);
      if (old?.metadata.resourceVersion === item.metadata.resourceVersion && old.metadata.uid === item.metadata.uid) continue;
      objects.set(key, keep(item));
      changed.push(item);
    }
    return changed;
  };

  return {
    apply: (event) => {
      switch (event._tag) {
        case "Listed": {
          version = event.resourceVersion;
          return replaceAll(event.items);
        }
        case "Changed": {
          version = event.object.metadata.resourceVersion;
          objects.set(keyOf(event.object.metadata.namespace, event.object.metadata.name), keep(event.object));
          return [event.object];
        }
        case "Deleted": {
          version = event.object.metadata.resourceVersion;
          objects.delete(keyOf(event.object.metadata.namespace, event.object.metadata.name));
          return [event.object];
        }
        case "Bookmark": {
          version = event.resourceVersion;
          return [];
        }
        case "Broken":
          return [];
      }
    },
    get: (namespace, name) => objects.get(keyOf(namespace, name)),
    all: () => objects.values(),
    version: () => version,
  };
}

/** Who wrote which field is half of an object's size and of no use here. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ""}/${name}`;
