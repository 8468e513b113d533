import { afterEach, expect, test } from "vitest";
import { type Action, epoch, instant, podName, runId, type Target, uid } from "@gungnir/core";
import { bytesIn, infoReplication } from "@gungnir/core/resp3";
import { now } from "./clock.ts";
import { json, testServer, type TestServer } from "./kubernetes/testing.ts";
import { type Means, perform } from "./perform.ts";
import { links, type Links } from "./valkey/links.ts";
import { startValkey, type Started } from "./valkey/testing.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const target: Target = { pod: podName("web-0"), uid: uid("u0"), address: "127.0.0.1" };

async function api(handler: Parameters<typeof testServer>[0]): Promise<TestServer> {
  const server = await testServer(handler);
  cleanUps.push(() => server.close());
  return server;
}

/** A real process, linked to; `who` is its run id once the command connection knows it. */
async function valkey(): Promise<{ readonly process: Started; readonly to: Links; readonly who: string }> {
  const process = await startValkey();
  cleanUps.push(process.stop);
  const to = links();
  cleanUps.push(() => to.close());
  to.sync([target], process.port, undefined);
  for (;;) {
    const who = to.toPod(uid("u0"))?.commands().runId;
    if (who !== undefined) return { process, to, who };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function means(to: Links, more: Partial<Means> = {}): Promise<Means> {
  const server = await api((_, response) => json(response, 500, {}));
  const cluster = { namespace: "default", name: "web" };
  return { client: server.client, cluster, links: to, replicationPassword: "r", permittedUntil: instant(now() + 10_000), now, ...more };
}
const command = (tag: "Freeze" | "Fence", who: string): Action => ({
  _tag: tag,
  pod: { pod: podName("web-0"), uid: uid("u0"), runId: runId(who) },
  epoch: epoch(3),
});
async function roleOf(to: Links): Promise<string | undefined> {
  const [answer] =
    (await to
      .toPod(uid("u0"))
      ?.commands()
      .connection.send([["INFO", "replication"]], 1000)) ?? [];
  const bytes = answer?._tag === "Replied" ? bytesIn(answer.value) : undefined;
  return bytes === undefined ? undefined : infoReplication(bytes).role;
}

test("a command reaches the process it names, and no other one", async () => {
  const { to, who } = await valkey();
  const elsewhere = await perform(command("Freeze", "0".repeat(40)), await means(to));
  expect(elsewhere).toMatchObject({ _tag: "Refused", transient: true, why: expect.stringContaining("another one") });
  expect(await roleOf(to)).toBe("primary");
  expect(await perform(command("Freeze", who), await means(to))).toEqual({ _tag: "Done" });
  expect(await roleOf(to)).toBe("replica");
});

test("nothing is begun without the lease, and nothing to a pod without an address or before the passwords are known", async () => {
  const { to, who } = await valkey();
  for (const more of [
    { permittedUntil: undefined },
    { permittedUntil: instant(now() - 1) },
    { replicationPassword: undefined },
    { links: links() },
  ]) {
    expect(await perform(command("Freeze", who), await means(to, more))).toMatchObject({ _tag: "Refused", transient: true });
  }
  expect(await roleOf(to)).toBe("primary");
});

test("to a hung process a fence counts as sent, anything else as unknown, and it obeys when it wakes", async () => {
  const { process: hung, to, who } = await valkey();
  process.kill(hung.pid, "SIGSTOP");
  const began = performance.now();
  expect(await perform(command("Freeze", who), await means(to))).toMatchObject({ _tag: "Unknown" });
  expect(performance.now() - began).toBeLessThan(1000);
  expect(await perform(command("Fence", who), await means(to))).toEqual({ _tag: "Sent" });
  process.kill(hung.pid, "SIGCONT");
  expect(await roleOf(to)).toBe("replica");
});

test("a Secret is created with fresh random values, and a server that says nothing leaves the write unknown", async () => {
  const bodies: string[] = [];
  const server = await api((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      bodies.push(body);
      if (bodies.length < 3) json(response, 201, { metadata: { name: "s", uid: "u", resourceVersion: "7" } });
    });
  });
  const create: Action = {
    _tag: "Create",
    object: { kind: "Secret", name: "s", manifest: { stringData: { a: "{{a}}", users: "user x >{{a}}" } }, generate: ["a"] },
  };
  const carried = await means(links(), { client: server.client });
  expect(await perform(create, carried)).toEqual({ _tag: "Done", version: "7", uid: "u" });
  await perform(create, carried);
  const [first, second]: { stringData?: { a: string; users: string } }[] = bodies.map((body) => JSON.parse(body));
  expect(first?.stringData?.a).toMatch(/^[0-9a-f]{64}$/);
  expect(first?.stringData?.users).toBe(`user x >${first?.stringData?.a}`);
  expect(second?.stringData?.a).not.toBe(first?.stringData?.a);
  expect(await perform(create, { ...carried, permittedUntil: instant(now() + 150) })).toMatchObject({ _tag: "Unknown" });
});
