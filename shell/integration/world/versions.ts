// Other versions of valkey-server than the machine's own: those of other Debian suites, from the machine's mirror, once into the cache
// folder. They were built against another libc, so they come with all their libraries and are started through their own loader.
import { execFile } from "node:child_process";
import { access, chmod, constants, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { distribution, privateApt } from "../../src/sandbox/debian-packages.ts";
import { cacheFolder, type Valkey } from "../../src/sandbox/valkey-binary.ts";

const run = promisify(execFile);

/** What Debian offers beside the backports of its last release. */
export const SUITES = ["trixie", "sid"] as const;
export type Suite = (typeof SUITES)[number];

/** All that the binary is linked to; the loader itself is in libc6. */
const PACKAGES = [
  "valkey-tools",
  "libc6",
  "libjemalloc2",
  "liblzf1",
  "libssl3t64",
  "libsystemd0",
  "libcap2",
  "libstdc++6",
  "libgcc-s1",
  "libatomic1",
];
const MORE = ["zlib1g", "libzstd1"];

/** Debian's names of what Node calls x64 and arm64. */
const loaders: Readonly<Record<string, { readonly triplet: string; readonly loader: string }>> = {
  x64: { triplet: "x86_64-linux-gnu", loader: "ld-linux-x86-64.so.2" },
  arm64: { triplet: "aarch64-linux-gnu", loader: "ld-linux-aarch64.so.1" },
};

/** The server of a suite; throws, saying why, where it cannot be had or does not run here. */
export const valkeyOf = async (suite: Suite): Promise<Valkey> => {
  const home = join(cacheFolder(), "valkey", `${suite}-with-libraries-${process.arch}`);
  const isThere = await access(join(home, "valkey-server"), constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isThere) await fetchInto(home, suite);
  const server = join(home, "valkey-server");
  const { stdout } = await run(server, ["--version"]);
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined)
    throw new Error(`${server} --version says ${stdout.trim()}, which is no version. Delete ${home} and try again.`);
  return { server, cli: join(home, "valkey-cli"), sentinel: server, env: {}, version };
};

const fetchInto = async (home: string, suite: Suite): Promise<void> => {
  const own = await distribution();
  const platform = loaders[process.arch];
  if (own?.id !== "debian" || platform === undefined)
    throw new Error(
      `valkey-server of Debian ${suite} can be fetched on Debian (x64, arm64) only; this is ${own?.id ?? "unknown"} on ${process.arch}.`,
    );
  await mkdir(join(cacheFolder(), "valkey"), { recursive: true });
  const workshop = await mkdtemp(`${home}.part-`);
  try {
    const root = join(workshop, "root");
    const apt = await privateApt(join(workshop, "apt"), own.codename, suite);
    await apt.unpack([...PACKAGES, ...MORE], root);
    // Debian's one multi-purpose binary goes by its name.
    await symlink("valkey-check-rdb", join(root, "usr/bin/valkey-server"));
    const libraries = `usr/lib/${platform.triplet}`;
    for (const name of ["valkey-server", "valkey-cli"]) {
      const program = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/${libraries}/${platform.loader}" --library-path "$here/${libraries}" --argv0 ${name} "$here/usr/bin/${name}" "$@"
`;
      await writeFile(join(root, name), program);
      await chmod(join(root, name), 0o755);
    }
    await rm(home, { recursive: true, force: true });
    await rename(root, home);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
};
