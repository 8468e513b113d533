// The sandbox's own certificate authority, the server's certificate and the one it shows to kubelets; and the secrets that
// make old credentials valid after a restart. With a data folder they are made once and kept there.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import { objectOf, parseJson, textOf } from "./json.ts";
import { newSecret } from "./tokens.ts";

type Pair = { readonly certificate: string; readonly key: string };
export type Identity = {
  readonly authority: Pair;
  readonly server: Pair;
  readonly kubeletClient: Pair;
  readonly adminToken: string;
  readonly signingKey: string;
};

const days = 3650;

export const identityIn = async (folder: string | undefined): Promise<Identity> => {
  const file = folder === undefined ? undefined : join(folder, "identity.json");
  if (file !== undefined && existsSync(file)) return read(file);
  const made = await make();
  if (folder !== undefined && file !== undefined) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(made, undefined, 2), { mode: 0o600 });
  }
  return made;
};

const read = (file: string): Identity => {
  const kept = objectOf(parseJson(readFileSync(file, "utf8")));
  const pair = (name: string): Pair => {
    const found = objectOf(kept[name]);
    const [certificate, key] = [textOf(found["certificate"]), textOf(found["key"])];
    if (certificate === "" || key === "")
      throw new Error(`${file} has no certificate and key for ${JSON.stringify(name)}: delete the data folder to start anew`);
    return { certificate, key };
  };
  return {
    authority: pair("authority"),
    server: pair("server"),
    kubeletClient: pair("kubeletClient"),
    adminToken: textOf(kept["adminToken"]),
    signingKey: textOf(kept["signingKey"]),
  };
};

const make = async (): Promise<Identity> => {
  const common = { algorithm: "sha256", keyType: "ec", curve: "P-256", notAfterDate: new Date(Date.now() + days * 86_400_000) } as const;
  const root = await generate([{ name: "commonName", value: "gungnir-sandbox" }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: root.private, cert: root.cert };
  const server = await generate([{ name: "commonName", value: "kube-apiserver" }], {
    ...common,
    ca,
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 2, value: "kubernetes.default.svc" },
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  });
  const client = await generate([{ name: "commonName", value: "kube-apiserver-kubelet-client" }], {
    ...common,
    ca,
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", clientAuth: true },
    ],
  });
  return {
    authority: { certificate: root.cert, key: root.private },
    server: { certificate: server.cert, key: server.private },
    kubeletClient: { certificate: client.cert, key: client.private },
    adminToken: newSecret(),
    signingKey: newSecret(),
  };
};
