import { connect as connectSocket, createServer } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { initialMemory, instant } from "@gungnir/core";
import { json, testServer } from "../kubernetes/testing.ts";
import { storyteller } from "./events.ts";
import { type Fields, jsonLog } from "./log.ts";
import { metrics } from "./metrics.ts";
import { narrator } from "./narrate.ts";
import { serve } from "./server.ts";

const web = { namespace: "default", name: "web" };

test("a log line is one JSON object, keeps every digit of an offset, and less severe ones are left out", () => {
  const lines: string[] = [];
  const log = jsonLog("info", (line) => lines.push(line));
  log("debug", "not shown");
  log("warn", "shown\nas one line", { offset: 9_007_199_254_740_993n, absent: undefined });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd().split("\n")).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", message: "shown\nas one line", offset: "9007199254740993" });
});

test("healthz, readyz and metrics are served; a taken port is refused in words", async () => {
  const counted = metrics();
  counted.decided(web, "Act", "PrimaryDead");
  counted.leading(true);
  let ready = false;
  const serving = await serve({ host: "127.0.0.1", port: 0 }, { metrics: counted.page, isReady: () => ready });
  if (serving._tag === "NotServing") throw new Error(serving.message);
  const get = async (path: string, method = "GET") => {
    const response = await fetch(`http://${serving.address}${path}`, { method });
    return [response.status, await response.text()] as const;
  };
  expect(await get("/healthz")).toEqual([200, "ok\n"]);
  expect((await get("/readyz"))[0]).toBe(503);
  ready = true;
  expect((await get("/readyz"))[0]).toBe(200);
  expect((await get("/metrics"))[1]).toContain(
    'gungnir_decisions_total{namespace="default",name="web",decision="Act",because="PrimaryDead"} 1',
  );
  expect((await get("/metrics"))[1]).toContain("gungnir_leading 1");
  expect((await get("/else"))[0]).toBe(404);
  expect((await get("/healthz", "POST"))[0]).toBe(405);
  counted.forget(web);
  await new Promise(setImmediate);
  expect((await get("/metrics"))[1]).not.toContain('name="web"');
  const port = Number(serving.address.split(":")[1]);
  expect(await serve({ host: "127.0.0.1", port }, { metrics: counted.page, isReady: () => true })).toMatchObject({
    _tag: "NotServing",
    message: expect.stringMatching(/already taken.*--listen/),
  });
  const idle = connectSocket(port, "127.0.0.1");
  await once(idle, "connect");
  await serving.close();
  idle.destroy();
  const free = createServer().listen(port, "127.0.0.1");
  await once(free, "listening");
  free.close();
});

test("Events are written one at a time, the same one again raises its count, and refusals are in nobody's way", async () => {
  const seen: string[] = [];
  let refuse = false;
  const server = await testServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const event: { reason?: string; count?: number } = JSON.parse(body);
      seen.push(`${request.method} ${event.reason ?? ""} ${event.count}`);
      json(response, refuse ? 403 : 201, {});
    });
  });
  const teller = storyteller(server.client, { component: "gungnir-operator", instance: "test" });
  const told = { subject: { ...web, uid: "u" }, type: "Normal", reason: "PrimaryDead", message: "web-0" } as const;
  teller.tell(told);
  teller.tell({ ...told, reason: "CandidateElected" });
  teller.tell(told);
  await teller.flush(2000);
  expect(seen).toEqual(["POST PrimaryDead 1", "POST CandidateElected 1", "PATCH  2"]);
  refuse = true;
  teller.tell({ ...told, reason: "Refused" });
  await teller.flush(2000);
  expect(seen).toHaveLength(4);
  await server.close();
});

test("a wait is told to people only once it has lasted, and settling once", async () => {
  const lines: [string, string, Fields | undefined][] = [];
  const events: string[] = [];
  const story = narrator(web, {
    log: (level, message, fields) => void lines.push([level, message, fields]),
    metrics: metrics(),
    storyteller: { tell: (told) => void events.push(told.reason), flush: () => Promise.resolve() },
  });
  const waiting = { _tag: "Wait", until: undefined, because: "FreezeQuorumMissing" } as const;
  const passing = { _tag: "Wait", until: instant(1), because: "Drain" } as const;
  story.decided(waiting, initialMemory);
  story.decided(waiting, initialMemory);
  expect(lines.map(([level]) => level)).toEqual(["debug"]);
  await new Promise((resolve) => setTimeout(resolve, 1050));
  story.decided(waiting, initialMemory);
  story.decided(waiting, initialMemory);
  expect(lines.map(([level, message]) => `${level} ${message}`)).toEqual(["debug FreezeQuorumMissing", "warn FreezeQuorumMissing"]);
  story.decided(passing, initialMemory);
  story.decided({ _tag: "Settled" }, initialMemory);
  story.decided({ _tag: "Settled" }, initialMemory);
  expect(lines.slice(2).map(([level, message]) => `${level} ${message}`)).toEqual(["debug Drain", "info Settled"]);
  // Nothing was read of this cluster, so there is no object to hang an Event on.
  expect(events).toEqual([]);
});
