// As much of kustomize as our overlays use, so that they can be applied and compared where no kubectl is: resources, a namespace,
// patches by name. A field of a kustomization that is not known here is refused, so that nothing is left out in silence; a
// test compares the result with kustomize's own where that is at hand.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { isRecord } from "../src/kubernetes/answer.ts";

export type Manifest = Readonly<Record<string, unknown>>;

const KNOWN = ["apiVersion", "kind", "resources", "namespace", "patches"];

/** The objects of a folder with a kustomization; throws, naming the file, what is not served here. */
export const kustomize = (folder: string): readonly Manifest[] => {
  const path = join(folder, "kustomization.yaml");
  const file: unknown = parse(readFileSync(path, "utf8"));
  const fields = isRecord(file) ? file : {};
  const unknown = Object.keys(fields).filter((field) => !KNOWN.includes(field));
  if (unknown.length > 0) throw new Error(`${path} has ${unknown.join(", ")}; served here are ${KNOWN.join(", ")}`);
  const resources = listOf(fields["resources"]).flatMap((name) => read(join(folder, String(name))));
  const patches = listOf(fields["patches"]).flatMap((patch) => documents(join(folder, String(isRecord(patch) ? patch["path"] : ""))));
  const namespace = fields["namespace"];
  return resources.map((object) => {
    const patched = patches.filter((patch) => named(patch) === named(object)).reduce(merged, object);
    return typeof namespace === "string" ? moved(patched, namespace) : patched;
  });
};

const read = (path: string): readonly Manifest[] => (statSync(path).isDirectory() ? kustomize(path) : documents(path));

/** The objects of a YAML file. */
export const documents = (path: string): readonly Manifest[] => {
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  return objectsOf(readFileSync(path, "utf8"), path);
};

/** The objects of a YAML text; `from` is for the message. */
export const objectsOf = (text: string, from: string): readonly Manifest[] =>
  parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0] !== undefined) throw new Error(`${from} is not YAML: ${document.errors[0].message}`);
    const value: unknown = document.toJS();
    return isRecord(value) ? [value] : [];
  });

/** Kind and name: what tells the objects of an install apart. */
export const named = (object: Manifest): string => `${String(object["kind"])}/${nameOf(object)}`;
const nameOf = (object: Manifest): string => {
  const metadata = object["metadata"];
  return isRecord(metadata) ? String(metadata["name"]) : "";
};

const CLUSTER_SCOPED = ["Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding"];

/** Into a namespace, with the accounts that a binding names, which are of this install; the namespace itself takes its name. */
const moved = (object: Manifest, namespace: string): Manifest => {
  const kind = String(object["kind"]);
  const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
  const subjects = listOf(object["subjects"]);
  return {
    ...object,
    metadata:
      kind === "Namespace" ? { ...metadata, name: namespace } : CLUSTER_SCOPED.includes(kind) ? metadata : { ...metadata, namespace },
    ...(subjects.length > 0 && { subjects: subjects.map((subject) => (isRecord(subject) ? { ...subject, namespace } : subject)) }),
  };
};

/** A strategic merge: maps by key, lists of named things by name, other lists as a whole. */
const merged = (object: Manifest, patch: Manifest): Manifest => {
  const result: Record<string, unknown> = { ...object };
  for (const [key, value] of Object.entries(patch)) result[key] = mergedValue(object[key], value);
  return result;
};
const mergedValue = (before: unknown, patch: unknown): unknown => {
  if (isRecord(before) && isRecord(patch)) return merged(before, patch);
  if (!Array.isArray(before) || !Array.isArray(patch) || !patch.every(isNamed)) return patch;
  const kept: readonly unknown[] = before.map((item: unknown) => {
    const change = isNamed(item) ? patch.find((one) => one["name"] === item["name"]) : undefined;
    return change === undefined ? item : mergedValue(item, change);
  });
  const added = patch.filter((one) => !before.some((item: unknown) => isNamed(item) && item["name"] === one["name"]));
  return [...added, ...kept]; // what is new comes first, as kustomize has it
};
const isNamed = (value: unknown): value is Manifest => isRecord(value) && typeof value["name"] === "string";

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
