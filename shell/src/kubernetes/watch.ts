// List, then watch, then never lose an event silently. The stream goes on for as long as its signal does: what breaks is
// said as a `Broken` event and mended, by resuming from the last version seen where that is safe, and by listing again
// where it is not (expired, an ERROR event, a line that does not parse). Whoever consumes the events needs no retry.
//
//   list ──▶ Listed ──▶ watch from its version ──▶ Changed | Deleted | Bookmark …
//     ▲                     │            ▲
//     │   Expired, Garbled  │            │  closed, silent, cut off in a line: resume from the last version seen
//     └─────────────────────┴────────────┘  … after a pause that doubles with every failure and never falls below the floor
import { type Answer, isRecord, messageOf } from "./answer.ts";
import type { ApiClient, Opened, QueryValue } from "./client.ts";
import { lines } from "./lines.ts";
import { type KubeObject, parseItem, parseList, parseObject } from "./object.ts";

export type WatchEvent =
  | { readonly _tag: "Listed"; readonly items: readonly KubeObject[]; readonly resourceVersion: string }
  | { readonly _tag: "Changed"; readonly object: KubeObject }
  | { readonly _tag: "Deleted"; readonly object: KubeObject }
  | { readonly _tag: "Bookmark"; readonly resourceVersion: string }
  | Broken;

/** Something went wrong and is being mended; `next` says how. Between a Broken and the next other event the view may be old. */
export type Broken = {
  readonly _tag: "Broken";
  readonly reason: "ListFailed" | "WatchFailed" | "Expired" | "ErrorEvent" | "Garbled" | "Truncated" | "Cut" | "Silent";
  readonly message: string;
  readonly next: "List" | "Resume";
};

export type WatchOptions = {
  /** The collection: `/api/v1/namespaces/default/pods`, `/apis/valkey.verilean.io/v1/valkeyclusters`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>> | undefined;
  readonly signal: AbortSignal;
  /** The shortest pause between two requests, default 250 ms. */
  readonly floorMs?: number | undefined;
  /** The longest pause after failures, default 10 s. */
  readonly ceilingMs?: number | undefined;
  /** A watch that says nothing for this long (bookmarks included) is opened anew, default 90 s. */
  readonly silenceMs?: number | undefined;
  readonly listTimeoutMs?: number | undefined;
};

/** Ends only with `signal`. Memory is one line and one list; a slow consumer slows the server down. */
export async function* listThenWatch(client: ApiClient, options: WatchOptions): AsyncGenerator<WatchEvent, void, void> {
  const pause = pacer(options);
  let version: string | undefined;
  while (!options.signal.aborted) {
    await pause.before();
    if (options.signal.aborted) return;
    if (version === undefined) {
      const listed = await list(client, options);
      if (options.signal.aborted) return;
      yield listed;
      if (listed._tag === "Broken") {
        pause.failed();
        continue;
      }
      version = listed.resourceVersion;
      pause.succeeded();
    }
    const end: End = yield* watchOnce(client, options, version);
    if (options.signal.aborted) return;
    version = end.version;
    if (end.broken === undefined) pause.succeeded();
    else {
      if (end.sawEvents) pause.succeeded();
      // A server that has nothing to say (an old one sends no bookmarks of what never changed) is no failing one.
      if (end.broken.reason !== "Silent") pause.failed();
      if (end.broken.next === "List") version = undefined;
      yield end.broken;
    }
  }
}

// Large collections come in pages, so that neither side holds them in one piece; kubectl's page size.
const PAGE = 500;

async function list(client: ApiClient, options: WatchOptions): Promise<WatchEvent & { readonly _tag: "Listed" | "Broken" }> {
  const items: KubeObject[] = [];
  let next: string | undefined;
  for (;;) {
    const answer: Answer = await client.request({
      method: "GET",
      path: options.path,
      query: { ...options.query, limit: PAGE, continue: next },
      timeoutMs: options.listTimeoutMs ?? 30_000,
      signal: options.signal,
    });
    if (answer._tag === "Unanswered" || answer.status !== 200)
      return broken("ListFailed", `GET ${options.path}: ${messageOf(answer)}`, "List");
    const page = parseList(answer.body);
    if (page === undefined) return broken("ListFailed", `GET ${options.path}: the answer is not a list of objects`, "List");
    items.push(...page.items);
    if (page.next === undefined) return { _tag: "Listed", items, resourceVersion: page.resourceVersion };
    next = page.next;
  }
}

type End = { readonly version: string; readonly broken: Broken | undefined; readonly sawEvents: boolean };

