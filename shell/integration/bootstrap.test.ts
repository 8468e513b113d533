// The bootstrap as a stranger's machine meets it: in a folder of its own, with an `npm` that does what the test says, since
// what is tested is what the bootstrap makes of npm's success or failure.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "gungnir-bootstrap-"));
  await cp(join(import.meta.dirname, "../bootstrap"), join(root, "shell/bootstrap"), { recursive: true });
  await writeFile(join(root, "package-lock.json"), JSON.stringify({ packages: { "node_modules/one": { version: "1.0.0" } } }));
  await writeFile(join(root, "program.mjs"), "console.log('ran with', process.argv.slice(2).join(' ')); process.exitCode = 7;");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const installed = (version: string): string => JSON.stringify({ packages: { "node_modules/one": { version } } });

/** Runs the bootstrap with an npm whose `ci` is this JavaScript. */
const run = async (npm: string, ...args: readonly string[]): Promise<{ readonly code: unknown; readonly said: string }> => {
  await writeFile(join(root, "npm.cjs"), npm);
  const child = spawn(process.execPath, [join(root, "shell/bootstrap/run.mjs"), ...args], {
    cwd: root,
    env: { ...process.env, npm_execpath: join(root, "npm.cjs") },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, "close");
  return { code, said };
};

const installs = `
  const { mkdirSync, writeFileSync } = require("node:fs");
  mkdirSync("node_modules", { recursive: true });
  writeFileSync("node_modules/.package-lock.json", ${JSON.stringify(installed("1.0.0"))});`;

describe("the bootstrap", () => {
  it("installs what is missing, then is the program: its arguments, its exit code", async () => {
    const { code, said } = await run(installs, "program.mjs", "--some", "thing");
    expect(said).toContain("npm ci");
    expect(said).toContain("ran with --some thing");
    expect(code).toBe(7);
  });

  it("installs again when the lockfile names another version, and not when it does not", async () => {
    await mkdir(join(root, "node_modules"));
    await writeFile(join(root, "node_modules/.package-lock.json"), installed("0.9.0"));
    expect((await run(installs, "program.mjs")).said).toContain("npm ci");
    expect((await run("process.exit(1)", "program.mjs")).said).toBe("ran with \n");
  });

  it("says what to do when npm fails, and runs nothing", async () => {
    const { code, said } = await run("console.error('E404'); process.exit(1)", "program.mjs");
    expect(code).toBe(1);
    expect(said).toContain("E404");
    expect(said).toContain("What to do: see that the registry can be reached");
    expect(said).not.toContain("ran with");
  });

  it("names a program that is not in the checkout", async () => {
    const { code, said } = await run(installs, "no/such.ts");
    expect(code).toBe(1);
    expect(said).toContain("no/such.ts does not exist");
  });

  it("ends its program when the shell of `npm run` is gone", async () => {
    await run(installs, "program.mjs");
    await writeFile(
      join(root, "program.mjs"),
      `process.on("SIGTERM", () => { console.log("told to end"); process.exit(); }); console.log("up"); setInterval(() => {}, 1000);`,
    );
    const line = `"$NODE" shell/bootstrap/run.mjs program.mjs; exit`; // the second command keeps the shell from becoming the first
    const env = { ...process.env, NODE: process.execPath, npm_lifecycle_event: "sandbox" };
    const shell = spawn("sh", ["-c", line], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    shell.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said === "up\n") shell.kill("SIGTERM");
    });
    await once(shell, "close"); // the pipe is closed by the last one that holds it
    expect(said).toBe("up\ntold to end\n");
  });

  it("takes over the lock of an installation whose process is gone", async () => {
    await mkdir(join(root, ".cache"));
    await writeFile(join(root, ".cache/install.lock"), "999999999");
    expect((await run(installs, "program.mjs")).code).toBe(7);
  });
});
