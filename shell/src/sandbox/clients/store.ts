// A list-then-watch stream kept as a table, with a call for each change: what client libraries call an informer.
//
// Own writes may be put in with `learn`, so that a loop does not act on a view older than its own last write; the newer version of an
// object always wins.
import { listThenWatch } from "../../kubernetes/watch.ts";
import type { Api } from "./api.ts";
import { warn } from "./api.ts";
import { asResource, keyOf, type Resource } from "./resource.ts";

export type Store<R extends Resource> = {
  readonly get: (namespace: string | undefined, name: string) => R | undefined;
  readonly list: () => readonly R[];
  readonly synced: Promise<void>;
  /** Puts in what a write of ours came back with, unless something newer is known. */
  readonly learn: (object: R) => void;
};

/** `now` is undefined for a deletion, `before` for a first sight. */
export type Change<R> = (now: R | undefined, before: R | undefined) => void;

export const watchStore = <R extends Resource>(
  api: Api,
  options: {
    readonly path: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly changed?: Change<R>;
  },
): Store<R> => {
  const table = new Map<string, R>();
  const synced = Promise.withResolvers<void>();
  const changed = options.changed ?? (() => undefined);

  const put = (object: R): void => {
    const key = keyOf(object.metadata);
    const before = table.get(key);
    if (before !== undefined && isOlder(object, before)) return;
    table.set(key, object);
    changed(object, before);
  };
  const drop = (key: string): void => {
    const before = table.get(key);
    if (before === undefined) return;
    table.delete(key);
    changed(undefined, before);
  };

  const follow = async (): Promise<void> => {
    const { path, query, signal } = options;
    for await (const event of listThenWatch(api.client, { path, query, signal })) {
      if (event._tag === "Listed") {
        const items = event.items.flatMap((item) => asResource<R>(item) ?? []);
        const keys = new Set(items.map((item) => keyOf(item.metadata)));
        for (const key of table.keys()) if (!keys.has(key)) drop(key);
        items.forEach(put);
        synced.resolve();
      } else if (event._tag === "Changed") {
        const object = asResource<R>(event.object);
        if (object !== undefined) put(object);
      } else if (event._tag === "Deleted") {
        const object = asResource<R>(event.object);
        const known = object === undefined ? undefined : table.get(keyOf(object.metadata));
        if (object !== undefined && known !== undefined && (known.metadata.uid === object.metadata.uid || isOlder(known, object))) {
          drop(keyOf(object.metadata));
        }
      } else if (event._tag === "Broken" && event.reason !== "Silent") {
        warn("watch", `${event.reason}: ${event.message}`);
      }
    }
  };
  void follow();
  return {
    get: (namespace, name) => table.get(`${namespace ?? ""}/${name}`),
    list: () => [...table.values()],
    synced: synced.promise,
    learn: put,
  };
};

/** Versions of one object are compared as unbounded integers; where they are none, the one that came later counts as newer. */
const isOlder = (one: Resource, other: Resource): boolean => {
  const [a, b] = [one.metadata.resourceVersion ?? "", other.metadata.resourceVersion ?? ""];
  if (one.metadata.uid !== other.metadata.uid || !/^\d+$/.test(a) || !/^\d+$/.test(b)) return false;
  return BigInt(a) < BigInt(b);
};
