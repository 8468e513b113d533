// Where the API server keeps what the operator reads; which types those are is core's list.
import { collectionPath as pathOf, type Source, WATCHED } from "@gungnir/core";

type Watched = (typeof WATCHED)[number];

/** All objects of a type, of one namespace or of all. */
export function collectionPath({ group, version, resource }: Watched, namespace: string | undefined): string {
  if (namespace !== undefined) return pathOf({ group, version, plural: resource }, namespace);
  return `${group === "" ? "/api" : `/apis/${group}`}/${version}/${resource}`;
}

export function watchedOf(source: Source): Watched {
  const found = WATCHED.find((one) => one.source === source);
  if (found === undefined) throw new Error(`${source} is in no watch: add it to WATCHED`);
  return found;
}
