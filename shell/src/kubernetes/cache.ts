// The last known state of one collection, and how far it goes: nothing of that collection up to `version` is missing. It
// only follows the watch; what is to be made of it is asked of core with a snapshot in hand.
import type { KubeObject } from "./object.ts";
import type { WatchEvent } from "./watch.ts";

export type Cache = {
  /** Folds one event; the objects that changed, appeared or went. */
  apply(event: WatchEvent): readonly KubeObject[];
  /** Those of one namespace. */
  in(namespace: string): readonly KubeObject[];
  all(): readonly KubeObject[];
  /** Undefined until the first list. */
  version(): string | undefined;
};

/** `keep` cuts off what nobody here reads, before it is held for ever. */
export function cache(keep: (object: KubeObject) => KubeObject = withoutManagedFields): Cache {
  const namespaces = new Map<string, Map<string, KubeObject>>();
  let version: string | undefined;

  const put = (object: KubeObject): void => {
    const namespace = object.metadata.namespace ?? "";
    const objects = namespaces.get(namespace) ?? new Map<string, KubeObject>();
    objects.set(object.metadata.name, keep(object));
    namespaces.set(namespace, objects);
  };
  const remove = ({ metadata }: KubeObject): void => {
    const objects = namespaces.get(metadata.namespace ?? "");
    objects?.delete(metadata.name);
    if (objects?.size === 0) namespaces.delete(metadata.namespace ?? "");
  };
  const all = (): readonly KubeObject[] => [...namespaces.values()].flatMap((objects) => [...objects.values()]);
  const replaceAll = (items: readonly KubeObject[]): readonly KubeObject[] => {
    const listed = new Set(items.map(keyOf));
    const gone = all().filter((object) => !listed.has(keyOf(object)));
    const changed = items.filter(({ metadata }) => {
      const old = namespaces.get(metadata.namespace ?? "")?.get(metadata.name);
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
    in: (namespace) => [...(namespaces.get(namespace)?.values() ?? [])],
    all,
    version: () => version,
  };
}

/** Who wrote which field is half of an object's size and of no use here. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields, ...metadata } = object.metadata;
  return managedFields === undefined ? object : { ...object, metadata };
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;
