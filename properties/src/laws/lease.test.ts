// What is asked of the API server for a Lease, and what is made of each answer. An answer that is misread makes two leaders, or none: what may
// have happened is Unknown, what certainly did not is Conflict or Refused, and nobody leads by any of them.
import {
  type Lease,
  type LeaseOutcome,
  type LeaseRequest,
  type LeaseSpec,
  instant,
  leaseIn,
  leasePermissions,
  microTimeOf,
  outcomeOfLease,
  requestOfLease,
  resourceVersion,
} from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";

const NAME = { namespace: "gun gnir", name: "the/operator" };
const PATH = "/apis/coordination.k8s.io/v1/namespaces/gun%20gnir/leases";
const spec: LeaseSpec = { holderIdentity: "me", leaseDurationSeconds: 15, leaseTransitions: 4, acquireTime: "a", renewTime: "b" };
const at = resourceVersion("7");
const REQUESTS: readonly LeaseRequest[] = [
  { _tag: "Read" },
  { _tag: "Create", spec },
  { _tag: "Renew", at, spec },
  { _tag: "Takeover", at, spec },
  { _tag: "Release", at, spec },
];

const WRITE = { query: { fieldManager: "gungnir" } };
const CHANGE = {
  ...WRITE,
  method: "PATCH",
  path: `${PATH}/the%2Foperator`,
  contentType: "application/merge-patch+json",
  body: { metadata: { resourceVersion: "7" }, spec },
};
const WHOLE = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: NAME, spec };

it("a Lease is asked for by its name, made as a whole, and changed by a merge patch of the version that was seen", () => {
  expect(REQUESTS.map((request) => requestOfLease(request, NAME))).toEqual([
    { method: "GET", path: `${PATH}/the%2Foperator`, query: {}, contentType: "application/json" },
    { ...WRITE, method: "POST", path: PATH, contentType: "application/json", body: WHOLE },
    CHANGE,
    CHANGE,
    CHANGE,
  ]);
});

it("leading needs no right but those to what is asked", () => {
  const verbs = new Map([
    ["GET", "get"],
    ["POST", "create"],
    ["PATCH", "patch"],
  ]);
  const needed = new Set(REQUESTS.map((request) => verbs.get(requestOfLease(request, NAME).method)));
  expect(new Set(leasePermissions.map(({ verb }) => verb))).toEqual(needed);
  for (const { group, resource } of leasePermissions)
    expect({ group, resource }).toEqual({ group: "coordination.k8s.io", resource: "leases" });
});

const body = { metadata: { resourceVersion: "8" }, spec };
const tagOf = (request: LeaseRequest, status: number): LeaseOutcome["_tag"] =>
  outcomeOfLease(request, { _tag: "Answered", status, body })._tag;

it.each<readonly [LeaseOutcome["_tag"], readonly number[]]>([
  ["Seen", [200, 201]],
  ["Conflict", [409, 410]],
  ["Refused", [400, 401, 403, 422, 429, 499]],
  // 408 and what a proxy or a server that falls over says: the write may have been done.
  ["Unknown", [101, 202, 204, 302, 399, 408, 500, 503, 504, 599]],
])("%s is what these answers mean, whatever was asked: %j", (tag, statuses) => {
  for (const request of REQUESTS) for (const status of statuses) expect({ status, tag: tagOf(request, status) }).toEqual({ status, tag });
});

it("404 is a Lease that is not there; of one that is to be made, a namespace", () => {
  for (const request of REQUESTS) expect(tagOf(request, 404)).toBe(request._tag === "Create" ? "Refused" : "Absent");
});

const why = (outcome: LeaseOutcome): string => ("why" in outcome ? outcome.why : "");

it("an outcome that needs a reason names what was asked and what came", () => {
  for (const request of REQUESTS) {
    expect(why(outcomeOfLease(request, { _tag: "Answered", status: 403, body }))).toBe(`${request._tag}: 403`);
    expect(why(outcomeOfLease(request, { _tag: "Answered", status: 503, body }))).toBe(`${request._tag}: 503`);
    expect(outcomeOfLease(request, { _tag: "Unanswered", reason: "Timeout" })).toEqual({
      _tag: "Unknown",
      why: `${request._tag}: Timeout`,
    });
    // A proxy's page of greeting is no Lease, whatever its status.
    for (const strange of ["<html>", null, undefined, 7, {}, { metadata: {} }, { metadata: { resourceVersion: "" } }])
      expect(outcomeOfLease(request, { _tag: "Answered", status: 200, body: strange })).toEqual({
        _tag: "Unknown",
        why: `${request._tag}: 200 without a Lease`,
      });
  }
});

const anyJson = fc.constantFrom<unknown>(undefined, null, "", "text", "15", 0, 15, -1, 1.5, 2 ** 53, true, [], ["x"], {}, { a: 1 });
const text = (value: unknown) => (typeof value === "string" ? value : undefined);
const count = (value: unknown) => ([0, 15].includes(Number(value)) && typeof value === "number" ? value : undefined);

test.prop([anyJson, anyJson, anyJson, anyJson, anyJson, anyJson], { numRuns: 300 })(
  "what a Lease says is kept as far as it is of its type, and what is not is unknown, never a default",
  (creationTimestamp, holderIdentity, leaseDurationSeconds, leaseTransitions, acquireTime, renewTime) => {
    const said = { holderIdentity, leaseDurationSeconds, leaseTransitions, acquireTime, renewTime };
    const lease = leaseIn({ metadata: { resourceVersion: "9", creationTimestamp }, spec: said });
    expect(lease).toEqual({
      version: "9",
      founded: text(creationTimestamp),
      holder: text(holderIdentity),
      durationSeconds: count(leaseDurationSeconds),
      transitions: count(leaseTransitions),
      acquireTime: text(acquireTime),
      renewTime: text(renewTime),
      content: JSON.stringify(said),
    });
  },
);

const contentOf = (wanted: unknown): Lease["content"] | undefined => leaseIn({ metadata: { resourceVersion: "9" }, spec: wanted })?.content;

it("a Lease without a spec is a Lease, and one that was changed shows it", () => {
  expect(contentOf(undefined)).toBe("");
  expect(contentOf({ ...spec, strange: 1 })).not.toBe(contentOf({ ...spec, strange: 2 }));
  expect(contentOf({ ...spec })).toBe(contentOf({ ...spec }));
});

test.prop([fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 7 })])(
  "times are written to the microsecond, and tell the instant",
  (ms, eighth) => {
    const written = microTimeOf(instant(ms + eighth / 8));
    expect(written).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(Date.parse(written)).toBe(ms);
    expect(Number(written.slice(-4, -1))).toBe(eighth * 125);
  },
);
