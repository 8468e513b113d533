// SH-2, RC-10, RES-7, RES-11: writes to the API server, and what is made of every answer. The shell only carries them.
import { test } from "@fast-check/vitest";
import {
  type ApiAnswer,
  type Desired,
  type FailoverRecord,
  fill,
  type Json,
  type JsonObject,
  outcomeOfResponse,
  permissionOf,
  requestOf,
  resourceVersion,
  uid,
  type Write,
  writePermissions,
} from "@gungnir/core";
import * as fc from "fast-check";
import { describe, expect } from "vitest";
import { anyRecord } from "./records.ts";
import { CLUSTER, STATUS, at } from "./wire.ts";

const version = resourceVersion("41");
const recordWrite = (record: FailoverRecord): fc.Arbitrary<Write> =>
  fc
    .constantFrom("Claim" as const, "Elect" as const, "Enlist" as const, "Publish" as const)
    .map((tag) => ({ _tag: tag, epoch: record.epoch, record, at: version }));
const anyDesired: fc.Arbitrary<Desired> = fc
  .record({
    kind: fc.constantFrom("ConfigMap", "Secret", "Service", "StatefulSet", "PodDisruptionBudget"),
    name: fc.constantFrom("web", "web-secret"),
  })
  .map(({ kind, name }) => ({ kind, name, manifest: { apiVersion: "v1", kind, metadata: { name, labels: { a: "b" } } }, generate: [] }));
const anyWrite: fc.Arbitrary<Write> = fc.oneof(
  anyRecord.chain(recordWrite),
  anyDesired.map((object) => ({ _tag: "Create" as const, object })),
  anyDesired.map((object) => ({ _tag: "Apply" as const, object, uid: uid("u7"), at: version })),
  anyDesired.map((object) => ({ _tag: "RouteWrites" as const, epoch: at, to: "nobody" as const, object, uid: uid("u7"), at: version })),
  fc.constant({
    _tag: "Report" as const,
    at: version,
    status: STATUS,
  }),
);

