// SH-2, RES-11: each answer of the API server, and what a write makes of it: a word for what happened, whether to try again, and a reason in which a user finds
// the write, the code and the server's own sentence. And each write as it goes out.
import {
  type ApiAnswer,
  type Desired,
  type Json,
  type Write,
  fill,
  outcomeOfResponse,
  permissionOf,
  requestOf,
  resourceVersion,
  uid,
} from "@gungnir/core";
import { expect, it } from "vitest";
import { WHOLE } from "./records.ts";
import { CLUSTER, STATUS } from "./wire.ts";

const at = resourceVersion("41");
const desired = (kind: Desired["kind"], manifest: Desired["manifest"] = {}, generate: readonly string[] = []): Desired => ({
  kind,
  name: "web",
  manifest,
  generate,
});
const claim: Write = { _tag: "Claim", epoch: WHOLE.epoch, record: WHOLE, at };
const create: Write = { _tag: "Create", object: desired("Service") };
const apply: Write = { _tag: "Apply", object: desired("StatefulSet"), uid: uid("u"), at };
const answered = (status: number, body: unknown): ApiAnswer => ({ _tag: "Answered", status, body });
const because = { kind: "Status", message: "because" };
const written = { metadata: { uid: "c", resourceVersion: "42" } };
const done = { _tag: "Done", version: "42", uid: "c" };
const refused = (why: string, transient: boolean) => ({ _tag: "Refused", why, transient });
const unknown = (why: string) => ({ _tag: "Unknown", why });
const conflict = (why: string) => ({ _tag: "Conflict", why });

it.each<readonly [Write, number, unknown, object]>([
  [claim, 200, written, done],
  [create, 201, written, done],
  [claim, 202, written, unknown("Claim: 202")],
  [claim, 200, {}, unknown("Claim: 200, without uid and resourceVersion")],
  [claim, 200, { metadata: { uid: "c" } }, unknown("Claim: 200, without uid and resourceVersion")],
  [claim, 200, { metadata: { resourceVersion: "42" } }, unknown("Claim: 200, without uid and resourceVersion")],
  [claim, 200, { metadata: null }, unknown("Claim: 200, without uid and resourceVersion")],
  [claim, 200, null, unknown("Claim: 200, without uid and resourceVersion")],
  [apply, 409, because, conflict("Apply: 409 because")],
  [apply, 410, because, conflict("Apply: 410 because")],
  [claim, 404, because, conflict("Claim: 404 because")],
  [create, 404, because, refused("Create: 404 because", true)],
  [claim, 401, because, refused("Claim: 401 because", true)],
  [claim, 429, "slow down", refused("Claim: 429", true)],
  [claim, 503, because, refused("Claim: 503 because", true)],
  [claim, 503, { kind: "Proxy", message: "because" }, unknown("Claim: 503 because")],
  [claim, 503, "Status", unknown("Claim: 503")],
  [claim, 408, because, unknown("Claim: 408 because")],
  [claim, 400, because, refused("Claim: 400 because", false)],
  [claim, 403, { message: 5 }, refused("Claim: 403", false)],
  [claim, 422, because, refused("Claim: 422 because", false)],
  [claim, 499, because, refused("Claim: 499 because", false)],
  [claim, 399, because, unknown("Claim: 399 because")],
  [claim, 500, because, unknown("Claim: 500 because")],
  [claim, 504, undefined, unknown("Claim: 504")],
])("%o answered with %d %o", (write, status, body, outcome) => {
  expect(outcomeOfResponse(write, answered(status, body))).toStrictEqual(outcome);
});

it("a sentence of the server is told as far as three hundred characters", () => {
  const told = outcomeOfResponse(claim, answered(403, { message: "x".repeat(400) }));
  expect(told).toEqual(refused(`Claim: 403 ${"x".repeat(300)}`, false));
});

it("no answer is a refusal only where nothing was sent", () => {
  for (const reason of ["NotSent", "Refused", "Unresolved", "Credentials"]) {
    expect(outcomeOfResponse(claim, { _tag: "Unanswered", reason, message: "why" })).toStrictEqual(refused(`Claim: ${reason} (why)`, true));
    expect(outcomeOfResponse(claim, { _tag: "Unanswered", reason })).toStrictEqual(refused(`Claim: ${reason}`, true));
  }
  for (const reason of ["Timeout", "Reset", "Tls", "Aborted", "Malformed", ""])
    expect(outcomeOfResponse(claim, { _tag: "Unanswered", reason, message: "why" })).toStrictEqual(unknown(`Claim: ${reason} (why)`));
});

