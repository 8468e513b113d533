// Manifests from files into the cluster, by server-side apply: what `kubectl apply --server-side -f` does, without kubectl.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { isSuccess, messageOf } from "../kubernetes/answer.ts";
import type { Api } from "./clients/api.ts";
import { asResource, type Resource } from "./clients/resource.ts";
import { pathOfKind, servedKinds } from "./controllers/discovery.ts";

/** The objects of the YAML files of a folder (or of one file), in the order of their names; throws, naming the file, what is not YAML. */
export const readManifests = (path: string): readonly Resource[] => {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith(".yaml"))
        .toSorted()
        .map((name) => join(path, name))
    : [path];
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(file, "utf8")).flatMap((document) => {
      if (document.errors[0] !== undefined) throw new Error(`${file} is not YAML: ${document.errors[0].message}`);
      const value: unknown = document.toJS();
      if (value === null) return [];
      const object = asResource(value);
      if (object === undefined) throw new Error(`${file} holds a document without metadata.name`);
      return [object];
    }),
  );
};

const SERVED_WITHIN_MS = 10_000;

/** Applies objects one after the other; a kind that is not served yet (its CRD was just applied) is waited for. */
export const applyManifests = async (api: Api, objects: readonly Resource[]): Promise<void> => {
  for (const object of objects) {
    const path = await pathOf(api, object);
    const answer = await api.client.request({
      method: "PATCH",
      path,
      query: { fieldManager: "sandbox", force: true },
      contentType: "application/apply-patch+yaml",
      body: JSON.stringify(object),
    });
    if (!isSuccess(answer)) throw new Error(`applying ${object.kind ?? ""} ${object.metadata.name}: ${messageOf(answer)}`);
  }
};

const pathOf = async (api: Api, object: Resource): Promise<string> => {
  const deadline = performance.now() + SERVED_WITHIN_MS;
  for (;;) {
    const kinds = await servedKinds(api);
    const kind = kinds?.find((each) => each.apiVersion === object.apiVersion && each.kind === object.kind);
    if (kind !== undefined) return pathOfKind(kind, object.metadata.namespace ?? "default", object.metadata.name);
    if (performance.now() > deadline)
      throw new Error(`the API server serves no ${object.kind ?? "kind"} of ${object.apiVersion ?? "no version"}`);
    await new Promise((done) => setTimeout(done, 50));
  }
};

/** The checkout's `crds` folder, found upwards from here, since sources and built files lie at different depths. */
export const crdFolder = (): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "crds"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no folder "crds" above ${import.meta.dirname}: the sandbox runs from a checkout`);
    folder = parent;
  }
  return join(folder, "crds");
};
