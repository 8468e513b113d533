// The operator as the sandbox runs it: the same program, as a process of its own, with a kubeconfig that holds the token of its
// ServiceAccount and nothing more. It is not told that this is a sandbox.
import { join } from "node:path";
import { isSuccess, messageOf } from "../kubernetes/answer.ts";
import { type Child, nodeEntry, startChild } from "./child.ts";
import { type Api, pathTo } from "./clients/api.ts";
import { isObject } from "./clients/resource.ts";
import { writeKubeconfig } from "./apiserver/kubeconfig.ts";

export const operatorAccount = { namespace: "gungnir-system", name: "gungnir-operator" } as const;

/** A day: longer than any sandbox is used, shorter than for ever. */
const TOKEN_SECONDS = 86_400;

/** Writes a kubeconfig for a ServiceAccount; throws in words when the API server gives no token. */
export const writeAccountKubeconfig = async (
  api: Api,
  account: { readonly namespace: string; readonly name: string },
  access: { readonly path: string; readonly server: string; readonly authority: string },
): Promise<void> => {
  const path = pathTo("serviceaccounts", account.namespace, account.name, "token");
  const spec = { expirationSeconds: TOKEN_SECONDS };
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
  const answer = await api.client.request({ method: "POST", path, body });
  const status = isSuccess(answer) && isObject(answer.body) ? answer.body["status"] : undefined;
  const token = isObject(status) ? status["token"] : undefined;
  if (typeof token !== "string") throw new Error(`no token for ServiceAccount ${account.namespace}/${account.name}: ${messageOf(answer)}`);
  const { server, authority } = access;
  writeKubeconfig(access.path, { server, authority, token, user: account.name, namespace: account.namespace });
};

export type OperatorOptions = {
  readonly kubeconfig: string;
  readonly folder: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly name: string;
  readonly line: (line: string) => void;
};

/** Starts `gungnir operator`; its log is FOLDER/logs/NAME.log, one JSON object a line. */
export const startOperator = (options: OperatorOptions): Promise<Child> => {
  const { program, args } = nodeEntry("../main");
  return startChild({
    name: options.name,
    program,
    args: [...args, "operator", "--kubeconfig", options.kubeconfig, ...options.args],
    environment: options.environment,
    log: join(options.folder, "logs", `${options.name}.log`),
    line: options.line,
  });
};
