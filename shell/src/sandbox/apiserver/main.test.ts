// The server as a process: its flags, its death at any moment, and a disk that takes no more.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Agent, request } from "undici";
import { objectOf, parseJson, textOf } from "./json.ts";
import { configMap, configMaps } from "./trial.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const command = ["--conditions=gungnir-source", main];
let folder: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "apiserver-"));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => ended(child, "SIGKILL")));
  rmSync(folder, { recursive: true });
});

const ended = (child: ChildProcess, signal: NodeJS.Signals): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill(signal);
  });

type Running = {
  readonly child: ChildProcess;
  readonly port: number;
  readonly write: (name: string, size?: number) => Promise<number>;
  readonly read: (name: string) => Promise<number>;
};

const start = async (port: number, limit?: number): Promise<Running> => {
  const flags = ["--port", String(port), "--data-dir", folder];
  const shell = limit === undefined ? "" : `ulimit -f ${limit}; `;
  const child = spawn("sh", ["-c", `${shell}exec "$0" "$@"`, process.execPath, ...command, ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk) => resolve(String(chunk)));
    child.stderr.once("data", (chunk) => reject(new Error(String(chunk))));
  });
  const told = objectOf(parseJson(line));
  const identity = objectOf(parseJson(readFileSync(join(folder, "identity.json"), "utf8")));
  const dispatcher = new Agent({ connect: { ca: textOf(objectOf(identity["authority"])["certificate"]) } });
  const headers = { authorization: `Bearer ${textOf(identity["adminToken"])}`, "content-type": "application/json" };
  const ask = async (method: string, path: string, body?: string): Promise<number> => {
    const answer = await request(`${textOf(told["server"])}${path}`, {
      method,
      dispatcher,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    await answer.body.dump();
    return answer.statusCode;
  };
  return {
    child,
    port: Number(told["port"]),
    write: (name, size = 10) => ask("POST", configMaps, JSON.stringify(configMap(name, { text: "x".repeat(size) }))),
    read: (name) => ask("GET", `${configMaps}/${name}`),
  };
};

test("every write that was answered is there after a SIGKILL, under the same address and token", async () => {
  const first = await start(0);
  const names = Array.from({ length: 20 }, (_, index) => `written-${index}`);
  expect(await Promise.all(names.map((name) => first.write(name)))).toEqual(names.map(() => 201));
  await ended(first.child, "SIGKILL");
  const second = await start(first.port);
  expect(await Promise.all(names.map((name) => second.read(name)))).toEqual(names.map(() => 200));
});

test("a write the disk does not take is an error to its client, and takes nothing else with it", async () => {
  const full = await start(0, 200);
  const codes: number[] = [];
  for (let index = 0; index < 8; index += 1) codes.push(await full.write(`large-${index}`, 40_000));
  expect(codes).toContain(500);
  expect(await full.read("large-0")).toBe(200);
  await ended(full.child, "SIGKILL");
  const roomy = await start(0);
  const found = await Promise.all(codes.map((_, index) => roomy.read(`large-${index}`)));
  expect(found).toEqual(codes.map((code) => (code === 201 ? 200 : 404)));
});

/** How a start with these flags fails: the exit code and what was said. */
const refusal = (...flags: string[]): Promise<string> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...command, ...flags], { stdio: ["ignore", "ignore", "pipe"] });
    started.push(child);
    const chunks: string[] = [];
    child.stderr.on("data", (chunk) => chunks.push(String(chunk)));
    child.once("close", (code) => resolve(`${code}: ${chunks.join("")}`));
  });

test("flags that cannot be are refused by name", async () => {
  const taken = await start(0);
  const answers = await Promise.all([
    refusal("--port", "many"),
    refusal("--service-range", "10.0.0.0"),
    refusal("--prot", "1"),
    refusal("--port", String(taken.port)),
  ]);
  expect(answers[0]).toContain('1: gungnir sandbox API server: --port is "many"');
  expect(answers[1]).toContain('the service range "10.0.0.0" is not of the form 127.96.0.0/16');
  expect(answers[2]).toContain("--prot");
  expect(answers[3]).toContain(`port ${taken.port} on 127.0.0.1 is taken`);
});