it("RES-11 each write goes where its kind lives, as what it is, and needs leave for that alone", () => {
  const places: readonly (readonly [Desired["kind"], string, string, string])[] = [
    ["ConfigMap", "/api/v1/namespaces/default/configmaps", "", "configmaps"],
    ["Secret", "/api/v1/namespaces/default/secrets", "", "secrets"],
    ["Service", "/api/v1/namespaces/default/services", "", "services"],
    ["StatefulSet", "/apis/apps/v1/namespaces/default/statefulsets", "apps", "statefulsets"],
    ["PodDisruptionBudget", "/apis/policy/v1/namespaces/default/poddisruptionbudgets", "policy", "poddisruptionbudgets"],
  ];
  const manifest = { metadata: { name: "web", labels: { a: "b" } }, spec: { list: ["x", 1, null], none: null, on: true } };
  for (const [kind, path, group, resource] of places) {
    const object = desired(kind, manifest);
    const created: Write = { _tag: "Create", object };
    const query = { fieldManager: "gungnir" };
    expect(requestOf(created, CLUSTER)).toStrictEqual({ method: "POST", path, query, contentType: "application/json", body: manifest });
    expect(permissionOf(created)).toEqual({ group, resource, verb: "create" });
    const patch = {
      method: "PATCH",
      path: `${path}/web`,
      query: { ...query, force: "true" },
      contentType: "application/apply-patch+yaml",
      body: { ...manifest, metadata: { ...manifest.metadata, uid: "u", resourceVersion: "41" } },
    };
    const patches: readonly Write[] = [
      { _tag: "Apply", object, uid: uid("u"), at },
      { _tag: "RouteWrites", epoch: WHOLE.epoch, to: "nobody", object, uid: uid("u"), at },
    ];
    for (const write of patches) {
      expect(requestOf(write, CLUSTER)).toStrictEqual(patch);
      expect(permissionOf(write)).toEqual({ group, resource, verb: "patch" });
    }
  }
  const bare: Write = { _tag: "Apply", object: desired("Service", { spec: {} }), uid: uid("u"), at };
  expect(requestOf(bare, CLUSTER).body).toStrictEqual({ spec: {}, metadata: { uid: "u", resourceVersion: "41" } });
});

const strange = { namespace: "a/b", name: "c d" };
it("a report writes all of the status but the record, under names that are escaped", () => {
  expect(requestOf({ _tag: "Report", at, status: Object.assign({ failover: null }, STATUS) }, strange)).toStrictEqual({
    method: "PATCH",
    path: "/apis/valkey.verilean.io/v1/namespaces/a%2Fb/valkeyclusters/c%20d/status",
    query: { fieldManager: "gungnir" },
    contentType: "application/merge-patch+json",
    body: { metadata: { resourceVersion: "41" }, status: STATUS },
  });
  for (const _tag of ["Claim", "Elect", "Enlist", "Publish"] as const)
    expect(permissionOf({ ...claim, _tag })).toEqual({ group: "valkey.verilean.io", resource: "valkeyclusters/status", verb: "patch" });
});

it("RES-7 what is generated is filled in wherever it stands when created, and is nowhere in what is applied", () => {
  const manifest: { readonly [key: string]: Json } = {
    plain: "x",
    list: ["{{a}}", { deep: "-{{a}}-{{b}}-" }, 5, null],
    no: null,
    one: { two: "{{b}}" },
  };
  const secret = desired("Secret", manifest, ["a", "b"]);
  const filled = fill(secret, { a: "1", b: "2", c: "3" });
  expect(filled).toStrictEqual({
    _tag: "Ok",
    value: { ...secret, generate: [], manifest: { plain: "x", list: ["1", { deep: "-1-2-" }, 5, null], no: null, one: { two: "2" } } },
  });
  expect(fill(secret, { b: "2" })).toStrictEqual({ _tag: "Err", problem: ["a"] });
  expect(
    requestOf(
      { _tag: "Apply", object: desired("Secret", { x: "{{a}}", y: { z: "-{{b}}", kept: "{{c}}" } }, ["a", "b"]), uid: uid("u"), at },
      CLUSTER,
    ).body,
  ).toStrictEqual({
    y: { kept: "{{c}}" },
    metadata: { uid: "u", resourceVersion: "41" },
  });
  expect(() => requestOf({ _tag: "Create", object: secret }, CLUSTER)).toThrow("Secret web is created with its generated values filled in");
});
