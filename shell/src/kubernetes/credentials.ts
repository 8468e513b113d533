// Where the API server is and how to be let in. Kubeconfigs, exec plugins and token files are read by the official client
// library and by nothing else; but that library opens a new TLS connection for every request, so its answer is taken
// apart into headers and TLS options, and one connection pool lives as long as the TLS options stay the same.
import { existsSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { Agent, type buildConnector, type Dispatcher, ProxyAgent } from "undici";
import { type Unanswered, unanswered } from "./answer.ts";

/** Which cluster to talk to. Without `kubeconfig`: $KUBECONFIG, then the pod's service account, then ~/.kube/config. */
export type Where = {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly inCluster?: boolean | undefined;
};

type BuildOptions = buildConnector.BuildOptions;

/** What every request carries. */
export type Access = { readonly _tag: "Access"; readonly headers: Readonly<Record<string, string>>; readonly dispatcher: Dispatcher };

/** The way into one cluster. */
export type Credentials = {
  readonly server: string;
  /** The namespace of the context (or of the pod), "default" where none is said. */
  readonly namespace: string;
  access(): Promise<Access | Unanswered>;
  /** Forget what was read: the server did not accept it. */
  forget(): void;
  close(): Promise<void>;
};

export type NotConfigured = { readonly _tag: "NotConfigured"; readonly message: string };

// Tokens of service accounts are replaced on disk long before they expire; looking twice a minute is often enough.
const REREAD_AFTER_MS = 30_000;

/** Reads the configuration once, to fail early and in words; rereads certificates and tokens while it is in use. */
export async function loadCredentials(where: Where): Promise<Credentials | NotConfigured> {
  const loaded = load(where);
  if ("_tag" in loaded) return loaded;
  const { source } = loaded;
  let { config } = loaded;
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    const known = config.getContexts().map((context) => context.name);
    const asked = where.context ?? config.getCurrentContext();
    return notConfigured(
      `${source} has no usable context ${JSON.stringify(asked ?? "")}; it knows ${known.length === 0 ? "none" : known.join(", ")}. ` +
        `Choose one with --context or "kubectl config use-context NAME".`,
    );
  }

  const pools = new Map<string, Dispatcher>();
  let last: { readonly access: Access; readonly at: number } | undefined;

  const access = async (): Promise<Access | Unanswered> => {
    if (last !== undefined && performance.now() - last.at < REREAD_AFTER_MS) return last.access;
    try {
      const fresh = await readAccess(config, pools);
      last = { access: fresh, at: performance.now() };
      return fresh;
    } catch (thrown) {
      return unanswered("Credentials", `${source}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  };

  const first = await access();
  if (first._tag === "Unanswered")
    return notConfigured(`The credentials in ${first.message}. Correct that entry, or name another file with --kubeconfig.`);
  return {
    server: cluster.server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
    access,
    forget: () => {
      last = undefined;
      // The library keeps tokens of its own for a minute; a configuration read anew keeps none.
      const again = load(where);
      if (!("_tag" in again)) config = again.config;
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

async function readAccess(config: KubeConfig, pools: Map<string, Dispatcher>): Promise<Access> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (typeof options.auth === "string") headers["authorization"] = `Basic ${Buffer.from(options.auth).toString("base64")}`;

  const { ca, cert, key, rejectUnauthorized, servername } = options;
  const tls: BuildOptions = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    ...(servername !== undefined && { servername }),
  };
  const cluster = config.getCurrentCluster();
  const identity = JSON.stringify(tls);
  const known = pools.get(identity);
  if (known !== undefined) return { _tag: "Access", headers, dispatcher: known };
  const made = poolFor(tls, cluster?.proxyUrl);
  // A renewed certificate: requests under way keep their old connection, new ones use the new pool.
  for (const [old, dispatcher] of pools) {
    pools.delete(old);
    void dispatcher.close();
  }
  pools.set(identity, made);
  return { _tag: "Access", headers, dispatcher: made };
}

function poolFor(tls: BuildOptions, proxy: string | undefined): Dispatcher {
  // Deadlines are the caller's, per request; a watch has none. The kernel's keep-alive finds a peer that vanished.
  const common = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 60_000, pipelining: 1 };
  const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 10_000 };
  if (proxy === undefined) return new Agent({ ...common, connect });
  if (/^https?:/.test(proxy)) return new ProxyAgent({ ...common, uri: proxy, requestTls: connect });
  throw new Error(`proxy-url ${proxy} is not served: use an http:// or https:// proxy`);
}

type Loaded = { readonly config: KubeConfig; readonly source: string };

function load(where: Where): Loaded | NotConfigured {
  const found = locate(where);
  if ("_tag" in found) return found;
  const config = new KubeConfig();
  try {
    found.read(config);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return notConfigured(`${found.source} cannot be read as a kubeconfig: ${why}. Correct it, or name another file with --kubeconfig.`);
  }
  if (where.context !== undefined) config.setCurrentContext(where.context);
  return { config, source: found.source };
}

type Found = { readonly source: string; readonly read: (config: KubeConfig) => void };

function locate(where: Where): Found | NotConfigured {
  if (where.inCluster === true) {
    if (!isInCluster()) {
      return notConfigured(
        "There is no service account here (KUBERNETES_SERVICE_HOST or its token file is missing): run inside a pod, or use --kubeconfig FILE.",
      );
    }
    return { source: "the pod's service account", read: (config) => config.loadFromCluster() };
  }
  const named = where.kubeconfig ?? process.env["KUBECONFIG"];
  if (named !== undefined && named !== "") {
    const files = where.kubeconfig === undefined ? named.split(delimiter).filter((file) => file !== "") : [named];
    const present = files.filter((file) => existsSync(file));
    if (present.length === 0) {
      const origin = where.kubeconfig === undefined ? "$KUBECONFIG" : "--kubeconfig";
      return notConfigured(
        `${origin} names ${files.join(", ")}, which does not exist. Start a cluster ("npm run sandbox" prints its file), or correct the path.`,
      );
    }
    return { source: `kubeconfig ${present.join(", ")}`, read: (config) => readAll(config, present) };
  }
  if (isInCluster()) return { source: "the pod's service account", read: (config) => config.loadFromCluster() };
  const usual = join(homedir(), ".kube", "config");
  if (existsSync(usual)) return { source: `kubeconfig ${usual}`, read: (config) => config.loadFromFile(usual) };
  return notConfigured(
    `No cluster is configured: no --kubeconfig, no $KUBECONFIG, no service account, no ${usual}. Try "npm run sandbox", which prints one.`,
  );
}

function readAll(config: KubeConfig, files: readonly string[]): void {
  for (const [index, file] of files.entries()) {
    if (index === 0) config.loadFromFile(file);
    else {
      const more = new KubeConfig();
      more.loadFromFile(file);
      config.mergeConfig(more, true);
    }
  }
}

const SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

function isInCluster(): boolean {
  return process.env["KUBERNETES_SERVICE_HOST"] !== undefined && existsSync(SERVICE_ACCOUNT_TOKEN);
}

function notConfigured(message: string): NotConfigured {
  return { _tag: "NotConfigured", message };
}
