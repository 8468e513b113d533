// Where valkey-server comes from: the machine's PATH, or a cache folder filled once from Debian's packages without root, or,
// with a warning, a redis-server that can stand in. Several processes may ask at the same time: one fetches, the others wait,
// and what is in the cache got there by a rename, so that nobody ever sees half of it.
import { execFile } from "node:child_process";
import { access, constants, mkdir, mkdtemp, open, readFile, readdir, rename, rm, stat, symlink } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { distribution, privateApt } from "./debian-packages.ts";

const run = promisify(execFile);

/** Absolute paths of the programs, and what has to be added to the environment to run them. Start a Sentinel as
 *  `sentinel <config> --sentinel`: where no program of that name exists it is the server itself. */
export type Valkey = {
  readonly server: string;
  readonly cli: string;
  readonly sentinel: string;
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
};

/** The oldest versions that know every command the operator sends (dual-channel off, FAILOVER, FUNCTION, ACL selectors). */
const oldest = { valkey: 8, redis: 7 };

const whatToDo = `Install valkey-server ${oldest.valkey} or newer and have it on the PATH (Debian 12: backports; Debian 13: apt install valkey-server), then try again.`;

/** Finds or fetches the programs; progress and warnings go to stderr; throws with what to do when none can be had. */
export const findValkey = async (): Promise<Valkey> => {
  const installed = await onPath("valkey", oldest.valkey);
  if (installed !== undefined) return installed;
  try {
    return await fromCache();
  } catch (error) {
    const standIn = await onPath("redis", oldest.redis);
    const why = error instanceof Error ? error.message : String(error);
    if (standIn === undefined) throw new Error(`No valkey-server to be had. ${why}\n${whatToDo}`, { cause: error });
    say(`warning: no valkey-server (${why}); redis-server ${standIn.version} stands in. ${whatToDo}`);
    return standIn;
  }
};

/** The folder for what is fetched: $GUNGNIR_CACHE, else $XDG_CACHE_HOME/gungnir, else .cache in the checkout. */
export const cacheFolder = (): string => {
  const own = process.env["GUNGNIR_CACHE"];
  if (own !== undefined && own !== "") return resolve(own);
  const common = process.env["XDG_CACHE_HOME"];
  if (common !== undefined && common !== "") return resolve(common, "gungnir");
  return resolve(import.meta.dirname, "../../../.cache");
};

const say = (line: string): void => void process.stderr.write(`gungnir: ${line}\n`);

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

const which = async (program: string): Promise<string | undefined> => {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter).filter((each) => each !== "")) {
    const path = resolve(folder, program);
    if (await isExecutable(path)) return path;
  }
  return undefined;
};

const versionOf = async (server: string, env: Readonly<Record<string, string>>): Promise<string | undefined> => {
  const answer = await run(server, ["--version"], { env: { ...process.env, ...env } }).catch(() => undefined);
  return /\bv=(\d+\.\d+\.\d+)/.exec(answer?.stdout ?? "")?.[1];
};

const onPath = async (family: "valkey" | "redis", atLeast: number): Promise<Valkey | undefined> => {
  const server = await which(`${family}-server`);
  const cli = await which(`${family}-cli`);
  if (server === undefined || cli === undefined) return undefined;
  const version = await versionOf(server, {});
  if (version === undefined || Number.parseInt(version, 10) < atLeast) return undefined;
  return { server, cli, sentinel: (await which(`${family}-sentinel`)) ?? server, env: {}, version };
};

/** The programs in the cache, fetched before if they are not there. */
const fromCache = async (): Promise<Valkey> => {
  const here = await distribution();
  if (process.platform !== "linux" || here === undefined) throw new Error("Fetching it by itself works on Debian and its relatives only.");
  const root = join(cacheFolder(), "valkey");
  const home = join(root, `${here.id}-${here.codename}-${process.arch}`);
  const cached = await unpacked(home);
  if (cached !== undefined) return cached;
  await mkdir(root, { recursive: true });
  const release = await lock(`${home}.lock`);
  try {
    const meanwhile = await unpacked(home);
    if (meanwhile !== undefined) return meanwhile;
    say(`fetching valkey-server for ${here.id} ${here.codename} into ${home} (once; nothing of the system changes)`);
    await fetchInto(home, here.codename);
  } finally {
    await release();
  }
  const fetched = await unpacked(home);
  if (fetched === undefined) throw new Error(`The package of ${here.codename} holds no valkey-server ≥ ${oldest.valkey} that runs here.`);
  say(`valkey-server ${fetched.version} is ready`);
  return fetched;
};

