// The volumes of a pod as folders: an emptyDir lives and dies with the pod, a claim is the folder of its PersistentVolume, and
// ConfigMaps, Secrets and the downward API are files written into one.
//
// Projected files are replaced one by one through a rename, so that a reader never sees half a file, and only when they changed.
import { chmodSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Container, DownwardItem, KeyToPath, Pod, Volume } from "../clients/pod.ts";
import { type Addresses, ConfigurationError, fieldOf, type Sources } from "./environment.ts";
import { type Mounts, normalMountPath, rewritePaths } from "./mounts.ts";

export type VolumeSources = Sources & {
  /** The folder of a bound claim; undefined while it is not bound. */
  readonly claimFolder: (claim: string) => Promise<string | undefined>;
};

export type Folders = ReadonlyMap<string, string>;

/** Makes every volume of the pod; throws a ConfigurationError naming what is still missing. */
export const prepareVolumes = async (pod: Pod, addresses: Addresses, root: string, sources: VolumeSources): Promise<Folders> => {
  const folders = new Map<string, string>();
  for (const volume of pod.spec.volumes ?? []) {
    const folder = await folderOf(volume, join(root, volume.name), sources);
    mkdirSync(folder, { recursive: true });
    folders.set(volume.name, folder);
  }
  await refreshVolumes(pod, addresses, folders, sources);
  return folders;
};

const folderOf = async (volume: Volume, own: string, sources: VolumeSources): Promise<string> => {
  if (volume.persistentVolumeClaim !== undefined) {
    const claim = volume.persistentVolumeClaim.claimName;
    const folder = await sources.claimFolder(claim);
    if (folder === undefined) throw new ConfigurationError(`persistentvolumeclaim "${claim}" is not bound`);
    return folder;
  }
  if (volume.hostPath !== undefined) return volume.hostPath.path;
  const isServed = [volume.emptyDir, volume.configMap, volume.secret, volume.downwardAPI, volume.projected].some(
    (each) => each !== undefined,
  );
  if (!isServed)
    throw new ConfigurationError(`volume "${volume.name}" is of a kind the sandbox does not serve: ${Object.keys(volume).join()}`);
  return own;
};

/** Writes the files of ConfigMap, Secret, downward and projected volumes again where their contents changed. */
export const refreshVolumes = async (pod: Pod, addresses: Addresses, folders: Folders, sources: Sources): Promise<void> => {
  for (const volume of pod.spec.volumes ?? []) {
    const folder = folders.get(volume.name);
    if (folder === undefined) continue;
    const mounts = pod.spec.containers.flatMap((container) => mountsOf(container, folders));
    const files = await filesOf(volume, pod, addresses, mounts, sources);
    if (files !== undefined) writeFiles(folder, files);
  }
};

type File = { readonly content: Buffer; readonly mode: number };
type Files = Map<string, File>;

const filesOf = async (volume: Volume, pod: Pod, addresses: Addresses, mounts: Mounts, sources: Sources): Promise<Files | undefined> => {
  const { configMap, secret, downwardAPI, projected } = volume;
  const parts = [
    ...(configMap === undefined ? [] : [{ configMap }]),
    ...(secret === undefined ? [] : [{ secret: { ...secret, name: secret.secretName ?? "" } }]),
    ...(downwardAPI === undefined ? [] : [{ downwardAPI }]),
    ...(projected?.sources ?? []),
  ];
  if (parts.length === 0 && projected === undefined) return undefined;
  const mode = configMap?.defaultMode ?? secret?.defaultMode ?? projected?.defaultMode ?? 0o644;
  const files: Files = new Map();
  for (const part of parts) {
    if ("configMap" in part && part.configMap !== undefined) {
      const { name = "", items, optional } = part.configMap;
      const found = await sources.configMap(name);
      if (found === undefined && optional !== true) throw new ConfigurationError(`configmap "${name}" not found`);
      const texts = Object.entries(found?.data ?? {}).map(([key, value]) => [key, Buffer.from(rewritePaths(value, mounts))] as const);
      const binaries = Object.entries(found?.binaryData ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64")] as const);
      addItems(files, new Map([...texts, ...binaries]), items, mode);
    }
    if ("secret" in part && part.secret !== undefined) {
      const { name = "", items, optional } = part.secret;
      const found = await sources.secret(name);
      if (found === undefined && optional !== true) throw new ConfigurationError(`secret "${name}" not found`);
      addItems(files, new Map(Object.entries(found?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64")])), items, mode);
    }
    if ("downwardAPI" in part) addDownward(files, part.downwardAPI?.items ?? [], pod, addresses, mode);
    if ("serviceAccountToken" in part)
      throw new ConfigurationError(`volume "${volume.name}": the sandbox serves no serviceAccountToken source`);
  }
  return files;
};

const addItems = (files: Files, contents: ReadonlyMap<string, Buffer>, items: readonly KeyToPath[] | undefined, mode: number): void => {
  if (items === undefined) {
    for (const [key, content] of contents) files.set(key, { content, mode });
    return;
  }
  for (const item of items) {
    const content = contents.get(item.key);
    if (content === undefined) throw new ConfigurationError(`references non-existent key: ${item.key}`);
    files.set(item.path, { content, mode: item.mode ?? mode });
  }
};

const addDownward = (files: Files, items: readonly DownwardItem[], pod: Pod, addresses: Addresses, mode: number): void => {
  for (const item of items) {
    files.set(item.path, { content: Buffer.from(fieldOf(pod, addresses, item.fieldRef?.fieldPath ?? "")), mode: item.mode ?? mode });
  }
};

const writeFiles = (folder: string, files: Files): void => {
  for (const [name, { content, mode }] of files) {
    const path = join(folder, name);
    if (relative(folder, path).startsWith("..")) throw new ConfigurationError(`path "${name}" leaves its volume`);
    if (isSame(path, content)) continue;
    mkdirSync(dirname(path), { recursive: true });
    const next = `${path}.next`;
    writeFileSync(next, content);
    chmodSync(next, mode);
    renameSync(next, path);
  }
  for (const name of readdirSync(folder)) {
    const isWanted = files.has(name) || [...files.keys()].some((each) => each.startsWith(`${name}/`));
    if (!isWanted) rmSync(join(folder, name), { recursive: true, force: true });
  }
};

const isSame = (path: string, content: Buffer): boolean => {
  try {
    return statSync(path).size === content.length && readFileSync(path).equals(content);
  } catch {
    return false;
  }
};

/** The mount paths of one container and the folders that stand for them. */
export const mountsOf = (container: Container | undefined, folders: Folders): Mounts =>
  (container?.volumeMounts ?? []).flatMap(({ name, mountPath, subPath }) => {
    const folder = folders.get(name);
    if (folder === undefined) return [];
    return [{ mountPath: normalMountPath(mountPath), folder: subPath === undefined ? folder : join(folder, subPath) }];
  });
