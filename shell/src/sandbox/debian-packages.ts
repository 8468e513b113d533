// Programs of Debian packages without root and without touching the system: a private apt with its own state, cache and
// list of sources, `apt-get download`, `dpkg -x` into a folder. The mirror, the distribution and the keys are those the
// machine already uses, so that nothing is fetched from a place its owner has not chosen. The machine's own apt settings
// (proxy, certificates) stay in force, because only folders are overridden.
import { execFile } from "node:child_process";
import { access, constants, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** One place packages come from, as the machine's own configuration names it. */
export type Source = { readonly options: string; readonly uri: string; readonly suite: string; readonly components: string };

/** The machine's distribution: `{ id: "debian", codename: "bookworm" }`, or undefined where /etc/os-release does not tell. */
export const distribution = async (): Promise<{ readonly id: string; readonly codename: string } | undefined> => {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const field = (name: string): string | undefined => new RegExp(`^${name}="?([^"\n]+)"?$`, "m").exec(text)?.[1];
  const id = field("ID");
  const codename = field("VERSION_CODENAME");
  return id === undefined || codename === undefined ? undefined : { id, codename };
};

/** The entries of a one-line `sources.list`. */
export const parseOneLine = (text: string): readonly Source[] =>
  text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+?)\s*$/.exec(line.replace(/#.*/, ""));
    const [, options = "", uri = "", suite = "", components = ""] = match ?? [];
    return match === null ? [] : [{ options, uri, suite, components }];
  });

/** The entries of a `*.sources` file in the paragraph format; disabled ones and sources of source code are left out. */
export const parseParagraphs = (text: string): readonly Source[] =>
  text.split(/\n\s*\n/).flatMap((paragraph) => {
    const fields = new Map<string, string>();
    let last = "";
    for (const line of paragraph.split("\n").filter((each) => each.trim() !== "" && !each.startsWith("#"))) {
      const [, name, value = ""] = /^([A-Za-z-]+):\s*(.*)$/.exec(line) ?? [];
      if (name === undefined) fields.set(last, `${fields.get(last) ?? ""} ${line.trim()}`);
      else fields.set((last = name.toLowerCase()), value.trim());
    }
    const words = (name: string): readonly string[] => (fields.get(name) ?? "").split(/\s+/).filter((word) => word !== "");
    if (fields.get("enabled") === "no" || !words("types").includes("deb")) return [];
    const key = fields.get("signed-by") ?? "";
    const options = key.startsWith("/") ? `signed-by=${key}` : "";
    return words("uris").flatMap((uri) =>
      words("suites").map((suite) => ({ options, uri, suite, components: words("components").join(" ") })),
    );
  });

/** What a private apt reads: the machine's own entries of its distribution, and the backports beside its main suite. */
export const withBackports = (sources: readonly Source[], codename: string): readonly Source[] => {
  const own = sources.filter(({ suite }) => suite === codename || suite.startsWith(`${codename}-`));
  const extra = own.filter(({ suite }) => suite === codename).map((source) => ({ ...source, suite: `${codename}-backports` }));
  const named = (source: Source): string => `${source.uri} ${source.suite}`;
  return [...own, ...extra].filter((source, index, all) => all.findIndex((other) => named(other) === named(source)) === index);
};

const machineSources = async (): Promise<readonly Source[]> => {
  const folder = "/etc/apt/sources.list.d";
  const names = await readdir(folder).catch(() => []);
  const paths = ["/etc/apt/sources.list", ...names.toSorted((a, b) => (a < b ? -1 : 1)).map((name) => join(folder, name))];
  const found = await Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, "utf8").catch(() => "");
      return path.endsWith(".sources") ? parseParagraphs(text) : path.endsWith(".list") ? parseOneLine(text) : [];
    }),
  );
  return found.flat();
};

/** A private apt in a folder: what it can be asked for. Every method throws with apt's own words when apt fails. */
export type PrivateApt = {
  /** Fetches packages and unpacks them into `into`; answers with the package files themselves. */
  readonly unpack: (packages: readonly string[], into: string) => Promise<readonly string[]>;
  /** All packages the named one needs, directly or not. */
  readonly dependencies: (name: string) => Promise<readonly string[]>;
};