const unpacked = async (home: string): Promise<Valkey | undefined> => {
  const at = (name: string): string => join(home, "usr/bin", name);
  if (!(await isExecutable(at("valkey-server")))) return undefined;
  const env = await libraryPath(home);
  const version = await versionOf(at("valkey-server"), env);
  if (version === undefined || Number.parseInt(version, 10) < oldest.valkey) return undefined;
  return { server: at("valkey-server"), cli: at("valkey-cli"), sentinel: at("valkey-sentinel"), env, version };
};

/** Only the libraries this machine lacks were unpacked; where there are none the environment stays as it is. */
const libraryPath = async (home: string): Promise<Readonly<Record<string, string>>> => {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => /^lib.*\.so\.\d/.test(entry.name)).map((entry) => entry.parentPath);
  if (folders.length === 0) return {};
  const before = process.env["LD_LIBRARY_PATH"];
  return { LD_LIBRARY_PATH: [...new Set(folders), ...(before === undefined || before === "" ? [] : [before])].join(":") };
};

/** The libraries a program asks for and the machine does not have, by their sonames. */
const missingLibraries = async (server: string, home: string): Promise<readonly string[]> => {
  const { stdout } = await run("ldd", [server], { env: { ...process.env, ...(await libraryPath(home)) } });
  return [...stdout.matchAll(/^\s*(lib\S+) => not found/gm)].flatMap(([, name]) => (name === undefined ? [] : [name]));
};

const fetchInto = async (home: string, codename: string): Promise<void> => {
  const workshop = await mkdtemp(`${home}.part-`);
  try {
    const root = join(workshop, "root");
    const apt = await privateApt(join(workshop, "apt"), codename);
    await apt.unpack(["valkey-tools"], root);
    // Debian puts the one multi-purpose binary into valkey-tools under this name; valkey-server holds links and units.
    const binary = join(root, "usr/bin/valkey-check-rdb");
    for (const name of ["valkey-server", "valkey-sentinel"])
      if (!(await isExecutable(join(root, "usr/bin", name)))) await symlink("valkey-check-rdb", join(root, "usr/bin", name));
    await addLibraries(binary, root, apt);
    await rm(home, { recursive: true, force: true }); // something unusable, or nothing: whatever was there did not run
    await rename(root, home);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
};

/** A library may need another one: look again until nothing is missing. `liblzf.so.1` lives in `liblzf1` (Debian policy 8.1). */
const addLibraries = async (binary: string, root: string, apt: Awaited<ReturnType<typeof privateApt>>): Promise<void> => {
  for (let round = 0; round < 4; round++) {
    const missing = await missingLibraries(binary, root);
    if (missing.length === 0) return;
    const needed = await apt.dependencies("valkey-tools");
    const packages = missing.map((soname) => {
      const [, stem = soname, major = ""] = /^(lib.+?)\.so\.(\d+)/.exec(soname) ?? [];
      const names = [`${stem}${major}`, `${stem}-${major}`].flatMap((name) => [name, `${name}t64`]);
      return needed.find((name) => names.includes(name.toLowerCase()));
    });
    if (packages.some((name) => name === undefined)) throw new Error(`No package holds the libraries ${missing.join(", ")}.`);
    await apt.unpack([...new Set(packages.flatMap((name) => name ?? []))], root);
  }
  throw new Error(`The libraries ${(await missingLibraries(binary, root)).join(", ")} stay missing.`);
};

/** One process at a time. A lock whose holder is gone is taken over; the rename keeps even a double fetch harmless. */
const lock = async (path: string): Promise<() => Promise<void>> => {
  await mkdir(dirname(path), { recursive: true });
  for (let attempt = 0; ; attempt++) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    if (attempt === 0) say("waiting for another process that is fetching valkey-server");
    const holder = Number.parseInt(await readFile(path, "utf8").catch(() => ""), 10);
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (Number.isNaN(holder) ? age > 5_000 : !isRunning(holder)) await rm(path, { force: true });
    await sleep(100);
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};
