// hiredis 1.2, from Debian's source package (the installed one of Debian 12 has no RESP3), compiled with -O3 into the cache folder together
// with bench.c. No root, nothing of the system changes. Where there is no compiler, no apt or no mirror, there is no hiredis, and why.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { distribution, downloadSource } from "@gungnir/shell/sandbox/debian-packages";
import { cacheFolder } from "@gungnir/shell/sandbox/valkey-binary";

const run = promisify(execFile);
const version = "1.2.0";

export type Built = { readonly program: string; readonly version: string; readonly compiler: string };
export type Hiredis = Built | { readonly missing: string };

/** The program, built before if it is not in the cache; or why there is none. */
export const buildHiredis = async (): Promise<Hiredis> => {
  try {
    const compiler = await run("gcc", ["--version"]).then(({ stdout }) => stdout.split("\n")[0] ?? "gcc");
    const home = join(cacheFolder(), "hiredis", version);
    const own = join(import.meta.dirname, "bench.c");
    const recipe = createHash("sha256")
      .update(await readFile(own))
      .update(compiler)
      .digest("hex")
      .slice(0, 12);
    const program = join(home, `bench-${recipe}`);
    if (await exists(program)) return { program, version, compiler };
    const sources = await sourcesIn(home);
    const files = ["read.c", "sds.c", "alloc.c", "hiredis.c", "net.c", "async.c"].map((name) => join(sources, name));
    await run("gcc", ["-O3", "-DNDEBUG", "-I", sources, own, ...files, "-lm", "-o", `${program}.part`]);
    await rename(`${program}.part`, program);
    return { program, version, compiler };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The unpacked upstream sources; Debian's own patches touch its build, not its parser. */
const sourcesIn = async (home: string): Promise<string> => {
  const sources = join(home, `hiredis-${version}`);
  if (await exists(sources)) return sources;
  const here = await distribution();
  if (here === undefined) throw new Error("fetching the sources of hiredis works on Debian and its relatives only");
  await mkdir(home, { recursive: true });
  const workshop = await mkdtemp(join(home, "part-"));
  try {
    const files = await downloadSource(workshop, here.codename, here.id === "debian" ? "trixie" : here.codename, "hiredis");
    const archive = files.find((file) => file.endsWith(`_${version}.orig.tar.gz`));
    if (archive === undefined) throw new Error(`the mirror has no hiredis ${version}`);
    await run("tar", ["-xzf", archive, "-C", workshop]);
    await rename(join(workshop, `hiredis-${version}`), sources);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return sources;
};
