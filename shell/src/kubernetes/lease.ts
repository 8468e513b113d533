// Reading and writing the Lease object, no more: when to take, renew or release it is decided by core. Every write is a
// compare-and-swap on the version that was read, so that of two contenders at most one succeeds.
import { type Answer, isRecord, isSuccess } from "./answer.ts";
import type { ApiClient } from "./client.ts";
import { type KubeObject, parseItem } from "./object.ts";

export type LeasePath = { readonly namespace: string; readonly name: string };

/** What stands in the object; a field that is missing or malformed is undefined, never a default. */
export type LeaseContent = {
  readonly holder: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly transitions: number | undefined;
  readonly acquireTime: string | undefined;
  readonly renewTime: string | undefined;
};
export type LeaseRead =
  | { readonly _tag: "Present"; readonly version: string; readonly content: LeaseContent; readonly object: KubeObject }
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Unreadable"; readonly answer: Answer };

export async function readLease(client: ApiClient, path: LeasePath, timeoutMs: number): Promise<LeaseRead> {
  const answer = await client.request({ method: "GET", path: leasePath(path), timeoutMs });
  if (answer._tag === "Answered" && answer.status === 404) return { _tag: "Absent" };
  return (isSuccess(answer) ? present(answer.body) : undefined) ?? { _tag: "Unreadable", answer };
}

/** The Lease in an answer to GET, POST or PUT. */
export function present(body: unknown): Extract<LeaseRead, { readonly _tag: "Present" }> | undefined {
  const object = parseItem(body);
  if (object === undefined) return undefined;
  const spec = isRecord(object["spec"]) ? object["spec"] : {};
  return {
    _tag: "Present",
    version: object.metadata.resourceVersion,
    content: {
      holder: textIn(spec["holderIdentity"]),
      durationSeconds: countIn(spec["leaseDurationSeconds"]),
      transitions: countIn(spec["leaseTransitions"]),
      acquireTime: textIn(spec["acquireTime"]),
      renewTime: textIn(spec["renewTime"]),
    },
    object,
  };
}

/** Refused with 409 when it exists. */
export function createLease(client: ApiClient, path: LeasePath, content: LeaseContent, timeoutMs: number): Promise<Answer> {
  return client.request({
    method: "POST",
    path: collectionPath(path),
    body: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: path.name, namespace: path.namespace },
      spec: specOf(content),
    },
    timeoutMs,
  });
}

/** Refused with 409 when anybody wrote it since `read`. What others put beside our fields stays as it is. */
export function updateLease(
  client: ApiClient,
  path: LeasePath,
  read: Extract<LeaseRead, { readonly _tag: "Present" }>,
  content: LeaseContent,
  timeoutMs: number,
): Promise<Answer> {
  const { object } = read;
  const spec = { ...(isRecord(object["spec"]) ? object["spec"] : {}), ...specOf(content) };
  return client.request({
    method: "PUT",
    path: leasePath(path),
    body: { ...object, apiVersion: "coordination.k8s.io/v1", kind: "Lease", spec },
    timeoutMs,
  });
}

function specOf(content: LeaseContent): Readonly<Record<string, unknown>> {
  return {
    holderIdentity: content.holder ?? "",
    leaseDurationSeconds: content.durationSeconds,
    leaseTransitions: content.transitions,
    acquireTime: content.acquireTime,
    renewTime: content.renewTime,
  };
}

/** A time as Leases write it: with microseconds. */
export function microTime(unixMs: number): string {
  return new Date(unixMs).toISOString().replace("Z", "000Z");
}

const collectionPath = ({ namespace }: LeasePath): string => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
const leasePath = (path: LeasePath): string => `${collectionPath(path)}/${path.name}`;
const textIn = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const countIn = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
