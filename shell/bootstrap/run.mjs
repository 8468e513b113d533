// The first command on a fresh machine. Plain JavaScript for the Node that happens to be there (≥ 18) and without
// dependencies, because it is what installs them: it brings node_modules up to the lockfile, finds a Node ≥ 24 (the npm
// package of the lockfile, else the user's own), fetches valkey-server where the program needs one, and then is that program.
//
//   node shell/bootstrap/run.mjs [--valkey] FILE [arguments of FILE …]
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { install, isUpToDate } from "./install.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const neededNode = 24; // the oldest that runs TypeScript sources directly and that the dependencies support

/** Says what is wrong and what to do, and ends. */
const fail = (...lines) => {
  for (const line of lines) process.stderr.write(`gungnir: ${line}\n`);
  process.exit(1);
};

/** The version of a node program that really starts here, or 0. */
const majorOf = (program) => {
  const answer = spawnSync(program, ["--version"], { encoding: "utf8" });
  return answer.status === 0 ? parseInt(answer.stdout.slice(1), 10) : 0;
};

/** The Node to run on: the pinned one of the lockfile, else the one we are. */
const findNode = () => {
  const pinned = join(root, "node_modules/.bin/node");
  if (existsSync(pinned) && majorOf(pinned) >= neededNode) return pinned;
  if (parseInt(process.versions.node, 10) >= neededNode) return process.execPath;
  return fail(
    `Node ${neededNode} or newer is needed; this is ${process.version}, and the npm package that carries Node ${neededNode} does not run on ${process.platform}-${process.arch}.`,
    `What to do: install Node ${neededNode} (or newer), have it first on the PATH, and run the same command again.`,
  );
};

/** Runs a program to its end with our own terminal; signals sent to us reach it, and its end becomes ours. */
const become = (program, args, env) => {
  const child = spawn(program, args, { stdio: "inherit", env });
  child.on("error", (error) => fail(`${program} does not start: ${error.message}`));
  process.on("SIGINT", () => undefined); // the terminal has already told the child: wait for its clean end
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // Of `npm run` a signal ends npm and its shell, not us: being left alone says the same. By hand one may leave us alone.
  const parent = process.ppid;
  const isOrphan = () => process.ppid !== parent;
  if (process.env.npm_lifecycle_event) setInterval(() => isOrphan() && child.kill("SIGTERM"), 500).unref();
  child.on("exit", (code, signal) => process.exit(code === null ? 128 + (constants.signals[signal] || 1) : code));
};

const [first, ...others] = process.argv.slice(2);
const wantsValkey = first === "--valkey";
const [file, args] = wantsValkey ? [others[0], others.slice(1)] : [first, others];
if (file === undefined) fail("usage: node shell/bootstrap/run.mjs [--valkey] FILE [arguments of FILE]");
if (parseInt(process.versions.node, 10) < 18)
  fail(`Node 18 or newer is needed to begin with; this is ${process.version}. Install a newer one.`);

if (!isUpToDate(root)) {
  const problem = await install(root);
  if (problem !== undefined) fail(...problem);
}
if (!existsSync(join(root, file))) fail(`${file} does not exist in this checkout. What to do: git status, and check it out again.`);
const node = findNode();
const env = { ...process.env, PATH: [join(root, "node_modules/.bin"), process.env.PATH || ""].join(delimiter) };
if (wantsValkey) {
  const fetched = spawnSync(node, ["--conditions=gungnir-source", join(root, "shell/bootstrap/fetch-valkey.mjs")], {
    stdio: ["ignore", 2, 2],
    env,
  });
  if (fetched.status !== 0) process.exit(1); // it has said why
}
become(node, ["--conditions=gungnir-source", join(root, file), ...args], env);
