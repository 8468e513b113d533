import { expect, test } from "vitest";
import type { Write } from "./decision.ts";
import type { FailoverRecord } from "./record.ts";
import { outcomeOfResponse, requestOf } from "./requests.ts";
import { epoch, podName, resourceVersion, runId, uid } from "./units.ts";

const cluster = { namespace: "default", name: "web" };
const at = resourceVersion("41");
const candidate = { pod: podName("web-1"), uid: uid("u1"), runId: runId("r1") };
const record: FailoverRecord = {
  version: 1,
  epoch: epoch(2),
  intent: { kind: "Grant", candidate, evidence: "Bootstrap" },
  members: [],
  waitReplicas: 1,
  minReplicas: 0,
  retired: [],
};
const claim: Write = { _tag: "Claim", epoch: epoch(2), record, at };
const service = {
  kind: "Service" as const,
  name: "web-client",
  manifest: { apiVersion: "v1", kind: "Service", metadata: { name: "web-client" } },
  generate: [],
};

test("a claim is a compare-and-swap of the whole record: what it does not hold is taken away", () => {
  expect(requestOf(claim, cluster)).toEqual({
    method: "PATCH",
    path: "/apis/valkey.verilean.io/v1/namespaces/default/valkeyclusters/web/status",
    query: { fieldManager: "gungnir" },
    contentType: "application/merge-patch+json",
    body: {
      metadata: { resourceVersion: "41" },
      status: {
        failover: {
          version: 1,
          epoch: 2,
          primary: null,
          intent: { kind: "Grant", old: null, candidate, evidence: "Bootstrap", lossPossible: null },
          members: [],
          waitReplicas: 1,
          minReplicas: 0,
          marker: null,
          markerBefore: null,
          retired: [],
        },
      },
    },
  });
});

test("the write Service is applied only to the object and the version that were read", () => {
  const route: Write = { _tag: "RouteWrites", epoch: epoch(2), to: "nobody", object: service, uid: uid("s"), at };
  expect(requestOf(route, cluster)).toEqual({
    method: "PATCH",
    path: "/api/v1/namespaces/default/services/web-client",
    query: { fieldManager: "gungnir", force: "true" },
    contentType: "application/apply-patch+yaml",
    body: { apiVersion: "v1", kind: "Service", metadata: { name: "web-client", uid: "s", resourceVersion: "41" } },
  });
});

const status = (code: number) => ({ _tag: "Answered" as const, status: code, body: { kind: "Status", message: "because" } });

test("what an answer says of a write, and what no answer says", () => {
  const create: Write = { _tag: "Create", object: service };
  const written = { _tag: "Answered" as const, status: 200, body: { metadata: { uid: "c", resourceVersion: "42" } } };
  expect(outcomeOfResponse(claim, written)).toEqual({ _tag: "Done", version: "42", uid: "c" });
  expect(outcomeOfResponse(claim, status(409))).toEqual({ _tag: "Conflict", why: "Claim: 409 because" });
  expect(outcomeOfResponse(claim, status(404))._tag).toBe("Conflict");
  expect(outcomeOfResponse(create, status(404))).toMatchObject({ _tag: "Refused", transient: true });
  expect(outcomeOfResponse(create, status(403))).toMatchObject({ _tag: "Refused", transient: false });
  expect(outcomeOfResponse(create, status(500))._tag).toBe("Unknown");
  expect(outcomeOfResponse(create, { _tag: "Unanswered", reason: "Timeout", message: "after 5000 ms" })).toEqual({
    _tag: "Unknown",
    why: "Create: Timeout (after 5000 ms)",
  });
  expect(outcomeOfResponse(create, { _tag: "Unanswered", reason: "Refused" })).toMatchObject({ _tag: "Refused", transient: true });
});
