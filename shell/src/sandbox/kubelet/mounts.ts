// Mount paths without mount namespaces.
//
// A container expects its volumes at absolute paths such as /data, which only root could give to one process alone. Here each volume is
// a folder of the pod, and the mount path is replaced by that folder wherever it stands as a path in the command, the arguments, the
// literal environment, exec commands, and text files from ConfigMaps. It is the sandbox's limit that a program which builds the path
// by itself does not find it. Values from Secrets are never touched: a password may contain anything.

export type Mounts = readonly { readonly mountPath: string; readonly folder: string }[];

/** `text` with every mount path that stands as a path of its own replaced, longest first, in one pass so that nothing is replaced twice. */
export const rewritePaths = (text: string, mounts: Mounts): string => {
  if (mounts.length === 0) return text;
  const longestFirst = mounts.toSorted((a, b) => b.mountPath.length - a.mountPath.length);
  const folders = new Map(longestFirst.map((mount) => [mount.mountPath, mount.folder]));
  const paths = longestFirst.map((mount) => mount.mountPath.replaceAll(/[^\w/]/g, "\\$&")).join("|");
  return text.replaceAll(new RegExp(`(?<![\\w./-])(?:${paths})(?![\\w.-])`, "g"), (path) => folders.get(path) ?? path);
};

/** Without the slash at the end that some manifests write. */
export const normalMountPath = (path: string): string => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
