// The faults of the official client library that made us write our own stream: each has a test that shows that ours does not have it.
// (One TLS connection for all requests: client.test.ts. Lines that do not parse, 410, storms of short watches, silence: watch.test.ts.)
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { cache } from "./cache.ts";
import { parseItem } from "./object.ts";
import { json, object, testServer, type TestServer } from "./testing.ts";
import { listThenWatch, type WatchEvent } from "./watch.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

type Asked = { readonly isWatch: boolean; readonly url: URL; readonly at: number };
type Serve = (response: ServerResponse, asked: readonly Asked[]) => void;

/** What was asked so far, each request answered by the first or the second of these. */
async function served(list: Serve, watch: Serve): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  server = await testServer((_, response, url) => {
    const isWatch = url.searchParams.get("watch") === "true";
    asked.push({ isWatch, url, at: performance.now() });
    (isWatch ? watch : list)(response, asked);
  });
  return asked;
}

const listed: Serve = (response) => json(response, 200, { kind: "ThingList", metadata: { resourceVersion: "5" }, items: [] });
const opened = (response: ServerResponse): ServerResponse => {
  response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
  return response;
};
const line = (type: string, thing: unknown): string => `${JSON.stringify({ type, object: thing })}\n`;
const stream = (signal: AbortSignal) => {
  if (server === undefined) throw new Error("no server");
  return listThenWatch(server.client, { path: "/things", signal, floorMs: 5, ceilingMs: 20 });
};
async function take(count: number): Promise<readonly WatchEvent[]> {
  const stop = new AbortController();
  const events: WatchEvent[] = [];
  for await (const event of stream(stop.signal)) if (events.push(event) === count) stop.abort();
  return events;
}

test.each([401, 403, 429, 500, 503])(
  "the informer stops on errors other than 410; this goes on after a watch is answered with %d",
  async (status) => {
    await served(listed, (response, asked) => {
      if (asked.length < 4) json(response, status, { kind: "Status", message: "not now" });
      else opened(response).write(line("ADDED", object("a", "6")));
    });
    const events = await take(4);
    expect(events.map((event) => event._tag)).toEqual(["Listed", "Broken", "Broken", "Changed"]);
    expect(events[1]).toMatchObject({ reason: "WatchFailed", next: "Resume" });
  },
);

test("the informer stops on ERROR events other than 410; this lists again", async () => {
  await served(listed, (response, asked) => {
    if (asked.length < 3) opened(response).write(line("ERROR", { kind: "Status", code: 500, message: "etcd is away" }));
    else opened(response);
  });
  expect((await take(3)).map((event) => (event._tag === "Broken" ? event.reason : event._tag))).toEqual(["Listed", "ErrorEvent", "Listed"]);
});

test("the informer opens a watch after it was stopped during a list; this opens none", async () => {
  const stop = new AbortController();
  const asked = await served((response) => void setTimeout(() => listed(response, []), 100), opened);
  setTimeout(() => stop.abort(), 20);
  const events: WatchEvent[] = [];
  for await (const event of stream(stop.signal)) events.push(event);
  await sleep(200);
  expect([events, asked.map((one) => one.isWatch)]).toEqual([[], [false]]);
});

const consume = async (): Promise<void> => {
  for await (const event of stream(new AbortController().signal)) {
    if (event._tag === "Changed") throw new Error("a broken invariant of ours");
  }
};

test("the watch swallows what its consumer throws; here it comes out, and the connection is closed", async () => {
  let isClosed = false;
  await served(listed, (response) => {
    response.on("close", () => (isClosed = true));
    opened(response).write(line("ADDED", object("a", "6")));
  });
  await expect(consume()).rejects.toThrow("a broken invariant of ours");
  await expect.poll(() => isClosed).toBe(true);
});

test("the informer asks for no bookmarks and has no jitter; this does, and its watches end at different times", async () => {
  const asked = await served(listed, (response) => void opened(response).end());
  await take(1);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 300);
  for await (const _ of stream(stop.signal));
  const watches = asked.filter((one) => one.isWatch);
  expect(watches.length).toBeGreaterThan(5);
  expect(watches.every(({ url }) => url.searchParams.get("allowWatchBookmarks") === "true")).toBe(true);
  const seconds = watches.map(({ url }) => Number(url.searchParams.get("timeoutSeconds")));
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(240);
  expect(new Set(seconds).size).toBeGreaterThan(1);
});

test("many failures in a row: pauses grow, so that a server in trouble is left in peace", async () => {
  const asked = await served((response) => json(response, 500, { message: "in trouble" }), opened);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 400);
  if (server === undefined) throw new Error("no server");
  for await (const _ of listThenWatch(server.client, { path: "/things", signal: stop.signal, floorMs: 5, ceilingMs: 1_000 }));
  const pauses = asked.slice(1).map((one, index) => one.at - (asked[index]?.at ?? 0));
  expect(asked.length).toBeLessThan(12);
  expect(Math.max(...pauses)).toBeGreaterThan(4 * (pauses[0] ?? 0));
});

test("the typed API drops what its model does not know; here all of it is kept, whatever the field", async () => {
  const strange = { ...object("a", "6"), spec: { fieldOfTomorrow: { deep: [1, "two", null] } }, beside: true };
  await served(listed, (response) => void opened(response).write(line("ADDED", strange)));
  const known = cache();
  for (const event of await take(2)) known.apply(event);
  expect(known.all()).toEqual([strange]);
  expect(parseItem(strange)).toBe(strange);
});