const words = async (program: string, args: readonly string[], cwd: string): Promise<string> => {
  try {
    const { stdout } = await run(program, args, { cwd, env: { ...process.env, LC_ALL: "C" }, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const stderr = error instanceof Error && "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim() : "";
    throw new Error(`${program} ${args.slice(0, 2).join(" ")} failed: ${stderr === "" ? String(error) : stderr}`, { cause: error });
  }
};

const line = ({ options, uri, suite, components }: Source, type: "deb" | "deb-src" = "deb"): string =>
  `${type} ${options === "" ? "" : `[${options}] `}${uri} ${suite} ${components}\n`;

/**
 * Makes a private apt in `folder` (created) and fetches its lists; throws where the machine has no apt or no usable source. Another
 * `suite` of the machine's mirrors takes the place of its own: what comes from there needs that suite's libraries to run.
 */
export const privateApt = async (folder: string, codename: string, suite?: string): Promise<PrivateApt> => {
  const own = await machineSources();
  const sources =
    suite === undefined
      ? withBackports(own, codename)
      : own.filter((source) => source.suite === codename).map((source) => ({ ...source, suite }));
  const settings = await settingsFor(
    folder,
    codename,
    sources.map((source) => line(source)),
  );
  return {
    unpack: async (packages, into) => {
      const debs = join(folder, "debs", packages.join("+").slice(0, 80));
      await mkdir(debs, { recursive: true });
      await words("apt-get", ["download", "-q", ...packages, ...settings], debs);
      const files = (await readdir(debs)).map((deb) => join(debs, deb));
      for (const file of files) await words("dpkg", ["-x", file, into], folder);
      return files;
    },
    dependencies: async (name) => {
      const only = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"].map((kind) => `--no-${kind}`);
      const text = await words("apt-cache", ["depends", "--recurse", ...only, name, ...settings], folder);
      return [...new Set(text.split("\n").filter((entry) => /^[a-z0-9]/.test(entry)))];
    },
  };
};

/** The files of a source package of any suite of the machine's mirror (its own, or a newer one), downloaded into `folder`, unopened. */
export const downloadSource = async (folder: string, codename: string, suite: string, name: string): Promise<readonly string[]> => {
  const own = (await machineSources()).filter((source) => source.suite === codename);
  const settings = await settingsFor(
    join(folder, "apt"),
    codename,
    own.map((source) => line({ ...source, suite }, "deb-src")),
  );
  await words("apt-get", ["source", "--download-only", "-q", name, ...settings], folder);
  return (await readdir(folder)).filter((file) => file.startsWith(`${name}_`)).map((file) => join(folder, file));
};

const settingsFor = async (folder: string, codename: string, sources: readonly string[]): Promise<readonly string[]> => {
  await access("/usr/bin/apt-get", constants.X_OK).catch(() => {
    throw new Error("this machine has no apt-get");
  });
  if (sources.length === 0)
    throw new Error(`no package source of the suite ${codename} in /etc/apt/sources.list or /etc/apt/sources.list.d`);
  await mkdir(join(folder, "state/lists/partial"), { recursive: true });
  await mkdir(join(folder, "cache/archives/partial"), { recursive: true });
  await writeFile(join(folder, "status"), ""); // nothing counts as installed: what is downloaded depends on nobody's machine
  await writeFile(join(folder, "sources.list"), sources.join(""));
  const settings = [
    `Dir::State=${folder}/state`,
    `Dir::State::Status=${folder}/status`,
    `Dir::Cache=${folder}/cache`,
    `Dir::Etc::SourceList=${folder}/sources.list`,
    "Dir::Etc::SourceParts=/dev/null",
    "APT::Sandbox::User=", // the folder may be closed to apt's own user
    "APT::Update::Post-Invoke=",
    "APT::Update::Post-Invoke-Success=",
    "Acquire::Languages=none",
    "Acquire::Retries=3",
  ].flatMap((setting) => ["-o", setting]);
  await words("apt-get", ["update", "-q", ...settings], folder);
  return settings;
};
