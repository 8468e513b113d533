// Kubernetes Events of the sandbox's own parts. Equal ones are counted in one object instead of written again, and written at most
// once in ten seconds, so that a probe failing for ever costs the API server next to nothing.
import { randomBytes } from "node:crypto";
import { type Api, pathTo } from "./api.ts";
import { type Resource, timestamp } from "./resource.ts";

export type Recorder = (
  object: Resource,
  kind: string,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
  fieldPath?: string,
) => void;

type Seen = { readonly path: string; count: number; writtenAt: number };

const REWRITE_MS = 10_000;
const REMEMBERED = 1_000;

/** Records events as `component`; never fails and never waits: an event that cannot be written is lost. */
export const recorder = (api: Api, component: string, host: string): Recorder => {
  const seen = new Map<string, Seen>();
  return (object, kind, type, reason, message, fieldPath) => {
    const { name, namespace = "default", uid = "" } = object.metadata;
    const key = [uid, name, reason, message, fieldPath].join("\n");
    const earlier = seen.get(key);
    const now = timestamp();
    if (earlier !== undefined) {
      earlier.count += 1;
      if (performance.now() - earlier.writtenAt < REWRITE_MS) return;
      earlier.writtenAt = performance.now();
      void api.patch(earlier.path, { count: earlier.count, lastTimestamp: now });
      return;
    }
    const eventName = `${name}.${randomBytes(8).toString("hex")}`;
    if (seen.size >= REMEMBERED) seen.clear();
    seen.set(key, { path: pathTo("events", namespace, eventName), count: 1, writtenAt: performance.now() });
    void api.create(pathTo("events", namespace), {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: eventName, namespace },
      involvedObject: {
        apiVersion: object.apiVersion ?? "v1",
        kind,
        name,
        namespace,
        uid,
        resourceVersion: object.metadata.resourceVersion,
        ...(fieldPath !== undefined && { fieldPath }),
      },
      type,
      reason,
      message: message.slice(0, 1024),
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: { component, host },
      reportingComponent: component,
      reportingInstance: host,
    });
  };
};
