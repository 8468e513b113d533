// The real thing, where its binaries are: etcd and kube-apiserver from the folder KUBEBUILDER_ASSETS names, on free loopback ports,
// without a controller-manager, whose work the sandbox's controllers do.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { generate } from "selfsigned";
import { type Answer, isRecord, messageOf } from "../kubernetes/answer.ts";
import { connect } from "../kubernetes/client.ts";
import { writeKubeconfig } from "./apiserver/kubeconfig.ts";
import { auditPolicy } from "./audit.ts";
import { type Child, type ChildOptions, startChild } from "./child.ts";

export type RealApiServer = {
  readonly children: readonly Child[];
  readonly kubeletClientAuthority: string;
  readonly version: ServerVersion;
  readonly auditLog: string;
  /** Starts kube-apiserver once more after its end. */
  readonly again: () => Promise<Child>;
};

/** Kubernetes 1.`minor`; `text` is what the server calls itself. */
export type ServerVersion = { readonly minor: number; readonly text: string };

const SERVES_WITHIN_MS = 60_000;

/** Starts both and writes the administrator's kubeconfig; throws, saying what to set, when the binaries are not there. */
export const startRealApiServer = async (options: {
  readonly folder: string;
  readonly serviceRange: string;
  readonly kubeconfig: string;
  /** Of kube-apiserver; 0: any free one. */
  readonly port?: number;
}): Promise<RealApiServer> => {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  const advice =
    "set it to the folder that holds etcd and kube-apiserver (setup-envtest prints such a folder), or leave out --api-server real";
  if (assets === undefined || assets === "") throw new Error(`--api-server real needs KUBEBUILDER_ASSETS: ${advice}`);
  const [etcd, apiServer] = [join(assets, "etcd"), join(assets, "kube-apiserver")];
  for (const binary of [etcd, apiServer])
    if (!existsSync(binary)) throw new Error(`KUBEBUILDER_ASSETS is ${assets}, which has no ${binary}: ${advice}`);

  const folder = join(options.folder, "real-apiserver");
  const certificates = join(folder, "certificates");
  mkdirSync(certificates, { recursive: true });
  const log = (name: string): string => join(options.folder, "logs", `${name}.log`);
  const [client, peer, free] = [await freePort(), await freePort(), await freePort()];
  const port = options.port === undefined || options.port === 0 ? free : options.port;
  const auditLog = log("audit");
  const clientUrl = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  const store = await startChild({
    name: "etcd",
    program: etcd,
    args: [
      `--data-dir=${join(folder, "etcd")}`,
      `--listen-client-urls=${clientUrl}`,
      `--advertise-client-urls=${clientUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
    ],
    log: log("etcd"),
    isSilent: true,
  });
  try {
    const token = randomBytes(24).toString("hex");
    const tokens = join(folder, "tokens.csv");
    writeFileSync(tokens, `${token},kubernetes-admin,,"system:masters"\n`, { mode: 0o600 });
    const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const signing = join(folder, "service-accounts.key");
    writeFileSync(signing, keys.privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    const serving = await generate([{ name: "commonName", value: "kube-apiserver" }], {
      keyType: "ec",
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    });
    const kubeletClient = await generate([{ name: "commonName", value: "kube-apiserver-kubelet-client" }], { keyType: "ec" });
    const file = (name: string, content: string): string => {
      writeFileSync(join(certificates, name), content, { mode: 0o600 });
      return join(certificates, name);
    };
    const kubeApiServer: ChildOptions = {
      name: "kube-apiserver",
      program: apiServer,
      args: [
        `--etcd-servers=${clientUrl}`,
        "--bind-address=127.0.0.1",
        `--secure-port=${port}`,
        `--cert-dir=${certificates}`,
        `--tls-cert-file=${file("serving.crt", serving.cert)}`,
        `--tls-private-key-file=${file("serving.key", serving.private)}`,
        "--kubelet-preferred-address-types=InternalIP",
        `--kubelet-client-certificate=${file("kubelet-client.crt", kubeletClient.cert)}`,
        `--kubelet-client-key=${file("kubelet-client.key", kubeletClient.private)}`,
        `--token-auth-file=${tokens}`,
        "--authorization-mode=RBAC",
        `--service-cluster-ip-range=${options.serviceRange}`,
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${signing}`,
        `--service-account-signing-key-file=${signing}`,
        `--audit-policy-file=${file("audit-policy.yaml", auditPolicy)}`,
        `--audit-log-path=${auditLog}`,
        "--disable-admission-plugins=ServiceAccount",
        "--allow-privileged=true",
      ],
      log: log("kube-apiserver"),
      isSilent: true,
    };
    const access = { server: `https://127.0.0.1:${port}`, authority: serving.cert, token, user: "kubernetes-admin" };
    writeKubeconfig(options.kubeconfig, access);
    const start = (): Promise<Serving> => startServing(kubeApiServer, { child: store, log: log("etcd") }, options.kubeconfig);
    const { server, version } = await start();
    return {
      children: [store, server],
      kubeletClientAuthority: kubeletClient.cert,
      version,
      auditLog,
      again: async () => (await start()).server,
    };
  } catch (problem) {
    await store.stop();
    throw problem;
  }
};

type Serving = { readonly server: Child; readonly version: ServerVersion };

/** A child and where it says what. */
type Speaker = { readonly child: Child; readonly log: string };

const startServing = async (options: ChildOptions, store: Speaker, kubeconfig: string): Promise<Serving> => {
  const server = await startChild(options);
  try {
    return { server, version: await untilReady(kubeconfig, { child: server, log: options.log }, store) };
  } catch (problem) {
    await server.stop();
    throw problem;
  }
};

const untilReady = async (kubeconfig: string, server: Speaker, store: Speaker): Promise<ServerVersion> => {
  const connected = await connect({ kubeconfig, userAgent: "gungnir-sandbox" });
  if (connected._tag === "NotConfigured") throw new Error(connected.message);
  const { client } = connected;
  const deadline = performance.now() + SERVES_WITHIN_MS;
  let end = { how: `kube-apiserver did not serve within ${SERVES_WITHIN_MS} ms`, log: server.log };
  try {
    while (performance.now() < deadline) {
      const answer = await client.request({ method: "GET", path: "/readyz", timeoutMs: 2_000 });
      if (answer._tag === "Answered" && answer.status === 200) return versionIn(await client.request({ method: "GET", path: "/version" }));
      const ended = await Promise.race([
        ...[server, store].map(async ({ child, log }) => ({ how: await child.exited, log })),
        new Promise<undefined>((done) => setTimeout(() => done(undefined), 200)),
      ]);
      if (ended === undefined) continue;
      end = ended;
      break;
    }
  } finally {
    await client.close();
  }
  const tail = existsSync(end.log) ? readFileSync(end.log, "utf8").trimEnd().split("\n").slice(-8).join("\n  ") : "";
  throw new Error(`${end.how}; the end of ${end.log}:\n  ${tail === "" ? "nothing" : tail}`);
};

/** A minor version may carry a plus sign, where a provider has added to it. */
const versionIn = (answer: Answer): ServerVersion => {
  const body = answer._tag === "Answered" && isRecord(answer.body) ? answer.body : {};
  const [minor, text] = [Number.parseInt(String(body["minor"]), 10), body["gitVersion"]];
  if (Number.isNaN(minor) || typeof text !== "string") throw new Error(`kube-apiserver does not say its version: ${messageOf(answer)}`);
  return { minor, text };
};

const freePort = (): Promise<number> =>
  new Promise((done, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
