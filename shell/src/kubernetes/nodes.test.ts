import type { ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { type Nodes, nodes } from "./nodes.ts";
import { json, testServer, type TestServer } from "./testing.ts";

let server: TestServer | undefined;
const stop = new AbortController();
afterEach(async () => {
  stop.abort();
  await server?.close();
});

const node = (name: string, version: string, spec: Record<string, unknown>) => ({
  metadata: { name, uid: `uid-${name}`, resourceVersion: version },
  spec: { podCIDR: "10.0.0.0/24", ...spec },
  status: { images: [{ names: ["many"] }] },
});
const cordoned = { unschedulable: true };
const facts = { unschedulable: true, taints: [] };
const shown = (known: Nodes) => known.list()?.map((one) => JSON.stringify(one));
const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; !holds(); waited += 5) {
    if (waited > 5_000) throw new Error("not within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

test("who may not read nodes knows nothing of them, says so once, and finds out when it may", async () => {
  let mayRead = false;
  let watching: ServerResponse | undefined;
  let refused = 0;
  server = await testServer((_, response, url) => {
    if (!mayRead) {
      refused += 1;
      return json(response, 403, { kind: "Status", message: "nodes is forbidden" });
    }
    if (url.searchParams.get("watch") === "true") {
      watching = response.writeHead(200, { "content-type": "application/json" });
      response.flushHeaders();
    } else
      json(response, 200, { kind: "NodeList", metadata: { resourceVersion: "5" }, items: [node("a", "1", {}), node("b", "2", cordoned)] });
  });
  const [changed, broken]: [string[], string[]] = [[], []];
  const known = nodes(server.client, {
    onChange: (names) => changed.push([...names].join(" ")),
    onBroken: ({ message }) => broken.push(message),
  });
  void known.run(stop.signal);
  await until(() => refused > 1);
  expect([known.list(), broken]).toEqual([undefined, ["GET /api/v1/nodes: HTTP 403: nodes is forbidden"]]);

  mayRead = true;
  await until(() => watching !== undefined);
  expect(changed).toEqual(["b"]);
  expect(shown(known)).toEqual([JSON.stringify({ metadata: { name: "b" }, spec: facts })]);

  const send = (type: string, object: unknown) => watching?.write(`${JSON.stringify({ type, object })}\n`);
  send("MODIFIED", node("a", "6", { providerID: "heartbeat" }));
  send("MODIFIED", node("a", "7", cordoned));
  send("MODIFIED", node("b", "8", {}));
  send("DELETED", node("a", "9", cordoned));
  await until(() => changed.length === 4);
  expect(changed).toEqual(["b", "a", "b", "a"]);
  expect(known.list()).toEqual([]);
});
