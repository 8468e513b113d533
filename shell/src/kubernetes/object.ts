// A Kubernetes object as far as every client may rely on it: it has metadata with an identity and a version. What is
// inside is for whoever asked for it to parse.
import type { Json } from "@gungnir/core";
import { isRecord } from "./answer.ts";

export type KubeObject = {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Metadata;
  readonly [field: string]: Json;
};

export type Metadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly [field: string]: Json;
};

/** One object, undefined if it has no name, UID or version. */
export function parseItem(value: unknown): KubeObject | undefined {
  return isKubeObject(value) ? value : undefined;
}

function isKubeObject(value: unknown): value is KubeObject {
  if (!isRecord(value) || !isRecord(value["metadata"])) return false;
  const { name, namespace, uid, resourceVersion } = value["metadata"];
  return (
    typeof name === "string" &&
    (namespace === undefined || typeof namespace === "string") &&
    typeof uid === "string" &&
    typeof resourceVersion === "string"
  );
}

export type Page = { readonly items: readonly KubeObject[]; readonly resourceVersion: string; readonly next: string | undefined };

/** A list of objects; undefined if any item is not one, since a list with a hole in it would read as a deletion. */
export function parseList(value: unknown): Page | undefined {
  if (!isRecord(value) || !isRecord(value["metadata"])) return undefined;
  const { resourceVersion, continue: next } = value["metadata"];
  const raw = value["items"] ?? [];
  if (typeof resourceVersion !== "string" || !Array.isArray(raw)) return undefined;
  const { kind, apiVersion } = value;
  const items: KubeObject[] = [];
  for (const entry of raw) {
    const item = parseItem(entry);
    if (item === undefined) return undefined;
    // Items of built-in kinds come without their own kind; the list's says it.
    const named = typeof kind === "string" && kind.endsWith("List") ? { kind: kind.slice(0, -"List".length) } : {};
    items.push({ ...(typeof apiVersion === "string" && { apiVersion }), ...named, ...item });
  }
  return { items, resourceVersion, next: typeof next === "string" && next !== "" ? next : undefined };
}

/** One line of a watch, undefined if it is not `{type, object}`. */
export function parseObject(line: string): { readonly type: string; readonly object: unknown } | undefined {
  try {
    const event: unknown = JSON.parse(line);
    if (!isRecord(event) || typeof event["type"] !== "string") return undefined;
    return { type: event["type"], object: event["object"] };
  } catch {
    return undefined;
  }
}
