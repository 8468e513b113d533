// The demonstration itself: it has to succeed, and it has to be able to fail. A check that has never been seen to fail proves
// nothing, so it runs once with a known failure put back into the core, and once with a loss planted for the checker.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRecord } from "../src/kubernetes/answer.ts";

let folder: string;

// In memory and with a short D: what is tested here is the demonstration, and this takes a third of the time.
const manifest = `apiVersion: valkey.verilean.io/v1
kind: ValkeyCluster
metadata: { name: web }
spec:
  persistence: { enabled: false }
  sentinel: { pingIntervalMs: 200, downAfterMs: 1000 }
`;

/** D-04 of the specification: ordinal 0 boots as primary, whoever is recorded. */
const ordinalZeroBootsAsPrimary = {
  file: "objects/scripts.ts",
  find: "  --replicaof 127.0.0.1 1\n",
  replace: '  $(case "$POD_NAME" in *-0) ;; *) echo --replicaof 127.0.0.1 1 ;; esac)\n',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gungnir-demo-"));
  await writeFile(join(folder, "web.yaml"), manifest);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Ran = { readonly code: unknown; readonly said: string; readonly failed: readonly unknown[] };

const demo = async (name: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> => {
  const main = join(import.meta.dirname, "../src/demo/main.ts");
  const json = join(folder, `${name}.json`);
  const child = spawn(
    process.execPath,
    ["--conditions=gungnir-source", main, "--example", join(folder, "web.yaml"), "--json", json, ...args],
    {
      env: { ...process.env, ...environment },
    },
  );
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, "close");
  const figures: unknown = JSON.parse(await readFile(json, "utf8").catch(() => "{}"));
  const requirements: unknown = isRecord(figures) ? figures["requirements"] : undefined;
  const failed = Array.isArray(requirements) ? requirements.filter((each) => isRecord(each) && each["holds"] === false) : [];
  return { code, said, failed: failed.map((each) => (isRecord(each) ? each["what"] : each)) };
};

describe("npm run demo", () => {
  it("ends with 0 when everything promised was kept", { timeout: 120_000 }, async () => {
    const { code, said, failed } = await demo("good", []);
    expect(failed).toEqual([]);
    expect(code).toBe(0);
    expect(said).toContain("first write");
    expect(said).not.toContain("\u001b"); // not a terminal, so plain text
  });

  it("fails when one acknowledged write is gone", { timeout: 120_000 }, async () => {
    const { code, failed } = await demo("loss", ["--plant-loss"]);
    expect(failed).toEqual(["no write acknowledged with WAIT 1 was lost"]);
    expect(code).toBe(1);
  });

  it("fails when ordinal 0 boots as primary (D-04)", { timeout: 180_000 }, async () => {
    const mutate = new URL("mutate.mjs", import.meta.url).href;
    const { code, said } = await demo("mutant", [], {
      NODE_OPTIONS: `--import ${mutate}`,
      GUNGNIR_MUTANT: JSON.stringify(ordinalZeroBootsAsPrimary),
    });
    expect(code).toBe(1);
    expect(said).toContain("web-0 took the role of primary by itself");
  });

  it("refuses what it does not know", async () => {
    const { code, said } = await demo("unknown", ["--fast"]);
    expect(code).toBe(2);
    expect(said).toContain("--fast");
  });
});
