// A cluster under observation: the sandbox and the operator started as processes of their own, a ValkeyCluster applied, and
// everything that watches it. The demonstration tells its story on it, and the failover bench strikes it with a stop watch.
import { setTimeout as sleep } from "node:timers/promises";
import { isSuccess, messageOf } from "../kubernetes/answer.ts";
import type { ApiClient } from "../kubernetes/client.ts";
import { startSandbox, type Sandbox } from "../sandbox/main.ts";
import type { Login } from "./connection.ts";
import { newLog, type OperatorLog } from "./operator-log.ts";
import { pollPods, type Polling } from "./polling.ts";
import { textIn } from "./record.ts";
import { unsettledOf } from "./settled.ts";
import { watchCluster, type Watching } from "./watching.ts";

/** A manifest as far as it is needed to apply it. */
export type Manifest = { readonly metadata: { readonly name: string }; readonly spec: Readonly<Record<string, unknown>> };

export type Lab = {
  readonly sandbox: Sandbox;
  readonly log: OperatorLog;
  readonly watching: Watching;
  readonly polling: Polling;
  readonly login: () => Login | undefined;
  readonly port: number;
  readonly replicas: number;
  readonly stop: () => Promise<void>;
};

const namespace = "default";
/** What the API's defaults say where the manifest does not. */
const defaults = { replicas: 3, port: 6379 };

/** Starts everything and applies the manifest; does not wait for the cluster. */
export const openLab = async (manifest: Manifest, say: (line: string) => void): Promise<Lab> => {
  const log = newLog();
  const sandbox = await startSandbox({ operator: true, operatorLine: log.accept, progress: say });
  const client = sandbox.adminClient;
  const { name } = manifest.metadata;
  const ended = new AbortController();
  let login: Login | undefined;
  try {
    await apply(client, manifest);
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
  const watching = watchCluster(client, namespace, name);
  const port = numberIn(manifest.spec, "port") ?? defaults.port;
  const polling = pollPods(watching.pods, port, () => login);
  const reading = readLogin(client, `${name}-secret`, ended.signal).then((found) => void (login = found));
  return {
    sandbox,
    log,
    watching,
    polling,
    login: () => login,
    port,
    replicas: numberIn(manifest.spec, "replicas") ?? defaults.replicas,
    stop: async () => {
      ended.abort();
      await Promise.all([reading, polling.stop(), watching.stop()]);
      await sandbox.stop();
    },
  };
};

/** What still differs from a settled cluster. */
export const unsettledLab = ({ watching, polling, replicas, login }: Lab, sameOffsets = false): readonly string[] => [
  ...(login() === undefined ? ["the password is not there yet"] : []),
  // A link is up a second before its replica counts as streaming: until then the cluster does not call itself running, and a
  // primary that is lost in that second, the first of its life, leaves nobody who may be promoted.
  ...(watching.phase() === "Running" ? [] : [`the cluster says of itself that it is ${watching.phase()}`]),
  ...unsettledOf({ record: watching.record(), routedTo: watching.routedTo(), pods: polling.states(), replicas, sameOffsets }),
];

/** Waits for a settled cluster; throws with what is missing. */
export const untilSettled = async (lab: Lab, withinMs: number): Promise<void> => {
  const deadline = performance.now() + withinMs;
  while (unsettledLab(lab).length > 0) {
    if (performance.now() > deadline) throw new Error(`no settled cluster within ${withinMs / 1000} s: ${unsettledLab(lab).join("; ")}`);
    await sleep(20);
  }
};

const apply = async (client: ApiClient, manifest: Manifest): Promise<void> => {
  const answer = await client.request({
    method: "PATCH",
    path: `/apis/valkey.verilean.io/v1/namespaces/${namespace}/valkeyclusters/${manifest.metadata.name}`,
    query: { fieldManager: "demo", fieldValidation: "Strict" },
    contentType: "application/apply-patch+yaml",
    body: JSON.stringify({ ...manifest, apiVersion: "valkey.verilean.io/v1", kind: "ValkeyCluster" }),
  });
  if (!isSuccess(answer)) throw new Error(`the ValkeyCluster ${manifest.metadata.name} was not accepted: ${messageOf(answer)}`);
};

/** The password that the operator generated for applications, as an application would get it: from the Secret. */
const readLogin = async (client: ApiClient, secret: string, signal: AbortSignal): Promise<Login | undefined> => {
  while (!signal.aborted) {
    const answer = await client.request({ method: "GET", path: `/api/v1/namespaces/${namespace}/secrets/${secret}` });
    const password = answer._tag === "Answered" ? textIn(answer.body, "data", "password") : undefined;
    if (password !== undefined) return { user: "default", password: Buffer.from(password, "base64").toString() };
    await sleep(50);
  }
  return undefined;
};

const numberIn = (spec: Readonly<Record<string, unknown>>, field: string): number | undefined => {
  const value = spec[field];
  return typeof value === "number" ? value : undefined;
};
