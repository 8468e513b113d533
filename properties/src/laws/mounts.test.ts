// RES-12: the root file system of a pod is read-only, so each path that is written has to be a mount. The paths are taken from what is
// really shipped: the configuration, the scripts and the manifest.
import { desiredObjects, nameOf } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { anyCluster, isObject, valueAt } from "./objects.ts";

/** Absolute paths in a text, and whether the container may write there. */
const pathsIn = (text: string): readonly string[] => [...text.matchAll(/(?<![\w/.])\/(?:[\w.-]+\/?)+/g)].map(([path]) => path);
/** Written to by anybody, and part of every container. */
const ALWAYS = ["/dev/null", "/bin/sh"];

const mountsOf = (manifest: Parameters<typeof valueAt>[0]) => {
  const mounts = valueAt(manifest, "spec", "template", "spec", "containers", 0, "volumeMounts");
  return (Array.isArray(mounts) ? mounts : []).flatMap((one) =>
    isObject(one) && typeof one["mountPath"] === "string" ? [{ path: one["mountPath"], isWritable: one["readOnly"] !== true }] : [],
  );
};
const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

test.prop([anyCluster])(
  "RES-12 what the configuration and the scripts name is mounted, and what is written is mounted to be written",
  (cluster) => {
    const objects = desiredObjects(cluster);
    const set = objects.find((one) => one.kind === "StatefulSet");
    const config = objects.find((one) => one.name === nameOf(cluster.name).config);
    const mounts = mountsOf(set?.manifest);
    const data = valueAt(config?.manifest, "data");
    const texts = isObject(data) ? Object.values(data).map(String) : [];
    const named = texts.flatMap(pathsIn).filter((path) => !ALWAYS.includes(path));
    for (const path of named) expect(mounts.filter((mount) => isUnder(path, mount.path)).map((mount) => mount.path)).toHaveLength(1);
    // The server writes where `dir` says: its log of changes, its snapshots and their temporary files.
    const dirs = texts.flatMap((text) => [...text.matchAll(/^dir (.*)$/gm)].map(([, path]) => path ?? ""));
    expect(dirs.length).toBeGreaterThan(0);
    for (const dir of dirs) expect(mounts.find((mount) => isUnder(dir, mount.path))?.isWritable).toBe(true);
    // A redirection of a script that makes a file.
    const made = texts.flatMap((text) => [...text.matchAll(/(?<![0-9&])>>?\s*"?(\/[\w./-]+)/g)].map(([, path]) => path ?? ""));
    for (const path of made)
      expect(ALWAYS.includes(path) || mounts.some((mount) => mount.isWritable && isUnder(path, mount.path))).toBe(true);
    const container = valueAt(set?.manifest, "spec", "template", "spec", "containers", 0);
    expect(valueAt(container, "securityContext", "readOnlyRootFilesystem")).toBe(true);
  },
);

it("paths are found in scripts and configurations", () => {
  expect(pathsIn('dir /data\nexec valkey-server /etc/valkey/x.conf --a "/run/s/users.acl" 127.0.0.1/8')).toEqual([
    "/data",
    "/etc/valkey/x.conf",
    "/run/s/users.acl",
  ]);
});
