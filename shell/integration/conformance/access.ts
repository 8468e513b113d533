// Who may do what: the operator's account has the rights of crds/install and no others, and what it may not do it is told so.
import { expect, test } from "vitest";
import { at, type Door, listAt, NAMESPACE, pathIn, said, textAt } from "./door.ts";

export const access = (door: () => Door): void => {
  const account = async (name: string): Promise<string> => {
    await door().ask("POST", pathIn("serviceaccounts"), { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } });
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } };
    const reply = await door().ask("POST", pathIn("serviceaccounts", name, "token"), request);
    expect(reply.code).toBe(201);
    return textAt(reply.body, "status", "token");
  };

  test("without a right a request is 403 Forbidden, with an unknown token 401 Unauthorized", async () => {
    const token = await account("nobody");
    expect(said(await door().ask("GET", pathIn("configmaps"), undefined, { token }))).toBe("403 Forbidden");
    expect(said(await door().ask("GET", pathIn("configmaps"), undefined, { token: "made-up" }))).toBe("401 Unauthorized");
  });

  test("a role gives what it names in its namespace: verbs, subresources, and nothing beside", async () => {
    const token = await account("somebody");
    const group = "rbac.authorization.k8s.io";
    const rules = [
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] },
      { apiGroups: [""], resources: ["pods/status"], verbs: ["patch"] },
    ];
    await door().ask("POST", pathIn(`${group}/v1/roles`), { apiVersion: `${group}/v1`, kind: "Role", metadata: { name: "reader" }, rules });
    await door().ask("POST", pathIn(`${group}/v1/rolebindings`), {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata: { name: "reader" },
      roleRef: { apiGroup: group, kind: "Role", name: "reader" },
      subjects: [{ kind: "ServiceAccount", name: "somebody", namespace: NAMESPACE }],
    });
    const allowed = async (verb: string, resource: string, subresource?: string): Promise<unknown> => {
      const attributes = { namespace: NAMESPACE, verb, resource, subresource };
      const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes: attributes } };
      const reply = await door().ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body, { token });
      return at(reply.body, "status", "allowed");
    };
    // A real server notices a binding a moment later.
    for (let tries = 0; tries < 100 && (await allowed("list", "configmaps")) !== true; tries += 1)
      await new Promise((done) => setTimeout(done, 50));
    expect(said(await door().ask("GET", pathIn("configmaps"), undefined, { token }))).toBe("200");
    expect(said(await door().ask("GET", "/api/v1/configmaps", undefined, { token }))).toBe("403 Forbidden");
    expect(said(await door().ask("GET", pathIn("secrets"), undefined, { token }))).toBe("403 Forbidden");
    expect(await allowed("watch", "configmaps")).toBe(false);
    expect(await allowed("patch", "pods", "status")).toBe(true);
    expect(await allowed("patch", "pods")).toBe(false);
  });

  test("the server says its version and that it is ready", async () => {
    const version = await door().ask("GET", "/version");
    expect(textAt(version.body, "major")).toBe("1");
    expect(Number.parseInt(textAt(version.body, "minor"), 10)).toBeGreaterThanOrEqual(20);
    expect((await door().ask("GET", "/readyz")).code).toBe(200);
    expect(listAt((await door().ask("GET", "/api/v1")).body, "resources").map((each) => each["name"])).toEqual(
      expect.arrayContaining(["pods", "pods/status", "pods/binding", "configmaps", "secrets", "services", "serviceaccounts/token"]),
    );
  });
};
