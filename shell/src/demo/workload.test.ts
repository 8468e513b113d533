import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findValkey } from "../sandbox/valkey-binary.ts";
import { check } from "./checker.ts";
import { ask, type Target } from "./connection.ts";
import { startWorkload } from "./workload.ts";

type Server = { readonly target: Target; readonly process: ChildProcess };

let folder: string;
let primary: Server;
let replica: Server;
const host = "127.0.0.1";

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === "object" && address !== null ? address.port : 0;
};

const start = async (...extra: readonly string[]): Promise<Server> => {
  const { server, env } = await findValkey();
  const port = await freePort();
  const args = ["--port", String(port), "--bind", host, "--save", "", "--repl-diskless-sync-delay", "0", ...extra];
  const child = spawn(server, args, { cwd: folder, stdio: "ignore", env: { ...process.env, ...env } });
  const target = { host, port };
  while ((await ask(target, ["PING"], 200))._tag !== "Answered") await sleep(10);
  return { target, process: child };
};

const end = async ({ process: child }: Server): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gungnir-workload-"));
  primary = await start();
  replica = await start("--replicaof", `${host} ${primary.target.port}`);
  while ((await ask(primary.target, ["WAIT", 1, 100], 500))._tag !== "Answered") await sleep(10);
  await sleep(200);
});

afterAll(async () => {
  await Promise.all([end(primary), end(replica)]);
  await rm(folder, { recursive: true, force: true });
});

const podsOf = () => [
  { name: "a", target: primary.target },
  { name: "b", target: replica.target },
];

const options = { plainClients: 1, waitClients: 2, pauseMs: 0 };

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(5);
};

describe("acknowledged writes", () => {
  it("are all found on every pod of a healthy pair, and a planted loss is found by its key", async () => {
    const { ledger, stop } = startWorkload(primary.target, options);
    await until(() => ledger.acknowledged("plain") > 200 && ledger.acknowledged("wait") > 200);
    await stop();
    await ask(primary.target, ["WAIT", 1, 1_000], 2_000);
    const before = await check(ledger.entries, podsOf());
    expect(before.losses).toEqual([]);
    expect(before.tallies.wait.acknowledged).toBe(ledger.acknowledged("wait"));

    await ask(primary.target, ["DEL", "demo:wait:17"], 1_000);
    await ask(primary.target, ["WAIT", 1, 1_000], 2_000);
    const after = await check(ledger.entries, podsOf());
    expect(after.losses).toEqual([{ key: "demo:wait:17", kind: "wait", missingOn: ["a", "b"] }]);
    expect(after.tallies.wait.lost).toBe(1);
    expect(after.tallies.plain.lost).toBe(0);
  });

  it("are ambiguous when the connection ends before the answer, and refused when it was never sent", async () => {
    const doomed = await start();
    const { ledger, stop } = startWorkload(doomed.target, { plainClients: 4, waitClients: 0, pauseMs: 0 });
    await until(() => ledger.acknowledged("plain") > 50);
    await end(doomed);
    const lastBefore = ledger.lastAcknowledged();
    await sleep(100);
    await stop();
    expect(ledger.entries.filter(({ outcome }) => outcome === "ambiguous").length).toBeLessThanOrEqual(4);
    expect(ledger.lastAcknowledged()).toBe(lastBefore);
    expect(ledger.firstAfter(lastBefore)).toBeUndefined();
  });

  it("of WAIT need a replica: an OK alone is ambiguous", async () => {
    const lonely = await start();
    const { ledger, stop } = startWorkload(lonely.target, { plainClients: 0, waitClients: 1, pauseMs: 0 });
    await until(() => ledger.entries.length > 0);
    await stop();
    await end(lonely);
    expect(ledger.acknowledged("wait")).toBe(0);
    expect(ledger.entries[0]?.outcome).toBe("ambiguous");
  });

  it("cannot be judged on a pod that does not answer", async () => {
    const gone = { name: "gone", target: { host, port: await freePort() } };
    await expect(check([], [gone])).rejects.toThrow("gone cannot be checked: ECONNREFUSED");
  });
});
