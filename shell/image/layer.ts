// One layer of an image: files as a tar, the same files always as the same bytes. What differs from machine to machine and from
// hour to hour (dates, owners, the order of a folder) is said and not taken from where the files happen to lie.
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Entry =
  | { readonly _tag: "File"; readonly path: string; readonly mode: number; readonly content: string | Uint8Array }
  | { readonly _tag: "Folder"; readonly path: string; readonly mode: number };

/** A file of the image at an absolute path, for everybody to read. */
export const file = (path: string, content: string | Uint8Array, mode = 0o644): Entry => ({ _tag: "File", path, mode, content });
export const folder = (path: string, mode = 0o755): Entry => ({ _tag: "Folder", path, mode });

const MAX_BYTES = 1024 * 1024 * 1024;

/** Everything under a folder as a tar: sorted, of 1970, of root. */
export const tarOf = async (place: string): Promise<Uint8Array> => {
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=gnu"];
  const { stdout } = await run("tar", [...same, "--create", "--file=-", "--directory", place, "."], {
    encoding: "buffer",
    maxBuffer: MAX_BYTES,
  });
  return stdout;
};

/** The tar of these files; `workshop` is an existing folder for what is under way. */
export const layerOf = async (entries: readonly Entry[], workshop: string): Promise<Uint8Array> => {
  const place = await mkdtemp(join(workshop, "layer-"));
  try {
    await chmod(place, 0o755);
    for (const entry of entries) {
      const at = join(place, entry.path);
      await mkdir(entry._tag === "Folder" ? at : dirname(at), { recursive: true, mode: 0o755 });
      if (entry._tag === "File") await writeFile(at, entry.content);
      await chmod(at, entry.mode); // whatever the umask is
    }
    return await tarOf(place);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
};
