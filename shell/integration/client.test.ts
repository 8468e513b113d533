// The client half against a whole API server, the sandbox's or the real one (KUBEBUILDER_ASSETS): it restarts, hangs, forgets, cuts
// connections; operators race for the Lease, with clocks that are wrong, and somebody deletes it. What is watched ends up the same as
// what is there, and at no instant two lead.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messageOf } from "../src/kubernetes/answer.ts";
import { type ApiClient, connect } from "../src/kubernetes/client.ts";
import { type ApiServerParts, startApiServer } from "../src/sandbox/api-server.ts";
import type { Child } from "../src/sandbox/child.ts";
import { contender, overlapOf } from "./client/contender.ts";
import { openGate } from "./client/gate.ts";
import { MAPS, watching } from "./client/watched.ts";

const KINDS = (process.env["KUBEBUILDER_ASSETS"] ?? "") === "" ? (["embedded"] as const) : (["embedded", "real"] as const);
const LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
const RESTARTS_WITHIN_MS = 90_000;
const within = { timeout: 20_000, interval: 20 };

describe.each(KINDS)("%s API server", { timeout: 120_000 }, (kind) => {
  let folder: string;
  let parts: ApiServerParts;
  let server: Child;
  let admin: ApiClient;
  const clients: ApiClient[] = [];
  const kubeconfig = (): string => join(folder, "kubeconfig");

  const client = async (file = kubeconfig()): Promise<ApiClient> => {
    const connected = await connect({ kubeconfig: file, userAgent: "gungnir-test" });
    if (connected._tag === "NotConfigured") throw new Error(connected.message);
    clients.push(connected.client);
    return connected.client;
  };
  const put = async (name: string, value: string): Promise<void> => {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { value } };
    const made = await admin.request({ method: "POST", path: MAPS, body });
    if (made._tag === "Answered" && made.status === 201) return;
    const contentType = "application/merge-patch+json";
    const changed = await admin.request({ method: "PATCH", path: `${MAPS}/${name}`, body: { data: { value } }, contentType });
    if (changed._tag !== "Answered" || changed.status !== 200) throw new Error(`${messageOf(made)}; ${messageOf(changed)}`);
  };
  const again = async (): Promise<void> => {
    server = await parts.again();
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gungnir-client-"));
    parts = await startApiServer({ kind, folder, isKept: true, port: 0, serviceRange: "127.200.0.0/16", kubeconfig: kubeconfig() });
    const last = parts.children.at(-1);
    if (last === undefined || !existsSync(kubeconfig())) throw new Error("the API server did not start");
    server = last;
    admin = await client();
  }, RESTARTS_WITHIN_MS);
  afterAll(async () => {
    await Promise.all(clients.map((one) => one.close()));
    for (const child of [server, ...parts.children.slice(0, -1)]) await child.stop();
    await rm(folder, { recursive: true, force: true });
  }, RESTARTS_WITHIN_MS);

  test("a restart with news while nobody watched: the stream resumes or lists again, and nothing is missing", async () => {
    await put("before", "1");
    const watched = watching(await client());
    await expect.poll(() => watched.values(), within).toMatchObject({ before: "1" });
    process.kill(server.pid, "SIGKILL");
    await expect.poll(() => watched.broken.length, within).toBeGreaterThan(0);
    await again();
    await put("before", "2");
    await put("after", "1");
    await expect.poll(() => watched.values(), within).toMatchObject({ before: "2", after: "1" });
    await watched.stop();
  });

  test("versions that the server has forgotten (410): the stream lists again, deletions included", async () => {
    await put("kept", "1");
    await put("deleted", "1");
    const gate = await openGate(kubeconfig());
    const watched = watching(await client(gate.kubeconfig));
    await expect.poll(() => watched.values(), within).toMatchObject({ kept: "1", deleted: "1" });
    // Cut off, while the server writes, restarts, and so keeps no events of what was before.
    gate.shut();
    await admin.request({ method: "DELETE", path: `${MAPS}/deleted` });
    await put("kept", "2");
    process.kill(server.pid, "SIGKILL");
    await server.exited;
    await again();
    await put("kept", "3");
    gate.open();
    await expect.poll(() => watched.values()["kept"], within).toBe("3");
    expect(watched.values()).not.toHaveProperty("deleted");
    expect(watched.broken.map((one) => one.reason)).toContain("Expired");
    await watched.stop();
    await gate.close();
  });

  test("a server that hangs is an answer that does not come, in time; afterwards everything goes on", async () => {
    const watched = watching(await client());
    process.kill(server.pid, "SIGSTOP");
    const began = performance.now();
    const answer = await admin.request({ method: "GET", path: MAPS, timeoutMs: 500 });
    expect(answer).toMatchObject({ _tag: "Unanswered", reason: "Timeout" });
    expect(performance.now() - began).toBeLessThan(3_000);
    process.kill(server.pid, "SIGCONT");
    await put("woken", "1");
    await expect.poll(() => watched.values()["woken"], within).toBe("1");
    await watched.stop();
  });

  test("connections that are cut again and again: the stream ends up with what is there, without a storm of requests", async () => {
    const gate = await openGate(kubeconfig());
    const watched = watching(await client(gate.kubeconfig));
    for (let round = 0; round < 12; round++) {
      await put("flapping", String(round));
      if (round % 3 === 2) gate.shut();
      await sleep(120);
      gate.cut();
      gate.open();
    }
    await expect.poll(() => watched.values()["flapping"], within).toBe("11");
    // A connection each 5 ms would be a storm; each is cut after 120 ms, and pauses double.
    expect(gate.accepted()).toBeLessThan(60);
    await watched.stop();
    await gate.close();
  });

  test("two operators race for the Lease, somebody deletes it, they are cut off: at no instant two lead, and one does again", async () => {
    const gate = await openGate(kubeconfig());
    const first = contender(await client(gate.kubeconfig), "first", "raced");
    const second = contender(await client(), "second", "raced");
    const together = overlapOf(first, second);
    const leaders = () => [first, second].filter((one) => one.isLeading());
    await expect.poll(() => leaders().length, within).toBe(1);

    // When a Lease was founded is told in whole seconds.
    await sleep(1_100);
    const [before] = leaders();
    await admin.request({ method: "DELETE", path: `${LEASES}/raced` });
    // The holder makes it anew, or stops within its permit and the other one waits for as long as it promised.
    await sleep(2_500);
    await expect.poll(() => leaders().length, within).toBe(1);
    const founded = new Set([first, second].flatMap((one) => one.founded()));
    expect([before === undefined, founded.size]).toEqual([false, 2]);

    // Whoever leads is cut off: its permit ends before anybody else's begins.
    if (before === second) await second.pause(() => sleep(1_000));
    await expect.poll(() => first.isLeading(), within).toBe(true);
    gate.shut();
    gate.cut();
    await expect.poll(() => leaders().map((one) => one.name), within).toEqual(["second"]);
    gate.open();
    await sleep(600);
    await Promise.all([first.end(), second.end()]);
    expect(together()).toBe(0);
    await gate.close();
  });

  test.each([
    ["an hour ahead", 3_600_000],
    ["an hour behind", -3_600_000],
  ])("the clock of the other operator is %s: what it renews is its, and what it no longer renews is taken", async (_, skewMs) => {
    const name = `skewed-${skewMs < 0 ? "behind" : "ahead"}`;
    const time = (): string => new Date(Date.now() + skewMs).toISOString().replace("Z", "000Z");
    const spec = () => ({ holderIdentity: "skewed", leaseDurationSeconds: 1, leaseTransitions: 4, renewTime: time(), acquireTime: time() });
    const body = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name }, spec: spec() };
    expect(await admin.request({ method: "POST", path: LEASES, body })).toMatchObject({ status: 201 });
    const ours = contender(await client(), "ours", name);
    for (let renewed = 0; renewed < 8; renewed++) {
      const contentType = "application/merge-patch+json";
      expect(await admin.request({ method: "PATCH", path: `${LEASES}/${name}`, body: { spec: spec() }, contentType })).toMatchObject({
        status: 200,
      });
      await sleep(250);
      expect(ours.isLeading()).toBe(false);
    }
    await expect.poll(() => ours.isLeading(), within).toBe(true);
    expect(ours.terms()).toEqual([5]);
    await ours.end();
  });
});
