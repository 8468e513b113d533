// The last known state of one collection, and how far it goes: nothing of that collection up to `version` is missing. It
// only follows the watch; what is to be made of it is asked of core with a snapshot in hand.
import type { KubeObject } from "./object.ts";
import type { WatchEvent } from "./watch.ts";

export type Cache = {
  /** Folds one event; the objects that changed, appeared or went. */
  apply(event: WatchEvent): readonly KubeObject[];
  /** Those of one group of one namespace. */
  of(namespace: string, group: string): readonly KubeObject[];
  all(): readonly KubeObject[];
  /** Undefined until the first list. */
  version(): string | undefined;
};

/** `groupOf` says by its name with which others an object is looked for: nobody looks through a whole namespace. */
export function cache(groupOf: (name: string) => string = (name) => name): Cache {
  const groups = new Map<string, Map<string, KubeObject>>();
  let version: string | undefined;

  const groupKeyOf = ({ metadata }: KubeObject): string => groupKey(metadata.namespace ?? "", groupOf(metadata.name));
  const put = (object: KubeObject): void => {
    const key = groupKeyOf(object);
    const objects = groups.get(key) ?? new Map<string, KubeObject>();
    objects.set(object.metadata.name, withoutManagedFields(object));
    groups.set(key, objects);
  };
  const remove = (object: KubeObject): void => {
    const key = groupKeyOf(object);
    const objects = groups.get(key);
    objects?.delete(object.metadata.name);
    if (objects?.size === 0) groups.delete(key);
  };
  const all = (): readonly KubeObject[] => [...groups.values()].flatMap((objects) => [...objects.values()]);
  const replaceAll = (items: readonly KubeObject[]): readonly KubeObject[] => {
    const listed = new Set(items.map(keyOf));
    const gone = all().filter((object) => !listed.has(keyOf(object)));
    const changed = items.filter((object) => {
      const { metadata } = object;
      const old = groups.get(groupKeyOf(object))?.get(metadata.name);
      return old?.metadata.resourceVersion !== metadata.resourceVersion || old.metadata.uid !== metadata.uid;
    });
    gone.forEach(remove);
    changed.forEach(put);
    return [...gone, ...changed];
  };

  return {
    apply: (event) => {
      switch (event._tag) {
        case "Listed":
          version = event.resourceVersion;
          return replaceAll(event.items);
        case "Changed":
          version = event.object.metadata.resourceVersion;
          put(event.object);
          return [event.object];
        case "Deleted":
          version = event.object.metadata.resourceVersion;
          remove(event.object);
          return [event.object];
        case "Bookmark":
          version = event.resourceVersion;
          return [];
        case "Broken":
          return [];
      }
    },
    of: (namespace, group) => [...(groups.get(groupKey(namespace, group))?.values() ?? [])],
    all,
    version: () => version,
  };
}

/** Who wrote which field is half of an object's size and of no use here. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields, ...metadata } = object.metadata;
  return managedFields === undefined ? object : { ...object, metadata };
}

const groupKey = (namespace: string, group: string): string => `${namespace}/${group}`;
const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;