/** RFC 7386. */
const merged = (target: Json | undefined, patch: Json): Json => {
  if (!isObject(patch)) return patch;
  const result: { [key: string]: Json } = { ...(isObject(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
};
const isObject = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !isList(value);
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

describe("RC-10 every write carries the condition under which it is right", () => {
  // Seen to fail: resourceVersion left out of the apply; uid left out.
  test.prop([anyWrite])("creation is POST; whatever is applied carries UID and version; whatever goes into status the version", (write) => {
    const { method, path, query, body } = requestOf(write, CLUSTER);
    const metadata = isObject(body?.["metadata"]) ? body["metadata"] : {};
    expect(path.startsWith("/api/v1/namespaces/default/") || /^\/apis\/[a-z.]+\/v1\/namespaces\/default\//.test(path)).toBe(true);
    expect(query["fieldManager"]).toBe("gungnir");
    if (write._tag === "Create") expect({ method, version: metadata["resourceVersion"] }).toEqual({ method: "POST", version: undefined });
    else if (write._tag === "Apply" || write._tag === "RouteWrites") {
      expect({ method, uid: metadata["uid"], version: metadata["resourceVersion"], name: metadata["name"] }).toEqual({
        method: "PATCH",
        uid: "u7",
        version,
        name: write.object.name,
      });
      expect(path.endsWith(`/${write.object.name}`)).toBe(true);
    } else
      expect({ method, path, version: metadata["resourceVersion"] }).toEqual({
        method: "PATCH",
        path: "/apis/valkey.verilean.io/v1/namespaces/default/valkeyclusters/web/status",
        version,
      });
  });

  // Seen to fail: no null for an absent intent; none for an absent candidate; none for replidBefore.
  test.prop([anyRecord, anyRecord.chain(recordWrite)])("the record is what was written, and nothing of the one before", (before, write) => {
    const { body } = requestOf(write, CLUSTER);
    const status = merged({ failover: JSON.parse(JSON.stringify(before)), phase: "Running" }, body?.["status"] ?? null);
    expect(status).toEqual({ failover: "record" in write ? JSON.parse(JSON.stringify(write.record)) : undefined, phase: "Running" });
  });

  // Seen to fail: `reported` leaving the record in.
  test.prop([anyWrite])("a report never writes the record", (write) => {
    if (write._tag !== "Report") return;
    const slipped = { ...write, status: { ...write.status, failover: null } };
    expect(
      Object.keys(isObject(requestOf(slipped, CLUSTER).body?.["status"]) ? (requestOf(slipped, CLUSTER).body?.["status"] ?? {}) : {}),
    ).not.toContain("failover");
  });

  // Seen to fail: a verb missing from `writePermissions`.
  test.prop([anyWrite])("RES-11 what a write needs is among what all writes need", (write) => {
    expect(writePermissions()).toContainEqual(permissionOf(write));
    expect(permissionOf(write).verb).toBe(requestOf(write, CLUSTER).method === "POST" ? "create" : "patch");
  });
});

const anyBody = fc.constantFrom<unknown>(
  { kind: "Status", message: "no" },
  { metadata: { uid: "u1", resourceVersion: "42" } },
  { metadata: { uid: "u1" } },
  "a proxy says no",
  undefined,
);
const anyApiAnswer: fc.Arbitrary<ApiAnswer> = fc.oneof(
  fc.record({
    _tag: fc.constant("Answered" as const),
    status: fc.oneof(fc.constantFrom(200, 201, 404, 409, 429, 500, 503, 504), fc.integer({ min: 100, max: 599 })),
    body: anyBody,
  }),
  fc.record({
    _tag: fc.constant("Unanswered" as const),
    reason: fc.constantFrom("Timeout", "Reset", "Refused", "Unresolved", "Credentials", "Tls", "Aborted", "Malformed", "Other"),
    message: fc.constant("why"),
  }),
);

describe("SH-2 exactly one of ok, definite failure, unknown", () => {
  // Seen to fail: a time-out taken for Refused; 500 for Refused; a 503 of a proxy for Refused; 200 without a version for Done.
  test.prop([anyWrite, anyApiAnswer])(
    "what may have happened or not is unknown, and only an answer with the new version is ok",
    (write, answer) => {
      const outcome = outcomeOfResponse(write, answer);
      const isUnsent = answer._tag === "Unanswered" && ["Refused", "Unresolved", "Credentials"].includes(answer.reason);
      if (answer._tag === "Unanswered") expect(outcome._tag).toBe(isUnsent ? "Refused" : "Unknown");
      else if (answer.status === 200 || answer.status === 201) {
        const isWhole = JSON.stringify(answer.body ?? null).includes("resourceVersion");
        expect(outcome).toEqual(isWhole ? { _tag: "Done", version: "42", uid: "u1" } : expect.objectContaining({ _tag: "Unknown" }));
      } else if (answer.status < 400 || answer.status === 408 || (answer.status >= 500 && answer.status !== 503))
        expect(outcome._tag).toBe("Unknown");
      else if (answer.status === 503)
        expect(outcome._tag).toBe(JSON.stringify(answer.body ?? null).includes("Status") ? "Refused" : "Unknown");
      else if (answer.status === 409 || answer.status === 410 || (answer.status === 404 && write._tag !== "Create"))
        expect(outcome._tag).toBe("Conflict");
      else expect(outcome._tag).toBe("Refused");
    },
  );
});

const anySecret = fc.oneof(fc.string(), fc.constantFrom("{{other}}", "{{password}}", "$&", "{{"));

describe("RES-7 what is generated is generated once", () => {
  const secret: Desired = {
    kind: "Secret",
    name: "web-secret",
    manifest: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "web-secret" },
      stringData: { password: "{{password}}", acl: "user a >{{password}} >{{other}} {{alien}}", plain: "x" },
    },
    generate: ["password", "other"],
  };
  // Seen to fail: placeholders replaced one after the other; the placeholder applied.
  test.prop([anySecret, anySecret])("filled in one pass when created; never part of what is applied", (password, other) => {
    const filled = fill(secret, { password, other });
    expect(filled).toEqual({
      _tag: "Ok",
      value: {
        ...secret,
        generate: [],
        manifest: { ...secret.manifest, stringData: { password, acl: `user a >${password} >${other} {{alien}}`, plain: "x" } },
      },
    });
    expect(fill(secret, { password })).toEqual({ _tag: "Err", problem: ["other"] });
    const apply: Write = { _tag: "Apply", object: secret, uid: uid("u7"), at: version };
    expect(requestOf(apply, CLUSTER).body?.["stringData"]).toEqual({ plain: "x" });
    expect(() => requestOf({ _tag: "Create", object: secret }, CLUSTER)).toThrow(/generated values filled in/);
  });
});
