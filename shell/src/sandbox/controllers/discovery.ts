// Which kinds the API server serves that can be listed, watched and deleted, refreshed while it runs: CRDs come and go.
import { isRecord } from "../../kubernetes/answer.ts";
import type { Api } from "../clients/api.ts";

export type ServedKind = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
  /** `/api/v1` or `/apis/group/version`. */
  readonly root: string;
};

/** One entry a kind, in the group's preferred version; undefined when the API server did not answer. */
export const servedKinds = async (api: Api): Promise<readonly ServedKind[] | undefined> => {
  const groups = await read(api, "/apis");
  if (groups === undefined) return undefined;
  const preferred = records(groups["groups"]).flatMap((group) => {
    const version = isRecord(group["preferredVersion"]) ? group["preferredVersion"]["groupVersion"] : undefined;
    return typeof version === "string" ? [version] : [];
  });
  const lists = await Promise.all(
    ["v1", ...preferred].map(async (apiVersion) => {
      const root = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
      const list = await read(api, root);
      return records(list?.["resources"]).flatMap((resource) => kindOf(resource, apiVersion, root));
    }),
  );
  return lists.flat();
};

const kindOf = (resource: Readonly<Record<string, unknown>>, apiVersion: string, root: string): readonly ServedKind[] => {
  const { name, kind, namespaced, verbs } = resource;
  if (typeof name !== "string" || typeof kind !== "string" || name.includes("/") || !Array.isArray(verbs)) return [];
  if (!["list", "watch", "delete"].every((verb) => verbs.includes(verb))) return [];
  return [{ apiVersion, kind, plural: name, isNamespaced: namespaced === true, root }];
};

const read = async (api: Api, path: string): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const answer = await api.client.request({ method: "GET", path });
  return answer._tag === "Answered" && answer.status === 200 && isRecord(answer.body) ? answer.body : undefined;
};

const records = (value: unknown): readonly Readonly<Record<string, unknown>>[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** The path of a collection, or of one object of it. */
export const pathOfKind = (kind: ServedKind, namespace: string | undefined, name?: string): string =>
  [
    kind.root,
    ...(kind.isNamespaced && namespace !== undefined ? ["namespaces", namespace] : []),
    kind.plural,
    ...(name === undefined ? [] : [name]),
  ].join("/");
