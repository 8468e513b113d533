// Disks of claims that a scenario breaks: a small one that fills up, and one that answers every request with an input/output error from some
// moment on, as a dying one does. They are mounted over the folder of the claim's volume before any pod uses it, so the pods know nothing of it.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Api, pathTo } from "../../src/sandbox/clients/api.ts";
import { at } from "../scenarios/reading.ts";
import { until } from "../scenarios/waiting.ts";
import { type Claim, type Faults, once } from "./backend.ts";

const run = promisify(execFile);

/** For volumes that are folders of this machine, and root. */
export const disksOf = (api: Api): Pick<Faults, "smallDisk" | "frailDisk"> => ({
  smallDisk: async (claim) => {
    const folder = await folderOf(api, claim);
    await run("mount", ["-t", "tmpfs", "-o", `size=${claim.mebibytes}m,mode=0777`, "gungnir-e2e", folder]);
    const filler = join(folder, "filler");
    return {
      // Ends with "no space left", which is what is wanted.
      fill: async () => void (await run("dd", ["if=/dev/zero", `of=${filler}`, "bs=64k"]).catch(() => undefined)),
      empty: () => rm(filler, { force: true }),
      undo: once(() => unmount(folder)),
    };
  },
  frailDisk: async (claim) => {
    const folder = await folderOf(api, claim);
    const shelf = await mkdtemp(join(tmpdir(), "gungnir-e2e-"));
    let disks = 0;
    const insert = async (): Promise<void> => {
      const image = join(shelf, `disk-${disks++}`);
      await writeFile(image, "");
      await truncate(image, claim.mebibytes * 1024 * 1024);
      await run("mkfs.ext4", ["-q", "-F", image]);
      await run("mount", ["-o", "loop", image, folder]);
      await chmod(folder, 0o777);
    };
    await insert();
    return {
      fail: async () => void (await run("perl", ["-e", SHUT_DOWN, folder])),
      // Whoever still holds the dead one open holds it; the next container finds the new one.
      replace: async () => {
        await unmount(folder);
        await insert();
      },
      undo: once(async () => {
        await unmount(folder);
        await rm(shelf, { recursive: true, force: true });
      }),
    };
  },
});

/** The kernel's own way to end a file system in its tracks (`EXT4_IOC_SHUTDOWN`, nothing flushed): every call on it fails with EIO from then on. */
const SHUT_DOWN = `open(my $folder, "<", $ARGV[0]) or die $!; my $how = pack("L", 2); ioctl($folder, 0x8004587d, $how) or die $!`;

const unmount = async (folder: string): Promise<void> => void (await run("umount", ["-l", folder]));

/** Makes the claim and answers with the folder of its volume. */
const folderOf = async (api: Api, { namespace, name, mebibytes }: Claim): Promise<string> => {
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${mebibytes}Mi` } } };
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name, namespace }, spec };
  const created = await api.create(pathTo("persistentvolumeclaims", namespace), claim);
  if (created._tag !== "Done") throw new Error(created.message);
  return until(`${name} is bound`, async () => {
    const bound = await api.get(pathTo("persistentvolumeclaims", namespace, name));
    const volume = bound._tag === "Done" ? at(bound.object, "spec", "volumeName") : undefined;
    if (typeof volume !== "string") return undefined;
    const found = await api.get(pathTo("persistentvolumes", undefined, volume));
    const path = found._tag === "Done" ? at(found.object, "spec", "hostPath", "path") : undefined;
    return typeof path === "string" && existsSync(path) ? path : undefined;
  });
};