async function* watchOnce(client: ApiClient, options: WatchOptions, from: string): AsyncGenerator<WatchEvent, End, void> {
  const opened = await client.open({
    method: "GET",
    path: options.path,
    query: {
      ...options.query,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: from,
      // Spread over some minutes, so that the watches of many clients do not all end together.
      timeoutSeconds: 240 + Math.floor(Math.random() * 240),
    },
    timeoutMs: options.listTimeoutMs ?? 30_000,
    signal: options.signal,
  });
  if (opened._tag !== "Opened") {
    const expired = opened._tag === "Answered" && opened.status === 410;
    const message = `watch ${options.path}: ${messageOf(opened)}`;
    return { version: from, broken: broken(expired ? "Expired" : "WatchFailed", message, expired ? "List" : "Resume"), sawEvents: false };
  }
  try {
    return yield* events(opened, from, options);
  } finally {
    opened.cancel();
  }
}

async function* events(opened: Opened, from: string, options: WatchOptions): AsyncGenerator<WatchEvent, End, void> {
  const split = lines();
  const silenceMs = options.silenceMs ?? 90_000;
  let version = from;
  let sawEvents = false;
  const end = (why?: Broken): End => ({ version, broken: why, sawEvents });
  for (;;) {
    let silent = false;
    const timer = setTimeout(() => {
      silent = true;
      opened.cancel();
    }, silenceMs);
    const piece = await opened.read();
    clearTimeout(timer);
    if (silent) return end(broken("Silent", `watch ${options.path}: nothing for ${silenceMs} ms`, "Resume"));
    if (piece._tag === "Unanswered") return end(broken("Cut", `watch ${options.path}: ${messageOf(piece)}`, "Resume"));
    if (piece._tag === "End") {
      return end(split.isPartial() ? broken("Truncated", `watch ${options.path}: closed in the middle of a line`, "Resume") : undefined);
    }
    const complete = split.push(piece.bytes);
    if ("_tag" in complete) return end(broken("Garbled", `watch ${options.path}: ${complete.message}`, "List"));
    for (const line of complete) {
      const event = parseLine(line, options.path);
      if (event._tag === "Broken") return end(event);
      version = versionOf(event);
      sawEvents = true;
      yield event;
    }
  }
}

type LineEvent = Exclude<WatchEvent, { readonly _tag: "Listed" }>;

function parseLine(line: string, path: string): LineEvent {
  const garbled = (): Broken => broken("Garbled", `watch ${path}: not an event: ${JSON.stringify(line.slice(0, 120))}`, "List");
  const parsed = parseObject(line);
  if (parsed === undefined) return garbled();
  const { type, object } = parsed;
  if (type === "ERROR") {
    const code = isRecord(object) ? object["code"] : undefined;
    const said = isRecord(object) ? object["message"] : undefined;
    return broken(code === 410 ? "Expired" : "ErrorEvent", `watch ${path}: ${typeof said === "string" ? said : "ERROR"}`, "List");
  }
  if (type === "BOOKMARK") {
    const metadata = isRecord(object) ? object["metadata"] : undefined;
    const resourceVersion = isRecord(metadata) ? metadata["resourceVersion"] : undefined;
    return typeof resourceVersion === "string" ? { _tag: "Bookmark", resourceVersion } : garbled();
  }
  const item = parseItem(object);
  if (item === undefined) return garbled();
  if (type === "ADDED" || type === "MODIFIED") return { _tag: "Changed", object: item };
  return type === "DELETED" ? { _tag: "Deleted", object: item } : garbled();
}

function versionOf(event: Exclude<LineEvent, Broken>): string {
  return event._tag === "Bookmark" ? event.resourceVersion : event.object.metadata.resourceVersion;
}

function broken(reason: Broken["reason"], message: string, next: Broken["next"]): Broken {
  return { _tag: "Broken", reason, message, next };
}

// The first request goes at once. After that two requests are never closer than the floor, whatever the server does, and
// failures in a row double the pause; half of it is random, so that many clients of a server that comes back spread out.
function pacer(options: WatchOptions): { before(): Promise<void>; failed(): void; succeeded(): void } {
  const floorMs = options.floorMs ?? 250;
  const ceilingMs = Math.max(options.ceilingMs ?? 10_000, floorMs);
  let failures = 0;
  let earliest = 0;
  return {
    before: async () => {
      await sleep(earliest - performance.now(), options.signal);
      earliest = performance.now() + floorMs;
    },
    failed: () => {
      failures = Math.min(failures + 1, 20);
      const backOff = Math.min(floorMs * 2 ** failures, ceilingMs) * (0.5 + Math.random() / 2);
      earliest = performance.now() + Math.max(floorMs, backOff);
    },
    succeeded: () => {
      failures = 0;
    },
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
