// Commands that cannot do what they are asked for: each ends soon, with an exit code that a script can tell apart, and with words that
// name what is wrong and what to do next.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeEntry } from "../../src/sandbox/child.ts";
import { startTrial, type Trial } from "../../src/sandbox/apiserver/trial.ts";
import { writeKubeconfig } from "../../src/sandbox/apiserver/kubeconfig.ts";

import { PATIENCE_MS } from "./rig.ts";

let folder: string;
let trial: Trial;
let taken: Server;
let port: number;
let kubeconfig: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gungnir-commands-"));
  trial = await startTrial();
  kubeconfig = join(folder, "kubeconfig");
  const { server, authority, adminToken } = trial.server;
  writeKubeconfig(kubeconfig, { server, authority, token: adminToken, user: "admin" });
  taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(async () => {
  taken.close();
  await trial.close();
  await rm(folder, { recursive: true, force: true });
});

type Ended = { readonly code: unknown; readonly said: string };
/** Runs `gungnir` to its end. */
const gungnir = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> => {
  const { program, args: first } = nodeEntry("../main");
  return ended(program, [...first, ...args], { KUBECONFIG: "", ...environment });
};
/** A program that does not end by itself is ended, and its code is null. */
const ended = async (program: string, args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> => {
  const child = spawn(program, args, { env: { ...process.env, HOME: folder, ...environment } });
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, "close");
  clearTimeout(timer);
  return { code, said };
};

describe("gungnir operator", { timeout: 3 * PATIENCE_MS }, () => {
  test("a kubeconfig that is not there, is no kubeconfig, or names nobody", async () => {
    const missing = join(folder, "missing");
    expect(await gungnir(["operator", "--kubeconfig", missing])).toMatchObject({ code: 1, said: expect.stringContaining(missing) });
    const broken = join(folder, "broken");
    await writeFile(broken, "clusters: [");
    expect(await gungnir(["operator", "--kubeconfig", broken])).toMatchObject({ code: 1, said: expect.stringContaining(broken) });
    const context = await gungnir(["operator", "--kubeconfig", kubeconfig, "--context", "elsewhere"]);
    expect(context).toMatchObject({ code: 1, said: expect.stringContaining("elsewhere") });
    expect(context.said).toContain("--context");
  });

  test("an unknown flag, a value that is none, and a setting of the environment: all named at once", async () => {
    const { code, said } = await gungnir(["operator", "--fast", "--log-level=loud"], { GUNGNIR_OPERATOR_LEASE_RETRY_MS: "often" });
    expect(code).toBe(2);
    for (const name of ["--fast", "--log-level", "loud", "$GUNGNIR_OPERATOR_LEASE_RETRY_MS", "often"]) expect(said).toContain(name);
  });

  test("a port that is taken", async () => {
    const { code, said } = await gungnir(["operator", "--kubeconfig", kubeconfig, "--listen", `127.0.0.1:${port}`]);
    expect(code).toBe(1);
    expect(said).toContain(`127.0.0.1:${port}`);
    expect(said).toContain("--listen");
  });
});

describe("gungnir sandbox", { timeout: 3 * PATIENCE_MS }, () => {
  test("a port that is taken, a flag that is none, a folder that is none", async () => {
    const busy = await gungnir(["sandbox", "--no-operator", "--port", String(port)]);
    expect(busy).toMatchObject({ code: 1, said: expect.stringContaining(String(port)) });
    const unknown = await gungnir(["sandbox", "--fast"]);
    expect(unknown).toMatchObject({ code: 2, said: expect.stringContaining("--fast") });
    const file = join(folder, "a-file");
    await writeFile(file, "");
    expect(await gungnir(["sandbox", "--no-operator", "--data-dir", file])).toMatchObject({ code: 1, said: expect.stringContaining(file) });
  });

  test("a real API server whose binaries are not said", async () => {
    const { code, said } = await gungnir(["sandbox", "--api-server", "real"], { KUBEBUILDER_ASSETS: "" });
    expect(code).toBe(1);
    expect(said).toContain("KUBEBUILDER_ASSETS");
  });
});

test("a machine that has no valkey-server and no way to get one", async () => {
  const script = join(import.meta.dirname, "../../bootstrap/fetch-valkey.mjs");
  const { code, said } = await ended(process.execPath, ["--conditions=gungnir-source", script], {
    PATH: folder,
    GUNGNIR_CACHE: join(folder, "cache"),
  });
  expect(code).toBe(1);
  expect(said).toContain("No valkey-server to be had.");
  expect(said).toContain("Install valkey-server 8 or newer and have it on the PATH");
});

test("a command that is none", async () => {
  expect(await gungnir(["operate"])).toMatchObject({ code: 2, said: expect.stringContaining('"operate"') });
});
