// One API server to be asked, whichever it is: the sandbox's own, in this process, or kube-apiserver with etcd. The chapters beside
// this file state what the operator, the controllers and the kubelet rely upon, once, and every door has to answer alike.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "vitest";
import { isRecord } from "../../src/kubernetes/answer.ts";
import { type ApiClient, connect, type Method } from "../../src/kubernetes/client.ts";
import { lines } from "../../src/kubernetes/lines.ts";
import { writeKubeconfig } from "../../src/sandbox/apiserver/kubeconfig.ts";
import { startApiServer } from "../../src/sandbox/apiserver/server.ts";
import { startRealApiServer } from "../../src/sandbox/real-apiserver.ts";

export type Fields = Readonly<Record<string, unknown>>;
export type Reply = { readonly code: number; readonly body: Fields };
export type Asking = {
  readonly query?: Readonly<Record<string, string>>;
  readonly type?: keyof typeof types;
  /** Of somebody else than the administrator. */
  readonly token?: string;
};
export type Change = { readonly type: string; readonly object: Fields };
export type Watching = { readonly next: () => Promise<Change | undefined>; readonly stop: () => void };

export type Door = {
  /** Kubernetes 1.`minor`; the embedded server has what the newest has. */
  readonly minor: number;
  readonly ask: (method: Method, path: string, body?: unknown, asking?: Asking) => Promise<Reply>;
  /** Throws where the answer is not a stream. */
  readonly watch: (path: string, query?: Readonly<Record<string, string>>) => Promise<Watching>;
  /** Status code of the first thing a watch says against itself: of the answer, or of an ERROR event. */
  readonly watchRefusal: (path: string, query: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

export const types = {
  json: "application/json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  patch: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

type Stage = { readonly minor: number; readonly kubeconfig: string; readonly close: () => Promise<void> };

/** Changes that the embedded server remembers of a collection, and how many make it forget the first. */
const HISTORY = 40;
export const FORGOTTEN_AFTER = 60;

export const openEmbedded = async (): Promise<Door> => {
  const folder = mkdtempSync(join(tmpdir(), "gungnir-conformance-"));
  const server = await startApiServer({ port: 0, history: HISTORY });
  const kubeconfig = join(folder, "admin.kubeconfig");
  writeKubeconfig(kubeconfig, { server: server.server, authority: server.authority, token: server.adminToken, user: "admin" });
  return doorOf({
    minor: Number.POSITIVE_INFINITY,
    kubeconfig,
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
};

export const openReal = async (): Promise<Door> => {
  const folder = mkdtempSync(join(tmpdir(), "gungnir-conformance-"));
  const kubeconfig = join(folder, "admin.kubeconfig");
  const real = await startRealApiServer({ folder, serviceRange: "127.96.0.0/16", kubeconfig });
  return doorOf({
    minor: real.version.minor,
    kubeconfig,
    close: async () => {
      for (const child of real.children.toReversed()) await child.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  });
};

const connected = async (kubeconfig: string): Promise<ApiClient> => {
  const outcome = await connect({ kubeconfig, userAgent: "gungnir-conformance" });
  if (outcome._tag === "NotConfigured") throw new Error(outcome.message);
  return outcome.client;
};

/** The same server under somebody else's token. */
const connectAs = async (kubeconfig: string, token: string): Promise<ApiClient> => {
  const another = join(mkdtempSync(join(dirname(kubeconfig), "token-")), "kubeconfig");
  writeFileSync(another, readFileSync(kubeconfig, "utf8").replace(/token: .*/, `token: ${token}`), { mode: 0o600 });
  return connected(another);
};

const doorOf = async (stage: Stage): Promise<Door> => {
  const client = await connected(stage.kubeconfig);
  const clients = new Map<string, ApiClient>();
  const clientOf = async (token: string): Promise<ApiClient> => {
    const known = clients.get(token) ?? (await connectAs(stage.kubeconfig, token));
    clients.set(token, known);
    return known;
  };
  const ask: Door["ask"] = async (method, path, body, { query, type = "json", token } = {}) => {
    const from = token === undefined ? client : await clientOf(token);
    const answer = await from.request({ method, path, query, body, contentType: types[type] });
    if (answer._tag === "Unanswered") throw new Error(`${method} ${path}: ${answer.message}`);
    return { code: answer.status, body: isRecord(answer.body) ? answer.body : {} };
  };
  const watch: Door["watch"] = async (path, query = {}) => {
    const opened = await client.open({ method: "GET", path, query: { watch: "true", ...query } });
    if (opened._tag !== "Opened") throw new Refusal(opened._tag === "Answered" ? opened.status : opened.message);
    const split = lines();
    const waiting: Change[] = [];
    const next = async (): Promise<Change | undefined> => {
      while (waiting.length === 0) {
        const piece = await opened.read();
        if (piece._tag !== "Chunk") return undefined;
        const complete = split.push(piece.bytes);
        if ("_tag" in complete) throw new Error(complete.message);
        waiting.push(...complete.map(changeIn));
      }
      return waiting.shift();
    };
    return { next, stop: () => opened.cancel() };
  };
  await ask("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  return {
    minor: stage.minor,
    ask,
    watch,
    watchRefusal: async (path, query) => {
      try {
        const watching = await watch(path, query);
        const first = await watching.next();
        watching.stop();
        return first?.type === "ERROR" ? first.object["code"] : first?.type;
      } catch (problem) {
        if (problem instanceof Refusal) return problem.status;
        throw problem;
      }
    },
    close: async () => {
      for (const one of [client, ...clients.values()]) await one.close();
      await stage.close();
    },
  };
};

class Refusal extends Error {
  readonly status: number | string;
  constructor(status: number | string) {
    super(`the watch was refused: ${status}`);
    this.status = status;
  }
}

const changeIn = (line: string): Change => {
  const event: unknown = JSON.parse(line);
  return { type: textAt(event, "type"), object: fieldsAt(event, "object") };
};

/** A test of what a server has only since Kubernetes 1.`minor` is skipped on an older one, saying so. */
export const needs = (context: TestContext, door: Door, minor: number, what: string): void => {
  if (door.minor < minor) context.skip(`kube-apiserver 1.${door.minor} has no ${what}, which came with 1.${minor}`);
};

export const NAMESPACE = "conformance";

/** Path of a collection in the namespace of these tests, or of one object: `pathIn("apps/v1/statefulsets", "web", "status")`. */
export const pathIn = (plural: string, ...more: readonly string[]): string => {
  const parts = plural.split("/");
  const kind = parts.pop() ?? "";
  return [parts.length === 0 ? "/api/v1" : `/apis/${parts.join("/")}`, "namespaces", NAMESPACE, kind, ...more].join("/");
};

/** What lies at a path of fields and positions. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce((here, key) => {
    if (Array.isArray(here)) {
      const list: readonly unknown[] = here;
      return typeof key === "number" ? list.at(key) : undefined;
    }
    return isRecord(here) ? here[key] : undefined;
  }, value);

export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
};

export const fieldsAt = (value: unknown, ...path: readonly (string | number)[]): Fields => {
  const found = at(value, ...path);
  return isRecord(found) ? found : {};
};

export const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly Fields[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isRecord) : [];
};

/** The code and the reason of an answer. */
export const said = ({ code, body }: Reply): string => (code < 300 ? String(code) : `${code} ${textAt(body, "reason")}`);

export const versionOf = (reply: Reply): string => textAt(reply.body, "metadata", "resourceVersion");

export const configMap = (name: string, data: Fields = {}, metadata: Fields = {}): Fields => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
  data,
});

export const pod = (name: string, metadata: Fields = {}, spec: Fields = {}): Fields => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, ...metadata },
  spec: { containers: [{ name: "valkey", image: "valkey/valkey:8.0" }], ...spec },
});

export const statefulSet = (name: string, spec: Fields = {}): Fields => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name },
  spec: {
    serviceName: name,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "valkey", image: "valkey/valkey:8.0" }] } },
    ...spec,
  },
});
