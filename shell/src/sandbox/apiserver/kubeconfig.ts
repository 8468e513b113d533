// A kubeconfig with everything in it: server, authority and a token.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { stringify } from "yaml";

export type Access = {
  readonly server: string;
  readonly authority: string;
  readonly token: string;
  readonly user: string;
  readonly namespace?: string;
};

export const kubeconfigText = (access: Access): string =>
  stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "gungnir-sandbox",
    clusters: [
      {
        name: "gungnir-sandbox",
        cluster: { server: access.server, "certificate-authority-data": Buffer.from(access.authority).toString("base64") },
      },
    ],
    users: [{ name: access.user, user: { token: access.token } }],
    contexts: [
      { name: "gungnir-sandbox", context: { cluster: "gungnir-sandbox", user: access.user, namespace: access.namespace ?? "default" } },
    ],
  });

/** Readable by its owner only: the token in it is the cluster. */
export const writeKubeconfig = (path: string, access: Access): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, kubeconfigText(access), { mode: 0o600 });
};
