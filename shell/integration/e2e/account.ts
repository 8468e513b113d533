// The operator's account: how a process of this machine becomes it, and what it is allowed to do.
import { mkdtemp, rm } from "node:fs/promises";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { isSuccess, messageOf } from "../../src/kubernetes/answer.ts";
import { type Api, openApi, pathTo } from "../../src/sandbox/clients/api.ts";
import { operatorAccount } from "../../src/sandbox/operator-process.ts";
import { at, listOf } from "../scenarios/reading.ts";

/** A rule of RBAC that holds in the account's own namespace. */
export type Right = { readonly verbs: readonly string[]; readonly apiGroups: readonly string[]; readonly resources: readonly string[] };

/** What `kubectl auth can-i --list` asks, asked by the account itself. */
export const rightsOf = async (api: Api, kubeconfig: string): Promise<readonly Right[]> => {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-e2e-"));
  const own = join(folder, "kubeconfig");
  writeFileSync(own, await accountKubeconfig(api, kubeconfig, api.client.server), { mode: 0o600 });
  const account = await openApi(own, "gungnir-e2e");
  try {
    const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace: operatorAccount.namespace } };
    const answer = await account.client.request({ method: "POST", path: "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", body });
    if (!isSuccess(answer)) throw new Error(`what the operator may do: ${messageOf(answer)}`);
    return listOf(at(answer.body, "status", "resourceRules")).map((rule) => ({
      verbs: texts(rule["verbs"]),
      apiGroups: texts(rule["apiGroups"]),
      resources: texts(rule["resources"]),
    }));
  } finally {
    await account.client.close();
    await rm(folder, { recursive: true, force: true });
  }
};

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** As the operator's ServiceAccount and nothing more; what checks the server's certificate is told whose it is, since the way leads past here. */
export const accountKubeconfig = async (api: Api, kubeconfig: string, server: string): Promise<string> => {
  const { namespace, name } = operatorAccount;
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 86_400 } };
  const answer = await api.client.request({ method: "POST", path: pathTo("serviceaccounts", namespace, name, "token"), body });
  const token = isSuccess(answer) ? at(answer.body, "status", "token") : undefined;
  if (typeof token !== "string") throw new Error(`no token for ${namespace}/${name}: ${messageOf(answer)}`);
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "e2e",
    clusters: [
      { name: "e2e", cluster: { server, "certificate-authority-data": authorityIn(kubeconfig), "tls-server-name": "kubernetes" } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name: "e2e", context: { cluster: "e2e", user: name, namespace } }],
  });
};

/** The authority of the current context's cluster, in base64. */
const authorityIn = (kubeconfig: string): string => {
  const config: unknown = parse(readFileSync(kubeconfig, "utf8"));
  const context = listOf(at(config, "contexts")).find((each) => each["name"] === at(config, "current-context"));
  const cluster = listOf(at(config, "clusters")).find((each) => each["name"] === at(context, "context", "cluster"));
  const [data, file] = [at(cluster, "cluster", "certificate-authority-data"), at(cluster, "cluster", "certificate-authority")];
  if (typeof data === "string") return data;
  if (typeof file !== "string") throw new Error(`${kubeconfig} names no certificate authority for its current context`);
  return readFileSync(resolve(dirname(kubeconfig), file)).toString("base64");
};
