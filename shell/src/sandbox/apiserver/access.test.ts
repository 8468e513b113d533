import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listOf, objectOf, textOf } from "./json.ts";
import { parseTokenFile } from "./tokens.ts";
import { configMap, configMaps, messageOf, metaOf, startTrial, type Trial } from "./trial.ts";

const rbac = "/apis/rbac.authorization.k8s.io/v1";
let trial: Trial;
let token: string;
beforeAll(async () => {
  trial = await startTrial({ users: parseTokenFile('# people\ndev-token,dev,u1,"readers,writers"\n') });
  await trial.ask("POST", "/api/v1/namespaces/default/serviceaccounts", { body: { metadata: { name: "operator" } } });
  const issued = await trial.ask("POST", "/api/v1/namespaces/default/serviceaccounts/operator/token", {
    body: { spec: { expirationSeconds: 600 } },
  });
  token = textOf(objectOf(issued.body["status"])["token"]);
});
afterAll(() => trial.close());

test("without a token only the health of the server is told; a wrong token is refused", async () => {
  const codes = await Promise.all([
    trial.ask("GET", configMaps, { token: "wrong" }),
    trial.ask("GET", "/version", { token: "wrong" }),
    trial.ask("GET", "/healthz"),
  ]);
  expect(codes.map(({ code }) => code)).toEqual([401, 401, 200]);
});

test("a service account may do what its roles say, where they say it, and nothing else", async () => {
  expect(messageOf(await trial.ask("GET", configMaps, { token }))).toBe(
    'configmaps is forbidden: User "system:serviceaccount:default:operator" cannot list resource "configmaps" in API group "" in the namespace "default"',
  );
  await trial.ask("POST", `${rbac}/namespaces/default/roles`, {
    body: {
      metadata: { name: "reader" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"], resourceNames: [] }],
    },
  });
  const subjects = [{ kind: "ServiceAccount", name: "operator", namespace: "default" }];
  await trial.ask("POST", `${rbac}/namespaces/default/rolebindings`, {
    body: { metadata: { name: "reader" }, roleRef: { kind: "Role", name: "reader", apiGroup: "rbac.authorization.k8s.io" }, subjects },
  });
  expect((await trial.ask("GET", configMaps, { token })).code).toBe(200);
  expect((await trial.ask("GET", "/api/v1/namespaces/kube-system/configmaps", { token })).code).toBe(403);
  expect((await trial.ask("POST", configMaps, { token, body: configMap("no") })).code).toBe(403);
  const review = await trial.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
    token,
    body: { spec: { resourceAttributes: { verb: "list", resource: "configmaps", namespace: "default" } } },
  });
  expect(objectOf(review.body["status"])["allowed"]).toBe(true);
  const rules = await trial.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
    token,
    body: { spec: { namespace: "default" } },
  });
  expect(listOf(objectOf(rules.body["status"])["resourceRules"])).toHaveLength(1);
});

test("a rule for a subresource is not one for the resource, and groups bind users of the token file", async () => {
  await trial.ask("POST", `${rbac}/clusterroles`, {
    body: { metadata: { name: "scaler" }, rules: [{ apiGroups: ["apps"], resources: ["statefulsets/scale"], verbs: ["*"] }] },
  });
  await trial.ask("POST", `${rbac}/clusterrolebindings`, {
    body: {
      metadata: { name: "scaler" },
      roleRef: { kind: "ClusterRole", name: "scaler", apiGroup: "rbac.authorization.k8s.io" },
      subjects: [{ kind: "Group", name: "writers" }],
    },
  });
  const sets = "/apis/apps/v1/namespaces/default/statefulsets";
  expect((await trial.ask("GET", `${sets}/web/scale`, { token: "dev-token" })).code).toBe(404);
  expect((await trial.ask("GET", `${sets}/web`, { token: "dev-token" })).code).toBe(403);
});

test("requests are counted by user, verb and resource, for administrators to see", async () => {
  await trial.ask("GET", `${configMaps}/none`, { token });
  expect((await trial.ask("GET", "/debug/requests", { token })).code).toBe(403);
  const { body } = await trial.ask("GET", "/debug/requests");
  const counted = listOf(body["requests"])
    .map(objectOf)
    .find((each) => each["verb"] === "get" && each["resource"] === "configmaps");
  expect(counted).toEqual({ user: "system:serviceaccount:default:operator", verb: "get", resource: "configmaps", count: 1 });
});

test("objects, versions and credentials survive a restart, and a watch from before it is told to list again", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "apiserver-"));
  const first = await startTrial({ dataDir });
  await first.ask("POST", configMaps, { body: configMap("kept", { a: "b" }) });
  await first.ask("POST", configMaps, { body: configMap("dropped") });
  await first.ask("DELETE", `${configMaps}/dropped`);
  const last = await first.ask("PATCH", `${configMaps}/kept`, { body: { data: { a: "c" } }, type: "application/merge-patch+json" });
  const old = first.server.issueToken("default", "someone");
  await first.close();
  const second = await startTrial({ dataDir });
  const kept = await second.ask("GET", `${configMaps}/kept`, { token: first.server.adminToken });
  expect([kept.body["data"], metaOf(kept)["resourceVersion"]]).toEqual([{ a: "c" }, metaOf(last)["resourceVersion"]]);
  expect((await second.ask("GET", `${configMaps}/dropped`)).code).toBe(404);
  expect((await second.ask("GET", configMaps, { token: old })).code).toBe(403);
  const next = await second.ask("POST", configMaps, { body: configMap("later") });
  expect(Number(metaOf(next)["resourceVersion"])).toBeGreaterThan(Number(metaOf(last)["resourceVersion"]));
  const watching = await second.watch(`${configMaps}?watch=1&resourceVersion=3`);
  expect((await watching.next())?.object["code"]).toBe(410);
  await second.close();
  rmSync(dataDir, { recursive: true });
});
