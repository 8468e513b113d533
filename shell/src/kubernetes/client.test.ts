import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { connect } from "./client.ts";
import { json, kubeconfigText, testServer, type TestServer } from "./testing.ts";

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});
async function serve(...parameters: Parameters<typeof testServer>): Promise<TestServer> {
  const server = await testServer(...parameters);
  open.push(server);
  return server;
}

test("speaks TLS with the kubeconfig's CA and token, and reuses its connections", async () => {
  const seen: (string | undefined)[] = [];
  const server = await serve(
    (request, response) => {
      seen.push(request.headers.authorization);
      json(response, 200, { ok: true });
    },
    { tls: true },
  );
  for (let i = 0; i < 50; i++) {
    const answer = await server.client.request({ method: "GET", path: "/api" });
    expect(answer).toMatchObject({ _tag: "Answered", status: 200, body: { ok: true } });
  }
  expect(new Set(seen)).toEqual(new Set(["Bearer secret"]));
  expect(server.connections()).toBeLessThanOrEqual(2);
  expect(server.client.namespace).toBe("here");
});

test("sends query, body and content type as asked", async () => {
  const server = await serve((request, response, url) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () =>
      json(response, 201, { query: [...url.searchParams], type: request.headers["content-type"], body, method: request.method }),
    );
  });
  const answer = await server.client.request({
    method: "PATCH",
    path: "/x",
    query: { force: true, none: undefined, command: ["a b", "c"] },
    contentType: "application/merge-patch+json",
    body: { a: 1 },
  });
  expect(answer).toMatchObject({
    status: 201,
    body: {
      method: "PATCH",
      query: [
        ["force", "true"],
        ["command", "a b"],
        ["command", "c"],
      ],
      type: "application/merge-patch+json",
      body: '{"a":1}',
    },
  });
});

test("a refusal by the server is an answer, a silent or vanished server is none", async () => {
  const server = await serve((_, response, url) => {
    if (url.pathname === "/conflict") json(response, 409, { kind: "Status", reason: "Conflict", message: "look again" });
    if (url.pathname === "/reset") response.socket?.destroy();
    if (url.pathname === "/notjson") response.writeHead(200, { "content-type": "application/json" }).end("<html>");
    if (url.pathname === "/half") response.writeHead(200, { "content-type": "application/json", "content-length": "100" }).write("{");
  });
  const get = (path: string) => server.client.request({ method: "GET", path, timeoutMs: 150 });
  expect(await get("/conflict")).toMatchObject({ _tag: "Answered", status: 409, body: { reason: "Conflict" } });
  expect(await get("/reset")).toMatchObject({ _tag: "Unanswered", reason: "Reset" });
  expect(await get("/notjson")).toMatchObject({ _tag: "Unanswered", reason: "Malformed" });
  expect(await get("/half")).toMatchObject({ _tag: "Unanswered", reason: "Timeout" });
  expect(await get("/silent")).toMatchObject({ _tag: "Unanswered", reason: "Timeout", message: expect.stringContaining("150 ms") });
  const giveUp = new AbortController();
  setTimeout(() => giveUp.abort(), 20);
  expect(await server.client.request({ method: "GET", path: "/silent", signal: giveUp.signal })).toMatchObject({ reason: "Aborted" });
  await server.close();
  open.splice(0);
  expect(await get("/conflict")).toMatchObject({ _tag: "Unanswered" });
});

test("a server nobody started is Refused, and one with a strange certificate is Tls", async () => {
  const server = await serve((_, response) => json(response, 200, {}), { tls: true });
  const folder = await mkdtemp(join(tmpdir(), "gungnir-client-"));
  const ask = async (cluster: Record<string, unknown>) => {
    const kubeconfig = join(folder, "kubeconfig");
    await writeFile(kubeconfig, kubeconfigText(cluster, { token: "secret" }));
    const connected = await connect({ kubeconfig, userAgent: "gungnir-test" });
    if (connected._tag === "NotConfigured") return connected;
    const answer = await connected.client.request({ method: "GET", path: "/" });
    await connected.client.close();
    return answer;
  };
  expect(await ask({ server: "https://127.0.0.1:1" })).toMatchObject({ _tag: "Unanswered", reason: "Refused" });
  expect(await ask({ server: server.url })).toMatchObject({ _tag: "Unanswered", reason: "Tls" });
  expect(await ask({ server: server.url, "certificate-authority": "/nowhere.pem" })).toMatchObject({ _tag: "NotConfigured" });
  await rm(folder, { recursive: true });
});

test("a token replaced on disk is read again as soon as the server refuses the old one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-client-"));
  const tokenFile = join(folder, "token");
  await writeFile(tokenFile, "old\n");
  const user = { "auth-provider": { name: "tokenFile", config: { tokenFile } } };
  let valid = "Bearer old";
  const server = await serve((request, response) => json(response, request.headers.authorization === valid ? 200 : 401, {}), { user });
  const get = () => server.client.request({ method: "GET", path: "/" });
  expect(await get()).toMatchObject({ status: 200 });
  await writeFile(tokenFile, "new\n");
  valid = "Bearer new";
  expect(await get()).toMatchObject({ status: 401 });
  expect(await get()).toMatchObject({ status: 200 });
  await rm(folder, { recursive: true });
});

test("a missing, broken or mislabelled kubeconfig says what to do next", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-client-"));
  const file = join(folder, "kubeconfig");
  const tried = async (text: string | undefined, context?: string) => {
    if (text !== undefined) await writeFile(file, text);
    const connected = await connect({ kubeconfig: file, context, userAgent: "gungnir-test" });
    return connected._tag === "NotConfigured" ? connected.message : "connected";
  };
  expect(await tried(undefined)).toMatch(/does not exist.*npm run sandbox/);
  expect(await tried(": : [")).toMatch(/cannot be read as a kubeconfig/);
  expect(await tried("{}")).toMatch(/no usable context/);
  expect(await tried(kubeconfigText({ server: "https://127.0.0.1:1" }, {}), "other")).toMatch(/no usable context "other"; it knows test/);
  expect(await connect({ inCluster: true, userAgent: "gungnir-test" })).toMatchObject({ message: expect.stringContaining("--kubeconfig") });
  await rm(folder, { recursive: true });
});
