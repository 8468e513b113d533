/**
 * The Lease object as core reads and writes it. Times of others are text that is compared for equality and never read: a
 * clock that is not ours decides nothing. Every write is a compare-and-swap: a POST, refused where the Lease exists, or a
 * merge patch that names the version it was decided on and leaves alone what others keep beside our fields.
 */
import { type ApiAnswer, type ApiRequest, collectionPath, FIELD_MANAGER, type Permission } from "./requests.ts";
import { type Instant, resourceVersion, type ResourceVersion, timestampOf } from "./units.ts";

/** What stands in `spec`, as far as it can be read: what is missing or malformed is undefined, never a default. */
export type Lease = {
  readonly version: ResourceVersion;
  /** `metadata.creationTimestamp`: one that was deleted and made anew counts its transitions anew. */
  readonly founded: string | undefined;
  /** Empty where it was released. */
  readonly holder: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly transitions: number | undefined;
  readonly acquireTime: string | undefined;
  readonly renewTime: string | undefined;
  /** The whole of `spec`: while this is the same, nobody has renewed. */
  readonly content: string;
};

/** What is written. */
export type LeaseSpec = {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly leaseTransitions: number;
  readonly acquireTime: string;
  readonly renewTime: string;
};

export type LeaseRequest =
  | { readonly _tag: "Read" }
  | { readonly _tag: "Create"; readonly spec: LeaseSpec }
  | { readonly _tag: "Renew" | "Takeover" | "Release"; readonly at: ResourceVersion; readonly spec: LeaseSpec };

/** What became of a request. */
export type LeaseOutcome =
  /** Read, or written: this is how it stands. */
  | { readonly _tag: "Seen"; readonly lease: Lease }
  | { readonly _tag: "Absent" }
  /** Somebody else was faster: nothing was written. */
  | { readonly _tag: "Conflict" }
  /** Not written, for a reason that is not the Lease's. */
  | { readonly _tag: "Refused"; readonly why: string }
  | { readonly _tag: "Unknown"; readonly why: string };

export type LeaseName = { readonly namespace: string; readonly name: string };

export const requestOfLease = (request: LeaseRequest, { namespace, name }: LeaseName): ApiRequest => {
  const collection = collectionPath({ group: GROUP, version: "v1", plural: "leases" }, namespace);
  const path = `${collection}/${encodeURIComponent(name)}`;
  switch (request._tag) {
    case "Read":
      return { method: "GET", path, query: {}, contentType: "application/json" };
    case "Create":
      return {
        method: "POST",
        path: collection,
        query: { fieldManager: FIELD_MANAGER },
        contentType: "application/json",
        body: { apiVersion: `${GROUP}/v1`, kind: "Lease", metadata: { namespace, name }, spec: request.spec },
      };
    case "Renew":
    case "Takeover":
    case "Release":
      return {
        method: "PATCH",
        path,
        query: { fieldManager: FIELD_MANAGER },
        contentType: "application/merge-patch+json",
        body: { metadata: { resourceVersion: request.at }, spec: request.spec },
      };
  }
};

/** A write that may have happened or not is Unknown: it never counts as a renewal. */
export const outcomeOfLease = (request: LeaseRequest, answer: ApiAnswer): LeaseOutcome => {
  if (answer._tag === "Unanswered") return { _tag: "Unknown", why: `${request._tag}: ${answer.reason}` };
  const { status, body } = answer;
  const why = `${request._tag}: ${status}`;
  if (status === 200 || status === 201) {
    const lease = leaseIn(body);
    return lease === undefined ? { _tag: "Unknown", why: `${why} without a Lease` } : { _tag: "Seen", lease };
  }
  // A Create that finds no place for it lacks the namespace.
  if (status === 404) return request._tag === "Create" ? { _tag: "Refused", why } : { _tag: "Absent" };
  if (status === 409 || status === 410) return { _tag: "Conflict" };
  return status >= 400 && status < 500 && status !== 408 ? { _tag: "Refused", why } : { _tag: "Unknown", why };
};

/** The Lease in an answer; undefined where it is not one. */
export const leaseIn = (body: unknown): Lease | undefined => {
  const version = field(field(body, "metadata"), "resourceVersion");
  if (typeof version !== "string" || version === "") return undefined;
  const spec = field(body, "spec");
  return {
    version: resourceVersion(version),
    founded: textIn(field(field(body, "metadata"), "creationTimestamp")),
    holder: textIn(field(spec, "holderIdentity")),
    durationSeconds: countIn(field(spec, "leaseDurationSeconds")),
    transitions: countIn(field(spec, "leaseTransitions")),
    acquireTime: textIn(field(spec, "acquireTime")),
    renewTime: textIn(field(spec, "renewTime")),
    content: JSON.stringify(spec) ?? "",
  };
};

/** What leading costs in permissions. */
export const leasePermissions: readonly Permission[] = [
  { group: "coordination.k8s.io", resource: "leases", verb: "get" },
  { group: "coordination.k8s.io", resource: "leases", verb: "create" },
  { group: "coordination.k8s.io", resource: "leases", verb: "patch" },
];

/** Renders an instant as a MicroTime. */
export const microTimeOf = (at: Instant): string => {
  const micros = Math.floor((at - Math.floor(at / 1000) * 1000) * 1000);
  return timestampOf(at).replace("Z", `.${String(micros).padStart(6, "0")}Z`);
};

const GROUP = "coordination.k8s.io";

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
const textIn = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const countIn = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
