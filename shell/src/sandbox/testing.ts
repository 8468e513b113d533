// What tests against a sandbox need again and again: waiting for a state, and a session of `exec` without kubectl.
import { readFileSync } from "node:fs";
import { WebSocket } from "ws";
import { parse } from "yaml";
import { listThenWatch } from "../kubernetes/watch.ts";
import { pathTo } from "./clients/api.ts";
import type { Pod } from "./clients/pod.ts";
import { asResource, isObject, type Resource } from "./clients/resource.ts";
import type { Sandbox } from "./sandbox.ts";

/** Milliseconds until the watch of a collection shows what is waited for; `items` are the objects by name. */
export const untilSeen = async <R extends Resource = Resource>(
  sandbox: Sandbox,
  path: string,
  isThere: (items: ReadonlyMap<string, R>) => boolean,
  withinMs = 20_000,
): Promise<number> => {
  const began = performance.now();
  const signal = AbortSignal.timeout(withinMs);
  const items = new Map<string, R>();
  for await (const event of listThenWatch(sandbox.adminClient, { path, signal })) {
    const seen = event._tag === "Listed" ? event.items : event._tag === "Changed" ? [event.object] : [];
    for (const object of seen) {
      const item = asResource<R>(object);
      if (item !== undefined) items.set(object.metadata.name, item);
    }
    if (event._tag === "Deleted") items.delete(event.object.metadata.name);
    if (event._tag !== "Broken" && event._tag !== "Bookmark" && isThere(items)) return performance.now() - began;
  }
  throw new Error(`not seen at ${path} within ${withinMs} ms; there is ${JSON.stringify([...items.values()]).slice(0, 4_000)}`);
};

export const pods = pathTo("pods", "default");

export const getPod = async (sandbox: Sandbox, name: string): Promise<Pod | undefined> => {
  const outcome = await sandbox.api.get<Pod>(`${pods}/${name}`);
  return outcome._tag === "Done" ? outcome.object : undefined;
};

export type Session = { readonly stdout: string; readonly stderr: string; readonly status: unknown };

/** One `exec` through the API server, with what is to be written to its stdin. */
export const execute = (sandbox: Sandbox, pod: string, command: readonly string[], stdin?: string): Promise<Session> => {
  const query = new URLSearchParams([
    ...command.map((part): [string, string] => ["command", part]),
    ["stdout", "true"],
    ["stderr", "true"],
    ["stdin", String(stdin !== undefined)],
  ]);
  const socket = new WebSocket(`${sandbox.server.replace("https", "wss")}${pods}/${pod}/exec?${query.toString()}`, "v5.channel.k8s.io", {
    headers: { authorization: `Bearer ${tokenOf(sandbox.kubeconfig)}` },
    rejectUnauthorized: false,
  });
  const text = ["", "", "", ""];
  return new Promise((done, failed) => {
    socket.on("error", failed);
    socket.on("open", () => {
      if (stdin === undefined) return;
      socket.send(Buffer.concat([Buffer.of(0), Buffer.from(stdin)]));
      socket.send(Buffer.of(255, 0));
    });
    socket.on("message", (data) => {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
      const channel = bytes[0] ?? 0;
      text[channel] = `${text[channel] ?? ""}${bytes.subarray(1).toString()}`;
    });
    socket.on("close", () => {
      const [, stdout = "", stderr = "", status = "null"] = text;
      const parsed: unknown = JSON.parse(status === "" ? "null" : status);
      done({ stdout, stderr, status: parsed });
    });
  });
};

const tokenOf = (kubeconfig: string): string => {
  const config: unknown = parse(readFileSync(kubeconfig, "utf8"));
  const users: unknown = isObject(config) ? config["users"] : undefined;
  const first: unknown = Array.isArray(users) ? users[0] : undefined;
  const user = isObject(first) ? first["user"] : undefined;
  return isObject(user) ? String(user["token"]) : "";
};

export type SetOptions = { readonly name: string; readonly replicas: number; readonly claims?: boolean; readonly policy?: object };

/** A StatefulSet of valkey-servers that listen on their pods' addresses. */
export const valkeySet = ({ name, replicas, claims = false, policy }: SetOptions): Resource => {
  const mount = { name: "data", mountPath: "/data" };
  const template = {
    metadata: { labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          name: "valkey",
          image: "valkey/valkey:8.0",
          args: ["--bind", "$(POD_IP)", "--protected-mode", "no", "--dir", "/data"],
          env: [{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
          ports: [{ name: "valkey", containerPort: 6379 }],
          readinessProbe: { exec: { command: ["valkey-cli", "ping"] }, periodSeconds: 1 },
          volumeMounts: [mount],
        },
      ],
      ...(!claims && { volumes: [{ name: "data", emptyDir: {} }] }),
    },
  };
  const claim = { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } };
  const spec = {
    replicas,
    serviceName: name,
    podManagementPolicy: "Parallel",
    updateStrategy: { type: "OnDelete" },
    selector: { matchLabels: { app: name } },
    template,
    ...(claims && { volumeClaimTemplates: [claim] }),
    ...(policy !== undefined && { persistentVolumeClaimRetentionPolicy: policy }),
  };
  const set = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name, namespace: "default" }, spec };
  return set;
};
