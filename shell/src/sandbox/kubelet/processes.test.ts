import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type LocalProcess, openProcesses, recordedProcesses } from "./processes.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gungnir-processes-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environment = { PATH: "/usr/bin:/bin" };

const started = (process: LocalProcess | { readonly problem: string }): LocalProcess => {
  if ("problem" in process) throw new Error(process.problem);
  return process;
};

/** A zombie counts as dead: not every machine's first process collects orphans. */
const nameOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, "utf8").trim();
const isAlive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};

it("tells exit code and signal, and takes the group along when its leader ends", async () => {
  const processes = openProcesses(folder);
  const shell = started(
    processes.start({ argv: ["sh", "-c", "sleep 60 & echo $!; exit 3"], environment, cwd: folder, stdin: false, owner: {} }),
  );
  let output = "";
  shell.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  expect(await shell.exited).toEqual({ code: 3, signal: undefined });
  await shell.closed;
  await expect.poll(() => isAlive(Number(output.trim()))).toBe(false);

  const sleeper = started(processes.start({ argv: ["sleep", "60"], environment, cwd: folder, stdin: false, owner: {} }));
  sleeper.kill();
  expect(await sleeper.exited).toEqual({ code: 137, signal: 9 });
  expect(readdirSync(folder)).toEqual([]);
});

it("says why a program cannot be started", () => {
  const processes = openProcesses(folder);
  const problem = processes.start({ argv: ["no-such-program"], environment, cwd: folder, stdin: false, owner: {} });
  expect(problem).toMatchObject({ problem: expect.stringContaining('"no-such-program": no such executable') });
});

it("leaves no process behind when the kubelet is killed, and the next one ends what is left all the same", async () => {
  const script = `
    import { openProcesses } from ${JSON.stringify(join(import.meta.dirname, "processes.ts"))};
    const processes = openProcesses(${JSON.stringify(folder)});
    const start = (argv) => processes.start({ argv, environment: ${JSON.stringify(environment)}, cwd: "/", stdin: false, owner: { pod: "p" } });
    console.log(JSON.stringify([start(["sleep", "60"]).pid, start(["sh", "-c", "exec sleep 60"]).pid]));
  `;
  const parent = spawn(process.execPath, ["--conditions=gungnir-source", "--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pids = await new Promise<readonly number[]>((done) => {
    parent.stdout.once("data", (chunk: Buffer) => {
      const said: unknown = JSON.parse(chunk.toString());
      done(Array.isArray(said) ? said.map(Number) : []);
    });
  });
  expect(recordedProcesses(folder).map(({ owner }) => owner)).toEqual([{ pod: "p" }, { pod: "p" }]);
  // setpriv has done its part once it has become the program: before that, only the next kubelet ends what is left.
  await expect.poll(() => pids.map(nameOf)).toEqual(["sleep", "sleep"]);
  parent.kill("SIGKILL");
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  openProcesses(folder);
  expect(readdirSync(folder)).toEqual([]);
});
