// A watch: what changed since a version, then what changes, one JSON line each, until the client or the time-out ends it.
// An object that starts or stops matching the selector is an addition or a removal to this watcher.
import type { ServerResponse } from "node:http";
import { type JsonObject, textOfObject, versionOf } from "./json.ts";
import { badRequest, gone } from "./rejection.ts";
import { type Form, presented } from "./representation.ts";
import { groupVersion, type Resource } from "./resource.ts";
import type { Change, Store } from "./store.ts";
import { includeObjectOf, metadataOnly, tableOf } from "./table.ts";

/** How often a watcher that asked for bookmarks hears which version it has reached. */
const bookmarkMs = 10_000;
/** A watcher this far behind is cut off; it lists again. */
const backlogBytes = 32 * 1024 * 1024;
const defaultTimeoutSeconds = 1800;
/** One more before the end, so that whoever comes back begins there. */
const lastBookmarkMs = 2000;

export type Watched = {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly matches: (object: JsonObject) => boolean;
  readonly form: Form;
  readonly query: URLSearchParams;
};

export const streamWatch = (store: Store, response: ServerResponse, watched: Watched): void => {
  const { resource, query } = watched;
  const { storage } = resource;
  const timeoutSeconds = Number(query.get("timeoutSeconds") ?? 0) || defaultTimeoutSeconds;
  const bookmarks = isTrue(query.get("allowWatchBookmarks"));
  const initial = isTrue(query.get("sendInitialEvents"));
  const from = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(from)) throw badRequest(`resourceVersion is ${JSON.stringify(from)}: it must be one this server has given out`);

  response.writeHead(200, { "content-type": "application/json", "transfer-encoding": "chunked" });
  response.socket?.setNoDelay(true);
  const send = writer(response, watched);
  const everything = initial || from === "" || from === "0";
  const missed = everything ? [] : Number(from) > store.version() ? "Gone" : store.since(storage, Number(from));
  if (missed === "Gone") {
    const expired = gone(`too old resource version: ${from} (${store.version()})`).status;
    response.end(`{"type":"ERROR","object":${JSON.stringify(expired)}}\n`);
    return;
  }
  if (everything) {
    for (const object of store.list(storage, watched.namespace)) if (watched.matches(object)) send("ADDED", object);
    if (initial) send("BOOKMARK", bookmark(resource, store.version(), true));
  }
  const deliver = (change: Change): void => {
    const type = seenAs(watched, change);
    if (type !== undefined) send(type, change.object);
  };
  for (const change of missed) deliver(change);
  response.flushHeaders();

  const stopListening = store.listen(storage, deliver);
  const beat = bookmarks ? setInterval(() => send("BOOKMARK", bookmark(resource, store.version(), false)), bookmarkMs) : undefined;
  const last = bookmarks
    ? setTimeout(() => send("BOOKMARK", bookmark(resource, store.version(), false)), Math.max(0, timeoutSeconds * 1000 - lastBookmarkMs))
    : undefined;
  const end = setTimeout(() => response.end(), timeoutSeconds * 1000);
  response.on("close", () => {
    stopListening();
    clearInterval(beat);
    clearTimeout(last);
    clearTimeout(end);
  });
};

const isTrue = (text: string | null): boolean => text === "true" || text === "1";

const inScope = (watched: Watched, object: JsonObject | undefined): boolean => {
  if (object === undefined) return false;
  const namespace = watched.namespace;
  const metadata = object["metadata"];
  const own = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata) ? metadata["namespace"] : undefined;
  return (namespace === undefined || own === namespace) && watched.matches(object);
};

const seenAs = (watched: Watched, change: Change): Change["type"] | undefined => {
  const before = inScope(watched, change.previous);
  const after = change.type !== "DELETED" && inScope(watched, change.object);
  if (before && after) return "MODIFIED";
  if (after) return "ADDED";
  return before ? "DELETED" : undefined;
};

const bookmark = (resource: Resource, version: number, endOfInitial: boolean): JsonObject => ({
  kind: resource.kind,
  apiVersion: groupVersion(resource),
  metadata: {
    resourceVersion: String(version),
    creationTimestamp: null,
    ...(endOfInitial ? { annotations: { "k8s.io/initial-events-end": "true" } } : {}),
  },
});

const writer = (response: ServerResponse, watched: Watched): ((type: string, object: JsonObject) => void) => {
  const { resource, form, query } = watched;
  const include = includeObjectOf(query.get("includeObject"));
  let definitions = true;
  const shown = (type: string, stored: JsonObject): string => {
    const object = presented(resource, stored);
    if (form === "Object") return textOfObject(object);
    if (form === "Metadata") return JSON.stringify(metadataOnly(object));
    const table = tableOf(resource, type === "BOOKMARK" ? [] : [object], {
      include,
      version: versionOf(object),
      now: Date.now(),
      definitions,
    });
    // kubectl reads the annotation that ends the initial events from the one row of a bookmark.
    const marked =
      type === "BOOKMARK"
        ? { ...table, rows: [{ cells: resource.columns.map(() => ""), object: include === "Object" ? object : metadataOnly(object) }] }
        : table;
    definitions = false;
    return JSON.stringify(marked);
  };
  return (type, object) => {
    if (response.writableEnded) return;
    response.write(`{"type":"${type}","object":${shown(type, object)}}\n`);
    if (response.writableLength > backlogBytes) response.destroy();
  };
};
