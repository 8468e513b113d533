// The operator from this checkout as a process of this machine, started again whenever it ends, for a cluster that has no image of it. Its way
// to the API server is a relay, which can be made slow or cut.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createReadStream, existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { conform } from "@gungnir/properties";
import { parse, stringify } from "yaml";
import { isSuccess, messageOf } from "../../src/kubernetes/answer.ts";
import { type Child, nodeEntry, startChild } from "../../src/sandbox/child.ts";
import { type Api, pathTo } from "../../src/sandbox/clients/api.ts";
import { operatorAccount } from "../../src/sandbox/operator-process.ts";
import { at, lineIn, listOf, type LogLine } from "../scenarios/reading.ts";
import { until } from "../scenarios/waiting.ts";
import { type Operator, once, type TraceVerdict, type Undo } from "./backend.ts";
import { HOST_ADDRESS, inNetwork } from "./debian.ts";
import { openRelay } from "./relay.ts";

export type HostOperator = Operator & {
  readonly slowApi: (milliseconds: number) => Promise<Undo>;
  readonly cutApi: () => Promise<Undo>;
  readonly stop: () => Promise<TraceVerdict>;
};

/** A Deployment waits longer from the second time on; here nobody waits. */
const AGAIN_AFTER_MS = 1_000;

/** Starts it with the account of `crds/install`; among the nodes of the Debian cluster where that is the cluster. */
export const startHostOperator = async (api: Api, kubeconfig: string, isDebian: boolean): Promise<HostOperator> => {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-e2e-"));
  const { hostname, port } = new URL(api.client.server);
  const here = isDebian ? HOST_ADDRESS : "127.0.0.1";
  const relay = await openRelay({ host: hostname, port: Number(port === "" ? 443 : port) }, here);
  const own = join(folder, "operator.kubeconfig");
  writeFileSync(own, await accountKubeconfig(api, kubeconfig, `https://${here}:${relay.port}`), { mode: 0o600 });
  const trace = join(folder, "operator.trace");

  const log: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  const line = (text: string): void => {
    const parsed = lineIn(text);
    if (parsed === undefined) return;
    log.push(parsed);
    for (const listener of listeners) listener(parsed);
  };
  let isStopping = false;
  let child: Child | undefined;
  const start = async (): Promise<void> => {
    const { program, args } = nodeEntry("../main");
    const all = [...args, "operator", "--kubeconfig", own, "--listen", "127.0.0.1:0"];
    child = await startChild({
      name: "operator",
      ...(isDebian ? inNetwork(program, all) : { program, args: all }),
      environment: { GUNGNIR_OPERATOR_TRACE: trace },
      log: join(folder, "operator.log"),
      line,
    });
    void child.exited.then(() => setTimeout(() => !isStopping && void start(), AGAIN_AFTER_MS));
  };
  await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const before = child;
    if (before === undefined) throw new Error("no operator runs");
    process.kill(before.pid, signal);
    await before.exited;
    await until("another operator", () => child !== before);
  };
  return {
    how: "from this checkout, as a process",
    log,
    onLine: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    kill: () => end("SIGKILL"),
    restart: () => end("SIGTERM"),
    residentKib: async () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${child?.pid ?? 0}/status`, "utf8"))?.[1]),
    node: () => Promise.resolve(undefined),
    slowApi: async (milliseconds) => {
      relay.delay(milliseconds);
      return once(() => relay.delay(0));
    },
    cutApi: async () => {
      relay.cut();
      return once(() => relay.heal());
    },
    stop: async () => {
      isStopping = true;
      await child?.stop();
      await relay.close();
      const verdict = await replay(trace);
      await rm(folder, { recursive: true, force: true });
      return verdict;
    },
  };
};

/** Every decision of a trace made again by core, from what was heard then. */
export const replay = async (file: string): Promise<TraceVerdict> => {
  if (!existsSync(file)) return { entries: 0, problems: [`there is no trace at ${file}`] };
  const { lines, problems } = await conform(createInterface({ input: createReadStream(file) }));
  return { entries: lines, problems: problems.map(({ message }) => message) };
};

/** As the operator's ServiceAccount and nothing more; what checks the server's certificate is told whose it is, since the way leads past here. */
const accountKubeconfig = async (api: Api, kubeconfig: string, server: string): Promise<string> => {
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
