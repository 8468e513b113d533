// Brings node_modules up to package-lock.json. What counts is content, not dates: npm leaves a copy of what it installed in
// node_modules, and a checkout that merely touched the lockfile must not cost a minute.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Whether everything the lockfile names for this platform is installed in its version. */
export const isUpToDate = (root) => {
  const installed = packagesIn(join(root, "node_modules/.package-lock.json"));
  if (installed === undefined) return false;
  return Object.entries(packagesIn(join(root, "package-lock.json")) || {}).every(([path, wanted]) => {
    if (!path.includes("node_modules/") || wanted.link === true) return true; // the workspaces themselves
    const found = installed[path];
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
};

/** Installs; answers with the lines to show when that did not work. Of several processes one installs and the others wait. */
export const install = async (root) => {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const lock = join(root, ".cache/install.lock");
  while (!take(lock)) {
    await new Promise((wake) => setTimeout(wake, 200));
    if (!isHeld(lock)) rmSync(lock, { force: true });
  }
  try {
    return isUpToDate(root) ? undefined : await npmCi(root);
  } finally {
    rmSync(lock, { force: true });
  }
};

const packagesIn = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
};

const npmCi = (root) => {
  const [program, before] = process.env.npm_execpath ? [process.execPath, [process.env.npm_execpath]] : ["npm", []];
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  say("installing the dependencies of package-lock.json (npm ci); the first time takes up to a minute or two");
  const progress = setInterval(() => say(`still installing, ${seconds()} s`), 10_000);
  // The scripts' own settings (npm_config_*) are left alone: proxies and registries come in that way.
  const child = spawn(program, [...before, "ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  return new Promise((done) => {
    const end = (problem) => {
      clearInterval(progress);
      done(problem);
    };
    child.on("error", () =>
      end(["npm does not start.", "What to do: install npm (Debian: apt install npm) and run the same command again."]),
    );
    child.on("exit", (code) => {
      if (code === 0) say(`dependencies installed, ${seconds()} s`);
      end(code === 0 ? undefined : whatToDo);
    });
  });
};

const whatToDo = [
  "npm ci failed; its own words are above.",
  "What to do: see that the registry can be reached (npm ping; behind a proxy: npm config set proxy …), that there are 1.5 GB of disk space,",
  "and that this folder belongs to you; then run the same command again. Nothing half-installed is used.",
];

const say = (line) => void process.stderr.write(`gungnir: ${line}\n`);

const take = (lock) => {
  try {
    const file = openSync(lock, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
};

const isHeld = (lock) => {
  try {
    const holder = parseInt(readFileSync(lock, "utf8"), 10);
    if (Number.isNaN(holder)) return true; // written a moment ago
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};
