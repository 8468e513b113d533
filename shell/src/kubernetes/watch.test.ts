import type { ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { json, object, testServer, type TestServer } from "./testing.ts";
import { listThenWatch, type WatchEvent } from "./watch.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

type Call = { readonly kind: "list" | "watch"; readonly from: string | null; readonly at: number };

/** Serves one collection: `lists` and `watches` are the answers to the first, second … call; the last repeats. */
async function collection(
  lists: readonly ((response: ServerResponse) => void)[],
  watches: readonly ((response: ServerResponse) => void)[],
): Promise<readonly Call[]> {
  const calls: Call[] = [];
  let listed = 0;
  let watched = 0;
  server = await testServer((_, response, url) => {
    const isWatch = url.searchParams.get("watch") === "true";
    calls.push({ kind: isWatch ? "watch" : "list", from: url.searchParams.get("resourceVersion"), at: performance.now() });
    if (isWatch) response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    const next = isWatch ? watches[Math.min(watched++, watches.length - 1)] : lists[Math.min(listed++, lists.length - 1)];
    next?.(response);
  });
  return calls;
}

const listOf =
  (resourceVersion: string, ...names: readonly string[]) =>
  (response: ServerResponse): void =>
    json(response, 200, {
      kind: "ThingList",
      apiVersion: "v1",
      metadata: { resourceVersion },
      items: names.map((name) => object(name, resourceVersion)),
    });
const line = (type: string, name: string, version: string): string => `${JSON.stringify({ type, object: object(name, version) })}\n`;
const page = (next: string | undefined, name: string) => (response: ServerResponse) =>
  json(response, 200, {
    kind: "PodList",
    apiVersion: "v1",
    metadata: { resourceVersion: "5", continue: next },
    items: [object(name, "1")],
  });
const gone = `${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, message: "too old resource version" } })}\n`;
const quiet = (): void => {};

/** Events until `count` are there; then the stream is stopped through its signal. */
async function take(
  count: number,
  options: { readonly silenceMs?: number; readonly floorMs?: number } = {},
): Promise<readonly WatchEvent[]> {
  const stop = new AbortController();
  const events: WatchEvent[] = [];
  if (server === undefined) throw new Error("no server");
  for await (const event of listThenWatch(server.client, { path: "/things", signal: stop.signal, floorMs: 5, ceilingMs: 20, ...options })) {
    events.push(event);
    if (events.length === count) stop.abort();
  }
  return events;
}

const shown = (events: readonly WatchEvent[]): readonly string[] =>
  events.map((event) => {
    switch (event._tag) {
      case "Listed":
        return `Listed ${event.items.map((item) => item.metadata.name).join(",")} @${event.resourceVersion}`;
      case "Changed":
      case "Deleted":
        return `${event._tag} ${event.object.metadata.name}`;
      case "Bookmark":
        return `Bookmark @${event.resourceVersion}`;
      case "Broken":
        return `Broken ${event.reason} ${event.next}`;
    }
  });

test("lists, watches from the list's version, and resumes from the last version seen when the server closes", async () => {
  const bookmark = `${JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: "9" } } })}\n`;
  const calls = await collection(
    [listOf("5", "a", "b")],
    [
      (response) => response.end(line("ADDED", "c", "6") + line("DELETED", "a", "7") + bookmark),
      (response) => response.write(line("MODIFIED", "b", "10")),
    ],
  );
  expect(shown(await take(5))).toEqual(["Listed a,b @5", "Changed c", "Deleted a", "Bookmark @9", "Changed b"]);
  expect(calls.map((call) => `${call.kind} ${call.from}`)).toEqual(["list null", "watch 5", "watch 9"]);
});

test("an expired version, as a status or as an event, lists again", async () => {
  const calls = await collection([listOf("5", "a"), listOf("50", "b")], [(response) => response.end(gone), quiet]);
  expect(shown(await take(3))).toEqual(["Listed a @5", "Broken Expired List", "Listed b @50"]);
  await server?.close();
  let first = true;
  server = await testServer((_, response, url) => {
    if (url.searchParams.get("watch") === null) listOf("5", "a")(response);
    else if (first) {
      first = false;
      json(response, 410, { kind: "Status", reason: "Expired", message: "too old" });
    }
  });
  expect(shown(await take(3))).toEqual(["Listed a @5", "Broken Expired List", "Listed a @5"]);
  expect(calls.length).toBeGreaterThan(2);
});

test.each([
  ["not JSON", "{nonsense\n"],
  ["an event without a type", '{"object":{}}\n'],
  ["an object without an identity", '{"type":"ADDED","object":{"metadata":{"name":"x"}}}\n'],
  ["an unknown type", line("RENAMED", "x", "9")],
  ["bytes that are not UTF-8", Buffer.from([0xff, 0xfe, 0x0a])],
])("%s in the stream is said and lists again, never dropped", async (_, bad) => {
  await collection(
    [listOf("5", "a"), listOf("8", "a", "b")],
    [
      (response) => {
        response.write(line("ADDED", "b", "6"));
        setTimeout(() => response.write(bad), 10);
      },
      quiet,
    ],
  );
  expect(shown(await take(4))).toEqual(["Listed a @5", "Changed b", "Broken Garbled List", "Listed a,b @8"]);
});

test("a stream cut off in the middle of a line loses nothing: the line comes again", async () => {
  const whole = line("ADDED", "c", "7");
  const calls = await collection(
    [listOf("5", "a")],
    [(response) => response.end(line("ADDED", "b", "6") + whole.slice(0, 20)), (response) => response.write(whole)],
  );
  expect(shown(await take(4))).toEqual(["Listed a @5", "Changed b", "Broken Truncated Resume", "Changed c"]);
  expect(calls.at(-1)).toMatchObject({ kind: "watch", from: "6" });
});

test("a connection reset in the middle resumes", async () => {
  await collection(
    [listOf("5", "a")],
    [(response) => setTimeout(() => response.socket?.destroy(), 10), (response) => response.write(line("ADDED", "b", "6"))],
  );
  expect(shown(await take(3))).toEqual(["Listed a @5", "Broken Cut Resume", "Changed b"]);
});

test("one byte at a time, also inside a character, gives the same events", async () => {
  const bytes = Buffer.from(`${JSON.stringify({ type: "ADDED", object: { ...object("ü", "6"), note: "€ 🗡" } })}\n`);
  await collection(
    [listOf("5")],
    [
      (response) => {
        let sent = 0;
        const timer = setInterval(() => {
          if (sent < bytes.length) response.write(bytes.subarray(sent, ++sent));
          else clearInterval(timer);
        }, 1);
      },
    ],
  );
  expect((await take(2))[1]).toMatchObject({ _tag: "Changed", object: { metadata: { name: "ü" }, note: "€ 🗡" } });
});

test("a watch that falls silent is opened anew from the last version", async () => {
  const calls = await collection([listOf("5", "a")], [quiet, (response) => response.write(line("ADDED", "b", "6"))]);
  expect(shown(await take(3, { silenceMs: 60 }))).toEqual(["Listed a @5", "Broken Silent Resume", "Changed b"]);
  expect(calls.map((call) => call.kind)).toEqual(["list", "watch", "watch"]);
});

test("a failing list is said and tried again; pages are put together", async () => {
  await collection([(response) => json(response, 503, { message: "starting" }), page("more", "a"), page(undefined, "b")], [quiet]);
  const events = await take(2);
  expect(shown(events)).toEqual(["Broken ListFailed List", "Listed a,b @5"]);
  expect(events[0]).toMatchObject({ message: expect.stringContaining("starting") });
  expect(events[1]).toMatchObject({ items: [{ kind: "Pod", apiVersion: "v1" }, { kind: "Pod" }] });
});

test("watches that the server ends at once do not become a storm", async () => {
  const calls = await collection([listOf("5")], [(response) => response.end()]);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 500);
  if (server === undefined) throw new Error("no server");
  for await (const event of listThenWatch(server.client, { path: "/things", signal: stop.signal, floorMs: 50 })) {
    expect(event._tag).toBe("Listed");
  }
  expect(calls.length).toBeLessThanOrEqual(12);
});

test("stopping ends the iteration at once, even in a watch that says nothing", async () => {
  await collection([listOf("5")], [quiet]);
  const before = performance.now();
  expect(shown(await take(1))).toEqual(["Listed  @5"]);
  expect(performance.now() - before).toBeLessThan(1000);
});
